package org.dide.answer;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.dide.InputException;
import org.dide.hub.TrainedModel;
import org.dide.model.Similarity;
import org.dide.model.Weights;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;

/**
 * Finds the pictures of a gallery that a text describes, or the texts that describe a picture, by a
 * dual encoder trained for retrieval. Exact: the query meets every row.
 */
public final class Searcher implements AutoCloseable {
  private static final int ROWS = 4096; // that meet the query at once

  private final Towers towers;

  private Searcher(Towers towers) {
    this.towers = towers;
  }

  /**
   * A searcher.
   *
   * @throws InputException if the model is no dual encoder, or was not trained to compare
   */
  public static Searcher of(TrainedModel trained) {
    return of(trained, Weights.FP32);
  }

  /**
   * A searcher; close it if the weights are not the model's.
   *
   * @param weights that texts go through
   * @throws InputException if the model is no dual encoder, was not trained to compare, or cannot
   *     have such weights; see {@link org.dide.model.TextSide#of}
   */
  public static Searcher of(TrainedModel trained, Weights weights) {
    if (Towers.of(trained).meeting() instanceof Similarity) {
      return new Searcher(Towers.of(trained, weights));
    }
    throw new InputException(
        "task %s: found a model that answers, allowed for a search is one of the task retrieval"
            .formatted(trained.task().name()));
  }

  /** Frees the weights that are not the model's. */
  @Override
  public void close() {
    towers.close();
  }

  /** What turns pictures and texts into vectors. */
  public Towers towers() {
    return towers;
  }

  /**
   * Something that was found.
   *
   * @param row in the gallery
   * @param item what it is
   * @param cosine of its vector and the query's, in [-1, 1]
   */
  public record Hit(int row, StoredItem item, double cosine) {}

  /**
   * The items most like a query, the likest first.
   *
   * @param query what a text or a picture brings, {@code (S)}
   * @param gallery of the other kind
   * @param count wanted, at least 1; fewer come if the gallery has fewer
   */
  public List<Hit> search(float[] query, Gallery gallery, int count) {
    if (gallery.size() == 0) {
      return List.of();
    }
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard()) {
      Tensor cosines = cosines(query, gallery.shares().get(0)); // (N)
      var best = cosines.topk(Math.min(count, gallery.size()), 0, true, true);
      float[] values = Tensors.floats(best.get0());
      long[] rows = Tensors.longs(best.get1());
      List<Hit> hits = new ArrayList<>();
      for (int i = 0; i < rows.length; i++) {
        int row = (int) rows[i];
        hits.add(new Hit(row, gallery.items().get(row), values[i]));
      }
      return hits;
    }
  }

  /** Some rows at a time: what is float16 becomes float32 for that long only. */
  private static Tensor cosines(float[] query, Tensor rows) {
    Tensor one = Tensors.of(query, query.length); // (S)
    Tensor cosines = rows.new_empty(new long[] {rows.size(0)}).to(ScalarType.Float); // (N)
    for (long start = 0; start < rows.size(0); start += ROWS) {
      long count = Math.min(ROWS, rows.size(0) - start);
      try (Scope part = Scope.open()) {
        Tensor some = rows.narrow(0, start, count).to(ScalarType.Float); // (R, S)
        cosines.narrow(0, start, count).copy_(some.matmul(one));
      }
    }
    return cosines;
  }
}
