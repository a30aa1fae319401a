package org.dide.tensor;

import static org.bytedeco.pytorch.global.torch.from_blob;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Between Java arrays and tensors. Every tensor returned owns its memory. */
public final class Tensors {
  static {
    Engine.prepare();
  }

  private Tensors() {}

  /** A float32 tensor of the given shape, on the CPU. */
  public static Tensor of(float[] values, long... shape) {
    requireSize(values.length, shape);
    try (FloatPointer source = new FloatPointer(values)) {
      return from_blob(source, shape, new TensorOptions(ScalarType.Float)).clone();
    }
  }

  /** An int64 tensor of the given shape, on the CPU. */
  public static Tensor of(long[] values, long... shape) {
    requireSize(values.length, shape);
    try (LongPointer source = new LongPointer(values)) {
      return from_blob(source, shape, new TensorOptions(ScalarType.Long)).clone();
    }
  }

  /** A boolean tensor of the given shape, on the CPU. */
  public static Tensor of(boolean[] values, long... shape) {
    requireSize(values.length, shape);
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) (values[i] ? 1 : 0);
    }
    try (BytePointer source = new BytePointer(bytes)) {
      return from_blob(source, shape, new TensorOptions(ScalarType.Bool)).clone();
    }
  }

  /** The values in row-major order, converted to float32 where they are of another type. */
  public static float[] floats(Tensor tensor) {
    try (Scope scope = Scope.open()) {
      Tensor source = tensor.detach().to(Device.CPU.torch(), ScalarType.Float).contiguous();
      float[] values = new float[Math.toIntExact(source.numel())];
      if (values.length > 0) { // an empty tensor may have no memory
        source.data_ptr_float().get(values);
      }
      return values;
    }
  }

  /** The rows of a matrix {@code (N, D)}, as {@link #floats} gives its values. */
  public static List<float[]> rows(Tensor matrix) {
    float[] values = floats(matrix);
    int width = Math.toIntExact(matrix.size(1));
    List<float[]> rows = new ArrayList<>();
    for (int start = 0; start < values.length; start += width) {
      rows.add(Arrays.copyOfRange(values, start, start + width));
    }
    return rows;
  }

  /** The values in row-major order, converted to int64 where they are of another type. */
  public static long[] longs(Tensor tensor) {
    try (Scope scope = Scope.open()) {
      Tensor source = tensor.detach().to(Device.CPU.torch(), ScalarType.Long).contiguous();
      long[] values = new long[Math.toIntExact(source.numel())];
      if (values.length > 0) { // an empty tensor may have no memory
        source.data_ptr_long().get(values);
      }
      return values;
    }
  }

  /** The sizes of every dimension. */
  public static long[] shape(Tensor tensor) {
    long[] shape = new long[(int) tensor.dim()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = tensor.size(i);
    }
    return shape;
  }

  private static void requireSize(int length, long... shape) {
    long size = 1;
    for (long side : shape) {
      size *= side;
    }
    if (size != length) {
      throw new IllegalArgumentException(
          "%d values do not fill the shape %s".formatted(length, Arrays.toString(shape)));
    }
  }
}
