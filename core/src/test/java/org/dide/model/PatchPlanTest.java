package org.dide.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.dide.image.PixelBatch;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;
import org.junit.jupiter.api.Test;

class PatchPlanTest {
  private static final int PATCH = 4;

  @Test
  void takesRealPatchesInReadingOrderThenPadding() {
    PatchPlan plan = plan(2, 3, 0, new int[] {2, 1}, new int[] {2, 3});
    assertThat(plan.rows()).isEqualTo(2);
    assertThat(plan.columns()).isEqualTo(3);
    assertThat(plan.selected()[0]).containsExactly(0, 1, 3, 4); // a grid three columns wide
    assertThat(plan.selected()[1]).containsExactly(0, 1, 2, 3); // the last one is padding
    assertThat(plan.isReal(1, 2)).isTrue();
    assertThat(plan.isReal(1, 3)).isFalse();
    assertThat(plan.isWholeGrid()).isFalse();
  }

  @Test
  void knowsWhenNothingIsLeftOut() {
    assertThat(plan(3, 2, 0, new int[] {3, 3}, new int[] {2, 2}).isWholeGrid()).isTrue();
    assertThat(plan(3, 2, 6, new int[] {3}, new int[] {2}).isWholeGrid()).isTrue();
    assertThat(plan(3, 2, 5, new int[] {3}, new int[] {2}).isWholeGrid()).isFalse();
  }

  @Test
  void spreadsALimitedNumberOverThePicture() {
    assertThat(plan(3, 3, 3, new int[] {3}, new int[] {3}).selected()[0]).containsExactly(1, 4, 7);
    assertThat(plan(3, 3, 1, new int[] {3}, new int[] {3}).selected()[0]).containsExactly(4);
  }

  @Test
  void countsAPatchThatBeginsInsideThePicture() {
    try (Scope scope = Scope.open()) {
      PixelBatch batch =
          new PixelBatch(
              Tensors.of(new float[3 * 8 * 12], 1, 3, 8, 12), new int[] {5}, new int[] {8});
      PatchPlan plan = PatchPlan.of(batch, PATCH, 0);
      assertThat(plan.realRows()).containsExactly(2); // pixel rows 4 to 7, of which one is real
      assertThat(plan.realColumns()).containsExactly(2);
    }
  }

  @Property(tries = 300)
  void keepsTheRules(
      @ForAll @IntRange(min = 1, max = 9) int rows,
      @ForAll @IntRange(min = 1, max = 9) int columns,
      @ForAll @IntRange(min = 1, max = 9) int otherRows,
      @ForAll @IntRange(min = 1, max = 9) int otherColumns,
      @ForAll @IntRange(min = 0, max = 90) int limit) {
    int high = Math.max(rows, otherRows);
    int wide = Math.max(columns, otherColumns);
    PatchPlan plan =
        plan(high, wide, limit, new int[] {rows, otherRows}, new int[] {columns, otherColumns});
    int longest = Math.max(rows * columns, otherRows * otherColumns);
    assertThat(plan.length()).isEqualTo(limit == 0 ? longest : Math.min(longest, limit));
    for (int picture = 0; picture < 2; picture++) {
      int which = picture;
      int available = plan.realRows()[picture] * plan.realColumns()[picture];
      long[] selected = plan.selected()[picture];
      int kept = Math.min(available, plan.length());
      long[] real = Arrays.copyOf(selected, kept);
      assertThat(real).isSorted().doesNotHaveDuplicates();
      assertThat(Arrays.stream(real).allMatch(position -> plan.isReal(which, position))).isTrue();
      assertThat(Arrays.stream(selected).skip(kept).noneMatch(p -> plan.isReal(which, p))).isTrue();
      assertThat(Arrays.stream(selected).max().orElseThrow()).isLessThan((long) high * wide);
      assertEvenlySpread(real, available, plan.realColumns()[picture], wide);
    }
  }

  /** Of the real patches, numbered in reading order, any two neighbours are equally far apart. */
  private static void assertEvenlySpread(long[] real, int available, int columns, int wide) {
    long[] numbers = Arrays.stream(real).map(p -> p / wide * columns + p % wide).toArray();
    for (int i = 1; i < numbers.length; i++) {
      assertThat(numbers[i] - numbers[i - 1])
          .isBetween((long) available / numbers.length, 1L + available / numbers.length);
    }
  }

  /** A plan for pictures so many patches high and wide, in a batch of so many rows and columns. */
  private static PatchPlan plan(int high, int wide, int limit, int[] rows, int[] columns) {
    try (Scope scope = Scope.open()) {
      int tall = high * PATCH;
      int broad = wide * PATCH;
      PixelBatch batch =
          new PixelBatch(
              Tensors.of(new float[rows.length * 3 * tall * broad], rows.length, 3, tall, broad),
              Arrays.stream(rows).map(n -> n * PATCH).toArray(),
              Arrays.stream(columns).map(n -> n * PATCH).toArray());
      return PatchPlan.of(batch, PATCH, limit);
    }
  }
}
