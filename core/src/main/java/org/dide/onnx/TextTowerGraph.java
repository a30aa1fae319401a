package org.dide.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.dide.model.Architecture;
import org.dide.model.DualEncoder;

/** The text tower as a graph; {@link OnnxExport} says what it takes and gives. */
final class TextTowerGraph {
  private static final double EPSILON = 1e-12;

  private TextTowerGraph() {}

  static Graph of(Map<String, Tensor> parameters, Architecture sizes, boolean compared) {
    Graph graph = new Graph("text_tower");
    Part whole = Part.whole(graph, parameters);
    Value ids = graph.input("input_ids", DataType.INT64, "batch", "length");
    Value mask = graph.input("attention_mask", DataType.INT64, "batch", "length");
    Part tower = whole.at(DualEncoder.TEXT_TOWER);
    Blocks.Encoded encoded = new Blocks(tower, sizes).encode(embedded(tower, ids), mask);
    String width = Integer.toString(sizes.width());
    graph.output("states", encoded.states(), DataType.FLOAT, "batch", "length", width);
    graph.output("pooled", encoded.pooled(), DataType.FLOAT, "batch", width);
    if (compared) {
      Value unit = JoinGraph.unitVectors(whole, "text", encoded.pooled());
      graph.output(JoinGraph.TEXT_VECTORS, unit, DataType.FLOAT, "batch", width);
    }
    return graph;
  }

  /** Embeds tokens, {@code (B, T)}, as {@code (B, T, D)}. */
  private static Value embedded(Part tower, Value ids) {
    Part own = tower.at("text_embeddings");
    Value length = own.unsqueeze(own.size(ids, 1), 0);
    Value words = own.gather(own.parameter("word_embeddings.weight"), ids, 0); // (B, T, D)
    Value segment = first(own, "token_type_embeddings.weight"); // (D)
    Value places = own.narrow(own.parameter("position_embeddings.weight"), length, 0); // (T, D)
    Value sum = own.add(own.add(words, segment), places); // (B, T, D)
    Value normed = own.norm("LayerNorm", sum, EPSILON);
    return tower.add(normed, first(tower, "token_type_embeddings.weight"));
  }

  private static Value first(Part part, String table) {
    return part.parameter(table, rows -> rows.select(0, 0)); // (D)
  }
}
