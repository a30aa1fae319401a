package org.dide.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.dide.data.Example;
import org.dide.data.Label;
import org.dide.task.Task;
import org.dide.task.VisualEntailment;
import org.dide.task.VisualReasoning;
import org.dide.tensor.Tensors;

/**
 * Accuracies and losses by split, batch after batch and over all. An epoch's loss is the plain mean
 * over batches, and its metric test's accuracy, as the reference has them.
 */
final class BookkeepingVerifier implements CaseVerifier {
  @Override
  public boolean handles(GoldenCase golden) {
    return golden.kind().equals("metrics_bookkeeping")
        && (golden.task().equals("nlvr2") || golden.task().equals("snli_ve"));
  }

  @Override
  public void verify(GoldenCase golden, Comparison comparison) {
    Task task = golden.task().equals("nlvr2") ? new VisualReasoning() : new VisualEntailment();
    Log log = new Log(golden.task());
    List<JsonNode> batches = Json.list(golden.field("batches"), "batches");
    Map<String, Tensor> tensors = golden.tensors("tensors.safetensors");
    for (int i = 0; i < batches.size(); i++) {
      List<String> tables = Json.texts(batches.get(i).path("table_name"), "table_name");
      for (String split : List.of("train", "dev", "test")) {
        log.add(
            task,
            split,
            tables,
            GoldenCase.tensor(tensors, i + ".logits"),
            GoldenCase.tensor(tensors, i + ".labels"));
      }
    }
    String phase = Json.text(golden.field("phase"), "phase");
    compare("logged_steps", log.steps, golden, comparison);
    compare("logged_epoch", log.epoch(phase), golden, comparison);
  }

  private static void compare(
      String name, List<Entry> found, GoldenCase golden, Comparison comparison) {
    List<JsonNode> expected = Json.list(golden.field(name), name);
    comparison.equal(name + ": entries", found.size(), expected.size());
    for (int i = 0; i < Math.min(found.size(), expected.size()); i++) {
      Entry ours = found.get(i);
      List<JsonNode> theirs = Json.list(expected.get(i), name, 2);
      comparison.equal("%s %d: name".formatted(name, i), ours.name, Json.text(theirs.get(0), name));
      double value = Json.number(theirs.get(1), name);
      double bound =
          ours.name.contains("loss") ? Tolerance.LOSS * Math.abs(value) : Tolerance.ROUNDING;
      comparison.number("%s %d: %s".formatted(name, i, ours.name), ours.value, value, bound);
    }
  }

  private record Entry(String name, double value) {}

  /** What the reference would have logged. */
  private static final class Log {
    private final String task;
    private final List<Entry> steps = new ArrayList<>();
    private final Map<String, RunningMean> accuracies = new LinkedHashMap<>();
    private final Map<String, RunningMean> losses = new LinkedHashMap<>();

    Log(String task) {
      this.task = task;
    }

    /** Counts those examples of a batch that are of a split. */
    void add(Task asked, String split, List<String> tables, Tensor logits, Tensor labels) {
      List<Long> rows = new ArrayList<>();
      for (int row = 0; row < tables.size(); row++) {
        if (tables.get(row).contains(split)) {
          rows.add((long) row);
        }
      }
      if (rows.isEmpty()) {
        return;
      }
      long[] chosen = rows.stream().mapToLong(Long::longValue).toArray();
      Tensor index = Tensors.of(chosen, chosen.length);
      Tensor some = logits.index_select(0, index); // (K, C)
      Tensor targets = asked.targets(examples(asked, Tensors.longs(labels.index_select(0, index))));
      double loss = asked.hardLoss(some, targets).item_double();
      float[] scores = asked.scores(some, targets);
      RunningMean step = new RunningMean();
      RunningMean accuracy = accuracies.computeIfAbsent(split, key -> new RunningMean());
      for (float score : scores) {
        step.add(score);
        accuracy.add(score);
      }
      losses.computeIfAbsent(split, key -> new RunningMean()).add(loss);
      steps.add(new Entry("%s/%s/loss".formatted(task, split), loss));
      steps.add(new Entry("%s/%s/accuracy".formatted(task, split), step.value()));
    }

    private static List<Example> examples(Task asked, long[] labels) {
      List<Example> examples = new ArrayList<>();
      for (long label : labels) {
        Label choice = new Label.Choice(asked.answers().get(Math.toIntExact(label)));
        examples.add(new Example("", List.of(), "", choice, ""));
      }
      return examples;
    }

    List<Entry> epoch(String phase) {
      List<Entry> entries = new ArrayList<>();
      double last = Double.NaN;
      for (String split : List.of("train", "dev", "test")) {
        RunningMean accuracy = accuracies.get(split);
        RunningMean loss = losses.get(split);
        if (accuracy != null && loss != null) {
          last = accuracy.value();
          entries.add(new Entry("%s/%s/accuracy_epoch".formatted(task, split), last));
          entries.add(new Entry("%s/%s/loss_epoch".formatted(task, split), loss.value()));
        }
      }
      entries.add(new Entry(phase + "/the_metric", last));
      return entries;
    }
  }
}
