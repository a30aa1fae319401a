package org.dide.answer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.dide.InputException;
import org.dide.hub.TrainedModel;
import org.dide.image.Pixels;
import org.dide.image.RgbImage;
import org.dide.model.AttentiveJoin;
import org.dide.model.DualEncoder;
import org.dide.model.Encoded;
import org.dide.model.Meeting;
import org.dide.model.TextSide;
import org.dide.model.Weights;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;

/**
 * The two towers of a dual encoder, of any task: they turn pictures and texts into vectors that can
 * be stored. The model must stay open. Safe to use from several threads.
 *
 * <p>Each picture and each text goes through its tower by itself, at its own size, so that its
 * vectors do not depend on company.
 */
public final class Towers implements AutoCloseable {
  private final DualEncoder model;
  private final TextSide texts;
  private final Preparation preparation;

  private Towers(DualEncoder model, TextSide texts, Preparation preparation) {
    this.model = model;
    this.texts = texts;
    this.preparation = preparation;
  }

  /**
   * The towers of a dual encoder, which own nothing.
   *
   * @throws InputException if the model is another
   */
  public static Towers of(TrainedModel trained) {
    return of(trained, Weights.FP32);
  }

  /**
   * The towers of a dual encoder, with weights of their own for texts if they are not the model's;
   * close them.
   *
   * @throws InputException if the model is another, or cannot have such weights; see {@link
   *     TextSide#of}
   */
  public static Towers of(TrainedModel trained, Weights weights) {
    if (trained.model() instanceof DualEncoder dual) {
      return new Towers(dual, TextSide.of(dual, weights), Preparation.of(trained));
    }
    throw new InputException(
        "found a fusion model, which looks at each picture beside each question, so that nothing"
            + " of a picture can be stored; allowed is a dual encoder (see dide distill)");
  }

  /** How the model's pictures and texts are prepared. */
  Preparation preparation() {
    return preparation;
  }

  /** Where the two meet. */
  Meeting meeting() {
    return texts.meeting();
  }

  /** D, the length of every pooled vector. */
  public int width() {
    return model.architecture().width();
  }

  /** S, the length of every picture's share, and of every text's that can be stored. */
  public int shareSize() {
    return model.meeting().size();
  }

  /** Whether texts can be stored; what an attentive join reads of one is as long as the text. */
  public boolean storesTexts() {
    return !(model.meeting() instanceof AttentiveJoin);
  }

  /** Pictures that each text is about, each of which has another vector. */
  public int places() {
    return model.head().pictures();
  }

  /**
   * Decodes a picture as the model wants it.
   *
   * @throws InputException if it cannot be read
   */
  public RgbImage decode(Path picture) {
    return preparation.decoder().decode(picture);
  }

  /**
   * What can be stored of a picture.
   *
   * @throws InputException if the model does not resize and the picture has not its size, or if the
   *     model's join looks at all states and they are not as many as are stored
   */
  public Vectors encode(RgbImage picture) {
    return encode(preparation.pixels(picture));
  }

  Vectors encode(Pixels picture) {
    List<float[]> pooled = new ArrayList<>();
    List<float[]> shares = new ArrayList<>();
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard()) {
      for (int place = 0; place < places(); place++) {
        Encoded encoded = encoded(picture, place);
        float[] share = Tensors.floats(model.meeting().pictures(encoded));
        requireSize(picture, share);
        pooled.add(Tensors.floats(encoded.pooled()));
        shares.add(share);
      }
    }
    return new Vectors(pooled, shares);
  }

  private void requireSize(Pixels picture, float[] share) {
    if (share.length != shareSize()) {
      int side = model.architecture().imageSize();
      throw new InputException(
          ("found a picture that the model reads as %d x %d pixels; its join looks at all states,"
                  + " which can be stored of %d x %d pixels, or as many patches")
              .formatted(picture.width(), picture.height(), side, side));
    }
  }

  /** What a picture brings in one place alone: {@code (S)}. */
  float[] share(RgbImage picture, int place) {
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard()) {
      return Tensors.floats(model.meeting().pictures(encoded(preparation.pixels(picture), place)));
    }
  }

  private Encoded encoded(Pixels picture, int place) {
    return model.pictures(preparation.batch(picture), place);
  }

  /**
   * What can be stored of a text, which has one place only. Of one that is longer than the model
   * reads, the beginning counts.
   *
   * @throws InputException if it has more characters than {@link
   *     org.dide.text.WordPieceTokenizer#MAXIMUM_CHARACTERS}
   */
  public Vectors encode(String text) {
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard()) {
      Encoded encoded = texts.encode(preparation.tokens(text));
      return new Vectors(
          List.of(Tensors.floats(encoded.pooled())),
          List.of(Tensors.floats(meeting().texts(encoded))));
    }
  }

  /** Frees the weights that are not the model's. */
  @Override
  public void close() {
    texts.close();
  }
}
