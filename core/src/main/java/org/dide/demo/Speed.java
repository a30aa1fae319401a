package org.dide.demo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.dide.data.Dataset;
import org.dide.hub.TrainedModel;
import org.dide.model.DualEncoder;
import org.dide.model.Inputs;
import org.dide.model.Mode;
import org.dide.model.Model;
import org.dide.task.Collator;
import org.dide.task.ExamplePreparer;
import org.dide.task.Prepared;
import org.dide.tensor.Device;
import org.dide.tensor.Scope;

/**
 * How long a question takes, from prepared pixels and tokens to scores of all answers.
 *
 * @param batch questions at once, each about a picture of its own
 * @param way what is computed and what was stored
 * @param milliseconds a question, the median of interleaved rounds
 * @param timesFaster than the teacher
 */
public record Speed(int batch, String way, double milliseconds, double timesFaster) {
  /** The student's picture vectors were computed before; its questions are new. */
  static final String PICTURES_STORED = "student, pictures stored";

  /** Both vectors were computed before; what is left is the join. */
  static final String BOTH_STORED = "student, both stored";

  private static final double LEAST_SECONDS = 0.02; // of one timing
  private static final int MOST_RUNS = 1 << 16;

  /**
   * Times teacher and student in turn, so that whatever else the machine does hits them alike.
   *
   * @param batches numbers of questions at once
   * @param rounds timings of each way
   */
  static List<Speed> measure(
      TrainedModel teacher, TrainedModel student, Dataset test, List<Integer> batches, int rounds) {
    List<Speed> measured = new ArrayList<>();
    for (int batch : batches) {
      try (Scope scope = Scope.open();
          NoGradGuard guard = new NoGradGuard()) {
        measured.addAll(measure(batch, ways(teacher, student, test, batch), rounds));
      }
    }
    return measured;
  }

  /** What can be done for the same questions, the teacher first; it lives in the current scope. */
  private static Map<String, Runnable> ways(
      TrainedModel teacher, TrainedModel student, Dataset test, int batch) {
    Inputs inputs = inputs(student, test, batch);
    DualEncoder towers = (DualEncoder) student.model();
    Tensor texts = towers.encodeTexts(inputs.text());
    List<Tensor> pictures = List.of(towers.encodePictures(inputs.pictures().get(0), 0));
    Model fusion = teacher.model();
    Map<String, Runnable> ways = new LinkedHashMap<>();
    ways.put("teacher, nothing can be stored", () -> fusion.observe(inputs, Mode.EVALUATION));
    ways.put("student, nothing stored", () -> towers.observe(inputs, Mode.EVALUATION));
    ways.put(PICTURES_STORED, () -> towers.answer(towers.encodeTexts(inputs.text()), pictures));
    ways.put(BOTH_STORED, () -> towers.answer(texts, pictures));
    return ways;
  }

  private static Inputs inputs(TrainedModel trained, Dataset test, int batch) {
    ExamplePreparer preparer =
        ExamplePreparer.unchanged(
            trained.vocabulary(), trained.preprocessing(), trained.model().architecture());
    List<Prepared> examples =
        IntStream.range(0, batch)
            .mapToObj(i -> preparer.prepare(test, 0, i % test.size()))
            .toList();
    return new Collator(trained.task(), 0, Device.CPU).collate(examples).inputs();
  }

  private static List<Speed> measure(int batch, Map<String, Runnable> ways, int rounds) {
    List<String> names = List.copyOf(ways.keySet());
    List<Runnable> works = List.copyOf(ways.values());
    int[] runs = works.stream().mapToInt(Speed::runs).toArray();
    double[][] seconds = new double[works.size()][rounds];
    for (int round = 0; round < rounds; round++) {
      for (int way = 0; way < works.size(); way++) {
        seconds[way][round] = seconds(works.get(way), runs[way]) / runs[way];
      }
    }
    ToDoubleFunction<double[]> median =
        all -> {
          double[] sorted = all.clone();
          Arrays.sort(sorted);
          return sorted[sorted.length / 2];
        };
    double teacher = median.applyAsDouble(seconds[0]);
    List<Speed> speeds = new ArrayList<>();
    for (int way = 0; way < works.size(); way++) {
      double time = median.applyAsDouble(seconds[way]);
      speeds.add(new Speed(batch, names.get(way), 1000 * time / batch, teacher / time));
    }
    return speeds;
  }

  /** How many runs make a timing that the clock can tell; warms up on the way. */
  private static int runs(Runnable work) {
    int runs = 1;
    while (runs < MOST_RUNS && seconds(work, runs) < LEAST_SECONDS) {
      runs *= 2;
    }
    return runs;
  }

  private static double seconds(Runnable work, int runs) {
    long start = System.nanoTime();
    for (int run = 0; run < runs; run++) {
      try (Scope scope = Scope.open()) {
        work.run();
      }
    }
    return (System.nanoTime() - start) * 1e-9;
  }
}
