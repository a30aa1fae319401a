package org.dide.data.scenes;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.dide.InputException;
import org.dide.data.CaptionedPicture;
import org.dide.data.Dataset;
import org.dide.data.Example;
import org.dide.data.Picture;
import org.dide.data.Split;
import org.dide.data.TaskName;
import org.dide.random.Draws;

/**
 * Questions, statements or captions about generated scenes, by task. Training never ends: each
 * epoch draws new scenes. Dev, test and unseen are the same in every epoch.
 */
public final class ScenesDataset implements Dataset {
  private static final String TRAIN = "train";
  private static final List<String> SIDES = List.of("/left", "/right");

  private final String name;
  private final String part;
  private final int size;
  private final ScenesSettings settings;
  private final SceneTexts texts;
  private final SceneRenderer renderer;

  private ScenesDataset(String part, int size, ScenesSettings settings, SceneTexts texts) {
    this.name = folder(texts.task()) + "/" + part;
    this.part = part;
    this.size = size;
    this.settings = settings;
    this.texts = texts;
    this.renderer = new SceneRenderer(settings.grid());
    settings.stages().forEach(texts::requireKinds);
  }

  /**
   * One of the parts, for a task.
   *
   * @throws InputException if a stage has kinds of another task
   */
  public static ScenesDataset of(TaskName task, Split split, ScenesSettings settings) {
    return new ScenesDataset(
        split.toString(),
        size(split, settings),
        settings,
        SceneTexts.of(task, Cast.seen(settings)));
  }

  /** What models learn to answer questions from. */
  public static ScenesDataset train(ScenesSettings settings) {
    return of(TaskName.VQA, Split.TRAIN, settings);
  }

  /** The questions they are chosen by. */
  public static ScenesDataset dev(ScenesSettings settings) {
    return of(TaskName.VQA, Split.DEV, settings);
  }

  /** The questions that are looked at once, at the end. */
  public static ScenesDataset test(ScenesSettings settings) {
    return of(TaskName.VQA, Split.TEST, settings);
  }

  /**
   * As many texts as test, all about objects of colours and shapes that never came together in the
   * other parts. Kinds that name no such object are left out.
   *
   * @throws InputException if the settings hold no pair out, or a stage has kinds of another task
   */
  public static ScenesDataset unseen(TaskName task, ScenesSettings settings) {
    return new ScenesDataset(
        "unseen", settings.testSize(), settings, SceneTexts.of(task, Cast.unseen(settings)));
  }

  /**
   * Pictures of one part with captions, as many as it has questions; train as in an epoch.
   *
   * @param epoch of training, from 0
   */
  public static Stream<CaptionedPicture> captions(Split split, ScenesSettings settings, int epoch) {
    boolean training = split == Split.TRAIN;
    Stage stage = training ? settings.stage(epoch) : settings.lastStage();
    SceneRenderer renderer = new SceneRenderer(settings.grid());
    SceneCaptions captions = new SceneCaptions(TaskName.RETRIEVAL, Cast.seen(settings));
    String name = "scenes-captions/" + split;
    return IntStream.range(0, size(split, settings))
        .mapToObj(
            index -> {
              SceneCaptions.Described described =
                  captions.drawSeveral(
                      stage, Draws.of(settings.seed(), name, training ? epoch : 0, index));
              String position = (training ? epoch + "/" : "") + "%06d".formatted(index);
              return new CaptionedPicture(
                  split + "/" + position,
                  new ScenePicture(name + "/" + position, described.scene(), renderer),
                  described.captions());
            });
  }

  /**
   * Every word that a task's texts use, with their marks, in alphabetical order; for pre-training,
   * that the texts of any task use.
   */
  public static List<String> words(TaskName task) {
    return SceneTexts.words(task);
  }

  /** Every answer that a task's texts can have, whatever the settings. */
  public static List<String> answers(TaskName task) {
    return task.classes().isEmpty() ? SceneQuestions.answers() : task.classes();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Example example(int epoch, int index) {
    SceneText text = text(epoch, index);
    String position = (part.equals(TRAIN) ? epoch + "/" : "") + "%06d".formatted(index);
    return new Example(
        part + "/" + position,
        pictures(text.scenes(), name + "/" + position),
        text.text(),
        texts.label(text.answer()),
        text.kind().type());
  }

  /** The text at a position, with the scenes it is about. */
  public SceneText text(int epoch, int index) {
    if (index < 0 || index >= size) {
      throw new IndexOutOfBoundsException("%s has no example %d".formatted(name, index));
    }
    boolean training = part.equals(TRAIN);
    Stage stage = training ? settings.stage(epoch) : settings.lastStage();
    return texts.draw(stage, Draws.of(settings.seed(), name, training ? epoch : 0, index));
  }

  private List<Picture> pictures(List<Scene> scenes, String place) {
    List<Picture> pictures = new ArrayList<>();
    for (int i = 0; i < scenes.size(); i++) {
      String side = scenes.size() == 1 ? "" : SIDES.get(i);
      pictures.add(new ScenePicture(place + side, scenes.get(i), renderer));
    }
    return pictures;
  }

  /** Questions came first and are named after nothing but the scenes. */
  private static String folder(TaskName task) {
    return task == TaskName.VQA ? "scenes" : "scenes-" + task;
  }

  private static int size(Split split, ScenesSettings settings) {
    return switch (split) {
      case TRAIN -> settings.trainingSize();
      case DEV -> settings.devSize();
      case TEST -> settings.testSize();
    };
  }
}
