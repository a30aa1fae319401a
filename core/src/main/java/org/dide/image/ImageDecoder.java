package org.dide.image;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dide.InputException;
import org.dide.image.DecodeOptions.Orientation;

/**
 * Turns JPEG, PNG, WebP, GIF (its first frame), BMP and TIFF files into pictures whose pixels equal
 * those of Pillow's {@code Image.open(file).convert("RGB")}, apart from what {@link DecodeOptions}
 * says otherwise.
 *
 * <p>The header decides first: a file that is too large, truncated, of an unknown format or that
 * promises more pixels than its data can hold is refused before pixels are allocated.
 *
 * <p>Immutable and thread-safe.
 */
public final class ImageDecoder {
  private final DecodeOptions options;

  /** A decoder with the given options. */
  public ImageDecoder(DecodeOptions options) {
    this.options = options;
  }

  /**
   * The native library that decodes JPEG and WebP, with its version.
   *
   * @throws LinkageError if it cannot be loaded
   */
  public static String library() {
    return "OpenCV " + OpenCv.version();
  }

  /**
   * Decodes a file.
   *
   * @throws InputException if it cannot be read, decoded, or is larger than the limits allow
   */
  public RgbImage decode(Path file) {
    return decode(read(file), file.toString());
  }

  /**
   * The bytes of a picture's file, undecoded.
   *
   * @throws InputException if it cannot be read, or has more bytes than the limits allow
   */
  public byte[] read(Path file) {
    try {
      checkBytes(file.toString(), Files.size(file));
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new InputException(file + ": cannot be read: " + e, e);
    }
  }

  /**
   * The bytes of a picture that lies inside a larger file.
   *
   * @param name what messages call the picture
   * @param offset of its first byte
   * @param length in bytes
   * @throws InputException if it cannot be read, or has more bytes than the limits allow
   */
  public byte[] read(Path file, String name, long offset, long length) {
    checkBytes(name, length);
    ByteBuffer bytes = ByteBuffer.allocate((int) length);
    try (FileChannel channel = FileChannel.open(file)) {
      while (bytes.hasRemaining()) {
        if (channel.read(bytes, offset + bytes.position()) < 0) {
          throw new EOFException("the file ends before the picture does");
        }
      }
      return bytes.array();
    } catch (IOException e) {
      throw new InputException(name + ": cannot be read: " + e, e);
    }
  }

  /**
   * Decodes a picture that lies inside a larger file.
   *
   * @param name what messages call the picture
   * @param offset of its first byte
   * @param length in bytes
   * @throws InputException if it cannot be read, decoded, or is larger than the limits allow
   */
  public RgbImage decode(Path file, String name, long offset, long length) {
    return decode(read(file, name, offset, length), name);
  }

  /**
   * Decodes the bytes of a file.
   *
   * @param name what messages call the picture
   * @throws InputException if they cannot be decoded or are more than the limits allow
   */
  public RgbImage decode(byte[] bytes, String name) {
    checkBytes(name, bytes.length);
    ImageFile file = ImageFile.open(new EncodedImage(name, bytes));
    file.check(options.limits());
    RgbImage stored = file.decode(options);
    return options.orientation() == Orientation.APPLY ? file.orientation().upright(stored) : stored;
  }

  private void checkBytes(String name, long bytes) {
    long allowed = options.limits().maxBytes();
    if (bytes > allowed) {
      throw new InputException(
          "%s: has %,d bytes; allowed are %,d".formatted(name, bytes, allowed));
    }
  }
}
