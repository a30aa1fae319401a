package org.dide.image;

/** A Windows bitmap with a header of 12 bytes (OS/2) or of 40 and more. */
record BmpFile(EncodedImage source, int width, int height) implements ImageFile {
  private static final int UNCOMPRESSED = 0;
  private static final int RUN_LENGTH_4 = 2;
  private static final int BIT_FIELDS = 3;
  // Four bytes may skip 255 x 255 pixels.
  private static final int MOST_PIXELS_PER_BYTE = 255 * 255 / 4;

  @Override
  public ExifOrientation orientation() {
    return ExifOrientation.UPRIGHT;
  }

  /** Reads the header; what is not run-length coded must be there in full. */
  static BmpFile open(EncodedImage source) {
    boolean old = source.u32LittleEndian(14) == 12;
    long width = old ? source.u16LittleEndian(18) : (int) source.u32LittleEndian(18);
    // A negative height means that rows come from the top.
    long height = old ? source.u16LittleEndian(20) : Math.abs((int) source.u32LittleEndian(22));
    int depth = source.u16LittleEndian(old ? 24 : 28);
    long compression = old ? UNCOMPRESSED : source.u32LittleEndian(30);
    if (width < 1 || height < 1) {
      throw source.refuse("is a BMP of %d x %d pixels; each side must have 1", width, height);
    }
    if (compression > BIT_FIELDS) {
      throw source.refuse(
          "is a BMP of compression %d; allowed are 0 (none), 1 and 2 (run lengths), 3 (bit fields)",
          compression);
    }
    long rowBytes = (width * depth + 31) / 32 * 4;
    long end = source.u32LittleEndian(10) + rowBytes * height;
    boolean runLengths = compression > UNCOMPRESSED && compression <= RUN_LENGTH_4;
    if (!runLengths && end > source.size()) {
      throw source.truncated("%d x %d pixels end at %,d".formatted(width, height, end));
    }
    if (runLengths && width * height > (long) source.size() * MOST_PIXELS_PER_BYTE) {
      throw source.refuse(
          "promises %d x %d pixels, which its %,d bytes cannot hold", width, height, source.size());
    }
    return new BmpFile(source, (int) width, (int) height);
  }

  @Override
  public RgbImage decode(DecodeOptions options) {
    return JdkReader.decode(source, "bmp", width, height, options);
  }
}
