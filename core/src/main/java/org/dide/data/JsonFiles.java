package org.dide.data;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjIntConsumer;
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
   * @throws InputException if the file cannot be read or is something else
   */
  static void eachInList(Path file, ObjIntConsumer<JsonNode> reader) {
    parse(
        file,
        parser -> {
          expect(file, parser.nextToken(), JsonToken.START_ARRAY, "a list");
          eachElement(parser, reader);
        });
  }

  /**
   * Gives each object in the list that a file's outermost object holds under a name; whatever else
   * the outermost object holds is skipped.
   *
   * @throws InputException if the file cannot be read, lacks the list, or has something else in it
   */
  static void eachRecord(Path file, String listName, RecordReader reader) {
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
              eachElement(parser, (element, position) -> reader.read(at(file, position, element)));
              found[0] = true;
            } else {
              parser.skipChildren();
            }
          }
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
    parse(
        file,
        parser -> {
          expect(file, parser.nextToken(), JsonToken.START_OBJECT, "an object");
          read.add(MAPPER.readTree(parser));
        });
    return read.get(0);
  }

  /** Reads one object. */
  @FunctionalInterface
  interface RecordReader {
    void read(JsonRecord jsonRecord);
  }

  private static JsonRecord at(Path file, int position, JsonNode element) {
    String place = "%s: record %d".formatted(file.getFileName(), position);
    if (!element.isObject()) {
      throw new InputException(
          "%s: found %s; allowed: an object".formatted(place, JsonRecord.shown(element)));
    }
    return new JsonRecord(place, element);
  }

  private static void eachElement(JsonParser parser, ObjIntConsumer<JsonNode> reader)
      throws IOException {
    for (int position = 0; parser.nextToken() != JsonToken.END_ARRAY; position++) {
      reader.accept(MAPPER.readTree(parser), position);
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
      throw new InputException(
          "%s: line %d: not valid JSON (%s)"
              .formatted(file, e.getLocation().getLineNr(), e.getOriginalMessage()),
          e);
    } catch (NoSuchFileException e) {
      throw new InputException("%s: there is no such file".formatted(file), e);
    } catch (IOException e) {
      throw new InputException("%s: cannot be read (%s)".formatted(file, e), e);
    }
  }

  @FunctionalInterface
  private interface Body {
    void read(JsonParser parser) throws IOException;
  }
}
