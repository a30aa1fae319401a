package org.dide.answer;

import static org.bytedeco.pytorch.global.torch.constant_pad_nd;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;
import org.dide.hub.TrainedModel;
import org.dide.image.Pixels;
import org.dide.image.RgbImage;
import org.dide.model.DualEncoder;
import org.dide.task.Answer;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;

/**
 * Asks a dual encoder, in one go or in its three steps: a picture becomes a vector that can be
 * stored, a question becomes a vector, and the two vectors become answers. Both ways are the same
 * computation, so an answer from a stored vector equals that from the pixels to the last bit.
 */
public final class DualAnswerer implements Answerer {
  /**
   * Pictures of one join, always: the engine picks its matrix kernels by shape, and they round
   * differently, so that one row alone, 32 and 100 could end in three different bits. In a multiple
   * of 4 rows, no row's bits were found to depend on its place. At ViT-B/32, 32 rows take 11 ms,
   * one row 6 ms, and 256 rows 54 ms (one thread).
   */
  static final int ROWS = 32;

  /** Pictures that one thread joins before it hands answers on. */
  private static final int TASK = 8 * ROWS;

  private static final int AHEAD = 4; // tasks a thread

  private final DualEncoder model;
  private final Preparation preparation;

  DualAnswerer(DualEncoder model, Preparation preparation) {
    this.model = model;
    this.preparation = preparation;
  }

  /**
   * An answerer for a dual encoder.
   *
   * @throws InputException if the model is another, or its task is not about one picture
   */
  public static DualAnswerer of(TrainedModel trained) {
    if (trained.model() instanceof DualEncoder dual) {
      Preparation preparation = Preparation.of(trained);
      preparation.requirePictures(1);
      return new DualAnswerer(dual, preparation);
    }
    throw new InputException(
        "found a fusion model, which looks at each picture beside each question, so that nothing"
            + " of a picture can be stored; allowed is a dual encoder (see dide distill)");
  }

  @Override
  public List<Answer> ask(List<RgbImage> pictures, String text, int count) {
    preparation.requirePictures(pictures.size());
    try (Scope scope = Scope.open()) {
      List<Tensor> vectors = new ArrayList<>();
      for (RgbImage picture : pictures) {
        float[] vector = encode(preparation.pixels(picture), vectors.size());
        vectors.add(Tensors.of(vector, 1, width()));
      }
      return answers(encode(text), vectors, count).get(0);
    }
  }

  @Override
  public RgbImage decode(Path picture) {
    return preparation.decoder().decode(picture);
  }

  /** How the model's pictures are decoded and prepared. */
  Preparation preparation() {
    return preparation;
  }

  /** D, the length of every vector. */
  public int width() {
    return model.architecture().width();
  }

  /**
   * What can be stored of a picture.
   *
   * @return {@code (D)}
   * @throws InputException if the model does not resize and the picture has not its size
   */
  public float[] encode(RgbImage picture) {
    return encode(preparation.pixels(picture));
  }

  private float[] encode(Pixels picture, int place) {
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard()) {
      return Tensors.floats(model.encodePictures(preparation.batch(picture), place)); // (1, D)
    }
  }

  /** The same from prepared pixels: {@code (D)}. */
  float[] encode(Pixels picture) {
    return encode(picture, 0);
  }

  /**
   * A question's vector, good for any number of pictures.
   *
   * @return {@code (D)}
   * @throws InputException if the question is longer than the tokenizer allows
   */
  public float[] encode(String question) {
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard()) {
      return Tensors.floats(model.encodeTexts(preparation.tokens(question))); // (1, D)
    }
  }

  /**
   * The best answers from the vectors of a question and of a picture, most likely first.
   *
   * @param question {@code (D)}
   * @param picture {@code (D)}
   * @param count answers wanted, at least 1
   */
  public List<Answer> answer(float[] question, float[] picture, int count) {
    try (Scope scope = Scope.open()) {
      return answers(question, List.of(Tensors.of(picture, 1, width())), count).get(0);
    }
  }

  /**
   * Asks all stored pictures one question.
   *
   * @param question {@code (D)}
   * @param count answers wanted of each, at least 1
   * @param threads joins at work side by side
   * @param answered hears of each picture and its best answers, in order, on this thread
   */
  public void answer(
      float[] question,
      Features features,
      int count,
      int threads,
      BiConsumer<StoredPicture, List<Answer>> answered)
      throws InterruptedException {
    int[] next = {0};
    try (InOrder<List<List<Answer>>> joins =
        new InOrder<>(
            "dide-join",
            threads,
            AHEAD * threads,
            some -> some.forEach(a -> answered.accept(features.pictures().get(next[0]++), a)))) {
      for (int start = 0; start < features.size(); start += TASK) {
        int from = start;
        int rows = Math.min(TASK, features.size() - start);
        joins.submit(
            () -> {
              try (Scope scope = Scope.open()) {
                return answers(question, List.of(features.vectors().narrow(0, from, rows)), count);
              }
            });
      }
      joins.finish();
    }
  }

  /** Answers for pictures {@code (N, D)}, or pairs of them: the first of each, then the second. */
  private List<List<Answer>> answers(float[] question, List<Tensor> pictures, int count) {
    List<List<Answer>> answers = new ArrayList<>();
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard()) {
      Tensor text = preparation.place(Tensors.of(question, 1, width()));
      long size = pictures.get(0).size(0);
      for (long start = 0; start < size; start += ROWS) {
        long from = start;
        long rows = Math.min(ROWS, size - start);
        List<Tensor> some = pictures.stream().map(all -> all.narrow(0, from, rows)).toList();
        for (float[] logits : join(text, some)) {
          answers.add(preparation.task().answers(logits, count));
        }
      }
    }
    return answers;
  }

  /**
   * The logits of each picture.
   *
   * @param text {@code (1, D)}
   * @param pictures {@code (N, D)} for each picture of an example, N at most {@link #ROWS}
   */
  private List<float[]> join(Tensor text, List<Tensor> pictures) {
    int rows = (int) pictures.get(0).size(0);
    try (Scope scope = Scope.open()) {
      List<Tensor> full =
          pictures.stream()
              .map(some -> constant_pad_nd(preparation.place(some), 0, 0, 0, ROWS - rows)) // (R, D)
              .toList();
      Tensor logits = model.answer(text.expand(ROWS, -1), full); // (R, C)
      return Tensors.rows(logits.narrow(0, 0, rows));
    }
  }
}
