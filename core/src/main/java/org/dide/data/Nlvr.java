package org.dide.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.dide.InputException;
import org.dide.image.RgbImage;

/**
 * Reads NLVR (Suhr et al., ACL 2017): statements about a drawing of three boxes, true or false.
 *
 * <p>One folder holds {@code dev}, {@code test} and {@code hidden}, and each of them a file of its
 * name, such as {@code dev/dev.json}, one JSON object a line, beside {@code images/}:
 *
 * <pre>{@code
 * {"identifier": "1572-0", "sentence": "Each box has a circle.", "label": "true", "directory": "2"}
 * }</pre>
 *
 * <p>The drawings of a record are the files {@code dev-1572-0-0.png} to {@code dev-1572-0-5.png},
 * its boxes in up to six orders, of which at least one is there; each is an example. They are found
 * by name anywhere below {@code images/}, for {@code hidden} names no directory. Other fields, such
 * as {@code structured_rep}, are not read.
 *
 * <p>Dev and hidden are learnt from, test is test. Dev is cut from what is learnt from by sentence:
 * as between the published parts, the four records of one sentence stay together, and so do the
 * orders of one drawing.
 */
public final class Nlvr {
  /** What a model is shown of a drawing. */
  public enum Reading {
    /** The whole drawing, as one picture. */
    DRAWING,
    /**
     * Two pictures: the left and the middle box, and the middle and the right one, with the gap
     * between them as it is drawn. So each box is whole, no order is lost, and both pictures have
     * the same size.
     */
    BOXES
  }

  private static final String NAME = "nlvr";
  private static final List<String> LEARNT_FROM = List.of("dev", "hidden");
  private static final String TEST = "test";
  private static final String IDENTIFIER = "identifier";
  private static final int MOST_ORDERS = 6;

  /** Boxes are 100 pixels wide and 50 apart. */
  private static final int DRAWING_WIDTH = 400;

  private static final int TWO_BOXES = 250;

  private final Path folder;
  private final Reading reading;
  private final PictureDecoder decoder;
  private final ProblemListener problems;

  /** Reads from a folder laid out as above; nothing is opened yet. */
  public Nlvr(Path folder, Reading reading, PictureDecoder decoder, ProblemListener problems) {
    this.folder = folder;
    this.reading = reading;
    this.decoder = decoder;
    this.problems = problems;
  }

  /**
   * All parts.
   *
   * @param devFraction of the sentences learnt from that become dev, in [0, 1)
   * @throws InputException if the fraction is another, or from the listener, which hears of files
   *     that cannot be read, malformed records, identifiers that stand twice and records without a
   *     drawing
   */
  public Splits splits(double devFraction) {
    List<Example> learning =
        LEARNT_FROM.stream().flatMap(part -> readOrReport(part).stream()).toList();
    return DevCut.of(learning, Nlvr::sentence, devFraction, NAME).with(readOrReport(TEST), NAME);
  }

  private List<Example> readOrReport(String part) {
    try {
      return new PartReader(part).read();
    } catch (InputException unreadable) {
      problems.onProblem(unreadable);
      return List.of();
    }
  }

  /** Examples are named as their files, such as dev-1572-0-0: sentence, drawing, order. */
  private static String sentence(Example example) {
    return example.id().replaceFirst("-[^-]+-[^-]+$", "");
  }

  /** Joins the statements and drawings of one part. */
  private final class PartReader {
    private final String part;
    private final Map<String, FilePicture> drawings = new HashMap<>();
    private final Set<String> identifiers = new HashSet<>();
    private final List<Example> examples = new ArrayList<>();

    PartReader(String part) {
      this.part = part;
    }

    List<Example> read() {
      Path file = folder.resolve(part).resolve(part + ".json");
      if (!Files.isRegularFile(file)) {
        throw new InputException("%s: there is no such file".formatted(file));
      }
      findDrawings(folder.resolve(part).resolve("images"));
      JsonFiles.eachLine(file, problems, this::add);
      return examples;
    }

    private void findDrawings(Path images) {
      try (Stream<Path> files = Files.walk(images)) {
        files
            .filter(file -> file.toString().endsWith(".png"))
            .forEach(
                file -> {
                  String name = folder.relativize(file).toString().replace('\\', '/');
                  drawings.put(
                      String.valueOf(file.getFileName()), new FilePicture(name, file, decoder));
                });
      } catch (IOException e) {
        throw new InputException(
            "%s: no folder of pictures that can be listed (%s)".formatted(images, e), e);
      }
    }

    private void add(JsonRecord line) {
      String identifier = line.text(IDENTIFIER);
      if (!identifiers.add(identifier)) {
        throw line.problem(IDENTIFIER, "\"" + identifier + "\" again", "each identifier once");
      }
      String sentence = line.text("sentence");
      Label label = truth(line);
      int before = examples.size();
      for (int order = 0; order < MOST_ORDERS; order++) {
        String name = "%s-%s-%d".formatted(part, identifier, order);
        FilePicture drawing = drawings.get(name + ".png");
        if (drawing != null) {
          examples.add(new Example(name, pictures(drawing), sentence, label, ""));
        }
      }
      if (examples.size() == before) {
        throw line.problem(
            IDENTIFIER,
            "\"%s\", which has no drawing".formatted(identifier),
            "records whose drawings are there (looked for %s-%s-0.png below %s/images)"
                .formatted(part, identifier, part));
      }
    }

    private Label truth(JsonRecord line) {
      String label = line.text("label");
      String truth = label.toLowerCase(Locale.ROOT);
      if (!TaskName.STATEMENT.classes().contains(truth)) {
        throw line.problem("label", "\"" + label + "\"", "true, false");
      }
      return new Label.Choice(truth);
    }

    private List<Picture> pictures(FilePicture drawing) {
      return switch (reading) {
        case DRAWING -> List.of(drawing);
        case BOXES ->
            List.of(new TwoBoxes(drawing, 0), new TwoBoxes(drawing, DRAWING_WIDTH - TWO_BOXES));
      };
    }
  }

  /**
   * Two of a drawing's boxes.
   *
   * @param drawing the whole
   * @param left the first column
   */
  private record TwoBoxes(FilePicture drawing, int left) implements Picture {
    @Override
    public String name() {
      return "%s, columns %d to %d".formatted(drawing.name(), left, left + TWO_BOXES - 1);
    }

    @Override
    public RgbImage load() {
      RgbImage whole = drawing.load();
      if (whole.width() != DRAWING_WIDTH) {
        throw new InputException(
            "%s: found a width of %d pixels; allowed: %d, which has boxes at 0, 150 and 300"
                .formatted(drawing.name(), whole.width(), DRAWING_WIDTH));
      }
      byte[] rgb = new byte[3 * TWO_BOXES * whole.height()];
      for (int row = 0; row < whole.height(); row++) {
        System.arraycopy(
            whole.rgb(), 3 * (row * DRAWING_WIDTH + left), rgb, 3 * row * TWO_BOXES, 3 * TWO_BOXES);
      }
      return new RgbImage(TWO_BOXES, whole.height(), rgb);
    }
  }
}
