package org.dide.exchange;

import static org.bytedeco.pytorch.global.torch.where;
import static org.bytedeco.pytorch.global.torch.zeros_like;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.dide.tensor.Scope;
import org.dide.tensor.TensorFile;

/**
 * In what two files of tensors differ, by names as they stand there.
 *
 * @param onlyFirst names that the second lacks
 * @param onlySecond names that the first lacks
 * @param forms tensors of another shape or type
 * @param values tensors of the same shape with other values
 * @param same how many tensors are the same in both, types aside
 */
public record TensorDifferences(
    List<String> onlyFirst,
    List<String> onlySecond,
    List<Form> forms,
    List<Value> values,
    int same) {
  /** Keeps unmodifiable copies of the lists. */
  public TensorDifferences {
    onlyFirst = List.copyOf(onlyFirst);
    onlySecond = List.copyOf(onlySecond);
    forms = List.copyOf(forms);
    values = List.copyOf(values);
  }

  /** A tensor whose type or shape differs, each as {@code F32 [2, 3]}. */
  public record Form(String name, String first, String second) {}

  /**
   * A tensor whose values differ.
   *
   * @param elements how many do
   * @param largest the largest difference; not a number where one side is none
   */
  public record Value(String name, long elements, long of, double largest) {}

  /** Whether they differ in nothing. */
  public boolean isEmpty() {
    return onlyFirst.isEmpty() && onlySecond.isEmpty() && forms.isEmpty() && values.isEmpty();
  }

  /**
   * Compares two files, tensor by tensor.
   *
   * @throws org.dide.InputException if one cannot be read
   */
  public static TensorDifferences between(TensorFile first, TensorFile second) {
    List<String> onlyFirst = new ArrayList<>();
    List<Form> forms = new ArrayList<>();
    List<Value> values = new ArrayList<>();
    int same = 0;
    Map<String, ? extends TensorFile.Entry> others = second.entries();
    for (TensorFile.Entry entry : first.entries().values()) {
      TensorFile.Entry other = others.get(entry.name());
      if (other == null) {
        onlyFirst.add(entry.name());
        continue;
      }
      if (!form(entry).equals(form(other))) {
        forms.add(new Form(entry.name(), form(entry), form(other)));
      }
      if (entry.shape().equals(other.shape())) {
        Optional<Value> differing = values(entry.name(), first, second);
        differing.ifPresent(values::add);
        same += differing.isEmpty() ? 1 : 0;
      }
    }
    List<String> onlySecond =
        others.keySet().stream()
            .filter(name -> !first.entries().containsKey(name))
            .map(String::valueOf)
            .toList();
    return new TensorDifferences(onlyFirst, onlySecond, forms, values, same);
  }

  private static String form(TensorFile.Entry entry) {
    return entry.type() + " " + entry.shape();
  }

  /** Two values that are not numbers count as the same. */
  private static Optional<Value> values(String name, TensorFile first, TensorFile second) {
    try (Scope scope = Scope.open()) {
      Tensor one = first.tensor(name).to(ScalarType.Double);
      Tensor other = second.tensor(name).to(ScalarType.Double);
      Tensor alike = one.eq(other).logical_or(one.isnan().logical_and(other.isnan()));
      long differing = one.numel() - alike.sum().item_long();
      if (differing == 0) {
        return Optional.empty();
      }
      Tensor distance = one.sub(other).abs();
      double largest = where(alike, zeros_like(distance), distance).max().item_double();
      return Optional.of(new Value(name, differing, one.numel(), largest));
    }
  }
}
