package org.dide.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.List;
import java.util.Optional;
import org.dide.model.Architecture;

/** The blocks, the final norm and the pooler of a tower or of a join, as nodes. */
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
    return new Encoded(states, pooled(tower, states));
  }

  /** Tanh of a linear map of the first token's state: {@code (B, D)}. */
  Value pooled(Part part, Value states) {
    Part pooler = part.at("pooler");
    return pooler.apply("Tanh", pooler.linear("dense", pooler.select(states, 0, 1)));
  }

  /** What is added to scores, {@code (B, 1, 1, T)}, of a mask {@code (B, T)} int64. */
  Value hidden(Value mask) {
    Graph graph = tower.graph();
    Value real = tower.cast(tower.unsqueeze(mask, 1, 2), DataType.BOOL); // (B, 1, 1, T)
    return tower.where(real, graph.number(0), graph.number(HIDDEN));
  }

  /**
   * A text looks at a picture, then at itself.
   *
   * @param text {@code (B, T, D)}
   * @param hidden of the text
   * @param vectors of the picture {@code (B, K, D)}
   * @param unseen of the picture, if any of them is not to be looked at
   */
  Value cross(Part layer, Value text, Value hidden, Value vectors, Optional<Value> unseen) {
    Part cross = layer.at("cross");
    Value query = cross.linear("query", cross.norm("norm", text, EPSILON));
    List<Value> keyValue = cross.split(cross.linear("kv", vectors), 2, sizes.width());
    Value seen = attend(cross, query, keyValue.get(0), keyValue.get(1), unseen);
    return block(layer.at("block"), cross.add(text, cross.linear("proj", seen)), hidden);
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
    Value seen = attend(attention, qkv.get(0), qkv.get(1), qkv.get(2), Optional.of(hidden));
    return attention.linear("proj", seen); // (B, T, D)
  }

  /** What queries {@code (B, T, D)} find by keys in values {@code (B, K, D)}. */
  private Value attend(Part part, Value query, Value key, Value value, Optional<Value> hidden) {
    double scale = 1 / Math.sqrt((double) sizes.headWidth());
    Value q =
        part.multiply(heads(part, query, 0, 2, 1, 3), part.graph().number(scale)); // (B, H, T, Dh)
    Value k = heads(part, key, 0, 2, 3, 1); // (B, H, Dh, K)
    Value v = heads(part, value, 0, 2, 1, 3); // (B, H, K, Dh)
    Value scores = part.matMul(q, k); // (B, H, T, K)
    Value shares = part.softmax(hidden.map(all -> part.add(scores, all)).orElse(scores));
    Value seen = part.transpose(part.matMul(shares, v), 0, 2, 1, 3); // (B, T, H, Dh)
    return part.reshape(seen, 0, 0, sizes.width()); // (B, T, D)
  }

  private Value heads(Part attention, Value x, long... order) {
    Value split = attention.reshape(x, 0, 0, sizes.heads(), sizes.headWidth()); // (B, T, H, Dh)
    return attention.transpose(split, order);
  }
}
