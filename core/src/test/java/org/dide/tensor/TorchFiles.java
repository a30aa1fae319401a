package org.dide.tensor;

import static org.dide.pickle.PickleWriter.ascii;
import static org.dide.pickle.PickleWriter.bool;
import static org.dide.pickle.PickleWriter.bytes;
import static org.dide.pickle.PickleWriter.call;
import static org.dide.pickle.PickleWriter.dict;
import static org.dide.pickle.PickleWriter.global;
import static org.dide.pickle.PickleWriter.join;
import static org.dide.pickle.PickleWriter.list;
import static org.dide.pickle.PickleWriter.little;
import static org.dide.pickle.PickleWriter.persistent;
import static org.dide.pickle.PickleWriter.pickle;
import static org.dide.pickle.PickleWriter.text;
import static org.dide.pickle.PickleWriter.tuple;
import static org.dide.pickle.PickleWriter.whole;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** Writes checkpoints in both layouts of {@code torch.save}, sound ones and others. */
final class TorchFiles {
  static final byte[] MAGIC =
      pickle(bytes(0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19));

  private TorchFiles() {}

  /** The call that rebuilds a tensor from storage {@code 0}. */
  static byte[] tensor(
      String storageClass, long count, long offset, long[] sizes, long... strides) {
    return call(
        global("torch._utils", "_rebuild_tensor_v2"),
        storage(storageClass, "0", count),
        whole(offset),
        numbers(sizes),
        numbers(strides),
        bool(false),
        call(global("collections", "OrderedDict")));
  }

  /** A tensor (2,) of float32 in storage {@code 0}. */
  static byte[] pair() {
    return tensor("FloatStorage", 2, 0, new long[] {2}, 1);
  }

  /** A reference to a storage. */
  static byte[] storage(String storageClass, String key, long count) {
    return persistent(
        tuple(
            text("storage"), global("torch", storageClass), text(key), text("cpu"), whole(count)));
  }

  static byte[] numbers(long... numbers) {
    return tuple(
        Arrays.stream(numbers)
            .mapToObj(org.dide.pickle.PickleWriter::whole)
            .toArray(byte[][]::new));
  }

  static byte[] floats(float... values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      buffer.putFloat(value);
    }
    return buffer.array();
  }

  /** A checkpoint of one object in the zip layout. */
  static Path zip(Path path, byte[] object, Map<String, byte[]> storages) throws IOException {
    return ZipParts.write(
        path,
        false,
        zip -> {
          zip.add("model/data.pkl", pickle(object)).add("model/byteorder", ascii("little"));
          for (Map.Entry<String, byte[]> storage : storages.entrySet()) {
            zip.add("model/data/" + storage.getKey(), storage.getValue());
          }
          zip.add("model/version", ascii("3\n"));
        });
  }

  /** A checkpoint of one object in the legacy layout, whose storages are written as given. */
  static Path legacy(Path path, byte[] object, byte[] keys, byte[] storages) throws IOException {
    return Files.write(
        path, join(MAGIC, pickle(whole(1001)), system(true), pickle(object), keys, storages));
  }

  /** The facts about the machine that wrote a legacy file. */
  static byte[] system(boolean little) {
    return pickle(dict(text("protocol_version"), whole(1001), text("little_endian"), bool(little)));
  }

  /** The list of storage keys. */
  static byte[] keys(String... keys) {
    return pickle(
        list(Arrays.stream(keys).map(org.dide.pickle.PickleWriter::text).toArray(byte[][]::new)));
  }

  /** A storage as it stands in a legacy file. */
  static byte[] counted(long count, byte[] elements) {
    return join(little(8, count), elements);
  }
}
