package org.dide.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.dide.InputException;
import org.dide.data.JsonRecord;

/**
 * Which of several files holds which parameters, as the transformers library writes it for large
 * models: a JSON object with {@code weight_map}, from names of tensors to names of files beside the
 * index, of the kind that its own name says ({@code model.safetensors.index.json}: {@code
 * .safetensors}).
 *
 * @param files the names of tensors by that of their file; both in order
 */
public record ShardIndex(Map<String, Set<String>> files) {
  /** What the name of an index ends in. */
  public static final String SUFFIX = ".index.json";

  /** Largest index in bytes. */
  public static final long LARGEST = 4 << 20;

  private static final String MAP = "weight_map";
  private static final int MOST_FILES = 1000;
  private static final Pattern PLAIN = Pattern.compile("\\w[\\w.-]{0,200}");

  /** Is read, not made. */
  public ShardIndex {
    files = Collections.unmodifiableMap(files);
  }

  /** Whether a file, by its name, is an index. */
  public static boolean is(String name) {
    return name.endsWith(SUFFIX);
  }

  /**
   * Reads an index.
   *
   * @throws InputException if it is none, or names anything but files of its own kind beside it
   */
  public static ShardIndex read(Path index) {
    return of(JsonRecord.read(index, LARGEST), index.getFileName().toString());
  }

  /**
   * Reads an index that does not lie beside its files.
   *
   * @param place names it in errors
   * @param name of the index
   * @throws InputException as {@link #read(Path)} does
   */
  static ShardIndex read(String place, String name, Path file) throws IOException {
    return of(JsonRecord.read(place, Files.readAllBytes(file), LARGEST), name);
  }

  private static ShardIndex of(JsonRecord json, String name) {
    String kind = kind(name);
    JsonRecord map =
        json.optionalRecord(MAP).orElseThrow(() -> json.problem(MAP, "nothing", "an object"));
    Map<String, Set<String>> files = new TreeMap<>();
    for (String tensor : map.fields()) {
      String file = map.text(tensor);
      if (!PLAIN.matcher(file).matches() || !file.endsWith(kind)) {
        throw map.problem(
            tensor,
            "'" + HubFiles.Shown.of(file) + "'",
            "the name of a %s file beside the index".formatted(kind));
      }
      files.computeIfAbsent(file, key -> new TreeSet<>()).add(tensor);
    }
    if (files.isEmpty() || files.size() > MOST_FILES) {
      throw json.problem(MAP, files.size() + " files", "1 to " + MOST_FILES);
    }
    return new ShardIndex(files);
  }

  private static String kind(String name) {
    String of = name.substring(0, name.length() - SUFFIX.length());
    return of.substring(Math.max(0, of.lastIndexOf('.')));
  }
}
