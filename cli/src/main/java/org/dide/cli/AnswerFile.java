package org.dide.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedWriter;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dide.AtomicFile;
import org.dide.InputException;
import org.dide.answer.Tally;
import org.dide.image.RgbImage;
import org.dide.report.Markup;
import org.dide.report.Page;
import org.dide.report.PictureCard;
import org.dide.report.PictureCard.Given;
import org.dide.report.PictureCard.Verdict;
import org.dide.report.Table;
import org.dide.store.MetadataType;
import org.dide.store.ParquetFile;
import org.dide.store.ParquetFile.Column;
import org.dide.task.Answer;
import picocli.CommandLine.Option;

/** Where answers about many pictures are written to, and how, for commands that give them. */
final class AnswerFile {
  private static final int CARDS = 100;
  private static final String PAGE = "html";
  private static final List<String> ENDINGS = List.of("jsonl", "csv", "parquet", PAGE);

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "Write the answers to a file instead, whole or not at all: .jsonl, .csv, .parquet, or .html"
              + " with the pictures themselves, of at most "
              + CARDS
              + ".")
  private Optional<Path> file = Optional.empty();

  @Option(
      names = "--pictures",
      paramLabel = "DIR",
      description =
          "Where the pictures lie, below which their ids are paths; for .html. Those that are not"
              + " there are left out of it, not their answers.")
  private Optional<Path> pictures = Optional.empty();

  /** Whether there is a file to write. */
  boolean isWanted() {
    return file.isPresent();
  }

  /** Whether it is a page with pictures. */
  boolean isPage() {
    return file.filter(out -> ending(out).equals(PAGE)).isPresent();
  }

  /**
   * Refuses, before anything is computed, what cannot be written.
   *
   * @throws InputException if there is no such folder of pictures
   */
  void check(BaseCommand command) {
    if (file.filter(out -> !ENDINGS.contains(ending(out))).isPresent()) {
      throw command.usage(
          "--out: found '%s', allowed are names that end in .jsonl, .csv, .parquet or .html"
              .formatted(file.get()));
    }
    if (pictures.isPresent() && !isPage()) {
      throw command.usage("--pictures is for --out with a name that ends in .html");
    }
    if (pictures.isEmpty() && isPage()) {
      throw command.usage(
          "--pictures: found none, needed for a page is the folder of the pictures");
    }
    if (pictures.filter(folder -> !Files.isDirectory(folder)).isPresent()) {
      throw new InputException(
          "--pictures: found %s, allowed is the folder of the pictures".formatted(pictures.get()));
    }
  }

  /**
   * Writes answers.
   *
   * @param text what was asked
   * @param decoder turns a picture's file into pixels
   */
  void write(String text, List<Asked> all, Function<Path, RgbImage> decoder) {
    Path out = file.orElseThrow();
    switch (ending(out)) {
      case "jsonl" -> write(out, all.stream().map(asked -> Json.line(asked.json())));
      case "csv" -> {
        Stream<String> head = Stream.of(csv(columns(all).stream().map(Column::name)));
        write(out, Stream.concat(head, all.stream().map(asked -> csv(cells(asked).stream()))));
      }
      case "parquet" ->
          ParquetFile.write(out, columns(all), all.stream().map(AnswerFile::cells).toList());
      default -> page(text, all, decoder).write(out);
    }
  }

  /** For machines: the answers, or where they are and how many. */
  void put(Map<String, Object> result, String kind, List<Asked> all) {
    if (file.isPresent()) {
      result.put("out", file.get().toString());
      result.put(kind, all.size());
    } else {
      result.put(kind, all.stream().map(Asked::json).toList());
    }
  }

  private static String ending(Path file) {
    String name = file.getFileName().toString();
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  private static void write(Path file, Stream<String> lines) {
    AtomicFile.write(
        file,
        channel -> {
          Writer writer = new BufferedWriter(Channels.newWriter(channel, UTF_8));
          for (var each = lines.iterator(); each.hasNext(); ) {
            writer.write(each.next() + "\n");
          }
          writer.flush();
        });
  }

  /** The columns of a table of answers: as many as the item with the most answers needs. */
  private static List<Column> columns(List<Asked> all) {
    int most = all.stream().mapToInt(asked -> asked.answers().size()).max().orElse(0);
    List<Column> columns = new ArrayList<>(List.of(new Column("id", MetadataType.STRING)));
    for (int i = 1; i <= most; i++) {
      columns.add(new Column("answer_" + i, MetadataType.STRING));
      columns.add(new Column("probability_" + i, MetadataType.DOUBLE));
    }
    return columns;
  }

  /** What an item has in them. */
  private static List<Object> cells(Asked asked) {
    List<Object> cells = new ArrayList<>(List.of(asked.item().id()));
    for (Answer answer : asked.answers()) {
      cells.add(answer.text());
      cells.add(answer.probability());
    }
    return cells;
  }

  private static String csv(Stream<?> cells) {
    return cells.map(cell -> quoted(cell.toString())).collect(Collectors.joining(","));
  }

  /** As RFC 4180 has it. */
  private static String quoted(String cell) {
    return cell.matches("(?s).*[\",\r\n].*") ? '"' + cell.replace("\"", "\"\"") + '"' : cell;
  }

  /** A contact sheet: how often each answer was given, then pictures with theirs. */
  private Page page(String text, List<Asked> all, Function<Path, RgbImage> decoder) {
    Tally tally = new Tally(1);
    all.forEach(asked -> tally.add(asked.item(), asked.answers().get(0)));
    Map<String, String> counts = new LinkedHashMap<>();
    tally.counts().forEach(count -> counts.put(count.text(), "%,d".formatted(count.count())));
    List<Markup> cards =
        all.stream().limit(CARDS).<Markup>map(asked -> card(asked, decoder)).toList();
    String shown =
        all.size() > CARDS
            ? "The first %d of %,d pictures.".formatted(CARDS, all.size())
            : "%,d pictures.".formatted(all.size());
    return new Page(
        text,
        List.of(
            Table.ofWords("Best answers.", List.of("answer", "pictures"), counts).markup(),
            Page.note(shown),
            Page.box("cards", cards)));
  }

  private Markup card(Asked asked, Function<Path, RgbImage> decoder) {
    List<Given> given =
        asked.answers().stream()
            .map(answer -> new Given("", answer.text(), answer.probability(), Verdict.UNKNOWN))
            .toList();
    String id = asked.item().id();
    return new PictureCard(picture(id, decoder), id, "", given).markup();
  }

  /**
   * A picture, if it is there: one of a tar is not, and answers took long to compute. A store may
   * come from anywhere: no id of it leads out of the folder.
   */
  private Optional<RgbImage> picture(String id, Function<Path, RgbImage> decoder) {
    Path folder = pictures.orElseThrow().toAbsolutePath().normalize();
    Path found = folder.resolve(id).normalize();
    if (!found.startsWith(folder)) {
      return Optional.empty();
    }
    try {
      return Optional.of(decoder.apply(found));
    } catch (InputException unreadable) {
      return Optional.empty();
    }
  }
}
