package org.dide.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.dide.InputException;

/**
 * Reads captions in Karpathy's splits (Karpathy and Fei-Fei, CVPR 2015): COCO, Flickr30k and
 * Flickr8k as one {@code dataset_<name>.json} each.
 *
 * <pre>{@code
 * {"images": [{"filename": "COCO_val2014_000000391895.jpg", "filepath": "val2014", "split": "test",
 *              "sentences": [{"raw": "A man rides a motorcycle.", "sentid": 770337}, ...]}, ...]}
 * }</pre>
 *
 * <p>{@code filepath} may be missing; other fields are not read. Splits are {@code train} and
 * {@code restval}, which is added to it as is usual, {@code val} and {@code test}. An example is a
 * picture with one of its captions, blank ones left out, named after {@code sentid}, or after the
 * picture and the caption's place where there is none.
 */
public final class Karpathy {
  private static final String EXTENSION = ".json";
  private static final String FILE_PATH = "filepath";
  private static final String FILE_NAME = "filename";
  private static final String SENTENCE = "sentid";

  private final PictureRoots pictures;
  private final Map<Split, List<Example>> parts = new EnumMap<>(Split.class);

  private Karpathy(PictureRoots pictures) {
    this.pictures = pictures;
  }

  /**
   * Reads a file.
   *
   * @param path the file, or a folder in which it is the only {@code dataset*.json}
   * @param pictures folder of the pictures; if empty, {@code images}, {@code flickr30k-images} and
   *     the like beside the file, and the file's own folder
   * @param decoder reads the pictures, later
   * @param problems hears of pictures that cannot be used, with all their captions
   * @throws InputException if the file cannot be read, or from the listener
   */
  public static Splits read(
      Path path, String pictures, PictureDecoder decoder, ProblemListener problems) {
    Path file = Files.isDirectory(path) ? only(path) : path;
    Path beside = file.toAbsolutePath().normalize().resolveSibling("");
    Karpathy reader = new Karpathy(PictureRoots.of(beside, pictures, decoder));
    JsonFiles.eachRecord(file, "images", problems, reader::add);
    return Splits.of(stem(file.getFileName().toString()), reader.parts);
  }

  private static Path only(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> found =
          files.filter(path -> isDataset(path.getFileName().toString())).sorted().toList();
      if (found.size() != 1) {
        throw new InputException(
            "%s: found %d files dataset*.json, allowed is one, or the path of a file"
                .formatted(folder, found.size()));
      }
      return found.get(0);
    } catch (IOException e) {
      throw TextFiles.unreadable(folder, e);
    }
  }

  private static boolean isDataset(String name) {
    return name.startsWith("dataset") && name.endsWith(EXTENSION);
  }

  private void add(JsonRecord image) {
    Split split = split(image);
    Picture picture = picture(image);
    List<Example> examples = new ArrayList<>();
    int place = 0;
    for (JsonRecord sentence : image.records("sentences")) {
      String text = sentence.text("raw");
      String id =
          sentence.optional(SENTENCE).isPresent()
              ? Long.toString(sentence.integer(SENTENCE))
              : "%s#%d".formatted(picture.name(), place);
      if (!text.isBlank()) {
        examples.add(new Example(id, List.of(picture), text, new Label.Described(), ""));
      }
      place++;
    }
    parts.computeIfAbsent(split, key -> new ArrayList<>()).addAll(examples);
  }

  private Picture picture(JsonRecord image) {
    String below = image.optionalText(FILE_PATH).orElse("");
    if (!PictureRoots.isBelow(below)) {
      throw image.problem(FILE_PATH, '"' + below + '"', "a folder below that of the pictures");
    }
    String name = image.text(FILE_NAME);
    Optional<Picture> found = pictures.find(below, name);
    return found.orElseThrow(
        () ->
            image.problem(
                FILE_NAME,
                "\"%s\", of which there is no file".formatted(name),
                "a picture%s below %s"
                    .formatted(below.isEmpty() ? "" : " in " + below, pictures.searched())));
  }

  private static Split split(JsonRecord image) {
    String name = image.text("split");
    return switch (name) {
      case "train", "restval" -> Split.TRAIN;
      case "val" -> Split.DEV;
      case "test" -> Split.TEST;
      default -> throw image.problem("split", '"' + name + '"', "train, restval, val, test");
    };
  }

  private static String stem(String name) {
    return name.endsWith(EXTENSION) ? name.substring(0, name.length() - EXTENSION.length()) : name;
  }
}
