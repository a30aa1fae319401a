package org.dide.bench;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.dide.answer.DualAnswerer;
import org.dide.answer.Gallery;
import org.dide.answer.GalleryBuilder;
import org.dide.answer.Searcher;
import org.dide.answer.StoredItem;
import org.dide.data.TaskName;
import org.dide.hub.TrainedModel;
import org.dide.measure.Timing;
import org.dide.model.Weights;
import org.dide.random.Draws;
import org.dide.task.Task;
import org.dide.tensor.Engine;

/**
 * How long a caption takes to find the 100 likest of 100,000 stored pictures, and to have another
 * model judge these: drawn models of ViT-B/32's sizes and drawn vectors, eight words, the exact
 * weights and those in fp16 by turns. {@code SearchRates THREADS ROUNDS}.
 */
public final class SearchRates {
  private static final int PICTURES = 100_000;
  private static final int FOUND = 100;
  private static final String TEXT = "word1 word2 word3 word4 word5 word6 word7 word8";

  private SearchRates() {}

  /** Prints a table in Markdown. */
  public static void main(String[] arguments) throws InterruptedException {
    int threads = Integer.parseInt(arguments[0]);
    int rounds = Integer.parseInt(arguments[1]);
    Engine.configure(threads);
    try (TrainedModel finder = drawn(TaskName.RETRIEVAL);
        TrainedModel judge = drawn(TaskName.ENTAILMENT);
        Searcher exactFinder = Searcher.of(finder);
        Searcher roundedFinder = Searcher.of(finder, Weights.FP16);
        DualAnswerer exactJudge = DualAnswerer.of(judge);
        DualAnswerer roundedJudge = DualAnswerer.of(judge, Weights.FP16);
        Gallery all = gallery(PICTURES, exactFinder.towers().shareSize());
        Gallery best = gallery(FOUND, exactJudge.towers().shareSize())) {
      List<Timing.Work> works =
          List.of(
              () -> find(exactFinder, all),
              () -> find(roundedFinder, all),
              () -> findAndJudge(exactFinder, all, exactJudge, best, threads),
              () -> findAndJudge(roundedFinder, all, roundedJudge, best, threads));
      print(Timing.byTurns(works, rounds, round -> {}, new AtomicBoolean()).orElseThrow());
    }
  }

  private static void find(Searcher searcher, Gallery all) {
    searcher.search(searcher.towers().encode(TEXT).shares().get(0), all, FOUND);
  }

  private static void findAndJudge(
      Searcher searcher, Gallery all, DualAnswerer judge, Gallery best, int threads)
      throws InterruptedException {
    find(searcher, all);
    float[] text = judge.towers().encode(TEXT).shares().get(0);
    judge.answer(text, best, 1, threads, (item, answers) -> {});
  }

  private static void print(List<Timing> timings) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    List<String> names =
        List.of(
            "search, exact weights",
            "search, weights in fp16",
            "search and judge 100, exact weights",
            "search and judge 100, weights in fp16");
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
