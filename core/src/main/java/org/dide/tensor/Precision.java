package org.dide.tensor;

import static org.bytedeco.pytorch.global.torch.clear_cache;
import static org.bytedeco.pytorch.global.torch.set_autocast_dtype;
import static org.bytedeco.pytorch.global.torch.set_autocast_enabled;

import java.util.Arrays;
import java.util.Locale;
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

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
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
