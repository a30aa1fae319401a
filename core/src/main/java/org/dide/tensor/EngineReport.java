package org.dide.tensor;

import static org.bytedeco.pytorch.global.torch.cuda_device_count;
import static org.bytedeco.pytorch.global.torch.show_config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * What the engine can do on this machine, and what is in its way.
 *
 * @param version libtorch's version
 * @param cpuCapability the widest instructions libtorch chose: {@code AVX512}, {@code AVX2}, …
 * @param settings the settings in force
 * @param machine the machine it runs on
 * @param gpus GPUs that the engine can use
 * @param rates measured speed of matrix products
 * @param advice what is wrong and how to right it; empty if all is well
 */
public record EngineReport(
    String version,
    String cpuCapability,
    EngineSettings settings,
    Machine machine,
    int gpus,
    List<Rate> rates,
    List<Advice> advice) {
  private static final Pattern VERSION = Pattern.compile("TORCH_VERSION=([^,\\s]+)");
  private static final int RUNS = 5;
  private static final long LITTLE_MEMORY = 4L << 30;

  /** Copies the lists. */
  public EngineReport {
    rates = List.copyOf(rates);
    advice = List.copyOf(advice);
  }

  /**
   * The speed of a 1024 × 1024 matrix product.
   *
   * @param precision in which numbers
   * @param gigaflops 10⁹ floating-point operations in a second, the median of five runs
   */
  public record Rate(Precision precision, double gigaflops) {}

  /**
   * Something that is wrong.
   *
   * @param finding what was found, and what it costs
   * @param remedy what to do about it
   */
  public record Advice(String finding, String remedy) {}

  /** Looks at the machine and measures the engine: about half a second on an idle machine. */
  public static EngineReport measure() {
    Machine machine = Machine.look();
    EngineSettings settings = Engine.settings();
    String capability = Engine.cpuCapability();
    int gpus = cuda_device_count();
    return new EngineReport(
        engineVersion(),
        capability,
        settings,
        machine,
        gpus,
        rates(machine.bf16()),
        advice(machine, settings, capability, gpus));
  }

  /** What is wrong with a machine and settings like these. */
  static List<Advice> advice(
      Machine machine, EngineSettings settings, String cpuCapability, int gpus) {
    List<Advice> advice = new ArrayList<>();
    if (settings.spinning() == Spinning.ON) {
      advice.add(
          new Advice(
              "threads that wait for work spin, which slows small work several times",
              "start with the launcher dide, or set GOMP_SPINCOUNT=0 in the environment"));
    }
    if (machine.isBusy()) {
      advice.add(
          new Advice(
              "other programs keep all %d processors busy (load %.1f)"
                  .formatted(machine.processors(), machine.load()),
              "expect times several times longer; fewer threads (--threads 1) may be faster"));
    }
    if (settings.nativeMemoryLimit() > 0) {
      advice.add(
          new Advice(
              "JavaCPP ends with an OutOfMemoryError at %d MB, free memory or not"
                  .formatted(settings.nativeMemoryLimit() >> 20),
              "pass -Dorg.bytedeco.javacpp.maxPhysicalBytes=0 to java"));
    }
    if (cpuCapability.equals("DEFAULT") && machine.system().contains("amd64")) {
      advice.add(
          new Advice(
              "the processor has no AVX2, which training and inference live on",
              "use another machine"));
    }
    if (machine.memory() < LITTLE_MEMORY) {
      advice.add(
          new Advice(
              "this process may use %d MB of memory".formatted(machine.memory() >> 20),
              "the tiny presets fit; ViT-B/32 needs about %d MB".formatted(LITTLE_MEMORY >> 20)));
    }
    if (gpus == 0 && !machine.gpus().isEmpty()) {
      advice.add(
          new Advice(
              "there is a GPU (%s) and the engine cannot use it"
                  .formatted(String.join(", ", machine.gpus())),
              "build with mvn -Pgpu package; look at the driver if that is done"));
    }
    return advice;
  }

  private static List<Rate> rates(boolean bf16) {
    List<Rate> rates = new ArrayList<>();
    rates.add(new Rate(Precision.FP32, gigaflops(ScalarType.Float)));
    if (bf16) {
      rates.add(new Rate(Precision.BF16, gigaflops(ScalarType.BFloat16)));
    }
    return rates;
  }

  private static double gigaflops(ScalarType type) {
    double[] seconds = new double[RUNS];
    try (MatrixProduct product = MatrixProduct.of(type)) {
      product.run(); // the first one pays for thread pools and code generation
      for (int run = 0; run < RUNS; run++) {
        long start = System.nanoTime();
        product.run();
        seconds[run] = (System.nanoTime() - start) * 1e-9;
      }
    }
    Arrays.sort(seconds);
    return MatrixProduct.OPERATIONS / seconds[RUNS / 2] * 1e-9;
  }

  private static String engineVersion() {
    Matcher matcher = VERSION.matcher(text(show_config()));
    return matcher.find() ? matcher.group(1) : "unknown";
  }

  private static String text(BytePointer pointer) {
    try (pointer) {
      return pointer.getString();
    }
  }
}
