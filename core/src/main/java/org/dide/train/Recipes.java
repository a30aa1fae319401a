package org.dide.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.dide.InputException;
import org.dide.data.TaskName;

/**
 * Reads and writes recipes as YAML.
 *
 * <p>A recipe states only what differs from {@code defaults.yaml}, which lies beside this class and
 * lists every setting; where a task has a {@code defaults-TASK.yaml}, recipes of that task differ
 * from that. {@code extends: NAME} starts from a named recipe instead. An unknown key, a wrong type
 * or an impossible value is an error that names the key and what is allowed.
 */
public final class Recipes {
  private static final String EXTENDS = "extends";
  private static final String TASK = "task";
  private static final String DEFAULTS = "defaults.yaml";
  private static final String DEFAULTS_OF_TASK = "defaults-%s.yaml";
  private static final int MOST_PARENTS = 8;
  private static final ObjectMapper YAML =
      YAMLMapper.builder(
              YAMLFactory.builder()
                  .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                  .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                  .build())
          .addModule(new Jdk8Module())
          .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(com.fasterxml.jackson.core.JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          // Maps of the settings have no order of their own; equal recipes read the same.
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();

  private Recipes() {}

  /**
   * Reads a recipe from a file, or by the name of one that the library brings.
   *
   * @param nameOrFile such as {@code easy-vqa-teacher} or {@code my/recipe.yaml}
   * @param settings changes such as {@code optimizer.rate=3e-4}, applied last
   * @throws InputException if it cannot be found or understood
   */
  public static Recipe read(String nameOrFile, List<String> settings) {
    ObjectNode tree = load(nameOrFile, 0);
    for (String setting : settings) {
      merge(tree, parseSetting(setting));
    }
    ObjectNode whole = defaults(tree.path(TASK).asText());
    merge(whole, tree);
    return bind(whole, Recipe.class, nameOrFile);
  }

  /** The recipe that says nothing: every setting as in {@code defaults.yaml}. */
  public static Recipe defaults() {
    return defaults(TaskName.VQA);
  }

  /** The recipe that says nothing but its task. */
  public static Recipe defaults(TaskName task) {
    ObjectNode tree = defaults(task.toString());
    tree.put(TASK, task.toString()); // not every task has defaults of its own
    return bind(tree, Recipe.class, DEFAULTS);
  }

  /**
   * Reads a recipe as {@link #write} made it, now or before there were all of today's settings:
   * those that it lacks have their defaults.
   */
  public static Recipe parse(String yaml, String origin) {
    ObjectNode tree = parseTree(text(DEFAULTS), DEFAULTS);
    merge(tree, parseTree(yaml, origin));
    return bind(tree, Recipe.class, origin);
  }

  /** The recipe with every setting spelt out. */
  public static String write(Recipe recipe) {
    try {
      return YAML.writeValueAsString(recipe);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /**
   * Every setting by its key, such as {@code optimizer.rate} or {@code
   * data.scenes.stages[0].epochs}, in the order of {@link #write}.
   */
  public static Map<String, String> settings(Recipe recipe) {
    Map<String, String> settings = new LinkedHashMap<>();
    addSettings("", YAML.valueToTree(recipe), settings);
    return settings;
  }

  private static void addSettings(String key, JsonNode value, Map<String, String> settings) {
    if (value.isObject() && !value.isEmpty()) {
      String prefix = key.isEmpty() ? "" : key + ".";
      value
          .properties()
          .forEach(below -> addSettings(prefix + below.getKey(), below.getValue(), settings));
    } else if (value.isArray() && !value.isEmpty()) {
      for (int i = 0; i < value.size(); i++) {
        addSettings("%s[%d]".formatted(key, i), value.get(i), settings);
      }
    } else {
      settings.put(key, value.isContainerNode() ? value.toString() : value.asText());
    }
  }

  /** Names of the recipes that the library brings. */
  public static List<String> names() {
    return text("index.txt").lines().toList();
  }

  /**
   * What a recipe that the library brings is for: the comment in its first line.
   *
   * @param name one of {@link #names}
   */
  public static String description(String name) {
    return text(name + ".yaml")
        .lines()
        .findFirst()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.substring(1).strip())
        .orElse("");
  }

  /** The same record with some components replaced, by their names in YAML. */
  static <R extends Record> R override(R record, Map<String, Object> changes, String origin) {
    ObjectNode tree = YAML.valueToTree(record);
    merge(tree, YAML.valueToTree(changes));
    @SuppressWarnings("unchecked")
    Class<R> type = (Class<R>) record.getClass();
    return bind(tree, type, origin);
  }

  private static ObjectNode load(String nameOrFile, int depth) {
    if (depth > MOST_PARENTS) {
      throw new InputException("recipe %s: extends goes round in a circle".formatted(nameOrFile));
    }
    ObjectNode own = parseTree(source(nameOrFile), nameOrFile);
    JsonNode parent = own.remove(EXTENDS);
    if (parent == null) {
      return own;
    }
    ObjectNode base = load(parent.asText(), depth + 1);
    merge(base, own);
    return base;
  }

  /** What a recipe starts from: the defaults, and over them those of its task, if it has any. */
  private static ObjectNode defaults(String task) {
    ObjectNode base = parseTree(text(DEFAULTS), DEFAULTS);
    String own = DEFAULTS_OF_TASK.formatted(task);
    if (Arrays.stream(TaskName.values()).anyMatch(known -> known.toString().equals(task))
        && Recipes.class.getResource(own) != null) {
      merge(base, parseTree(text(own), own));
    }
    return base;
  }

  private static String source(String nameOrFile) {
    if (names().contains(nameOrFile)) {
      return text(nameOrFile + ".yaml");
    }
    Path file = Path.of(nameOrFile);
    if (!Files.isRegularFile(file)) {
      throw new InputException(
          "recipe %s: no such file, and not one of the recipes %s"
              .formatted(nameOrFile, String.join(", ", names())));
    }
    try {
      return Files.readString(file);
    } catch (IOException failure) {
      throw new InputException(
          "recipe %s: %s".formatted(nameOrFile, failure.getMessage()), failure);
    }
  }

  private static String text(String resource) {
    try (InputStream stream = Recipes.class.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IllegalStateException("missing resource " + resource);
      }
      return new String(stream.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static ObjectNode parseTree(String yaml, String origin) {
    try {
      JsonNode tree = YAML.readTree(yaml);
      if (tree instanceof ObjectNode object) {
        return object;
      }
      throw new InputException("recipe %s: found no settings".formatted(origin));
    } catch (JsonProcessingException problem) {
      throw new InputException(
          "recipe %s: %s".formatted(origin, problem.getOriginalMessage()), problem);
    }
  }

  private static ObjectNode parseSetting(String setting) {
    int equals = setting.indexOf('=');
    if (equals < 1) {
      throw new InputException(
          "setting '%s': allowed is KEY=VALUE, such as optimizer.rate=3e-4".formatted(setting));
    }
    ObjectNode root = YAML.createObjectNode();
    ObjectNode parent = root;
    String[] keys = setting.substring(0, equals).split("\\.", -1);
    for (String key : Arrays.copyOf(keys, keys.length - 1)) {
      parent = parent.putObject(key);
    }
    try {
      parent.set(keys[keys.length - 1], YAML.readTree(setting.substring(equals + 1)));
    } catch (JsonProcessingException problem) {
      throw new InputException(
          "setting '%s': %s".formatted(setting, problem.getOriginalMessage()), problem);
    }
    return root;
  }

  private static void merge(ObjectNode base, ObjectNode changes) {
    changes
        .properties()
        .forEach(
            change -> {
              JsonNode old = base.get(change.getKey());
              if (old instanceof ObjectNode oldObject
                  && change.getValue() instanceof ObjectNode newObject) {
                merge(oldObject, newObject);
              } else {
                base.set(change.getKey(), change.getValue());
              }
            });
  }

  /** What a part of a mix need not say. */
  private static void completeParts(ObjectNode tree) {
    for (JsonNode part : tree.path("data").path("parts")) {
      if (part instanceof ObjectNode settings) {
        settings.putIfAbsent("weight", settings.numberNode(1));
        settings.putIfAbsent("path", settings.textNode(""));
        settings.putIfAbsent("picture-folder", settings.textNode(""));
      }
    }
  }

  private static <T> T bind(ObjectNode tree, Class<T> type, String origin) {
    completeParts(tree);
    try {
      return YAML.treeToValue(tree, type);
    } catch (UnrecognizedPropertyException problem) {
      throw new InputException(
          "recipe %s: %s: unknown key, allowed are %s"
              .formatted(
                  origin,
                  path(problem),
                  problem.getKnownPropertyIds().stream()
                      .map(Object::toString)
                      .sorted()
                      .collect(Collectors.joining(", "))),
          problem);
    } catch (MismatchedInputException problem) {
      throw new InputException(
          "recipe %s: %s: found %s, allowed is %s"
              .formatted(origin, path(problem), found(tree, problem), allowed(problem)),
          problem);
    } catch (JsonMappingException problem) {
      if (problem.getCause() instanceof InputException cause) {
        throw new InputException("recipe %s: %s".formatted(origin, cause.getMessage()), problem);
      }
      throw new InputException(
          "recipe %s: %s: %s".formatted(origin, path(problem), firstLine(problem)), problem);
    } catch (JsonProcessingException problem) {
      throw new InputException("recipe %s: %s".formatted(origin, firstLine(problem)), problem);
    }
  }

  private static String found(JsonNode tree, JsonMappingException problem) {
    JsonNode node = tree;
    for (JsonMappingException.Reference step : problem.getPath()) {
      node =
          step.getFieldName() == null ? node.path(step.getIndex()) : node.path(step.getFieldName());
    }
    if (node.isMissingNode()) {
      return "nothing";
    }
    return node.isTextual() ? "'" + node.asText() + "'" : node.toString();
  }

  private static String allowed(MismatchedInputException problem) {
    Class<?> type = problem.getTargetType();
    if (type == null) {
      return "a value of another type";
    }
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .map(constant -> ((Enum<?>) constant).name().toLowerCase(java.util.Locale.ROOT))
          .collect(Collectors.joining(", "));
    }
    if (type.isRecord()) {
      return "settings by name";
    }
    return "a value of type " + type.getSimpleName();
  }

  private static String path(JsonMappingException problem) {
    return problem.getPath().stream()
        .map(reference -> reference.getFieldName() == null ? "[]" : reference.getFieldName())
        .collect(Collectors.joining("."));
  }

  private static String firstLine(JsonProcessingException problem) {
    return problem.getOriginalMessage().lines().findFirst().orElse("cannot be read");
  }
}
