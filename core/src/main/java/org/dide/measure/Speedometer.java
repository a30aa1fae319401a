package org.dide.measure;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.dide.InputException;
import org.dide.answer.DualAnswerer;
import org.dide.answer.Gallery;
import org.dide.answer.StoredItem;
import org.dide.answer.Towers;
import org.dide.data.TaskName;
import org.dide.hub.TrainedModel;
import org.dide.model.Head;
import org.dide.tensor.Engine;
import org.dide.tensor.Machine;
import org.dide.tensor.MatrixProduct;
import org.dide.tensor.Scope;

/**
 * Measures how fast a teacher and a student answer the same questions, by turns, and how fast the
 * machine multiplies matrices in the meantime.
 *
 * <p>Every operation has one engine thread, which is what the commands give each request: threads
 * that share one wait for each other, and what they wait for is what else the machine does. Only
 * the joins of a collection work side by side. The engine's threads are set to that ({@link
 * Engine#configure}).
 */
public final class Speedometer {
  /** Matrix products beside a scan, so that both take long enough to be hit alike. */
  private static final int PRODUCTS = 20;

  private static final long MIB = 1 << 20;

  private final Entrants entrants;
  private final SpeedSettings settings;
  private final SpeedListener listener;
  private final AtomicBoolean stop;
  private final List<Figure> figures = new ArrayList<>();
  private final List<Scan> scans = new ArrayList<>();
  private final List<double[]> matrices = new ArrayList<>();
  private int tokens;
  private int patches;

  /**
   * Measures nothing yet.
   *
   * @param stop ends the measurement at the next safe point
   */
  public Speedometer(
      Entrants entrants, SpeedSettings settings, SpeedListener listener, AtomicBoolean stop) {
    this.entrants = entrants;
    this.settings = settings;
    this.listener = listener;
    this.stop = stop;
  }

  /**
   * Measures everything, once.
   *
   * @return empty if it was stopped
   * @throws InputException if the models cannot be asked the same, or the memory cannot hold the
   *     collection
   */
  public Optional<SpeedReport> run() throws InterruptedException {
    Engine.configure(1);
    for (TaskName task : entrants.tasks()) {
      if (stop.get() || !compare(task)) {
        return Optional.empty();
      }
    }
    for (TaskName task : settings.pictures() > 0 ? entrants.collections() : List.<TaskName>of()) {
      if (stop.get() || !scan(task)) {
        return Optional.empty();
      }
    }
    return Optional.of(
        new SpeedReport(
            SpeedReport.VERSION,
            Instant.now().truncatedTo(ChronoUnit.SECONDS),
            Machine.look(),
            entrants.name(),
            settings,
            tokens,
            patches,
            MatrixProduct.OPERATIONS / new Timing(matrices).p50() * 1e-9,
            figures,
            scans));
  }

  /** Before anything is measured, as a process that takes too much is ended without a word. */
  private void requireMemory(TrainedModel student) {
    long each = (long) Float.BYTES * Towers.of(student).shareSize();
    long whole = each * settings.pictures();
    Machine machine = Machine.look();
    long left = machine.memory() - machine.resident();
    if (whole > left) {
      throw new InputException(
          "a collection of %,d pictures of %,d bytes each takes %,d MiB of memory, found %,d MiB:"
                  .formatted(settings.pictures(), each, whole / MIB, left / MIB)
              + " allowed are at most %,d pictures".formatted(left / each));
    }
  }

  private boolean compare(TaskName task) throws InterruptedException {
    try (TrainedModel teacher = entrants.teacher(task);
        TrainedModel student = entrants.student(task)) {
      if (entrants.collections().contains(task)) {
        requireMemory(student);
      }
      Examples examples =
          Examples.of(List.of(teacher, student), entrants.pictures(), settings.seed());
      try (Scope scope = Scope.open()) {
        tokens = examples.tokens();
        patches = examples.patches(student);
      }
      try (Ways ways = Ways.of(teacher, student, examples)) {
        return compare(task, 1, ways) && compare(task, settings.batch(), ways);
      }
    }
  }

  private boolean compare(TaskName task, int batch, Ways of) throws InterruptedException {
    try (Scope scope = Scope.open();
        MatrixProduct product = MatrixProduct.ofFloats()) {
      List<Way> ways = batch == 1 ? of.oneAtATime() : of.together(batch);
      List<Timing.Work> works = new ArrayList<>(ways);
      works.add(product::run);
      Optional<List<Timing>> timed =
          timed(works, batch == 1 ? task + ", one at a time" : task + ", " + batch + " at once");
      timed.ifPresent(timings -> add(task, batch, ways, timings));
      return timed.isPresent();
    }
  }

  private Optional<List<Timing>> timed(List<? extends Timing.Work> works, String what)
      throws InterruptedException {
    return Timing.byTurns(
        works, settings.rounds(), round -> listener.begun(what, round, settings.rounds()), stop);
  }

  private void add(TaskName task, int batch, List<Way> ways, List<Timing> timings) {
    Timing product = timings.get(ways.size());
    matrices.addAll(product.rounds());
    for (int i = 0; i < ways.size(); i++) {
      figures.add(Figure.of(task, batch, ways.get(i), timings.get(i), timings.get(0), product));
    }
  }

  private boolean scan(TaskName task) throws InterruptedException {
    try (TrainedModel student = entrants.student(task);
        Scope scope = Scope.open();
        MatrixProduct product = MatrixProduct.ofFloats()) {
      DualAnswerer dual = DualAnswerer.of(student);
      Examples examples = Examples.of(List.of(student), entrants.pictures(), settings.seed());
      Gallery gallery = gallery(examples, dual.towers().shareSize());
      float[] text = dual.towers().encode(examples.text(0)).shares().get(0);
      List<Timing.Work> works =
          List.of(
              () -> dual.answer(text, gallery, 1, settings.threads(), (item, answers) -> {}),
              () -> sideBySide(product));
      Optional<List<Timing>> timed =
          timed(works, "%s, %,d stored pictures".formatted(task, settings.pictures()));
      timed.ifPresent(
          timings -> scans.add(scan(student, examples, timings.get(0), timings.get(1))));
      return timed.isPresent();
    }
  }

  private Gallery gallery(Examples examples, int size) {
    List<StoredItem> items =
        IntStream.range(0, settings.pictures())
            .<StoredItem>mapToObj(
                i -> new StoredItem.Picture("%06d.jpg".formatted(i), "0".repeat(64), 640, 480))
            .toList();
    return new Gallery(
        "", items, List.of(examples.vectors(settings.pictures(), size, "collection")));
  }

  /** The same number of products on as many threads as joins run on. */
  private void sideBySide(MatrixProduct product) throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(settings.threads());
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < PRODUCTS * settings.threads(); i++) {
        running.add(threads.submit(product::run));
      }
      for (Future<?> one : running) {
        one.get();
      }
    } catch (ExecutionException failure) {
      throw new IllegalStateException(failure.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private Scan scan(TrainedModel student, Examples examples, Timing timing, Timing products) {
    Head.Classifier head = (Head.Classifier) student.model().head();
    double operations =
        2.0
            * new Products(student.model().architecture(), head)
                .join(examples.tokens(), examples.patches(student));
    double together = MatrixProduct.OPERATIONS * PRODUCTS * settings.threads();
    return new Scan(
        student.task().name(),
        head.classes(),
        settings.pictures(),
        timing.p50(),
        timing.p99(),
        timing.perSecond() * settings.pictures(),
        1e-6 * operations,
        timing.timesFasterThan(products) * operations * settings.pictures() / together);
  }
}
