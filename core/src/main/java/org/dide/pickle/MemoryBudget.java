package org.dide.pickle;

import org.dide.InputException;

/**
 * How much memory reading a file may take: {@value #TIMES} times its size and {@value #FREE} bytes.
 * Whoever allocates something whose size a file decides charges it here first, so that no file, of
 * whatever content, costs more than that.
 *
 * <p>Charges are what objects take in a JVM with compressed pointers, rounded up, and count what
 * was thrown away too.
 */
public final class MemoryBudget {
  /** Bytes that even the smallest file may cost. */
  public static final long FREE = 4 << 20;

  /** Bytes that each byte of the file may cost. */
  public static final int TIMES = 2;

  /** Bytes of one object with a few fields. */
  static final int OBJECT = 32;

  /** Bytes of an array without its elements. */
  static final int ARRAY = 16;

  /** Bytes of one reference. */
  static final int REFERENCE = 4;

  private final String file;
  private final long allowed;
  private long left;

  /**
   * The budget of a file.
   *
   * @param file names it in errors
   * @param size its bytes
   */
  public MemoryBudget(String file, long size) {
    this.file = file;
    this.allowed = size > (Long.MAX_VALUE - FREE) / TIMES ? Long.MAX_VALUE : TIMES * size + FREE;
    this.left = allowed;
  }

  /**
   * Takes bytes from the budget.
   *
   * @throws InputException if there are not as many left
   */
  public void charge(long bytes) {
    if (bytes > left) {
      throw new InputException(
          "%s: what it describes takes more than %d bytes of memory, allowed are %d times its size and %d"
              .formatted(file, allowed, TIMES, FREE));
    }
    left -= bytes;
  }
}
