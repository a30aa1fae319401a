package org.dide.data.source;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.dide.InputException;
import org.dide.data.AnswerVocabulary;
import org.dide.data.ArrowTables;
import org.dide.data.CocoCaptions;
import org.dide.data.DataCheck;
import org.dide.data.Dataset;
import org.dide.data.EasyVqa;
import org.dide.data.Flickr8k;
import org.dide.data.Karpathy;
import org.dide.data.Label;
import org.dide.data.Labelled;
import org.dide.data.Mix;
import org.dide.data.Nlvr;
import org.dide.data.Nlvr2;
import org.dide.data.OwnJsonl;
import org.dide.data.PictureDecoder;
import org.dide.data.PicturesLeftOut;
import org.dide.data.ProblemListener;
import org.dide.data.SnliVe;
import org.dide.data.Split;
import org.dide.data.Splits;
import org.dide.data.TaskName;
import org.dide.data.VisualGenome;
import org.dide.data.VqaRad;
import org.dide.data.VqaV2;
import org.dide.data.WebDataset;
import org.dide.data.scenes.ScenesDataset;
import org.dide.data.scenes.ScenesSettings;
import org.dide.image.DecodeOptions;
import org.dide.image.ImageDecoder;
import org.dide.text.Vocabulary;
import org.dide.text.VocabularyBuilder;
import org.dide.text.WordPieceTokenizer;

/**
 * A data set, opened.
 *
 * @param task what is asked of its examples
 * @param settings what was opened
 * @param splits train, dev and test
 * @param answers all answers, by class; empty where the data tells none
 */
public record DataSource(
    TaskName task, DataSettings settings, Splits splits, List<String> answers) {
  /** Most texts read for a vocabulary. */
  private static final int VOCABULARY_TEXTS = 200_000;

  /** Keeps an unmodifiable copy of the list. */
  public DataSource {
    answers = List.copyOf(answers);
  }

  /**
   * Opens a sound data set, with pictures upright and on white.
   *
   * @throws InputException if anything of it cannot be read or used
   */
  public static DataSource open(TaskName task, DataSettings settings) {
    return open(task, settings, defaultDecoder(), ProblemListener.STOP);
  }

  /**
   * Opens a data set.
   *
   * @param decoder reads its pictures, later
   * @param problems hears of what cannot be used
   * @throws InputException if the task cannot be asked of such data, a file cannot be read, or from
   *     the listener
   */
  public static DataSource open(
      TaskName task, DataSettings settings, PictureDecoder decoder, ProblemListener problems) {
    requireSound(task, settings);
    PicturesLeftOut without = PicturesLeftOut.read(settings.without());
    DataSource whole = read(task, settings, decoder, problems);
    return new DataSource(task, settings, without.of(whole.splits, problems), whole.answers);
  }

  private static DataSource read(
      TaskName task, DataSettings settings, PictureDecoder decoder, ProblemListener problems) {
    return switch (settings.format()) {
      case SCENES -> scenes(task, settings);
      case EASY_VQA -> {
        EasyVqa data = EasyVqa.read(path(settings), settings.devFraction(), decoder, problems);
        yield new DataSource(task, settings, data.splits(), data.answers().answers());
      }
      case VQA_V2 -> vqaV2(settings, new VqaV2(path(settings), decoder, problems), problems);
      case NLVR ->
          of(
              task,
              settings,
              new Nlvr(path(settings), reading(task), decoder, problems)
                  .splits(settings.devFraction()));
      case NLVR2 -> of(task, settings, new Nlvr2(path(settings), decoder, problems).splits());
      case SNLI_VE -> of(task, settings, snliVe(settings, decoder, problems).splits());
      case VQA_RAD ->
          of(
              task,
              settings,
              new VqaRad(path(settings), decoder, problems).splits(settings.devFraction()));
      case KARPATHY ->
          of(
              task,
              settings,
              Karpathy.read(path(settings), settings.pictureFolder(), decoder, problems));
      case FLICKR8K ->
          of(
              task,
              settings,
              Flickr8k.read(path(settings), settings.pictureFolder(), decoder, problems));
      case COCO_CAPTIONS ->
          of(
              task,
              settings,
              CocoCaptions.read(
                  path(settings),
                  settings.pictureFolder(),
                  settings.devFraction(),
                  decoder,
                  problems));
      case VISUAL_GENOME ->
          of(
              task,
              settings,
              VisualGenome.read(
                  path(settings),
                  settings.pictureFolder(),
                  settings.devFraction(),
                  decoder,
                  problems));
      case WEBDATASET ->
          of(
              task,
              settings,
              WebDataset.read(
                  path(settings),
                  settings.devFraction(),
                  settings.shuffleBuffer(),
                  decoder,
                  problems));
      case ARROW ->
          of(
              task,
              settings,
              ArrowTables.read(
                  path(settings),
                  settings.devFraction(),
                  settings.shuffleBuffer(),
                  decoder,
                  problems));
      case MIX -> of(task, settings, mix(task, settings, decoder, problems));
      case JSONL -> of(task, settings, ownData(settings, decoder, problems).examples(task));
    };
  }

  /** Data whose answers are the task's own, or those that its train gives. */
  private static DataSource of(TaskName task, DataSettings settings, Splits splits) {
    List<String> answers =
        task.classes().isEmpty() ? answersOf(splits.train()) : knownClasses(task, splits.train());
    return new DataSource(task, settings, splits, answers);
  }

  /** None where train is not labelled: then there is nothing to learn from. */
  private static List<String> knownClasses(TaskName task, Dataset train) {
    return train.stream(0).anyMatch(example -> example.label().isKnown())
        ? task.classes()
        : List.of();
  }

  private static void requireSound(TaskName task, DataSettings settings) {
    DataFormat format = settings.format();
    if (!format.tasks().contains(task)) {
      throw new InputException(
          "data.format: found %s for the task %s, allowed are formats of that task; data of this"
                  .formatted(format, task)
              + " format is for "
              + format.tasks());
    }
    if (settings.shuffleBuffer() < 1) {
      throw new InputException(
          "data.shuffle-buffer: found %d; allowed: at least 1".formatted(settings.shuffleBuffer()));
    }
    if (!(settings.tolerate() >= 0 && settings.tolerate() <= 1)) {
      throw new InputException(
          "data.tolerate: found %s; allowed: 0 to 1".formatted(settings.tolerate()));
    }
    if (settings.parts().isEmpty() == (format == DataFormat.MIX)) {
      throw new InputException(
          "data.parts: found %d; allowed: at least one of a mix, and none of other formats"
              .formatted(settings.parts().size()));
    }
    for (MixPart part : settings.parts()) {
      if (part.format() == DataFormat.MIX) {
        throw new InputException("data.parts: found a mix in a mix; allowed: all other formats");
      }
      if (!(part.weight() > 0 && part.weight() < Double.POSITIVE_INFINITY)) {
        throw new InputException(
            "data.parts: weight: found %s; allowed: above 0".formatted(part.weight()));
      }
    }
    if (!settings.pictureFolder().isEmpty() && !format.mayHavePicturesElsewhere()) {
      throw new InputException(
          "data.picture-folder: found %s; data of the format %s has a place for its pictures"
              .formatted(settings.pictureFolder(), format));
    }
  }

  /**
   * Opens one part of a data set, for a model that has its own answers. Of VQA v2, NLVR2 and
   * SNLI-VE, only the files of that part are needed; VQA v2's test may be one whose answers are not
   * public.
   *
   * @param task what the model does
   * @param answers the model's answers, by class
   * @param decoder reads the pictures, later
   * @throws InputException if a file cannot be read or used
   */
  public static Dataset part(
      TaskName task,
      DataSettings settings,
      Split split,
      List<String> answers,
      PictureDecoder decoder) {
    requireSound(task, settings);
    ProblemListener stop = ProblemListener.STOP;
    return switch (settings.format()) {
      case VQA_V2 ->
          new VqaV2(path(settings), decoder, stop)
              .split(split, AnswerVocabulary.of(answers), VqaV2.DEFAULT_DEV_PICTURES);
      case NLVR2 -> new Nlvr2(path(settings), decoder, stop).read(split);
      case SNLI_VE -> snliVe(settings, decoder, stop).read(split);
      default -> open(task, settings, decoder, stop).splits().part(split);
    };
  }

  /**
   * Looks for everything that is wrong with a data set. A file that cannot be read at all is one of
   * the problems.
   *
   * @throws InputException if no vocabulary can be had
   */
  public static DataCheck check(TaskName task, DataSettings settings, DataCheck.Settings look) {
    // By message: a file that is read twice, as VQA v2's annotations are, tells its problems twice.
    Map<String, InputException> unusable = new LinkedHashMap<>();
    List<String> leftOut = new ArrayList<>();
    ProblemListener listener =
        new ProblemListener() {
          @Override
          public void onProblem(InputException problem) {
            unusable.putIfAbsent(String.valueOf(problem.getMessage()), problem);
          }

          @Override
          public void onLeftOut(String what) {
            leftOut.add(what);
          }

          @Override
          public void onUnreadable(InputException problem) {
            onProblem(problem);
          }
        };
    DataSource source = openAsFarAsPossible(task, settings, listener);
    return DataCheck.of(
            source.splits(),
            List.copyOf(unusable.values()),
            source.answers(),
            new WordPieceTokenizer(source.vocabulary()),
            look)
        .with(DataCheck.Kind.LEFT_OUT, leftOut);
  }

  /**
   * The vocabulary that the settings name, or one built from the texts of train, or of what there
   * is.
   *
   * @throws InputException if it cannot be read, or not be built
   */
  public Vocabulary vocabulary() {
    if (!settings.vocabulary().isEmpty()) {
      return Vocabulary.read(Path.of(settings.vocabulary()));
    }
    VocabularyBuilder builder = new VocabularyBuilder(settings.vocabularySize());
    addTextsTo(builder);
    return builder.build();
  }

  /** Adds the texts of train, or of what there is, to a vocabulary: 200,000 at most. */
  public void addTextsTo(VocabularyBuilder builder) {
    if (settings.format().isGenerated()) {
      ScenesDataset.words(task).forEach(builder::add); // rare kinds come late in training
      return;
    }
    Stream<Dataset> texts =
        splits.train().size() > 0 ? Stream.of(splits.train()) : splits.parts().stream();
    texts
        .flatMap(part -> part.stream(0))
        .limit(VOCABULARY_TEXTS)
        .forEach(example -> builder.add(example.text()));
  }

  /**
   * Refuses data that nothing can be learnt from, or no model chosen by.
   *
   * @throws InputException saying what is missing
   */
  public void requireTrainable() {
    for (Dataset part : List.of(splits.train(), splits.dev())) {
      if (part.size() == 0) {
        throw new InputException(
            "%s: found no examples; a training needs train and dev".formatted(part.name()));
      }
    }
    if (answers.isEmpty()) {
      throw withoutAnswers(splits.train());
    }
    if (splits.dev().stream(0).noneMatch(example -> example.label().isKnown())) {
      throw withoutAnswers(splits.dev());
    }
  }

  private static InputException withoutAnswers(Dataset part) {
    return new InputException("%s: found no example whose answer is known".formatted(part.name()));
  }

  /** The same, but a train without examples whose answers are not known. */
  public DataSource labelled() {
    Splits known = new Splits(Labelled.of(splits.train()), splits.dev(), splits.test());
    return new DataSource(task, settings, known, answers);
  }

  private static DataSource openAsFarAsPossible(
      TaskName task, DataSettings settings, ProblemListener problems) {
    requireSound(task, settings);
    try {
      return open(task, settings, defaultDecoder(), problems);
    } catch (InputException whole) {
      problems.onProblem(whole);
      return new DataSource(task, settings, Splits.empty(settings.path()), List.of());
    }
  }

  private static PictureDecoder defaultDecoder() {
    return PictureDecoder.of(new ImageDecoder(DecodeOptions.defaults()));
  }

  private static DataSource scenes(TaskName task, DataSettings settings) {
    ScenesSettings scenes = settings.scenes();
    return new DataSource(
        task,
        settings,
        new Splits(
            ScenesDataset.of(task, Split.TRAIN, scenes),
            ScenesDataset.of(task, Split.DEV, scenes),
            ScenesDataset.of(task, Split.TEST, scenes)),
        ScenesDataset.answers(task));
  }

  private static DataSource vqaV2(DataSettings settings, VqaV2 data, ProblemListener problems) {
    List<InputException> missing = data.missingFiles();
    missing.forEach(problems::onProblem);
    if (!missing.isEmpty()) {
      return new DataSource(TaskName.VQA, settings, Splits.empty("vqa-v2"), List.of());
    }
    AnswerVocabulary answers = data.answers(VqaV2.DEFAULT_MINIMUM_COUNT);
    return new DataSource(
        TaskName.VQA,
        settings,
        data.splits(answers, VqaV2.DEFAULT_DEV_PICTURES),
        answers.answers());
  }

  /** Each part with parts of its own: train by weight, dev and test one behind the other. */
  private static Splits mix(
      TaskName task, DataSettings settings, PictureDecoder decoder, ProblemListener problems) {
    List<Splits> all = new ArrayList<>();
    for (MixPart part : settings.parts()) {
      DataSettings own = settings.of(part);
      requireSound(task, own);
      all.add(read(task, own, decoder, problems).splits);
    }
    List<Double> weights = settings.parts().stream().map(MixPart::weight).toList();
    String name =
        "mix-of-" + String.join("-", all.stream().map(each -> each.train().collection()).toList());
    return new Splits(
        new Mix(name + "/" + Split.TRAIN, all.stream().map(Splits::train).toList(), weights),
        new Mix(name + "/" + Split.DEV, all.stream().map(Splits::dev).toList(), weights),
        new Mix(name + "/" + Split.TEST, all.stream().map(Splits::test).toList(), weights));
  }

  /** The whole drawing for a task of one picture, its boxes for one of two. */
  private static Nlvr.Reading reading(TaskName task) {
    return task.pictures() == 1 ? Nlvr.Reading.DRAWING : Nlvr.Reading.BOXES;
  }

  private static SnliVe snliVe(
      DataSettings settings, PictureDecoder decoder, ProblemListener problems) {
    Optional<Path> pictures =
        Optional.of(settings.pictureFolder()).filter(name -> !name.isEmpty()).map(Path::of);
    return new SnliVe(path(settings), pictures, decoder, problems);
  }

  private static OwnJsonl ownData(
      DataSettings settings, PictureDecoder decoder, ProblemListener problems) {
    return new OwnJsonl(path(settings), OwnJsonl.PicturePaths.BELOW_THE_FILE, decoder, problems);
  }

  private static List<String> answersOf(Dataset train) {
    return train.stream(0).map(example -> example.label()).anyMatch(Label.Answers.class::isInstance)
        ? AnswerVocabulary.ofTraining(train, 1).answers()
        : List.of();
  }

  private static Path path(DataSettings settings) {
    if (settings.path().isEmpty()) {
      throw new InputException(
          "data.path: found none; data of the format %s needs one".formatted(settings.format()));
    }
    return Path.of(settings.path());
  }
}
