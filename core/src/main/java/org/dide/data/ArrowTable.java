package org.dide.data;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.dide.InputException;

/** The captioned pictures of one of ViLT's tables: sixteen bytes are held of each row. */
final class ArrowTable implements Shards.Shard {
  private static final String IMAGE = "image";
  private static final String CAPTION = "caption";
  private static final int LONGEST_TEXT = 1 << 20;
  private static final Set<String> DEV = Set.of("val", "dev", "valid");

  private final ArrowFile file;
  private final String name;
  private final ArrowColumn image;
  private final ArrowColumn caption;
  private final ArrowColumn texts;
  private final Optional<ArrowColumn> id;
  private final int[] batchOf; // by picture, as all below
  private final int[] rowOf;
  private final int[] captions;
  private final List<Split> parts;

  private ArrowTable(ArrowFile file, String name, Columns columns, Rows rows) {
    this.file = file;
    this.name = name;
    this.image = columns.image;
    this.caption = columns.caption;
    this.texts = columns.texts;
    this.id = columns.id;
    this.batchOf = Arrays.copyOf(rows.batchOf, rows.size);
    this.rowOf = Arrays.copyOf(rows.rowOf, rows.size);
    this.captions = Arrays.copyOf(rows.captions, rows.size);
    this.parts = List.copyOf(rows.parts);
  }

  private record Columns(
      ArrowColumn image,
      ArrowColumn caption,
      ArrowColumn texts,
      Optional<ArrowColumn> id,
      Optional<ArrowColumn> split) {
    static Columns of(ArrowFile file) {
      ArrowColumn image = required(file, IMAGE, Set.of(ArrowColumn.Kind.BYTES), "bytes");
      ArrowColumn caption =
          required(
              file,
              CAPTION,
              Set.of(ArrowColumn.Kind.TEXTS, ArrowColumn.Kind.BYTES),
              "a list of texts, or a text");
      return new Columns(
          image,
          caption,
          file.texts().get(file.columns().indexOf(caption)),
          file.column("image_id")
              .filter(column -> column.kind() != ArrowColumn.Kind.TEXTS)
              .filter(column -> column.kind() != ArrowColumn.Kind.OTHER),
          file.column("split").filter(column -> column.kind() == ArrowColumn.Kind.BYTES));
    }

    private static ArrowColumn required(
        ArrowFile file, String name, Set<ArrowColumn.Kind> allowed, String what) {
      return file.column(name)
          .filter(column -> allowed.contains(column.kind()))
          .orElseThrow(
              () ->
                  new InputException(
                      "%s: found no column \"%s\" of %s, among the columns %s"
                          .formatted(
                              file.path(),
                              name,
                              what,
                              file.columns().stream().map(ArrowColumn::name).toList())));
    }
  }

  /** Rows that can be used, as they are found. */
  private static final class Rows {
    private int[] batchOf;
    private int[] rowOf;
    private int[] captions;
    private final List<Split> parts = new ArrayList<>();
    private int size;
    private int bare; // without a picture or a caption

    Rows(int most) {
      this.batchOf = new int[most];
      this.rowOf = new int[most];
      this.captions = new int[most];
    }

    void add(int batch, int row, int itsCaptions, Split part) {
      batchOf[size] = batch;
      rowOf[size] = row;
      captions[size] = itsCaptions;
      parts.add(part);
      size++;
    }
  }

  /**
   * Finds what lies in a table.
   *
   * @param name that its pictures' names begin with
   * @param problems hears how many rows have no picture or no caption
   * @throws InputException if it is no table of captioned pictures
   */
  static ArrowTable index(Path path, String name, ProblemListener problems) {
    ArrowFile file = ArrowFile.open(path);
    Columns columns = Columns.of(file);
    int most = file.batches().stream().mapToInt(ArrowBatch::rows).reduce(0, Math::addExact);
    try (FileChannel channel = FileChannel.open(path)) {
      for (ArrowBatch batch : file.batches()) { // before there is room for as many as it says
        columns.image.ends(channel, batch, 0, batch.rows());
      }
      Rows rows = new Rows(most);
      for (int i = 0; i < file.batches().size(); i++) {
        addBatch(file, columns, channel, i, rows);
      }
      if (rows.bare > 0) {
        problems.onLeftOut(
            "%s: %d rows without a picture or a caption are left out".formatted(path, rows.bare));
      }
      return new ArrowTable(file, name, columns, rows);
    } catch (IOException | ArithmeticException e) {
      throw damaged(path, e);
    }
  }

  private static void addBatch(
      ArrowFile file, Columns columns, FileChannel channel, int number, Rows rows)
      throws IOException {
    ArrowBatch batch = file.batches().get(number);
    long[] pictures = columns.image.ends(channel, batch, 0, batch.rows());
    long[] captions = columns.caption.ends(channel, batch, 0, batch.rows());
    boolean areLists = columns.caption.kind() == ArrowColumn.Kind.TEXTS;
    for (int row = 0; row < batch.rows(); row++) {
      long said = captions[row + 1] - captions[row];
      if (said == 0 || pictures[row + 1] == pictures[row]) {
        rows.bare++;
        continue;
      }
      Split part = ofFile(file.path());
      if (columns.split.isPresent()) {
        part = split(columns.split.get().text(channel, batch, row, LONGEST_TEXT), part);
      }
      rows.add(number, row, areLists ? Math.toIntExact(said) : 1, part);
    }
  }

  /** What {@code conceptual_caption_val_0.arrow} is of; train if nothing is said. */
  private static Split ofFile(Path path) {
    for (String word : stem(path).split("[_.-]")) {
      Split split = split(word, Split.TRAIN);
      if (split != Split.TRAIN) {
        return split;
      }
    }
    return Split.TRAIN;
  }

  /** Karpathy's {@code restval} is train. */
  private static Split split(String name, Split otherwise) {
    if (name.equals("train") || name.equals("restval")) {
      return Split.TRAIN;
    }
    if (DEV.contains(name)) {
      return Split.DEV;
    }
    return name.equals("test") ? Split.TEST : otherwise;
  }

  @Override
  public int size() {
    return captions.length;
  }

  List<Split> parts() {
    return parts;
  }

  @Override
  public int captions(int picture) {
    return captions[picture];
  }

  /** File and {@code image_id}, or batch and row where there is none. */
  @Override
  public String name(int picture) {
    String row = "%d-%d".formatted(batchOf[picture], rowOf[picture]);
    return name
        + "/"
        + id.map(
                column ->
                    reading(
                        file -> column.text(file, batch(picture), rowOf[picture], LONGEST_TEXT)))
            .orElse(row);
  }

  @Override
  public Picture picture(int picture, PictureDecoder decoder) {
    ArrowBatch batch = batch(picture);
    long[] ends = reading(file -> image.ends(file, batch, rowOf[picture], 1));
    return new FilePart(
        name(picture), file.path(), image.dataOffset(batch) + ends[0], ends[1] - ends[0], decoder);
  }

  @Override
  public String caption(int picture, int number) {
    ArrowBatch batch = batch(picture);
    return reading(
            file -> {
              long row =
                  caption.kind() == ArrowColumn.Kind.TEXTS
                      ? caption.ends(file, batch, rowOf[picture], 1)[0] + number
                      : rowOf[picture];
              return texts.text(file, batch, row, LONGEST_TEXT);
            })
        .strip();
  }

  private ArrowBatch batch(int picture) {
    return file.batches().get(batchOf[picture]);
  }

  @FunctionalInterface
  private interface Reading<T> {
    T read(FileChannel file) throws IOException;
  }

  /** With a channel of its own: an interrupted thread closes the one it reads from. */
  private <T> T reading(Reading<T> what) {
    try (FileChannel channel = FileChannel.open(file.path())) {
      return what.read(channel);
    } catch (IOException | ArithmeticException e) {
      throw damaged(file.path(), e);
    }
  }

  private static InputException damaged(Path path, Exception cause) {
    return new InputException(
        "%s: a damaged table (%s)".formatted(path, cause.getMessage()), cause);
  }

  private static String stem(Path path) {
    return path.getFileName().toString().replaceAll("\\.arrow$", "");
  }
}
