package org.dide.model;

import org.bytedeco.pytorch.Tensor;
import org.dide.image.PixelBatch;

/** The half of a dual encoder that looks at pictures; its output can be stored. */
public final class ImageTower {
  private final PatchEmbedding patches;
  private final Transformer transformer;

  /** Builds the tower from parameters of the reference's names. */
  public ImageTower(ParameterSource source, Architecture architecture) {
    Tensor modality = FusionEncoder.modality(source, architecture);
    patches = new PatchEmbedding(source, architecture, modality);
    transformer = new Transformer(source, architecture);
  }

  /** The patches this tower would look at. */
  public PatchPlan plan(PixelBatch pictures) {
    return patches.plan(pictures);
  }

  /**
   * Encodes pictures: states {@code (B, 1+N, D)}.
   *
   * @param modalityRow 1, or 2 for the second picture of a pair
   */
  public Encoded encode(PixelBatch pictures, PatchPlan plan, int modalityRow, Mode mode) {
    Embedded embedded = patches.embed(pictures, plan, modalityRow, mode);
    return transformer.encode(embedded.states(), embedded.mask(), mode);
  }
}
