package org.dide.model;

import static org.bytedeco.pytorch.global.torch.tanh;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** The blocks, the final norm and the pooler that every encoder has. */
final class Transformer {
  private static final double EPSILON = 1e-6;

  private final List<Block> blocks = new ArrayList<>();
  private final LayerNorm norm;
  private final Linear pooler;

  Transformer(ParameterSource source, Architecture architecture) {
    for (int i = 0; i < architecture.depth(); i++) {
      blocks.add(new Block(source.at("transformer.blocks." + i), architecture));
    }
    norm = LayerNorm.of(source, "transformer.norm", architecture.width(), EPSILON);
    pooler = Linear.of(source, "pooler.dense", architecture.width(), architecture.width());
  }

  /**
   * Runs embedded tokens {@code (B, T, D)} through all blocks.
   *
   * @throws IllegalArgumentException if the mode asks for the attention of a block there is not
   */
  Encoded encode(Tensor embedded, Mask mask, Mode mode) {
    List<Integer> layers = layers(mode);
    Attention[] observed = new Attention[layers.size()];
    Tensor current = embedded; // (B, T, D)
    for (int i = 0; i < blocks.size(); i++) {
      Block.Output output = blocks.get(i).apply(current, mask, mode, i);
      keep(observed, layers, i, output.attention());
      current = output.states();
    }
    Tensor states = norm.apply(current);
    mode.tap().see("hidden" + blocks.size(), states);
    Tensor pooled = tanh(pooler.apply(states.select(1, 0))); // (B, D)
    mode.tap().see("pooled", pooled);
    return new Encoded(states, pooled, mask, List.of(observed));
  }

  private List<Integer> layers(Mode mode) {
    for (int layer : mode.layers()) {
      if (layer < 0 || layer >= blocks.size()) {
        throw new IllegalArgumentException("block %d of %d".formatted(layer, blocks.size()));
      }
    }
    return mode.layers().isEmpty() ? List.of(blocks.size() - 1) : mode.layers();
  }

  /** A block may be asked for more than once. */
  private static void keep(
      Attention[] observed, List<Integer> layers, int block, Attention attention) {
    for (int i = 0; i < observed.length; i++) {
      if (layers.get(i) == block) {
        observed[i] = attention;
      }
    }
  }
}
