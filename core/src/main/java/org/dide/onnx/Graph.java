package org.dide.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;
import org.dide.tensor.Tensors;

/**
 * A graph in the making. Nodes are added in an order in which each stands behind those it reads, as
 * the format demands. Parameters are not copied: their tensors must live until the graph is
 * written.
 */
final class Graph {
  /** The operators' version: the first to have LayerNormalization. */
  static final int OPSET = 17;

  private static final int IR_VERSION = 8; // the one that came with the operators' version

  /** Room for all that is not a parameter; a file of this format ends below 2 GiB. */
  private static final long RESERVED = 64L << 20;

  private static final long LARGEST = Integer.MAX_VALUE - RESERVED;
  private static final int BUFFER = 1 << 20;

  private final GraphProto.Builder proto;
  private final Set<String> names = new HashSet<>();
  private final long largest;
  private long bytes;

  Graph(String name) {
    this(name, LARGEST);
  }

  /** A graph whose parameters may have so many bytes. */
  Graph(String name, long largest) {
    this.proto = GraphProto.newBuilder().setName(name);
    this.largest = largest;
  }

  /** What whoever runs the graph gives it; dimensions that are no numbers are free. */
  Value input(String name, DataType type, String... dimensions) {
    proto.addInput(described(name, type, dimensions));
    return new Value(name);
  }

  /** What whoever runs the graph may ask for. */
  void output(String name, Value value, DataType type, String... dimensions) {
    proto.addNode(
        NodeProto.newBuilder()
            .setName(name)
            .setOpType("Identity")
            .addInput(value.name())
            .addOutput(name));
    proto.addOutput(described(name, type, dimensions));
  }

  /**
   * A parameter, which several nodes may read.
   *
   * @param source asked for it, float32 and contiguous, the first time
   * @throws InputException if the parameters no longer fit into one file
   */
  Value parameter(String name, Supplier<Tensor> source) {
    if (names.add(name)) {
      add(name, source.get());
    }
    return new Value(name);
  }

  private void add(String name, Tensor contiguous) {
    long size = contiguous.numel() * Float.BYTES;
    bytes += size;
    if (bytes > largest) {
      throw new InputException(
          "%s.onnx: found parameters of at least %d bytes, allowed are at most %d bytes: one file of this format ends below 2 GiB"
              .formatted(proto.getName(), bytes, largest));
    }
    ByteBuffer memory = new BytePointer(contiguous.data_ptr()).capacity(size).asByteBuffer();
    add(name, DataType.FLOAT, UnsafeByteOperations.unsafeWrap(memory), Tensors.shape(contiguous));
  }

  /** A row of whole numbers, {@code (length)}. */
  Value integers(long... values) {
    return constant(
        "integers" + Arrays.toString(values), DataType.INT64, bytes(values), values.length);
  }

  /** A whole number without dimensions. */
  Value integer(long value) {
    return constant("integer " + value, DataType.INT64, bytes(value));
  }

  /** A number without dimensions. */
  Value number(double value) {
    return constant("number " + (float) value, DataType.FLOAT, bytes((float) value));
  }

  /** Whole numbers from 0 as floating-point numbers, {@code (count)}. */
  Value numbersTo(int count) {
    float[] values = new float[count];
    IntStream.range(0, count).forEach(i -> values[i] = i);
    return constant("numbers to " + count, DataType.FLOAT, bytes(values), count);
  }

  /** Adds a node that yields one value. */
  Value node(String name, String operator, List<Value> inputs, Attribute... attributes) {
    return nodes(name, operator, inputs, 1, attributes).get(0);
  }

  /** Adds a node that yields several values. */
  List<Value> nodes(
      String name, String operator, List<Value> inputs, int outputs, Attribute... attributes) {
    String unique = "%s/%s_%d".formatted(name, operator, proto.getNodeCount());
    NodeProto.Builder node = NodeProto.newBuilder().setName(unique).setOpType(operator);
    inputs.forEach(input -> node.addInput(input.name()));
    Arrays.stream(attributes).forEach(attribute -> node.addAttribute(attribute.proto()));
    List<Value> values =
        IntStream.range(0, outputs).mapToObj(i -> new Value(unique + ":" + i)).toList();
    values.forEach(value -> node.addOutput(value.name()));
    proto.addNode(node);
    return values;
  }

  /**
   * Writes the graph as a model.
   *
   * @param metadata what its reader may want to know of it
   */
  void write(Path file, Map<String, String> metadata) throws IOException {
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("dide")
            .setProducerVersion(
                Optional.ofNullable(Graph.class.getPackage().getImplementationVersion())
                    .orElse("development"))
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
            .setGraph(proto);
    metadata.forEach(
        (key, value) ->
            model.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), BUFFER)) {
      model.build().writeTo(out);
    }
  }

  private Value constant(String name, DataType type, ByteString raw, long... shape) {
    if (names.add(name)) {
      add(name, type, raw, shape);
    }
    return new Value(name);
  }

  private void add(String name, DataType type, ByteString raw, long... shape) {
    proto.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type.getNumber())
            .addAllDims(Arrays.stream(shape).boxed().toList())
            .setRawData(raw));
  }

  private static ValueInfoProto described(String name, DataType type, String... dimensions) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (String dimension : dimensions) {
      boolean fixed = dimension.chars().allMatch(Character::isDigit);
      shape.addDim(
          fixed
              ? Dimension.newBuilder().setDimValue(Long.parseLong(dimension))
              : Dimension.newBuilder().setDimParam(dimension));
    }
    TypeProto.Tensor.Builder tensor =
        TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  private static ByteString bytes(long... values) {
    ByteBuffer bytes = littleEndian(values.length * Long.BYTES);
    bytes.asLongBuffer().put(values);
    return ByteString.copyFrom(bytes);
  }

  private static ByteString bytes(float... values) {
    ByteBuffer bytes = littleEndian(values.length * Float.BYTES);
    bytes.asFloatBuffer().put(values);
    return ByteString.copyFrom(bytes);
  }

  private static ByteBuffer littleEndian(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
