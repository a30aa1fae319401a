package org.dide.tensor;

import static org.bytedeco.pytorch.global.torch.clear_cache;
import static org.bytedeco.pytorch.global.torch.is_autocast_enabled;
import static org.bytedeco.pytorch.global.torch.set_autocast_dtype;
import static org.bytedeco.pytorch.global.torch.set_autocast_enabled;

import java.util.Arrays;
import java.util.Locale;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.dide.InputException;

/**
 * In which numbers the models compute. Parameters, losses and the optimiser are float32 always;
 * {@code BF16} lets the engine run matrix products in bfloat16 (autocast).
 */
public enum Precision {
  /** Single precision throughout. */
  FP32,
  /** Matrix products in bfloat16: about twice as fast where the processor has it. */
  BF16;

  /**
   * The precision of that name.
   *
   * @throws InputException if there is no such name
   */
  public static Precision of(String name) {
    return Arrays.stream(values())
        .filter(precision -> precision.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InputException(
                    "precision: found '%s', allowed are fp32, bf16".formatted(name)));
  }

  /** Computes in this precision, on this thread, until the returned handle is closed. */
  public Autocast begin(Device device) {
    return new Autocast(this == BF16, device);
  }

  /**
   * Computes what lies where this tensor does in float32, whatever was begun around it, until the
   * returned handle is closed: losses, whose products must not be rounded.
   */
  public static Exact exact(Tensor tensor) {
    return new Exact(tensor.is_cuda() ? DeviceType.CUDA : DeviceType.CPU);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** A stretch of work in float32, within one in another precision. */
  public static final class Exact implements AutoCloseable {
    private final DeviceType type;
    private final boolean suspended;

    private Exact(DeviceType type) {
      this.type = type;
      this.suspended = is_autocast_enabled(type);
      if (suspended) {
        set_autocast_enabled(type, false);
      }
    }

    /** Back to what was begun around it. */
    @Override
    public void close() {
      if (suspended) {
        set_autocast_enabled(type, true);
      }
    }
  }

  /** A stretch of work in some precision. */
  public static final class Autocast implements AutoCloseable {
    private final boolean active;
    private final DeviceType type;

    private Autocast(boolean active, Device device) {
      this.active = active;
      this.type = device.isCpu() ? DeviceType.CPU : DeviceType.CUDA;
      if (active) {
        set_autocast_dtype(type, ScalarType.BFloat16);
        set_autocast_enabled(type, true);
      }
    }

    /** Back to float32; forgets the engine's copies of weights in lower precision. */
    @Override
    public void close() {
      if (active) {
        set_autocast_enabled(type, false);
        clear_cache();
      }
    }
  }
}
