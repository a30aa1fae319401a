package org.dide.image;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.dide.image.DecodeOptions.Alpha;
import org.dide.image.DecodeOptions.DeepGrey;
import org.dide.image.PngFile.Header;
import org.dide.image.PngFile.Span;

/**
 * Decodes the pixels of one PNG, row by row: only one row and the one above it are held beside the
 * picture. Samples become 8-bit as in Pillow's {@code convert("RGB")}: 16-bit samples keep their
 * high byte, but for grey, which is what {@link DecodeOptions.DeepGrey} says.
 */
final class PngDecoder {
  // Adam7 (section 8.2): first column, first row, column step, row step of each pass.
  private static final int[][] INTERLACED = {
    {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
  };
  private static final int[][] PLAIN = {{0, 0, 1, 1}};

  private final PngFile file;
  private final EncodedImage source;
  private final Header header;
  private final Alpha alpha;
  private final DeepGrey deepGrey;
  private final int pixelBytes;
  private final int[] table;
  private final byte[] rgb;
  private int nextSpan;

  PngDecoder(PngFile file, DecodeOptions options) {
    this.file = file;
    this.source = file.source();
    this.header = file.header();
    this.alpha = options.alpha();
    this.deepGrey = options.deepGrey();
    this.pixelBytes = Math.max(1, header.channels() * header.depth() / 8);
    this.table = header.depth() <= 8 && header.channels() == 1 ? table() : new int[0];
    this.rgb = new byte[Math.multiplyExact(header.width() * 3, header.height())];
  }

  RgbImage decode() {
    Inflater inflater = new Inflater();
    try {
      for (int[] pass : header.interlaced() ? INTERLACED : PLAIN) {
        decodePass(inflater, pass[0], pass[1], pass[2], pass[3]);
      }
    } catch (DataFormatException e) {
      throw source.refuse(e, "is a damaged PNG: %s", e);
    } finally {
      inflater.end();
    }
    return new RgbImage(header.width(), header.height(), rgb);
  }

  private void decodePass(Inflater inflater, int firstX, int firstY, int stepX, int stepY)
      throws DataFormatException {
    int columns = (header.width() - firstX + stepX - 1) / stepX;
    int rowBytes = header.rowBytes(columns);
    byte[] row = new byte[rowBytes + 1];
    byte[] above = new byte[rowBytes + 1];
    if (columns < 1) {
      return;
    }
    for (int y = firstY; y < header.height(); y += stepY) {
      inflate(inflater, row);
      unfilter(row, above);
      writeRow(row, columns, (y * header.width() + firstX) * 3, stepX * 3);
      byte[] done = row;
      row = above;
      above = done;
    }
  }

  private void inflate(Inflater inflater, byte[] row) throws DataFormatException {
    int filled = 0;
    while (filled < row.length) {
      int count = inflater.inflate(row, filled, row.length - filled);
      filled += count;
      if (count == 0) {
        if (inflater.finished() || inflater.needsDictionary() || nextSpan == file.data().size()) {
          throw source.truncated("its compressed pixels end too early");
        }
        Span span = file.data().get(nextSpan++);
        inflater.setInput(source.bytes(), span.offset(), span.length());
      }
    }
  }

  /** Undoes the filter of a row in place (section 9); byte 0 of a row names its filter. */
  private void unfilter(byte[] row, byte[] above) {
    int first = Math.min(row.length, 1 + pixelBytes);
    switch (row[0]) {
      case 0 -> {}
      case 1 -> {
        for (int i = first; i < row.length; i++) {
          row[i] += row[i - pixelBytes];
        }
      }
      case 2 -> {
        for (int i = 1; i < row.length; i++) {
          row[i] += above[i];
        }
      }
      case 3 -> {
        for (int i = 1; i < first; i++) {
          row[i] += (byte) ((above[i] & 0xFF) >> 1);
        }
        for (int i = first; i < row.length; i++) {
          row[i] += (byte) (((row[i - pixelBytes] & 0xFF) + (above[i] & 0xFF)) >> 1);
        }
      }
      case 4 -> {
        for (int i = 1; i < first; i++) {
          row[i] += above[i];
        }
        for (int i = first; i < row.length; i++) {
          row[i] += paeth(row[i - pixelBytes], above[i], above[i - pixelBytes]);
        }
      }
      default -> throw source.refuse("is a damaged PNG: a row has filter %d", row[0]);
    }
  }

  private static byte paeth(byte left, byte above, byte corner) {
    int a = left & 0xFF;
    int b = above & 0xFF;
    int c = corner & 0xFF;
    int toLeft = Math.abs(b - c);
    int toAbove = Math.abs(a - c);
    int toCorner = Math.abs(a + b - 2 * c);
    if (toLeft <= toAbove && toLeft <= toCorner) {
      return left;
    }
    return toAbove <= toCorner ? above : corner;
  }

  private void writeRow(byte[] row, int columns, int target, int step) {
    if (table.length > 0) {
      writeTabled(row, columns, target, step);
    } else if (header.channels() == 1) {
      writeDeepGrey(row, columns, target, step);
    } else {
      writeColours(row, columns, target, step);
    }
  }

  /** Grey of up to 8 bits, and palettes. */
  private void writeTabled(byte[] row, int columns, int target, int step) {
    int depth = header.depth();
    int mask = (1 << depth) - 1;
    for (int x = 0, out = target; x < columns; x++, out += step) {
      int bit = x * depth;
      int sample = row[1 + (bit >> 3)] >> (8 - depth - (bit & 7)) & mask;
      int colour = table[sample];
      write(out, colour >> 16, colour >> 8, colour);
    }
  }

  private void writeDeepGrey(byte[] row, int columns, int target, int step) {
    int transparent = transparentSample(0);
    for (int x = 0, in = 1, out = target; x < columns; x++, in += 2, out += step) {
      int sample = (row[in] & 0xFF) << 8 | (row[in + 1] & 0xFF);
      int grey = alpha.compose(deepGrey.toByte(sample, 16), sample == transparent ? 0 : 255);
      write(out, grey, grey, grey);
    }
  }

  private void writeColours(byte[] row, int columns, int target, int step) {
    int channels = header.channels();
    int bytes = header.depth() / 8;
    int stepIn = channels * bytes;
    int green = channels < 3 ? 0 : bytes;
    int blue = 2 * green;
    int alphaAt = (channels - 1) * bytes;
    boolean hasAlpha = channels == 2 || channels == 4;
    boolean keyed = !hasAlpha && file.transparency().length() >= 6;
    for (int x = 0, in = 1, out = target; x < columns; x++, in += stepIn, out += step) {
      int r = row[in] & 0xFF;
      int g = row[in + green] & 0xFF;
      int b = row[in + blue] & 0xFF;
      if (hasAlpha || keyed) {
        int opacity = hasAlpha ? row[in + alphaAt] & 0xFF : isTransparent(row, in) ? 0 : 255;
        r = alpha.compose(r, opacity);
        g = alpha.compose(g, opacity);
        b = alpha.compose(b, opacity);
      }
      write(out, r, g, b);
    }
  }

  private boolean isTransparent(byte[] row, int in) {
    boolean deep = header.depth() == 16;
    for (int i = 0; i < 3; i++) {
      int sample =
          deep ? (row[in + 2 * i] & 0xFF) << 8 | (row[in + 2 * i + 1] & 0xFF) : row[in + i] & 0xFF;
      if (sample != transparentSample(i)) {
        return false;
      }
    }
    return true;
  }

  /** The sample of a channel that the tRNS chunk makes transparent; -1 if none. */
  private int transparentSample(int channel) {
    Span span = file.transparency();
    return span.length() < 2 * channel + 2 ? -1 : source.u16(span.offset() + 2 * channel);
  }

  private void write(int out, int r, int g, int b) {
    rgb[out] = (byte) r;
    rgb[out + 1] = (byte) g;
    rgb[out + 2] = (byte) b;
  }

  /** The colour, 0xRRGGBB, that is seen for each sample. */
  private int[] table() {
    int[] colours = new int[1 << header.depth()];
    int most = colours.length - 1;
    for (int i = 0; i < colours.length; i++) {
      if (header.colourType() == PngFile.PALETTE) {
        colours[i] = seen(paletteColour(i), paletteAlpha(i));
      } else {
        colours[i] = seen(i * 255 / most * 0x010101, i == transparentSample(0) ? 0 : 255);
      }
    }
    return colours;
  }

  /** Black for an index past the palette's end. */
  private int paletteColour(int index) {
    int offset = file.palette().offset() + 3 * index;
    return 3 * index + 3 > file.palette().length()
        ? 0
        : source.u8(offset) << 16 | source.u16(offset + 1);
  }

  private int paletteAlpha(int index) {
    Span span = file.transparency();
    return index < span.length() ? source.u8(span.offset() + index) : 255;
  }

  private int seen(int colour, int opacity) {
    return alpha.compose(colour >> 16 & 255, opacity) << 16
        | alpha.compose(colour >> 8 & 255, opacity) << 8
        | alpha.compose(colour & 255, opacity);
  }
}
