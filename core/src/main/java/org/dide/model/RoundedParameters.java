package org.dide.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;
import org.dide.tensor.HalfMatrix;

/**
 * A model's parameters, the matrices of linear maps in float16. It owns those and nothing else: the
 * model must stay open.
 */
final class RoundedParameters implements ParameterSource, AutoCloseable {
  private final Map<String, Tensor> exact;
  private final List<HalfMatrix> rounded = new ArrayList<>();

  /**
   * Rounds nothing yet.
   *
   * @throws InputException if the parameters are not on the processor
   */
  RoundedParameters(Parameters parameters) {
    if (!parameters.device().isCpu()) {
      throw new InputException(
          "weights fp16: found a model on %s, allowed is cpu".formatted(parameters.device()));
    }
    exact = parameters.tensors();
  }

  /** The model's own. */
  @Override
  public Tensor parameter(String name, Initial initial, long... shape) {
    Tensor found = exact.get(name);
    if (found == null) {
      throw new IllegalStateException("the model has no " + name);
    }
    return found;
  }

  /**
   * The model's matrix, rounded.
   *
   * @throws InputException if float16 cannot hold it, or the processor cannot multiply it
   */
  @Override
  public Matrix matrix(String name, int out, int in) {
    HalfMatrix half = HalfMatrix.of(name, parameter(name, Initial.NORMAL, out, in));
    rounded.add(half);
    return new RoundedMatrix(half, in, 0);
  }

  @Override
  public void close() {
    rounded.forEach(HalfMatrix::close);
    rounded.clear();
  }
}
