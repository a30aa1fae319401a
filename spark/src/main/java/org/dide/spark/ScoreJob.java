package org.dide.spark;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import java.nio.file.Path;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.dide.InputException;
import org.dide.answer.DualAnswerer;
import org.dide.answer.Towers;
import org.dide.hub.ModelFolder;
import org.dide.hub.TrainedModel;
import org.dide.tensor.Device;
import org.dide.tensor.Engine;

/**
 * Asks all pictures of one or several folders of vectors some questions. Writes two tables, as
 * Parquet: {@code answers}, see {@link PictureAnswers}, and {@code tally} of which answer was the
 * best one of how many pictures; the latter last.
 *
 * <p>The tally has the columns question and answer (strings), pictures (long: of which it was the
 * best answer) and probability (double: of the answer, their mean).
 *
 * @param vectors folders that {@link EncodeJob} wrote
 * @param model the folder of the model, which only the driver need see
 * @param questions asked, at least one
 * @param count answers kept of each picture, at least 1
 * @param out a folder that is not there yet, on a file system that all workers see
 */
record ScoreJob(List<String> vectors, Path model, List<String> questions, int count, String out) {
  static final String ANSWERS = "answers";
  static final String TALLY = "tally";

  /** Keeps unmodifiable copies of the lists. */
  ScoreJob {
    vectors = List.copyOf(vectors);
    questions = List.copyOf(questions);
  }

  /**
   * Asks.
   *
   * @return the tally, by question and the most frequent answer first
   * @throws InputException if the vectors are another model's, or the model cannot be asked about
   *     single pictures
   */
  Dataset<Row> run(SparkSession session) {
    Storage folder = Storage.of(session, out);
    folder.requireFree();
    Engine.configure(1);
    try (TrainedModel trained = ModelFolder.load(model, Device.CPU)) {
      Towers towers = DualAnswerer.of(trained).towers();
      requireSingle(trained, towers);
      ShippedModel shipped = ShippedModel.send(session.sparkContext(), model, trained);
      vectors.forEach(
          place ->
              VectorsDescription.read(Storage.of(session, place))
                  .requireModel(place, shipped.fingerprint()));
      List<Question> texts =
          questions.stream()
              .map(text -> new Question(text, towers.encode(text).shares().get(0)))
              .toList();
      answer(session, folder, shipped, texts);
      return tally(session, folder);
    }
  }

  private static void requireSingle(TrainedModel trained, Towers towers) {
    if (towers.places() != 1) {
      throw new InputException(
          "task %s: found a model of texts about %d pictures, allowed is one about single pictures"
              .formatted(trained.task().name(), towers.places()));
    }
  }

  private void answer(
      SparkSession session, Storage folder, ShippedModel model, List<Question> texts) {
    Broadcast<List<Question>> asked =
        JavaSparkContext.fromSparkContext(session.sparkContext()).broadcast(texts);
    int wanted = count;
    String[] tables =
        vectors.stream()
            .map(place -> Storage.of(session, place).below(VectorsDescription.PICTURES).name())
            .toArray(String[]::new);
    Dataset<Row> pictures =
        session
            .read()
            .parquet(tables)
            .select("id", "sha256", "width", "height", VectorTable.share(0));
    session
        .createDataFrame(
            pictures
                .toJavaRDD()
                .mapPartitions(
                    some -> new PictureAnswers(some, model.here(), asked.value(), wanted)),
            PictureAnswers.SCHEMA)
        .write()
        .parquet(folder.below(ANSWERS).name());
  }

  private static Dataset<Row> tally(SparkSession session, Storage folder) {
    session
        .read()
        .parquet(folder.below(ANSWERS).name())
        .select(col("question"), col("answers").getItem(0).as("best"))
        .groupBy(col("question"), col("best.answer").as("answer"))
        .agg(sum(lit(1L)).as("pictures"), avg("best.probability").as("probability"))
        .orderBy(col("question"), col("pictures").desc(), col("answer"))
        .coalesce(1)
        .write()
        .parquet(folder.below(TALLY).name());
    return session.read().parquet(folder.below(TALLY).name());
  }
}
