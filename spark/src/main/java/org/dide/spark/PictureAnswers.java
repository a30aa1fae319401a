package org.dide.spark;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.dide.answer.DualAnswerer;
import org.dide.answer.Gallery;
import org.dide.answer.GalleryBuilder;
import org.dide.answer.StoredItem;
import org.dide.hub.TrainedModel;
import org.dide.task.Answer;
import scala.collection.immutable.ArraySeq;

/**
 * Answers about pictures, a chunk of pictures at a time: rows of
 *
 * <table>
 *   <caption>Columns</caption>
 *   <tr><td>{@code question}</td><td>string</td><td></td></tr>
 *   <tr><td>{@code id}</td><td>string</td><td>of the picture</td></tr>
 *   <tr><td>{@code answers}</td><td>array of struct</td><td>{@code answer}, a string, and {@code
 *       probability}, a double; the likeliest first</td></tr>
 * </table>
 */
final class PictureAnswers implements Iterator<Row> {
  static final StructType SCHEMA =
      DataTypes.createStructType(
          new StructField[] {
            DataTypes.createStructField("question", DataTypes.StringType, false),
            DataTypes.createStructField("id", DataTypes.StringType, false),
            DataTypes.createStructField(
                "answers",
                DataTypes.createArrayType(
                    DataTypes.createStructType(
                        new StructField[] {
                          DataTypes.createStructField("answer", DataTypes.StringType, false),
                          DataTypes.createStructField("probability", DataTypes.DoubleType, false)
                        }),
                    false),
                false)
          });

  private static final int CHUNK = 1024; // pictures

  private final Iterator<Row> pictures;
  private final DualAnswerer answerer;
  private final List<Question> questions;
  private final int count;
  private final Deque<Row> answers = new ArrayDeque<>();

  /**
   * Of rows with id, sha256, width, height and the share in the first place.
   *
   * @param count answers wanted of each picture, at least 1
   */
  PictureAnswers(Iterator<Row> pictures, TrainedModel model, List<Question> questions, int count) {
    this.pictures = pictures;
    this.answerer = DualAnswerer.of(model);
    this.questions = questions;
    this.count = count;
  }

  @Override
  public boolean hasNext() {
    if (answers.isEmpty() && pictures.hasNext()) {
      try (GalleryBuilder chunk = new GalleryBuilder(CHUNK, 1, answerer.towers().shareSize())) {
        while (chunk.size() < CHUNK && pictures.hasNext()) {
          add(chunk, pictures.next());
        }
        try (Gallery gallery = chunk.gallery("")) {
          ask(gallery);
        }
      }
    }
    return !answers.isEmpty();
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return answers.remove();
  }

  private static void add(GalleryBuilder chunk, Row row) {
    chunk.add(
        new StoredItem.Picture(row.getString(0), row.getString(1), row.getInt(2), row.getInt(3)),
        List.of(floats(row.getList(4))));
  }

  private static float[] floats(List<Float> values) {
    float[] floats = new float[values.size()];
    int next = 0;
    for (float value : values) {
      floats[next++] = value;
    }
    return floats;
  }

  private void ask(Gallery gallery) {
    for (Question question : questions) {
      try {
        answerer.answer(
            question.share(),
            gallery,
            count,
            1,
            (picture, best) -> answers.add(row(question, picture, best)));
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("the task was stopped", stopped);
      }
    }
  }

  private static Row row(Question question, StoredItem picture, List<Answer> best) {
    List<Row> rows = new ArrayList<>();
    best.forEach(answer -> rows.add(RowFactory.create(answer.text(), answer.probability())));
    return RowFactory.create(
        question.text(), picture.id(), ArraySeq.unsafeWrapArray(rows.toArray(Row[]::new)));
  }
}
