package org.dide.tensor;

import static org.bytedeco.pytorch.global.torch.get_cpu_capability;
import static org.bytedeco.pytorch.global.torch.get_num_interop_threads;
import static org.bytedeco.pytorch.global.torch.get_num_threads;
import static org.bytedeco.pytorch.global.torch.set_num_threads;

import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;
import org.dide.InputException;
import org.dide.NativeLibraries;

/**
 * The engine (libtorch) as a whole. What is set here holds for the process, so set it once, before
 * the first tensor: libtorch and OpenBLAS know no other way.
 */
public final class Engine {
  /** Most threads that can be asked for. */
  public static final int MAXIMUM_THREADS = 1024;

  private static final Spinning SPINNING = Spinning.settle();

  static {
    NativeLibraries.load("pytorch", List.of(torch.class, openblas_nolapack.class));
  }

  private Engine() {}

  /**
   * Sets how many threads an operation may use.
   *
   * @return what is in force now
   * @throws InputException if the number is not between 1 and {@value #MAXIMUM_THREADS}
   */
  public static EngineSettings configure(int threads) {
    if (threads < 1 || threads > MAXIMUM_THREADS) {
      throw new InputException(
          "threads: found %d, allowed are 1 to %d".formatted(threads, MAXIMUM_THREADS));
    }
    set_num_threads(threads);
    openblas_nolapack.blas_set_num_threads(threads);
    return settings();
  }

  /** What is in force now. */
  public static EngineSettings settings() {
    return new EngineSettings(
        get_num_threads(),
        openblas_nolapack.blas_get_num_threads(),
        Math.toIntExact(get_num_interop_threads()),
        SPINNING,
        Pointer.maxPhysicalBytes());
  }

  /** The widest instructions that the engine chose: {@code AVX512}, {@code AVX2}, … */
  public static String cpuCapability() {
    try (BytePointer capability = get_cpu_capability()) {
      return capability.getString();
    }
  }

  /** The processors this process may use: the number of threads for work that has them alone. */
  public static int processors() {
    return Runtime.getRuntime().availableProcessors();
  }

  /** Makes the engine's environment right while there is time; see {@link Spinning}. */
  static void prepare() {
    // Initialising this class has done it.
  }
}
