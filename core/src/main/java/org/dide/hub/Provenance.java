package org.dide.hub;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where a model comes from: enough to tell it from others and to train it again.
 *
 * <p>It is stored as {@code provenance.json} in the model's folder, an object with one key for each
 * component. It names no person, no host and no path.
 *
 * <p>Versions: 1, the first.
 *
 * @param version of this format
 * @param created when, in UTC
 * @param data what it learnt from and was judged on
 * @param recipe the training's resolved recipe (YAML), or how else it was made
 * @param seed of every draw
 * @param teacher fingerprint of the model it was distilled from, or empty
 * @param versions of dide, Java, libtorch and the operating system
 * @param machine processor, cores and memory
 * @param results scores by name, such as {@code dev.score}
 */
public record Provenance(
    int version,
    Instant created,
    List<DataUsed> data,
    String recipe,
    long seed,
    String teacher,
    Map<String, String> versions,
    Map<String, String> machine,
    Map<String, Double> results) {
  private static final int VERSION = 1;

  /** Keeps unmodifiable copies, in order. */
  public Provenance {
    if (version != VERSION) {
      throw new org.dide.InputException(
          "version: found %d, allowed is %d".formatted(version, VERSION));
    }
    data = List.copyOf(data);
    versions = Collections.unmodifiableMap(new LinkedHashMap<>(versions));
    machine = Collections.unmodifiableMap(new LinkedHashMap<>(machine));
    results = Collections.unmodifiableMap(new LinkedHashMap<>(results));
  }

  /**
   * A data set, or a part of one.
   *
   * @param name such as {@code easy-vqa}
   * @param split such as {@code train}
   * @param checksum SHA-256 in hexadecimal, or empty where none was formed
   * @param examples how many
   */
  public record DataUsed(String name, String split, String checksum, long examples) {}

  /** The provenance of a model made now, on this machine. */
  public static Provenance now(List<DataUsed> data, String recipe, long seed, String teacher) {
    return new Provenance(
        VERSION,
        Instant.now().truncatedTo(ChronoUnit.SECONDS),
        data,
        recipe,
        seed,
        teacher,
        Surroundings.versions(),
        Surroundings.machine(),
        Map.of());
  }

  /** The same with these results. */
  public Provenance withResults(Map<String, Double> scores) {
    return new Provenance(version, created, data, recipe, seed, teacher, versions, machine, scores);
  }
}
