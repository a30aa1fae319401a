package org.dide.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.dide.random.Draws;
import org.dide.tensor.Device;
import org.dide.tensor.Engine;
import org.dide.tensor.Gaussian;
import org.dide.tensor.Scope;

/** What is computed apart, of a text or of a picture, adds up to what is computed together. */
class JoinTest {
  private static final int WORDS = 14;

  @Property(tries = 5)
  void aRowsBitsDependOnThatRowAlone(
      @ForAll @IntRange(min = 1, max = 700) int rows,
      @ForAll @IntRange(min = 0, max = 300) int from,
      @ForAll long seed) {
    Engine.configure(1);
    for (int width : List.of(32, 130, 384)) {
      Architecture sizes = new Architecture(width, 2, 1, 2, 16, 64, 12, WORDS, 2, 0, 0);
      for (int classes : List.of(3, 31)) {
        Head head = new Head.Classifier("vqa_classifier", 1, classes);
        try (Scope scope = Scope.open();
            NoGradGuard guard = new NoGradGuard();
            DualEncoder model = DualEncoder.initialised(sizes, head, seed, Device.CPU)) {
          Join join = (Join) model.meeting();
          Tensor pooled = noise(1001, width, seed); // (1001, D)
          Tensor text = join.texts(noise(1, width, seed + 1)); // (1, S)
          Tensor all = join.pictures(pooled); // (1001, S)
          Tensor some = join.pictures(pooled.narrow(0, from, rows)); // (R, S)

          assertThat(some.equal(all.narrow(0, from, rows))).isTrue();
          assertThat(
                  join.scores(text, List.of(some))
                      .equal(join.scores(text, List.of(all)).narrow(0, from, rows)))
              .isTrue();
        }
      }
    }
    Engine.configure(Engine.processors());
  }

  private static Tensor noise(int rows, int width, long seed) {
    return Gaussian.of(Draws.of(seed, "noise"), rows, width);
  }
}
