package org.dide.tensor;

import org.bytedeco.pytorch.Context;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.QEngineVector;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.QEngine;
import org.dide.InputException;

/**
 * A matrix in float16, laid out for products with few rows of float32: of those, reading the matrix
 * takes most of the time, and half of the bytes are read. Products and sums are float32.
 *
 * <p>It owns its memory, which the engine holds outside of any tensor. Laying out takes a hundred
 * times as long as multiplying a few rows. The engine has it for processors of x86-64 with AVX2
 * (FBGEMM).
 */
public final class HalfMatrix implements AutoCloseable {
  /** The largest finite number of float16. */
  public static final double LARGEST = 65504;

  private static final OperatorHandle LAY_OUT = operator("quantized::linear_prepack_fp16");
  private static final OperatorHandle MULTIPLY = operator("quantized::linear_dynamic_fp16");

  /**
   * Rows that kernels take at once, where fewer are multiplied by kernels that round differently
   * (measured with AVX2: one or two rows); with AVX512 all are alike.
   */
  private static final long AT_ONCE = RowwiseProduct.hasAvx512() ? 1 : 6;

  private final IValue packed;

  private HalfMatrix(IValue packed) {
    this.packed = packed;
  }

  /** Whether the engine has kernels for this processor. */
  public static boolean isSupported() {
    QEngineVector engines = Context.supportedQEngines();
    for (long i = 0; i < engines.size(); i++) {
      if (engines.get(i).intern() == QEngine.FBGEMM) {
        return true;
      }
    }
    return false;
  }

  /**
   * A copy of a matrix, its numbers rounded to the nearest of float16.
   *
   * @param name of the matrix, for errors
   * @param matrix {@code (out, in)} float32, on the processor
   * @throws InputException if a number is beyond float16, or the processor is another
   */
  public static HalfMatrix of(String name, Tensor matrix) {
    requireProcessor(isSupported());
    try (Scope scope = Scope.open()) {
      requireRange(name, matrix);
      IValueVector stack = new IValueVector(new IValue(matrix), new IValue()); // and no bias
      LAY_OUT.callBoxed(stack);
      return new HalfMatrix(scope.keep(new IValue(stack.get(0))));
    }
  }

  /**
   * The product with each row; a row's bits do not depend on how many there are.
   *
   * @param rows {@code (…, in)} float32
   * @return {@code (…, out)}
   */
  public Tensor times(Tensor rows) {
    return AT_ONCE == 1 ? product(rows) : RowwiseProduct.eachRow(rows, this::filledUp);
  }

  private Tensor filledUp(Tensor rows) {
    long least = rows.size(0) + Math.floorMod(-rows.size(0), AT_ONCE);
    return RowwiseProduct.filledUp(rows, least, this::product); // (R, out)
  }

  private Tensor product(Tensor rows) {
    IValueVector stack = new IValueVector(new IValue(rows), packed);
    MULTIPLY.callBoxed(stack);
    return stack.get(0).toTensor();
  }

  @Override
  public void close() {
    packed.close();
  }

  private static void requireRange(String name, Tensor matrix) {
    float largest = matrix.detach().abs().max().item_float();
    if (!(largest <= LARGEST)) {
      throw new InputException(
          "%s: found a weight of size %s, allowed in fp16 are at most %.0f"
              .formatted(name, largest, LARGEST));
    }
  }

  /** Refuses a processor that the engine has no kernels for. */
  static void requireProcessor(boolean hasKernels) {
    if (!hasKernels) {
      throw new InputException(
          "weights fp16: this processor (%s) cannot multiply them, allowed is fp32; fp16 needs an x86-64 with AVX2"
              .formatted(System.getProperty("os.arch")));
    }
  }

  private static OperatorHandle operator(String name) {
    try (Scope scope = Scope.open()) {
      return scope.keep(Dispatcher.singleton().findSchemaOrThrow(name, ""));
    }
  }
}
