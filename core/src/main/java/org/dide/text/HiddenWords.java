package org.dide.text;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.dide.tensor.Device;
import org.dide.tensor.Tensors;

/**
 * A batch of texts that hide some of their tokens.
 *
 * @param texts as a model reads them
 * @param places {@code (M)} int64, of the hidden tokens in {@code (B, T)} row by row
 * @param rows {@code (M)} int64, the text that each belongs to
 * @param words {@code (M)} int64, the ids that are hidden
 */
public record HiddenWords(TokenBatch texts, Tensor places, Tensor rows, Tensor words) {
  /**
   * The batch.
   *
   * @param length all texts are padded to
   */
  public static HiddenWords of(List<WordHider.Hidden> texts, int length, Device device) {
    List<Long> places = new ArrayList<>();
    List<Long> rows = new ArrayList<>();
    List<Long> words = new ArrayList<>();
    for (int row = 0; row < texts.size(); row++) {
      WordHider.Hidden text = texts.get(row);
      for (int i = 0; i < text.places().length; i++) {
        places.add((long) row * length + text.places()[i]);
        rows.add((long) row);
        words.add((long) text.words()[i]);
      }
    }
    int[][] seen = texts.stream().map(WordHider.Hidden::tokens).toArray(int[][]::new);
    return new HiddenWords(
        TokenBatch.of(seen, length, device),
        index(places, device),
        index(rows, device),
        index(words, device));
  }

  /** M, the number of hidden tokens in all. */
  public int count() {
    return (int) words.numel();
  }

  private static Tensor index(List<Long> values, Device device) {
    long[] array = values.stream().mapToLong(Long::longValue).toArray();
    return device.place(Tensors.of(array, array.length));
  }
}
