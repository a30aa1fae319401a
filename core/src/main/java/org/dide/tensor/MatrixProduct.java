package org.dide.tensor;

import static org.bytedeco.pytorch.global.torch.mm;
import static org.bytedeco.pytorch.global.torch.ones;

import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** A 1024 × 1024 matrix product: what the engine can do at its best. It owns its factors. */
public final class MatrixProduct implements AutoCloseable {
  private static final int SIDE = 1024;

  /** Floating-point operations of one. */
  public static final double OPERATIONS = 2.0 * SIDE * SIDE * SIDE;

  private final Tensor left;
  private final Tensor right;

  private MatrixProduct(Tensor left, Tensor right) {
    this.left = left;
    this.right = right;
  }

  /** One in float32. */
  public static MatrixProduct ofFloats() {
    return of(ScalarType.Float);
  }

  static MatrixProduct of(ScalarType type) {
    try (Scope scope = Scope.open()) {
      return new MatrixProduct(
          scope.keep(ones(SIDE, SIDE).to(type)), scope.keep(ones(SIDE, SIDE).to(type)));
    }
  }

  /** Multiplies once. */
  public void run() {
    try (Scope scope = Scope.open();
        InferenceMode mode = new InferenceMode(true)) {
      mm(left, right);
    }
  }

  @Override
  public void close() {
    left.close();
    right.close();
  }
}
