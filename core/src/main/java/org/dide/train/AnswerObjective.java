package org.dide.train;

import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.NoGradGuard;
import org.dide.model.Model;
import org.dide.model.Observation;
import org.dide.model.Pairing;
import org.dide.random.Draws;
import org.dide.task.Batch;
import org.dide.task.Collator;
import org.dide.task.Prepared;
import org.dide.tensor.Precision;

/** The teacher looks, the student answers, the recipe says what the difference costs. */
final class AnswerObjective implements Objective {
  private final Training training;
  private final Recipe recipe;
  private final Watching watching;
  private final Collator collator;

  AnswerObjective(Training training) {
    this.training = training;
    this.recipe = training.recipe();
    this.watching = Watching.of(training);
    this.collator = watching.collator(training);
  }

  @Override
  public Losses losses(List<Prepared> examples, long step, int micro) {
    Batch batch = collator.collate(examples, pairing(step, micro, examples.size()));
    try (Precision.Autocast cast = watching.autocast()) {
      Optional<Observation> taught = training.teacher().map(teacher -> teach(teacher, batch));
      Observation learnt = training.model().observe(batch.inputs(), watching.learning());
      return Losses.compare(training.task(), recipe.losses(), batch.targets(), learnt, taught);
    }
  }

  private Observation teach(Model teacher, Batch batch) {
    try (NoGradGuard guard = new NoGradGuard()) {
      return teacher.observe(batch.inputs(), watching.teaching());
    }
  }

  /** A function of seed and step too. */
  private Pairing pairing(long step, int micro, int batch) {
    Draws draws = Draws.of(recipe.seed(), "pairs", step, micro);
    return training.task().pairing(recipe.retrieval().others(), batch, draws);
  }
}
