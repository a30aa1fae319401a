package org.dide.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.dide.InputException;
import org.dide.image.DecodeOptions.Alpha;
import org.dide.image.DecodeOptions.Orientation;
import org.junit.jupiter.api.Test;

class PreprocessorTest {
  private static final List<Float> HALVES = List.of(0.5f, 0.5f, 0.5f);

  @Test
  void hasVilTsDefaults() {
    assertThat(PreprocessorSettings.defaults())
        .isEqualTo(
            new PreprocessorSettings(
                true, 384, 32, HALVES, HALVES, Orientation.APPLY, Alpha.WHITE));
    assertThat(DecodeOptions.defaults().limits())
        .isEqualTo(new ImageLimits(50_000_000, 50L << 20, 100));
  }

  @Test
  void putsChannelsApartAndNormalises() {
    Preprocessor preprocessor = new Preprocessor(asIs(1));

    Pixels pixels =
        preprocessor.prepare(new RgbImage(2, 1, new byte[] {0, (byte) 255, 51, 0, 0, 51}));

    assertThat(pixels.chw()).containsExactly(-1, -1, 1, -1, -0.6f, -0.6f);
  }

  @Test
  void refusesSidesThatAreNoMultiplesWhereNothingIsResized() {
    Preprocessor preprocessor = new Preprocessor(asIs(32));

    assertThat(preprocessor.prepare(new RgbImage(64, 32, new byte[64 * 32 * 3])).width())
        .isEqualTo(64);
    assertThatThrownBy(() -> preprocessor.prepare(new RgbImage(64, 31, new byte[64 * 31 * 3])))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "a picture of 64 x 31 pixels is not resized (resize: false);"
                + " allowed are sides that are multiples of 32");
  }

  @Test
  void wantsWholePatches() {
    assertThatThrownBy(() -> new Preprocessor(PreprocessorSettings.defaults(), 24))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the size multiple 32 must be a multiple of the patch size 24");
  }

  @Test
  void keepsARowOfPatchesOfVeryLongPictures() {
    assertThat(new SizeRule(384, 32, 32).fit(10_000, 10)).isEqualTo(new ImageSize(608, 32));
  }

  private static PreprocessorSettings asIs(int multiple) {
    return new PreprocessorSettings(
        false, 384, multiple, HALVES, HALVES, Orientation.APPLY, Alpha.WHITE);
  }
}
