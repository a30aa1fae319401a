package org.dide.tensor;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.dide.InputException;
import org.dide.MemoryBudget;
import org.dide.pickle.PickleValue;
import org.dide.pickle.PickleValue.Dict;
import org.dide.pickle.PickleValue.Made;
import org.dide.pickle.PickleValue.Sequence;
import org.dide.pickle.PickleValue.Text;

/** What a checkpoint's pickle says: dictionaries of whichever kind, and tensors among them. */
final class TorchContent {
  /** Calls that only describe data; they are kept as names and arguments, and never carried out. */
  static final Set<String> CALLABLE =
      Set.of(
          "torch._utils._rebuild_tensor",
          "torch._utils._rebuild_tensor_v2",
          "torch._utils._rebuild_tensor_v3",
          "torch._utils._rebuild_parameter",
          "torch._utils._rebuild_parameter_with_state",
          "torch.Size",
          "torch.device",
          "collections.OrderedDict",
          "collections.defaultdict",
          "__builtin__.set",
          "__builtin__.frozenset",
          "__builtin__.bytearray",
          "__builtin__.complex",
          "builtins.set",
          "builtins.frozenset",
          "builtins.bytearray",
          "builtins.complex",
          "_codecs.encode",
          "argparse.Namespace",
          "pathlib.PosixPath",
          "pathlib.WindowsPath",
          "pathlib._local.PosixPath",
          "pathlib._local.WindowsPath",
          "pytorch_lightning.utilities.parsing.AttributeDict",
          "lightning.pytorch.utilities.parsing.AttributeDict",
          "lightning.fabric.utilities.data.AttributeDict",
          "lightning_fabric.utilities.data.AttributeDict",
          "numpy.dtype",
          "numpy.core.multiarray.scalar",
          "numpy.core.multiarray._reconstruct",
          "numpy._core.multiarray.scalar",
          "numpy._core.multiarray._reconstruct");

  private static final String ORDERED = "collections.OrderedDict";
  private static final int ENTRY = 128;

  private TorchContent() {}

  /** The dictionary that a value is: a dict, one with extras, or an object's attributes. */
  static Optional<Dict> dict(PickleValue value) {
    if (value instanceof Dict dict) {
      return Optional.of(dict);
    }
    if (!(value instanceof Made made)) {
      return Optional.empty();
    }
    String callee = made.callee().qualified();
    if (callee.equals("argparse.Namespace")) {
      return made.state().filter(Dict.class::isInstance).map(Dict.class::cast);
    }
    return callee.endsWith("Dict") || callee.endsWith("dict") ? made.items() : Optional.empty();
  }

  /**
   * The entries of a dictionary whose keys are texts.
   *
   * @throws InputException without the file's name, if there are others, or the value is none
   */
  static Map<String, PickleValue> entries(PickleValue value, String place, MemoryBudget budget) {
    if (value instanceof Made made && made.callee().qualified().equals(ORDERED)) {
      return ordered(made, place, budget);
    }
    Dict dict =
        dict(value)
            .orElseThrow(
                () ->
                    new InputException("%s: found %s, allowed is a dict".formatted(place, value)));
    if (!dict.others().isEmpty()) {
      throw new InputException(
          "%s: found the key %s, allowed are texts"
              .formatted(place, dict.others().get(0).getKey()));
    }
    return dict.texts();
  }

  private static Map<String, PickleValue> ordered(Made made, String place, MemoryBudget budget) {
    if (made.items().isPresent()) {
      return entries(made.items().get(), place, budget);
    }
    if (made.arguments().size() == 0) {
      return Map.of();
    }
    // Python 2 gave all entries to the call.
    Map<String, PickleValue> entries = new LinkedHashMap<>();
    if (!(made.arguments().get(0) instanceof Sequence pairs)) {
      throw new InputException(place + ": found an OrderedDict that is not made of pairs");
    }
    for (PickleValue pair : pairs.items()) {
      if (!(pair instanceof Sequence both)
          || both.size() != 2
          || !(both.get(0) instanceof Text key)) {
        throw new InputException("%s: found %s, allowed is a pair".formatted(place, pair));
      }
      budget.charge(ENTRY);
      if (entries.put(key.value(), both.get(1)) != null) {
        throw new InputException("%s: found the key %s twice".formatted(place, key));
      }
    }
    return Collections.unmodifiableMap(entries);
  }
}
