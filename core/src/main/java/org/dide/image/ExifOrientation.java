package org.dide.image;

/**
 * How a stored picture must be turned to be upright: tag 0x0112 of EXIF 2.3 (JEITA CP-3451C,
 * section 4.6.4), values 1 to 8 in the order below.
 */
enum ExifOrientation {
  UPRIGHT(false, false, false),
  MIRRORED(false, true, false),
  ROTATED_180(false, true, true),
  FLIPPED(false, false, true),
  TRANSPOSED(true, false, false),
  ROTATED_90(true, false, true),
  TRANSVERSED(true, true, true),
  ROTATED_270(true, true, false);

  private static final int ORIENTATION_TAG = 0x0112;
  private static final int ENTRY_BYTES = 12;

  private final boolean swapped;
  private final boolean fromRight;
  private final boolean fromBottom;

  /**
   * @param swapped whether upright columns are stored as rows
   * @param fromRight whether the stored column is counted from the right
   * @param fromBottom whether the stored row is counted from the bottom
   */
  ExifOrientation(boolean swapped, boolean fromRight, boolean fromBottom) {
    this.swapped = swapped;
    this.fromRight = fromRight;
    this.fromBottom = fromBottom;
  }

  /** Turns a stored picture upright. */
  RgbImage upright(RgbImage stored) {
    if (this == UPRIGHT) {
      return stored;
    }
    int storedWidth = stored.width();
    int storedHeight = stored.height();
    int width = swapped ? storedHeight : storedWidth;
    int height = swapped ? storedWidth : storedHeight;
    byte[] from = stored.rgb();
    byte[] to = new byte[from.length];
    int target = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++, target += 3) {
        int column = swapped ? y : x;
        int row = swapped ? x : y;
        int storedX = fromRight ? storedWidth - 1 - column : column;
        int storedY = fromBottom ? storedHeight - 1 - row : row;
        int origin = (storedY * storedWidth + storedX) * 3;
        to[target] = from[origin];
        to[target + 1] = from[origin + 1];
        to[target + 2] = from[origin + 2];
      }
    }
    return new RgbImage(width, height, to);
  }

  /**
   * Reads the orientation from EXIF data: a TIFF header and its first directory, in {@code
   * source[offset, offset + length)}. Metadata that cannot be understood says nothing, and nothing
   * means upright: a good picture is not refused for it.
   */
  static ExifOrientation read(EncodedImage source, int offset, int length) {
    int start = source.matches(offset, "Exif\0\0") ? offset + 6 : offset;
    int end = offset + length;
    boolean littleEndian = source.matches(start, "II*\0");
    if (end - start < 8 || (!littleEndian && !source.matches(start, "MM\0*"))) {
      return UPRIGHT;
    }
    long directory =
        start + (littleEndian ? source.u32LittleEndian(start + 4) : source.u32(start + 4));
    if (directory + 2 > end) {
      return UPRIGHT;
    }
    int first = (int) directory + 2;
    int entries = u16(source, (int) directory, littleEndian);
    for (int entry = first; entry < first + entries * ENTRY_BYTES; entry += ENTRY_BYTES) {
      if (entry + ENTRY_BYTES > end) {
        return UPRIGHT;
      }
      if (u16(source, entry, littleEndian) == ORIENTATION_TAG) {
        return of(u16(source, entry + 8, littleEndian));
      }
    }
    return UPRIGHT;
  }

  /** The orientation with the given EXIF value; upright if the value is none of the eight. */
  static ExifOrientation of(int exifValue) {
    return exifValue >= 1 && exifValue <= 8 ? values()[exifValue - 1] : UPRIGHT;
  }

  private static int u16(EncodedImage source, int offset, boolean littleEndian) {
    return littleEndian ? source.u16LittleEndian(offset) : source.u16(offset);
  }
}
