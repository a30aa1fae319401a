package org.dide.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

  private static TokenBatch texts(Map<String, Tensor> tensors) {
    Tensor ids = tensor(tensors, "text_ids"); // (B, T)
    long[] mask = Tensors.longs(tensor(tensors, "text_masks"));
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

  private static PixelBatch pictures(Tensor pixels, JsonNode sizes) {
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
