package org.dide.image;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/** Turns pictures into PNG files: 8-bit RGB, rows unfiltered (ISO/IEC 15948). */
public final class PngEncoder {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

  private PngEncoder() {}

  /** The bytes of a file that shows exactly these pixels. */
  public static byte[] encode(RgbImage image) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(file)) {
      out.write(SIGNATURE);
      chunk(out, "IHDR", header(image));
      chunk(out, "IDAT", compressed(image));
      chunk(out, "IEND", new byte[0]);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible); // it is all in memory
    }
    return file.toByteArray();
  }

  private static byte[] header(RgbImage image) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(image.width());
      out.writeInt(image.height());
      // 8 bits a sample, RGB, deflated, adaptive filters, not interlaced
      out.write(new byte[] {8, 2, 0, 0, 0});
    }
    return bytes.toByteArray();
  }

  private static byte[] compressed(RgbImage image) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int stride = 3 * image.width();
    try (DeflaterOutputStream out = new DeflaterOutputStream(bytes)) {
      for (int row = 0; row < image.height(); row++) {
        out.write(0); // no filter
        out.write(image.rgb(), row * stride, stride);
      }
    }
    return bytes.toByteArray();
  }

  private static void chunk(DataOutputStream out, String type, byte[] data) throws IOException {
    byte[] name = type.getBytes(US_ASCII);
    CRC32 checksum = new CRC32();
    checksum.update(name);
    checksum.update(data);
    out.writeInt(data.length);
    out.write(name);
    out.write(data);
    out.writeInt((int) checksum.getValue());
  }
}
