package org.dide.distill;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.dide.InputException;

/**
 * Which layers' attention is distilled, and from which of the teacher's: {@code last}, {@code all},
 * {@code even}, or a map from the student's layers to the teacher's, both counted from 0, such as
 * {@code {2: 3, 5: 11}}. A map is joined with that of the recipe which is extended, as all settings
 * by name are.
 */
public sealed interface Layers {
  /** A layer of the student and the one of its teacher that it learns from, from 0. */
  record Pair(int student, int teacher) {}

  /**
   * The pairs, for models of some depths.
   *
   * @throws InputException if they cannot be paired so
   */
  List<Pair> pairs(int studentDepth, int teacherDepth);

  /** The value in a recipe. */
  @JsonValue
  Object written();

  /** As a person reads it, and writes it in a recipe. */
  default String shown() {
    return shown(written());
  }

  private static String shown(Object value) {
    return String.valueOf(value).replace("=", ": "); // between the key and the value of a map
  }

  /** Rules for models of any depth. */
  enum Rule implements Layers {
    /** Each model's own last layer (DiDE). */
    LAST {
      @Override
      public List<Pair> pairs(int studentDepth, int teacherDepth) {
        return List.of(new Pair(studentDepth - 1, teacherDepth - 1));
      }
    },
    /** Each layer with that of the same number; depths must be equal. */
    ALL {
      @Override
      public List<Pair> pairs(int studentDepth, int teacherDepth) {
        if (studentDepth != teacherDepth) {
          throw new InputException(
              "losses: layers: found all for %d layers of the student and %d of the teacher, allowed are last, even or a map"
                  .formatted(studentDepth, teacherDepth));
        }
        return EVEN.pairs(studentDepth, teacherDepth);
      }
    },
    /** Each of the student's layers, spread evenly over the teacher's; last learns from last. */
    EVEN {
      @Override
      public List<Pair> pairs(int studentDepth, int teacherDepth) {
        return IntStream.range(0, studentDepth)
            .mapToObj(layer -> new Pair(layer, evenly(layer, studentDepth, teacherDepth)))
            .toList();
      }
    };

    private static int evenly(int layer, int studentDepth, int teacherDepth) {
      int layersBelow = (layer + 1) * teacherDepth;
      return (layersBelow + studentDepth - 1) / studentDepth - 1; // rounded up
    }

    @Override
    public Object written() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Chosen ones.
   *
   * @param teachers the teacher's layer for each of the student's
   */
  record Chosen(SortedMap<Integer, Integer> teachers) implements Layers {
    /** Keeps a copy; refuses none. */
    public Chosen {
      teachers = Collections.unmodifiableSortedMap(new TreeMap<>(teachers));
      if (teachers.isEmpty()) {
        throw new InputException("losses: layers: found no pair, allowed is at least one");
      }
    }

    @Override
    public List<Pair> pairs(int studentDepth, int teacherDepth) {
      List<Pair> pairs = new ArrayList<>();
      teachers.forEach(
          (student, teacher) -> {
            if (student < 0 || student >= studentDepth || teacher < 0 || teacher >= teacherDepth) {
              throw new InputException(
                  "losses: layers: found %d: %d, allowed are the student's 0 to %d and the teacher's 0 to %d"
                      .formatted(student, teacher, studentDepth - 1, teacherDepth - 1));
            }
            pairs.add(new Pair(student, teacher));
          });
      return pairs;
    }

    @Override
    public Object written() {
      return teachers;
    }
  }

  /**
   * Reads the value of a recipe.
   *
   * @throws InputException if it is none
   */
  @JsonCreator
  static Layers of(Object value) {
    if (value instanceof String name) {
      return Arrays.stream(Rule.values())
          .filter(rule -> rule.name().equalsIgnoreCase(name))
          .findFirst()
          .orElseThrow(() -> unknown("'" + name + "'"));
    }
    if (value instanceof Map<?, ?> map) {
      return new Chosen(
          map.entrySet().stream()
              .collect(
                  Collectors.toMap(
                      entry -> layer(entry.getKey(), map),
                      entry -> layer(entry.getValue(), map),
                      (first, second) -> second,
                      TreeMap::new)));
    }
    throw unknown(shown(value));
  }

  private static int layer(Object number, Map<?, ?> map) {
    try {
      return Integer.parseInt(String.valueOf(number));
    } catch (NumberFormatException problem) {
      throw unknown(shown(map));
    }
  }

  private static InputException unknown(String found) {
    return new InputException(
        "losses: layers: found %s, allowed are last, all, even, or a map such as {0: 1, 1: 3}"
            .formatted(found));
  }
}
