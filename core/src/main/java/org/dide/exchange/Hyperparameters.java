package org.dide.exchange;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.dide.pickle.PickleValue;
import org.dide.pickle.PickleValue.Dict;
import org.dide.tensor.TensorFile;
import org.dide.tensor.TorchFile;

/**
 * The numbers among the settings that a checkpoint was trained with.
 *
 * @param numbers by name
 */
record Hyperparameters(Map<String, Double> numbers) {
  private static final String CONFIG = "config";

  Hyperparameters {
    numbers = Map.copyOf(numbers);
  }

  /** Those that a checkpoint carries; a training of the reference keeps them in {@code config}. */
  static Hyperparameters of(TensorFile file) {
    Optional<Dict> all =
        file instanceof TorchFile checkpoint ? checkpoint.hyperParameters() : Optional.empty();
    Map<String, Double> numbers = new HashMap<>();
    all.map(settings -> settings.get(CONFIG).filter(Dict.class::isInstance).orElse(settings))
        .map(Dict.class::cast)
        .ifPresent(
            settings ->
                settings
                    .texts()
                    .forEach((name, value) -> number(value).ifPresent(n -> numbers.put(name, n))));
    return new Hyperparameters(numbers);
  }

  private static Optional<Double> number(PickleValue value) {
    if (value instanceof PickleValue.Whole whole) {
      return Optional.of((double) whole.value());
    }
    return value instanceof PickleValue.Real real ? Optional.of(real.value()) : Optional.empty();
  }

  Optional<Double> number(String name) {
    return Optional.ofNullable(numbers.get(name));
  }

  OptionalInt integer(String name) {
    return number(name)
        .filter(value -> value == value.intValue())
        .map(value -> OptionalInt.of(value.intValue()))
        .orElse(OptionalInt.empty());
  }
}
