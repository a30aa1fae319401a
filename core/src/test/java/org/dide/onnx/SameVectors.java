package org.dide.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.dide.hub.TrainedModel;
import org.dide.image.PixelBatch;
import org.dide.model.AttentiveJoin;
import org.dide.model.DualEncoder;
import org.dide.model.Encoded;
import org.dide.model.Head;
import org.dide.model.Inputs;
import org.dide.model.Join;
import org.dide.model.Mode;
import org.dide.model.Observation;
import org.dide.model.PatchPlan;
import org.dide.model.Similarity;
import org.dide.onnx.ExportedFolder.Output;
import org.dide.onnx.ExportedFolder.Outputs;
import org.dide.random.Draws;
import org.dide.tensor.Device;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;
import org.dide.text.TokenBatch;

/** Holds graphs to what the engine computes: every state that is real, every vector and score. */
final class SameVectors {
  private static final float CLOSE = 1e-4f;

  private final DualEncoder model;
  private final ExportedFolder exported;

  SameVectors(TrainedModel trained, ExportedFolder exported) {
    this.model = (DualEncoder) trained.model();
    this.exported = exported;
  }

  /**
   * The true size of a picture in pixels.
   *
   * @param high its height
   * @param wide its width
   */
  record Size(int high, int wide) {}

  /** Runs a whole batch through all graphs. */
  void require(long seed, List<Size> sizes, int... lengths) {
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard()) {
      TokenBatch texts = texts(seed, lengths);
      Outputs text = requireTexts(texts);
      List<PixelBatch> pictures = new ArrayList<>();
      List<Outputs> seen = new ArrayList<>();
      for (int place = 0; place < model.head().pictures(); place++) {
        pictures.add(pictures(seed + place, sizes, 0));
        seen.add(requirePictures(pictures.get(place), place));
      }
      List<Output> pooled = seen.stream().map(each -> each.get("pooled")).toList();
      if (model.meeting() instanceof AttentiveJoin) {
        Observation expected = model.observe(new Inputs(texts, pictures), Mode.EVALUATION);
        float[] logits = exported.attentive(texts, text, seen).get("logits").values();
        requireClose("logits", logits, expected.logits());
        float[] quick = exported.join(text.get("pooled"), pooled).get("logits").values();
        requireClose("logits of the MLP join", quick, expected.join().orElseThrow().quick());
      } else {
        List<Tensor> vectors =
            IntStream.range(0, pictures.size())
                .mapToObj(place -> model.encodePictures(pictures.get(place), place))
                .toList();
        requireJoin(text.get("pooled"), pooled, model.encodeTexts(texts), vectors);
      }
    }
  }

  /** Runs pictures of these sizes, laid into a batch with so many pixels more than needed. */
  void requirePictures(long seed, List<Size> sizes, int more) {
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard()) {
      requirePictures(pictures(seed, sizes, more), 0);
    }
  }

  private Outputs requirePictures(PixelBatch pictures, int place) {
    PatchPlan plan = model.imageTower().plan(pictures);
    Encoded expected = model.imageTower().encode(pictures, plan, 1 + place, Mode.EVALUATION);
    Outputs found = exported.pictures(pictures, place);
    int tokens = 1 + plan.rows() * plan.columns();
    Output states = found.get("states");
    Output mask = found.get("mask");
    assertThat(states.shape())
        .containsExactly(pictures.size(), tokens, model.architecture().width());
    assertThat(mask.shape()).containsExactly(pictures.size(), tokens);
    assertThat(states.values()).as("states").doesNotContain(Float.NaN);
    requireStates(expected, plan, states, mask);
    requireClose("pooled", found.get("pooled").values(), expected.pooled());
    model
        .similarity()
        .ifPresent(
            compared ->
                requireClose(
                    "image_embeds",
                    found.get("image_embeds").values(),
                    compared.pictures(expected.pooled())));
    return found;
  }

  /** The engine has real patches first; the graph has all in reading order. */
  private static void requireStates(Encoded expected, PatchPlan plan, Output states, Output mask) {
    int width = (int) states.shape()[2];
    int tokens = (int) states.shape()[1];
    float[] engine = Tensors.floats(expected.states());
    float[] shown = new float[mask.values().length];
    for (int i = 0; i < plan.selected().length; i++) {
      for (int j = 0; j <= plan.length(); j++) {
        long position = j == 0 ? -1 : plan.selected()[i][j - 1];
        if (j == 0 || plan.isReal(i, position)) {
          int there = i * tokens + (int) position + 1;
          shown[there] = 1;
          int here = i * (1 + plan.length()) + j;
          requireClose("states", states.values(), there * width, engine, here * width, width);
        }
      }
    }
    assertThat(mask.values()).as("mask").containsExactly(shown);
  }

  private Outputs requireTexts(TokenBatch texts) {
    Encoded expected = model.textTower().encode(texts, Mode.EVALUATION);
    Outputs found = exported.texts(texts);
    float[] engine = Tensors.floats(expected.states());
    float[] states = found.get("states").values();
    assertThat(states).hasSameSizeAs(engine).doesNotContain(Float.NaN);
    int width = model.architecture().width();
    for (int i = 0; i < texts.lengths().length; i++) {
      int from = i * texts.length() * width;
      requireClose("texts", states, from, engine, from, texts.lengths()[i] * width);
    }
    requireClose("pooled of texts", found.get("pooled").values(), expected.pooled());
    model
        .similarity()
        .ifPresent(
            compared ->
                requireClose(
                    "text_embeds",
                    found.get("text_embeds").values(),
                    compared.texts(expected.pooled())));
    return found;
  }

  /** From pooled vectors, as the exported join takes them. */
  private Tensor answer(Tensor text, List<Tensor> pictures) {
    if (model.meeting() instanceof Similarity compared) {
      return compared.scores(compared.texts(text), List.of(compared.pictures(pictures.get(0))));
    }
    Join join = (Join) model.meeting();
    return join.scores(join.texts(text), pictures.stream().map(join::pictures).toList());
  }

  private void requireJoin(
      Output text, List<Output> pictures, Tensor engineText, List<Tensor> enginePictures) {
    Outputs found = exported.join(text, pictures);
    String name = model.head() instanceof Head.Classifier ? "logits" : "scores";
    requireClose(name, found.get(name).values(), answer(engineText, enginePictures));
    model
        .similarity()
        .ifPresent(
            compared -> {
              requireClose(
                  "text_embeds", found.get("text_embeds").values(), compared.texts(engineText));
              requireClose(
                  "image_embeds",
                  found.get("image_embeds").values(),
                  compared.pictures(enginePictures.get(0)));
            });
  }

  private static void requireClose(String name, float[] found, Tensor expected) {
    float[] engine = Tensors.floats(expected);
    assertThat(found).as(name).hasSameSizeAs(engine);
    requireClose(name, found, 0, engine, 0, engine.length);
  }

  /** One assertion for all of them, which would else take most of the time. */
  private static void requireClose(
      String name, float[] found, int foundFrom, float[] engine, int engineFrom, int count) {
    float worst = 0;
    for (int i = 0; i < count; i++) {
      worst = Math.max(worst, Math.abs(found[foundFrom + i] - engine[engineFrom + i]));
    }
    assertThat(worst).as("largest difference of " + name).isLessThan(CLOSE);
  }

  private TokenBatch texts(long seed, int... lengths) {
    Draws draws = Draws.of(seed, "texts");
    int[][] texts = new int[lengths.length][];
    int longest = 0;
    for (int i = 0; i < texts.length; i++) {
      texts[i] =
          IntStream.range(0, lengths[i])
              .map(j -> 1 + draws.nextInt(model.architecture().vocabularySize() - 1))
              .toArray();
      longest = Math.max(longest, lengths[i]);
    }
    return TokenBatch.of(texts, longest, Device.CPU);
  }

  /** Noise, on the padding too. */
  private static PixelBatch pictures(long seed, List<Size> sizes, int more) {
    int high = more + sizes.stream().mapToInt(Size::high).max().orElseThrow();
    int wide = more + sizes.stream().mapToInt(Size::wide).max().orElseThrow();
    Draws draws = Draws.of(seed, "pixels");
    float[] pixels = new float[sizes.size() * 3 * high * wide];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) (2 * draws.nextDouble() - 1);
    }
    return new PixelBatch(
        Tensors.of(pixels, sizes.size(), 3, high, wide),
        sizes.stream().mapToInt(Size::high).toArray(),
        sizes.stream().mapToInt(Size::wide).toArray());
  }
}
