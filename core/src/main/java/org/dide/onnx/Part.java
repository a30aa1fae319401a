package org.dide.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.dide.tensor.Device;

/**
 * A place in a graph: what is added through it bears its name and reads the model's parameters
 * below that name. The operators are ONNX's own, under the names they have here.
 */
final class Part {
  private final Graph graph;
  private final Map<String, Tensor> parameters;
  private final String name;

  private Part(Graph graph, Map<String, Tensor> parameters, String name) {
    this.graph = graph;
    this.parameters = parameters;
    this.name = name;
  }

  /** The whole of a graph. */
  static Part whole(Graph graph, Map<String, Tensor> parameters) {
    return new Part(graph, parameters, "");
  }

  /** The part of that name in this one. */
  Part at(String part) {
    return new Part(graph, parameters, below(part));
  }

  Graph graph() {
    return graph;
  }

  /** A parameter of the model, on the CPU, without its gradient. */
  Tensor tensor(String parameter) {
    Tensor found = parameters.get(below(parameter));
    if (found == null) {
      throw new IllegalStateException("no parameter " + below(parameter));
    }
    return found.detach().to(Device.CPU.torch(), ScalarType.Float);
  }

  /** A parameter as it is. */
  Value parameter(String parameter) {
    return parameter(parameter, UnaryOperator.identity());
  }

  /** What a parameter is made into, under its name; always the same. */
  Value parameter(String parameter, UnaryOperator<Tensor> made) {
    return graph.parameter(below(parameter), () -> made.apply(tensor(parameter)).contiguous());
  }

  /** An affine map of the last dimension. */
  Value linear(String layer, Value x) {
    Part own = at(layer);
    return own.add(own.matMul(x, own.transposed("weight")), own.parameter("bias"));
  }

  /** A linear map of the last dimension. */
  Value map(String layer, Value x) {
    Part own = at(layer);
    return own.matMul(x, own.transposed("weight"));
  }

  /** Products with a matrix on the right are what runtimes make fast and small. */
  private Value transposed(String parameter) {
    return parameter(parameter, Tensor::t); // (in, out)
  }

  /** Normalisation of the last dimension. */
  Value norm(String layer, Value x, double epsilon) {
    Part own = at(layer);
    return own.node(
        "LayerNormalization",
        List.of(x, own.parameter("weight"), own.parameter("bias")),
        Attribute.axis(-1),
        Attribute.number("epsilon", epsilon));
  }

  /** The exact GELU, in the form in which runtimes know it. */
  Value gelu(Value x) {
    Value bell = node("Erf", List.of(divide(x, graph.number(Math.sqrt(2)))));
    return multiply(multiply(x, add(bell, graph.number(1))), graph.number(0.5));
  }

  /** Linear, layer norm, GELU, linear: the shape of every head and of the join. */
  Value twoLayerMap(String layer, Value x, double epsilon) {
    Part own = at(layer);
    return own.linear("3", own.gelu(own.norm("1", own.linear("0", x), epsilon)));
  }

  Value add(Value a, Value b) {
    return node("Add", List.of(a, b));
  }

  Value subtract(Value a, Value b) {
    return node("Sub", List.of(a, b));
  }

  Value multiply(Value a, Value b) {
    return node("Mul", List.of(a, b));
  }

  /** Of whole numbers, the quotient without its fraction. */
  Value divide(Value a, Value b) {
    return node("Div", List.of(a, b));
  }

  Value larger(Value a, Value b) {
    return node("Max", List.of(a, b));
  }

  Value smaller(Value a, Value b) {
    return node("Min", List.of(a, b));
  }

  Value isLess(Value a, Value b) {
    return node("Less", List.of(a, b));
  }

  Value and(Value a, Value b) {
    return node("And", List.of(a, b));
  }

  Value matMul(Value a, Value b) {
    return node("MatMul", List.of(a, b));
  }

  Value apply(String operator, Value x) {
    return node(operator, List.of(x));
  }

  Value softmax(Value x) {
    return node("Softmax", List.of(x), Attribute.axis(-1));
  }

  Value where(Value condition, Value a, Value b) {
    return node("Where", List.of(condition, a, b));
  }

  Value cast(Value x, DataType type) {
    return node("Cast", List.of(x), Attribute.integer("to", type.getNumber()));
  }

  Value transpose(Value x, long... order) {
    return node("Transpose", List.of(x), Attribute.integers("perm", order));
  }

  /** Of the sizes, 0 stands for the one there is, and -1 for what is left. */
  Value reshape(Value x, long... sizes) {
    return reshape(x, graph.integers(sizes));
  }

  Value reshape(Value x, Value sizes) {
    return node("Reshape", List.of(x, sizes));
  }

  Value unsqueeze(Value x, long... axes) {
    return node("Unsqueeze", List.of(x, graph.integers(axes)));
  }

  /** The elements at an index, or at several, along an axis. */
  Value gather(Value x, Value index, long axis) {
    return node("Gather", List.of(x, index), Attribute.axis(axis));
  }

  /** The one element along an axis, which goes. */
  Value select(Value x, long index, long axis) {
    return gather(x, graph.integer(index), axis);
  }

  /** The first elements along two axes. */
  Value narrow(Value x, Value ends, long... axes) {
    return node(
        "Slice", List.of(x, graph.integers(new long[axes.length]), ends, graph.integers(axes)));
  }

  Value expand(Value x, Value shape) {
    return node("Expand", List.of(x, shape));
  }

  Value concat(long axis, Value... parts) {
    return node("Concat", List.of(parts), Attribute.axis(axis));
  }

  /** Sums along an axis, which stays with size 1. */
  Value sum(Value x, long axis) {
    return node("ReduceSum", List.of(x, graph.integers(axis)));
  }

  /** Equal parts along the last axis, each of that size. */
  List<Value> split(Value x, int count, long size) {
    long[] sizes = new long[count];
    Arrays.fill(sizes, size);
    return graph.nodes(
        label(), "Split", List.of(x, graph.integers(sizes)), count, Attribute.axis(-1));
  }

  /** Whole numbers from 0 to below a limit without dimensions. */
  Value range(Value limit) {
    return node("Range", List.of(graph.integer(0), limit, graph.integer(1)));
  }

  /** A vector of sizes, each a number without dimensions. */
  Value sizes(Value... numbers) {
    List<Value> each = new ArrayList<>();
    for (Value number : numbers) {
      each.add(unsqueeze(number, 0));
    }
    return concat(0, each.toArray(Value[]::new));
  }

  /** The size along an axis, without dimensions. */
  Value size(Value x, long axis) {
    return select(apply("Shape", x), axis, 0);
  }

  private Value node(String operator, List<Value> inputs, Attribute... attributes) {
    return graph.node(label(), operator, inputs, attributes);
  }

  private String label() {
    return "/" + name.replace('.', '/');
  }

  private String below(String part) {
    return name.isEmpty() ? part : name + "." + part;
  }
}
