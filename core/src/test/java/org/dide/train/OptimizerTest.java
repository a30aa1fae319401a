package org.dide.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;
import org.dide.model.Architecture;
import org.dide.model.DualEncoder;
import org.dide.model.FusionModel;
import org.dide.model.Head;
import org.dide.model.Model;
import org.dide.random.Draws;
import org.dide.tensor.Device;
import org.dide.tensor.Gaussian;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class OptimizerTest {
  static final List<String> NAMES = OptimizerSettings.NAMES;

  private static final Architecture SMALL = new Architecture(16, 2, 2, 2, 8, 16, 8, 30, 2, 0, 0);
  private static final double RATE = 0.01;
  private static final double DECAY = 0.1;

  // The definitions, one element at a time and in double precision.
  private static double[] expected(OptimizerSettings s, double start, double[] gradients) {
    double p = start;
    double m = 0;
    double v = 0;
    double[] path = new double[gradients.length];
    for (int i = 0; i < gradients.length; i++) {
      double g = gradients[i];
      if (s.name().equals("sgd")) {
        m = s.beta1() * m + g + s.weightDecay() * p;
        p -= s.rate() * m;
      } else {
        p -= s.name().equals("adamw-torch") ? s.rate() * s.weightDecay() * p : 0;
        g += s.name().equals("adam") ? s.weightDecay() * p : 0;
        m = s.beta1() * m + (1 - s.beta1()) * g;
        v = s.beta2() * v + (1 - s.beta2()) * g * g;
        double c1 = 1 - Math.pow(s.beta1(), i + 1);
        double c2 = 1 - Math.pow(s.beta2(), i + 1);
        if (s.name().equals("adamw")) {
          p -= s.rate() * Math.sqrt(c2) / c1 * m / (Math.sqrt(v) + s.epsilon());
          p -= s.rate() * s.weightDecay() * p;
        } else {
          p -= s.rate() / c1 * m / (Math.sqrt(v / c2) + s.epsilon());
        }
      }
      path[i] = p;
    }
    return path;
  }

  private static OptimizerSettings settings(String name) {
    // An epsilon this large shows whether it is corrected for bias.
    return new OptimizerSettings(name, RATE, DECAY, 10, 0.9, 0.98, 1e-2);
  }

  private static Tensor parameter(float... values) {
    return Tensors.of(values, values.length).requires_grad_(true);
  }

  /** Adds {@code gradient} to what the parameter has, by a backward pass. */
  private static void push(Tensor parameter, Tensor gradient) {
    parameter.mul(gradient).sum().backward();
  }

  private static Tensor random(long seed, long... shape) {
    return Gaussian.of(Draws.of(seed, "test"), shape);
  }

  @ParameterizedTest
  @FieldSource("NAMES")
  void followsItsDefinition(String name) {
    double[] gradients = {0.5, -0.25, 2, 0, 1e-3, -1};
    OptimizerSettings settings = settings(name);
    double[] path = expected(settings, 1.5, gradients);
    try (Scope scope = Scope.open()) {
      Tensor weight = parameter(1.5f);
      try (Optimizer optimizer = new Optimizer(Map.of("weight", weight), settings, x -> false)) {
        for (int i = 0; i < gradients.length; i++) {
          push(weight, Tensors.of(new float[] {(float) gradients[i]}, 1));
          optimizer.step(1);
          optimizer.zeroGradients();
          assertThat((double) Tensors.floats(weight)[0]).isCloseTo(path[i], within(1e-6));
        }
      }
    }
  }

  @Test
  void firstAdamStepIsTheRateAgainstTheSign() {
    try (Scope scope = Scope.open()) {
      Tensor weight = parameter(1, 1);
      OptimizerSettings settings = OptimizerSettings.of("adamw-torch", 0.1, 0, 1);
      try (Optimizer optimizer = new Optimizer(Map.of("weight", weight), settings, x -> false)) {
        push(weight, Tensors.of(new float[] {7, -1e-3f}, 2));
        optimizer.step(0.5);
      }
      assertThat(Tensors.floats(weight)).containsExactly(new float[] {0.95f, 1.05f}, within(1e-5f));
    }
  }

  @ParameterizedTest
  @FieldSource("NAMES")
  void arraysAndTensorsAgree(String name) {
    int size = 5000; // more than one block, the last not full
    UpdateRule rule = UpdateRule.of(settings(name));
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard()) {
      Tensor p = random(1, size);
      Tensor m = random(2, size).zero_();
      Tensor v = m.clone();
      Tensor weight = p.clone().requires_grad_(true);
      try (Optimizer optimizer =
          new Optimizer(Map.of("weight", weight), settings(name), x -> false)) {
        for (int i = 1; i <= 5; i++) {
          Tensor gradient = random(10 + i, size);
          weight.mutable_grad().put(gradient.clone());
          optimizer.step(1);
          rule.update(RATE, DECAY, i).apply(p, gradient, m, v);
        }
      }
      assertThat(Tensors.floats(weight)).containsExactly(Tensors.floats(p), within(1e-6f));
    }
  }

  @ParameterizedTest
  @FieldSource("NAMES")
  void goesOnFromItsStateBitForBit(String name) {
    try (Scope scope = Scope.open()) {
      Tensor straight = random(1, 60, 50).requires_grad_(true);
      Tensor resumed;
      Map<String, Tensor> saved = new LinkedHashMap<>();
      try (Optimizer optimizer = new Optimizer(Map.of("w", straight), settings(name), x -> false)) {
        train(optimizer, straight, 0, 4);
        resumed = straight.detach().clone().requires_grad_(true);
        optimizer.state().forEach((key, tensor) -> saved.put(key, tensor.clone()));
        train(optimizer, straight, 4, 8);
      }
      try (Optimizer optimizer = new Optimizer(Map.of("w", resumed), settings(name), x -> false)) {
        optimizer.restore(saved);
        train(optimizer, resumed, 4, 8);
      }
      assertThat(Tensors.floats(resumed)).isEqualTo(Tensors.floats(straight));
    }
  }

  private static void train(Optimizer optimizer, Tensor weight, int from, int to) {
    for (int step = from; step < to; step++) {
      optimizer.zeroGradients();
      push(weight, random(100 + step, Tensors.shape(weight)));
      optimizer.step(0.5);
    }
  }

  @Test
  void leavesParametersWithoutGradientAlone() {
    try (Scope scope = Scope.open()) {
      Tensor used = parameter(1);
      Tensor unused = parameter(1);
      Map<String, Tensor> parameters = new LinkedHashMap<>();
      parameters.put("used", used);
      parameters.put("unused", unused);
      try (Optimizer optimizer = new Optimizer(parameters, settings("adamw"), x -> false)) {
        push(used, used.detach().clone());
        optimizer.step(1);

        assertThat(Tensors.floats(unused)).containsExactly(1);
        assertThat(Tensors.floats(used)[0]).isLessThan(1);
        assertThat(count(optimizer, "unused")).isZero();
        assertThat(count(optimizer, "used")).isEqualTo(1);
      }
    }
  }

  private static long count(Optimizer optimizer, String name) {
    Tensor count = optimizer.state().getOrDefault("t/" + name, new Tensor());
    return Tensors.longs(count)[0];
  }

  @Test
  void gradientsAddUpUntilForgotten() {
    try (Scope scope = Scope.open()) {
      Tensor weight = random(1, 8).requires_grad_(true);
      Tensor inputs = random(2, 64, 8);
      try (Optimizer optimizer =
          new Optimizer(Map.of("w", weight), settings("adamw"), x -> false)) {
        meanSquare(inputs, weight).backward();
        float[] whole = Tensors.floats(weight.grad());
        optimizer.zeroGradients();
        assertThat(weight.grad().defined()).isFalse();

        for (int part = 0; part < 8; part++) {
          meanSquare(inputs.narrow(0, 8L * part, 8), weight).div(new Scalar(8)).backward();
        }
        assertThat(Tensors.floats(weight.grad())).containsExactly(whole, within(1e-5f));
      }
    }
  }

  private static Tensor meanSquare(Tensor inputs, Tensor weight) {
    return inputs.matmul(weight).square().mean(); // (B, 8) · (8) -> (B)
  }

  @Test
  void clipsToTheNormOfAllGradientsTogether() {
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> parameters = new LinkedHashMap<>();
      parameters.put("a", parameter(0));
      parameters.put("b", parameter(0, 0));
      parameters.put("none", parameter(0));
      try (Optimizer optimizer = new Optimizer(parameters, settings("sgd"), x -> false)) {
        assertThat(optimizer.gradientNorm()).isZero();
        Tensor a = parameters.getOrDefault("a", new Tensor());
        Tensor b = parameters.getOrDefault("b", new Tensor());
        push(a, Tensors.of(new float[] {3}, 1));
        push(b, Tensors.of(new float[] {0, -4}, 2));

        assertThat(optimizer.clipGradients(10)).isEqualTo(5);
        assertThat(Tensors.floats(a.grad())).containsExactly(3);
        assertThat(optimizer.clipGradients(1)).isEqualTo(5);
        assertThat(Tensors.floats(a.grad())).containsExactly(new float[] {0.6f}, within(1e-6f));
        assertThat(Tensors.floats(b.grad())).containsExactly(new float[] {0, -0.8f}, within(1e-6f));
      }
    }
  }

  @Test
  void refusesAnotherModelsStateListingAllThatDiffers() {
    try (Scope scope = Scope.open();
        Optimizer one = new Optimizer(Map.of("a", parameter(0, 0)), settings("adamw"), x -> false);
        Optimizer other = new Optimizer(Map.of("a", parameter(0)), settings("sgd"), x -> false)) {
      assertThatThrownBy(() -> one.restore(other.state()))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("2 tensors do not fit")
          .hasMessageContaining("m/a: found Float [1], allowed is Float [2]")
          .hasMessageContaining("v/a: found none, allowed is Float [2]");
    }
  }

  @Test
  void groupsTheParametersOfRealModels() {
    Head head = new Head.Classifier("vqa_classifier", 1, 5);
    try (Scope scope = Scope.open();
        DualEncoder dual = DualEncoder.initialised(SMALL, head, 1, Device.CPU);
        FusionModel fusion = FusionModel.initialised(SMALL, head, 1, Device.CPU)) {
      for (Model model : List.of(dual, fusion)) {
        List<ParameterGroup> groups = groups(model);
        assertThat(groups).extracting(ParameterGroup::rate).containsExactly(RATE, RATE, 0.1, 0.1);
        assertThat(groups)
            .extracting(ParameterGroup::weightDecay)
            .containsExactly(DECAY, 0.0, DECAY, 0.0);
        assertThat(groups.get(2).parameters())
            .containsExactlyInAnyOrder(
                "vqa_classifier.0.weight", "vqa_classifier.1.weight", "vqa_classifier.3.weight");
        assertThat(groups.get(3).parameters())
            .containsExactlyInAnyOrder(
                "vqa_classifier.0.bias", "vqa_classifier.1.bias", "vqa_classifier.3.bias");
        assertThat(groups.stream().mapToInt(group -> group.parameters().size()).sum())
            .isEqualTo(model.parameters().tensors().size());
      }
      assertThat(groups(dual).get(0).parameters())
          .contains(
              "fusion.1.weight",
              "image_encoder.transformer.pos_embed",
              "image_encoder.transformer.cls_token",
              "text_encoder.text_embeddings.word_embeddings.weight")
          .noneMatch(name -> name.endsWith("bias") || name.contains("norm"));
      assertThat(groups(fusion).get(1).parameters())
          .contains(
              "text_embeddings.LayerNorm.weight",
              "transformer.blocks.1.norm1.weight",
              "transformer.blocks.0.norm2.weight",
              "transformer.norm.weight",
              "transformer.blocks.0.attn.qkv.bias")
          .allMatch(name -> name.endsWith("bias") || name.matches(".*(norm|Norm).*"));
    }
  }

  private static List<ParameterGroup> groups(Model model) {
    try (Optimizer optimizer =
        new Optimizer(
            model.parameters(),
            settings("adamw"),
            name -> name.startsWith(model.head().name() + "."))) {
      return optimizer.groups();
    }
  }

  @Test
  void refusesUnknownNamesAndImpossibleSettings() {
    assertThatThrownBy(() -> OptimizerSettings.of("lion", 1e-4, 0, 1))
        .isInstanceOf(InputException.class)
        .hasMessage("optimizer: name: found 'lion', allowed are adamw, adamw-torch, adam, sgd");
    assertThatThrownBy(() -> OptimizerSettings.of("sgd", -1, 0, 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("rate: found -1.0");
  }

  @Test
  void defaultsAreThoseOfThePublishedTrainings() {
    OptimizerSettings settings = OptimizerSettings.of("adamw", 1e-4, 0.01, 10);
    assertThat(settings).isEqualTo(new OptimizerSettings("adamw", 1e-4, 0.01, 10, 0.9, 0.98, 1e-8));
    assertThat(OptimizerSettings.of("adam", 1e-4, 0.01, 1).beta2()).isEqualTo(0.999);
  }
}
