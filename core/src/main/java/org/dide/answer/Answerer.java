package org.dide.answer;

import java.nio.file.Path;
import java.util.List;
import org.dide.InputException;
import org.dide.hub.TrainedModel;
import org.dide.image.RgbImage;
import org.dide.model.FusionModel;
import org.dide.model.Weights;
import org.dide.task.Answer;

/**
 * Asks a trained model about a picture, or about two where its task is about pairs. It owns no more
 * than {@link Weights} of its own: the model must stay open, and whoever loaded it closes it. Each
 * request frees all it made. Safe to use from several threads.
 *
 * <p>In float32 on the processor, the same picture and question give the same answer to the last
 * bit, whatever else is asked before, after or at the same time: nothing is computed in a batch
 * whose shape depends on company. That holds on one kind of processor; another one's arithmetic may
 * end in other bits. An operation that several engine threads share was measured to give the same
 * bits too, but nobody promises it, so the commands give each request one thread ({@link
 * org.dide.tensor.Engine#configure}) and work at several requests side by side.
 */
public sealed interface Answerer extends AutoCloseable permits DualAnswerer, FusionAnswerer {
  /** An answerer of the model's kind. */
  static Answerer of(TrainedModel trained) {
    return of(trained, Weights.FP32);
  }

  /**
   * An answerer of the model's kind; close it if the weights are not the model's.
   *
   * @param weights of a dual encoder that texts, and all joins, go through
   * @throws InputException if the model cannot have such weights; see {@link
   *     org.dide.model.TextSide#of}
   */
  static Answerer of(TrainedModel trained, Weights weights) {
    if (trained.model() instanceof FusionModel fusion) {
      requireOwn(weights);
      return FusionAnswerer.of(fusion, Preparation.of(trained));
    }
    return DualAnswerer.of(trained, weights);
  }

  private static void requireOwn(Weights weights) {
    if (weights != Weights.FP32) {
      throw new InputException(
          "weights %s: found a fusion model, allowed for it is %s"
              .formatted(weights, Weights.FP32));
    }
  }

  /**
   * The best answers, most likely first.
   *
   * @param count answers wanted, at least 1; fewer come if the task knows fewer
   * @throws InputException if the picture or the question is not one the model can take
   */
  default List<Answer> ask(RgbImage picture, String question, int count) {
    return ask(List.of(picture), question, count);
  }

  /**
   * The best answers about as many pictures as the task is about, most likely first.
   *
   * @param pictures in order, the left one first
   * @param count answers wanted, at least 1; fewer come if the task knows fewer
   * @throws InputException if the pictures are more or fewer, or they or the text are not what the
   *     model can take
   */
  List<Answer> ask(List<RgbImage> pictures, String text, int count);

  /**
   * The best answers about the picture in a file, most likely first. Of a question that is longer
   * than the model reads, the beginning counts.
   *
   * @throws InputException if the picture cannot be read, or the question has more characters than
   *     {@link org.dide.text.WordPieceTokenizer#MAXIMUM_CHARACTERS}
   */
  default List<Answer> ask(Path picture, String question, int count) {
    return ask(decode(picture), question, count);
  }

  /**
   * Decodes a picture as the model wants it.
   *
   * @throws InputException if it cannot be read
   */
  RgbImage decode(Path picture);

  /** Frees the weights that are not the model's. */
  @Override
  void close();
}
