package org.dide.tensor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;
import org.dide.JsonLimits;
import org.dide.MemoryBudget;

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
 * #MAXIMUM_HEADER} bytes and no key twice, names, texts and shapes have the limits of {@link
 * JsonLimits} and {@value #MOST_SIDES} sides, what the header describes takes no more memory than
 * {@link MemoryBudget} grants, every tensor has exactly the bytes that its shape asks for, and the
 * tensors neither overlap nor leave gaps and end with the file. All this is checked before anything
 * is allocated for a tensor. Element types below one byte and complex numbers are refused.
 *
 * <p>Reads go straight from the file into the tensor's memory, at any offset, also past 2 GB.
 */
public final class SafetensorsFile implements TensorFile {
  /** Longest header in bytes. */
  public static final int MAXIMUM_HEADER = 100_000_000;

  /** Most sides of a tensor, as in the engine. */
  public static final int MOST_SIDES = 64;

  static final int PREFIX = 8;

  private static final int NAMES_SHOWN = 5;

  private final FileBytes file;
  private final long dataStart;
  private final SafetensorsHeader header;

  private SafetensorsFile(FileBytes file, long dataStart, SafetensorsHeader header) {
    this.file = file;
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
    return FileBytes.open(path, "a safetensors file", SafetensorsFile::open);
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
    return file.path();
  }

  @Override
  public Tensor tensor(String name) {
    Entry entry = entries().get(name);
    if (entry == null) {
      throw file.problem(
          "has no tensor %s; its %d tensors are %s".formatted(name, entries().size(), someNames()));
    }
    long[] shape = entry.shape().stream().mapToLong(Long::longValue).toArray();
    return file.tensor(name, ElementType.valueOf(entry.type()), shape, dataStart + entry.begin());
  }

  @Override
  public void close() {
    file.close();
  }

  private String someNames() {
    String names = String.join(", ", entries().keySet().stream().limit(NAMES_SHOWN).toList());
    return entries().size() > NAMES_SHOWN ? names + ", …" : names;
  }

  private static SafetensorsFile open(FileBytes file) throws IOException {
    long size = file.size();
    if (size < PREFIX) {
      throw file.problem(
          "truncated: found %d bytes, the header's length alone has %d".formatted(size, PREFIX));
    }
    long length = file.read(0, PREFIX).getLong();
    if (length < 2 || length > MAXIMUM_HEADER) {
      throw file.problem(
          "not safetensors: found a header of %s bytes, allowed are 2 to %d"
              .formatted(Long.toUnsignedString(length), MAXIMUM_HEADER));
    }
    long dataStart = PREFIX + length;
    if (dataStart > size) {
      throw file.problem(
          "truncated: the header ends at byte %d, the file at %d".formatted(dataStart, size));
    }
    MemoryBudget budget = new MemoryBudget(file.path().toString(), size);
    budget.charge(length);
    byte[] json = file.read(PREFIX, (int) length).array();
    return new SafetensorsFile(
        file, dataStart, SafetensorsHeader.parse(file.path(), json, size - dataStart, budget));
  }
}
