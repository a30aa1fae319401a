package org.dide.answer;

import static org.bytedeco.pytorch.global.torch.isfinite;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.dide.AtomicFolder;
import org.dide.InputException;
import org.dide.hub.Checksums;
import org.dide.hub.JsonText;
import org.dide.tensor.SafetensorsFile;
import org.dide.tensor.SafetensorsWriter;
import org.dide.tensor.Scope;

/**
 * Stores features as a folder of plain files that any language reads:
 *
 * <ul>
 *   <li>{@code features.json}: an object,
 *       <pre>{@code
 * {
 *   "format": "dide features",
 *   "version": 1,
 *   "model": "9f86d0...",
 *   "pictures": 8000,
 *   "width": 768,
 *   "checksums": {"pictures": "60303a...", "features": "fd61a0..."}
 * }
 * }</pre>
 *       with the fingerprint of the model that made them ({@link
 *       org.dide.hub.TrainedModel#fingerprint}), N, D, and SHA-256 of each of the other two files
 *   <li>{@code pictures.jsonl}: N lines, each ending with a newline and holding one object with the
 *       keys {@code id} (the picture's path below the folder that was encoded, with forward
 *       slashes; no two are equal), {@code sha256} (of its file's bytes), {@code width} and {@code
 *       height} (in pixels, upright)
 *   <li>{@code features.safetensors}: one tensor {@code features}, {@code (N, D)} float32, all
 *       finite; its rows are in the order of the lines
 * </ul>
 *
 * <p>Checksums are hexadecimal in lower case, texts UTF-8; every key must be there and no other.
 * The bytes of a folder depend on the pictures and the model only.
 *
 * <p>Versions: 1, the first.
 *
 * <p>A folder is written whole or not at all ({@link AtomicFolder}), and everything is checked
 * before anything is believed.
 */
public final class FeatureFolder {
  /** What the folder is. */
  public static final String DESCRIPTION = "features.json";

  /** Which pictures. */
  public static final String PICTURES = "pictures.jsonl";

  /** Their vectors. */
  public static final String VECTORS = "features.safetensors";

  private static final String TENSOR = "features";
  private static final int LONGEST_DESCRIPTION = 1 << 16; // bytes
  private static final int BLOCK = 1 << 13; // rows checked at once

  private FeatureFolder() {}

  /**
   * Makes sure, before much is computed, that features can be written to a place: that nothing lies
   * there but older features, and that its parent, which is made if missing, can be written to.
   *
   * @throws InputException if not
   */
  public static void requireWritable(Path folder) {
    if (Files.exists(folder) && !isReplaceable(folder)) {
      throw new InputException(
          "%s: is there already and holds no features; name another folder, or remove it"
              .formatted(folder));
    }
    Path parent = folder.toAbsolutePath().normalize().getParent();
    if (parent == null) {
      throw new InputException("%s: is a root; a folder below one is needed".formatted(folder));
    }
    try {
      Files.createDirectories(parent);
    } catch (IOException e) {
      throw new InputException("%s: cannot be made (%s)".formatted(parent, e), e);
    }
    if (!Files.isWritable(parent)) {
      throw new InputException("%s: cannot be written to".formatted(parent));
    }
  }

  private static boolean isReplaceable(Path folder) {
    return Files.isDirectory(folder)
        && (Files.exists(folder.resolve(DESCRIPTION)) || isEmpty(folder));
  }

  private static boolean isEmpty(Path folder) {
    try (var files = Files.list(folder)) {
      return files.findAny().isEmpty();
    } catch (IOException e) {
      throw new InputException("%s: cannot be listed (%s)".formatted(folder, e), e);
    }
  }

  /**
   * Writes features, replacing older ones.
   *
   * @throws InputException if the place holds anything else or cannot be written, or a value is not
   *     finite; what was there is then untouched
   */
  public static void write(Path folder, Features features) {
    requireWritable(folder);
    requireFinite(folder, features);
    AtomicFolder.write(
        folder,
        aside -> {
          writePictures(aside.resolve(PICTURES), features.pictures());
          SafetensorsWriter.write(
              aside.resolve(VECTORS), Map.of(TENSOR, features.vectors()), Map.of());
          FeaturesDescription description =
              new FeaturesDescription(
                  FeaturesDescription.FORMAT,
                  FeaturesDescription.VERSION,
                  features.model(),
                  features.size(),
                  features.width(),
                  new FeaturesDescription.Sums(
                      Checksums.of(aside.resolve(PICTURES)), Checksums.of(aside.resolve(VECTORS))));
          Files.writeString(aside.resolve(DESCRIPTION), JsonText.indented(description));
        });
  }

  private static void writePictures(Path file, List<StoredPicture> pictures) throws IOException {
    try (BufferedWriter lines = Files.newBufferedWriter(file)) {
      for (StoredPicture picture : pictures) {
        lines.write(JsonText.line(picture));
        lines.write('\n');
      }
    }
  }

  /**
   * Reads features.
   *
   * @param model fingerprint of the model that is to answer from them
   * @throws InputException if they are another model's, or a file is missing, damaged or does not
   *     say what it must; the message names it
   */
  public static Features read(Path folder, String model) {
    Path current = AtomicFolder.current(folder);
    if (!Files.isDirectory(current)) {
      throw new InputException("%s: there is no such folder of features".formatted(folder));
    }
    FeaturesDescription description = description(current.resolve(DESCRIPTION));
    requireModel(folder, description, model);
    List<StoredPicture> pictures = pictures(current.resolve(PICTURES), description);
    Features features =
        new Features(model, pictures, vectors(current.resolve(VECTORS), description));
    try {
      requireFinite(current.resolve(VECTORS), features);
      return features;
    } catch (InputException problem) {
      features.close();
      throw problem;
    }
  }

  private static FeaturesDescription description(Path file) {
    requireFile(file);
    try {
      if (Files.size(file) > LONGEST_DESCRIPTION) {
        throw new InputException(
            "%s: found %d bytes, allowed are at most %d"
                .formatted(file, Files.size(file), LONGEST_DESCRIPTION));
      }
      return JsonText.parse(Files.readString(file), file.toString(), FeaturesDescription.class);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static void requireModel(Path folder, FeaturesDescription description, String model) {
    if (!description.model().equals(model)) {
      throw new InputException(
          ("%s: made by another model, with fingerprint %s; the one to answer has %s. Name the"
                  + " model that made them, or encode the pictures again")
              .formatted(folder, description.model(), model));
    }
  }

  private static List<StoredPicture> pictures(Path file, FeaturesDescription description) {
    requireChecksum(file, description.checksums().pictures());
    List<StoredPicture> pictures = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String place = "%s: line %d".formatted(file, pictures.size() + 1);
        StoredPicture picture = JsonText.parse(line, place, StoredPicture.class);
        if (!ids.add(picture.id())) {
          throw new InputException("%s: id '%s' is there twice".formatted(place, picture.id()));
        }
        pictures.add(picture);
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    if (pictures.size() != description.pictures()) {
      throw new InputException(
          "%s: found %d pictures, allowed are %d, as %s says"
              .formatted(file, pictures.size(), description.pictures(), DESCRIPTION));
    }
    return pictures;
  }

  private static Tensor vectors(Path file, FeaturesDescription description) {
    requireChecksum(file, description.checksums().features());
    try (Scope scope = Scope.open();
        SafetensorsFile tensors = SafetensorsFile.open(file)) {
      requireShape(tensors, description);
      return scope.keep(tensors.tensor(TENSOR));
    }
  }

  private static void requireShape(SafetensorsFile tensors, FeaturesDescription description) {
    List<Long> wanted = List.of((long) description.pictures(), (long) description.width());
    SafetensorsFile.Entry found = tensors.entries().get(TENSOR);
    if (tensors.entries().size() != 1
        || found == null
        || !found.type().equals("F32")
        || !found.shape().equals(wanted)) {
      String all =
          String.join(
              ", ",
              tensors.entries().values().stream()
                  .map(entry -> "%s %s %s".formatted(entry.name(), entry.type(), entry.shape()))
                  .toList());
      throw new InputException(
          "%s: found the tensors [%s], allowed is %s F32 %s alone, as %s says"
              .formatted(tensors.path(), all, TENSOR, wanted, DESCRIPTION));
    }
  }

  private static void requireFile(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new InputException(
          "%s: there is no such file; features are %s, %s and %s"
              .formatted(file, DESCRIPTION, PICTURES, VECTORS));
    }
  }

  private static void requireChecksum(Path file, String wanted) {
    requireFile(file);
    String found = Checksums.of(file);
    if (!found.equals(wanted)) {
      throw new InputException(
          "%s: is damaged, or of another folder: its checksum is %s, %s says %s"
              .formatted(file, found, DESCRIPTION, wanted));
    }
  }

  private static void requireFinite(Path place, Features features) {
    for (int start = 0; start < features.size(); start += BLOCK) {
      int end = Math.min(start + BLOCK, features.size());
      try (Scope scope = Scope.open()) {
        if (!isfinite(features.vectors().narrow(0, start, end - start)).all().item_bool()) {
          throw notFinite(place, features, start);
        }
      }
    }
  }

  private static InputException notFinite(Path place, Features features, int start) {
    int row = start;
    while (isFinite(features.vector(row))) {
      row++;
    }
    return new InputException(
        "%s: picture '%s': found values in its vector that are infinite or not numbers"
            .formatted(place, features.pictures().get(row).id()));
  }

  private static boolean isFinite(float[] vector) {
    for (float value : vector) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  private static InputException unreadable(Path file, IOException cause) {
    if (cause instanceof CharacterCodingException) {
      return new InputException("%s: not UTF-8 text".formatted(file), cause);
    }
    return new InputException("%s: cannot be read (%s)".formatted(file, cause), cause);
  }
}
