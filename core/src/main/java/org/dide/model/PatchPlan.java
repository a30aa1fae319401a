package org.dide.model;

import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.dide.image.PixelBatch;
import org.dide.tensor.Device;
import org.dide.tensor.Tensors;

/**
 * Which patches of a batch of pictures enter the transformer, and in which order: an image's real
 * patches in reading order, then padding up to the longest of the batch.
 *
 * <p>A patch is real when its top left pixel lies inside the picture's true size. With more real
 * patches than allowed, an evenly spread subset is kept. Nothing is drawn at random (the reference
 * shuffles; pooled outputs do not depend on the order).
 *
 * @param rows patches in a column of the padded batch
 * @param columns patches in a row of the padded batch
 * @param realRows real patches in each picture's first column
 * @param realColumns real patches in each picture's first row
 * @param selected for each picture the flat positions in the padded grid, real ones and padding
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record PatchPlan(
    int rows, int columns, int[] realRows, int[] realColumns, long[][] selected) {

  /**
   * The plan for a batch.
   *
   * @param patchSize side of a patch in pixels
   * @param maxPatches most real patches of a picture to select, or 0 for all
   */
  public static PatchPlan of(PixelBatch batch, int patchSize, int maxPatches) {
    int height = (int) batch.pixels().size(2);
    int width = (int) batch.pixels().size(3);
    int rows = height / patchSize;
    int columns = width / patchSize;
    int[] realRows = new int[batch.size()];
    int[] realColumns = new int[batch.size()];
    int longest = 0;
    for (int i = 0; i < batch.size(); i++) {
      realRows[i] = real(batch.heights()[i], height, rows);
      realColumns[i] = real(batch.widths()[i], width, columns);
      longest = Math.max(longest, realRows[i] * realColumns[i]);
    }
    int count = maxPatches > 0 ? Math.min(longest, maxPatches) : longest;
    long[][] selected = new long[batch.size()][];
    for (int i = 0; i < selected.length; i++) {
      selected[i] = select(rows, columns, realRows[i], realColumns[i], count);
    }
    return new PatchPlan(rows, columns, realRows, realColumns, selected);
  }

  /** The same grid with another selection, such as one that was recorded elsewhere. */
  public PatchPlan withSelected(long[][] selection) {
    return new PatchPlan(rows, columns, realRows, realColumns, selection);
  }

  /** Patches of each picture, padding included. */
  public int length() {
    return selected[0].length;
  }

  /**
   * Where each state's patch lies in its picture: how far right and how far down {@code (B, 1+N,
   * 2)}, from 0 to 1 at its centre. [CLS] counts as in the middle.
   */
  Tensor places(Device device) {
    int tokens = 1 + length();
    float[] places = new float[selected.length * tokens * 2];
    for (int i = 0; i < selected.length; i++) {
      int next = i * tokens * 2;
      places[next++] = 0.5f;
      places[next++] = 0.5f;
      for (long position : selected[i]) {
        places[next++] = (position % columns + 0.5f) / realColumns[i];
        places[next++] = (Math.floorDiv(position, columns) + 0.5f) / realRows[i];
      }
    }
    return device.place(Tensors.of(places, selected.length, tokens, 2));
  }

  /** Whether the selection is the whole grid, in order, for every picture. */
  public boolean isWholeGrid() {
    if (length() != rows * columns) {
      return false;
    }
    return Arrays.stream(selected)
        .allMatch(
            row -> {
              for (int j = 0; j < row.length; j++) {
                if (row[j] != j) {
                  return false;
                }
              }
              return true;
            });
  }

  /** Whether the patch at a flat position of the padded grid is a real one of that picture. */
  public boolean isReal(int picture, long position) {
    return position / columns < realRows[picture] && position % columns < realColumns[picture];
  }

  /** Rows or columns of the grid whose sampled first pixel lies inside the picture. */
  private static int real(int size, int paddedSize, int cells) {
    int count = 0;
    while (count < cells && (long) count * paddedSize / cells < size) {
      count++;
    }
    return count;
  }

  private static long[] select(int rows, int columns, int realRows, int realColumns, int count) {
    int available = realRows * realColumns;
    long[] chosen = new long[count];
    int kept = Math.min(available, count);
    for (int j = 0; j < kept; j++) {
      long nth = available <= count ? j : (2L * j + 1) * available / (2L * count);
      chosen[j] = nth / realColumns * columns + nth % realColumns;
    }
    long position = 0;
    for (int j = kept; j < count; j++) {
      while (position / columns < realRows && position % columns < realColumns) {
        position++;
      }
      chosen[j] = position;
      position = (position + 1) % ((long) rows * columns);
    }
    return chosen;
  }
}
