package org.dide.model;

import static org.bytedeco.pytorch.global.torch.softmax;

import org.bytedeco.pytorch.Tensor;

/**
 * A text looks at a picture, then at itself: cross-attention, and a block over the text. Except in
 * training, an example's bits depend on that example alone.
 */
final class CrossLayer {
  private static final double EPSILON = 1e-6;

  private final int heads;
  private final LayerNorm norm;
  private final Linear query;
  private final Linear keyValue;
  private final Linear proj;
  private final Dropout dropout;
  private final Block block;

  CrossLayer(ParameterSource source, Architecture architecture) {
    int width = architecture.width();
    heads = architecture.heads();
    norm = LayerNorm.of(source, "cross.norm", width, EPSILON);
    query = Linear.of(source, "cross.query", width, width);
    keyValue = Linear.of(source, "cross.kv", width, 2 * width);
    proj = Linear.of(source, "cross.proj", width, width);
    dropout = new Dropout(architecture.dropout());
    block = new Block(source.at("block"), architecture, true);
  }

  /**
   * What a layer hands on.
   *
   * @param states {@code (B, T, D)}
   * @param queries {@code (B, H, T, Dh)} of the text
   * @param keys {@code (B, H, K, Dh)} of all pictures
   */
  record Output(Tensor states, Tensor queries, Tensor keys) {}

  /**
   * Runs the layer.
   *
   * @param text {@code (B, T, D)}
   */
  Output apply(Tensor text, Mask textMask, Memory memory, Mode mode) {
    Tensor split = keyValue.apply(memory.vectors(), mode); // (B, K, 2 D)
    long width = text.size(2);
    Tensor keys = Heads.split(split.narrow(2, 0, width), heads); // (B, H, K, Dh)
    Tensor values = Heads.split(split.narrow(2, width, width), heads); // (B, H, K, Dh)
    Tensor queries = Heads.split(query.apply(norm.apply(text), mode), heads); // (B, H, T, Dh)
    Tensor scores = Heads.scores(queries, keys, memory.mask()); // (B, H, T, K)
    Tensor seen = Heads.joined(Heads.product(softmax(scores, -1), values)); // (B, T, D)
    Tensor attended = text.add(dropout.apply(proj.apply(seen, mode), mode));
    return new Output(block.apply(attended, textMask, mode.untapped(), 0).states(), queries, keys);
  }
}
