package org.dide.data;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.dide.InputException;

/** The captioned pictures of one of ViLT's tables: sixteen bytes are held of each row. */
final class ArrowTable implements Shards.Shard {
  private static final String IMAGE = "image";
  private static final String CAPTION = "caption";
  private static final String SPLIT = "split";
  private static final int LONGEST_TEXT = 1 << 20;
  private static final Set<String> DEV = Set.of("val", "dev", "valid", "validation");

  private final ArrowFile file;
  private final String name;
  private final Columns columns;
  private final int[] batchOf; // by picture, as all below
  private final int[] rowOf;
  private final int[] captions;
  private final List<Split> parts;

  private ArrowTable(ArrowFile file, String name, Columns columns, Rows rows) {
    this.file = file;
    this.name = name;
    this.columns = columns;
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
          file.column(SPLIT).filter(column -> column.kind() == ArrowColumn.Kind.BYTES));
    }

    /** What a row says that it is of; empty if nothing. */
    String splitOf(FileChannel channel, ArrowBatch batch, int row) throws IOException {
      return split.isPresent() ? split.get().text(channel, batch, row, LONGEST_TEXT) : "";
    }

    /**
     * What is said of a row, but for blanks.
     *
     * @throws CharacterCodingException if it is not UTF-8
     */
    List<String> captions(FileChannel channel, ArrowBatch batch, int row) throws IOException {
      long[] range =
          caption.kind() == ArrowColumn.Kind.TEXTS
              ? caption.ends(channel, batch, row, 1)
              : new long[] {row, row + 1};
      int count = Math.toIntExact(range[1] - range[0]);
      if (count == 0) {
        return List.of(); // where there is no text at all, no place of one is stored
      }
      return texts.texts(channel, batch, range[0], count, LONGEST_TEXT).stream()
          .map(String::strip)
          .filter(text -> !text.isEmpty())
          .toList();
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
    private int astray; // of a part that there is not
    private String unknown = ""; // the first such part

    Rows(int most) {
      this.batchOf = new int[most];
      this.rowOf = new int[most];
      this.captions = new int[most];
    }

    /** Adds a row, or counts it among those left out. */
    void add(int batch, int row, int itsCaptions, Optional<Split> part, String itsSplit) {
      if (itsCaptions == 0) {
        bare++;
      } else if (part.isEmpty()) {
        unknown = astray == 0 ? itsSplit : unknown;
        astray++;
      } else {
        batchOf[size] = batch;
        rowOf[size] = row;
        captions[size] = itsCaptions;
        parts.add(part.get());
        size++;
      }
    }
  }

  /**
   * Finds what lies in a table.
   *
   * @param name that its pictures' names begin with
   * @param part of all its pictures, where the folder says it
   * @param problems hears how many rows have no picture or no caption, or a part that there is not,
   *     and which captions are not UTF-8
   * @throws InputException if it is no table of captioned pictures
   */
  static ArrowTable index(Path path, String name, Optional<Split> part, ProblemListener problems) {
    ArrowFile file = ArrowFile.open(path);
    Columns columns = Columns.of(file);
    int most = file.batches().stream().mapToInt(ArrowBatch::rows).reduce(0, Math::addExact);
    try (FileChannel channel = FileChannel.open(path)) {
      for (ArrowBatch batch : file.batches()) { // before there is room for as many as it says
        columns.image.ends(channel, batch, 0, batch.rows());
      }
      Rows rows = new Rows(most);
      for (int i = 0; i < file.batches().size(); i++) {
        addBatch(file, columns, channel, i, part, rows, problems);
      }
      tell(path, rows, problems);
      return new ArrowTable(file, name, columns, rows);
    } catch (IOException | ArithmeticException e) {
      throw damaged(path, e);
    }
  }

  private static void tell(Path path, Rows rows, ProblemListener problems) {
    if (rows.bare > 0) {
      problems.onLeftOut(
          "%s: %d rows without a picture or a caption are left out".formatted(path, rows.bare));
    }
    if (rows.astray > 0) {
      problems.onUnreadable(
          new InputException(
              "%s: column \"%s\": found \"%s\" and the like in %d rows; allowed: train, restval, %s, test"
                  .formatted(
                      path,
                      SPLIT,
                      rows.unknown,
                      rows.astray,
                      String.join(", ", DEV.stream().sorted().toList()))));
    }
  }

  private static void addBatch(
      ArrowFile file,
      Columns columns,
      FileChannel channel,
      int number,
      Optional<Split> whole,
      Rows rows,
      ProblemListener problems)
      throws IOException {
    ArrowBatch batch = file.batches().get(number);
    long[] pictures = columns.image.ends(channel, batch, 0, batch.rows());
    for (int row = 0; row < batch.rows(); row++) {
      int captions = pictures[row + 1] == pictures[row] ? 0 : 1;
      try {
        captions *= columns.captions(channel, batch, row).size();
      } catch (CharacterCodingException garbled) {
        problems.onUnreadable(
            new InputException(
                "%s: column \"%s\": batch %d, row %d: not UTF-8 text"
                    .formatted(file.path(), CAPTION, number, row),
                garbled));
        continue;
      }
      String said = whole.isPresent() ? "" : columns.splitOf(channel, batch, row);
      Optional<Split> part = whole.or(() -> said.isEmpty() ? ofFile(file.path()) : split(said));
      rows.add(number, row, captions, part, said);
    }
  }

  /** What {@code conceptual_caption_val_0.arrow} is of; train if nothing is said. */
  private static Optional<Split> ofFile(Path path) {
    return Stream.of(stem(path).split("[_.-]"))
        .flatMap(word -> split(word).stream())
        .filter(split -> split != Split.TRAIN)
        .findFirst()
        .or(() -> Optional.of(Split.TRAIN));
  }

  /** Karpathy's {@code restval} is train. */
  private static Optional<Split> split(String name) {
    if (name.equals("train") || name.equals("restval")) {
      return Optional.of(Split.TRAIN);
    }
    if (DEV.contains(name)) {
      return Optional.of(Split.DEV);
    }
    return name.equals("test") ? Optional.of(Split.TEST) : Optional.empty();
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
        + columns
            .id
            .map(
                column ->
                    reading(
                        file -> column.text(file, batch(picture), rowOf[picture], LONGEST_TEXT)))
            .orElse(row);
  }

  @Override
  public Picture picture(int picture, PictureDecoder decoder) {
    ArrowBatch batch = batch(picture);
    long[] ends = reading(file -> columns.image.ends(file, batch, rowOf[picture], 1));
    return new FilePart(
        name(picture),
        file.path(),
        columns.image.dataOffset(batch) + ends[0],
        ends[1] - ends[0],
        decoder);
  }

  @Override
  public String caption(int picture, int number) {
    List<String> said = reading(file -> columns.captions(file, batch(picture), rowOf[picture]));
    if (number >= said.size()) {
      throw new InputException(
          "%s: found %d captions where there were more".formatted(name(picture), said.size()));
    }
    return said.get(number);
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
