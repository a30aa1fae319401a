package org.dide.demo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.NoGradGuard;
import org.dide.data.Dataset;
import org.dide.hub.TrainedModel;
import org.dide.measure.Timing;
import org.dide.model.DualEncoder;
import org.dide.model.Encoded;
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
 * @param milliseconds a question, the median of interleaved runs
 * @param timesFaster than the teacher, the median of rounds
 */
public record Speed(int batch, String way, double milliseconds, double timesFaster) {
  /** The student's picture vectors were computed before; its questions are new. */
  static final String PICTURES_STORED = "student, pictures stored";

  /** Both vectors were computed before; what is left is the join. */
  static final String BOTH_STORED = "student, both stored";

  /**
   * Times teacher and student in turn, so that whatever else the machine does hits them alike.
   *
   * @param batches numbers of questions at once
   * @param rounds timings of each way
   */
  static List<Speed> measure(
      TrainedModel teacher, TrainedModel student, Dataset test, List<Integer> batches, int rounds)
      throws InterruptedException {
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
  private static Map<String, Timing.Work> ways(
      TrainedModel teacher, TrainedModel student, Dataset test, int batch) {
    Inputs inputs = inputs(student, test, batch);
    DualEncoder towers = (DualEncoder) student.model();
    Encoded texts = towers.texts(inputs.text());
    List<Encoded> pictures = List.of(towers.pictures(inputs.pictures().get(0), 0));
    Model fusion = teacher.model();
    Map<String, Timing.Work> ways = new LinkedHashMap<>();
    ways.put("teacher, nothing can be stored", () -> fusion.observe(inputs, Mode.EVALUATION));
    ways.put("student, nothing stored", () -> towers.observe(inputs, Mode.EVALUATION));
    ways.put(PICTURES_STORED, () -> towers.answer(towers.texts(inputs.text()), pictures));
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

  private static List<Speed> measure(int batch, Map<String, Timing.Work> ways, int rounds)
      throws InterruptedException {
    List<Timing> timings =
        Timing.byTurns(List.copyOf(ways.values()), rounds, round -> {}, new AtomicBoolean())
            .orElseThrow();
    List<Speed> speeds = new ArrayList<>();
    for (String way : ways.keySet()) {
      Timing timing = timings.get(speeds.size());
      speeds.add(
          new Speed(
              batch, way, 1000 * timing.p50() / batch, timing.timesFasterThan(timings.get(0))));
    }
    return speeds;
  }
}
