package org.dide.onnx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.dide.AtomicFolder;
import org.dide.hub.TinyModels;
import org.dide.hub.TrainedModel;
import org.dide.model.Architecture;
import org.dide.model.AttentiveSizes;
import org.dide.onnx.SameVectors.Size;
import org.dide.random.Draws;
import org.dide.tensor.Engine;

/** A graph is its model whatever the sizes of the model, of pictures and of texts. */
class AnySizesTest {
  private static final int TRIES = 25;

  private final Path folder = temporary();

  @BeforeContainer
  static void oneThread() {
    Engine.configure(1);
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("graphs");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterTry
  void clear() {
    AtomicFolder.remove(folder);
  }

  @Provide
  Arbitrary<Architecture> architectures() {
    return Combinators.combine(
            Arbitraries.of(1, 2, 3),
            Arbitraries.of(4, 8, 12),
            Arbitraries.integers().between(1, 2),
            Arbitraries.integers().between(1, 3),
            Arbitraries.of(2, 3, 8),
            Arbitraries.integers().between(1, 6),
            Arbitraries.of(0, 0, 1, 4, 7),
            Arbitraries.of(-1, -1, 0, 1, 5, 12))
        .as(
            (heads, headWidth, depth, ratio, patch, grid, most, vectors) ->
                new Architecture(
                        heads * headWidth,
                        heads,
                        depth,
                        ratio,
                        patch,
                        patch * grid,
                        9,
                        14,
                        2,
                        0.1, // acts in training only
                        most)
                    .withJoin(
                        Optional.of(vectors)
                            .filter(kept -> kept >= 0)
                            .map(kept -> new AttentiveSizes(1, kept))));
  }

  @Property(tries = TRIES, shrinking = ShrinkingMode.OFF)
  void graphsGiveWhatTheEngineGives(
      @ForAll("architectures") Architecture architecture, @ForAll long seed) {
    try (TrainedModel trained = TinyModels.dual(architecture, seed)) {
      OnnxExport.write(trained, folder);
      try (ExportedFolder exported = new ExportedFolder(folder)) {
        SameVectors same = new SameVectors(trained, exported);
        Draws draws = Draws.of(seed, "sizes");
        int count = 1 + draws.nextInt(4);
        List<Size> sizes =
            Stream.generate(() -> size(draws, architecture.patchSize())).limit(count).toList();
        int[] lengths = IntStream.range(0, count).map(i -> 2 + draws.nextInt(8)).toArray();
        same.require(seed, sizes, lengths);
        same.requirePictures(seed, sizes, draws.nextInt(2 * architecture.patchSize()));
      }
    }
  }

  /** At least a patch and at most 8 along each side, mostly no whole number of patches. */
  private static Size size(Draws draws, int patch) {
    return new Size(patch + draws.nextInt(7 * patch + 1), patch + draws.nextInt(7 * patch + 1));
  }
}
