package org.dide.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Lists and objects of JSON as Java's; what is missing is empty. */
final class Json {
  private Json() {}

  static Stream<JsonNode> stream(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }

  static double[] doubles(JsonNode list) {
    return stream(list).flatMapToDouble(value -> DoubleStream.of(value.asDouble())).toArray();
  }

  static float[] floats(JsonNode list) {
    float[] floats = new float[list.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) list.get(i).asDouble();
    }
    return floats;
  }

  static long[] longs(JsonNode list) {
    return stream(list).mapToLong(JsonNode::asLong).toArray();
  }

  static int[] integers(JsonNode list) {
    return stream(list).flatMapToInt(value -> IntStream.of(value.asInt())).toArray();
  }

  static List<String> texts(JsonNode list) {
    return stream(list).map(JsonNode::asText).toList();
  }

  /** The numbers of an object, by field. */
  static Map<String, Double> numbers(JsonNode object) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    object.properties().forEach(field -> numbers.put(field.getKey(), field.getValue().asDouble()));
    return numbers;
  }
}
