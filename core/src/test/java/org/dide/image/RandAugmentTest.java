package org.dide.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.dide.random.Draws;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RandAugmentTest {
  private final RgbImage image = noise(48, 41);

  @Test
  void isAFunctionOfTheStream() {
    RandAugment augment = RandAugment.defaults();
    Set<String> seen = new HashSet<>();
    for (int example = 0; example < 40; example++) {
      RgbImage once = augment.apply(image, Draws.of(1, "augment", example));
      RgbImage again = augment.apply(image, Draws.of(1, "augment", example));
      assertThat(again.rgb()).isEqualTo(once.rgb());
      seen.add(Arrays.toString(once.rgb()));
    }
    assertThat(seen).hasSizeGreaterThan(30);
  }

  @ParameterizedTest
  @EnumSource(AugmentOperation.class)
  void leavesItsInputAlone(AugmentOperation operation) {
    byte[] before = image.rgb().clone();
    for (int magnitude : new int[] {0, 9, 30}) {
      RgbImage changed = operation.apply(image, operation.value(magnitude));
      assertThat(changed.width()).isEqualTo(image.width());
      assertThat(changed.height()).isEqualTo(image.height());
      assertThat(image.rgb()).isEqualTo(before);
    }
  }

  @Test
  void movesByWholePixelsAndFillsWithBlack() {
    RgbImage row = new RgbImage(3, 1, new byte[] {1, 1, 1, 2, 2, 2, 3, 3, 3});
    assertThat(AugmentOperation.TRANSLATE_X_ABS.apply(row, 1).rgb())
        .containsExactly(2, 2, 2, 3, 3, 3, 0, 0, 0);
    assertThat(AugmentOperation.TRANSLATE_X_ABS.apply(row, -1).rgb())
        .containsExactly(0, 0, 0, 1, 1, 1, 2, 2, 2);
  }

  @Test
  void blendsAtOneToThePictureItself() {
    for (AugmentOperation operation :
        Set.of(
            AugmentOperation.COLOR,
            AugmentOperation.CONTRAST,
            AugmentOperation.BRIGHTNESS,
            AugmentOperation.SHARPNESS)) {
      assertThat(operation.apply(image, 1).rgb()).as(operation.label()).isEqualTo(image.rgb());
    }
  }

  @Test
  void refusesMagnitudesBeyondTheScale() {
    assertThatThrownBy(() -> new RandAugment(2, 31))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 to 30; found 2 and 31");
  }

  private static RgbImage noise(int width, int height) {
    byte[] rgb = new byte[width * height * 3];
    Draws draws = Draws.of(3, "noise");
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) draws.nextInt(256);
    }
    return new RgbImage(width, height, rgb);
  }
}
