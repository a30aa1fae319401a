package org.dide.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import java.util.Arrays;

/**
 * A setting of an operator.
 *
 * @param proto as the format has it
 */
record Attribute(AttributeProto proto) {
  static Attribute integer(String name, long value) {
    return new Attribute(
        AttributeProto.newBuilder().setName(name).setType(AttributeType.INT).setI(value).build());
  }

  static Attribute integers(String name, long... values) {
    return new Attribute(
        AttributeProto.newBuilder()
            .setName(name)
            .setType(AttributeType.INTS)
            .addAllInts(Arrays.stream(values).boxed().toList())
            .build());
  }

  static Attribute number(String name, double value) {
    return new Attribute(
        AttributeProto.newBuilder()
            .setName(name)
            .setType(AttributeType.FLOAT)
            .setF((float) value)
            .build());
  }

  static Attribute axis(long axis) {
    return integer("axis", axis);
  }
}
