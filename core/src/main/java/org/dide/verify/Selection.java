package org.dide.verify;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;
import org.dide.image.PixelBatch;
import org.dide.model.Architecture;
import org.dide.model.PatchPlan;
import org.dide.tensor.Tensors;

/**
 * Which patches a case looked at, and how that is told. Our own plan is used and checked wherever
 * it is meant to be the same; where the reference drew at random, or dropped patches by its own
 * rule, its selection is taken over.
 *
 * @param plan to run the case with
 * @param own whether it is the plan that our models make by themselves
 */
record Selection(PatchPlan plan, boolean own) {
  private static final String CANONICAL = "canonical";
  private static final String DRAWN = "official torch.multinomial";

  /**
   * The selection for one picture of each example.
   *
   * @param expected the case's expectations, which may hold the reference's selection
   * @param name of that selection
   */
  static Selection of(
      GoldenCase golden,
      PixelBatch pictures,
      Architecture architecture,
      Map<String, Tensor> expected,
      String name) {
    PatchPlan ours = PatchPlan.of(pictures, architecture.patchSize(), architecture.maxPatches());
    boolean canonical = isCanonical(golden);
    Tensor recorded = expected.get(name);
    if (canonical && !drops(ours)) {
      return new Selection(ours, true);
    }
    if (recorded != null) {
      return new Selection(ours.withSelected(unflattened(recorded, ours)), false);
    }
    if (canonical) {
      return new Selection(ours.withSelected(first(ours)), false);
    }
    if (drops(ours)) {
      throw new InputException(
          "%s: patches were drawn at random and %s is not there".formatted(golden.file(), name));
    }
    return new Selection(ours, true); // pooled outputs do not depend on the order
  }

  private static boolean isCanonical(GoldenCase golden) {
    String order = Json.text(golden.field("select_order"), "select_order");
    if (!List.of(CANONICAL, DRAWN).contains(order)) {
      throw new InputException(
          "%s: select_order: found '%s', needed is '%s' or '%s'"
              .formatted(golden.file(), order, CANONICAL, DRAWN));
    }
    return order.equals(CANONICAL);
  }

  /** The selection as the reference records it: (B*N, 2) of picture and position. */
  Tensor flattened() {
    long[] rows =
        IntStream.range(0, plan.selected().length)
            .mapToObj(i -> Arrays.stream(plan.selected()[i]).flatMap(p -> LongStream.of(i, p)))
            .flatMapToLong(stream -> stream)
            .toArray();
    return Tensors.of(rows, rows.length / 2, 2); // (B*N, 2)
  }

  /** Row and column of each selected patch. */
  Tensor rowsAndColumns() {
    long[] places =
        Arrays.stream(plan.selected())
            .flatMapToLong(Arrays::stream)
            .flatMap(p -> LongStream.of(p / plan.columns(), p % plan.columns()))
            .toArray();
    return Tensors.of(places, plan.selected().length, plan.length(), 2); // (B, N, 2)
  }

  private static boolean drops(PatchPlan plan) {
    return IntStream.range(0, plan.selected().length).anyMatch(i -> real(plan, i) > plan.length());
  }

  private static int real(PatchPlan plan, int picture) {
    return plan.realRows()[picture] * plan.realColumns()[picture];
  }

  private static long[][] unflattened(Tensor recorded, PatchPlan ours) {
    long[] rows = Tensors.longs(recorded);
    int count = rows.length / 2 / ours.selected().length;
    if (count == 0 || rows.length != 2 * count * ours.selected().length) {
      throw new InputException(
          "recorded selection: found %d numbers for %d pictures, needed are two for each patch and as many patches of each"
              .formatted(rows.length, ours.selected().length));
    }
    long[][] selected = new long[ours.selected().length][count];
    for (int i = 0; i < rows.length / 2; i++) {
      if (rows[2 * i] != i / count) {
        throw new InputException("recorded selection: row %d: not in order".formatted(i));
      }
      selected[i / count][i % count] = rows[2 * i + 1];
    }
    return selected;
  }

  /** In reading order, as many as are allowed; fewer real ones are as our plan has them. */
  private static long[][] first(PatchPlan plan) {
    long[][] selected = plan.selected().clone();
    for (int i = 0; i < selected.length; i++) {
      if (real(plan, i) > plan.length()) {
        int picture = i;
        selected[i] =
            LongStream.range(0, (long) plan.rows() * plan.columns())
                .filter(position -> plan.isReal(picture, position))
                .limit(plan.length())
                .toArray();
      }
    }
    return selected;
  }
}
