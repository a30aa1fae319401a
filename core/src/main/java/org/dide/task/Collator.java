package org.dide.task;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.dide.data.Example;
import org.dide.image.PixelBatch;
import org.dide.image.Pixels;
import org.dide.model.Inputs;
import org.dide.model.Pairing;
import org.dide.model.Sharing;
import org.dide.tensor.Device;
import org.dide.tensor.Tensors;
import org.dide.text.TokenBatch;

/**
 * Makes batches of prepared examples. Texts are padded to the longest of the batch, or to a fixed
 * length where a loss averages over padding; pictures are padded on the right and at the bottom. A
 * picture that was prepared once for several examples is in the batch once.
 */
public final class Collator {
  private final Task task;
  private final int fixedTextLength;
  private final Device device;

  /**
   * A collator for one task.
   *
   * @param fixedTextLength length all texts are padded to, or 0 for the longest of each batch
   */
  public Collator(Task task, int fixedTextLength, Device device) {
    this.task = task;
    this.fixedTextLength = fixedTextLength;
    this.device = device;
  }

  /** The batch; its tensors belong to the current scope. */
  public Batch collate(List<Prepared> examples) {
    return collate(examples, Pairing.OWN);
  }

  /** The batch, of which a fusion encoder is to score these pairs. */
  public Batch collate(List<Prepared> examples, Pairing pairing) {
    TokenBatch tokens = texts(examples.stream().map(Prepared::tokens).toList());
    List<PixelBatch> pictures = new ArrayList<>();
    List<Sharing> sharing = new ArrayList<>();
    for (int place = 0; place < task.head().pictures(); place++) {
      Distinct distinct = Distinct.of(examples, place);
      pictures.add(pictures(distinct.pictures()));
      sharing.add(Sharing.of(distinct.rows(), device));
    }
    List<Example> sources = examples.stream().map(Prepared::example).toList();
    return new Batch(
        sources,
        new Inputs(tokens, pictures, sharing, pairing),
        device.place(task.targets(sources)));
  }

  /**
   * Pictures that were prepared once for several examples, each once.
   *
   * @param pictures in the order in which they first appear
   * @param rows which of them each example has
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Distinct(List<Pixels> pictures, int[] rows) {
    static Distinct of(List<Prepared> examples, int place) {
      IdentityHashMap<Pixels, Integer> found = new IdentityHashMap<>(); // equal pixels say nothing
      List<Pixels> pictures = new ArrayList<>();
      int[] rows = new int[examples.size()];
      for (int i = 0; i < rows.length; i++) {
        Pixels pixels = examples.get(i).pictures().get(place);
        rows[i] = found.computeIfAbsent(pixels, missing -> found.size());
        if (rows[i] == pictures.size()) {
          pictures.add(pixels);
        }
      }
      return new Distinct(pictures, rows);
    }
  }

  /** Texts by themselves. */
  public TokenBatch texts(List<int[]> tokens) {
    int longest = tokens.stream().mapToInt(text -> text.length).max().orElseThrow();
    return TokenBatch.of(tokens.toArray(int[][]::new), Math.max(longest, fixedTextLength), device);
  }

  /** Pictures by themselves. */
  public PixelBatch pictures(List<Pixels> pictures) {
    int height = pictures.stream().mapToInt(Pixels::height).max().orElseThrow();
    int width = pictures.stream().mapToInt(Pixels::width).max().orElseThrow();
    float[] padded = new float[pictures.size() * 3 * height * width];
    for (int i = 0; i < pictures.size(); i++) {
      copy(pictures.get(i), padded, i * 3 * height * width, height, width);
    }
    return new PixelBatch(
        device.place(Tensors.of(padded, pictures.size(), 3, height, width)),
        pictures.stream().mapToInt(Pixels::height).toArray(),
        pictures.stream().mapToInt(Pixels::width).toArray());
  }

  private static void copy(Pixels picture, float[] target, int offset, int height, int width) {
    for (int channel = 0; channel < 3; channel++) {
      for (int row = 0; row < picture.height(); row++) {
        System.arraycopy(
            picture.chw(),
            (channel * picture.height() + row) * picture.width(),
            target,
            offset + (channel * height + row) * width,
            picture.width());
      }
    }
  }
}
