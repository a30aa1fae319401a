package org.dide.tensor;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;

/**
 * Where tensors live: {@code cpu}, {@code cuda} or {@code cuda:1}.
 *
 * @param type {@code cpu} or {@code cuda}
 * @param index the number of the GPU, 0 for the CPU
 */
public record Device(String type, int index) {
  /** The processor. */
  public static final Device CPU = new Device("cpu", 0);

  private static final Pattern NAME = Pattern.compile("(cpu)|cuda(?::(\\d{1,3}))?");

  /**
   * The device of that name.
   *
   * @throws InputException if there is no such name
   */
  public static Device of(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      throw new InputException("device: found '%s', allowed are cpu, cuda, cuda:N".formatted(name));
    }
    if (matcher.group(1) != null) {
      return CPU;
    }
    return new Device("cuda", matcher.group(2) == null ? 0 : Integer.parseInt(matcher.group(2)));
  }

  /** Where a tensor lives. */
  public static Device of(Tensor tensor) {
    return tensor.is_cpu() ? CPU : new Device("cuda", tensor.device().index());
  }

  /** The engine's own name for it; a new native object in the current scope. */
  public org.bytedeco.pytorch.Device torch() {
    return new org.bytedeco.pytorch.Device(toString());
  }

  /** A tensor made on the processor, here: itself if this is the processor, else a copy. */
  public Tensor place(Tensor made) {
    return isCpu() ? made : made.to(torch(), made.scalar_type());
  }

  /** Whether this is the processor. */
  public boolean isCpu() {
    return type.equals("cpu");
  }

  @Override
  public String toString() {
    return isCpu() ? "cpu" : type + ":" + index;
  }
}
