package org.dide.model;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.constant_pad_nd;
import static org.bytedeco.pytorch.global.torch.linear;
import static org.bytedeco.pytorch.global.torch.stack;
import static org.bytedeco.pytorch.global.torch.upsample_bilinear2d;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.dide.image.PixelBatch;
import org.dide.tensor.Device;
import org.dide.tensor.Tensors;

/** ViLT's picture embedding: patches mapped to D, a position for each, [CLS] first. */
final class PatchEmbedding {
  private static final int CHANNELS = 3;

  private final Tensor weight; // (D, 3, P, P)
  private final Tensor bias; // (D)
  private final Tensor cls; // (1, 1, D)
  private final Tensor positions; // (1, G*G+1, D)
  private final Tensor modality;
  private final Dropout dropout;
  private final int patchSize;
  private final int gridSize;
  private final int maxPatches;

  PatchEmbedding(ParameterSource source, Architecture architecture, Tensor modality) {
    int width = architecture.width();
    patchSize = architecture.patchSize();
    gridSize = architecture.gridSize();
    maxPatches = architecture.maxPatches();
    long inputs = (long) CHANNELS * patchSize * patchSize;
    ParameterSource own = source.at("transformer");
    cls = own.parameter("cls_token", Initial.NORMAL, 1, 1, width);
    positions =
        own.parameter("pos_embed", Initial.PLACE, 1, 1L + (long) gridSize * gridSize, width);
    weight =
        own.parameter(
            "patch_embed.proj.weight",
            Initial.convolution(inputs),
            width,
            CHANNELS,
            patchSize,
            patchSize);
    bias = own.parameter("patch_embed.proj.bias", Initial.convolution(inputs), width);
    dropout = new Dropout(architecture.dropout());
    this.modality = modality;
  }

  PatchPlan plan(PixelBatch pictures) {
    return PatchPlan.of(pictures, patchSize, maxPatches);
  }

  /**
   * Embeds pictures: states {@code (B, 1+N, D)}, true on [CLS] and real patches.
   *
   * @param modalityRow 1, or 2 for the second picture of a pair
   */
  Embedded embed(PixelBatch pictures, PatchPlan plan, int modalityRow, Mode mode) {
    int batch = pictures.size();
    Tensor patches = cut(pictures.pixels(), plan); // (B, R*C, 3*P*P)
    Tensor places = places(plan); // (B, R*C, D), or (1, R*C, D) for all
    if (!plan.isWholeGrid()) {
      Tensor index = index(plan, Device.of(pictures.pixels())); // (B, N, 1)
      patches = patches.gather(1, index.expand(batch, plan.length(), patches.size(2)));
      places =
          places
              .expand(batch, -1, -1)
              .gather(1, index.expand(batch, plan.length(), places.size(2))); // (B, N, D)
    }
    Tensor projected =
        linear(patches, weight.flatten(1, -1), new TensorOptional(bias)); // (B, N, D)
    Tensor first = cls.add(positions.narrow(1, 0, 1)).expand(batch, -1, -1); // (B, 1, D)
    Tensor sum = cat(new TensorVector(first, projected.add(places)), 1); // (B, 1+N, D)
    Tensor dropped = dropout.apply(sum, mode);
    mode.tap().see("visual_embed.image_embeds_before_token_type", dropped);
    return new Embedded(
        dropped.add(modality.select(0, modalityRow)), mask(plan, Device.of(pictures.pixels())));
  }

  /** Cuts pictures into flattened patches, each in the order (channel, row, column). */
  private Tensor cut(Tensor pixels, PatchPlan plan) {
    long batch = pixels.size(0);
    return pixels
        .narrow(2, 0, (long) plan.rows() * patchSize)
        .narrow(3, 0, (long) plan.columns() * patchSize)
        .reshape(batch, CHANNELS, plan.rows(), patchSize, plan.columns(), patchSize)
        .permute(0, 2, 4, 1, 3, 5) // (B, R, C, 3, P, P)
        .reshape(
            batch,
            (long) plan.rows() * plan.columns(),
            (long) CHANNELS * patchSize * patchSize); // (B, R*C, 3*P*P)
  }

  /** Position embeddings stretched over each picture's real patches, zero on padding. */
  private Tensor places(PatchPlan plan) {
    Map<Long, Tensor> stretched = new HashMap<>();
    Tensor[] rows = new Tensor[plan.realRows().length];
    for (int i = 0; i < rows.length; i++) {
      int high = plan.realRows()[i];
      int wide = plan.realColumns()[i];
      rows[i] =
          stretched.computeIfAbsent(
              (long) high << 32 | wide, size -> stretch(high, wide, plan.rows(), plan.columns()));
    }
    return stretched.size() == 1
        ? rows[0].unsqueeze(0) // (1, R*C, D)
        : stack(new TensorVector(rows), 0); // (B, R*C, D)
  }

  private Tensor stretch(int high, int wide, int rows, int columns) {
    Tensor grid =
        positions
            .narrow(1, 1, (long) gridSize * gridSize)
            .view(1, gridSize, gridSize, -1)
            .permute(0, 3, 1, 2); // (1, D, G, G)
    Tensor fitted =
        high == gridSize && wide == gridSize
            ? grid
            : upsample_bilinear2d(
                grid,
                new long[] {high, wide},
                true,
                new DoubleOptional(),
                new DoubleOptional()); // (1, D, high, wide)
    Tensor padded =
        high == rows && wide == columns
            ? fitted
            : constant_pad_nd(fitted, 0, columns - wide, 0, rows - high); // (1, D, R, C)
    return padded.flatten(2, -1).squeeze(0).transpose(0, 1); // (R*C, D)
  }

  private static Tensor index(PatchPlan plan, Device device) {
    long[] flat = Arrays.stream(plan.selected()).flatMapToLong(Arrays::stream).toArray();
    Tensor index = Tensors.of(flat, plan.selected().length, plan.length(), 1);
    return device.place(index);
  }

  private static Mask mask(PatchPlan plan, Device device) {
    int total = 1 + plan.length();
    boolean[] real = new boolean[plan.selected().length * total];
    boolean full = true;
    for (int i = 0; i < plan.selected().length; i++) {
      real[i * total] = true;
      for (int j = 0; j < plan.length(); j++) {
        boolean isReal = plan.isReal(i, plan.selected()[i][j]);
        real[i * total + 1 + j] = isReal;
        full &= isReal;
      }
    }
    return Mask.of(real, full, plan.selected().length, total, device);
  }
}
