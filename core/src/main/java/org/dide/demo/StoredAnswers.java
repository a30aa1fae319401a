package org.dide.demo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dide.answer.DualAnswerer;
import org.dide.answer.Gallery;
import org.dide.answer.GalleryBuilder;
import org.dide.answer.PictureEncoder;
import org.dide.answer.PictureEncoder.Outcome;
import org.dide.answer.PictureFinder;
import org.dide.answer.PictureSource;
import org.dide.answer.Towers;
import org.dide.data.scenes.Colour;
import org.dide.data.scenes.Look;
import org.dide.data.scenes.Scene;
import org.dide.data.scenes.ScenesDataset;
import org.dide.data.scenes.Shape;
import org.dide.hub.TrainedModel;
import org.dide.task.Answer;

/**
 * One question asked of all stored pictures at once.
 *
 * @param question what was asked
 * @param milliseconds from the question to all answers, the median of several rounds
 * @param answers in the order of the pictures
 */
public record StoredAnswers(String question, double milliseconds, List<Answered> answers) {
  /** Always the same, so that what is right can be read off the scenes. */
  static final String QUESTION = "is there a red circle?";

  private static final String YES = "yes";

  /** Keeps an unmodifiable copy of the list. */
  public StoredAnswers {
    answers = List.copyOf(answers);
  }

  /**
   * What was answered about one picture.
   *
   * @param picture its file's name
   * @param answer the likeliest answer
   * @param probability of it, in [0, 1]
   * @param right whether it is
   */
  public record Answered(String picture, String answer, double probability, boolean right) {}

  /**
   * Encodes the demo's pictures and asks.
   *
   * @return empty if it was stopped
   */
  static Optional<StoredAnswers> ask(
      DemoSettings settings, TrainedModel student, ScenesDataset test, AtomicBoolean stop)
      throws InterruptedException {
    DualAnswerer answerer = DualAnswerer.of(student);
    List<PictureSource> pictures = PictureFinder.find(List.of(settings.pictures().toString()));
    Towers towers = answerer.towers();
    try (GalleryBuilder builder =
        new GalleryBuilder(pictures.size(), towers.places(), towers.shareSize())) {
      boolean all =
          new PictureEncoder(towers, 1)
              .encode(pictures.iterator(), Map.of(), stop, outcome -> add(outcome, builder));
      if (!all) {
        return Optional.empty();
      }
      try (Gallery gallery = builder.gallery(student.fingerprint())) {
        return Optional.of(ask(answerer, gallery, test, settings.rounds()));
      }
    }
  }

  private static void add(Outcome outcome, GalleryBuilder builder) {
    if (outcome instanceof Outcome.Encoded encoded) {
      builder.add(encoded.picture(), encoded.vectors().shares());
    }
  }

  private static StoredAnswers ask(
      DualAnswerer answerer, Gallery gallery, ScenesDataset test, int rounds)
      throws InterruptedException {
    List<Answered> answers = new ArrayList<>();
    double[] milliseconds = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      answers.clear();
      long start = System.nanoTime();
      answerer.answer(
          answerer.towers().encode(QUESTION).shares().get(0),
          gallery,
          1,
          1,
          (picture, best) -> answers.add(judged(picture.id(), best.get(0), test)));
      milliseconds[round] = (System.nanoTime() - start) * 1e-6;
    }
    Arrays.sort(milliseconds);
    return new StoredAnswers(QUESTION, milliseconds[rounds / 2], answers);
  }

  private static Answered judged(String picture, Answer answer, ScenesDataset test) {
    Scene scene = test.text(0, DemoSettings.number(picture)).scene();
    boolean there = scene.objects().stream().anyMatch(object -> isRedCircle(object.look()));
    boolean right = answer.text().equals(there ? YES : "no");
    return new Answered(picture, answer.text(), answer.probability(), right);
  }

  private static boolean isRedCircle(Look look) {
    return look.colour() == Colour.RED && look.shape() == Shape.CIRCLE;
  }

  /** How many answers are right. */
  public long right() {
    return answers.stream().filter(Answered::right).count();
  }

  /** Those of which the answer is yes, the surest first. */
  List<Answered> found() {
    return answers.stream()
        .filter(answered -> answered.answer().equals(YES))
        .sorted((a, b) -> Double.compare(b.probability(), a.probability()))
        .toList();
  }
}
