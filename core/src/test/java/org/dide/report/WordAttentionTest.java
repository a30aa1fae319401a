package org.dide.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.NoGradGuard;
import org.dide.InputException;
import org.dide.data.Example;
import org.dide.data.Label;
import org.dide.distill.AttentionPart;
import org.dide.distill.CrossModalAttention;
import org.dide.hub.TinyModels;
import org.dide.hub.TrainedModel;
import org.dide.image.ImageSize;
import org.dide.image.Preprocessor;
import org.dide.image.Resampler;
import org.dide.image.RgbImage;
import org.dide.model.Interaction;
import org.dide.model.Mode;
import org.dide.task.Collator;
import org.dide.task.Prepared;
import org.dide.tensor.Device;
import org.dide.tensor.Engine;
import org.dide.tensor.Scope;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

class WordAttentionTest {
  private static final String QUESTION = "what is the shape of the big reds?";
  private static final RgbImage PICTURE =
      Resampler.resize(TinyModels.picture(3), new ImageSize(96, 64));

  @BeforeAll
  static void oneThread() {
    Engine.configure(1);
  }

  @Test
  void eachWordsSharesSumToOne() {
    try (TrainedModel model = TinyModels.dual(1)) {
      WordAttention attention = WordAttention.of(model, PICTURE, QUESTION);
      assertThat(attention.words())
          .containsExactly(
              "[CLS]", "what", "is", "the", "shape", "of", "the", "big", "red", "##s", "?",
              "[SEP]");
      assertThat(attention.heads()).isEqualTo(4);
      assertThat(attention.answers()).hasSize(3);
      assertThat(attention.seen().width()).isEqualTo(96);
      for (int word = 0; word < 12; word++) {
        Heat heat = attention.ofWord(word);
        assertThat(heat.rows()).isEqualTo(4);
        assertThat(heat.columns()).isEqualTo(6);
        assertThat(sum(heat)).isCloseTo(1, within(1e-5));
      }
    }
  }

  @Test
  void meansOverWordsAndOverHeadsAgree() {
    try (TrainedModel model = TinyModels.fusion(2)) {
      WordAttention attention = WordAttention.of(model, PICTURE, QUESTION);
      double[] mean = attention.mean().weights();
      double[] byWord = new double[mean.length];
      double[] byHead = new double[mean.length];
      for (int patch = 0; patch < mean.length; patch++) {
        for (int word = 0; word < 12; word++) {
          byWord[patch] += attention.ofWord(word).weights()[patch] / 12;
        }
        for (int head = 0; head < 4; head++) {
          byHead[patch] += attention.ofHead(head).weights()[patch] / 4;
        }
      }
      assertThat(byWord).containsExactly(mean, within(1e-9));
      assertThat(byHead).containsExactly(mean, within(1e-9));
      assertThat(sum(attention.mean())).isCloseTo(1, within(1e-5));
    }
  }

  /** What a person is told is what the student was trained by. */
  @Test
  void divergenceIsTheLossOfDistillation() {
    try (TrainedModel teacher = TinyModels.fusion(3);
        TrainedModel student = TinyModels.dual(4)) {
      WordAttention taught = WordAttention.of(teacher, PICTURE, QUESTION);
      WordAttention learnt = WordAttention.of(student, PICTURE, QUESTION);
      assertThat(taught.divergence(taught)).isZero();
      assertThat(taught.divergence(learnt)).isCloseTo(loss(teacher, student), within(1e-6));
    }
  }

  private static double loss(TrainedModel teacher, TrainedModel student) {
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard()) {
      return CrossModalAttention.loss(
              AttentionPart.TEXT_TO_IMAGE,
              interaction(student),
              interaction(teacher),
              CrossModalAttention.Queries.VALID)
          .item_double();
    }
  }

  private static Interaction interaction(TrainedModel trained) {
    Preprocessor preprocessor = new Preprocessor(trained.preprocessing(), 16);
    Prepared prepared =
        new Prepared(
            new Example("", List.of(), QUESTION, new Label.Unknown(), ""),
            trained.tokenizer().encode(QUESTION, 12),
            List.of(preprocessor.prepare(PICTURE)));
    return trained
        .model()
        .observe(
            new Collator(trained.task(), 0, Device.CPU).collate(List.of(prepared)).inputs(),
            Mode.EVALUATION)
        .interactions()
        .get(0);
  }

  @Test
  void theReportShowsEveryWordAndHeadOfBoth() throws Exception {
    try (TrainedModel teacher = TinyModels.fusion(5);
        TrainedModel student = TinyModels.dual(6)) {
      Map<String, WordAttention> models = new LinkedHashMap<>();
      models.put("teacher", WordAttention.of(teacher, PICTURE, QUESTION));
      models.put("<student>", WordAttention.of(student, PICTURE, QUESTION));
      AttentionReport report = new AttentionReport(QUESTION, models);
      Element page = Pages.parse(report.page().html()).getDocumentElement();
      assertThat(Pages.texts(page, "h1")).containsExactly(QUESTION);
      assertThat(Pages.elements(page, "use")).hasSize(2 * (1 + 12 + 4));
      assertThat(Pages.texts(page, "div")).contains("[CLS]", "##s", "head 4");
      assertThat(Pages.texts(page, "figcaption")).anyMatch(text -> text.startsWith("<student>"));
      Element shared = Pages.elements(page, "defs").get(0);
      String address = Pages.elements(shared, "image").get(0).getAttribute("href");
      assertThat(Pages.picture(address).rgb()).isEqualTo(PICTURE.rgb());
    }
  }

  @Test
  void theBrightestPatchIsThePictureItself() {
    try (TrainedModel model = TinyModels.dual(7)) {
      WordAttention attention = WordAttention.of(model, PICTURE, QUESTION);
      RgbImage map = new AttentionReport(QUESTION, Map.of("model", attention)).picture();
      assertThat(map.width()).isEqualTo(3 * 96);
      assertThat(map.height()).isEqualTo(3 * 64);
      double[] weights = attention.mean().weights();
      int best = 0;
      for (int patch = 0; patch < weights.length; patch++) {
        best = weights[patch] > weights[best] ? patch : best;
      }
      for (int patch = 0; patch < weights.length; patch++) {
        byte[] shown = patch(map, patch, 3);
        byte[] picture = patch(PICTURE, patch, 1);
        if (patch == best) {
          assertThat(shown).isEqualTo(picture);
        } else {
          assertThat(brightness(shown)).isLessThan(brightness(picture));
        }
      }
    }
  }

  /** The pixels of a patch of 16 by 16, of a picture enlarged so many times. */
  private static byte[] patch(RgbImage image, int patch, int scale) {
    byte[] pixels = new byte[16 * 16 * 3];
    for (int y = 0; y < 16; y++) {
      for (int x = 0; x < 16; x++) {
        int row = (patch / 6 * 16 + y) * scale;
        int column = (patch % 6 * 16 + x) * scale;
        System.arraycopy(
            image.rgb(), 3 * (row * image.width() + column), pixels, 3 * (y * 16 + x), 3);
      }
    }
    return pixels;
  }

  private static int brightness(byte[] pixels) {
    int sum = 0;
    for (byte sample : pixels) {
      sum += sample & 0xFF;
    }
    return sum;
  }

  @Test
  void refusesToCompareWhatCannotBeCompared() {
    try (TrainedModel model = TinyModels.dual(8)) {
      Map<String, WordAttention> models = new LinkedHashMap<>();
      models.put("teacher", WordAttention.of(model, PICTURE, "what is big?"));
      models.put("student", WordAttention.of(model, PICTURE, "what is the shape?"));
      assertThatThrownBy(() -> new AttentionReport("what?", models))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("student: found 7 words, 4 heads");
    }
  }

  private static double sum(Heat heat) {
    return heat.onPicture() + Arrays.stream(heat.weights()).sum();
  }
}
