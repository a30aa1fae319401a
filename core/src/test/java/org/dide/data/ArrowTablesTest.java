package org.dide.data;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.LargeVarBinaryVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.impl.UnionListWriter;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.dide.InputException;
import org.dide.image.DecodeOptions;
import org.dide.image.ImageDecoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables that Arrow's own writer has written. */
class ArrowTablesTest {
  private static final PictureDecoder DECODER =
      PictureDecoder.of(new ImageDecoder(DecodeOptions.defaults()));

  @TempDir private Path folder;

  private final List<String> told = new ArrayList<>();
  private final ProblemListener listener =
      new ProblemListener() {
        @Override
        public void onProblem(InputException problem) {
          throw problem;
        }

        @Override
        public void onLeftOut(String what) {
          told.add(what);
        }

        @Override
        public void onUnreadable(InputException problem) {
          told.add(problem.getMessage());
        }
      };

  /** A row as ViLT's scripts make it. */
  @SuppressWarnings("ArrayRecordComponent") // written, never compared
  private record Row(byte[] image, List<String> captions, String id, String split) {
    static Row of(int number, String split, String... captions) {
      return new Row(Tars.picture(number), List.of(captions), "img%d.jpg".formatted(number), split);
    }
  }

  @Test
  void readsRowsOfSeveralBatches() throws IOException {
    write(
        "coco_caption_karpathy_train.arrow",
        List.of(
            Row.of(1, "train", "One.", " Ein zweiter Satz über Bären. "),
            Row.of(2, "restval", "Three."),
            new Row(Tars.picture(3), List.of(), "none", "train"),
            new Row(new byte[0], List.of("No picture."), "none", "train"),
            Row.of(4, "val", "Four."),
            Row.of(5, "test", "Five.", "Six.")));
    Splits splits = read(folder, 0.5);
    assertThat(splits.train().stream(0).map(Example::text))
        .containsExactly("One.", "Ein zweiter Satz über Bären.", "Three.");
    assertThat(splits.train().stream(0).map(Example::id))
        .containsExactly(
            "coco_caption_karpathy_train/img1.jpg#0",
            "coco_caption_karpathy_train/img1.jpg#1",
            "coco_caption_karpathy_train/img2.jpg");
    assertThat(splits.dev().stream(0).map(Example::text)).containsExactly("Four.");
    assertThat(splits.test().stream(0).map(Example::text)).containsExactly("Five.", "Six.");
    assertThat(splits.test().stream(0).map(e -> e.pictures().get(0).load().rgb()[0]))
        .containsExactly((byte) 5, (byte) 5);
    assertThat(splits.train().stretches()).contains(new Stretches(List.of(3), 7));
    assertThat(told).hasSize(1).first().asString().contains("2 rows without a picture");
  }

  @Test
  void takesPartsFromNamesAndOtherTypesOfColumns() throws IOException {
    for (String name : List.of("cc_val_0.arrow", "cc_train_0.arrow", "cc_train_1.arrow")) {
      writePlain(name, captions(4));
    }
    Splits splits = read(folder, 0.5);
    assertThat(splits.parts()).extracting(Dataset::size).containsExactly(8, 4, 0);
    assertThat(splits.train().example(0, 5).id()).isEqualTo("cc_train_1/1001");
    assertThat(splits.train().example(0, 5).text()).isEqualTo("caption 1");
    assertThat(splits.train().example(0, 5).pictures().get(0).load().rgb()[0]).isEqualTo((byte) 1);
    assertThat(splits.train().stretches().orElseThrow().sizes()).containsExactly(4, 4);
    Splits cut = read(folder.resolve("cc_train_*.arrow"), 0.25);
    assertThat(cut.dev().size()).isBetween(1, 6);
    assertThat(cut.train().size()).isEqualTo(8 - cut.dev().size());
  }

  @Test
  void knowsTheNamesOfPartsAndTellsOthers() throws IOException {
    List<Row> rows =
        List.of(
            Row.of(1, "validation", "One."),
            Row.of(2, "holdout", "Two."),
            Row.of(3, "tarin", "Three."),
            Row.of(4, "", "Four."));
    Path file = write("vg.arrow", rows);
    Splits splits = read(folder, 0);
    assertThat(texts(splits.train())).containsExactly("Four.");
    assertThat(texts(splits.dev())).containsExactly("One.");
    assertThat(told)
        .containsExactly(
            file
                + ": column \"split\": found \"holdout\" and the like in 2 rows; allowed: train,"
                + " restval, dev, val, valid, validation, test");
    told.clear();
    Files.createDirectories(folder.resolve("test"));
    Files.move(file, folder.resolve("test/vg.arrow"));
    assertThat(read(folder, 0).test().size()).isEqualTo(4); // the folder says it
    writePlain("x_validation_0.arrow", captions(2));
    assertThat(read(folder, 0).dev().size()).isEqualTo(2);
    assertThat(told).isEmpty();
  }

  @Test
  void leavesOutBlankAndGarbledCaptions() throws IOException {
    write(
        "lists.arrow",
        List.of(
            Row.of(1, "train", " ", "One.", "", "Two."),
            Row.of(2, "train", "", "\t"),
            Row.of(3, "train", "Three.")));
    Path plain =
        writePlain(
            "plain.arrow",
            List.of("Four.".getBytes(UTF_8), " ".getBytes(UTF_8), "B\u00e4r".getBytes(ISO_8859_1)));
    assertThat(texts(read(folder, 0).train())).containsExactly("One.", "Two.", "Three.", "Four.");
    assertThat(told)
        .containsExactly(
            folder.resolve("lists.arrow") + ": 1 rows without a picture or a caption are left out",
            plain + ": column \"caption\": batch 0, row 2: not UTF-8 text",
            plain + ": 1 rows without a picture or a caption are left out");
  }

  private static List<String> texts(Dataset part) {
    return part.stream(0).map(Example::text).toList();
  }

  private static List<byte[]> captions(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "caption %d".formatted(i).getBytes(UTF_8))
        .toList();
  }

  @Test
  void namesTablesThatCannotBeRead() throws IOException {
    write("good.arrow", List.of(Row.of(1, "train", "One.")));
    Files.writeString(folder.resolve("text.arrow"), "this is no table at all");
    try (BufferAllocator memory = new RootAllocator();
        VectorSchemaRoot root = VectorSchemaRoot.of(new VarCharVector("question", memory));
        FileChannel channel = create("questions.arrow");
        ArrowFileWriter writer = new ArrowFileWriter(root, null, channel)) {
      writer.writeBatch();
    }
    try (BufferAllocator memory = new RootAllocator();
        VectorSchemaRoot root = VectorSchemaRoot.of(new VarCharVector("caption", memory));
        FileChannel channel = create("stream.arrow");
        ArrowStreamWriter writer = new ArrowStreamWriter(root, null, channel)) {
      writer.writeBatch();
    }
    assertThat(read(folder, 0).train().size()).isEqualTo(1);
    assertThat(told).hasSize(3);
    assertThat(told.get(0)).contains("questions.arrow", "no column \"image\"", "[question]");
    assertThat(told.get(1)).contains("stream.arrow", "does not begin and end with ARROW1");
    assertThat(told.get(2)).contains("text.arrow");
    assertThatThrownBy(() -> read(folder.resolve("none"), 0))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("found no file *.arrow");
  }

  /** Whatever a byte is changed to, or wherever the file is cut: read, or told. */
  @Test
  void damageIsTold() throws IOException {
    Path file =
        write("a.arrow", List.of(Row.of(1, "train", "One.", "Two."), Row.of(2, "val", "x")));
    byte[] whole = Files.readAllBytes(file);
    int readable = 0;
    for (int at = 0; at < whole.length; at += 2) {
      byte[] damaged = whole.clone();
      damaged[at] ^= (byte) (at % 4 == 0 ? 0xFF : 0x01);
      readable += readsOrTells(file, damaged);
      if (at % 3 == 0) {
        assertThat(readsOrTells(file, Arrays.copyOf(whole, at))).isZero();
      }
    }
    assertThat(readable).isPositive();
  }

  private int readsOrTells(Path file, byte[] bytes) throws IOException {
    Files.write(file, bytes);
    try {
      Splits splits = read(file, 0);
      for (Dataset part : splits.parts()) {
        for (int i = 0; i < Math.min(part.size(), 5); i++) {
          part.example(0, i).pictures().get(0).load();
        }
      }
      return splits.parts().stream().mapToInt(Dataset::size).sum();
    } catch (InputException expected) {
      return 0;
    }
  }

  private Splits read(Path place, double devFraction) {
    return ArrowTables.read(place, devFraction, 7, DECODER, listener);
  }

  private FileChannel create(String name) throws IOException {
    return FileChannel.open(
        folder.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  /** In batches of two rows. */
  private Path write(String name, List<Row> rows) throws IOException {
    try (BufferAllocator memory = new RootAllocator();
        VarBinaryVector image = new VarBinaryVector("image", memory);
        ListVector captions = ListVector.empty("caption", memory);
        VarCharVector id = new VarCharVector("image_id", memory);
        VarCharVector split = new VarCharVector("split", memory)) {
      captions.addOrGetVector(
          org.apache.arrow.vector.types.pojo.FieldType.nullable(
              org.apache.arrow.vector.types.pojo.ArrowType.Utf8.INSTANCE));
      VectorSchemaRoot root = VectorSchemaRoot.of(image, captions, id, split);
      try (FileChannel channel = create(name);
          ArrowFileWriter writer = new ArrowFileWriter(root, null, channel)) {
        for (int start = 0; start < rows.size(); start += 2) {
          List<Row> batch = rows.subList(start, Math.min(start + 2, rows.size()));
          root.clear();
          UnionListWriter lists = captions.getWriter();
          for (int i = 0; i < batch.size(); i++) {
            Row row = batch.get(i);
            image.setSafe(i, row.image);
            id.setSafe(i, row.id.getBytes(UTF_8));
            split.setSafe(i, row.split.getBytes(UTF_8));
            lists.setPosition(i);
            lists.startList();
            for (String caption : row.captions) {
              lists.writeVarChar(caption);
            }
            lists.endList();
          }
          root.setRowCount(batch.size());
          writer.writeBatch();
        }
      }
    }
    return folder.resolve(name);
  }

  /** One caption a row, places of eight bytes, numbers as names, no column of parts. */
  private Path writePlain(String name, List<byte[]> captions) throws IOException {
    int rows = captions.size();
    try (BufferAllocator memory = new RootAllocator();
        BigIntVector id = new BigIntVector("image_id", memory);
        LargeVarCharVector caption = new LargeVarCharVector("caption", memory);
        LargeVarBinaryVector image = new LargeVarBinaryVector("image", memory)) {
      for (int i = 0; i < rows; i++) {
        id.setSafe(i, 1000 + i);
        caption.setSafe(i, captions.get(i));
        image.setSafe(i, Tars.picture(i));
      }
      List<FieldVector> columns = List.of(id, caption, image);
      columns.forEach(column -> column.setValueCount(rows));
      VectorSchemaRoot root = new VectorSchemaRoot(columns);
      try (FileChannel channel = create(name);
          ArrowFileWriter writer = new ArrowFileWriter(root, null, channel)) {
        writer.writeBatch();
      }
      assertThat(Optional.of(root.getRowCount())).contains(rows);
    }
    return folder.resolve(name);
  }
}
