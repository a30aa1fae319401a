package org.dide.hub;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.EnumFeature;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.dide.InputException;
import org.dide.data.JsonRecord;
import org.dide.hub.HubFiles.Shown;
import org.jspecify.annotations.Nullable;

/**
 * Between records and JSON, strictly: keys that are unknown, missing or repeated, values that are
 * null or of another type, are errors that name the key and what is allowed. What a record holds as
 * an {@link Optional} may be missing. Constants of enumerations are written in lower case, instants
 * as ISO-8601.
 */
public final class JsonText {
  private static final int SHOWN = 60; // characters of a value in a message
  private static final Map<Class<?>, String> ALLOWED =
      Map.ofEntries(
          Map.entry(int.class, "a whole number"),
          Map.entry(long.class, "a whole number"),
          Map.entry(double.class, "a number"),
          Map.entry(Double.class, "a number"),
          Map.entry(Float.class, "a number"),
          Map.entry(boolean.class, "true or false"),
          Map.entry(String.class, "a string"),
          Map.entry(Instant.class, "a time in UTC such as 2024-05-31T12:00:00Z"),
          Map.entry(List.class, "a list without null"));
  private static final JsonMapper MAPPER = mapper();

  private static final ObjectWriter INDENTED =
      MAPPER.writer(new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")));

  private JsonText() {}

  /**
   * Reads a record.
   *
   * @param origin names the text in errors
   * @throws InputException if the text is something else
   */
  public static <R extends Record> R parse(String json, String origin, Class<R> type) {
    return of(tree(json, origin), origin, type);
  }

  /**
   * Reads a file that is one record; see {@link JsonRecord#read} for what it may cost.
   *
   * @param maximumBytes of the file
   * @throws InputException if it is something else
   */
  public static <R extends Record> R read(Path file, long maximumBytes, Class<R> type) {
    return of(JsonRecord.read(file, maximumBytes).object(), file.toString(), type);
  }

  private static <R extends Record> R of(JsonNode tree, String origin, Class<R> type) {
    requireKeys(tree, type, origin);
    try {
      return MAPPER.treeToValue(tree, type);
    } catch (JsonMappingException problem) {
      throw new InputException(
          "%s: %s".formatted(place(origin, problem), told(problem, tree)), problem);
    } catch (JsonProcessingException problem) {
      throw new InputException(
          "%s: cannot be read (%s)".formatted(origin, problem.getOriginalMessage()), problem);
    }
  }

  private static JsonNode tree(String json, String origin) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException problem) {
      String line =
          json.indexOf('\n') < 0 ? "" : "line %d: ".formatted(problem.getLocation().getLineNr());
      throw new InputException(
          "%s: %snot valid JSON (%s)".formatted(origin, line, problem.getOriginalMessage()),
          problem);
    }
  }

  /** Unknown and missing keys told together: most often one is the other, misspelled. */
  private static void requireKeys(JsonNode node, Class<?> type, String place) {
    if (!node.isObject()) {
      throw new InputException("%s: found %s, allowed is an object".formatted(place, shown(node)));
    }
    Set<String> allowed = new LinkedHashSet<>();
    for (RecordComponent component : type.getRecordComponents()) {
      allowed.add(component.getName());
    }
    Set<String> unknown = new LinkedHashSet<>();
    node.fieldNames().forEachRemaining(unknown::add);
    Set<String> missing = new LinkedHashSet<>(allowed);
    missing.removeAll(unknown);
    for (RecordComponent component : type.getRecordComponents()) {
      if (component.getType() == Optional.class) {
        completeOptional((ObjectNode) node, component, missing, place);
      }
    }
    unknown.removeAll(allowed);
    if (!unknown.isEmpty() || !missing.isEmpty()) {
      throw new InputException(
          "%s: unknown keys %s, missing keys %s; allowed and needed are %s"
              .formatted(place, Shown.some(unknown), missing, String.join(", ", allowed)));
    }
    for (RecordComponent component : type.getRecordComponents()) {
      if (component.getType().isRecord()) {
        String name = component.getName();
        requireKeys(node.path(name), component.getType(), place + ": " + name);
      }
    }
  }

  /**
   * The reader wants to be told of each component, and a written null must not pass for one that is
   * left out.
   */
  private static void completeOptional(
      ObjectNode node, RecordComponent component, Set<String> missing, String place) {
    String name = component.getName();
    if (missing.remove(name)) {
      node.putNull(name);
    } else if (node.path(name).isNull()) {
      throw new InputException("%s: %s: found null, allowed is an object".formatted(place, name));
    }
  }

  /** The record as a file shows it: indented, ending with a newline. */
  public static String indented(Record value) {
    return write(INDENTED, value) + "\n";
  }

  /** The record on one line, the same for equal records. */
  public static String line(Record value) {
    return write(MAPPER.writer(), value);
  }

  private static String write(ObjectWriter writer, Record value) {
    try {
      return writer.writeValueAsString(value);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String place(String origin, JsonMappingException problem) {
    String path =
        problem.getPath().stream()
            .map(
                step ->
                    step.getFieldName() == null
                        ? "[" + step.getIndex() + "]"
                        : "." + step.getFieldName())
            .collect(Collectors.joining());
    return path.isEmpty() ? origin : origin + ": " + path.replaceFirst("^\\.", "");
  }

  private static String told(JsonMappingException problem, JsonNode tree) {
    if (problem instanceof ValueInstantiationException && problem.getCause() != null) {
      return String.valueOf(problem.getCause().getMessage());
    }
    if (problem instanceof UnrecognizedPropertyException unknown) {
      return "unknown key, allowed are " + unknown.getKnownPropertyIds();
    }
    if (problem instanceof MismatchedInputException mismatch) {
      return "found %s, allowed is %s"
          .formatted(shown(at(tree, problem)), allowed(mismatch.getTargetType()));
    }
    return "cannot be read (%s)".formatted(problem.getOriginalMessage());
  }

  private static JsonNode at(JsonNode tree, JsonMappingException problem) {
    JsonNode node = tree;
    for (JsonMappingException.Reference step : problem.getPath()) {
      node =
          step.getFieldName() == null ? node.path(step.getIndex()) : node.path(step.getFieldName());
    }
    return node;
  }

  /** A value as a message shows it: short. */
  private static String shown(JsonNode value) {
    String json = value.toString();
    return json.codePointCount(0, json.length()) <= SHOWN
        ? json
        : json.substring(0, json.offsetByCodePoints(0, SHOWN)) + "…";
  }

  private static String allowed(@Nullable Class<?> type) {
    if (type == null) {
      return "another value";
    }
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
          .collect(Collectors.joining(" or "));
    }
    return ALLOWED.getOrDefault(type, "an object");
  }

  private static JsonMapper mapper() {
    SimpleModule instants = new SimpleModule();
    instants.addSerializer(Instant.class, ToStringSerializer.instance);
    instants.addDeserializer(Instant.class, new InstantReader());
    return JsonMapper.builder()
        .addModule(instants)
        .addModule(new Jdk8Module())
        .defaultPropertyInclusion(
            JsonInclude.Value.empty().withValueInclusion(JsonInclude.Include.NON_ABSENT))
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(
            DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
            DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
            DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES,
            DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
            DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
            DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
        .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
        .defaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL))
        .withCoercionConfig(
            LogicalType.Textual,
            coercions ->
                coercions
                    .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
        .build();
  }

  private static final class InstantReader extends FromStringDeserializer<Instant> {
    private static final long serialVersionUID = 1L;

    InstantReader() {
      super(Instant.class);
    }

    @Override
    protected Instant _deserialize(String text, DeserializationContext context) throws IOException {
      try {
        return Instant.parse(text);
      } catch (DateTimeException problem) {
        throw context.weirdStringException(text, Instant.class, "not a time in UTC");
      }
    }
  }
}
