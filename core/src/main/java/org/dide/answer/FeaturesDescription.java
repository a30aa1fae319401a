package org.dide.answer;

import org.dide.InputException;

/**
 * What {@code features.json} of a feature folder says; see {@link FeatureFolder}.
 *
 * @param format always {@code dide features}
 * @param version of the format
 * @param model fingerprint of the model that made them
 * @param pictures N
 * @param width D
 * @param checksums of the other files
 */
record FeaturesDescription(
    String format, int version, String model, int pictures, int width, Sums checksums) {
  static final String FORMAT = "dide features";
  static final int VERSION = 1;

  /**
   * SHA-256 of each file, in hexadecimal.
   *
   * @param pictures of {@code pictures.jsonl}
   * @param features of {@code features.safetensors}
   */
  record Sums(String pictures, String features) {}

  /** Refuses other formats and what cannot be. */
  FeaturesDescription {
    if (!format.equals(FORMAT)) {
      throw new InputException("format: found '%s', allowed is '%s'".formatted(format, FORMAT));
    }
    if (version != VERSION) {
      throw new InputException("version: found %d, allowed is %d".formatted(version, VERSION));
    }
    if (pictures < 1 || width < 1) {
      throw new InputException(
          "pictures and width: found %d and %d, allowed is at least 1".formatted(pictures, width));
    }
  }
}
