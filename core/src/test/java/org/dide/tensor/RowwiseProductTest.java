package org.dide.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.pytorch.global.torch.linear;

import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.dide.random.Draws;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowwiseProductTest {
  /** Sizes of joins and heads, up to those of ViT-B/32, at the edges of kernels' blocks and off. */
  @ParameterizedTest
  @CsvSource({"32, 64", "130, 31", "384, 384", "512, 3", "768, 1536", "1536, 768", "3072, 256"})
  void aRowDoesNotDependOnCompany(int in, int out) {
    Engine.configure(1);
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard()) {
      Tensor rows = noise(1, 640, in);
      Tensor weight = noise(2, out, in);
      Optional<Tensor> bias = Optional.of(noise(3, out));
      Tensor all = RowwiseProduct.of(rows, weight, bias);
      for (int from : new int[] {0, 1, 5, 12, 301}) {
        for (int count : new int[] {1, 2, 7, 12, 31, 64, 257, 339}) {
          assertThat(
                  RowwiseProduct.of(rows.narrow(0, from, count), weight, bias)
                      .equal(all.narrow(0, from, count)))
              .as("%d rows from %d", count, from)
              .isTrue();
        }
      }
    } finally {
      Engine.configure(Engine.processors());
    }
  }

  @Property(tries = 30)
  void isTheProduct(
      @ForAll @IntRange(min = 1, max = 70) int rows,
      @ForAll @IntRange(min = 1, max = 1100) int in,
      @ForAll @IntRange(min = 1, max = 70) int out,
      @ForAll boolean biased) {
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard()) {
      Tensor vectors = noise(in, rows, in);
      Tensor weight = noise(out, out, in);
      Optional<Tensor> bias = biased ? Optional.of(noise(1, out)) : Optional.empty();
      Tensor expected =
          linear(vectors, weight, bias.map(TensorOptional::new).orElseGet(TensorOptional::new));
      Tensor found = RowwiseProduct.of(vectors, weight, bias);
      assertThat(Tensors.shape(found)).containsExactly(rows, out);
      assertThat(found.sub(expected).abs().max().item_float()).isLessThan(1e-5f * in + 1e-5f);
    }
  }

  @Test
  void noRowsHaveNoProducts() {
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard()) {
      Tensor none = noise(1, 2, 8).narrow(0, 0, 0);
      assertThat(Tensors.shape(RowwiseProduct.of(none, noise(2, 3, 8), Optional.empty())))
          .containsExactly(0, 3);
    }
  }

  @Test
  void gradientsGoThrough() {
    try (Scope scope = Scope.open()) {
      Tensor weight = noise(2, 3, 8).requires_grad_(true);
      RowwiseProduct.of(noise(1, 2, 8), weight, Optional.empty()).sum().backward();
      assertThat(weight.grad().defined()).isTrue();
    }
  }

  private static Tensor noise(long seed, long... shape) {
    return Gaussian.of(Draws.of(seed, "noise"), shape);
  }
}
