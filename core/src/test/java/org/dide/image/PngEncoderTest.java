package org.dide.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.Optional;
import javax.imageio.ImageIO;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.dide.random.Draws;
import org.junit.jupiter.api.Test;

class PngEncoderTest {
  @Property(tries = 100)
  void whatIsWrittenIsReadBack(
      @ForAll @IntRange(min = 1, max = 40) int width,
      @ForAll @IntRange(min = 1, max = 40) int height,
      @ForAll long seed) {
    Draws draws = Draws.of(seed, "pixels");
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) draws.nextInt(256);
    }
    byte[] file = PngEncoder.encode(new RgbImage(width, height, rgb));
    RgbImage read = new ImageDecoder(DecodeOptions.defaults()).decode(file, "written");
    assertThat(read.width()).isEqualTo(width);
    assertThat(read.height()).isEqualTo(height);
    assertThat(read.rgb()).isEqualTo(rgb);
  }

  @Test
  void keepsTransparency() throws Exception {
    byte[] rgba = {1, 2, 3, 0, 4, 5, 6, (byte) 128, 7, 8, 9, (byte) 255, 10, 11, 12, 77};
    byte[] file = PngEncoder.encodeTransparent(2, 2, rgba);
    BufferedImage read =
        Optional.ofNullable(ImageIO.read(new ByteArrayInputStream(file))).orElseThrow();
    assertThat(read.getRGB(1, 0)).isEqualTo(0x80040506);
    assertThat(read.getRGB(0, 1)).isEqualTo(0xFF070809);
    assertThat(read.getRGB(1, 1)).isEqualTo(0x4D0A0B0C);
    assertThatThrownBy(() -> PngEncoder.encodeTransparent(2, 2, new byte[3]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
