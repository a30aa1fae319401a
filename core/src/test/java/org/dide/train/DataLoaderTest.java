package org.dide.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import org.dide.InputException;
import org.dide.data.Dataset;
import org.dide.data.Example;
import org.dide.data.Label;
import org.dide.data.Picture;
import org.dide.image.Augmentation;
import org.dide.image.Preprocessor;
import org.dide.image.PreprocessorSettings;
import org.dide.image.RgbImage;
import org.dide.task.ExamplePreparer;
import org.dide.task.Prepared;
import org.dide.text.Vocabulary;
import org.dide.text.WordPieceTokenizer;
import org.junit.jupiter.api.Test;

class DataLoaderTest {
  private static final Vocabulary VOCABULARY =
      Vocabulary.of(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "what"));

  /** So many examples, of which some have pictures that cannot be read. */
  private record Broken(int size, IntPredicate isBroken) implements Dataset {
    @Override
    public String name() {
      return "broken/train";
    }

    @Override
    public Example example(int epoch, int index) {
      Picture picture =
          new Picture() {
            @Override
            public String name() {
              return index + ".jpg";
            }

            @Override
            public RgbImage load() {
              if (isBroken.test(index)) {
                throw new InputException(name() + ": cut off");
              }
              return new RgbImage(4, 4, new byte[3 * 4 * 4]);
            }
          };
      return new Example(
          Integer.toString(index), List.of(picture), "what", new Label.Answers(Map.of()), "");
    }
  }

  @Test
  void leavesOneInAHundredOut() throws Exception {
    Broken data = new Broken(1000, index -> index % 100 == 7);
    try (DataLoader loader = loader(data, 50, 1, 2)) {
      Set<String> seen = new TreeSet<>();
      for (int batch = 0; batch < 20; batch++) {
        ids(loader.next()).forEach(seen::add);
      }
      assertThat(seen).hasSize(990).doesNotContain("7", "107", "907");
      assertThat(loader.unreadable()).isEqualTo(10);
      loader.requireReadable();
    }
  }

  @Test
  void takesMoreForABrokenDataSet() throws Exception {
    Broken data = new Broken(1000, index -> index % 100 == 7 || index == 8);
    try (DataLoader loader = loader(data, 50, 1, 1)) {
      for (int batch = 0; batch < 19; batch++) {
        loader.next(); // too few to judge by
      }
      assertThatThrownBy(loader::next)
          .isInstanceOf(InputException.class)
          .hasMessage(
              "broken/train: 11 of 1000 examples have pictures that cannot be read,"
                  + " allowed is 1 %; the log names them");
    }
  }

  @Test
  void judgesAShortTrainingAtItsEnd() throws Exception {
    try (DataLoader loader = loader(new Broken(20, index -> index < 10), 20, 1, 1)) {
      assertThat(loader.next()).hasSize(10);
      assertThatThrownBy(loader::requireReadable)
          .isInstanceOf(InputException.class)
          .hasMessageContaining("10 of 20 examples");
    }
  }

  @Test
  void keepsAllThreadsAtWork() throws Exception {
    CountDownLatch together = new CountDownLatch(6);
    Broken data =
        new Broken(
            64,
            index -> {
              together.countDown();
              return !hasCome(together); // who waits in vain cannot be read
            });
    try (DataLoader loader = loader(data, 1, 1, 6)) {
      for (int batch = 0; batch < 6; batch++) {
        assertThat(loader.next()).hasSize(1);
      }
    }
  }

  private static boolean hasCome(CountDownLatch event) {
    try {
      return event.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Test
  void passesOnWhatIsNoFaultOfTheData() throws Exception {
    Broken data =
        new Broken(
            10,
            index -> {
              throw new IllegalStateException("a bug");
            });
    try (DataLoader loader = loader(data, 5, 1, 1)) {
      assertThatThrownBy(loader::next)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("a bug");
    }
  }

  @Test
  void theOrderIsThatOfTheSeedWhateverTheThreads() throws Exception {
    Broken data = new Broken(37, index -> false);
    List<List<String>> first = order(data, 5, 1, 15);
    assertThat(order(data, 5, 4, 15)).isEqualTo(first);
    List<String> flat = first.stream().flatMap(List::stream).toList();
    assertThat(new TreeSet<>(flat.subList(0, 37))).as("an epoch").hasSize(37);
    assertThat(new TreeSet<>(flat.subList(37, 74))).as("the next one").hasSize(37);
    assertThat(flat.subList(37, 74)).isNotEqualTo(flat.subList(0, 37));
    try (DataLoader resumed =
        new DataLoader(
            data,
            preparer(),
            5,
            false,
            3,
            2,
            new Tolerance(0.01),
            6,
            0)) { // as after six micro-batches
      for (int batch = 6; batch < 15; batch++) {
        assertThat(ids(resumed.next())).isEqualTo(first.get(batch));
      }
    }
  }

  private static List<List<String>> order(Broken data, int batchSize, int threads, int batches)
      throws InterruptedException {
    try (DataLoader loader = loader(data, batchSize, 3, threads)) {
      List<List<String>> order = new ArrayList<>();
      for (int batch = 0; batch < batches; batch++) {
        order.add(ids(loader.next()));
      }
      return order;
    }
  }

  private static List<String> ids(List<Prepared> batch) {
    return batch.stream().map(prepared -> prepared.example().id()).toList();
  }

  private static DataLoader loader(Broken data, int batchSize, long seed, int threads) {
    return new DataLoader(
        data, preparer(), batchSize, false, seed, threads, new Tolerance(0.01), 0, 0);
  }

  private static ExamplePreparer preparer() {
    return new ExamplePreparer(
        new WordPieceTokenizer(VOCABULARY),
        4,
        new Preprocessor(PreprocessorSettings.ofShorter(32)),
        Augmentation.NONE,
        0);
  }
}
