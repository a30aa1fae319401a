package org.dide.model;

import static org.bytedeco.pytorch.global.torch.gelu;
import static org.bytedeco.pytorch.global.torch.scaled_dot_product_attention;
import static org.bytedeco.pytorch.global.torch.softmax;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** A pre-norm transformer block: self-attention, then an MLP, each with a residual. */
final class Block {
  private static final double EPSILON = 1e-6;

  private final int heads;
  private final LayerNorm norm1;
  private final LayerNorm norm2;
  private final Linear qkv;
  private final Linear proj;
  private final Linear fc1;
  private final Linear fc2;
  private final Dropout dropout;
  private final boolean byRow;

  Block(ParameterSource source, Architecture architecture) {
    this(source, architecture, false);
  }

  /**
   * A block.
   *
   * @param byRow whether, except in training, each vector's bits depend on those it attends to
   *     alone
   */
  Block(ParameterSource source, Architecture architecture, boolean byRow) {
    this.byRow = byRow;
    int width = architecture.width();
    int hidden = width * architecture.mlpRatio();
    heads = architecture.heads();
    norm1 = LayerNorm.of(source, "norm1", width, EPSILON);
    qkv = Linear.of(source, "attn.qkv", width, 3 * width);
    proj = Linear.of(source, "attn.proj", width, width);
    norm2 = LayerNorm.of(source, "norm2", width, EPSILON);
    fc1 = Linear.of(source, "mlp.fc1", width, hidden);
    fc2 = Linear.of(source, "mlp.fc2", hidden, width);
    dropout = new Dropout(architecture.dropout());
  }

  /**
   * What a block hands on.
   *
   * @param states {@code (B, T, D)}
   * @param attention this block's queries and keys
   */
  record Output(Tensor states, Attention attention) {}

  /** Runs the block over states {@code (B, T, D)}. */
  Output apply(Tensor x, Mask mask, Mode mode, int index) {
    Tensor normed = norm1.apply(x);
    mode.tap().see("hidden" + index, normed);
    Tensor split =
        map(qkv, normed, mode)
            .view(x.size(0), x.size(1), 3, heads, x.size(2) / heads) // (B, T, 3, H, Dh)
            .permute(2, 0, 3, 1, 4); // (3, B, H, T, Dh)
    Tensor q = split.select(0, 0);
    Tensor k = split.select(0, 1);
    Tensor v = split.select(0, 2);
    mode.tap().see("layer" + index + ".q", q);
    mode.tap().see("layer" + index + ".k", k);
    mode.tap().see("layer" + index + ".v", v);
    Tensor joined = Heads.joined(attend(q, k, v, mask)); // (B, T, D)
    Tensor attended = x.add(dropout.apply(map(proj, joined, mode), mode));
    return new Output(attended.add(mlp(norm2.apply(attended), mode)), new Attention(q, k));
  }

  private Tensor mlp(Tensor x, Mode mode) {
    Tensor hidden = dropout.apply(gelu(map(fc1, x, mode)), mode);
    return dropout.apply(map(fc2, hidden, mode), mode);
  }

  private Tensor map(Linear linear, Tensor x, Mode mode) {
    return byRow ? linear.apply(x, mode) : linear.apply(x);
  }

  private static Tensor attend(Tensor q, Tensor k, Tensor v, Mask mask) {
    if (isSlowWhenFused(q)) {
      return attendByHand(q, k, v, mask);
    }
    TensorOptional keys = mask.full() ? new TensorOptional() : new TensorOptional(mask.keys());
    return scaled_dot_product_attention(q, k, v, keys, 0.0, false, new DoubleOptional(), false);
  }

  /** A type that comes from the engine is an object of its own until it is interned. */
  static boolean isSlowWhenFused(Tensor queries) {
    return queries.is_cpu() && queries.scalar_type().intern() == ScalarType.BFloat16;
  }

  /** The processor's fused kernel is 10 to 20 times slower than this in bfloat16. */
  private static Tensor attendByHand(Tensor q, Tensor k, Tensor v, Mask mask) {
    return softmax(Heads.scores(q, k, mask), -1).matmul(v); // (B, H, T, Dh)
  }
}
