package org.dide.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.dide.InputException;
import org.dide.testing.Shared;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class TrickyImagesTest {
  private static final Set<String> REFUSED =
      Set.of(
          "monkey12.jpg", // 12 bits
          "16_bit_binary.pgm", // no format of ours
          "broken.png",
          "decompression_bomb.gif",
          "truncated_jpeg.jpg",
          "zero_width.gif");

  private final ImageDecoder decoder = new ImageDecoder(DecodeOptions.defaults());

  @TestFactory
  Stream<DynamicTest> decodesOrRefusesInLittleTime() throws IOException {
    return pictures().stream()
        .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> check(file)));
  }

  private void check(Path file) {
    boolean refused =
        assertTimeout(
            Duration.ofSeconds(10),
            () -> {
              try {
                decoder.decode(file);
                return false;
              } catch (InputException e) {
                assertThat(e).hasMessageStartingWith(file + ": ");
                return true;
              }
            });
    assertThat(refused).isEqualTo(REFUSED.contains(file.getFileName().toString()));
  }

  @Test
  void turnsTheSamePhotoUprightFromEveryOrientation() {
    Path directory = Shared.path("data/tricky-images/exif-orientation-examples");
    RgbImage upright = decoder.decode(directory.resolve("Landscape_1.jpg"));
    RgbImage turned = decoder.decode(directory.resolve("Landscape_6.jpg"));

    assertThat(turned.width()).isEqualTo(upright.width());
    long difference = 0;
    for (int i = 0; i < upright.rgb().length; i++) {
      difference += Math.abs((upright.rgb()[i] & 0xFF) - (turned.rgb()[i] & 0xFF));
    }
    // Two separate compressions of one photo, which carries its orientation's number as text.
    assertThat((double) difference / upright.rgb().length).isLessThan(6);
  }

  private static List<Path> pictures() throws IOException {
    try (Stream<Path> files = Files.walk(Shared.path("data/tricky-images"))) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.getFileName().toString().startsWith("LICENSE"))
          .sorted()
          .toList();
    }
  }
}
