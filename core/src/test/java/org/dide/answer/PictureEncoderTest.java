package org.dide.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dide.answer.PictureEncoder.Encoding;
import org.dide.hub.Checksums;
import org.dide.hub.TinyModels;
import org.dide.hub.TrainedModel;
import org.dide.image.PreprocessorSettings;
import org.dide.image.RgbImage;
import org.dide.tensor.Tensors;
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
  private final DualAnswerer answerer = DualAnswerer.of(trained);

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
    try (Encoding encoding = encode(2)) {
      assertThat(encoding.unreadable()).isEmpty();
      assertThat(encoding.features().size()).isEqualTo(COUNT);
      assertThat(encoding.features().model()).isEqualTo("model");
      for (int i = 0; i < COUNT; i++) {
        RgbImage picture = TinyModels.picture(i);
        assertThat(encoding.features().pictures().get(i))
            .isEqualTo(
                new StoredPicture(
                    "%02d.png".formatted(i),
                    Checksums.of(Files.readAllBytes(file(i))),
                    picture.width(),
                    picture.height()));
        assertThat(encoding.features().vector(i)).isEqualTo(answerer.encode(picture));
      }
    }
  }

  @Test
  void theNumberOfThreadsChangesNothing() throws Exception {
    try (Encoding one = encode(1);
        Encoding five = encode(5)) {
      assertThat(Arrays.equals(values(one), values(five))).isTrue();
      assertThat(five.features().pictures()).isEqualTo(one.features().pictures());
    }
  }

  @Test
  void whatCannotBeReadIsToldAndLeftOut() throws Exception {
    Files.writeString(file(DAMAGED), "no picture");
    try (Encoding encoding = encode(2)) {
      assertThat(encoding.unreadable())
          .extracting(PictureEncoder.Unreadable::id)
          .containsExactly("07.png");
      assertThat(encoding.unreadable().get(0).why())
          .startsWith(file(DAMAGED).toString())
          .contains("is no picture of a known format");
      assertThat(encoding.features().pictures()).hasSize(COUNT - 1);
      assertThat(encoding.features().vector(DAMAGED))
          .isEqualTo(answerer.encode(TinyModels.picture(DAMAGED + 1)));
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aLinkToNowhereIsToldToo() throws Exception {
    Files.delete(file(DAMAGED));
    Files.createSymbolicLink(file(DAMAGED), folder.resolve("nowhere"));
    try (Encoding encoding = encode(2)) {
      assertThat(encoding.unreadable()).hasSize(1);
      assertThat(encoding.unreadable().get(0).why()).startsWith(file(DAMAGED) + ": cannot be read");
    }
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
    try (Encoding encoding = encode(new PictureEncoder(DualAnswerer.of(unresized), 1))) {
      assertThat(encoding.unreadable()).isNotEmpty();
      assertThat(encoding.unreadable().get(0).why())
          .startsWith(folder.toString())
          .contains("is not resized");
    }
  }

  @Test
  void endsEarlyWhenAskedTo() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    List<Integer> heard = new ArrayList<>();
    Optional<Encoding> encoding =
        new PictureEncoder(answerer, 1)
            .encode(
                files(),
                "model",
                done -> {
                  heard.add(done);
                  stop.set(done == 3);
                },
                stop);
    assertThat(encoding).isEmpty();
    assertThat(heard).containsExactly(1, 2, 3);
  }

  @Test
  void failuresOfTheProgramAreNotTakenForBadPictures() {
    DualAnswerer closed = answerer;
    trained.close(); // its parameters are gone
    assertThatThrownBy(() -> encode(new PictureEncoder(closed, 2)))
        .isInstanceOf(RuntimeException.class);
  }

  private Encoding encode(int threads) throws InterruptedException {
    return encode(new PictureEncoder(answerer, threads));
  }

  private Encoding encode(PictureEncoder encoder) throws InterruptedException {
    List<Integer> heard = new ArrayList<>();
    Encoding encoding =
        encoder.encode(files(), "model", heard::add, new AtomicBoolean()).orElseThrow();
    assertThat(heard).hasSize(COUNT).isSorted().endsWith(COUNT);
    return encoding;
  }

  private List<PictureFile> files() {
    return PictureFile.find(List.of(folder));
  }

  private Path file(int number) {
    return folder.resolve("%02d.png".formatted(number));
  }

  private static float[] values(Encoding encoding) {
    return Tensors.floats(encoding.features().vectors());
  }
}
