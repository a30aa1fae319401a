package org.dide.image;

import java.util.Arrays;
import java.util.List;

/** Many pictures on one: in rows, each in the top left of a cell as large as the largest. */
public final class ContactSheet {
  private static final int GAP = 4; // pixels around each cell

  private ContactSheet() {}

  /**
   * Lays pictures on white.
   *
   * @param columns pictures in a row, at least 1
   * @throws IllegalArgumentException if there are no pictures
   */
  public static RgbImage of(List<RgbImage> pictures, int columns) {
    if (pictures.isEmpty() || columns < 1) {
      throw new IllegalArgumentException(
          "%d pictures in rows of %d".formatted(pictures.size(), columns));
    }
    int across = Math.min(columns, pictures.size());
    int down = (pictures.size() + across - 1) / across;
    int cellWidth = GAP + pictures.stream().mapToInt(RgbImage::width).max().orElseThrow();
    int cellHeight = GAP + pictures.stream().mapToInt(RgbImage::height).max().orElseThrow();
    int width = GAP + across * cellWidth;
    int height = GAP + down * cellHeight;
    byte[] rgb = new byte[Math.multiplyExact(3 * width, height)];
    Arrays.fill(rgb, (byte) 0xFF);
    for (int i = 0; i < pictures.size(); i++) {
      int left = GAP + i % across * cellWidth;
      int top = GAP + i / across * cellHeight;
      copy(pictures.get(i), rgb, width, left, top);
    }
    return new RgbImage(width, height, rgb);
  }

  private static void copy(RgbImage picture, byte[] sheet, int width, int left, int top) {
    int stride = 3 * picture.width();
    for (int row = 0; row < picture.height(); row++) {
      System.arraycopy(
          picture.rgb(), row * stride, sheet, 3 * ((top + row) * width + left), stride);
    }
  }
}
