package org.dide.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.dide.InputException;

/**
 * Reads COCO's own files of captions (Chen et al., 2015): {@code captions_train2014.json}, which is
 * train, and {@code captions_val2014.json}, which is dev, or those of another year,
 *
 * <pre>{@code
 * {"images": [{"id": 9, "file_name": "COCO_train2014_000000000009.jpg", ...}, ...],
 *  "annotations": [{"image_id": 9, "id": 661611, "caption": "Closeup of bins of food."}, ...]}
 * }</pre>
 *
 * <p>with the pictures in folders such as {@code train2014}. The captions of COCO's test are not
 * public. Each year parts the same pictures anew, so files of two years are refused.
 */
public final class CocoCaptions {
  private static final String NAME = "coco-captions";
  private static final String ANNOTATIONS = "annotations";
  private static final Pattern FILE = Pattern.compile("captions_((train|val)(\\d*)\\w*)\\.json");

  private final PictureRoots pictures;
  private final ProblemListener problems;
  private final CaptionTable.Builder table = new CaptionTable.Builder();
  private final List<Split> parts = new ArrayList<>();

  private CocoCaptions(PictureRoots pictures, ProblemListener problems) {
    this.pictures = pictures;
    this.problems = problems;
  }

  /** A picture with what was said of it so far. */
  private record Described(Picture picture, List<String> captions) {}

  /**
   * Reads one file or several.
   *
   * @param path a file, or the folder that the files lie in, or one that has them in {@code
   *     annotations}
   * @param pictures folder of the pictures, or of {@code train2014} and {@code val2014}; if empty,
   *     that of the path
   * @param devFraction of the pictures of train that become dev where there is no file for it
   * @param decoder reads the pictures, later
   * @param problems hears of pictures and captions that cannot be used
   * @throws InputException if a file cannot be read, if the files are of several years, or from the
   *     listener
   */
  public static Splits read(
      Path path,
      String pictures,
      double devFraction,
      PictureDecoder decoder,
      ProblemListener problems) {
    DevCut.requireFraction(devFraction);
    Path place = path.toAbsolutePath().normalize();
    Path folder = Files.isDirectory(place) ? place : place.resolveSibling("");
    Path below = folder.resolve(ANNOTATIONS);
    boolean isBelow = files(folder).isEmpty() && Files.isDirectory(below);
    Path root = folder.endsWith(ANNOTATIONS) ? folder.resolveSibling("") : folder;
    CocoCaptions reader = new CocoCaptions(PictureRoots.of(root, pictures, decoder), problems);
    List<Path> files = Files.isDirectory(place) ? files(isBelow ? below : folder) : List.of(place);
    if (files.isEmpty()) {
      throw new InputException(
          "%s: found no file captions_train*.json or captions_val*.json".formatted(path));
    }
    requireOneYear(files);
    files.forEach(reader::readFile);
    return CaptionedExamples.splits(NAME, reader.table.build(), reader.parts, devFraction, 1);
  }

  private static void requireOneYear(List<Path> files) {
    List<String> names = files.stream().map(file -> file.getFileName().toString()).toList();
    if (names.stream().map(CocoCaptions::year).distinct().count() > 1) {
      throw new InputException(
          "%s: found %s; allowed: files of one year, since what is dev in one is train in another"
              .formatted(files.get(0).resolveSibling(""), String.join(", ", names)));
    }
  }

  private static String year(String file) {
    Matcher name = FILE.matcher(file);
    return name.matches() ? name.group(3) : "";
  }

  private static List<Path> files(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> FILE.matcher(file.getFileName().toString()).matches())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw TextFiles.unreadable(folder, e);
    }
  }

  private void readFile(Path file) {
    Matcher name = FILE.matcher(file.getFileName().toString());
    boolean isNamed = name.matches();
    String below = isNamed ? name.group(1) : "";
    Split split = isNamed && name.group(2).equals("val") ? Split.DEV : Split.TRAIN;
    Map<Long, Described> images = new LinkedHashMap<>();
    JsonFiles.eachRecord(
        file,
        "images",
        problems,
        image ->
            images.put(
                image.integer("id"), new Described(picture(image, below), new ArrayList<>())));
    JsonFiles.eachRecord(file, ANNOTATIONS, problems, annotation -> add(annotation, images));
    images.forEach(
        (id, described) -> {
          if (!described.captions.isEmpty()) {
            table.add(Long.toString(id), described.picture, described.captions);
            parts.add(split);
          }
        });
  }

  private static void add(JsonRecord annotation, Map<Long, Described> images) {
    long id = annotation.integer("image_id");
    List<String> captions =
        Optional.ofNullable(images.get(id))
            .orElseThrow(
                () ->
                    annotation.problem(
                        "image_id", Long.toString(id), "the id of a picture that can be used"))
            .captions;
    String caption = annotation.text("caption").strip();
    if (!caption.isEmpty()) {
      captions.add(caption);
    }
  }

  private Picture picture(JsonRecord image, String below) {
    String name = image.text("file_name");
    return Stream.of(below, "")
        .flatMap(folder -> pictures.find(folder, name).stream())
        .findFirst()
        .orElseThrow(
            () ->
                image.problem(
                    "file_name",
                    "\"%s\", of which there is no file".formatted(name),
                    "a picture%s below %s"
                        .formatted(below.isEmpty() ? "" : " in " + below, pictures.searched())));
  }
}
