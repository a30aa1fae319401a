package org.dide.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.List;
import org.dide.model.Architecture;

/** The blocks, the final norm and the pooler of a tower, as nodes. */
final class Blocks {
  private static final double EPSILON = 1e-6;

  /**
   * Added to what may not be attended to: far below any score, so that softmax makes it 0, and
   * finite, so that no sum of scores is not a number.
   */
  private static final double HIDDEN = -1e9;

  private final Part tower;
  private final Architecture sizes;

  Blocks(Part tower, Architecture sizes) {
    this.tower = tower;
    this.sizes = sizes;
  }

  /**
   * What a tower computed.
   *
   * @param states {@code (B, T, D)}, after the final norm
   * @param pooled {@code (B, D)}
   */
  record Encoded(Value states, Value pooled) {}

  /**
   * Runs embedded tokens through all blocks.
   *
   * @param embedded {@code (B, T, D)}
   * @param mask {@code (B, T)} int64, 0 on tokens that are not to be attended to
   */
  Encoded encode(Value embedded, Value mask) {
    Value hidden = hidden(mask);
    Value current = embedded;
    for (int i = 0; i < sizes.depth(); i++) {
      current = block(tower.at("transformer.blocks." + i), current, hidden);
    }
    Value states = tower.norm("transformer.norm", current, EPSILON);
    Part pooler = tower.at("pooler");
    Value pooled = pooler.apply("Tanh", pooler.linear("dense", pooler.select(states, 0, 1)));
    return new Encoded(states, pooled);
  }

  private Value hidden(Value mask) {
    Graph graph = tower.graph();
    Value real = tower.cast(tower.unsqueeze(mask, 1, 2), DataType.BOOL); // (B, 1, 1, T)
    return tower.where(real, graph.number(0), graph.number(HIDDEN));
  }

  private Value block(Part block, Value x, Value hidden) {
    Value attended =
        block.add(x, attention(block.at("attn"), block.norm("norm1", x, EPSILON), hidden));
    Part mlp = block.at("mlp");
    Value normed = block.norm("norm2", attended, EPSILON);
    return block.add(attended, mlp.linear("fc2", mlp.gelu(mlp.linear("fc1", normed))));
  }

  private Value attention(Part attention, Value x, Value hidden) {
    List<Value> qkv = attention.split(attention.linear("qkv", x), 3, sizes.width());
    double scale = 1 / Math.sqrt((double) sizes.headWidth());
    Value q =
        attention.multiply(
            heads(attention, qkv.get(0), 0, 2, 1, 3),
            attention.graph().number(scale)); // (B, H, T, Dh)
    Value k = heads(attention, qkv.get(1), 0, 2, 3, 1); // (B, H, Dh, T)
    Value v = heads(attention, qkv.get(2), 0, 2, 1, 3); // (B, H, T, Dh)
    Value shares = attention.softmax(attention.add(attention.matMul(q, k), hidden)); // (B, H, T, T)
    Value seen = attention.transpose(attention.matMul(shares, v), 0, 2, 1, 3); // (B, T, H, Dh)
    return attention.linear("proj", attention.reshape(seen, 0, 0, sizes.width())); // (B, T, D)
  }

  private Value heads(Part attention, Value x, long... order) {
    Value split = attention.reshape(x, 0, 0, sizes.heads(), sizes.headWidth()); // (B, T, H, Dh)
    return attention.transpose(split, order);
  }
}
