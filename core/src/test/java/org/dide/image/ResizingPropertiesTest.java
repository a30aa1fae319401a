package org.dide.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.ByteRange;
import net.jqwik.api.constraints.IntRange;
import org.dide.random.Draws;

class ResizingPropertiesTest {
  @Property(tries = 200)
  void aPlainPictureStaysPlain(
      @ForAll @IntRange(min = 1, max = 60) int width,
      @ForAll @IntRange(min = 1, max = 60) int height,
      @ForAll @IntRange(min = 1, max = 80) int newWidth,
      @ForAll @IntRange(min = 1, max = 80) int newHeight,
      @ForAll @ByteRange(min = Byte.MIN_VALUE) byte level) {
    byte[] rgb = new byte[width * height * 3];
    Arrays.fill(rgb, level);

    RgbImage resized =
        Resampler.resize(new RgbImage(width, height, rgb), new ImageSize(newWidth, newHeight));

    byte[] expected = new byte[newWidth * newHeight * 3];
    Arrays.fill(expected, level);
    assertThat(resized.width()).isEqualTo(newWidth);
    assertThat(resized.rgb()).isEqualTo(expected);
  }

  @Property(tries = 100)
  void mirroringCommutesWithResizing(
      @ForAll @IntRange(min = 1, max = 40) int width,
      @ForAll @IntRange(min = 1, max = 40) int height,
      @ForAll @IntRange(min = 1, max = 64) int newWidth,
      @ForAll @IntRange(min = 1, max = 64) int newHeight,
      @ForAll long seed) {
    RgbImage image = noise(width, height, seed);
    ImageSize size = new ImageSize(newWidth, newHeight);
    ExifOrientation mirror = ExifOrientation.MIRRORED;

    byte[] mirroredLast = mirror.upright(Resampler.resize(image, size)).rgb();
    byte[] mirroredFirst = Resampler.resize(mirror.upright(image), size).rgb();

    // Window ends round up, so that a tap of weight nearly 0 may be dropped on one side only.
    for (int i = 0; i < mirroredLast.length; i++) {
      assertThat((mirroredLast[i] & 0xFF) - (mirroredFirst[i] & 0xFF)).isBetween(-1, 1);
    }
  }

  @Property
  void sizesAreMultiplesWithinBounds(
      @ForAll @IntRange(min = 1, max = 20_000) int width,
      @ForAll @IntRange(min = 1, max = 20_000) int height,
      @ForAll @IntRange(min = 1, max = 4) int patchesPerMultiple,
      @ForAll @IntRange(min = 2, max = 20) int multiplesOfShorter) {
    int multiple = 16 * patchesPerMultiple;
    SizeRule rule = new SizeRule(multiple * multiplesOfShorter, multiple, 16);

    ImageSize size = rule.fit(width, height);

    assertThat(size.width() % multiple).isZero();
    assertThat(size.height() % multiple).isZero();
    assertThat(Math.min(size.width(), size.height())).isBetween(multiple, rule.shorter());
    assertThat(Math.max(size.width(), size.height())).isLessThanOrEqualTo(rule.longer());
    ImageSize turned = rule.fit(/* width= */ height, /* height= */ width);
    assertThat(turned.width()).isEqualTo(size.height());
    assertThat(turned.height()).isEqualTo(size.width());
  }

  private static RgbImage noise(int width, int height, long seed) {
    byte[] rgb = new byte[width * height * 3];
    Draws draws = Draws.of(seed, "noise");
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) draws.nextInt(256);
    }
    return new RgbImage(width, height, rgb);
  }
}
