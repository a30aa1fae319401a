package org.dide.model;

import org.dide.InputException;

/**
 * What stands on top of the joined vector, as a description.
 *
 * @param name of its parameters, such as {@code vqa_classifier}
 * @param pictures each example has; their vectors are laid side by side
 * @param classes scores given
 */
public record Head(String name, int pictures, int classes) {
  /** Refuses what no head can be. */
  public Head {
    if (pictures < 1 || pictures > 2 || classes < 1) {
      throw new InputException(
          "head %s: found %d pictures and %d classes, allowed are 1 or 2 and at least 1"
              .formatted(name, pictures, classes));
    }
  }

  TwoLayerMap build(ParameterSource source, int width) {
    return new TwoLayerMap(source, name, pictures * width, 2 * width, classes);
  }
}
