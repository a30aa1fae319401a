package org.dide.hub;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which files of a model on a hub are for us: a few small ones, and its parameters in one form. */
public final class HubFiles {
  /** Without it, a folder is no model. */
  static final String CONFIGURATION = ModelFolder.CONFIGURATION;

  private static final List<String> BESIDE =
      List.of(
          ModelFolder.PREPROCESSING,
          ModelFolder.VOCABULARY,
          "tokenizer_config.json",
          "tokenizer.json",
          "special_tokens_map.json");

  /** The files that parameters may be in, or the index of them, the best first. */
  public static final List<String> PARAMETERS =
      List.of(
          ModelFolder.PARAMETERS,
          ModelFolder.PARAMETERS + ShardIndex.SUFFIX,
          "pytorch_model.bin",
          "pytorch_model.bin" + ShardIndex.SUFFIX);

  private HubFiles() {}

  /** What a model of these files lacks for being one; empty if it has all. */
  static Optional<String> lacking(Set<String> names) {
    if (!names.contains(CONFIGURATION)) {
      return Optional.of(CONFIGURATION);
    }
    return names.stream().noneMatch(PARAMETERS::contains)
        ? Optional.of("each of " + String.join(", ", PARAMETERS))
        : Optional.empty();
  }

  /**
   * The wanted files among those that there are, in which nothing is {@link #lacking}: the
   * configuration last, for whoever looks for it to find the others.
   */
  static List<String> wanted(Set<String> names) {
    List<String> wanted = new ArrayList<>(BESIDE);
    wanted.retainAll(names);
    PARAMETERS.stream().filter(names::contains).findFirst().ifPresent(wanted::add);
    wanted.add(CONFIGURATION);
    return wanted;
  }

  /** Texts of others in messages: short, and without what a terminal would obey. */
  public static final class Shown {
    private static final int LENGTH = 300; // an address fits
    private static final int NAMES = 5;

    private Shown() {}

    /** One text. */
    public static String of(String text) {
      String plain = text.replaceAll("\\p{Cntrl}", "?");
      return plain.length() <= LENGTH ? plain : plain.substring(0, LENGTH) + "...";
    }

    /** Some names of many, as {@code [a, b, … 1000 more]}. */
    public static String some(Collection<String> names) {
      List<String> shown = new ArrayList<>(names.stream().limit(NAMES).map(Shown::of).toList());
      if (names.size() > NAMES) {
        shown.add("… %d more".formatted(names.size() - NAMES));
      }
      return shown.toString();
    }
  }
}
