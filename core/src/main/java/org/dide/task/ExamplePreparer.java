package org.dide.task;

import java.util.ArrayList;
import java.util.List;
import org.dide.data.Dataset;
import org.dide.data.Example;
import org.dide.data.Picture;
import org.dide.image.Augmentation;
import org.dide.image.Pixels;
import org.dide.image.Preprocessor;
import org.dide.image.RgbImage;
import org.dide.random.Draws;
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

  /**
   * The example at a position of a data set.
   *
   * @throws org.dide.InputException if a picture cannot be read
   */
  public Prepared prepare(Dataset dataset, int epoch, int index) {
    Example example = dataset.example(epoch, index);
    List<Pixels> pictures = new ArrayList<>();
    for (Picture picture : example.pictures()) {
      Draws draws = Draws.of(seed, "augment", epoch, index, pictures.size());
      RgbImage seen = augmentation.apply(picture.load(), draws);
      pictures.add(preprocessor.prepare(seen));
    }
    return new Prepared(example, tokenizer.encode(example.text(), maxTextLength), pictures);
  }
}
