package org.dide;

/**
 * How much memory reading a file may take: {@value #TIMES} times its size and some bytes that are
 * free. Whoever allocates something whose size a file decides charges it here first, so that no
 * file, of whatever content, costs more than that.
 *
 * <p>Charges are what objects take in a JVM with compressed pointers, rounded up, and count what
 * was thrown away too.
 */
public final class MemoryBudget {
  /** Bytes that are free of a file of tensors. */
  public static final long FREE = 4 << 20;

  /** Bytes that each byte of the file may cost. */
  public static final int TIMES = 2;

  /** Bytes of one object with a few fields. */
  public static final int OBJECT = 32;

  /** Bytes of an array without its elements. */
  public static final int ARRAY = 16;

  /** Bytes of one reference. */
  public static final int REFERENCE = 4;

  private final String file;
  private final long free;
  private final long allowed;
  private long left;

  /**
   * The budget of a file of tensors.
   *
   * @param file names it in errors
   * @param size its bytes
   */
  public MemoryBudget(String file, long size) {
    this(file, size, FREE);
  }

  /**
   * The budget of any file.
   *
   * @param file names it in errors
   * @param size its bytes
   * @param free bytes that even the smallest file may cost
   */
  public MemoryBudget(String file, long size, long free) {
    this.file = file;
    this.free = free;
    this.allowed = size > (Long.MAX_VALUE - free) / TIMES ? Long.MAX_VALUE : TIMES * size + free;
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
              .formatted(file, allowed, TIMES, free));
    }
    left -= bytes;
  }
}
