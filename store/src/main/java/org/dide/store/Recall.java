package org.dide.store;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.empty;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.util.MemoryUtil;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.dide.InputException;
import org.dide.answer.Gallery;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;

/** Queries, and how near the rows nearest to each are: what an index has to find. */
final class Recall {
  private static final int TOP = 10;
  private static final double NEAR = 1e-2; // how far from 1 a unit vector's length may be
  private static final double SAME = 1e-6; // cosines that rounding may make differ

  private final StoreDescription description;
  private final List<String> ids; // of the queries; one that is a row of the store finds itself
  private final List<float[]> queries;
  private final List<float[]> cosines; // of what is nearest to each, the nearest first
  private final int own; // rows that are queries themselves, a query: 0 or 1

  private Recall(
      StoreDescription description,
      List<String> ids,
      List<float[]> queries,
      List<float[]> cosines,
      int own) {
    this.description = description;
    this.ids = ids;
    this.queries = queries;
    this.cosines = cosines;
    this.own = own;
  }

  /**
   * Compares queries with all rows.
   *
   * @param queries Q of them; not closed
   * @param own whether they are rows of the table themselves
   * @throws InputException if a row is no unit vector
   */
  static Recall of(LanceTable table, StoreDescription description, Gallery queries, boolean own)
      throws IOException {
    List<String> ids = new ArrayList<>();
    queries.items().forEach(item -> ids.add(own ? item.id() : ""));
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard();
        Nearest nearest = new Nearest(queries.shares().get(0).to(ScalarType.Float))) {
      table.scan(
          List.of(Columns.ID, Columns.share(0)),
          Optional.empty(),
          batch -> nearest.meet(new RowReader(description, batch)));
      return new Recall(
          description, ids, Tensors.rows(nearest.asked), nearest.cosines(), own ? 1 : 0);
    }
  }

  /** The cosines of the rows met so far that are nearest to each query. */
  private static final class Nearest implements AutoCloseable {
    private final Tensor asked; // (Q, S)
    private Optional<Tensor> best = Optional.empty(); // (Q, most)

    Nearest(Tensor asked) {
      this.asked = asked;
    }

    void meet(RowReader batch) {
      try (Scope scope = Scope.open()) {
        Tensor rows = vectors(batch); // (R, S)
        requireUnit(batch, rows);
        Tensor cosines = asked.matmul(rows.t()); // (Q, R)
        Tensor all = best.map(before -> cat(new TensorVector(before, cosines), 1)).orElse(cosines);
        long most = Math.min(SearchIndex.MEASURED + 1, all.size(1));
        // A clone, as the first of two results lives no longer than both.
        Tensor nearest = scope.keep(all.topk(most, 1, true, true).get0().clone());
        close();
        best = Optional.of(nearest);
      }
    }

    List<float[]> cosines() {
      return Tensors.rows(best.orElseThrow());
    }

    @Override
    public void close() {
      best.ifPresent(Tensor::close);
    }
  }

  private static Tensor vectors(RowReader batch) {
    StoreDescription description = batch.description();
    long[] shape = {batch.rows(), description.shareSize()};
    TensorOptions options = new TensorOptions(description.type().torch());
    Tensor rows = empty(shape, options, new MemoryFormatOptional());
    MemoryUtil.copyMemory(
        RowReader.values(batch.vectors(Columns.share(0))).getDataBufferAddress(),
        rows.data_ptr().address(),
        shape[0] * shape[1] * description.type().bytes());
    return rows.to(ScalarType.Float);
  }

  private static void requireUnit(RowReader batch, Tensor rows) {
    float[] squares = Tensors.floats(rows.mul(rows).sum(1)); // (R)
    for (int row = 0; row < squares.length; row++) {
      double length = Math.sqrt(squares[row]);
      if (Math.abs(length - 1) > NEAR) {
        throw new InputException(
            ("id '%s': its share is %.3f long; an index is for vectors of length 1, which models of"
                    + " the task retrieval make")
                .formatted(batch.id(row), length));
      }
    }
  }

  /** How much an index finds. */
  IndexStep.Measured at(LanceIndex index, int probes) throws IOException {
    double found10 = 0;
    double found100 = 0;
    for (int query = 0; query < queries.size(); query++) {
      List<Double> found = found(index, query, probes);
      found10 += part(found, query, TOP);
      found100 += part(found, query, SearchIndex.MEASURED);
    }
    return new IndexStep.Measured(probes, found10 / queries.size(), found100 / queries.size());
  }

  /** The cosines of what is found, but of a query with itself. */
  private List<Double> found(LanceIndex index, int query, int probes) throws IOException {
    List<Double> found = new ArrayList<>();
    float[] vector = queries.get(query);
    index.nearest(
        vector,
        SearchIndex.MEASURED + own,
        probes,
        Optional.empty(),
        List.of(Columns.ID, Columns.share(0)),
        batch -> {
          RowReader rows = new RowReader(description, batch);
          for (int row = 0; row < rows.rows(); row++) {
            if (!rows.id(row).equals(ids.get(query))) {
              found.add(cosine(vector, rows.share(0, row)));
            }
          }
        });
    return found;
  }

  /** Whatever is as near as the last of those wanted counts, so that equals are interchangeable. */
  private double part(List<Double> found, int query, int wanted) {
    float[] exact = cosines.get(query);
    int there = Math.min(wanted, exact.length - own);
    if (there == 0) {
      return 1;
    }
    double last = exact[own + there - 1] - SAME;
    return Math.min(there, found.stream().filter(cosine -> cosine >= last).count())
        / (double) there;
  }

  private static double cosine(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
