package org.dide.tensor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.dide.InputException;
import org.dide.MemoryBudget;
import org.dide.pickle.Pickle;
import org.dide.pickle.PickleInput;
import org.dide.pickle.PickleValue;
import org.dide.pickle.Unpickler;

/** The zip layout of {@link TorchFile}. */
final class TorchZip {
  private static final int SHORT = 16; // bytes of the entries that say one word

  private TorchZip() {}

  /** Reads a checkpoint's directory and pickle. */
  static TorchFile.Parts read(FileBytes file, MemoryBudget budget) throws IOException {
    ZipDirectory zip = ZipDirectory.read(file, budget);
    if (zip.entries().containsKey("constants.pkl")) {
      throw file.problem("is a TorchScript archive, allowed is a checkpoint of tensors");
    }
    ZipDirectory.Entry pickle = zip.entries().get("data.pkl");
    if (pickle == null) {
      throw file.problem("is a zip archive without " + zip.folder() + "/data.pkl");
    }
    String order = word(file, zip, "byteorder", "little");
    if (!order.equals("little")) {
      throw file.problem(
          "byteorder: found %s, allowed is 'little'".formatted(PickleValue.shown(order)));
    }
    PickleInput input =
        new PickleInput(
            "%s: %s/data.pkl".formatted(file.path(), PickleValue.shown(zip.folder())),
            file.channel()::read,
            pickle.position(),
            pickle.position() + pickle.size());
    Pickle read = Unpickler.read(input, TorchContent.CALLABLE, budget);
    requireStorages(file, read);
    return new TorchFile.Parts("zip", read.value(), storage -> position(zip, storage));
  }

  private static void requireStorages(FileBytes file, Pickle pickle) {
    try {
      pickle.references().forEach(TorchStorage::requireStorage);
    } catch (InputException problem) {
      throw new InputException(file.path() + ": " + problem.getMessage(), problem);
    }
  }

  private static String word(FileBytes file, ZipDirectory zip, String name, String otherwise)
      throws IOException {
    ZipDirectory.Entry entry = zip.entries().get(name);
    if (entry == null) {
      return otherwise;
    }
    int size = (int) Math.min(SHORT, entry.size());
    return new String(file.read(entry.position(), size).array(), StandardCharsets.UTF_8);
  }

  private static long position(ZipDirectory zip, TorchStorage storage) {
    ZipDirectory.Entry entry = zip.entries().get("data/" + storage.key());
    String shown = PickleValue.shown(storage.key());
    if (entry == null) {
      throw new InputException("storage %s: has no entry in the archive".formatted(shown));
    }
    if (entry.size() != storage.bytes()) {
      throw new InputException(
          "storage %s: claims %d bytes, its entry has %d"
              .formatted(shown, storage.bytes(), entry.size()));
    }
    return entry.position();
  }
}
