package org.dide.image;

import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * A PNG (ISO/IEC 15948) of any depth, colour type and interlacing; of an animated one, the default
 * image.
 *
 * @param header the IHDR chunk
 * @param palette where the colours of the PLTE chunk stand
 * @param transparency where the tRNS chunk stands
 * @param data where the parts of the compressed data stand, in order
 */
record PngFile(
    EncodedImage source,
    Header header,
    Span palette,
    Span transparency,
    List<Span> data,
    ExifOrientation orientation)
    implements ImageFile {
  static final String SIGNATURE = "\u0089PNG\r\n\u001a\n";

  static final int GREY = 0;
  static final int RGB = 2;
  static final int PALETTE = 3;
  static final int GREY_ALPHA = 4;
  static final int RGB_ALPHA = 6;

  // Deflate codes at most 258 bytes with two bits (RFC 1951).
  private static final int MOST_EXPANSION = 1032;
  private static final Span NONE = new Span(0, 0);

  /** A part of the file. */
  record Span(int offset, int length) {}

  /**
   * The header chunk.
   *
   * @param depth bits of a sample
   * @param colourType one of the five constants above
   */
  record Header(int width, int height, int depth, int colourType, boolean interlaced) {
    int channels() {
      return switch (colourType) {
        case GREY, PALETTE -> 1;
        case GREY_ALPHA -> 2;
        case RGB -> 3;
        default -> 4;
      };
    }

    /** Bytes of a row of the given number of pixels, without the filter's. */
    int rowBytes(int pixels) {
      return Math.toIntExact(((long) pixels * channels() * depth + 7) / 8);
    }
  }

  @Override
  public int width() {
    return header.width();
  }

  @Override
  public int height() {
    return header.height();
  }

  @Override
  public void check(ImageLimits limits) {
    ImageFile.super.check(limits);
    long promised = (long) header.rowBytes(width()) * height();
    long compressed = data.stream().mapToLong(Span::length).sum();
    if (promised > compressed * MOST_EXPANSION) {
      throw source.refuse(
          "promises %d x %d pixels (%,d bytes), which its %,d bytes of data cannot hold",
          width(), height(), promised, compressed);
    }
  }

  @Override
  public RgbImage decode(DecodeOptions options) {
    return new PngDecoder(this, options).decode();
  }

  /** Walks all chunks; one that is cut off ends the file. */
  static PngFile open(EncodedImage source) {
    int offset = SIGNATURE.length();
    if (!source.matches(offset + 4, "IHDR") || source.u32(offset) != 13) {
      throw source.refuse("is a PNG that does not begin with a header of 13 bytes");
    }
    checkSum(source, offset, 13);
    Header header = readHeader(source, offset + 8);
    Span palette = NONE;
    Span transparency = NONE;
    List<Span> data = new ArrayList<>();
    ExifOrientation orientation = ExifOrientation.UPRIGHT;
    offset += 25;
    while (source.has(offset, 8) && !source.matches(offset + 4, "IEND")) {
      int body = offset + 8;
      int length = (int) Math.min(source.u32(offset), source.size() - body);
      if (source.matches(offset + 4, "IDAT")) {
        data.add(new Span(body, length));
      } else if (source.matches(offset + 4, "PLTE")) {
        checkSum(source, offset, length);
        palette = new Span(body, Math.min(length, 768) / 3 * 3);
      } else if (source.matches(offset + 4, "tRNS")) {
        checkSum(source, offset, length);
        transparency = new Span(body, length);
      } else if (source.matches(offset + 4, "eXIf")) {
        orientation = ExifOrientation.read(source, body, length);
      }
      offset = length > source.size() - body - 4 ? source.size() : body + length + 4;
    }
    if (header.colourType() == PALETTE && palette.length() == 0) {
      throw source.refuse("is a PNG of palette colours without a palette");
    }
    return new PngFile(source, header, palette, transparency, List.copyOf(data), orientation);
  }

  private static Header readHeader(EncodedImage source, int offset) {
    long width = source.u32(offset);
    long height = source.u32(offset + 4);
    int depth = source.u8(offset + 8);
    int colourType = source.u8(offset + 9);
    int interlace = source.u8(offset + 12);
    if (width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
      throw source.refuse("is a PNG of %,d x %,d pixels", width, height);
    }
    if (!isAllowed(depth, colourType)) {
      throw source.refuse(
          "is a PNG of colour type %d with %d bits, which the format does not have",
          colourType, depth);
    }
    if (source.u8(offset + 10) != 0 || source.u8(offset + 11) != 0 || interlace > 1) {
      throw source.refuse(
          "is a PNG of compression %d, filter method %d, interlacing %d; allowed are 0, 0, and 0"
              + " or 1",
          source.u8(offset + 10), source.u8(offset + 11), interlace);
    }
    return new Header((int) width, (int) height, depth, colourType, interlace == 1);
  }

  private static boolean isAllowed(int depth, int colourType) {
    return switch (colourType) {
      case GREY -> depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
      case PALETTE -> depth == 1 || depth == 2 || depth == 4 || depth == 8;
      case RGB, GREY_ALPHA, RGB_ALPHA -> depth == 8 || depth == 16;
      default -> false;
    };
  }

  private static void checkSum(EncodedImage source, int chunk, int length) {
    if (!source.has(chunk + 8, length + 4)) {
      throw source.truncated("a PNG chunk goes on past the end of the file");
    }
    CRC32 sum = new CRC32();
    sum.update(source.bytes(), chunk + 4, length + 4);
    if (sum.getValue() != source.u32(chunk + 8 + length)) {
      throw source.refuse("is a damaged PNG: the checksum of the chunk at byte %d fails", chunk);
    }
  }
}
