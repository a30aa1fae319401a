package org.dide.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import com.sun.management.OperatingSystemMXBean;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.NoGradGuard;
import org.dide.hub.TrainedModel;
import org.dide.image.PixelBatch;
import org.dide.model.DualEncoder;
import org.dide.onnx.OnnxExport;
import org.dide.random.Draws;
import org.dide.tensor.Device;
import org.dide.tensor.Engine;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;
import org.dide.text.TokenBatch;

/**
 * The towers in this engine and in ONNX Runtime, by turns: {@code OnnxRates THREADS ROUNDS GRAPHS
 * INT8} prints rows of a Markdown table. GRAPHS is what {@link OnnxReference} writes of its drawn
 * ViT-B/32, INT8 what {@code bench/onnx/quantize.py} makes of it.
 *
 * <p>Besides the time that passes, it measures the processor time of the whole process, which a
 * machine that does other things too distorts less.
 */
public final class OnnxRates {
  private static final int SIDE = 384;
  private static final int LENGTH = 10; // of VQA v2's questions, [CLS] and [SEP] included
  private static final List<Integer> BATCHES = List.of(1, 32);
  private static final int REPEATS = 8; // of one example; processor time comes in steps of 10 ms

  private final OperatingSystemMXBean system =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final DualEncoder model;
  private final int threads;
  private final int rounds;
  private final PrintStream out;

  private OnnxRates(DualEncoder model, int threads, int rounds, PrintStream out) {
    this.model = model;
    this.threads = threads;
    this.rounds = rounds;
    this.out = out;
  }

  /** The arguments are told above. */
  public static void main(String[] arguments) throws OrtException {
    int threads = Integer.parseInt(arguments[0]);
    Engine.configure(threads);
    try (TrainedModel trained = OnnxReference.drawn()) {
      new OnnxRates(
              (DualEncoder) trained.model(),
              threads,
              Integer.parseInt(arguments[1]),
              new PrintStream(System.out, true, StandardCharsets.UTF_8))
          .measure(Path.of(arguments[2]), Path.of(arguments[3]));
    }
  }

  /** One way to run a tower once. */
  @FunctionalInterface
  private interface Side {
    void run() throws OrtException;
  }

  private void measure(Path graphs, Path small) throws OrtException {
    out.println(
        "| tower | batch | threads | engine, ms: passed / processor | ONNX Runtime | int8"
            + " | engine : ONNX Runtime | engine : int8 |\n|---|---|---|---|---|---|---|---|");
    for (int batch : BATCHES) {
      try (Scope scope = Scope.open();
          NoGradGuard guard = new NoGradGuard()) {
        pictures(batch, graphs, small);
      }
    }
    for (int batch : BATCHES) {
      try (Scope scope = Scope.open();
          NoGradGuard guard = new NoGradGuard()) {
        texts(batch, graphs, small);
      }
    }
  }

  private void pictures(int batch, Path graphs, Path small) throws OrtException {
    Draws draws = Draws.of(0, "pixels");
    float[] pixels = new float[batch * 3 * SIDE * SIDE];
    IntStream.range(0, pixels.length)
        .forEach(i -> pixels[i] = (float) (2 * draws.nextDouble() - 1));
    long[] mask = new long[batch * SIDE * SIDE];
    Arrays.fill(mask, 1);
    int[] sides = new int[batch];
    Arrays.fill(sides, SIDE);
    PixelBatch pictures = new PixelBatch(Tensors.of(pixels, batch, 3, SIDE, SIDE), sides, sides);
    Map<String, OnnxTensor> inputs =
        Map.of(
            "pixel_values",
            OnnxTensor.createTensor(
                environment, FloatBuffer.wrap(pixels), new long[] {batch, 3, SIDE, SIDE}),
            "pixel_mask",
            OnnxTensor.createTensor(
                environment, LongBuffer.wrap(mask), new long[] {batch, SIDE, SIDE}));
    compare(
        "image",
        batch,
        inScope(() -> model.encodePictures(pictures, 0)),
        graphs.resolve(OnnxExport.IMAGE_TOWER),
        small.resolve(OnnxExport.IMAGE_TOWER),
        inputs);
  }

  private void texts(int batch, Path graphs, Path small) throws OrtException {
    Draws draws = Draws.of(0, "texts");
    int[][] texts = new int[batch][LENGTH];
    for (int[] text : texts) {
      Arrays.setAll(text, i -> 1 + draws.nextInt(1000));
    }
    TokenBatch tokens = TokenBatch.of(texts, LENGTH, Device.CPU);
    long[] mask = new long[batch * LENGTH];
    Arrays.fill(mask, 1);
    long[] shape = {batch, LENGTH};
    Map<String, OnnxTensor> inputs =
        Map.of(
            "input_ids",
            OnnxTensor.createTensor(
                environment, LongBuffer.wrap(Tensors.longs(tokens.ids())), shape),
            "attention_mask",
            OnnxTensor.createTensor(environment, LongBuffer.wrap(mask), shape));
    compare(
        "text",
        batch,
        inScope(() -> model.encodeTexts(tokens)),
        graphs.resolve(OnnxExport.TEXT_TOWER),
        small.resolve(OnnxExport.TEXT_TOWER),
        inputs);
  }

  private static Side inScope(Runnable work) {
    return () -> {
      try (Scope scope = Scope.open()) {
        work.run();
      }
    };
  }

  private void compare(
      String tower, int batch, Side engine, Path graph, Path small, Map<String, OnnxTensor> inputs)
      throws OrtException {
    try (OrtSession exact = session(graph);
        OrtSession rounded = session(small)) {
      List<Side> sides =
          List.of(engine, () -> pooled(exact, inputs), () -> pooled(rounded, inputs));
      List<Times> times = rounds(sides, Math.max(1, REPEATS / batch));
      out.printf(
          "| %s | %d | %d | %s | %s | %s | %s | %s |%n",
          tower,
          batch,
          threads,
          times.get(0).medians(),
          times.get(1).medians(),
          times.get(2).medians(),
          times.get(0).ratios(times.get(1)),
          times.get(0).ratios(times.get(2)));
    }
  }

  /**
   * What one side took in each round, in seconds.
   *
   * @param passed by the clock
   * @param processor of all threads together
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Times(double[] passed, double[] processor) {
    String medians() {
      return "%.1f / %.1f".formatted(1000 * median(passed), 1000 * median(processor));
    }

    /** Medians of the pairwise ratios. */
    String ratios(Times other) {
      return "%.2f / %.2f"
          .formatted(ratio(passed, other.passed), ratio(processor, other.processor));
    }
  }

  /** Every side once to warm up, then in turns that begin with another side each. */
  private List<Times> rounds(List<Side> sides, int repeats) throws OrtException {
    List<Times> times = new ArrayList<>();
    for (Side side : sides) {
      side.run();
      times.add(new Times(new double[rounds], new double[rounds]));
    }
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < sides.size(); i++) {
        int turn = (i + round) % sides.size();
        long start = System.nanoTime();
        long used = system.getProcessCpuTime();
        for (int repeat = 0; repeat < repeats; repeat++) {
          sides.get(turn).run();
        }
        double share = 1e9 * repeats;
        times.get(turn).processor()[round] = (system.getProcessCpuTime() - used) / share;
        times.get(turn).passed()[round] = (System.nanoTime() - start) / share;
      }
    }
    return times;
  }

  private static void pooled(OrtSession session, Map<String, OnnxTensor> inputs)
      throws OrtException {
    session.run(inputs, Set.of("pooled")).close();
  }

  /** Threads that wait sleep, as the engine's do: a spinning one would slow the side after it. */
  private OrtSession session(Path graph) throws OrtException {
    try (SessionOptions options = new SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      return environment.createSession(graph.toString(), options);
    }
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  private static double ratio(double[] a, double[] b) {
    return median(IntStream.range(0, a.length).mapToDouble(i -> a[i] / b[i]).toArray());
  }
}
