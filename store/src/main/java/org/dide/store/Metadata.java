package org.dide.store;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dide.InputException;
import org.dide.data.JsonRecord;

/**
 * What is known of items beside what they look like, for filters.
 *
 * @param place where it was read, for messages
 * @param fields the columns
 * @param values of each item that has any, by id and column
 */
public record Metadata(
    String place, List<MetadataField> fields, Map<String, Map<String, Object>> values) {
  private static final String ID = "id";

  /** Keeps unmodifiable copies. */
  public Metadata {
    fields = List.copyOf(fields);
    values = Map.copyOf(values);
  }

  /** What is known of an item. */
  public Map<String, Object> of(String id) {
    return values.getOrDefault(id, Map.of());
  }

  /** The same, with whole numbers as doubles where a store has those. */
  Metadata suiting(StoreDescription store) {
    List<MetadataField> suited = fields.stream().map(field -> suiting(field, store)).toList();
    Map<String, Map<String, Object>> converted = new LinkedHashMap<>();
    values.forEach((id, known) -> converted.put(id, suiting(known, suited)));
    return new Metadata(place, suited, converted);
  }

  private static MetadataField suiting(MetadataField field, StoreDescription store) {
    MetadataField doubles = new MetadataField(field.name(), MetadataType.DOUBLE);
    boolean convertible = field.type() == MetadataType.INT64;
    return convertible && store.metadata().contains(doubles) ? doubles : field;
  }

  private static Map<String, Object> suiting(
      Map<String, Object> known, List<MetadataField> fields) {
    Map<String, Object> converted = new LinkedHashMap<>(known);
    for (MetadataField field : fields) {
      if (field.type() == MetadataType.DOUBLE
          && converted.get(field.name()) instanceof Long whole) {
        converted.put(field.name(), whole.doubleValue());
      }
    }
    return converted;
  }

  /**
   * The columns that a store has not yet.
   *
   * @throws InputException if it has one of another type
   */
  List<MetadataField> beyond(StoreDescription store) {
    List<MetadataField> beyond = new ArrayList<>();
    for (MetadataField field : fields) {
      Optional<MetadataField> there = store.field(field.name());
      if (there.isEmpty()) {
        beyond.add(field);
      } else if (there.get().type() != field.type()) {
        throw new InputException(
            "%s: metadata '%s': found values of type %s, the store has %s there"
                .formatted(place, field.name(), field.type(), there.get().type()));
      }
    }
    return beyond;
  }

  /**
   * Reads a file of one JSON object a line, each with the {@code id} of an item and whatever is
   * known of it: strings, numbers, true or false. A column whose numbers are not all whole holds
   * doubles.
   *
   * @throws InputException if the file cannot be read, an id is there twice, or the values of a
   *     column are of different types
   */
  public static Metadata read(Path file) {
    Map<String, MetadataType> types = new LinkedHashMap<>();
    Map<String, JsonRecord> records = new LinkedHashMap<>();
    for (JsonRecord record : JsonRecord.lines(file)) {
      String id = record.text(ID);
      if (records.put(id, record) != null) {
        throw new InputException("%s: id '%s' is there twice".formatted(record.place(), id));
      }
      columns(record)
          .forEach(
              name -> types.merge(name, type(record, name), (a, b) -> both(a, b, record, name)));
    }
    Map<String, Map<String, Object>> values = new LinkedHashMap<>();
    records.forEach((id, record) -> values.put(id, values(record, types)));
    List<MetadataField> fields = new ArrayList<>();
    types.forEach((name, type) -> fields.add(new MetadataField(name, type)));
    return new Metadata(file.toString(), fields, values);
  }

  private static List<String> columns(JsonRecord record) {
    return record.fields().stream()
        .filter(name -> !name.equals(ID) && record.optional(name).isPresent())
        .toList();
  }

  private static MetadataType type(JsonRecord record, String name) {
    JsonNode value = record.optional(name).orElseThrow();
    if (value.isTextual()) {
      return MetadataType.STRING;
    }
    if (value.isBoolean()) {
      return MetadataType.BOOL;
    }
    if (value.isNumber()) {
      return value.isIntegralNumber() && value.canConvertToLong()
          ? MetadataType.INT64
          : MetadataType.DOUBLE;
    }
    throw record.problem(name, value.toString(), "a string, a number, true or false");
  }

  private static MetadataType both(
      MetadataType before, MetadataType now, JsonRecord record, String name) {
    if (before == now) {
      return now;
    }
    List<MetadataType> numbers = List.of(MetadataType.INT64, MetadataType.DOUBLE);
    if (numbers.contains(before) && numbers.contains(now)) {
      return MetadataType.DOUBLE;
    }
    throw record.problem(name, now + ", after " + before + " in lines before", "one type");
  }

  private static Map<String, Object> values(JsonRecord record, Map<String, MetadataType> types) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (String name : columns(record)) {
      JsonNode value = record.optional(name).orElseThrow();
      switch (Optional.ofNullable(types.get(name)).orElseThrow()) {
        case STRING -> values.put(name, value.textValue());
        case INT64 -> values.put(name, value.longValue());
        case DOUBLE -> values.put(name, value.doubleValue());
        case BOOL -> values.put(name, value.booleanValue());
      }
    }
    return values;
  }
}
