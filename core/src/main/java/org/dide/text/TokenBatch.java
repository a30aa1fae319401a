package org.dide.text;

import org.bytedeco.pytorch.Tensor;
import org.dide.tensor.Device;
import org.dide.tensor.Tensors;

/**
 * Tokens of several texts, padded on the right with [PAD] (0).
 *
 * @param ids {@code (B, T)} int64
 * @param lengths real tokens of each text, [CLS] and [SEP] included
 */
@SuppressWarnings("ArrayRecordComponent") // a batch is never compared
public record TokenBatch(Tensor ids, int[] lengths) {
  /**
   * Pads texts to one length.
   *
   * @param texts token ids of each text
   * @param length T; no text may be longer
   */
  public static TokenBatch of(int[][] texts, int length, Device device) {
    long[] ids = new long[texts.length * length];
    int[] lengths = new int[texts.length];
    for (int row = 0; row < texts.length; row++) {
      lengths[row] = texts[row].length;
      for (int j = 0; j < texts[row].length; j++) {
        ids[row * length + j] = texts[row][j];
      }
    }
    Tensor tensor = Tensors.of(ids, texts.length, length);
    return new TokenBatch(device.place(tensor), lengths);
  }

  /** T, the common padded length. */
  public int length() {
    return (int) ids.size(1);
  }
}
