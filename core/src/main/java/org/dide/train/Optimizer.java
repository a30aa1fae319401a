package org.dide.train;

import static java.util.Objects.requireNonNull;
import static org.bytedeco.pytorch.global.torch.stack;
import static org.bytedeco.pytorch.global.torch.zeros_like;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.dide.InputException;
import org.dide.model.Parameters;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;

/**
 * Moves parameters along their gradients. It owns the means it keeps of past gradients, not the
 * parameters; close it before them.
 *
 * <p>Gradients of several backward passes add up until {@link #zeroGradients}. A parameter without
 * a gradient is left alone: no decay, and its count of updates, on which bias correction rests, is
 * its own and stands still.
 *
 * <p>On the CPU an update is one pass over arrays in Java, because libtorch's fused optimisers have
 * no Java binding and its single operations each read and write every parameter again: at 10
 * million parameters 13 ms against 33 ms for the same arithmetic on one flat tensor, at 0.7 million
 * about 1 ms for either. The result does not depend on the number of threads.
 */
public final class Optimizer implements AutoCloseable {
  private static final String MEAN = "m/";
  private static final String SQUARE = "v/";
  private static final String COUNT = "t/";

  private final UpdateRule rule;
  private final List<ParameterGroup> groups;
  private final Map<String, Slot> slots;
  private final ArrayKernel kernel = new ArrayKernel();

  /** One parameter and what is remembered of it. */
  private static final class Slot {
    final Tensor parameter;
    final Tensor mean;
    final Tensor square;
    final ParameterGroup group;
    long count;

    Slot(Tensor parameter, ParameterGroup group, boolean adaptive) {
      this.parameter = parameter;
      this.group = group;
      try (Scope scope = Scope.open();
          NoGradGuard guard = new NoGradGuard()) {
        this.mean = scope.keep(zeros_like(parameter));
        this.square =
            scope.keep(adaptive ? zeros_like(parameter) : parameter.new_empty(new long[] {0}));
      }
    }
  }

  /**
   * An optimiser of these parameters, with nothing remembered.
   *
   * @param parameters float32, by name, all on one device
   * @param isHead which names belong to the head
   */
  public Optimizer(
      Map<String, Tensor> parameters, OptimizerSettings settings, Predicate<String> isHead) {
    this.rule = UpdateRule.of(settings);
    this.groups = ParameterGroup.of(parameters.keySet(), settings, isHead);
    Map<String, ParameterGroup> groupOf = new LinkedHashMap<>();
    groups.forEach(group -> group.parameters().forEach(name -> groupOf.put(name, group)));
    this.slots = new LinkedHashMap<>();
    parameters.forEach(
        (name, tensor) ->
            slots.put(
                name, new Slot(tensor, requireNonNull(groupOf.get(name)), rule.isAdaptive())));
  }

  /** An optimiser of a model's parameters; see the other constructor. */
  public Optimizer(Parameters parameters, OptimizerSettings settings, Predicate<String> isHead) {
    this(parameters.tensors(), settings, isHead);
  }

  /** Who learns how fast: body with and without weight decay, head with and without. */
  public List<ParameterGroup> groups() {
    return groups;
  }

  /**
   * Updates every parameter that has a gradient.
   *
   * @param multiplier of each group's base learning rate
   */
  public void step(double multiplier) {
    try (NoGradGuard guard = new NoGradGuard()) {
      slots.values().forEach(slot -> step(slot, multiplier));
    }
  }

  private void step(Slot slot, double multiplier) {
    try (Scope scope = Scope.open()) {
      Tensor gradient = slot.parameter.grad();
      if (!gradient.defined()) {
        return;
      }
      slot.count++;
      Update update =
          rule.update(slot.group.rate() * multiplier, slot.group.weightDecay(), slot.count);
      if (slot.parameter.is_cpu() && slot.parameter.is_contiguous()) {
        kernel.apply(update, slot.parameter, gradient.contiguous(), slot.mean, slot.square);
      } else {
        update.apply(slot.parameter, gradient, slot.mean, slot.square);
      }
    }
  }

  /** Forgets the gradients, so that the next backward pass begins anew. */
  public void zeroGradients() {
    try (Scope scope = Scope.open()) {
      slots.values().forEach(slot -> slot.parameter.mutable_grad().reset());
    }
  }

  /** The Euclidean norm of all gradients together. */
  public double gradientNorm() {
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard()) {
      List<Tensor> norms =
          gradients().stream().map(gradient -> gradient.norm()).toList(); // each ()
      return norms.isEmpty()
          ? 0
          : stack(new TensorVector(norms.toArray(Tensor[]::new))).norm().item_double();
    }
  }

  /**
   * Shortens the gradients so that their norm is at most {@code maxNorm}.
   *
   * @return the norm before
   */
  public double clipGradients(double maxNorm) {
    double norm = gradientNorm();
    if (norm > maxNorm) {
      try (Scope scope = Scope.open();
          NoGradGuard guard = new NoGradGuard()) {
        Scalar factor = new Scalar(maxNorm / norm);
        gradients().forEach(gradient -> gradient.mul_(factor));
      }
    }
    return norm;
  }

  /**
   * All that is needed to go on later as if nothing had happened: {@code m/<name>}, {@code
   * v/<name>} (not for SGD), both shaped as the parameter, and {@code t/<name>}, int64 {@code (1)},
   * the count of its updates. The first two are this object's own, not copies; the counts belong to
   * the current scope.
   */
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>(moments());
    slots.forEach((name, slot) -> state.put(COUNT + name, Tensors.of(new long[] {slot.count}, 1)));
    return state;
  }

  /**
   * Takes over what {@link #state} gave, copying it.
   *
   * @throws InputException if anything is missing, misshapen or left over; it lists it all, and
   *     nothing is changed
   */
  public void restore(Map<String, Tensor> state) {
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard()) {
      Map<String, Tensor> own = state();
      requireSame(own, state);
      moments().forEach((name, tensor) -> tensor.copy_(state.get(name)));
      slots.forEach(
          (name, slot) -> slot.count = Tensors.longs(requireNonNull(state.get(COUNT + name)))[0]);
    }
  }

  /** Frees what it remembers. */
  @Override
  public void close() {
    slots
        .values()
        .forEach(
            slot -> {
              slot.mean.close();
              slot.square.close();
            });
    slots.clear();
  }

  private List<Tensor> gradients() {
    return slots.values().stream()
        .map(slot -> slot.parameter.grad())
        .filter(Tensor::defined)
        .toList();
  }

  private Map<String, Tensor> moments() {
    Map<String, Tensor> moments = new LinkedHashMap<>();
    slots.forEach((name, slot) -> moments.put(MEAN + name, slot.mean));
    if (rule.isAdaptive()) {
      slots.forEach((name, slot) -> moments.put(SQUARE + name, slot.square));
    }
    return moments;
  }

  private static void requireSame(Map<String, Tensor> own, Map<String, Tensor> found) {
    Set<String> names = new LinkedHashSet<>(own.keySet());
    names.addAll(found.keySet());
    List<String> problems = new ArrayList<>();
    for (String name : names) {
      String allowed = describe(own, name);
      String given = describe(found, name);
      if (!allowed.equals(given)) {
        problems.add("%s: found %s, allowed is %s".formatted(name, given, allowed));
      }
    }
    if (!problems.isEmpty()) {
      throw new InputException(
          "optimizer state: %d tensors do not fit:%n  %s"
              .formatted(problems.size(), String.join(System.lineSeparator() + "  ", problems)));
    }
  }

  private static String describe(Map<String, Tensor> tensors, String name) {
    Tensor tensor = tensors.get(name);
    return tensor == null
        ? "none"
        : tensor.scalar_type() + " " + Arrays.toString(Tensors.shape(tensor));
  }

  /** Runs an update over blocks that stay in the processor's nearest cache. */
  private static final class ArrayKernel {
    private static final int BLOCK = 2048;

    private final float[] parameter = new float[BLOCK];
    private final float[] gradient = new float[BLOCK];
    private final float[] mean = new float[BLOCK];
    private final float[] square = new float[BLOCK];

    void apply(Update update, Tensor parameters, Tensor gradients, Tensor means, Tensor squares) {
      FloatBuffer p = buffer(parameters);
      FloatBuffer g = buffer(gradients);
      FloatBuffer m = buffer(means);
      FloatBuffer v = buffer(squares);
      for (int start = 0; start < p.limit(); start += BLOCK) {
        int size = Math.min(BLOCK, p.limit() - start);
        p.get(start, parameter, 0, size);
        g.get(start, gradient, 0, size);
        m.get(start, mean, 0, size);
        int adaptive = Math.min(size, v.limit());
        v.get(Math.min(start, v.limit()), square, 0, adaptive);
        update.apply(parameter, gradient, mean, square, size);
        p.put(start, parameter, 0, size);
        m.put(start, mean, 0, size);
        v.put(Math.min(start, v.limit()), square, 0, adaptive);
      }
    }

    private static FloatBuffer buffer(Tensor tensor) {
      long size = tensor.numel();
      return size == 0
          ? FloatBuffer.allocate(0)
          : tensor.data_ptr_float().capacity(size).asBuffer();
    }
  }
}
