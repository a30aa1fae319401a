package org.dide.image;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * A picture file whose header has been read and found sound, and whose pixels have not been touched
 * yet.
 */
sealed interface ImageFile permits BmpFile, GifFile, JpegFile, PngFile, TiffFile, WebpFile {
  EncodedImage source();

  /** Pixels in a row, as stored. */
  int width();

  /** Rows, as stored. */
  int height();

  /** How the stored picture must be turned to be upright. */
  ExifOrientation orientation();

  /** Decodes the pixels as they are stored. */
  RgbImage decode(DecodeOptions options);

  // A byte array holds no more.
  long MOST_PIXELS = Integer.MAX_VALUE / 3;

  /** Refuses what the limits do not allow. */
  default void check(ImageLimits limits) {
    long pixels = (long) width() * height();
    if (width() < 1 || height() < 1) {
      throw source().refuse("is %d x %d pixels; each side must have at least 1", width(), height());
    }
    long allowed = Math.min(limits.maxPixels(), MOST_PIXELS);
    if (pixels > allowed) {
      throw source()
          .refuse("is %d x %d = %,d pixels; allowed are %,d", width(), height(), pixels, allowed);
    }
  }

  /** Reads the header of a file of any known format. */
  static ImageFile open(EncodedImage source) {
    if (source.matches(0, "\u00ff\u00d8\u00ff")) {
      return JpegFile.open(source);
    } else if (source.matches(0, PngFile.SIGNATURE)) {
      return PngFile.open(source);
    } else if (source.matches(0, "GIF87a") || source.matches(0, "GIF89a")) {
      return GifFile.open(source);
    } else if (source.matches(0, "RIFF") && source.matches(8, "WEBP")) {
      return WebpFile.open(source);
    } else if (source.matches(0, "BM")) {
      return BmpFile.open(source);
    } else if (source.matches(0, "II*\0") || source.matches(0, "MM\0*")) {
      return TiffFile.open(source);
    }
    throw source.refuse(
        "is no picture of a known format (it has %,d bytes, the first are %s);"
            + " allowed are JPEG, PNG, WebP, GIF, BMP and TIFF",
        source.size(),
        HexFormat.ofDelimiter(" ")
            .formatHex(Arrays.copyOf(source.bytes(), Math.min(source.size(), 8))));
  }
}
