package org.dide.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dide.answer.PictureEncoder.Outcome;
import org.dide.hub.Checksums;
import org.dide.hub.TinyModels;
import org.dide.hub.TrainedModel;
import org.dide.image.PreprocessorSettings;
import org.dide.image.RgbImage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class PictureEncoderTest {
  private static final int COUNT = 20;
  private static final int DAMAGED = 7;

  @TempDir Path folder;
  private final TrainedModel trained = TinyModels.dual(5);
  private final Towers towers = Towers.of(trained);

  @BeforeEach
  void draw() throws IOException {
    for (int i = 0; i < COUNT; i++) {
      AnswererTest.png(file(i), TinyModels.picture(i));
    }
  }

  @AfterEach
  void close() {
    trained.close();
  }

  @Test
  void everyPictureIsEncodedAsItIsAlone() throws Exception {
    List<Outcome> outcomes = encode(2);
    for (int i = 0; i < COUNT; i++) {
      RgbImage picture = TinyModels.picture(i);
      assertThat(outcomes.get(i)).isInstanceOf(Outcome.Encoded.class);
      Outcome.Encoded encoded = (Outcome.Encoded) outcomes.get(i);
      assertThat(encoded.picture())
          .isEqualTo(new StoredItem.Picture(id(i), checksum(i), picture.width(), picture.height()));
      assertSame(encoded.vectors(), towers.encode(picture));
    }
  }

  @Test
  void theNumberOfThreadsChangesNothing() throws Exception {
    List<Outcome> one = encode(1);
    List<Outcome> five = encode(5);
    assertThat(five).extracting(Outcome::id).isEqualTo(one.stream().map(Outcome::id).toList());
    for (int i = 0; i < COUNT; i++) {
      assertSame(
          ((Outcome.Encoded) five.get(i)).vectors(), ((Outcome.Encoded) one.get(i)).vectors());
    }
  }

  @Test
  void aPictureOfPairsHasAVectorForEachPlace() {
    try (TrainedModel pairs = TinyModels.dualOfPairs(3)) {
      Vectors vectors = Towers.of(pairs).encode(TinyModels.picture(1));
      assertThat(vectors.shares()).hasSize(2);
      assertThat(vectors.shares().get(0)).isNotEqualTo(vectors.shares().get(1));
      assertThat(vectors.pooled()).hasSize(2);
    }
  }

  @Test
  void whatIsKnownIsNotEncodedAgainUntilItsBytesChange() throws Exception {
    Map<String, String> known = new HashMap<>();
    for (int i = 0; i < COUNT; i++) {
      known.put(id(i), checksum(i));
    }
    AnswererTest.png(file(DAMAGED), TinyModels.picture(99));
    List<Outcome> outcomes = encode(new PictureEncoder(towers, 2), known);
    for (int i = 0; i < COUNT; i++) {
      assertThat(outcomes.get(i))
          .isInstanceOf(i == DAMAGED ? Outcome.Encoded.class : Outcome.Unchanged.class);
    }
  }

  @Test
  void whatCannotBeReadIsToldAndLeftOut() throws Exception {
    Files.writeString(file(DAMAGED), "no picture");
    List<Outcome> outcomes = encode(2);
    assertThat(outcomes).filteredOn(o -> o instanceof Outcome.Unreadable).hasSize(1);
    assertThat(((Outcome.Unreadable) outcomes.get(DAMAGED)).why())
        .startsWith(file(DAMAGED).toString())
        .contains("is no picture of a known format");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aLinkToNowhereIsToldToo() throws Exception {
    Files.delete(file(DAMAGED));
    Files.createSymbolicLink(file(DAMAGED), folder.resolve("nowhere"));
    assertThat(((Outcome.Unreadable) encode(2).get(DAMAGED)).why())
        .startsWith(file(DAMAGED) + ": cannot be read");
  }

  @Test
  void aPictureOfAWrongSizeIsNamedWhereNoneIsResized() throws Exception {
    PreprocessorSettings settings = trained.preprocessing();
    TrainedModel unresized =
        new TrainedModel(
            trained.model(),
            trained.task(),
            trained.vocabulary(),
            new PreprocessorSettings(
                false,
                settings.shorter(),
                settings.sizeMultiple(),
                settings.mean(),
                settings.std(),
                settings.orientation(),
                settings.alpha()),
            trained.provenance());
    List<Outcome> outcomes = encode(new PictureEncoder(Towers.of(unresized), 1), Map.of());
    assertThat(outcomes)
        .filteredOn(outcome -> outcome instanceof Outcome.Unreadable)
        .isNotEmpty()
        .allSatisfy(
            outcome ->
                assertThat(((Outcome.Unreadable) outcome).why())
                    .startsWith(folder.toString())
                    .contains("is not resized"));
  }

  @Test
  void endsEarlyWhenAskedToWithWhatIsUnderWay() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    List<String> heard = new ArrayList<>();
    boolean all =
        new PictureEncoder(towers, 1)
            .encode(
                files().iterator(),
                Map.of(),
                stop,
                outcome -> {
                  heard.add(outcome.id());
                  stop.set(true);
                });
    assertThat(all).isFalse();
    assertThat(heard).hasSizeBetween(1, 6).isSorted();
  }

  @Test
  void failuresOfTheProgramAreNotTakenForBadPictures() {
    trained.close(); // its parameters are gone
    assertThatThrownBy(() -> encode(2)).isInstanceOf(RuntimeException.class);
  }

  private List<Outcome> encode(int threads) throws InterruptedException {
    return encode(new PictureEncoder(towers, threads), Map.of());
  }

  private List<Outcome> encode(PictureEncoder encoder, Map<String, String> known)
      throws InterruptedException {
    List<Outcome> outcomes = new ArrayList<>();
    assertThat(encoder.encode(files().iterator(), known, new AtomicBoolean(), outcomes::add))
        .isTrue();
    assertThat(outcomes).hasSize(COUNT);
    return outcomes;
  }

  private static void assertSame(Vectors found, Vectors expected) {
    for (int place = 0; place < expected.shares().size(); place++) {
      assertThat(found.pooled().get(place)).isEqualTo(expected.pooled().get(place));
      assertThat(found.shares().get(place)).isEqualTo(expected.shares().get(place));
    }
  }

  private List<PictureSource> files() {
    return PictureFinder.find(List.of(folder.toString()));
  }

  private Path file(int number) {
    return folder.resolve(id(number));
  }

  private static String id(int number) {
    return "%02d.png".formatted(number);
  }

  private String checksum(int number) throws IOException {
    return Checksums.of(Files.readAllBytes(file(number)));
  }
}
