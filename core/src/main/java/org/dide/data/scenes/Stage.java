package org.dide.data.scenes;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.dide.InputException;
import org.dide.data.TaskName;
import org.dide.random.Draws;

/**
 * A part of training.
 *
 * @param epochs how many it takes, unless it is the last
 * @param minObjects fewest objects in a picture, unless the question needs more
 * @param maxObjects most objects in a picture, unless the question needs more
 * @param mixture how often each kind is asked, in any unit; a kind that is missing is not asked.
 *     All are kinds of one task
 */
public record Stage(int epochs, int minObjects, int maxObjects, Map<SceneKind, Double> mixture) {
  /**
   * From few objects to many: attention first learns what a word points at, which a crowded picture
   * hides, and where things are; relations need both.
   */
  static final List<Stage> CURRICULUM =
      List.of(
          new Stage(3, 1, 2, mixture(2, 1, 2, 2, 2, 0, 0, 0, 0)),
          new Stage(6, 1, 4, mixture(1, 1, 1, 1, 1, 1, 3, 2, 0)),
          new Stage(1, 4, 8, mixture(1, 1, 1, 1, 1, 1, 3, 2, 3)));

  /**
   * Copies and checks.
   *
   * @throws InputException if a number is out of range
   */
  public Stage {
    mixture = Map.copyOf(mixture);
    double total = 0;
    for (Map.Entry<SceneKind, Double> entry : mixture.entrySet()) {
      double weight = entry.getValue();
      if (!(weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
        throw new InputException(
            "scenes.stages.mixture.%s: found %s; allowed: a finite weight, at least 0"
                .formatted(entry.getKey(), weight));
      }
      total += weight;
    }
    if (!(total > 0 && total < Double.POSITIVE_INFINITY)) {
      throw new InputException(
          "scenes.stages.mixture: found %s; allowed: at least one weight above 0"
              .formatted(mixture));
    }
    if (epochs < 1 || minObjects < 0 || maxObjects < Math.max(1, minObjects)) {
      throw new InputException(
          "scenes.stages: found %d epochs of %d to %d objects; allowed: at least 1 epoch, 0 objects and at most 1"
              .formatted(epochs, minObjects, maxObjects));
    }
  }

  /** A kind, by its weight. */
  SceneKind drawKind(Draws draws) {
    double left = draws.nextDouble() * total();
    SceneKind chosen = SceneKind.EXISTS;
    for (SceneKind kind : SceneKind.values()) {
      double weight = mixture.getOrDefault(kind, 0.0);
      if (weight > 0) {
        chosen = kind;
        if (left < weight) {
          break;
        }
        left -= weight;
      }
    }
    return chosen;
  }

  /**
   * The same stage without some kinds; every other kind of their task equally often if nothing is
   * left.
   */
  Stage without(SceneKind... excluded) {
    Map<SceneKind, Double> rest = new EnumMap<>(SceneKind.class);
    Map<SceneKind, Double> others = new EnumMap<>(SceneKind.class);
    for (SceneKind kind : SceneKind.of(excluded[0].task())) {
      if (!List.of(excluded).contains(kind)) {
        others.put(kind, 1.0);
        rest.put(kind, mixture.getOrDefault(kind, 0.0));
      }
    }
    boolean something = rest.values().stream().anyMatch(weight -> weight > 0);
    return new Stage(epochs, minObjects, maxObjects, something ? rest : others);
  }

  /** Whether rows and columns are spoken of by number. */
  boolean numbersLines() {
    return List.of(SceneKind.WHERE, SceneKind.PLACE, SceneKind.CELL, SceneKind.PLACED).stream()
        .anyMatch(kind -> mixture.getOrDefault(kind, 0.0) > 0);
  }

  private double total() {
    double total = 0;
    for (SceneKind kind : SceneKind.values()) {
      total += mixture.getOrDefault(kind, 0.0);
    }
    return total;
  }

  /** Weights in the order of the kinds of questions. */
  private static Map<SceneKind, Double> mixture(double... weights) {
    Map<SceneKind, Double> mixture = new EnumMap<>(SceneKind.class);
    int next = 0;
    for (SceneKind kind : SceneKind.of(TaskName.VQA)) {
      mixture.put(kind, weights[next++]);
    }
    return mixture;
  }
}
