package org.dide.tensor;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.Tensor;
import org.dide.AtomicFile;
import org.dide.InputException;

/**
 * Writes what {@link SafetensorsFile} reads, as one deterministic string of bytes for the same
 * tensors, names, metadata and order.
 *
 * <p>The header lists the tensors in the map's order and is padded with blanks to a multiple of 8
 * bytes. The data lies by element width, widest first and otherwise in the map's order, so that
 * every element is aligned to its own width in the file: readers that map it need that.
 */
public final class SafetensorsWriter {
  private static final int ALIGNMENT = 8;
  private static final JsonFactory JSON = new JsonFactory();

  private SafetensorsWriter() {}

  /**
   * Writes tensors so that the file is whole or not there: aside, synced, then renamed.
   *
   * @param tensors by name; from any device, in any type but complex and quantised ones
   * @param metadata free strings; none are written if it is empty
   * @throws InputException if the file cannot be written
   * @throws IllegalArgumentException if a name is the format's own {@code __metadata__}
   */
  public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) {
    if (tensors.containsKey(SafetensorsHeader.METADATA)) {
      throw new IllegalArgumentException(
          SafetensorsHeader.METADATA + " cannot be the name of a tensor");
    }
    List<Map.Entry<String, Tensor>> placed = inDataOrder(tensors);
    ByteBuffer header = framed(header(tensors, begins(placed), metadata));
    AtomicFile.write(
        file,
        channel -> {
          writeFully(channel, header);
          for (Map.Entry<String, Tensor> entry : placed) {
            writeElements(channel, entry.getValue());
          }
        });
  }

  // The sort is stable.
  private static List<Map.Entry<String, Tensor>> inDataOrder(Map<String, Tensor> tensors) {
    return tensors.entrySet().stream()
        .sorted(
            Comparator.comparingInt(
                (Map.Entry<String, Tensor> entry) -> -ElementType.of(entry.getValue()).bytes()))
        .toList();
  }

  private static Map<String, Long> begins(List<Map.Entry<String, Tensor>> placed) {
    Map<String, Long> begins = new LinkedHashMap<>();
    long position = 0;
    for (Map.Entry<String, Tensor> entry : placed) {
      begins.put(entry.getKey(), position);
      position += bytes(entry.getValue());
    }
    return begins;
  }

  private static byte[] header(
      Map<String, Tensor> tensors, Map<String, Long> begins, Map<String, String> metadata) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart(SafetensorsHeader.METADATA);
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
          json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
      }
      for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
        writeEntry(json, entry.getKey(), entry.getValue(), begins.getOrDefault(entry.getKey(), 0L));
      }
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  private static void writeEntry(JsonGenerator json, String name, Tensor tensor, long begin)
      throws IOException {
    long[] shape = Tensors.shape(tensor);
    json.writeObjectFieldStart(name);
    json.writeStringField("dtype", ElementType.of(tensor).name());
    json.writeFieldName("shape");
    json.writeArray(shape, 0, shape.length);
    json.writeFieldName("data_offsets");
    json.writeArray(new long[] {begin, begin + bytes(tensor)}, 0, 2);
    json.writeEndObject();
  }

  /** The header with its length before it and blanks behind it. */
  private static ByteBuffer framed(byte[] json) {
    int length = (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (length > SafetensorsFile.MAXIMUM_HEADER) {
      throw new IllegalArgumentException(
          "a header of %d bytes, allowed are %d".formatted(length, SafetensorsFile.MAXIMUM_HEADER));
    }
    return ByteBuffer.allocate(SafetensorsFile.PREFIX + length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(length)
        .put(json)
        .put(" ".repeat(length - json.length).getBytes(UTF_8))
        .flip();
  }

  private static void writeElements(FileChannel channel, Tensor tensor) throws IOException {
    try (Scope scope = Scope.open()) {
      Tensor source = tensor.detach().to(Device.CPU.torch(), tensor.scalar_type()).contiguous();
      long size = bytes(source);
      BytePointer memory = new BytePointer(source.data_ptr());
      for (long done = 0; done < size; done += FileBytes.CHUNK) {
        long count = Math.min(FileBytes.CHUNK, size - done);
        writeFully(channel, memory.getPointer(done).capacity(count).asByteBuffer());
      }
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer source) throws IOException {
    while (source.hasRemaining()) {
      channel.write(source);
    }
  }

  private static long bytes(Tensor tensor) {
    return tensor.numel() * ElementType.of(tensor).bytes();
  }
}
