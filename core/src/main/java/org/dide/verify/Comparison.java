package org.dide.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.dide.tensor.Tensors;

/** Collects the quantities of one case. Whatever cannot be compared counts as a failure. */
final class Comparison {
  private final List<Quantity> quantities = new ArrayList<>();
  private final List<String> notYet = new ArrayList<>();

  List<Quantity> quantities() {
    return quantities;
  }

  /** Parts of the case that nothing here handles. */
  List<String> notYet() {
    return notYet;
  }

  /** Remembers that a part of the case is not handled, so that the case does not pass. */
  void skip(String part) {
    notYet.add(part);
  }

  /** An error that was measured elsewhere. */
  void within(String name, double error, double bound) {
    quantities.add(Quantity.of(name, error, bound));
  }

  /** One number, with an absolute bound. */
  void number(String name, double actual, double expected, double bound) {
    within(name, difference(actual, expected), bound);
  }

  /** A loss, or one of its attention terms. */
  void loss(String name, double actual, double expected, double relativeBound) {
    number(name, actual, expected, relativeBound * Math.abs(expected));
  }

  /** Anything that must be equal. */
  void equal(String name, Object actual, Object expected) {
    within(name, Objects.equals(actual, expected) ? 0 : 1, 0);
  }

  /** Integers that must be equal, by how many are not. */
  void equal(String name, long[] actual, long[] expected) {
    if (actual.length != expected.length) {
      incomparable(name, actual.length + " values", expected.length + " values");
      return;
    }
    long differing = 0;
    for (int i = 0; i < actual.length; i++) {
      differing += actual[i] == expected[i] ? 0 : 1;
    }
    within(name, (double) differing, 0);
  }

  /** Bytes that may differ by so many levels. */
  void levels(String name, byte[] actual, byte[] expected, int bound) {
    if (actual.length != expected.length) {
      incomparable(name, actual.length + " bytes", expected.length + " bytes");
      return;
    }
    int largest = 0;
    for (int i = 0; i < actual.length; i++) {
      largest = Math.max(largest, Math.abs((actual[i] & 0xFF) - (expected[i] & 0xFF)));
    }
    within(name, largest, bound);
  }

  /** Values with an absolute bound. */
  void values(String name, float[] actual, float[] expected, double bound) {
    if (actual.length != expected.length) {
      incomparable(name, actual.length + " values", expected.length + " values");
      return;
    }
    within(name, largestDifference(actual, expected), bound);
  }

  /** An output, logits, attention scores or probabilities. */
  void output(String name, Tensor actual, Tensor expected) {
    tensor(name, actual, expected, Tolerance.output(largest(expected)));
  }

  /** A gradient. */
  void gradient(String name, Tensor actual, Tensor expected) {
    tensor("gradient of " + name, actual, expected, Tolerance.GRADIENT * largest(expected));
  }

  /** A tensor with an absolute bound. */
  void tensor(String name, Tensor actual, Tensor expected, double bound) {
    if (sameShape(name, actual, expected)) {
      within(name, largestDifference(Tensors.floats(actual), Tensors.floats(expected)), bound);
    }
  }

  /**
   * Everything that a file expects: floating-point tensors as outputs, the rest as equal.
   *
   * @param exact names of floating-point tensors that must be equal nevertheless
   */
  void all(Map<String, Tensor> actual, Map<String, Tensor> expected, Set<String> exact) {
    expected.forEach(
        (name, wanted) -> {
          Tensor found = actual.get(name);
          if (found == null) {
            incomparable(name, "nothing", "a tensor");
          } else if (exact.contains(name)) {
            tensor(name, found, wanted, 0);
          } else if (wanted.is_floating_point()) {
            output(name, found, wanted);
          } else if (sameShape(name, found, wanted)) {
            equal(name, Tensors.longs(found), Tensors.longs(wanted));
          }
        });
  }

  /** All scalars that are expected; a bound for each. */
  void scalars(
      Map<String, Double> actual, Map<String, Double> expected, Map<String, Double> bounds) {
    expected.forEach(
        (name, wanted) -> {
          if (actual.containsKey(name) && bounds.containsKey(name)) {
            number(name, actual.get(name), wanted, bounds.get(name));
          } else {
            incomparable(name, "nothing", String.valueOf(wanted));
          }
        });
  }

  /** Something that is not there to be compared, or has another size. */
  void incomparable(String name, String found, String expected) {
    quantities.add(
        Quantity.of(
            "%s (found %s, expected %s)".formatted(name, found, expected),
            Double.POSITIVE_INFINITY,
            0));
  }

  /** The largest magnitude in a tensor, infinities left out; 0 if it is empty. */
  static double largest(Tensor tensor) {
    double largest = 0;
    for (float value : Tensors.floats(tensor)) {
      largest = Float.isInfinite(value) ? largest : Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  static double largestDifference(float[] actual, float[] expected) {
    double largest = 0;
    for (int i = 0; i < actual.length; i++) {
      largest = Math.max(largest, difference(actual[i], expected[i]));
    }
    return largest;
  }

  /** Of two numbers; infinite where one is not a number, and 0 between equal infinities. */
  private static double difference(double actual, double expected) {
    if (actual == expected) {
      return 0;
    }
    double difference = Math.abs(actual - expected);
    return Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
  }

  private boolean sameShape(String name, Tensor actual, Tensor expected) {
    long[] found = Tensors.shape(actual);
    long[] wanted = Tensors.shape(expected);
    if (!Arrays.equals(found, wanted)) {
      incomparable(name, Arrays.toString(found), Arrays.toString(wanted));
      return false;
    }
    return true;
  }
}
