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

  /** Runs embedded tokens {@code (B, T, D)} through all blocks. */
  Encoded encode(Tensor embedded, Mask mask, Mode mode) {
    Block.Output output = blocks.get(0).apply(embedded, mask, mode, 0);
    for (int i = 1; i < blocks.size(); i++) {
      output = blocks.get(i).apply(output.states(), mask, mode, i);
    }
    Tensor states = norm.apply(output.states());
    mode.tap().see("hidden" + blocks.size(), states);
    Tensor pooled = tanh(pooler.apply(states.select(1, 0))); // (B, D)
    mode.tap().see("pooled", pooled);
    return new Encoded(states, pooled, mask, output.attention());
  }
}
