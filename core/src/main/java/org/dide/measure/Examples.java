package org.dide.measure;

import static org.bytedeco.pytorch.global.torch.zeros;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;
import org.dide.hub.TrainedModel;
import org.dide.image.ImageSize;
import org.dide.image.PixelBatch;
import org.dide.image.Preprocessor;
import org.dide.image.RgbImage;
import org.dide.model.Inputs;
import org.dide.model.Pairing;
import org.dide.model.Sharing;
import org.dide.random.Draws;
import org.dide.task.Collator;
import org.dide.tensor.Device;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;
import org.dide.text.TokenBatch;

/**
 * What models are asked: drawn words that all of them know, so that their texts are equally long,
 * about pictures of noise.
 *
 * @param words that may be asked
 * @param length of a text in words
 * @param size of pictures
 * @param seed of all that is drawn
 */
record Examples(List<String> words, int length, ImageSize size, long seed) {
  /** Of VQA v2's questions, with their question mark. */
  private static final int WORDS = 8;

  private static final int ENDS = 2; // [CLS] and [SEP]
  private static final int CHUNK = 1 << 22; // numbers drawn at once, about

  /**
   * Examples for some models.
   *
   * @throws InputException if they have no word in common
   */
  static Examples of(List<TrainedModel> models, ImageSize size, long seed) {
    List<String> words =
        models.get(0).vocabulary().tokens().stream()
            .filter(token -> token.matches("[a-z0-9]+"))
            .filter(
                token ->
                    models.stream().allMatch(model -> model.vocabulary().find(token).isPresent()))
            .toList();
    if (words.isEmpty()) {
      throw new InputException(
          "vocabularies: found no word in common, allowed are models that can be asked the same");
    }
    int longest =
        models.stream()
            .mapToInt(model -> model.model().architecture().maxTextLength())
            .min()
            .orElseThrow();
    return new Examples(words, Math.min(WORDS, longest - ENDS), size, seed);
  }

  /** Tokens of a text. */
  int tokens() {
    return length + ENDS;
  }

  /** Another text for each number. */
  String text(int number) {
    Draws draws = Draws.of(seed, "measured text", number);
    return IntStream.range(0, length)
        .mapToObj(i -> words.get(draws.nextInt(words.size())))
        .collect(Collectors.joining(" "));
  }

  /** Another picture for each number. */
  RgbImage picture(int number) {
    Draws draws = Draws.of(seed, "measured picture", number);
    byte[] rgb = new byte[3 * size.width() * size.height()];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) draws.nextInt(256);
    }
    return new RgbImage(size.width(), size.height(), rgb);
  }

  /** Patches that a model looks at in a picture. */
  int patches(TrainedModel trained) {
    return trained.model().plans(inputs(trained, 1, 1)).get(0).length();
  }

  /**
   * A batch, as a model wants it, in the current scope.
   *
   * @param each examples about each picture, or pair
   */
  Inputs inputs(TrainedModel trained, int batch, int each) {
    int[] rows = IntStream.range(0, batch).map(i -> i / each).toArray();
    int pictures = rows[batch - 1] + 1;
    List<PixelBatch> places = new ArrayList<>();
    List<Sharing> sharing = new ArrayList<>();
    for (int place = 0; place < trained.task().head().pictures(); place++) {
      places.add(pictures(trained, place, pictures));
      sharing.add(Sharing.of(rows, Device.CPU));
    }
    return new Inputs(texts(trained, batch), places, sharing, Pairing.OWN);
  }

  private static Collator collator(TrainedModel trained) {
    return new Collator(trained.task(), 0, Device.CPU);
  }

  private TokenBatch texts(TrainedModel trained, int batch) {
    int longest = trained.model().architecture().maxTextLength();
    return collator(trained)
        .texts(
            IntStream.range(0, batch)
                .mapToObj(i -> trained.tokenizer().encode(text(i), longest))
                .toList());
  }

  /** The same one over and over: each is computed all the same. */
  private PixelBatch pictures(TrainedModel trained, int place, int count) {
    Preprocessor preprocessor =
        new Preprocessor(trained.preprocessing(), trained.model().architecture().patchSize());
    return collator(trained)
        .pictures(Collections.nCopies(count, preprocessor.prepare(picture(place))));
  }

  /** Vectors as a tower might have made them: {@code (count, size)}, between -1 and 1. */
  Tensor vectors(int count, int vectorSize, String purpose) {
    Tensor all = zeros(count, vectorSize); // (count, size)
    int most = Math.max(1, CHUNK / vectorSize);
    for (int from = 0; from < count; from += most) {
      try (Scope scope = Scope.open()) {
        int rows = Math.min(most, count - from);
        Draws draws = Draws.of(seed, "measured " + purpose, from);
        float[] values = new float[rows * vectorSize];
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) (2 * draws.nextDouble() - 1);
        }
        all.narrow(0, from, rows).copy_(Tensors.of(values, rows, vectorSize));
      }
    }
    return all;
  }
}
