package org.dide.data;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjIntConsumer;
import org.dide.ByteOrderMark;
import org.dide.InputException;

/**
 * Reads JSON files element by element: annotation files have hundreds of megabytes, one element has
 * a few hundred bytes.
 */
final class JsonFiles {
  /** Shared, since making one is slow; never reconfigured, and safe between threads. */
  static final JsonMapper MAPPER =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private JsonFiles() {}

  /**
   * Gives each element of a file that is one list, with its position from 0.
   *
   * @param problems hears of what the reader throws
   * @throws InputException if the file cannot be read or is something else
   */
  static void eachInList(Path file, ProblemListener problems, ObjIntConsumer<JsonNode> reader) {
    parse(
        file,
        parser -> {
          expect(file, parser.nextToken(), JsonToken.START_ARRAY, "a list");
          eachElement(parser, problems, reader);
          requireEnd(file.toString(), "list", parser);
        });
  }

  /**
   * Gives each line of a file of one JSON object a line, numbered from 1; blank lines are skipped.
   *
   * @param problems hears of malformed lines and of what the reader throws
   * @throws InputException if the file cannot be read
   */
  static void eachLine(Path file, ProblemListener problems, RecordReader reader) {
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (number == 1) {
          line = ByteOrderMark.without(line);
        }
        if (!line.isBlank()) {
          String place = "%s: line %d".formatted(file.getFileName(), number);
          String json = line;
          reporting(problems, () -> reader.read(parsed(place, json)));
        }
      }
    } catch (IOException e) {
      throw TextFiles.unreadable(file, e);
    }
  }

  /**
   * Gives each object of a file that holds them in one list, or one a line.
   *
   * @param problems hears of elements and lines that are no objects and of what the reader throws
   * @throws InputException if the file cannot be read
   */
  static void eachObject(Path file, ProblemListener problems, RecordReader reader) {
    if (isList(file)) {
      eachInList(
          file,
          problems,
          (element, position) ->
              reader.read(at("%s: record %d".formatted(file.getFileName(), position), element)));
    } else {
      eachLine(file, problems, reader);
    }
  }

  private static boolean isList(Path file) {
    try (BufferedReader text = Files.newBufferedReader(file)) {
      int first = text.read();
      while (Character.isWhitespace(first) || first == ByteOrderMark.MARK) {
        first = text.read();
      }
      return first == '[';
    } catch (IOException e) {
      throw TextFiles.unreadable(file, e);
    }
  }

  private static JsonRecord parsed(String place, String line) {
    try (JsonParser parser = MAPPER.createParser(line)) {
      JsonRecord only = at(place, MAPPER.readTree(parser));
      requireEnd(place, "object", parser);
      return only;
    } catch (JsonProcessingException e) {
      throw new InputException(
          "%s: not valid JSON (%s)".formatted(place, e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a text in memory has none
    }
  }

  private static void reporting(ProblemListener problems, Runnable reading) {
    try {
      reading.run();
    } catch (InputException e) {
      problems.onProblem(e);
    }
  }

  /**
   * Gives each object in the list that a file's outermost object holds under a name; whatever else
   * the outermost object holds is skipped.
   *
   * @param problems hears of elements that are no objects and of what the reader throws
   * @throws InputException if the file cannot be read or lacks the list
   */
  static void eachRecord(
      Path file, String listName, ProblemListener problems, RecordReader reader) {
    boolean[] found = {false};
    parse(
        file,
        parser -> {
          expect(file, parser.nextToken(), JsonToken.START_OBJECT, "an object");
          while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean wanted = parser.currentName().equals(listName);
            JsonToken value = parser.nextToken();
            if (wanted) {
              expect(file, value, JsonToken.START_ARRAY, "a list under \"" + listName + "\"");
              eachElement(
                  parser,
                  problems,
                  (element, position) ->
                      reader.read(
                          at("%s: record %d".formatted(file.getFileName(), position), element)));
              found[0] = true;
            } else {
              parser.skipChildren();
            }
          }
          requireEnd(file.toString(), "object", parser);
        });
    if (!found[0]) {
      throw new InputException("%s: has no list \"%s\"".formatted(file, listName));
    }
  }

  /**
   * Reads a small file that is one object.
   *
   * @throws InputException if the file cannot be read or is something else
   */
  static JsonNode readObject(Path file) {
    List<JsonNode> read = new ArrayList<>();
    parse(file, parser -> read.add(object(file.toString(), parser)));
    return read.get(0);
  }

  /** The object that a parser is before, which must be all that there is. */
  static JsonNode object(String place, JsonParser parser) throws IOException {
    JsonToken first = parser.nextToken();
    if (first != JsonToken.START_OBJECT) {
      throw new InputException("%s: does not hold an object, found %s".formatted(place, first));
    }
    JsonNode object = MAPPER.readTree(parser);
    requireEnd(place, "object", parser);
    return object;
  }

  private static void requireEnd(String place, String what, JsonParser parser) throws IOException {
    if (parser.nextToken() != null) {
      throw new InputException(
          "%s: found something behind the %s; allowed: nothing".formatted(place, what));
    }
  }

  /** Reads one object. */
  @FunctionalInterface
  interface RecordReader {
    void read(JsonRecord jsonRecord);
  }

  private static JsonRecord at(String place, JsonNode element) {
    if (!element.isObject()) {
      throw new InputException(
          "%s: found %s; allowed: an object".formatted(place, JsonRecord.shown(element)));
    }
    return new JsonRecord(place, element);
  }

  private static void eachElement(
      JsonParser parser, ProblemListener problems, ObjIntConsumer<JsonNode> reader)
      throws IOException {
    for (int position = 0; parser.nextToken() != JsonToken.END_ARRAY; position++) {
      JsonNode element = MAPPER.readTree(parser);
      int current = position;
      reporting(problems, () -> reader.accept(element, current));
    }
  }

  private static void expect(Path file, JsonToken found, JsonToken expected, String name) {
    if (found != expected) {
      throw new InputException("%s: does not hold %s, found %s".formatted(file, name, found));
    }
  }

  private static void parse(Path file, Body body) {
    try (JsonParser parser = MAPPER.createParser(Files.newInputStream(file))) {
      body.read(parser);
    } catch (JsonProcessingException e) {
      throw notJson(file.toString(), e);
    } catch (IOException e) {
      throw TextFiles.unreadable(file, e);
    }
  }

  /** Says where a text stops being JSON; no place is known where it stops being text. */
  static InputException notJson(String place, JsonProcessingException cause) {
    JsonLocation location = cause.getLocation();
    String line = location == null ? "" : "line %d: ".formatted(location.getLineNr());
    return new InputException(
        "%s: %snot valid JSON (%s)".formatted(place, line, cause.getOriginalMessage()), cause);
  }

  @FunctionalInterface
  private interface Body {
    void read(JsonParser parser) throws IOException;
  }
}
