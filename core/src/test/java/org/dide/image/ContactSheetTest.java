package org.dide.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ContactSheetTest {
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
