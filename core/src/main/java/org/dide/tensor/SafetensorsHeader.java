package org.dide.tensor;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dide.InputException;
import org.dide.JsonLimits;
import org.dide.MemoryBudget;
import org.dide.tensor.SafetensorsFile.Entry;

/**
 * Reads the JSON header of a safetensors file, token by token, so that a hostile one costs no more
 * memory than its entries.
 *
 * @param entries the tensors by name, in the header's order
 * @param metadata the free strings under {@code __metadata__}
 */
record SafetensorsHeader(Map<String, Entry> entries, Map<String, String> metadata) {
  static final String METADATA = "__metadata__";

  // Bytes of memory, those that are thrown away too.
  private static final int PER_TENSOR = 900;
  private static final int PER_SIDE = 64;
  private static final int PER_TEXT = 200;
  private static final int PER_CHARACTER = 6;

  private static final JsonFactory JSON = JsonLimits.factory();

  /**
   * Parses and checks a header.
   *
   * @param file names the file in errors
   * @param dataLength bytes of the file behind the header, which the tensors must fill
   * @param budget pays for what the header describes
   * @throws InputException if anything in it is unsound
   */
  static SafetensorsHeader parse(Path file, byte[] header, long dataLength, MemoryBudget budget) {
    if (header.length == 0 || header[0] != '{') {
      throw new InputException(file + ": header: allowed is one JSON object from its first byte");
    }
    SafetensorsHeader parsed;
    try (JsonParser json =
        JSON.createParser(
            new InputStreamReader(new ByteArrayInputStream(header), UTF_8.newDecoder()))) {
      parsed = new Reader(file, json, budget).read();
    } catch (JsonProcessingException e) {
      throw new InputException(
          "%s: header: not sound JSON (%s)".formatted(file, e.getOriginalMessage()), e);
    } catch (CharacterCodingException e) {
      throw new InputException("%s: header: not UTF-8".formatted(file), e);
    } catch (IOException e) {
      throw new InputException("%s: header: cannot be read (%s)".formatted(file, e), e);
    }
    parsed.requireSeamless(file, dataLength);
    return parsed;
  }

  /** Without overlaps and gaps a file has one meaning, and nothing can hide in it. */
  private void requireSeamless(Path file, long dataLength) {
    List<Entry> ordered =
        entries.values().stream()
            .sorted(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end))
            .toList();
    long position = 0;
    for (Entry entry : ordered) {
      if (entry.begin() != position) {
        throw new InputException(
            "%s: tensor %s: %s: it begins at byte %d, allowed is %d, where the one before ends"
                .formatted(
                    file,
                    entry.name(),
                    entry.begin() < position ? "overlap" : "gap",
                    entry.begin(),
                    position));
      }
      position = entry.end();
    }
    if (position > dataLength) {
      Entry last = ordered.get(ordered.size() - 1);
      throw new InputException(
          "%s: tensor %s: truncated: it ends at byte %d, the file holds %d behind its header"
              .formatted(file, last.name(), position, dataLength));
    }
    if (position < dataLength) {
      throw new InputException(
          "%s: found %d bytes past the end of the last tensor, allowed is none"
              .formatted(file, dataLength - position));
    }
  }

  /** One pass over the tokens. */
  private record Reader(Path file, JsonParser json, MemoryBudget budget) {
    SafetensorsHeader read() throws IOException {
      Map<String, Entry> entries = new LinkedHashMap<>();
      Optional<Map<String, String>> metadata = Optional.empty();
      json.nextToken();
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        json.nextToken();
        if (name.equals(METADATA)) {
          metadata = once(metadata, metadata(), "header", METADATA);
        } else if (entries.put(name, entry(name)) != null) {
          throw problem("tensor %s: stands twice".formatted(name));
        }
      }
      if (json.nextToken() != null) {
        throw new InputException(
            file + ": header: found something behind the JSON object, allowed are blanks");
      }
      return new SafetensorsHeader(
          Collections.unmodifiableMap(entries),
          Collections.unmodifiableMap(metadata.orElse(Map.of())));
    }

    private Map<String, String> metadata() throws IOException {
      requireObject(METADATA);
      Map<String, String> metadata = new LinkedHashMap<>();
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String key = json.currentName();
        if (json.nextToken() != JsonToken.VALUE_STRING) {
          throw problem("%s: %s: found %s, allowed are strings".formatted(METADATA, key, found()));
        }
        budget.charge(PER_TEXT + PER_CHARACTER * ((long) key.length() + json.getTextLength()));
        if (metadata.put(key, json.getText()) != null) {
          throw problem("%s: %s: stands twice".formatted(METADATA, key));
        }
      }
      return metadata;
    }

    private Entry entry(String name) throws IOException {
      budget.charge(PER_TENSOR + (long) PER_CHARACTER * name.length());
      String place = "tensor " + name;
      requireObject(place);
      Optional<ElementType> type = Optional.empty();
      Optional<List<Long>> shape = Optional.empty();
      Optional<List<Long>> offsets = Optional.empty();
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String key = json.currentName();
        json.nextToken();
        switch (key) {
          case "dtype" -> type = once(type, type(place), place, key);
          case "shape" -> shape = once(shape, wholeNumbers(place, key), place, key);
          case "data_offsets" -> offsets = once(offsets, wholeNumbers(place, key), place, key);
          default ->
              throw problem(
                  "%s: found key '%s', allowed are dtype, shape, data_offsets"
                      .formatted(place, key));
        }
      }
      return checked(
          name,
          type.orElseThrow(() -> problem("%s: has no dtype".formatted(place))),
          shape.orElseThrow(() -> problem("%s: has no shape".formatted(place))),
          offsets.orElseThrow(() -> problem("%s: has no data_offsets".formatted(place))));
    }

    private <T> Optional<T> once(Optional<T> before, T value, String place, String key) {
      if (before.isPresent()) {
        throw problem("%s: %s: stands twice".formatted(place, key));
      }
      return Optional.of(value);
    }

    private Entry checked(String name, ElementType type, List<Long> shape, List<Long> offsets) {
      if (offsets.size() != 2 || offsets.get(0) > offsets.get(1)) {
        throw problem(
            "tensor %s: data_offsets: found %s, allowed is [begin, end], begin <= end"
                .formatted(name, offsets));
      }
      long needed = bytes(name, type, shape);
      long given = offsets.get(1) - offsets.get(0);
      if (needed != given) {
        throw problem(
            "tensor %s: data_offsets: found %s, %d bytes; %s of shape %s needs %d"
                .formatted(name, offsets, given, type, shape, needed));
      }
      return new Entry(name, type.name(), shape, offsets.get(0), offsets.get(1));
    }

    // A side of 0 does not excuse the others: the engine computes strides from all of them.
    private long bytes(String name, ElementType type, List<Long> shape) {
      try {
        long bytes = type.bytes();
        for (long side : shape) {
          bytes = Math.multiplyExact(bytes, Math.max(1, side));
        }
        return shape.contains(0L) ? 0 : bytes;
      } catch (ArithmeticException overflow) {
        throw problem("tensor %s: shape: %s is more than any memory".formatted(name, shape));
      }
    }

    private ElementType type(String place) throws IOException {
      Optional<ElementType> known =
          json.currentToken() == JsonToken.VALUE_STRING
              ? ElementType.named(json.getText())
              : Optional.empty();
      if (known.isEmpty()) {
        throw problem(
            "%s: dtype: found %s, allowed are %s"
                .formatted(place, found(), Arrays.toString(ElementType.values())));
      }
      return known.get();
    }

    private List<Long> wholeNumbers(String place, String key) throws IOException {
      if (json.currentToken() != JsonToken.START_ARRAY) {
        throw problem(
            "%s: %s: found %s, allowed is a list of whole numbers".formatted(place, key, found()));
      }
      List<Long> numbers = new ArrayList<>();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        if (json.currentToken() != JsonToken.VALUE_NUMBER_INT
            || json.getNumberType() == JsonParser.NumberType.BIG_INTEGER
            || json.getLongValue() < 0) {
          throw problem(
              "%s: %s: found %s, allowed are whole numbers from 0 to 2^63"
                  .formatted(place, key, found()));
        }
        if (numbers.size() == SafetensorsFile.MOST_SIDES) {
          throw problem(
              "%s: %s: found more than %d numbers, allowed are at most as many"
                  .formatted(place, key, SafetensorsFile.MOST_SIDES));
        }
        budget.charge(PER_SIDE);
        numbers.add(json.getLongValue());
      }
      return List.copyOf(numbers);
    }

    private void requireObject(String place) throws IOException {
      if (json.currentToken() != JsonToken.START_OBJECT) {
        throw problem("%s: found %s, allowed is an object".formatted(place, found()));
      }
    }

    private String found() throws IOException {
      String text = json.getText();
      if (text == null) {
        return "the end of the header";
      }
      return "'%s'".formatted(text.length() > 40 ? text.substring(0, 40) + "…" : text);
    }

    private InputException problem(String message) {
      return new InputException(file + ": " + message);
    }
  }
}
