package org.dide.task;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.dide.InputException;
import org.dide.data.Dataset;
import org.dide.data.Example;
import org.dide.data.Picture;
import org.dide.image.Augmentation;
import org.dide.image.Pixels;
import org.dide.image.Preprocessor;
import org.dide.image.PreprocessorSettings;
import org.dide.image.RgbImage;
import org.dide.model.Architecture;
import org.dide.random.Draws;
import org.dide.text.Vocabulary;
import org.dide.text.WordPieceTokenizer;

/** Decodes, augments and normalises pictures and finds tokens. Safe to use from several threads. */
public final class ExamplePreparer {
  private final WordPieceTokenizer tokenizer;
  private final int maxTextLength;
  private final Preprocessor preprocessor;
  private final Augmentation augmentation;
  private final long seed;

  /**
   * A preparer.
   *
   * @param maxTextLength tokens kept, [CLS] and [SEP] included
   * @param augmentation what is done to training pictures; none in evaluation
   * @param seed of the augmentation's draws
   */
  public ExamplePreparer(
      WordPieceTokenizer tokenizer,
      int maxTextLength,
      Preprocessor preprocessor,
      Augmentation augmentation,
      long seed) {
    this.tokenizer = tokenizer;
    this.maxTextLength = maxTextLength;
    this.preprocessor = preprocessor;
    this.augmentation = augmentation;
    this.seed = seed;
  }

  /** Prepares examples as they are, for a model of this vocabulary, preprocessing and size. */
  public static ExamplePreparer unchanged(
      Vocabulary vocabulary, PreprocessorSettings preprocessing, Architecture architecture) {
    return new ExamplePreparer(
        new WordPieceTokenizer(vocabulary),
        architecture.maxTextLength(),
        new Preprocessor(preprocessing, architecture.patchSize()),
        Augmentation.NONE,
        0);
  }

  /**
   * The example at a position of a data set.
   *
   * @throws InputException if a picture or the text cannot be read or used
   */
  public Prepared prepare(Dataset dataset, int epoch, int index) {
    return prepare(dataset, epoch, index, new HashMap<>());
  }

  /**
   * The example at a position of a data set, with pictures that others have had prepared: augmented
   * alike.
   *
   * @param ready pictures prepared so far, by {@link PictureKey}; what is missing is added
   * @throws InputException if a picture or the text cannot be read or used
   */
  public Prepared prepare(Dataset dataset, int epoch, int index, Map<PictureKey, Pixels> ready) {
    Example example = dataset.example(epoch, index);
    List<Pixels> pictures = new ArrayList<>();
    for (Picture picture : example.pictures()) {
      PictureKey key = new PictureKey(epoch, picture.name(), pictures.size());
      Draws draws = Draws.of(seed, "augment", epoch, index, key.place());
      pictures.add(ready.computeIfAbsent(key, missing -> prepare(picture, draws)));
    }
    return new Prepared(example, tokens(example), pictures);
  }

  /**
   * The examples of a stretch of a data set, in its first epoch; a picture of several is prepared
   * once.
   *
   * @param from the first position
   * @param to behind the last
   * @throws InputException if a picture or a text cannot be read or used
   */
  public List<Prepared> prepareAll(Dataset dataset, int from, int to) {
    List<Prepared> examples = new ArrayList<>();
    Map<PictureKey, Pixels> ready = new HashMap<>();
    for (int index = from; index < to; index++) {
      examples.add(prepare(dataset, 0, index, ready));
    }
    return examples;
  }

  /**
   * A picture where it stands; each epoch augments it anew.
   *
   * @param epoch times the data was seen before
   * @param name the picture's
   * @param place 0, or 1 for the second picture of a pair
   */
  public record PictureKey(int epoch, String name, int place) {}

  /**
   * A picture, with whatever augmentation these draws decide.
   *
   * @throws InputException if it cannot be read or used
   */
  public Pixels prepare(Picture picture, Draws draws) {
    RgbImage seen = augmentation.apply(picture.load(), draws);
    return naming("picture " + picture.name(), () -> preprocessor.prepare(seen));
  }

  /**
   * A picture as it is, by a preparer that does not augment.
   *
   * @throws InputException if it cannot be read or used
   */
  public Pixels prepare(Picture picture) {
    return prepare(picture, Draws.of(0, "none"));
  }

  /** The vocabulary of the texts. */
  public Vocabulary vocabulary() {
    return tokenizer.vocabulary();
  }

  /**
   * Tokens of an example's text.
   *
   * @throws InputException if it cannot be used
   */
  public int[] tokens(Example example) {
    return naming("example " + example.id(), () -> tokenizer.encode(example.text(), maxTextLength));
  }

  /** Neither knows what it is given by name. */
  private static <T> T naming(String name, Supplier<T> work) {
    try {
      return work.get();
    } catch (InputException problem) {
      throw new InputException("%s: %s".formatted(name, problem.getMessage()), problem);
    }
  }
}
