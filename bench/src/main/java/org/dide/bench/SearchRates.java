package org.dide.bench;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.dide.answer.DualAnswerer;
import org.dide.answer.Gallery;
import org.dide.answer.GalleryBuilder;
import org.dide.answer.Searcher;
import org.dide.answer.StoredItem;
import org.dide.answer.Towers;
import org.dide.data.TaskName;
import org.dide.hub.TrainedModel;
import org.dide.measure.Timing;
import org.dide.model.Weights;
import org.dide.random.Draws;
import org.dide.task.Task;
import org.dide.tensor.Engine;

/**
 * How long a caption takes to find the 100 likest of 100,000 stored pictures, and to have another
 * model judge these: drawn models of ViT-B/32's sizes and drawn vectors, eight words. Whole and in
 * its parts, through the exact weights and those in fp16, by turns; with the judge's reading after
 * the search and beside it. {@code SearchRates THREADS ROUNDS}, the threads being those of an
 * operation.
 */
public final class SearchRates {
  private static final int PICTURES = 100_000;
  private static final int FOUND = 100;
  private static final String TEXT = "word1 word2 word3 word4 word5 word6 word7 word8";

  private final Gallery all;
  private final Gallery best;

  private SearchRates(Gallery all, Gallery best) {
    this.all = all;
    this.best = best;
  }

  /** Prints a table in Markdown. */
  public static void main(String[] arguments) throws InterruptedException {
    int threads = Integer.parseInt(arguments[0]);
    int rounds = Integer.parseInt(arguments[1]);
    Engine.configure(threads);
    try (TrainedModel finder = drawn(TaskName.RETRIEVAL);
        TrainedModel judge = drawn(TaskName.ENTAILMENT);
        Readers exact = Readers.of(finder, judge, Weights.FP32);
        Readers rounded = Readers.of(finder, judge, Weights.FP16);
        Gallery all = gallery(PICTURES, exact.finder.towers().shareSize());
        Gallery best = gallery(FOUND, exact.judge.towers().shareSize())) {
      SearchRates rates = new SearchRates(all, best);
      Map<String, Timing.Work> works = new LinkedHashMap<>();
      rates.add(works, "exact weights", exact);
      rates.add(works, "weights in fp16", rounded);
      print(
          List.copyOf(works.keySet()),
          Timing.byTurns(List.copyOf(works.values()), rounds, round -> {}, new AtomicBoolean())
              .orElseThrow());
    }
  }

  /** The two models, through one kind of weights. */
  private record Readers(Searcher finder, DualAnswerer judge) implements AutoCloseable {
    static Readers of(TrainedModel finder, TrainedModel judge, Weights weights) {
      return new Readers(Searcher.of(finder, weights), DualAnswerer.of(judge, weights));
    }

    @Override
    public void close() {
      finder.close();
      judge.close();
    }
  }

  private void add(Map<String, Timing.Work> works, String weights, Readers readers) {
    float[] vector = share(readers.finder.towers());
    float[] statement = share(readers.judge.towers());
    works.put("read a caption, " + weights, () -> share(readers.finder.towers()));
    works.put("find, " + weights, () -> readers.finder.search(vector, all, FOUND));
    works.put("judge 100, " + weights, () -> judge(readers, statement));
    works.put("all of it, " + weights, () -> inTurn(readers));
    works.put("all of it, read side by side, " + weights, () -> sideBySide(readers));
  }

  private void inTurn(Readers readers) throws InterruptedException {
    readers.finder.search(share(readers.finder.towers()), all, FOUND);
    judge(readers, share(readers.judge.towers()));
  }

  private void sideBySide(Readers readers) throws InterruptedException {
    CompletableFuture<float[]> statement =
        CompletableFuture.supplyAsync(() -> share(readers.judge.towers()));
    readers.finder.search(share(readers.finder.towers()), all, FOUND);
    judge(readers, statement.join());
  }

  private void judge(Readers readers, float[] statement) throws InterruptedException {
    readers.judge.answer(statement, best, 1, 1, (item, answers) -> {});
  }

  private static float[] share(Towers towers) {
    return towers.encode(TEXT).shares().get(0);
  }

  private static void print(List<String> names, List<Timing> timings) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    out.println("| | ms, least | ms, median | p99 |");
    out.println("|---|---:|---:|---:|");
    for (int i = 0; i < names.size(); i++) {
      Timing timing = timings.get(i);
      double least = timing.rounds().stream().flatMapToDouble(Arrays::stream).min().orElseThrow();
      out.printf(
          "| %s | %.1f | %.1f | %.1f |%n",
          names.get(i), 1e3 * least, 1e3 * timing.p50(), 1e3 * timing.p99());
    }
  }

  private static TrainedModel drawn(TaskName name) {
    List<String> words = IntStream.range(1, 100).mapToObj(i -> "word" + i).toList();
    return DrawnModels.base(Task.named(name, name.classes()), words);
  }

  private static Gallery gallery(int pictures, int size) {
    try (GalleryBuilder builder = new GalleryBuilder(pictures, 1, size)) {
      Draws draws = Draws.of(0, "shares");
      float[] share = new float[size];
      for (int row = 0; row < pictures; row++) {
        for (int i = 0; i < size; i++) {
          share[i] = (float) (2 * draws.nextDouble() - 1);
        }
        builder.add(new StoredItem.Text("row " + row, ""), List.of(share));
      }
      return builder.gallery("");
    }
  }
}
