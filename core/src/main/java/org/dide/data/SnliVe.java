package org.dide.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.dide.InputException;

/**
 * Reads SNLI-VE (Xie et al., 2019): statements that a photograph entails, contradicts or leaves
 * open.
 *
 * <p>One folder holds for each of {@code train}, {@code dev} and {@code test} one of {@code
 * snli_ve_train.jsonl} (as published), {@code train.json} (the reference's own list) and {@code
 * joined_train.jsonl} (rows joined with the files of their photographs), the first that is there.
 * Each may be one list or have one object a line:
 *
 * <pre>{@code
 * {"pairID": "44.jpg#2r1e", "Flickr30K_ID": "44", "sentence2": "A man walks.", "gold_label": "entailment"}
 * {"image": "44", "sentence": "A man walks.", "label": "entailment"}
 * {"pairID": "44.jpg#2r1e", "image": "44_3f.jpg", "sentence2": "A man walks.", "gold_label": "entailment"}
 * }</pre>
 *
 * <p>Rows whose label is {@code -}, on which people did not agree, are left out and counted. The
 * premise ({@code sentence1}) is what the photograph stands for, and is not read; neither are other
 * fields. Photographs are {@code <id>.jpg} in a folder that is named, or else in {@code
 * flickr30k-images/} or {@code images/} beside the files. As in the reference, the statements about
 * one picture stand together, pictures in the order in which they first appear.
 */
public final class SnliVe {
  private static final String NAME = "snli-ve";
  private static final List<String> FILES =
      List.of("snli_ve_%s.jsonl", "%s.json", "joined_%s.jsonl");
  private static final List<String> PICTURES = List.of("flickr30k-images", "images");
  private static final List<String> CLASSES = TaskName.ENTAILMENT.classes();
  private static final String NO_AGREEMENT = "-";

  /**
   * Fields in the order in which they are looked for; a sample of the authors' has a misspelling.
   */
  private static final List<String> IMAGE = List.of("image", "Flickr30K_ID", "Flikr30kID");

  private static final List<String> SENTENCE = List.of("sentence2", "sentence");
  private static final List<String> LABEL = List.of("gold_label", "label");
  private static final String ID = "pairID";

  private final Path folder;
  private final Optional<Path> pictures;
  private final PictureDecoder decoder;
  private final ProblemListener problems;

  /**
   * Reads from a folder laid out as above; nothing is opened yet.
   *
   * @param pictures the folder of photographs; empty for the one beside the files
   */
  public SnliVe(
      Path folder, Optional<Path> pictures, PictureDecoder decoder, ProblemListener problems) {
    this.folder = folder;
    this.pictures = pictures;
    this.decoder = decoder;
    this.problems = problems;
  }

  /**
   * All parts; test is empty if it has no file.
   *
   * @throws InputException from the listener, which also hears of a file or the folder of
   *     photographs that cannot be read
   */
  public Splits splits() {
    Optional<PictureFolder> photographs = photographsOrProblem();
    return Splits.readEach(
        NAME,
        problems,
        split ->
            split == Split.TEST && file(split).isEmpty()
                ? new ExampleList(NAME + "/" + split, List.of())
                : new PartReader(split, photographs).read());
  }

  /**
   * One part, of which only its own file is needed.
   *
   * @throws InputException if its file or the photographs are not there or cannot be read, or from
   *     the listener, which hears of malformed records, ids that stand twice and photographs that
   *     are missing
   */
  public ExampleList read(Split split) {
    return new PartReader(split, Optional.of(photographs())).read();
  }

  private Optional<Path> file(Split split) {
    return names(split).map(folder::resolve).filter(Files::isRegularFile).findFirst();
  }

  private static Stream<String> names(Split split) {
    return FILES.stream().map(name -> name.formatted(split));
  }

  /** Without photographs the records are still looked at. */
  private Optional<PictureFolder> photographsOrProblem() {
    try {
      return Optional.of(photographs());
    } catch (InputException missing) {
      problems.onProblem(missing);
      return Optional.empty();
    }
  }

  private PictureFolder photographs() {
    if (pictures.isPresent()) {
      return PictureFolder.list(pictures.get(), "", decoder);
    }
    for (String name : PICTURES) {
      if (Files.isDirectory(folder.resolve(name))) {
        return PictureFolder.list(folder, name, decoder);
      }
    }
    throw new InputException(
        "%s: found no folder of pictures, %s; allowed: one of them, or data.picture-folder"
            .formatted(folder, String.join(" or ", PICTURES)));
  }

  /** Joins the statements and photographs of one part. */
  private final class PartReader {
    private final Split split;
    private final Optional<PictureFolder> photographs;
    private final ByPicture byPicture = new ByPicture();
    private final Set<String> ids = new HashSet<>();
    private int position = -1;
    private int withoutAgreement;

    PartReader(Split split, Optional<PictureFolder> photographs) {
      this.split = split;
      this.photographs = photographs;
    }

    ExampleList read() {
      Path file =
          file(split)
              .orElseThrow(
                  () ->
                      new InputException(
                          "%s: found no %s"
                              .formatted(folder, String.join(" or ", names(split).toList()))));
      JsonFiles.eachObject(file, problems, this::add);
      if (withoutAgreement > 0) {
        problems.onLeftOut(
            "%s: gold_label: %d records are left out, as people did not agree on them (\"-\")"
                .formatted(file.getFileName(), withoutAgreement));
      }
      return new ExampleList(NAME + "/" + split, byPicture.examples());
    }

    private void add(JsonRecord row) {
      position++;
      String id = row.optionalText(ID).orElse("%s/%d".formatted(split, position));
      if (!ids.add(id)) {
        throw row.problem(ID, "\"" + id + "\" again", "each id once");
      }
      String sentence = row.text(field(row, SENTENCE));
      String image = row.textOrNumber(field(row, IMAGE));
      String label = label(row);
      if (label.equals(NO_AGREEMENT)) {
        withoutAgreement++;
      } else if (photographs.isPresent()) {
        byPicture.add(
            image,
            () -> List.of(picture(row, image, photographs.get())),
            pictures -> new Example(id, pictures, sentence, new Label.Choice(label), ""));
      }
    }

    private static String label(JsonRecord row) {
      String field = field(row, LABEL);
      String label = row.text(field);
      if (!CLASSES.contains(label) && !label.equals(NO_AGREEMENT)) {
        throw row.problem(
            field, "\"" + label + "\"", String.join(", ", CLASSES) + ", " + NO_AGREEMENT);
      }
      return label;
    }

    private static Picture picture(JsonRecord row, String image, PictureFolder photographs) {
      String fileName = image.endsWith(".jpg") ? image : image + ".jpg";
      return photographs
          .find(fileName)
          .orElseThrow(
              () ->
                  row.problem(
                      field(row, IMAGE),
                      "\"%s\", which has no file under %s".formatted(image, photographs),
                      "pictures that are there (looked for " + fileName + ")"));
    }
  }

  /** The first of several fields that the record has; the first of all if it has none. */
  private static String field(JsonRecord row, List<String> fields) {
    return fields.stream()
        .filter(name -> row.optional(name).isPresent())
        .findFirst()
        .orElse(fields.get(0));
  }
}
