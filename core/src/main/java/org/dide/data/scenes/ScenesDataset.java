package org.dide.data.scenes;

import java.util.List;
import java.util.Map;
import org.dide.InputException;
import org.dide.data.Dataset;
import org.dide.data.Example;
import org.dide.data.Label;
import org.dide.data.Split;
import org.dide.random.Draws;

/**
 * Questions about generated scenes. Training never ends: each epoch draws new scenes. Dev, test and
 * unseen are the same in every epoch.
 */
public final class ScenesDataset implements Dataset {
  private static final String TRAIN = "train";

  private final String part;
  private final int size;
  private final ScenesSettings settings;
  private final SceneQuestions questions;
  private final SceneRenderer renderer;

  private ScenesDataset(String part, int size, ScenesSettings settings, SceneQuestions questions) {
    this.part = part;
    this.size = size;
    this.settings = settings;
    this.questions = questions;
    this.renderer = new SceneRenderer(settings.grid());
  }

  /** One of the parts. */
  public static ScenesDataset of(Split split, ScenesSettings settings) {
    return switch (split) {
      case TRAIN -> train(settings);
      case DEV -> dev(settings);
      case TEST -> test(settings);
    };
  }

  /** What models learn from. */
  public static ScenesDataset train(ScenesSettings settings) {
    return new ScenesDataset(
        TRAIN, settings.trainingSize(), settings, SceneQuestions.seen(settings));
  }

  /** What they are chosen by. */
  public static ScenesDataset dev(ScenesSettings settings) {
    return new ScenesDataset("dev", settings.devSize(), settings, SceneQuestions.seen(settings));
  }

  /** What is looked at once, at the end. */
  public static ScenesDataset test(ScenesSettings settings) {
    return new ScenesDataset("test", settings.testSize(), settings, SceneQuestions.seen(settings));
  }

  /**
   * As many questions as test, all about objects of colours and shapes that never came together in
   * the other parts. Comparisons and places, which name no such object, are not asked.
   *
   * @throws InputException if the settings hold no pair out
   */
  public static ScenesDataset unseen(ScenesSettings settings) {
    return new ScenesDataset(
        "unseen", settings.testSize(), settings, SceneQuestions.unseen(settings));
  }

  @Override
  public String name() {
    return "scenes/" + part;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Example example(int epoch, int index) {
    SceneQuestion question = question(epoch, index);
    String position = (part.equals(TRAIN) ? epoch + "/" : "") + "%06d".formatted(index);
    String picture = name() + "/" + position;
    return new Example(
        part + "/" + position,
        List.of(new ScenePicture(picture, question.scene(), renderer)),
        question.text(),
        new Label.Answers(Map.of(question.answer(), 1.0)),
        question.kind().type());
  }

  /** The question at a position, with the scene it is about. */
  public SceneQuestion question(int epoch, int index) {
    if (index < 0 || index >= size) {
      throw new IndexOutOfBoundsException("%s has no example %d".formatted(name(), index));
    }
    boolean training = part.equals(TRAIN);
    Stage stage = training ? settings.stage(epoch) : settings.lastStage();
    Draws draws = Draws.of(settings.seed(), name(), training ? epoch : 0, index);
    return questions.ask(stage, draws);
  }
}
