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
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.dide.InputException;

/**
 * A safetensors file, open for reading. The format, after its document at
 * github.com/huggingface/safetensors:
 *
 * <ol>
 *   <li>8 bytes: the length N of the header, an unsigned little-endian number;
 *   <li>N bytes: the header, a JSON object in UTF-8 that begins with <code>{</code> and may end in
 *       blanks. Each key is a tensor's name, with <code>
 *       {"dtype": "F32", "shape": [2, 3], "data_offsets": [begin, end]}</code>; offsets count bytes
 *       from the end of the header. The key {@code __metadata__} maps strings to strings;
 *   <li>the tensors' elements, little-endian, in row-major order.
 * </ol>
 *
 * <p>A file comes from anywhere, so nothing in it is believed: the header has at most {@value
 * #MAXIMUM_HEADER} bytes and no key twice, every tensor has exactly the bytes that its shape asks
 * for, and the tensors neither overlap nor leave gaps and end with the file. All this is checked
 * before anything is allocated for a tensor. Element types below one byte and complex numbers are
 * refused.
 *
 * <p>Reads go straight from the file into the tensor's memory, at any offset, also past 2 GB. The
 * file is not memory-mapped: Java 17 cannot unmap on demand, and a mapped file that another process
 * shortens takes the JVM down.
 */
public final class SafetensorsFile implements TensorFile {
  /** Longest header in bytes. */
  public static final int MAXIMUM_HEADER = 100_000_000;

  static final int PREFIX = 8;

  /** Bytes moved at once; a Java buffer cannot hold 2 GB. */
  static final int CHUNK = 1 << 30;

  private static final int NAMES_SHOWN = 5;

  private final Path path;
  private final FileChannel channel;
  private final long dataStart;
  private final SafetensorsHeader header;

  private SafetensorsFile(
      Path path, FileChannel channel, long dataStart, SafetensorsHeader header) {
    this.path = path;
    this.channel = channel;
    this.dataStart = dataStart;
    this.header = header;
  }

  /**
   * A tensor in the file.
   *
   * @param name its name
   * @param type the type of its elements: {@code F32}, {@code BF16}, {@code I64}, {@code BOOL}, …
   * @param shape its sizes; empty for a scalar
   * @param begin its first byte, counted from the end of the header
   * @param end the byte behind its last one
   */
  public record Entry(String name, String type, List<Long> shape, long begin, long end)
      implements TensorFile.Entry {}

  /**
   * Opens a file and checks its header.
   *
   * @throws InputException if it cannot be read or is not a sound safetensors file; the message
   *     names the file, the tensor, what was found and what is allowed
   */
  public static SafetensorsFile open(Path path) {
    if (Files.isDirectory(path)) {
      throw new InputException("%s: is a folder, allowed is a safetensors file".formatted(path));
    }
    try {
      FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
      try {
        return open(path, channel);
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

  @Override
  public Map<String, Entry> entries() {
    return header.entries();
  }

  @Override
  public Map<String, String> metadata() {
    return header.metadata();
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public Tensor tensor(String name) {
    Entry entry = entries().get(name);
    if (entry == null) {
      throw new InputException(
          "%s: has no tensor %s; its %d tensors are %s"
              .formatted(path, name, entries().size(), someNames()));
    }
    Tensor tensor = allocate(entry);
    try {
      fill(tensor, entry);
    } catch (InputException problem) {
      tensor.close();
      throw problem;
    }
    return tensor;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new InputException("%s: cannot be closed (%s)".formatted(path, e), e);
    }
  }

  private String someNames() {
    String names = String.join(", ", entries().keySet().stream().limit(NAMES_SHOWN).toList());
    return entries().size() > NAMES_SHOWN ? names + ", …" : names;
  }

  private static Tensor allocate(Entry entry) {
    ScalarType type = ElementType.valueOf(entry.type()).torch();
    long[] shape = entry.shape().stream().mapToLong(Long::longValue).toArray();
    try (TensorOptions options = new TensorOptions(type);
        MemoryFormatOptional contiguous = new MemoryFormatOptional()) {
      return empty(shape, options, contiguous);
    }
  }

  private void fill(Tensor tensor, Entry entry) {
    long size = entry.end() - entry.begin();
    try (Scope scope = Scope.open()) {
      BytePointer memory = new BytePointer(tensor.data_ptr());
      for (long done = 0; done < size; done += CHUNK) {
        ByteBuffer window =
            memory.getPointer(done).capacity(Math.min(CHUNK, size - done)).asByteBuffer();
        readFully(channel, window, dataStart + entry.begin() + done);
        if (entry.type().equals(ElementType.BOOL.name())) {
          requireBooleans(window.flip(), entry.name());
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
        throw new InputException(
            "%s: tensor %s: found a BOOL of %d, allowed are 0 and 1".formatted(path, name, value));
      }
    }
  }

  private static SafetensorsFile open(Path path, FileChannel channel) throws IOException {
    long size = channel.size();
    if (size < PREFIX) {
      throw new InputException(
          "%s: truncated: found %d bytes, the header's length alone has %d"
              .formatted(path, size, PREFIX));
    }
    ByteBuffer prefix = ByteBuffer.allocate(PREFIX).order(ByteOrder.LITTLE_ENDIAN);
    readFully(channel, prefix, 0);
    long length = prefix.getLong(0);
    if (length < 2 || length > MAXIMUM_HEADER) {
      throw new InputException(
          "%s: not safetensors: found a header of %s bytes, allowed are 2 to %d"
              .formatted(path, Long.toUnsignedString(length), MAXIMUM_HEADER));
    }
    long dataStart = PREFIX + length;
    if (dataStart > size) {
      throw new InputException(
          "%s: truncated: the header ends at byte %d, the file at %d"
              .formatted(path, dataStart, size));
    }
    ByteBuffer json = ByteBuffer.allocate((int) length);
    readFully(channel, json, PREFIX);
    return new SafetensorsFile(
        path, channel, dataStart, SafetensorsHeader.parse(path, json.array(), size - dataStart));
  }

  private static void readFully(FileChannel channel, ByteBuffer target, long start)
      throws IOException {
    long position = start;
    while (target.hasRemaining()) {
      int count = channel.read(target, position);
      if (count < 0) {
        throw new EOFException("shortened while it was read: it ends at byte " + position);
      }
      position += count;
    }
  }

  private static InputException unreadable(Path path, IOException cause) {
    return new InputException("%s: cannot be read (%s)".formatted(path, cause), cause);
  }
}
