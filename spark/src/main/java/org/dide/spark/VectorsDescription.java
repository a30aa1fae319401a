package org.dide.spark;

import java.time.Instant;
import org.dide.InputException;
import org.dide.hub.JsonText;

/**
 * The file {@code dide.json} beside the folders {@code pictures} and {@code unreadable}; it is
 * written last, so where it is, they are whole.
 *
 * @param format {@value #FORMAT}
 * @param version of the format, {@value #VERSION}; readers refuse others
 * @param model fingerprint of the model that made the vectors
 * @param width D, the length of every pooled vector
 * @param shareSize S, the length of every share
 * @param places of a picture in an example: 1, or 2 for pairs
 * @param pictures in the table {@code pictures}, see {@link VectorTable}
 * @param unreadable in the table {@code unreadable}: {@code id} and {@code why}, both strings
 * @param written when
 */
public record VectorsDescription(
    String format,
    int version,
    String model,
    int width,
    int shareSize,
    int places,
    long pictures,
    long unreadable,
    Instant written) {
  static final String NAME = "dide.json";
  static final String PICTURES = "pictures";
  static final String UNREADABLE = "unreadable";

  private static final String FORMAT = "dide vectors";
  private static final int VERSION = 1;

  /** Refuses other formats. */
  public VectorsDescription {
    if (!format.equals(FORMAT) || version != VERSION) {
      throw new InputException(
          "found format '%s' version %d, allowed is '%s' version %d"
              .formatted(format, version, FORMAT, VERSION));
    }
  }

  static VectorsDescription now(
      String model, int width, int shareSize, int places, long pictures, long unreadable) {
    return new VectorsDescription(
        FORMAT, VERSION, model, width, shareSize, places, pictures, unreadable, Instant.now());
  }

  static VectorsDescription read(Storage folder) {
    folder.requireFolder();
    Storage file = folder.below(NAME);
    return JsonText.parse(file.read(), file.name(), VectorsDescription.class);
  }

  /** The file's content. */
  String json() {
    return JsonText.indented(this);
  }

  /** Refuses vectors of another model. */
  void requireModel(String place, String fingerprint) {
    if (!model.equals(fingerprint)) {
      throw new InputException(
          "%s: found vectors of the model %s, allowed are those of the model that is asked, %s; encode the pictures again, or name their model"
              .formatted(place, model, fingerprint));
    }
  }
}
