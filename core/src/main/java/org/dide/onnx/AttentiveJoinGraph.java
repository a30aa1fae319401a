package org.dide.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.dide.model.Architecture;
import org.dide.model.AttentiveJoin;
import org.dide.model.AttentiveSizes;
import org.dide.model.Head;

/** Where texts look at stored pictures, as a graph; {@link OnnxExport} says what it takes. */
final class AttentiveJoinGraph {
  private static final double EPSILON = 1e-6;

  private final Graph graph = new Graph("join");
  private final Part join;
  private final Blocks blocks;
  private final String width;

  private AttentiveJoinGraph(Map<String, Tensor> parameters, Architecture sizes) {
    join = Part.whole(graph, parameters).at(AttentiveJoin.NAME);
    blocks = new Blocks(join, sizes);
    width = Integer.toString(sizes.width());
  }

  static Graph of(
      Map<String, Tensor> parameters,
      Architecture sizes,
      AttentiveSizes attentive,
      Head.Classifier head) {
    AttentiveJoinGraph made = new AttentiveJoinGraph(parameters, sizes);
    made.write(attentive, head);
    return made.graph;
  }

  private void write(AttentiveSizes attentive, Head.Classifier head) {
    Value current = graph.input("text_states", DataType.FLOAT, "batch", "length", width);
    Value hidden = blocks.hidden(graph.input("text_mask", DataType.INT64, "batch", "length"));
    List<String> names = JoinGraph.names(head.pictures());
    Value vectors =
        JoinGraph.sideBySide(join, names.stream().map(name -> vectors(name, attentive)).toList());
    Optional<Value> unseen =
        attentive.keepsAllStates()
            ? Optional.of(
                blocks.hidden(JoinGraph.sideBySide(join, names.stream().map(this::mask).toList())))
            : Optional.empty();
    for (int i = 0; i < attentive.layers(); i++) {
      current = blocks.cross(join.at("layers." + i), current, hidden, vectors, unseen);
    }
    Value pooled = blocks.pooled(join, join.norm("norm", current, EPSILON)); // (B, D)
    JoinGraph.decided(join, head, pooled);
  }

  private Value vectors(String picture, AttentiveSizes attentive) {
    String count =
        attentive.keepsAllStates() ? picture + "_tokens" : Integer.toString(attentive.vectors());
    return graph.input(picture + "_vectors", DataType.FLOAT, "batch", count, width);
  }

  private Value mask(String picture) {
    return graph.input(picture + "_mask", DataType.INT64, "batch", picture + "_tokens");
  }
}
