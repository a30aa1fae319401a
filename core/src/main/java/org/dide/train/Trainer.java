package org.dide.train;

import static org.bytedeco.pytorch.global.torch.manual_seed;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;
import org.dide.evaluate.Evaluation;
import org.dide.evaluate.Evaluator;
import org.dide.model.Model;
import org.dide.random.Draws;
import org.dide.task.Batch;
import org.dide.task.Prepared;
import org.dide.tensor.SafetensorsFile;
import org.dide.tensor.Scope;

/**
 * Trains one model by one recipe: the only training loop there is.
 *
 * <p>A run can be interrupted at any instant and goes on from its newest checkpoint to the same
 * parameters, bit for bit on the processor: the order of examples, augmentation and dropout are
 * functions of the seed and the step, and a checkpoint holds everything else.
 */
public final class Trainer {
  private static final String TOTAL = "total";

  private final Training training;
  private final Recipe recipe;
  private final RunFolder folder;
  private final TrainingListener listener;
  private final AtomicBoolean stop;
  private final Objective objective;
  private final Judge judge;
  private final Schedule schedule;
  private final Pace pace = new Pace();
  private final BestModel best;
  private final long totalSteps;

  /**
   * A trainer.
   *
   * @param best keeps the model that did best on dev so far
   * @param stop set from outside to end after the current step, or in the middle of a look at dev,
   *     with a checkpoint
   */
  public Trainer(
      Training training,
      RunFolder folder,
      BestModel best,
      TrainingListener listener,
      AtomicBoolean stop) {
    this.training = training;
    this.recipe = training.recipe();
    this.folder = folder;
    this.best = best;
    this.listener = listener;
    this.stop = stop;
    this.objective = Objective.of(training);
    this.judge = new Judge(training, training.data().dev(), recipe.evaluation().limit());
    this.totalSteps = recipe.totalSteps(training.data().train().size());
    this.schedule = Schedule.of(recipe.schedule(), totalSteps, recipe.optimizer().rate());
  }

  /** Keeps the model that did best on dev so far. */
  @FunctionalInterface
  public interface BestModel {
    /**
     * Saves a model; it replaces the one saved before.
     *
     * @param step steps done
     */
    void save(Model model, Evaluation dev, long step);
  }

  /** How a training ended. */
  public enum Outcome {
    /** All steps were done. */
    FINISHED,
    /** It was asked to stop; the newest checkpoint goes on from here. */
    INTERRUPTED
  }

  /** Trains from the newest checkpoint, or from the start, to the end or until asked to stop. */
  public Outcome run() throws InterruptedException {
    try (Optimizer optimizer = optimizer()) {
      Position position = folder.latest().map(at -> resume(at, optimizer)).orElse(Position.START);
      try (DataLoader loader = loader(position);
          RunLog log = RunLog.open(folder, position.step(), listener)) {
        return run(position, optimizer, loader, log);
      }
    }
  }

  private Outcome run(Position from, Optimizer optimizer, DataLoader loader, RunLog log)
      throws InterruptedException {
    Position position = judged(from, log); // of a run that was interrupted there
    if (!position.equals(from)) {
      save(position, optimizer, log);
    }
    boolean stopping = false;
    while (position.step() < totalSteps && !stopping) {
      position = judged(learnt(position, optimizer, loader, log), log);
      stopping = stop.get();
      if (stopping || checkpointIsDue(position.step())) {
        save(position, optimizer, log);
      }
    }
    if (position.step() < totalSteps || position.judging()) {
      return Outcome.INTERRUPTED;
    }
    loader.requireReadable();
    return Outcome.FINISHED;
  }

  /** One step further. */
  private Position learnt(Position position, Optimizer optimizer, DataLoader loader, RunLog log)
      throws InterruptedException {
    StepResult result = step(position.step(), optimizer, loader);
    pace.step(recipe.batch().size());
    long done = position.step() + 1;
    log.step(report(done, result));
    return position.after(loader.unreadable(), evaluationIsDue(done));
  }

  /**
   * What one step came to.
   *
   * @param losses mean over the micro-batches, by part, the weighted sum first
   * @param multiplier of the schedule
   */
  private record StepResult(Map<String, Double> losses, double multiplier) {}

  private StepReport report(long step, StepResult result) {
    Map<String, Double> parts = new LinkedHashMap<>(result.losses());
    parts.remove(TOTAL);
    return new StepReport(
        step,
        totalSteps,
        epoch(step),
        result.losses().getOrDefault(TOTAL, 0.0),
        parts,
        result.multiplier() * recipe.optimizer().rate(),
        pace.examplesPerSecond(),
        pace.left(totalSteps - step));
  }

  /** The epoch a step belongs to. */
  private int epoch(long step) {
    return (int) ((step - 1) * recipe.batch().size() / training.data().train().size());
  }

  private StepResult step(long step, Optimizer optimizer, DataLoader loader)
      throws InterruptedException {
    Map<String, Double> losses = new LinkedHashMap<>();
    optimizer.zeroGradients();
    for (int micro = 0; micro < recipe.batch().accumulate(); micro++) {
      List<Prepared> examples = loader.next();
      if (!examples.isEmpty()) {
        seedDropout(step, micro);
        learn(examples, step, micro)
            .forEach((name, value) -> losses.merge(name, value, Double::sum));
      }
    }
    requireFinite(step, losses);
    if (recipe.clip() > 0) {
      optimizer.clipGradients(recipe.clip());
    }
    double multiplier = schedule.multiplier(step);
    optimizer.step(multiplier);
    training.model().constrain();
    return new StepResult(losses, multiplier);
  }

  private Map<String, Double> learn(List<Prepared> examples, long step, int micro) {
    try (Scope scope = Scope.open()) {
      Losses losses = objective.losses(examples, step, micro);
      double share = 1.0 / recipe.batch().accumulate();
      losses.total().mul(new Scalar(share)).backward();
      Map<String, Double> values = new LinkedHashMap<>();
      values.put(TOTAL, share * losses.total().item_float());
      losses.parts().forEach((name, part) -> values.put(name, share * part.item_float()));
      return values;
    }
  }

  /** Dropout is a function of seed and step, so that a resumed run draws the same. */
  private void seedDropout(long step, int micro) {
    if (training.model().architecture().dropout() > 0) {
      manual_seed(Draws.of(recipe.seed(), "dropout", step, micro).nextLong());
    }
  }

  private static void requireFinite(long step, Map<String, Double> losses) {
    if (!losses.values().stream().allMatch(Double::isFinite)) {
      throw new InputException(
          "step %d: the loss is no longer a number (%s); a lower optimizer.rate or a clip may help"
              .formatted(step, losses));
    }
  }

  private boolean evaluationIsDue(long step) {
    long every =
        recipe.evaluation().everySteps() > 0
            ? recipe.evaluation().everySteps()
            : Math.max(1, training.data().train().size() / recipe.batch().size());
    return step % every == 0 || step == totalSteps;
  }

  private boolean checkpointIsDue(long step) {
    return step % recipe.evaluation().checkpointSteps() == 0 || step == totalSteps;
  }

  /** Looks at dev if that is due; a look that is broken off stays due. */
  private Position judged(Position position, RunLog log) {
    if (!position.judging() || stop.get()) {
      return position;
    }
    try {
      return evaluate(position, log);
    } catch (Stopped asked) {
      return position;
    }
  }

  /** Looks at dev; the best model so far is kept. Test is not looked at here. */
  private Position evaluate(Position position, RunLog log) {
    Evaluation dev = judge.evaluate(training.model(), new StopWatcher(stop));
    if (dev.count() == 0) {
      throw new InputException(
          "%s: found no example that can be scored; a training needs some to choose its model by"
                  .formatted(training.data().dev().name())
              + " (evaluation.limit, evaluation.pairs)");
    }
    boolean better = dev.score() > position.bestScore();
    log.evaluation(
        new EvaluationReport(
            position.step(), epoch(position.step()), "dev", dev.metrics(), better));
    if (better) {
      best.save(training.model(), dev, position.step());
    }
    return position.judged(dev.score());
  }

  /** Ends a look at dev where it is. */
  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Breaks a look at dev off as soon as the training is asked to stop. */
  private record StopWatcher(AtomicBoolean stop) implements Evaluator.Observer {
    @Override
    public void see(Batch batch, Tensor logits) {
      requireGoing();
    }

    @Override
    public void progress(long done, long total, String unit) {
      requireGoing();
    }

    private void requireGoing() {
      if (stop.get()) {
        throw new Stopped();
      }
    }
  }

  private Optimizer optimizer() {
    return new Optimizer(
        training.model().parameters(), recipe.optimizer(), training.task().head()::owns);
  }

  private DataLoader loader(Position position) {
    return new DataLoader(
        training.data().train(),
        training.trainingPreparer(),
        recipe.batch().micro(),
        recipe.batch().byPicture(),
        recipe.seed(),
        recipe.compute().loaders(),
        training.tolerance(),
        position.step() * recipe.batch().accumulate(),
        position.unreadable());
  }

  private void save(Position position, Optimizer optimizer, RunLog log) {
    log.sync();
    try (Scope scope = Scope.open()) {
      folder.save(
          position.step(),
          training.model().parameters().tensors(),
          optimizer.state(),
          position.toJson());
    }
  }

  private Position resume(Checkpoint checkpoint, Optimizer optimizer) {
    try (Scope scope = Scope.open();
        SafetensorsFile model = SafetensorsFile.open(checkpoint.model());
        SafetensorsFile state = SafetensorsFile.open(checkpoint.optimizer())) {
      model.tensors().forEach(training.model().parameters()::assign);
      optimizer.restore(state.tensors());
      return Position.of(checkpoint);
    }
  }
}
