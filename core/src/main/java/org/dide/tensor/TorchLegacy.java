package org.dide.tensor;

import java.io.IOException;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import org.dide.InputException;
import org.dide.MemoryBudget;
import org.dide.pickle.Pickle;
import org.dide.pickle.PickleInput;
import org.dide.pickle.PickleValue;
import org.dide.pickle.PickleValue.Bool;
import org.dide.pickle.PickleValue.Persistent;
import org.dide.pickle.PickleValue.Sequence;
import org.dide.pickle.PickleValue.Text;
import org.dide.pickle.Unpickler;

/** The legacy layout of {@link TorchFile}. */
final class TorchLegacy {
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final long PROTOCOL = 1001;
  private static final int ENTRY = 256; // of a storage, in memory

  /** A storage and where its elements begin. */
  private record Placed(TorchStorage storage, long position) {}

  private final FileBytes file;
  private final MemoryBudget budget;
  private final long size;
  private long position;

  private TorchLegacy(FileBytes file, MemoryBudget budget, long size) {
    this.file = file;
    this.budget = budget;
    this.size = size;
  }

  /** Reads a checkpoint's pickles and finds its storages. */
  static TorchFile.Parts read(FileBytes file, MemoryBudget budget) throws IOException {
    return new TorchLegacy(file, budget, file.size()).read();
  }

  private TorchFile.Parts read() throws IOException {
    PickleValue magic = pickle("magic number").value();
    if (!(magic instanceof PickleValue.Big big) || !big.value().equals(MAGIC)) {
      throw file.problem(
          "is no PyTorch checkpoint: begins with a pickle of %s instead of the magic number"
              .formatted(magic));
    }
    PickleValue protocol = pickle("protocol").value();
    if (!protocol.equals(new PickleValue.Whole(PROTOCOL))) {
      throw file.problem("protocol: found %s, allowed is %d".formatted(protocol, PROTOCOL));
    }
    requireLittleEndian(pickle("system").value());
    Pickle object = pickle("object");
    Map<String, TorchStorage> storages = referred(object);
    Map<String, Placed> placed = placed(pickle("storage keys").value(), storages);
    return new TorchFile.Parts("legacy", object.value(), storage -> position(placed, storage));
  }

  private Pickle pickle(String name) {
    PickleInput input =
        new PickleInput(
            "%s: %s".formatted(file.path(), name), file.channel()::read, position, size);
    Pickle pickle = Unpickler.read(input, TorchContent.CALLABLE, budget);
    position = pickle.end();
    return pickle;
  }

  private void requireLittleEndian(PickleValue system) {
    boolean little =
        system instanceof PickleValue.Dict facts
            && facts.get("little_endian").filter(new Bool(true)::equals).isPresent();
    if (!little) {
      throw file.problem("system: little_endian is not True, allowed are little-endian files");
    }
  }

  private Map<String, TorchStorage> referred(Pickle object) {
    Map<String, TorchStorage> storages = new LinkedHashMap<>();
    for (Persistent reference : object.references()) {
      if (TorchStorage.isModule(reference)) {
        continue;
      }
      budget.charge(ENTRY);
      TorchStorage storage = inFile(reference);
      TorchStorage known = storages.putIfAbsent(storage.key(), storage);
      if (known != null && !known.equals(storage)) {
        throw file.problem(
            "storage %s: is described in two ways".formatted(PickleValue.shown(storage.key())));
      }
    }
    return storages;
  }

  private TorchStorage inFile(Persistent reference) {
    try {
      return TorchStorage.of(reference);
    } catch (InputException problem) {
      throw new InputException(file.path() + ": " + problem.getMessage(), problem);
    }
  }

  private Map<String, Placed> placed(PickleValue keys, Map<String, TorchStorage> storages)
      throws IOException {
    if (!(keys instanceof Sequence list)) {
      throw file.problem("storage keys: found %s, allowed is a list".formatted(keys));
    }
    Map<String, Placed> placed = new LinkedHashMap<>();
    for (PickleValue key : list.items()) {
      TorchStorage storage = key instanceof Text text ? storages.get(text.value()) : null;
      if (storage == null) {
        throw file.problem("storage keys: found %s, which nothing refers to".formatted(key));
      }
      budget.charge(ENTRY);
      if (placed.put(storage.key(), new Placed(storage, placed(storage))) != null) {
        throw file.problem("storage keys: found %s twice".formatted(key));
      }
    }
    if (position != size) {
      throw file.problem("found %d bytes behind the last storage".formatted(size - position));
    }
    return placed;
  }

  // Before its elements stands how many there are.
  private long placed(TorchStorage storage) throws IOException {
    String shown = PickleValue.shown(storage.key());
    if (size - position < Long.BYTES) {
      throw file.problem("truncated: storage %s is missing".formatted(shown));
    }
    long count = file.read(position, Long.BYTES).getLong();
    if (count != storage.count()) {
      throw file.problem(
          "storage %s: found %d elements, its tensors refer to %d"
              .formatted(shown, count, storage.count()));
    }
    long start = position + Long.BYTES;
    if (storage.bytes() > size - start) {
      throw file.problem(
          "truncated: storage %s claims %d bytes, the file has %d left"
              .formatted(shown, storage.bytes(), size - start));
    }
    position = start + storage.bytes();
    return start;
  }

  private static long position(Map<String, Placed> placed, TorchStorage storage) {
    Placed found = placed.get(storage.key());
    if (found == null) {
      throw new InputException(
          "storage %s: is not in the file".formatted(PickleValue.shown(storage.key())));
    }
    return found.position();
  }
}
