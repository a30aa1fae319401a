package org.dide.verify;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.dide.hub.ReferenceNames;

/** Compares the gradients of a training step. */
final class Gradients {
  private Gradients() {}

  /** All parameters either have the expected gradient or are expected to have none. */
  static void compare(GoldenCase golden, Map<String, Tensor> parameters, Comparison comparison) {
    Map<String, Tensor> expected = golden.tensors("grads.safetensors");
    Set<String> without = new HashSet<>();
    String field = "params_without_gradient"; // a teacher has none
    Json.listOrEmpty(golden.field(field), field)
        .forEach(name -> without.add(Json.text(name, field)));
    without.removeIf(ReferenceNames::isUnused);
    expected.forEach(
        (name, gradient) ->
            of(parameters.get(name))
                .ifPresentOrElse(
                    found -> comparison.gradient(name, found, gradient),
                    () -> comparison.incomparable("gradient of " + name, "nothing", "a tensor")));
    parameters.forEach(
        (name, parameter) -> {
          boolean has = of(parameter).isPresent();
          if (has && !expected.containsKey(name)) {
            comparison.incomparable("gradient of " + name, "a tensor", "nothing");
          }
          if (!has && !without.remove(name) && !expected.containsKey(name)) {
            comparison.incomparable("gradient of " + name, "nothing", "not listed");
          }
        });
    comparison.equal("parameters without gradient", without, Set.of());
  }

  private static Optional<Tensor> of(@org.jspecify.annotations.Nullable Tensor parameter) {
    return Optional.ofNullable(parameter).map(Tensor::grad).filter(Tensor::defined);
  }
}
