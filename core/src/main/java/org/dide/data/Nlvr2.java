package org.dide.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dide.InputException;

/**
 * Reads NLVR2 (Suhr et al., ACL 2019): statements about two photographs, true or false.
 *
 * <p>One folder holds {@code train.json}, {@code dev.json} and {@code test1.json} as published, one
 * JSON object a line:
 *
 * <pre>{@code
 * {"identifier": "train-3-0-1", "sentence": "Both show dogs.", "label": "True", "directory": "7"}
 * }</pre>
 *
 * <p>The identifier without its last number names the pair of pictures: {@code
 * images/train/<directory>/<pair>-img0.png} and {@code -img1.png} for train, {@code
 * dev/<pair>-img0.png} and {@code test1/<pair>-img0.png} for the others. Other fields, such as
 * {@code synset} and {@code left_url}, are not read. As in the reference, the statements about one
 * pair stand together, pairs in the order in which they first appear.
 */
public final class Nlvr2 {
  private static final String NAME = "nlvr2";
  private static final String IDENTIFIER = "identifier";
  private static final String DIRECTORY = "directory";
  private static final Pattern PAIR_AND_SENTENCE = Pattern.compile("(.+)-\\d+");

  /** A record names nothing outside its data set. */
  private static final Pattern PLAIN_NAME = Pattern.compile("[\\w-]+");

  private final Path folder;
  private final PictureDecoder decoder;
  private final ProblemListener problems;

  /** Reads from a folder laid out as above; nothing is opened yet. */
  public Nlvr2(Path folder, PictureDecoder decoder, ProblemListener problems) {
    this.folder = folder;
    this.decoder = decoder;
    this.problems = problems;
  }

  /**
   * All parts; test1 is empty if its file is not there.
   *
   * @throws InputException from the listener, which also hears of files that cannot be read
   */
  public Splits splits() {
    return Splits.readEach(
        NAME,
        problems,
        split ->
            split == Split.TEST && !Files.exists(file(split))
                ? new ExampleList(NAME + "/" + part(split), List.of())
                : read(split));
  }

  /**
   * One part, of which only its own files are needed.
   *
   * @throws InputException if its file cannot be read, or from the listener, which hears of
   *     malformed records, identifiers that stand twice and pictures that are missing
   */
  public ExampleList read(Split split) {
    return new PartReader(split).read();
  }

  private Path file(Split split) {
    return folder.resolve(part(split) + ".json");
  }

  private static String part(Split split) {
    return split == Split.TEST ? "test1" : split.toString();
  }

  /** Joins the statements and pictures of one part. */
  private final class PartReader {
    private final Split split;
    private final ByPicture byPair = new ByPicture();
    private final Map<String, Optional<PictureFolder>> folders = new HashMap<>();
    private final Set<String> identifiers = new HashSet<>();

    PartReader(Split split) {
      this.split = split;
    }

    ExampleList read() {
      JsonFiles.eachLine(file(split), problems, this::add);
      return new ExampleList(NAME + "/" + part(split), byPair.examples());
    }

    private void add(JsonRecord line) {
      String identifier = line.text(IDENTIFIER);
      Matcher matcher = PAIR_AND_SENTENCE.matcher(identifier);
      if (!matcher.matches()) {
        throw line.problem(
            IDENTIFIER, "\"" + identifier + "\"", "a pair and a number, such as dev-850-0-0");
      }
      if (!identifiers.add(identifier)) {
        throw line.problem(IDENTIFIER, "\"" + identifier + "\" again", "each identifier once");
      }
      String sentence = line.text("sentence");
      Label label = truth(line);
      String pair = matcher.group(1);
      Optional<PictureFolder> pictures = folders.computeIfAbsent(pictureFolder(line), this::listed);
      if (pictures.isPresent()) {
        byPair.add(
            pair,
            () ->
                List.of(
                    picture(line, pictures.get(), pair + "-img0.png"),
                    picture(line, pictures.get(), pair + "-img1.png")),
            both -> new Example(identifier, both, sentence, label, ""));
      }
    }

    private Label truth(JsonRecord line) {
      String label = line.text("label");
      return switch (label) {
        case "True" -> new Label.Choice("true");
        case "False" -> new Label.Choice("false");
        default -> throw line.problem("label", "\"" + label + "\"", "True, False");
      };
    }

    private String pictureFolder(JsonRecord line) {
      if (split != Split.TRAIN) {
        return part(split);
      }
      String directory = line.textOrNumber(DIRECTORY);
      if (!PLAIN_NAME.matcher(directory).matches()) {
        throw line.problem(DIRECTORY, "\"" + directory + "\"", "the name of a folder");
      }
      return "images/train/" + directory;
    }

    /** A folder that is not there is one problem, however many records need it. */
    private Optional<PictureFolder> listed(String below) {
      try {
        return Optional.of(PictureFolder.list(folder, below, decoder));
      } catch (InputException missing) {
        problems.onProblem(missing);
        return Optional.empty();
      }
    }

    private Picture picture(JsonRecord line, PictureFolder pictures, String fileName) {
      return pictures
          .find(fileName)
          .orElseThrow(
              () ->
                  line.problem(
                      IDENTIFIER,
                      "a pair without the picture " + pictures.name(fileName),
                      "pairs whose pictures are there"));
    }
  }
}
