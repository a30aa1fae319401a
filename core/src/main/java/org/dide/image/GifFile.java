package org.dide.image;

import java.util.Arrays;
import org.dide.image.DecodeOptions.Alpha;

/**
 * The first frame of a GIF (CompuServe, "Graphics Interchange Format, Version 89a"), on its screen.
 * What the frame leaves uncovered shows its transparent colour, or colour 0 if it has none.
 *
 * @param width columns of the screen, or of the frame where it reaches farther
 * @param height rows of the screen, or of the frame where it reaches farther
 * @param frame the first frame
 */
record GifFile(EncodedImage source, int width, int height, Frame frame) implements ImageFile {
  private static final int SCREEN_END = 13;
  private static final int NO_COLOUR = -1;
  // A code of at most 12 bits stands for at most 4096 pixels; short codes stand for fewer.
  private static final int MOST_PIXELS_PER_BYTE = 4096;

  /**
   * A frame.
   *
   * @param palette offset of its colours
   * @param colours how many colours there are; 0 means grey levels
   * @param transparent index of the transparent colour, or -1
   * @param data offset of the coded pixels
   */
  record Frame(
      int left,
      int top,
      int width,
      int height,
      boolean interlaced,
      int palette,
      int colours,
      int transparent,
      int data) {}

  @Override
  public ExifOrientation orientation() {
    return ExifOrientation.UPRIGHT;
  }

  @Override
  public void check(ImageLimits limits) {
    if (frame.width() < 1 || frame.height() < 1) {
      throw source.refuse(
          "has a first frame of %d x %d pixels; each side must have at least 1",
          frame.width(), frame.height());
    }
    ImageFile.super.check(limits);
    long promised = (long) frame.width() * frame.height();
    long bytes = (long) source.size() - frame.data();
    if (promised > bytes * MOST_PIXELS_PER_BYTE) {
      throw source.refuse(
          "promises a frame of %d x %d pixels, which its %,d bytes of data cannot hold",
          frame.width(), frame.height(), bytes);
    }
  }

  /** Walks the blocks up to the first frame. */
  static GifFile open(EncodedImage source) {
    int screenWidth = source.u16LittleEndian(6);
    int screenHeight = source.u16LittleEndian(8);
    int screenColours = colours(source.u8(10));
    int offset = SCREEN_END + 3 * screenColours;
    int transparent = NO_COLOUR;
    while (source.u8(offset) == '!') {
      if (source.u8(offset + 1) == 0xF9 && source.u8(offset + 2) >= 4) {
        transparent = (source.u8(offset + 3) & 1) == 1 ? source.u8(offset + 6) : NO_COLOUR;
      }
      offset = afterBlocks(source, offset + 2);
    }
    if (source.u8(offset) != ',') {
      throw source.refuse("is a GIF without a picture");
    }
    int left = source.u16LittleEndian(offset + 1);
    int top = source.u16LittleEndian(offset + 3);
    int width = source.u16LittleEndian(offset + 5);
    int height = source.u16LittleEndian(offset + 7);
    int flags = source.u8(offset + 9);
    int ownColours = colours(flags);
    Frame frame =
        new Frame(
            left,
            top,
            width,
            height,
            (flags & 0x40) != 0,
            ownColours > 0 ? offset + 10 : SCREEN_END,
            ownColours > 0 ? ownColours : screenColours,
            transparent,
            offset + 10 + 3 * ownColours);
    return new GifFile(
        source, Math.max(screenWidth, left + width), Math.max(screenHeight, top + height), frame);
  }

  private static int colours(int flags) {
    return (flags & 0x80) == 0 ? 0 : 2 << (flags & 7);
  }

  private static int afterBlocks(EncodedImage source, int offset) {
    int next = offset;
    while (source.u8(next) != 0) {
      next += 1 + source.u8(next);
    }
    return next + 1;
  }

  @Override
  public RgbImage decode(DecodeOptions options) {
    byte[] indices = new GifPixels(source, frame.data()).decode(frame.width() * frame.height());
    int[] table = table(options.alpha());
    byte[] rgb = new byte[Math.multiplyExact(width * 3, height)];
    fill(rgb, table[Math.max(frame.transparent(), 0)]);
    for (int i = 0; i < frame.height(); i++) {
      int row = frame.interlaced() ? interlacedRow(i) : i;
      int out = ((frame.top() + row) * width + frame.left()) * 3;
      int in = i * frame.width();
      for (int x = 0; x < frame.width(); x++, out += 3) {
        write(rgb, out, table[indices[in + x] & 0xFF]);
      }
    }
    return new RgbImage(width, height, rgb);
  }

  /** The row that comes i-th in the file: every 8th from 0, from 4, every 4th from 2, the odd. */
  private int interlacedRow(int i) {
    int rank = i;
    for (int[] pass : new int[][] {{0, 8}, {4, 8}, {2, 4}, {1, 2}}) {
      int rows = (frame.height() - pass[0] + pass[1] - 1) / pass[1];
      if (rank < rows) {
        return pass[0] + rank * pass[1];
      }
      rank -= Math.max(rows, 0);
    }
    throw new IllegalArgumentException("row " + i + " of " + frame.height());
  }

  private int[] table(Alpha alpha) {
    int[] table = new int[256];
    for (int i = 0; i < table.length; i++) {
      table[i] = frame.colours() == 0 ? i * 0x010101 : i < frame.colours() ? colour(i) : 0;
    }
    if (frame.transparent() >= 0 && alpha == Alpha.WHITE) {
      table[frame.transparent()] = 0xFFFFFF;
    }
    return table;
  }

  private int colour(int index) {
    int offset = frame.palette() + 3 * index;
    return source.u8(offset) << 16 | source.u16(offset + 1);
  }

  private static void fill(byte[] rgb, int colour) {
    if (colour == 0xFFFFFF || colour == 0) {
      Arrays.fill(rgb, (byte) colour);
    } else {
      for (int out = 0; out < rgb.length; out += 3) {
        write(rgb, out, colour);
      }
    }
  }

  private static void write(byte[] rgb, int out, int colour) {
    rgb[out] = (byte) (colour >> 16);
    rgb[out + 1] = (byte) (colour >> 8);
    rgb[out + 2] = (byte) colour;
  }
}
