package org.dide.answer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dide.task.Answer;

/** How often each answer was the best one, over many pictures, with the surest examples of each. */
public final class Tally {
  private final int examples;
  private final Map<String, Entry> entries = new HashMap<>();

  /**
   * An empty one.
   *
   * @param examples kept of each answer
   */
  public Tally(int examples) {
    this.examples = examples;
  }

  /**
   * One answer.
   *
   * @param text of the answer
   * @param count items of which it was the best
   * @param examples of them, the surest first
   */
  public record Count(String text, int count, List<Example> examples) {}

  /**
   * One item.
   *
   * @param id of the item
   * @param probability of the answer, in [0, 1]
   */
  public record Example(String id, double probability) {}

  private static final class Entry {
    private int count;
    private final List<Example> surest = new ArrayList<>();
  }

  /** Counts an item's best answer. */
  public void add(StoredItem item, Answer best) {
    Entry entry = entries.computeIfAbsent(best.text(), text -> new Entry());
    entry.count++;
    entry.surest.add(new Example(item.id(), best.probability()));
    entry.surest.sort(Comparator.comparingDouble(Example::probability).reversed());
    if (entry.surest.size() > examples) {
      entry.surest.remove(examples);
    }
  }

  /** The answers, the most frequent first, those as frequent by their texts. */
  public List<Count> counts() {
    return entries.entrySet().stream()
        .map(
            entry ->
                new Count(
                    entry.getKey(), entry.getValue().count, List.copyOf(entry.getValue().surest)))
        .sorted(Comparator.comparingInt(Count::count).reversed().thenComparing(Count::text))
        .toList();
  }
}
