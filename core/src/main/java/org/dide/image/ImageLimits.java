package org.dide.image;

/**
 * The largest pictures that will be decoded. All are checked on the header, before any pixel is
 * allocated.
 *
 * @param maxPixels width times height
 * @param maxBytes size of the encoded file
 * @param maxJpegScans scans of a progressive JPEG; each costs a pass over the whole picture
 */
public record ImageLimits(long maxPixels, long maxBytes, int maxJpegScans) {
  private static final ImageLimits DEFAULTS = new ImageLimits(50_000_000L, 50L << 20, 100);

  /** Checks that every limit admits something. */
  public ImageLimits {
    if (maxPixels < 1 || maxBytes < 1 || maxJpegScans < 1) {
      throw new IllegalArgumentException(
          "limits must be positive, found %d pixels, %d bytes, %d scans"
              .formatted(maxPixels, maxBytes, maxJpegScans));
    }
  }

  /** 50 megapixels, 50 MiB, 100 scans. */
  public static ImageLimits defaults() {
    return DEFAULTS;
  }
}
