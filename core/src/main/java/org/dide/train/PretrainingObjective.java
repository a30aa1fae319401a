package org.dide.train;

import static org.bytedeco.pytorch.global.torch.cross_entropy_loss;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.dide.distill.SoftLabels;
import org.dide.distill.WordPatchAlignment;
import org.dide.distill.WrongPairs;
import org.dide.model.CaptionView;
import org.dide.model.Look;
import org.dide.model.Pairs;
import org.dide.model.TowerView;
import org.dide.random.Draws;
import org.dide.task.Batch;
import org.dide.task.Collator;
import org.dide.task.Prepared;
import org.dide.tensor.Precision;
import org.dide.tensor.Tensors;
import org.dide.text.HiddenWords;
import org.dide.text.WordHider;

/**
 * Pre-training on captions, of a teacher as ViLT has it and of a dual encoder with or without a
 * teacher; {@code docs/pretraining.md} derives it. The teacher looks at the same pairs and at the
 * same hidden words as the student.
 */
final class PretrainingObjective implements Objective {
  private final Training training;
  private final PretrainingSettings settings;
  private final LossWeights weights;
  private final long seed;
  private final Watching watching;
  private final Collator collator;
  private final WordHider hider;

  PretrainingObjective(Training training) {
    this.training = training;
    this.settings = training.recipe().pretraining();
    this.weights = training.recipe().losses();
    this.seed = training.recipe().seed();
    this.watching = Watching.of(training);
    this.collator = watching.collator(training);
    this.hider =
        new WordHider(training.vocabulary(), settings.hiddenShare(), settings.wholeWords());
  }

  @Override
  public Losses losses(List<Prepared> examples, long step, int micro) {
    Batch batch = collator.collate(examples);
    try (Precision.Autocast cast = watching.autocast()) {
      return new Pass(examples, batch, step, micro).losses();
    }
  }

  /** What a model and its teacher make of one batch. */
  private final class Pass {
    private final List<Prepared> examples;
    private final Batch batch;
    private final long step;
    private final int micro;
    private final CaptionView learnt;
    private final Optional<CaptionView> taught;
    private final WrongPairs wrong;
    private final LossSum sum = new LossSum();

    Pass(List<Prepared> examples, Batch batch, long step, int micro) {
      this.examples = examples;
      this.batch = batch;
      this.step = step;
      this.micro = micro;
      this.wrong = new WrongPairs(examples.size(), Tensors.floats(batch.targets()));
      this.learnt = training.model().view(batch.inputs(), watching.learning());
      this.taught =
          training
              .teacher()
              .map(
                  teacher ->
                      withoutGradient(() -> teacher.view(batch.inputs(), watching.teaching())));
    }

    Losses losses() {
      Pairs pairs = pairs();
      if (asksOf(pairs)) {
        match(pairs);
      }
      if (settings.words() > 0) {
        words();
      }
      return sum.losses();
    }

    /** The pairs to be matched; of two towers, contrasted first. */
    private Pairs pairs() {
      Draws draws = Draws.of(seed, "wrong pairs", step, micro);
      if (!(learnt instanceof TowerView towers)) {
        return wrong.exchanged(draws);
      }
      Tensor similarities = towers.similarities(); // (B, B)
      if (settings.contrast() > 0) {
        sum.add(
            "contrast",
            weights.hard() * settings.contrast(),
            training.task().hardLoss(similarities, batch.targets()));
      }
      return settings.matching() > 0
          ? wrong.hard(Tensors.floats(similarities), settings.wrongTexts(), draws)
          : Pairs.own(examples.size());
    }

    /** Contrast has no teacher's scores, but its own pairs have a teacher's attention. */
    private boolean asksOf(Pairs pairs) {
      boolean watched = taught.isPresent() && weights.attention() && settings.contrast() > 0;
      return pairs.count() > 0 && (settings.matching() + settings.alignment() > 0 || watched);
    }

    private void match(Pairs pairs) {
      Look look = learnt.match(pairs);
      float[] matches = wrong.labels(pairs);
      Tensor labels = watching.device().place(Tensors.of(matches, matches.length)); // (P)
      if (settings.matching() > 0) {
        sum.add(
            "matching",
            weights.hard() * settings.matching(),
            cross_entropy_loss(exact(look), labels.to(ScalarType.Long)));
      }
      if (settings.alignment() > 0) {
        sum.add(
            "alignment",
            weights.hard() * settings.alignment(),
            WordPatchAlignment.loss(look, labels));
      }
      teach("matching", settings.matching(), look, view -> view.match(pairs));
    }

    private void words() {
      HiddenWords hidden = hidden();
      Look look = learnt.words(hidden);
      if (hidden.count() > 0) {
        sum.add(
            "words",
            weights.hard() * settings.words(),
            cross_entropy_loss(exact(look), hidden.words()));
        teach("words", settings.words(), look, view -> view.words(hidden));
      } else {
        sum.add("words", 1, look.logits().sum()); // texts without a word: 0, with a gradient of 0
      }
    }

    private HiddenWords hidden() {
      Draws draws = Draws.of(seed, "hidden words", step, micro);
      List<WordHider.Hidden> texts =
          examples.stream().map(example -> hider.hide(example.tokens(), draws)).toList();
      return HiddenWords.of(texts, batch.inputs().text().length(), watching.device());
    }

    /** Adds what the teacher thinks of the same look. */
    private void teach(String name, double weight, Look look, Looking looking) {
      taught.ifPresent(
          view -> {
            Look wanted = withoutGradient(() -> looking.at(view));
            if (weight > 0) {
              sum.add(
                  "soft-" + name,
                  weights.soft() * weight,
                  SoftLabels.at(
                      weights.temperature(), exact(look), exact(wanted), SoftLabels::exclusive));
            }
            if (weights.attention()) {
              sum.addAttention(weights, look.interactions(), wanted.interactions(), 1.0 / looks());
            }
          });
    }

    /** Attention is averaged over looks, so that a weight means the same for one or two. */
    private int looks() {
      boolean matches = settings.matching() + settings.alignment() + settings.contrast() > 0;
      return (matches ? 1 : 0) + (settings.words() > 0 ? 1 : 0);
    }
  }

  /** One thing to ask of a view. */
  @FunctionalInterface
  private interface Looking {
    Look at(CaptionView view);
  }

  private static Tensor exact(Look look) {
    return look.logits().to(ScalarType.Float);
  }

  private static <T> T withoutGradient(Supplier<T> computed) {
    try (NoGradGuard guard = new NoGradGuard()) {
      return computed.get();
    }
  }
}
