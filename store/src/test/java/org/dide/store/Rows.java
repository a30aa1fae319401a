package org.dide.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.dide.answer.StoredItem;
import org.dide.answer.Vectors;

/** Rows for tests. */
final class Rows {
  static final int WIDTH = 8;
  static final int SHARE = 12;

  private Rows() {}

  static StoreDescription description(VectorType type, int places, MetadataField... metadata) {
    return new StoreDescription(
        StoredKind.PICTURES, "f00d", "tiny", places, WIDTH, SHARE, type, List.of(metadata));
  }

  static StoreDescription description() {
    return description(VectorType.FLOAT32, 1);
  }

  /** A picture whose vectors follow from its id and edition. */
  static StoredRow picture(String id, int edition, int places, Map<String, Object> metadata) {
    Random random = new Random(id.hashCode() * 31L + edition);
    List<float[]> pooled = new ArrayList<>();
    List<float[]> shares = new ArrayList<>();
    for (int place = 0; place < places; place++) {
      pooled.add(vector(random, WIDTH));
      shares.add(vector(random, SHARE));
    }
    StoredItem item = new StoredItem.Picture(id, "%064x".formatted(edition), 100 + edition, 200);
    return new StoredRow(item, new Vectors(pooled, shares), metadata);
  }

  static StoredRow picture(String id, int edition) {
    return picture(id, edition, 1, Map.of());
  }

  /** The same with shares of length 1, as a model of retrieval makes them. */
  static StoredRow unit(StoredRow row) {
    List<float[]> shares = row.vectors().shares().stream().map(Rows::unit).toList();
    return new StoredRow(row.item(), new Vectors(row.vectors().pooled(), shares), row.metadata());
  }

  static float[] unit(float[] values) {
    double squares = 0;
    for (float value : values) {
      squares += value * value;
    }
    float[] unit = values.clone();
    for (int i = 0; i < unit.length; i++) {
      unit[i] /= (float) Math.sqrt(squares);
    }
    return unit;
  }

  static List<StoredRow> pictures(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> picture("p%05d".formatted(i), 0)).toList();
  }

  /** What is read where the row was written as bytes. */
  static StoredRow quantised(StoredRow row) {
    return new StoredRow(
        row.item(),
        new Vectors(
            row.vectors().pooled().stream().map(Rows::quantised).toList(),
            row.vectors().shares().stream().map(Rows::quantised).toList()),
        row.metadata());
  }

  private static float[] quantised(float[] values) {
    Quantiser quantiser = new Quantiser(WIDTH);
    float[] scales = quantiser.scales(values);
    return quantiser.values(quantiser.bytes(values, scales), scales);
  }

  /** All of a row in words, equal for equal rows. */
  static String told(StoredRow row) {
    return "%s %s %s %s"
        .formatted(
            row.item(),
            row.vectors().pooled().stream().map(Arrays::toString).toList(),
            row.vectors().shares().stream().map(Arrays::toString).toList(),
            new TreeMap<>(row.metadata()));
  }

  private static float[] vector(Random random, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
