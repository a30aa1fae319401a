package org.dide.answer;

import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;
import org.dide.hub.TrainedModel;
import org.dide.image.ImageDecoder;
import org.dide.image.PixelBatch;
import org.dide.image.Pixels;
import org.dide.image.Preprocessor;
import org.dide.image.RgbImage;
import org.dide.model.Head;
import org.dide.task.Task;
import org.dide.tensor.Device;
import org.dide.tensor.Tensors;
import org.dide.text.TokenBatch;
import org.dide.text.WordPieceTokenizer;

/**
 * Makes what a model takes of what people have. Every batch is of one, neither padded nor cut to
 * any other's size.
 *
 * @param task what the model does
 * @param decoder turns files into pictures
 * @param preprocessor turns pictures into pixels
 * @param tokenizer turns questions into tokens
 * @param maxTextLength tokens kept, [CLS] and [SEP] included
 * @param device where the model lives
 */
record Preparation(
    Task task,
    ImageDecoder decoder,
    Preprocessor preprocessor,
    WordPieceTokenizer tokenizer,
    int maxTextLength,
    Device device) {

  static Preparation of(TrainedModel trained) {
    return new Preparation(
        trained.task(),
        trained.preprocessing().decoder(),
        new Preprocessor(trained.preprocessing(), trained.model().architecture().patchSize()),
        trained.tokenizer(),
        trained.model().architecture().maxTextLength(),
        trained.model().parameters().device());
  }

  /**
   * Refuses a task that answers nothing.
   *
   * @throws InputException if the task is one of them
   */
  void requireAnswers() {
    if (!(task.head() instanceof Head.Classifier)) {
      throw new InputException(
          "task %s: has no questions to answer, allowed are tasks that have"
              .formatted(task.name()));
    }
  }

  /**
   * Refuses a text about more or fewer pictures than the task is about.
   *
   * @throws InputException saying how many are allowed
   */
  void requirePictures(int found) {
    if (found != task.head().pictures()) {
      throw new InputException(
          "task %s: found %d pictures, allowed for each text: %d"
              .formatted(task.name(), found, task.head().pictures()));
    }
  }

  Pixels pixels(RgbImage picture) {
    return preprocessor.prepare(picture);
  }

  /** A batch of one picture, at its own size. */
  PixelBatch batch(Pixels picture) {
    return new PixelBatch(
        place(Tensors.of(picture.chw(), 1, 3, picture.height(), picture.width())),
        new int[] {picture.height()},
        new int[] {picture.width()});
  }

  /** A batch of one text, at its own length. */
  TokenBatch tokens(String text) {
    int[] ids = tokenizer.encode(text, maxTextLength);
    return TokenBatch.of(new int[][] {ids}, ids.length, device);
  }

  Tensor place(Tensor tensor) {
    return device.place(tensor);
  }
}
