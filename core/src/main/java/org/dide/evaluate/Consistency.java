package org.dide.evaluate;

import java.util.HashMap;
import java.util.Map;
import org.dide.task.Task;

/**
 * The share of statements that are judged right of all pictures they are about (Suhr et al., ACL
 * 2019, section 6).
 */
final class Consistency {
  private final Map<String, Group> groups = new HashMap<>();

  /** Examples that have something in common, and whether all of them so far were right. */
  private record Group(int size, boolean right) {
    Group with(Group other) {
      return new Group(size + other.size, right && other.right);
    }
  }

  /** Counts an example. */
  void add(String common, boolean right) {
    groups.merge(common, new Group(1, right), Group::with);
  }

  /** {@code consistency} beside that of guesses between the task's answers; none of no examples. */
  Map<String, Evaluation.Figure> figures(Task task) {
    if (groups.isEmpty()) {
      return Map.of();
    }
    double guess = 1.0 / task.answers().size();
    return Map.of(
        "consistency",
        new Evaluation.Figure(
            groups.values().stream().mapToInt(group -> group.right ? 1 : 0).average().orElseThrow(),
            groups.values().stream()
                .mapToDouble(group -> Math.pow(guess, group.size))
                .average()
                .orElseThrow()));
  }
}
