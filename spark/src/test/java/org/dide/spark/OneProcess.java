package org.dide.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.dide.answer.PictureEncoder;
import org.dide.answer.PictureEncoder.Outcome;
import org.dide.answer.PictureFinder;
import org.dide.answer.Towers;
import org.dide.hub.ModelFolder;
import org.dide.hub.TrainedModel;
import org.dide.tensor.Device;
import org.dide.tensor.Engine;

/** What one process makes of pictures, to compare with. */
final class OneProcess {
  private OneProcess() {}

  /** Everything that came of the pictures in places, by id. */
  static Map<String, Outcome> encode(Path model, List<String> places) throws InterruptedException {
    Engine.configure(1);
    Map<String, Outcome> outcomes = new TreeMap<>();
    try (TrainedModel trained = ModelFolder.load(model, Device.CPU)) {
      new PictureEncoder(Towers.of(trained), 2)
          .encode(
              PictureFinder.find(places).iterator(),
              Map.of(),
              new AtomicBoolean(),
              outcome -> outcomes.put(outcome.id(), outcome));
    }
    return outcomes;
  }

  /** Holds what Spark wrote to it: each id once, each value to the last bit. */
  static void assertSame(SparkSession session, Path written, Map<String, Outcome> expected) {
    VectorsDescription description =
        VectorsDescription.read(Storage.of(session, written.toString()));
    List<String> ids = new ArrayList<>();
    for (Row row : rows(session, written, VectorsDescription.PICTURES)) {
      String id = row.getAs("id");
      ids.add(id);
      Outcome outcome = Optional.ofNullable(expected.get(id)).orElseThrow();
      assertThat(outcome).as(id).isInstanceOf(Outcome.Encoded.class);
      assertSame(row, (Outcome.Encoded) outcome, description);
    }
    assertThat(ids).doesNotHaveDuplicates();
    List<String> unreadable =
        rows(session, written, VectorsDescription.UNREADABLE).stream()
            .map(row -> row.<String>getAs("id"))
            .toList();
    List<String> all = new ArrayList<>(ids);
    all.addAll(unreadable);
    assertThat(all).containsExactlyInAnyOrderElementsOf(expected.keySet());
    assertThat(description.pictures()).isEqualTo(ids.size());
    assertThat(description.unreadable()).isEqualTo(unreadable.size());
  }

  private static void assertSame(
      Row row, Outcome.Encoded expected, VectorsDescription description) {
    assertThat(row.<String>getAs("sha256")).isEqualTo(expected.picture().sha256());
    assertThat(row.<Integer>getAs("width")).isEqualTo(expected.picture().width());
    assertThat(row.<Integer>getAs("height")).isEqualTo(expected.picture().height());
    for (int place = 0; place < description.places(); place++) {
      assertThat(floats(row, VectorTable.pooled(place)))
          .hasSize(description.width())
          .isEqualTo(expected.vectors().pooled().get(place));
      assertThat(floats(row, VectorTable.share(place)))
          .hasSize(description.shareSize())
          .isEqualTo(expected.vectors().shares().get(place));
    }
  }

  static List<Row> rows(SparkSession session, Path written, String table) {
    return session.read().parquet(written.resolve(table).toString()).collectAsList();
  }

  private static float[] floats(Row row, String column) {
    List<Float> values = row.getList(row.fieldIndex(column));
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i);
    }
    return floats;
  }
}
