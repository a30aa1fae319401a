package org.dide.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;
import org.dide.image.PixelBatch;
import org.dide.model.Inputs;
import org.dide.tensor.Tensors;
import org.dide.text.TokenBatch;

/** Reads a batch as the reference's collate function made it. */
final class ReferenceInputs {
  private ReferenceInputs() {}

  /**
   * The batch.
   *
   * @param tensors {@code text_ids}, {@code text_masks}, and {@code image} or {@code image_0},
   *     {@code image_1}
   * @param sizes true height and width of each picture, for each picture of an example
   */
  static Inputs of(Map<String, Tensor> tensors, List<JsonNode> sizes) {
    List<PixelBatch> pictures = new ArrayList<>();
    for (int i = 0; i < sizes.size(); i++) {
      String name = tensors.containsKey("image") ? "image" : "image_" + i;
      pictures.add(pictures(tensor(tensors, name), sizes.get(i)));
    }
    return new Inputs(texts(tensors), pictures);
  }

  /** The same where only the padding of pictures tells their sizes. */
  static Inputs ofPadded(Map<String, Tensor> tensors, int pictures) {
    List<PixelBatch> batches = new ArrayList<>();
    for (int i = 0; i < pictures; i++) {
      Tensor pixels = tensor(tensors, pictures == 1 ? "image" : "image_" + i); // (B, 3, H, W)
      batches.add(pictures(pixels, pixels.ne(new Scalar(0.0)).any(1))); // (B, H, W)
    }
    return new Inputs(texts(tensors), batches);
  }

  /**
   * Pictures whose sizes a mask tells.
   *
   * @param pixels {@code (B, 3, H, W)}
   * @param mask {@code (B, H, W)}, not 0 inside a picture; a picture begins at the top left
   */
  static PixelBatch pictures(Tensor pixels, Tensor mask) {
    Tensor inside = mask.ne(new Scalar(0.0)); // (B, H, W)
    return new PixelBatch(pixels, extents(inside.any(2)), extents(inside.any(1)));
  }

  /** The number of rows of which anything is inside, of {@code (B, rows)}. */
  private static int[] extents(Tensor inside) {
    return Arrays.stream(Tensors.longs(inside.sum(1))).mapToInt(Math::toIntExact).toArray();
  }

  private static TokenBatch texts(Map<String, Tensor> tensors) {
    return texts(tensor(tensors, "text_ids"), tensor(tensors, "text_masks"));
  }

  /** Texts {@code (B, T)} and which of their tokens are real. */
  static TokenBatch texts(Tensor ids, Tensor masks) {
    long[] mask = Tensors.longs(masks);
    int[] lengths = new int[(int) ids.size(0)];
    int width = (int) ids.size(1);
    for (int row = 0; row < lengths.length; row++) {
      while (lengths[row] < width && mask[row * width + lengths[row]] == 1) {
        lengths[row]++;
      }
      for (int j = lengths[row]; j < width; j++) {
        if (mask[row * width + j] != 0) {
          throw new InputException("text_masks: row %d: a token after padding".formatted(row));
        }
      }
    }
    return new TokenBatch(ids, lengths);
  }

  static PixelBatch pictures(Tensor pixels, JsonNode sizes) {
    List<JsonNode> rows = Json.list(sizes, "picture sizes");
    int[] heights = new int[rows.size()];
    int[] widths = new int[rows.size()];
    for (int i = 0; i < heights.length; i++) {
      int[] size = Json.integers(rows.get(i), "picture size", 2);
      heights[i] = size[0];
      widths[i] = size[1];
    }
    if (pixels.size(0) != heights.length) {
      throw new InputException(
          "picture sizes: found %d for %d pictures".formatted(heights.length, pixels.size(0)));
    }
    return new PixelBatch(pixels, heights, widths);
  }

  private static Tensor tensor(Map<String, Tensor> tensors, String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new InputException(
          "inputs: found no tensor %s among %s".formatted(name, tensors.keySet()));
    }
    return tensor;
  }
}
