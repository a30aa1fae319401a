package org.dide.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dide.InputException;

/**
 * Reads Flickr8k as it is published (Hodosh, Young and Hockenmaier, JAIR 2013): a folder with
 *
 * <ul>
 *   <li>{@code Flickr8k.token.txt}, lines of {@code <picture>#<number>}, a tab and a caption;
 *   <li>{@code Flickr_8k.trainImages.txt}, {@code Flickr_8k.devImages.txt} and {@code
 *       Flickr_8k.testImages.txt}, a picture's file name a line;
 *   <li>the pictures in {@code Flicker8k_Dataset} (so spelt) or {@code images}.
 * </ul>
 *
 * <p>An example is a picture with one of its captions, named {@code <picture>#<number>}. Captions
 * of pictures that no list names are not read.
 */
public final class Flickr8k {
  private static final String NAME = "flickr8k";
  private static final String CAPTIONS = "Flickr8k.token.txt";

  private final Path folder;
  private final ProblemListener problems;
  private final PictureRoots pictures;
  private final Map<String, Map<String, String>> captions = new HashMap<>(); // by picture, by id
  private final Set<String> named = new HashSet<>();

  private Flickr8k(Path folder, ProblemListener problems, PictureRoots pictures) {
    this.folder = folder;
    this.problems = problems;
    this.pictures = pictures;
  }

  /**
   * Reads the folder.
   *
   * @param pictures folder of the pictures, or empty for those named above
   * @param decoder reads the pictures, later
   * @param problems hears of lines that cannot be used
   * @throws InputException if a file cannot be read, or from the listener
   */
  public static Splits read(
      Path folder, String pictures, PictureDecoder decoder, ProblemListener problems) {
    PictureRoots roots = PictureRoots.of(folder.toAbsolutePath().normalize(), pictures, decoder);
    Flickr8k reader = new Flickr8k(folder, problems, roots);
    reader.readCaptions();
    return new Splits(reader.part(Split.TRAIN), reader.part(Split.DEV), reader.part(Split.TEST));
  }

  private void readCaptions() {
    eachLine(CAPTIONS, this::addCaption);
  }

  private void addCaption(String place, String line) {
    int tab = line.indexOf('\t');
    int hash = line.lastIndexOf('#', Math.max(tab, 0));
    if (hash < 1) {
      throw new InputException(
          "%s: found \"%s\"; allowed: <picture>#<number>, a tab and a caption"
              .formatted(place, line));
    }
    String id = line.substring(0, tab);
    String earlier =
        captions
            .computeIfAbsent(line.substring(0, hash), picture -> new LinkedHashMap<>())
            .putIfAbsent(id, line.substring(tab + 1));
    if (earlier != null) {
      throw new InputException("%s: found %s again; allowed: each once".formatted(place, id));
    }
  }

  private ExampleList part(Split split) {
    List<Example> examples = new ArrayList<>();
    eachLine(
        "Flickr_8k.%sImages.txt".formatted(split),
        (place, line) -> examples.addAll(examples(place, line.strip())));
    return new ExampleList(NAME + "/" + split, examples);
  }

  private List<Example> examples(String place, String name) {
    if (!named.add(name)) {
      throw new InputException(
          "%s: found %s again; allowed: each picture in one list, once".formatted(place, name));
    }
    Map<String, String> texts = captions.getOrDefault(name, Map.of());
    if (texts.isEmpty()) {
      throw new InputException(
          "%s: found %s, of which %s has no caption".formatted(place, name, CAPTIONS));
    }
    Picture picture =
        pictures
            .find("", name)
            .orElseThrow(
                () ->
                    new InputException(
                        "%s: found %s, of which there is no file; allowed: a picture below %s"
                            .formatted(place, name, pictures.searched())));
    List<Example> examples = new ArrayList<>();
    texts.forEach(
        (id, text) ->
            examples.add(new Example(id, List.of(picture), text, new Label.Described(), "")));
    return examples;
  }

  @FunctionalInterface
  private interface LineReader {
    void read(String place, String line);
  }

  private void eachLine(String file, LineReader reader) {
    int number = 0;
    for (String line : TextFiles.lines(folder.resolve(file))) {
      number++;
      if (!line.isBlank()) {
        try {
          reader.read("%s: line %d".formatted(file, number), line);
        } catch (InputException problem) {
          problems.onProblem(problem);
        }
      }
    }
  }
}
