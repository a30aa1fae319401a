package org.dide.data;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.dide.InputException;

/**
 * One JSON object of a file, with where it stands, so that each complaint names file, record and
 * field, what was found and what is allowed.
 *
 * @param place file and record, such as {@code questions.json: record 1041}
 * @param object the JSON object
 */
public record JsonRecord(String place, JsonNode object) {
  /**
   * Reads a small file that is one object.
   *
   * @param maximumBytes of the file
   * @throws InputException if the file is larger, cannot be read or is something else
   */
  public static JsonRecord read(Path file, long maximumBytes) {
    try {
      if (Files.size(file) > maximumBytes) {
        throw new InputException(
            "%s: found %d bytes, allowed are at most %d"
                .formatted(file, Files.size(file), maximumBytes));
      }
    } catch (IOException e) {
      throw TextFiles.unreadable(file, e);
    }
    return new JsonRecord(file.toString(), JsonFiles.readObject(file));
  }

  /**
   * Reads a file of one object a line; blank lines are skipped.
   *
   * @throws InputException if the file cannot be read, or a line is something else
   */
  public static List<JsonRecord> lines(Path file) {
    List<JsonRecord> records = new ArrayList<>();
    JsonFiles.eachLine(file, ProblemListener.STOP, records::add);
    return records;
  }

  /** Something is wrong with a field. */
  public InputException problem(String field, String found, String allowed) {
    return new InputException(
        "%s: field \"%s\": found %s; allowed: %s".formatted(place, field, found, allowed));
  }

  /** A text that must be there. */
  public String text(String field) {
    return optionalText(field).orElseThrow(() -> problem(field, "nothing", "a string"));
  }

  /** A text that may be missing. */
  public Optional<String> optionalText(String field) {
    return optional(field)
        .map(
            value -> {
              if (!value.isTextual()) {
                throw problem(field, shown(value), "a string");
              }
              return value.textValue();
            });
  }

  /** A text or a number, as text, that must be there. */
  public String textOrNumber(String field) {
    JsonNode value =
        optional(field).orElseThrow(() -> problem(field, "nothing", "a string or a number"));
    if (!value.isTextual() && !value.isNumber()) {
      throw problem(field, shown(value), "a string or a number");
    }
    return value.asText();
  }

  /** A whole number that must be there. */
  public long integer(String field) {
    JsonNode value = optional(field).orElseThrow(() -> problem(field, "nothing", "a whole number"));
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw problem(field, shown(value), "a whole number");
    }
    return value.longValue();
  }

  /** A number that must be there. */
  public double number(String field) {
    JsonNode value = optional(field).orElseThrow(() -> problem(field, "nothing", "a number"));
    if (!value.isNumber()) {
      throw problem(field, shown(value), "a number");
    }
    return value.doubleValue();
  }

  /** True or false, and what is meant where it is missing. */
  public boolean flag(String field, boolean missing) {
    return optional(field)
        .map(
            value -> {
              if (!value.isBoolean()) {
                throw problem(field, shown(value), "true or false");
              }
              return value.booleanValue();
            })
        .orElse(missing);
  }

  /** An object within this one, which may be missing. */
  public Optional<JsonRecord> optionalRecord(String field) {
    return optional(field)
        .map(
            value -> {
              if (!value.isObject()) {
                throw problem(field, shown(value), "an object");
              }
              return new JsonRecord(place + ": " + field, value);
            });
  }

  /** Strings in a list that must be there. */
  public List<String> texts(String field) {
    JsonNode list =
        optional(field).orElseThrow(() -> problem(field, "nothing", "a list of strings"));
    if (!list.isArray()) {
      throw problem(field, shown(list), "a list of strings");
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode element : list) {
      if (!element.isTextual()) {
        throw problem(field, shown(element) + " in the list", "strings only");
      }
      texts.add(element.textValue());
    }
    return texts;
  }

  /** Objects in a list that must be there. */
  public List<JsonRecord> records(String field) {
    JsonNode list =
        optional(field).orElseThrow(() -> problem(field, "nothing", "a list of objects"));
    if (!list.isArray()) {
      throw problem(field, shown(list), "a list of objects");
    }
    List<JsonRecord> records = new ArrayList<>();
    for (JsonNode element : list) {
      if (!element.isObject()) {
        throw problem(field, shown(element) + " in the list", "objects only");
      }
      records.add(new JsonRecord(place + ": " + field + "[" + records.size() + "]", element));
    }
    return records;
  }

  /** The field's value; empty where it is missing or {@code null}. */
  public Optional<JsonNode> optional(String field) {
    return Optional.ofNullable(object.get(field)).filter(value -> !value.isNull());
  }

  /** The names of its fields, in their order. */
  public List<String> fields() {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** Refuses fields that nobody reads: most are misspelled. */
  public void allowOnly(Set<String> fields) {
    for (String name : fields()) {
      if (!fields.contains(name)) {
        throw new InputException(
            "%s: unknown field \"%s\"; allowed: %s"
                .formatted(place, name, String.join(", ", new TreeSet<>(fields))));
      }
    }
  }

  /** A value as a message shows it: short, with its type recognisable. */
  static String shown(JsonNode value) {
    String json = value.toString();
    return json.codePointCount(0, json.length()) <= 60
        ? json
        : json.substring(0, json.offsetByCodePoints(0, 60)) + "…";
  }
}
