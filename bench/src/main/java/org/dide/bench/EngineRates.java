package org.dide.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.NoGradGuard;
import org.dide.image.PixelBatch;
import org.dide.model.Architecture;
import org.dide.model.DualEncoder;
import org.dide.model.FusionModel;
import org.dide.model.Head;
import org.dide.model.Inputs;
import org.dide.model.Mode;
import org.dide.random.Draws;
import org.dide.task.VisualQuestionAnswering;
import org.dide.tensor.Device;
import org.dide.tensor.Engine;
import org.dide.tensor.Precision;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;
import org.dide.text.TokenBatch;
import org.dide.train.Optimizer;
import org.dide.train.OptimizerSettings;

/**
 * One side of a comparison with PyTorch: reads a case from each line of standard input, runs it
 * once and prints the seconds it took. {@code bench/engine/compare.py} drives this and the same
 * cases in Python by turns.
 *
 * <p>A line is {@code PRESET KIND BATCH TEXT PRECISION}, such as {@code vilt-b32 fusion 8 40 fp32};
 * the kinds are {@code fusion}, {@code image}, {@code text} and {@code train}.
 */
public final class EngineRates {
  private static final int ANSWERS = 3129;

  private final Map<String, FusionModel> fusion = new HashMap<>();
  private final Map<String, DualEncoder> dual = new HashMap<>();
  private final Map<String, Optimizer> optimizers = new HashMap<>();
  private final Head head = new Head.Classifier("vqa_classifier", 1, ANSWERS);
  private final VisualQuestionAnswering task =
      new VisualQuestionAnswering(
          java.util.stream.IntStream.range(0, ANSWERS).mapToObj(Integer::toString).toList());

  private EngineRates() {}

  /** Serves cases until standard input ends; the argument is the number of threads. */
  public static void main(String[] arguments) throws IOException {
    Engine.configure(Integer.parseInt(arguments[0]));
    EngineRates rates = new EngineRates();
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    for (Optional<String> line = next(lines); line.isPresent(); line = next(lines)) {
      out.println(rates.seconds(Case.of(line.get())));
    }
  }

  private static Optional<String> next(BufferedReader lines) throws IOException {
    return Optional.ofNullable(lines.readLine());
  }

  private record Case(String preset, String kind, int batch, int text, Precision precision) {
    static Case of(String line) {
      List<String> words = List.of(line.trim().split(" +"));
      return new Case(
          words.get(0),
          words.get(1),
          Integer.parseInt(words.get(2)),
          Integer.parseInt(words.get(3)),
          Precision.of(words.get(4)));
    }
  }

  private double seconds(Case test) {
    Architecture architecture = Architecture.preset(test.preset()).withDropout(0);
    try (Scope scope = Scope.open()) {
      Inputs inputs = inputs(architecture, test);
      long start = System.nanoTime();
      try (Precision.Autocast cast = test.precision().begin(Device.CPU)) {
        run(architecture, test, inputs);
      }
      return (System.nanoTime() - start) / 1e9;
    }
  }

  private void run(Architecture architecture, Case test, Inputs inputs) {
    switch (test.kind()) {
      case "train" -> train(architecture, test, inputs);
      case "fusion" -> look(() -> fusion(architecture, test).observe(inputs, Mode.EVALUATION));
      case "image" ->
          look(() -> dual(architecture, test).encodePictures(inputs.pictures().get(0), 0));
      case "text" -> look(() -> dual(architecture, test).encodeTexts(inputs.text()));
      default -> throw new IllegalArgumentException("kind " + test.kind());
    }
  }

  private static void look(Runnable work) {
    try (NoGradGuard guard = new NoGradGuard()) {
      work.run();
    }
  }

  private void train(Architecture architecture, Case test, Inputs inputs) {
    FusionModel model = fusion(architecture, test);
    Optimizer optimizer =
        optimizers.computeIfAbsent(
            test.preset(),
            key -> {
              model.parameters().setTrainable(true);
              return new Optimizer(
                  model.parameters(),
                  OptimizerSettings.of("adamw-torch", 1e-4, 0.01, 1),
                  name -> name.contains(head.name()));
            });
    optimizer.zeroGradients();
    task.hardLoss(
            model.observe(inputs, Mode.TRAINING).logits().to(floatType()),
            Tensors.of(new float[test.batch() * ANSWERS], test.batch(), ANSWERS))
        .backward();
    optimizer.step(1);
  }

  private static org.bytedeco.pytorch.global.torch.ScalarType floatType() {
    return org.bytedeco.pytorch.global.torch.ScalarType.Float;
  }

  private FusionModel fusion(Architecture architecture, Case test) {
    return fusion.computeIfAbsent(
        test.preset(), key -> FusionModel.initialised(architecture, head, 0, Device.CPU));
  }

  private DualEncoder dual(Architecture architecture, Case test) {
    return dual.computeIfAbsent(
        test.preset(), key -> DualEncoder.initialised(architecture, head, 0, Device.CPU));
  }

  private static Inputs inputs(Architecture architecture, Case test) {
    Draws draws = Draws.of(0, "inputs");
    int side = architecture.imageSize();
    float[] pixels = new float[test.batch() * 3 * side * side];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) (2 * draws.nextDouble() - 1);
    }
    int[][] texts = new int[test.batch()][test.text()];
    for (int[] text : texts) {
      Arrays.setAll(text, i -> 1 + draws.nextInt(1000));
    }
    int[] sides = new int[test.batch()];
    Arrays.fill(sides, side);
    return new Inputs(
        TokenBatch.of(texts, test.text(), Device.CPU),
        List.of(new PixelBatch(Tensors.of(pixels, test.batch(), 3, side, side), sides, sides)));
  }
}
