package org.dide.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageIO;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.dide.random.Draws;
import org.junit.jupiter.api.Test;

class PngEncoderTest {
  private static final ImageDecoder DECODER = new ImageDecoder(DecodeOptions.defaults());

  @Property(tries = 50)
  void keepsEveryPixel(
      @ForAll @IntRange(min = 1, max = 40) int width,
      @ForAll @IntRange(min = 1, max = 40) int height,
      @ForAll long seed) {
    RgbImage image = noise(width, height, seed);
    RgbImage read = DECODER.decode(PngEncoder.encode(image), "own");
    assertThat(read.width()).isEqualTo(width);
    assertThat(read.height()).isEqualTo(height);
    assertThat(read.rgb()).isEqualTo(image.rgb());
  }

  /** The JDK's reader, which shares no code with ours, finds the same. */
  @Test
  void isReadByOthers() throws IOException {
    RgbImage image = noise(7, 5, 3);
    var read = ImageIO.read(new ByteArrayInputStream(PngEncoder.encode(image)));
    for (int y = 0; y < 5; y++) {
      for (int x = 0; x < 7; x++) {
        int at = 3 * (7 * y + x);
        int expected =
            (image.rgb()[at] & 0xFF) << 16
                | (image.rgb()[at + 1] & 0xFF) << 8
                | (image.rgb()[at + 2] & 0xFF);
        assertThat(read.getRGB(x, y) & 0xFFFFFF).isEqualTo(expected);
      }
    }
  }

  @Test
  void laysPicturesInRows() {
    RgbImage black = new RgbImage(2, 3, new byte[18]);
    RgbImage sheet = ContactSheet.of(List.of(black, black, black), 2);
    assertThat(sheet.width()).isEqualTo(4 + 2 * (2 + 4));
    assertThat(sheet.height()).isEqualTo(4 + 2 * (3 + 4));
    assertThat(blackPixels(sheet)).isEqualTo(3 * 6);
    assertThat(isBlack(sheet, 4, 4)).isTrue();
    assertThat(isBlack(sheet, 3, 4)).isFalse();
    assertThat(isBlack(sheet, 4 + 6 + 1, 4 + 2)).isTrue();
    assertThat(isBlack(sheet, 4, 4 + 7)).isTrue();
    assertThat(isBlack(sheet, 4 + 6, 4 + 7)).isFalse();
    assertThatThrownBy(() -> ContactSheet.of(List.of(), 2))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static RgbImage noise(int width, int height, long seed) {
    Draws draws = Draws.of(seed, "png");
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) draws.nextInt(256);
    }
    return new RgbImage(width, height, rgb);
  }

  private static boolean isBlack(RgbImage image, int x, int y) {
    return image.rgb()[3 * (y * image.width() + x)] == 0;
  }

  private static int blackPixels(RgbImage image) {
    int count = 0;
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        count += isBlack(image, x, y) ? 1 : 0;
      }
    }
    return count;
  }
}
