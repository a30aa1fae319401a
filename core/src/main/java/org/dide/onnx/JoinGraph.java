package org.dide.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.dide.model.Head;

/** Where stored vectors meet, as a graph; {@link OnnxExport} says what it takes and gives. */
final class JoinGraph {
  static final String TEXT_VECTORS = "text_embeds";
  static final String PICTURE_VECTORS = "image_embeds";

  private static final double EPSILON = 1e-5;
  private static final double SMALLEST_SQUARE = 1e-12;

  private JoinGraph() {}

  static Graph of(Map<String, Tensor> parameters, Head head, int width) {
    Graph graph = new Graph("join");
    Part whole = Part.whole(graph, parameters);
    if (head instanceof Head.Classifier classifier) {
      joined(whole, classifier, Integer.toString(width));
    } else {
      compared(whole, Integer.toString(width));
    }
    return graph;
  }

  /** A small MLP for each picture, then a classifier over all. */
  private static void joined(Part whole, Head.Classifier head, String width) {
    Graph graph = whole.graph();
    Value text = graph.input("text", DataType.FLOAT, "batch", width);
    List<Value> pictures =
        names(head.pictures()).stream()
            .map(name -> graph.input(name, DataType.FLOAT, "batch", width))
            .toList();
    List<Value> joined = new ArrayList<>();
    for (Value picture : pictures) {
      joined.add(whole.twoLayerMap("fusion", whole.concat(1, text, picture), EPSILON));
    }
    decided(whole, head, sideBySide(whole, joined));
  }

  /** What a part's classifier says of vectors {@code (B, …)}, as the graph's logits. */
  static void decided(Part part, Head.Classifier head, Value vectors) {
    part.graph()
        .output(
            "logits",
            part.twoLayerMap(head.name(), vectors, EPSILON),
            DataType.FLOAT,
            "batch",
            Integer.toString(head.classes()));
  }

  /** What the pictures of an example have, side by side along the second axis. */
  static Value sideBySide(Part part, List<Value> pictures) {
    return pictures.size() == 1 ? pictures.get(0) : part.concat(1, pictures.toArray(Value[]::new));
  }

  static List<String> names(int pictures) {
    return pictures == 1
        ? List.of("picture")
        : IntStream.rangeClosed(1, pictures).mapToObj(i -> "picture_" + i).toList();
  }

  /** Scaled cosines of every text with every picture. */
  private static void compared(Part whole, String width) {
    Graph graph = whole.graph();
    Value text = graph.input("text", DataType.FLOAT, "texts", width);
    Value picture = graph.input("picture", DataType.FLOAT, "pictures", width);
    Value texts = unitVectors(whole, "text", text);
    Value pictures = unitVectors(whole, "image", picture);
    Part own = whole.at("similarity");
    Value scale = own.parameter("log_scale", Tensor::exp); // (1)
    Value cosines = own.matMul(texts, own.transpose(pictures, 1, 0)); // (B, B')
    graph.output(TEXT_VECTORS, texts, DataType.FLOAT, "texts", width);
    graph.output(PICTURE_VECTORS, pictures, DataType.FLOAT, "pictures", width);
    graph.output("scores", own.multiply(cosines, scale), DataType.FLOAT, "texts", "pictures");
  }

  /** Unit vectors of one side, {@code (B, D)}, whose products are cosines. */
  static Value unitVectors(Part whole, String side, Value pooled) {
    Part own = whole.at("similarity");
    Value mapped = own.map(side, pooled);
    Value squares = own.sum(own.multiply(mapped, mapped), -1); // (B, 1)
    Value length = own.apply("Sqrt", own.larger(squares, own.graph().number(SMALLEST_SQUARE)));
    return own.divide(mapped, length);
  }
}
