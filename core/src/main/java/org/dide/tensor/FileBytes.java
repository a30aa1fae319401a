package org.dide.tensor;

import static org.bytedeco.pytorch.global.torch.empty;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.dide.InputException;

/**
 * A file's bytes, read at any place, also past 2 GB, with errors that name the file.
 *
 * <p>The file is not memory-mapped: Java 17 cannot unmap on demand, and a mapped file that another
 * process shortens takes the JVM down.
 */
record FileBytes(Path path, FileChannel channel) implements AutoCloseable {
  /** Bytes moved at once; a Java buffer cannot hold 2 GB. */
  static final int CHUNK = 1 << 30;

  /** What reads an open file, and closes it if it fails. */
  interface Opening<T> {
    T open(FileBytes file) throws IOException;
  }

  /**
   * Opens a file and hands it on. It stays open unless that fails.
   *
   * @param allowed what kind of file is asked for
   */
  static <T> T open(Path path, String allowed, Opening<T> opening) {
    if (Files.isDirectory(path)) {
      throw new InputException("%s: is a folder, allowed is %s".formatted(path, allowed));
    }
    try {
      FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
      try {
        return opening.open(new FileBytes(path, channel));
      } catch (InputException | IOException problem) {
        channel.close();
        throw problem;
      }
    } catch (NoSuchFileException e) {
      throw new InputException("%s: there is no such file".formatted(path), e);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  long size() throws IOException {
    return channel.size();
  }

  /** So many bytes from a position on, ready to be got, little-endian. */
  ByteBuffer read(long position, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    fill(bytes, position);
    return bytes.flip();
  }

  void fill(ByteBuffer target, long start) throws IOException {
    long position = start;
    while (target.hasRemaining()) {
      int count = channel.read(target, position);
      if (count < 0) {
        throw new EOFException("shortened while it was read: it ends at byte " + position);
      }
      position += count;
    }
  }

  /** A tensor with elements from a position on, in row-major order; the caller's or the scope's. */
  Tensor tensor(String name, ElementType type, long[] shape, long position) {
    Tensor tensor = allocate(type, shape);
    try {
      fill(tensor, name, type, position);
    } catch (InputException problem) {
      tensor.close();
      throw problem;
    }
    return tensor;
  }

  /** An error in this file. */
  InputException problem(String message) {
    return new InputException(path + ": " + message);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new InputException("%s: cannot be closed (%s)".formatted(path, e), e);
    }
  }

  private static Tensor allocate(ElementType type, long[] shape) {
    try (TensorOptions options = new TensorOptions(type.torch());
        MemoryFormatOptional contiguous = new MemoryFormatOptional()) {
      return empty(shape, options, contiguous);
    }
  }

  private void fill(Tensor tensor, String name, ElementType type, long position) {
    long size = tensor.numel() * type.bytes();
    try (Scope scope = Scope.open()) {
      BytePointer memory = new BytePointer(tensor.data_ptr());
      for (long done = 0; done < size; done += CHUNK) {
        ByteBuffer window =
            memory.getPointer(done).capacity(Math.min(CHUNK, size - done)).asByteBuffer();
        fill(window, position + done);
        if (type == ElementType.BOOL) {
          requireBooleans(window.flip(), name);
        }
      }
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  // The engine's behaviour on any other value is undefined.
  private void requireBooleans(ByteBuffer values, String name) {
    while (values.hasRemaining()) {
      byte value = values.get();
      if (value != 0 && value != 1) {
        throw problem("tensor %s: found a BOOL of %d, allowed are 0 and 1".formatted(name, value));
      }
    }
  }

  private static InputException unreadable(Path path, IOException cause) {
    return new InputException("%s: cannot be read (%s)".formatted(path, cause), cause);
  }
}
