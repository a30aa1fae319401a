package org.dide.image;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Writes pictures as PNG (ISO/IEC 15948): 8 bits a sample, not interlaced, every row filtered by
 * the difference to the row above. The same pixels give the same file on any machine.
 */
public final class PngEncoder {
  private static final byte[] SIGNATURE = {
    (byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n',
  };
  private static final int TRUE_COLOUR = 2;
  private static final int TRUE_COLOUR_WITH_ALPHA = 6;
  private static final byte UP = 2;

  private PngEncoder() {}

  /** The file's bytes. */
  public static byte[] encode(RgbImage image) {
    return encode(image.width(), image.height(), TRUE_COLOUR, 3, image.rgb());
  }

  /**
   * The bytes of a file with transparency.
   *
   * @param rgba red, green, blue and opacity of each pixel, row by row
   */
  public static byte[] encodeTransparent(int width, int height, byte[] rgba) {
    if (width < 1 || height < 1 || rgba.length != 4L * width * height) {
      throw new IllegalArgumentException(
          "a transparent picture of %dx%d has %d bytes".formatted(width, height, rgba.length));
    }
    return encode(width, height, TRUE_COLOUR_WITH_ALPHA, 4, rgba);
  }

  private static byte[] encode(int width, int height, int type, int channels, byte[] samples) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(SIGNATURE);
    byte[] noCompressionFilterOrInterlacing = new byte[3];
    chunk(
        file,
        "IHDR",
        ByteBuffer.allocate(13)
            .putInt(width)
            .putInt(height)
            .put((byte) 8)
            .put((byte) type)
            .put(noCompressionFilterOrInterlacing)
            .array());
    chunk(file, "IDAT", deflated(filtered(samples, width * channels)));
    chunk(file, "IEND", new byte[0]);
    return file.toByteArray();
  }

  private static byte[] filtered(byte[] samples, int stride) {
    int rows = samples.length / stride;
    byte[] filtered = new byte[rows * (stride + 1)];
    int out = 0;
    for (int row = 0; row < rows; row++) {
      filtered[out++] = UP;
      for (int in = row * stride; in < (row + 1) * stride; in++) {
        filtered[out++] = (byte) (samples[in] - (row == 0 ? 0 : samples[in - stride]));
      }
    }
    return filtered;
  }

  private static byte[] deflated(byte[] bytes) {
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
    try {
      deflater.setInput(bytes);
      deflater.finish();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] buffer = new byte[8192];
      while (!deflater.finished()) {
        out.write(buffer, 0, deflater.deflate(buffer));
      }
      return out.toByteArray();
    } finally {
      deflater.end();
    }
  }

  private static void chunk(ByteArrayOutputStream file, String type, byte[] data) {
    byte[] name = type.getBytes(US_ASCII);
    CRC32 checksum = new CRC32();
    checksum.update(name);
    checksum.update(data);
    file.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
    file.writeBytes(name);
    file.writeBytes(data);
    file.writeBytes(ByteBuffer.allocate(4).putInt((int) checksum.getValue()).array());
  }
}
