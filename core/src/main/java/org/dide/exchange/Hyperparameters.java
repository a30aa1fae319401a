package org.dide.exchange;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The numbers among the settings that a checkpoint was trained with.
 *
 * @param numbers by name
 */
record Hyperparameters(Map<String, Double> numbers) {
  static final Hyperparameters UNKNOWN = new Hyperparameters(Map.of());

  Hyperparameters {
    numbers = Map.copyOf(numbers);
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
