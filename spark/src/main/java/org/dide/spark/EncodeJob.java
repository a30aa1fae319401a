package org.dide.spark;

import static org.apache.spark.sql.functions.col;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.dide.InputException;
import org.dide.answer.PictureEncoder;
import org.dide.answer.PictureSource;
import org.dide.answer.Towers;
import org.dide.hub.ModelFolder;
import org.dide.hub.TrainedModel;
import org.dide.tensor.Device;
import org.dide.tensor.Engine;

/**
 * Encodes pictures into a folder of Parquet, in two steps.
 *
 * <ol>
 *   <li>Each task reads its pictures, encodes each by itself on one thread, and writes what came of
 *       them below {@code _encoding}. What a task has written stays when its machine is lost; only
 *       the tasks under way are run again, and make the same bits.
 *   <li>That is read again and laid out: {@code pictures} in files of about one size, each sorted
 *       by id and holding the ids of one hash; {@code unreadable}; then {@code _encoding} is
 *       removed and {@code dide.json} written.
 * </ol>
 *
 * @param input the pictures
 * @param model the folder of the model, which only the driver need see
 * @param out a folder that is not there yet, on a file system that all workers see
 * @param fileBytes about how large each file is to be
 */
record EncodeJob(Input input, Path model, String out, long fileBytes) {
  private static final String STAGED = "_encoding";
  private static final int FACTS = 150; // bytes a picture beside its vectors, with a usual id

  /**
   * Encodes.
   *
   * @return what was written
   * @throws InputException if the model has no towers, the place is taken, or no picture could be
   *     read
   */
  VectorsDescription run(SparkSession session) {
    Storage folder = Storage.of(session, out);
    folder.requireFree();
    Engine.configure(1);
    try (TrainedModel trained = ModelFolder.load(model, Device.CPU)) {
      Towers towers = Towers.of(trained);
      JavaRDD<PictureSource> pictures = input.pictures(session);
      ShippedModel shipped = ShippedModel.send(session.sparkContext(), model, trained);
      VectorTable table = new VectorTable(towers.places());
      session
          .createDataFrame(
              pictures.mapPartitions(some -> encoded(shipped, table, some)), table.schema())
          .write()
          .parquet(folder.below(STAGED).name());
      return layOut(session, folder, shipped, towers);
    }
  }

  private static Iterator<Row> encoded(
      ShippedModel model, VectorTable table, Iterator<PictureSource> pictures) {
    Towers towers = Towers.of(model.here());
    return each(pictures, picture -> table.row(PictureEncoder.encode(towers, picture)));
  }

  /** One after another, as each is asked for. */
  private static <T, R> Iterator<R> each(Iterator<T> items, Function<T, R> function) {
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(items, Spliterator.ORDERED), false)
        .map(function)
        .iterator();
  }

  private VectorsDescription layOut(
      SparkSession session, Storage folder, ShippedModel shipped, Towers towers) {
    Dataset<Row> staged = session.read().parquet(folder.below(STAGED).name());
    Dataset<Row> unreadable =
        staged.filter(col(VectorTable.WHY).isNotNull()).select(VectorTable.ID, VectorTable.WHY);
    Dataset<Row> pictures = staged.filter(col(VectorTable.WHY).isNull()).drop(VectorTable.WHY);
    VectorsDescription description =
        VectorsDescription.now(
            shipped.fingerprint(),
            towers.width(),
            towers.shareSize(),
            towers.places(),
            pictures.count(),
            unreadable.count());
    write(unreadable, folder.below(VectorsDescription.UNREADABLE), description.unreadable(), FACTS);
    write(
        pictures,
        folder.below(VectorsDescription.PICTURES),
        description.pictures(),
        bytesEach(towers));
    folder.below(STAGED).delete();
    requirePictures(description, folder);
    folder.below(VectorsDescription.NAME).write(description.json());
    return description;
  }

  private void requirePictures(VectorsDescription description, Storage folder) {
    if (description.pictures() == 0) {
      throw new InputException(
          description.unreadable() == 0
              ? "%s: found no picture; looked for %s".formatted(input.place(), input.wanted())
              : "none of %,d pictures could be read; %s says why of each"
                  .formatted(
                      description.unreadable(),
                      folder.below(VectorsDescription.UNREADABLE).name()));
    }
  }

  private static long bytesEach(Towers towers) {
    return FACTS + (long) Float.BYTES * towers.places() * (towers.width() + towers.shareSize());
  }

  private void write(Dataset<Row> rows, Storage place, long count, long bytesEach) {
    int files = Math.toIntExact(1 + count * bytesEach / fileBytes);
    rows.repartition(files, col(VectorTable.ID))
        .sortWithinPartitions(VectorTable.ID)
        .write()
        .parquet(place.name());
  }
}
