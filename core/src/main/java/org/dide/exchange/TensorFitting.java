package org.dide.exchange;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.upsample_bilinear2d;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.dide.model.Architecture;
import org.dide.model.DualEncoder;

/**
 * Fits tables of embeddings to a model that has another number of rows: positions of patches to
 * another grid, modalities to a second picture. Whatever does not look like such a table is
 * returned as it is.
 */
final class TensorFitting {
  private static final String POSITIONS = "transformer.pos_embed";
  private static final String SEGMENTS = "text_embeddings.token_type_embeddings.weight";
  private static final String MODALITIES = "token_type_embeddings.weight";

  private static final String TEXT_TOWER = DualEncoder.TEXT_TOWER + ".";

  private final int gridSize;
  private final int modalities;

  /** Fits to a grid of so many patches a side, and to so many modalities. */
  TensorFitting(int gridSize, int modalities) {
    this.gridSize = gridSize;
    this.modalities = modalities;
  }

  /** The tensor as the model needs it, if it is a table of fewer or more rows. */
  Tensor fit(String name, Tensor tensor) {
    if (name.endsWith(POSITIONS)) {
      return positions(tensor);
    }
    return name.endsWith(MODALITIES) && !name.endsWith(SEGMENTS)
        ? modalities(name, tensor)
        : tensor;
  }

  /** Stretched as the encoder itself stretches them over a picture of another size. */
  private Tensor positions(Tensor table) {
    int grid = table.dim() == 3 ? Architecture.gridSize(table.size(1)).orElse(gridSize) : gridSize;
    if (grid == gridSize || table.size(0) != 1 || !table.is_floating_point()) {
      return table;
    }
    Tensor cls = table.narrow(1, 0, 1).to(ScalarType.Float); // (1, 1, D)
    Tensor places =
        table
            .narrow(1, 1, (long) grid * grid)
            .to(ScalarType.Float)
            .view(1, grid, grid, -1)
            .permute(0, 3, 1, 2); // (1, D, G, G)
    Tensor stretched =
        upsample_bilinear2d(
            places,
            new long[] {gridSize, gridSize},
            true,
            new DoubleOptional(),
            new DoubleOptional()); // (1, D, G', G')
    return cat(
        new TensorVector(cls, stretched.flatten(2, -1).transpose(1, 2)), 1); // (1, G'*G'+1, D)
  }

  /**
   * A second picture begins as the first (the reference). A text tower has no use for a third row,
   * which the reference gives it all the same.
   */
  private Tensor modalities(String name, Tensor table) {
    if (name.startsWith(TEXT_TOWER) && table.dim() == 2 && table.size(0) == 3) {
      return table.narrow(0, 0, 2); // (2, D)
    }
    boolean grows =
        !name.startsWith(TEXT_TOWER)
            && table.dim() == 2
            && table.size(0) == modalities - 1
            && modalities > 2;
    return grows ? cat(new TensorVector(table, table.narrow(0, 1, 1)), 0) : table; // (3, D)
  }
}
