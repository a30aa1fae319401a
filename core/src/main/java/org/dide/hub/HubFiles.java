package org.dide.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.dide.InputException;

/** Which files of a model on a hub are for us: a few small ones, and its parameters in one form. */
public final class HubFiles {
  /** Without it, a folder is no model. */
  static final String CONFIGURATION = ModelFolder.CONFIGURATION;

  /** Largest JSON file in bytes. */
  static final int MAXIMUM_JSON = 64 << 20;

  private static final List<String> BESIDE =
      List.of(
          ModelFolder.PREPROCESSING,
          ModelFolder.VOCABULARY,
          "tokenizer_config.json",
          "tokenizer.json",
          "special_tokens_map.json");

  private static final String INDEX = ".index.json";

  /** The files that parameters may be in, or the index of them, the best first. */
  public static final List<String> PARAMETERS =
      List.of(
          ModelFolder.PARAMETERS,
          ModelFolder.PARAMETERS + INDEX,
          "pytorch_model.bin",
          "pytorch_model.bin" + INDEX);

  /** Shared, since making one is slow; never reconfigured, and safe between threads. */
  static final JsonMapper MAPPER =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private static final Pattern PLAIN = Pattern.compile("\\w[\\w.-]{0,200}");

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

  /** Whether a file tells which other files hold the parameters. */
  static boolean isIndex(String name) {
    return name.endsWith(INDEX);
  }

  /**
   * The files that an index names as holding parameters, in the order of names.
   *
   * @param origin names the index in errors
   * @param name the index's file name
   * @throws InputException if it is no index, or names anything but plain files of its own kind
   */
  static List<String> shards(String origin, String name, byte[] json) {
    String stem = name.substring(0, name.length() - INDEX.length());
    String suffix = stem.substring(stem.lastIndexOf('.'));
    Set<String> shards = new TreeSet<>();
    for (JsonNode shard : tree(origin, json).path("weight_map")) {
      if (!shard.isTextual()
          || !PLAIN.matcher(shard.textValue()).matches()
          || !shard.textValue().endsWith(suffix)) {
        throw new InputException(
            "%s: weight_map: found %s, allowed are names of %s files in the same folder"
                .formatted(origin, Shown.of(shard.toString()), suffix));
      }
      shards.add(shard.textValue());
    }
    if (shards.isEmpty()) {
      throw new InputException("%s: weight_map: names no files of parameters".formatted(origin));
    }
    return List.copyOf(shards);
  }

  /**
   * Reads JSON.
   *
   * @param origin names the text in errors
   * @throws InputException if it is none
   */
  static JsonNode tree(String origin, byte[] json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new InputException(
          "%s: not valid JSON (%s)".formatted(origin, e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new InputException("%s: cannot be read (%s)".formatted(origin, e), e);
    }
  }

  /** Texts of others in messages: short, and without what a terminal would obey. */
  static final class Shown {
    private static final int LENGTH = 300; // an address fits

    private Shown() {}

    static String of(String text) {
      String plain = text.replaceAll("\\p{Cntrl}", "?");
      return plain.length() <= LENGTH ? plain : plain.substring(0, LENGTH) + "...";
    }
  }
}
