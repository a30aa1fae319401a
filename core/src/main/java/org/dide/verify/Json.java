package org.dide.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.dide.InputException;

/**
 * Values of JSON as Java's. Each is held to what it should be, for a case that says nothing must
 * not pass: what is missing, null, empty or of another kind is an error that names it.
 */
final class Json {
  private static final int SHOWN = 60; // characters in a message

  private Json() {}

  /** A finite number. */
  static double number(JsonNode value, String name) {
    boolean finite = value.isNumber() && Double.isFinite(value.asDouble());
    return require(value, finite, name, "a finite number").asDouble();
  }

  /** A whole number. */
  static int integer(JsonNode value, String name) {
    boolean whole = value.isIntegralNumber() && value.canConvertToInt();
    return require(value, whole, name, "a whole number").asInt();
  }

  /** A whole number, such as an id, that may need 64 bits. */
  static long id(JsonNode value, String name) {
    boolean whole = value.isIntegralNumber() && value.canConvertToLong();
    return require(value, whole, name, "a whole number").asLong();
  }

  /** True or false. */
  static boolean truth(JsonNode value, String name) {
    return require(value, value.isBoolean(), name, "true or false").asBoolean();
  }

  /** A text, which may be empty. */
  static String text(JsonNode value, String name) {
    return require(value, value.isTextual(), name, "a text").asText();
  }

  /** A text that is not blank. */
  static String word(JsonNode value, String name) {
    boolean filled = value.isTextual() && !value.asText().isBlank();
    return require(value, filled, name, "a text that is not empty").asText();
  }

  /** A list of one element or more. */
  static List<JsonNode> list(JsonNode value, String name) {
    require(value, value.isArray() && !value.isEmpty(), name, "a list that is not empty");
    return listOrEmpty(value, name);
  }

  /** A list, where none is an answer too. */
  static List<JsonNode> listOrEmpty(JsonNode value, String name) {
    require(value, value.isArray(), name, "a list");
    return StreamSupport.stream(value.spliterator(), false).toList();
  }

  /** A list of so many elements. */
  static List<JsonNode> list(JsonNode value, String name, int count) {
    boolean right = value.isArray() && value.size() == count;
    require(value, right, name, "a list of " + count);
    return listOrEmpty(value, name);
  }

  static double[] doubles(JsonNode list, String name) {
    return list(list, name).stream().mapToDouble(value -> number(value, name)).toArray();
  }

  static float[] floats(JsonNode list, String name) {
    double[] doubles = doubles(list, name);
    float[] floats = new float[doubles.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) doubles[i];
    }
    return floats;
  }

  static long[] longs(JsonNode list, String name) {
    return list(list, name).stream().mapToLong(value -> id(value, name)).toArray();
  }

  static int[] integers(JsonNode list, String name) {
    return list(list, name).stream().mapToInt(value -> integer(value, name)).toArray();
  }

  static int[] integers(JsonNode list, String name, int count) {
    return list(list, name, count).stream().mapToInt(value -> integer(value, name)).toArray();
  }

  static List<String> texts(JsonNode list, String name) {
    return list(list, name).stream().map(value -> text(value, name)).toList();
  }

  /** The fields of an object that has any, in order. */
  static Map<String, JsonNode> fields(JsonNode object, String name) {
    require(object, object.isObject() && !object.isEmpty(), name, "an object that is not empty");
    Map<String, JsonNode> fields = new LinkedHashMap<>();
    object.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
    return fields;
  }

  /** The numbers of an object that has any, by field. */
  static Map<String, Double> numbers(JsonNode object, String name) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    fields(object, name)
        .forEach((field, value) -> numbers.put(field, number(value, name + "." + field)));
    return numbers;
  }

  /**
   * The values of one quantity in a log of pairs, name and value.
   *
   * @throws InputException if it was not logged
   */
  static List<Double> logged(JsonNode log, String name, String quantity) {
    List<Double> values =
        list(log, name).stream()
            .map(entry -> list(entry, name, 2))
            .filter(entry -> text(entry.get(0), name).equals(quantity))
            .map(entry -> number(entry.get(1), quantity))
            .toList();
    if (values.isEmpty()) {
      throw new InputException("%s: found no %s, needed is at least one".formatted(name, quantity));
    }
    return values;
  }

  private static JsonNode require(JsonNode value, boolean right, String name, String allowed) {
    if (!right) {
      throw new InputException("%s: found %s, needed is %s".formatted(name, shown(value), allowed));
    }
    return value;
  }

  private static String shown(JsonNode value) {
    String text = value.isMissingNode() ? "nothing" : value.toString();
    return text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
  }
}
