package org.dide.train;

import java.nio.file.Path;
import java.util.List;
import org.dide.data.AnswerVocabulary;
import org.dide.data.Dataset;
import org.dide.data.EasyVqa;
import org.dide.data.OwnJsonl;
import org.dide.data.PictureDecoder;
import org.dide.data.ProblemListener;
import org.dide.data.Splits;
import org.dide.data.VqaV2;
import org.dide.data.scenes.SceneQuestions;
import org.dide.data.scenes.ScenesDataset;
import org.dide.data.scenes.ScenesSettings;
import org.dide.image.DecodeOptions;
import org.dide.image.ImageDecoder;
import org.dide.text.Vocabulary;
import org.dide.text.VocabularyBuilder;

/**
 * What a training learns from, opened.
 *
 * @param splits train, dev and test
 * @param answers all answers, by class
 */
public record DataSource(Splits splits, List<String> answers) {
  /** Most texts read for a vocabulary. */
  private static final int VOCABULARY_TEXTS = 200_000;

  /** Keeps an unmodifiable copy of the list. */
  public DataSource {
    answers = List.copyOf(answers);
  }

  /**
   * Opens what a recipe names.
   *
   * @throws org.dide.InputException if it cannot be read
   */
  public static DataSource open(Recipe.DataSettings settings) {
    PictureDecoder decoder = new ImageDecoder(DecodeOptions.defaults())::decode;
    Path path = Path.of(settings.path());
    return switch (settings.format()) {
      case SCENES -> scenes(settings);
      case EASY_VQA -> easyVqa(EasyVqa.read(path, settings.devFraction(), decoder));
      case VQA_V2 -> vqaV2(new VqaV2(path, decoder, ProblemListener.STOP));
      case JSONL ->
          ownData(
              new OwnJsonl(
                  path, OwnJsonl.PicturePaths.BELOW_THE_FILE, decoder, ProblemListener.STOP));
    };
  }

  /** The vocabulary a recipe names, or one built from the training texts. */
  public Vocabulary vocabulary(Recipe.DataSettings settings) {
    if (!settings.vocabulary().isEmpty()) {
      return Vocabulary.read(Path.of(settings.vocabulary()));
    }
    VocabularyBuilder builder = new VocabularyBuilder(settings.vocabularySize());
    if (settings.format() == Recipe.DataFormat.SCENES) {
      SceneQuestions.words().forEach(builder::add); // rare kinds come late in training
      return builder.build();
    }
    Dataset train = splits.train();
    for (int i = 0; i < Math.min(train.size(), VOCABULARY_TEXTS); i++) {
      builder.add(train.example(0, i).text());
    }
    return builder.build();
  }

  private static DataSource scenes(Recipe.DataSettings settings) {
    ScenesSettings scenes = settings.scenes();
    return new DataSource(
        new Splits(
            ScenesDataset.train(scenes), ScenesDataset.dev(scenes), ScenesDataset.test(scenes)),
        SceneQuestions.answers());
  }

  private static DataSource easyVqa(EasyVqa data) {
    return new DataSource(data.splits(), data.answers().answers());
  }

  private static DataSource vqaV2(VqaV2 data) {
    AnswerVocabulary answers = data.answers(VqaV2.DEFAULT_MINIMUM_COUNT);
    return new DataSource(data.splits(answers, VqaV2.DEFAULT_DEV_PICTURES), answers.answers());
  }

  private static DataSource ownData(OwnJsonl data) {
    Splits splits = data.questions();
    return new DataSource(splits, AnswerVocabulary.ofTraining(splits.train(), 1).answers());
  }
}
