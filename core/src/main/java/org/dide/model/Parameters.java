package org.dide.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;
import org.dide.random.Draws;
import org.dide.tensor.Device;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;

/**
 * The owner of a model's parameters, by name and in a fixed order. They are float32 and live until
 * this is closed.
 */
public final class Parameters implements AutoCloseable {
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final Device device;

  private Parameters(Device device) {
    this.device = device;
  }

  /** A model's constructor, as far as its parameters are concerned. */
  @FunctionalInterface
  public interface Builder<M> {
    /** Builds the model, asking the source for each parameter. */
    M build(ParameterSource source, Parameters owner);
  }

  /** Builds a model whose parameters are drawn; each depends on the seed and its name only. */
  public static <M> M initialised(
      long seed, Initialisation initialisation, Device device, Builder<M> builder) {
    return supplied(
        (name, initial, shape) -> draw(seed, name, initialisation.spread(initial, shape), shape),
        device,
        builder);
  }

  /**
   * Builds a model whose parameters come from elsewhere.
   *
   * @param supplier asked once for each parameter; what it returns is copied and closed
   */
  public static <M> M supplied(ParameterSource supplier, Device device, Builder<M> builder) {
    Parameters parameters = new Parameters(device);
    return builder.build(
        (name, initial, shape) ->
            parameters.tensors.computeIfAbsent(
                name, key -> parameters.own(supplier.parameter(key, initial, shape))),
        parameters);
  }

  /**
   * Builds a model from tensors of a file, which are copied.
   *
   * @param origin names the file in errors
   * @throws InputException if any parameter is missing, misshapen or left over; it lists them all
   */
  public static <M> M loaded(
      Map<String, Tensor> source, String origin, Device device, Builder<M> builder) {
    return loaded(source, Absent.NOTHING, origin, device, builder);
  }

  /**
   * Builds a model from tensors of a file, which are copied, and draws what may be missing.
   *
   * @param origin names the file in errors
   * @throws InputException if any parameter is missing that may not be, misshapen or left over; it
   *     lists them all
   */
  public static <M> M loaded(
      Map<String, Tensor> source, Absent absent, String origin, Device device, Builder<M> builder) {
    Parameters parameters = new Parameters(device);
    List<String> problems = new ArrayList<>();
    Set<String> unused = new LinkedHashSet<>(source.keySet());
    M model =
        builder.build(
            (name, initial, shape) -> {
              unused.remove(name);
              return parameters.tensors.computeIfAbsent(
                  name,
                  key ->
                      parameters.own(
                          source.containsKey(key) || !absent.allowed().test(key)
                              ? find(source, key, shape, problems)
                              : draw(absent, key, initial, shape)));
            },
            parameters);
    unused.forEach(name -> problems.add(name + ": not a parameter of this model"));
    if (!problems.isEmpty()) {
      parameters.close();
      throw new InputException(
          "%s: %d parameters do not fit:%n  %s"
              .formatted(
                  origin, problems.size(), String.join(System.lineSeparator() + "  ", problems)));
    }
    return model;
  }

  /** The parameters by name, in the model's order. The tensors stay this object's. */
  public Map<String, Tensor> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  /** Where they live. */
  public Device device() {
    return device;
  }

  /** The number of scalars in all. */
  public long count() {
    return tensors.values().stream().mapToLong(Tensor::numel).sum();
  }

  /** Whether gradients are to be computed for them. */
  public void setTrainable(boolean trainable) {
    tensors.values().forEach(tensor -> tensor.requires_grad_(trainable));
  }

  /**
   * Overwrites one parameter in place.
   *
   * @throws InputException if there is none of that name and shape
   */
  public void assign(String name, Tensor value) {
    Tensor target = tensors.get(name);
    if (target == null || !Arrays.equals(Tensors.shape(target), Tensors.shape(value))) {
      throw new InputException(
          "parameter %s: found shape %s, allowed is %s"
              .formatted(
                  name,
                  Arrays.toString(Tensors.shape(value)),
                  target == null ? "no such name" : Arrays.toString(Tensors.shape(target))));
    }
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard()) {
      target.copy_(value);
    }
  }

  @Override
  public void close() {
    tensors.values().forEach(Tensor::close);
    tensors.clear();
  }

  private Tensor own(Tensor made) {
    try (Scope scope = Scope.open()) {
      Tensor placed = device.place(made);
      return scope.keep(placed.clone());
    } finally {
      made.close();
    }
  }

  private static Tensor draw(Absent absent, String name, Initial initial, long... shape) {
    return draw(absent.seed(), name, absent.initialisation().spread(initial, shape), shape);
  }

  private static Tensor draw(long seed, String name, Initial initial, long... shape) {
    Draws draws = Draws.of(seed, "parameter " + name);
    float[] values = new float[Math.toIntExact(Arrays.stream(shape).reduce(1, (a, b) -> a * b))];
    initial.fill(draws, values, shape);
    return ownedBy(values, shape);
  }

  private static Tensor find(
      Map<String, Tensor> source, String name, long[] shape, List<String> problems) {
    Tensor found = source.get(name);
    if (found != null && Arrays.equals(Tensors.shape(found), shape)) {
      try (Scope scope = Scope.open()) {
        return scope.keep(
            found
                .detach()
                .to(Device.CPU.torch(), org.bytedeco.pytorch.global.torch.ScalarType.Float)
                .clone());
      }
    }
    problems.add(
        "%s: %s, allowed is %s"
            .formatted(
                name,
                found == null ? "missing" : "found " + Arrays.toString(Tensors.shape(found)),
                Arrays.toString(shape)));
    return ownedBy(new float[0], 0);
  }

  private static Tensor ownedBy(float[] values, long... shape) {
    try (Scope scope = Scope.open()) {
      return scope.keep(Tensors.of(values, shape));
    }
  }
}
