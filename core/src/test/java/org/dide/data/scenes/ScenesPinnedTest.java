package org.dide.data.scenes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.dide.data.Example;
import org.dide.data.TaskName;
import org.dide.train.Recipes;
import org.junit.jupiter.api.Test;

/** Holds generated questions and pictures to the bytes that published models were trained on. */
class ScenesPinnedTest {
  private static final ScenesSettings RICH =
      new ScenesSettings(
          1,
          new Grid(3, 4, 20),
          2,
          EnumSet.allOf(Attribute.class),
          10,
          0.3,
          Map.of(Shape.CIRCLE, Colour.RED, Shape.CROSS, Colour.BLUE),
          ScenesSettings.DEFAULT.stages(),
          1_000,
          100,
          100);

  @Test
  void questionsArePinned() throws Exception {
    assertThat(hash(ScenesDataset.train(ScenesSettings.DEFAULT), 0)).isEqualTo("0860f8e3ed0671f9");
    assertThat(hash(ScenesDataset.train(ScenesSettings.DEFAULT), 50)).isEqualTo("f840eff0490477ab");
    assertThat(hash(ScenesDataset.test(ScenesSettings.DEFAULT), 0)).isEqualTo("fa32393d3d5900e4");
    assertThat(hash(ScenesDataset.train(RICH), 7)).isEqualTo("065c7f0e215b927a");
    assertThat(hash(ScenesDataset.unseen(TaskName.VQA, RICH), 0)).isEqualTo("f051f0b33d35e2d7");
    assertThat(hash(ScenesDataset.train(Recipes.defaults().data().scenes()), 6))
        .isEqualTo("4be5132b2cfaa9a1");
  }

  @Test
  void wordsAndAnswersArePinned() throws Exception {
    assertThat(hash(ScenesDataset.words(TaskName.VQA))).isEqualTo("4f2a513639bf1564");
    assertThat(hash(ScenesDataset.answers(TaskName.VQA))).isEqualTo("2f69f93c85bde9cd");
  }

  /** Of the first sixty examples: names, texts, labels, types and pixels. */
  private static String hash(ScenesDataset data, int epoch) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (int index = 0; index < 60; index++) {
      Example example = data.example(epoch, index);
      String line =
          String.join(
              "|",
              example.id(),
              example.pictures().get(0).name(),
              example.text(),
              example.label().best().orElseThrow(),
              example.type());
      digest.update(line.getBytes(UTF_8));
      digest.update(example.pictures().get(0).load().rgb());
    }
    return shortened(digest);
  }

  private static String hash(List<String> words) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    digest.update(String.join(" ", words).getBytes(UTF_8));
    return shortened(digest);
  }

  private static String shortened(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
  }
}
