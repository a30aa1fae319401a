package org.dide.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.dide.AtomicFolder;
import org.dide.InputException;
import org.dide.image.PngEncoder;

/**
 * Writes questions as one's own data, in the format of {@link OwnJsonl}: a folder with {@code
 * questions.jsonl} and the pictures as {@code pictures/000000.png} and so on, each picture once.
 */
public final class OwnJsonlWriter {
  /** The file of questions. */
  public static final String QUESTIONS = "questions.jsonl";

  private static final String PICTURES = "pictures";

  private final Path folder;
  private final BufferedWriter lines;
  private final Map<String, String> paths = new HashMap<>();

  private OwnJsonlWriter(Path folder, BufferedWriter lines) {
    this.folder = folder;
    this.lines = lines;
  }

  /**
   * Writes a folder, whole or not at all.
   *
   * @param folder a new or empty one
   * @param parts the questions of each split, written in the map's order
   * @throws InputException if there is something in the folder already, a picture cannot be read,
   *     or the folder not be written
   */
  public static void write(Path folder, Map<Split, List<Example>> parts) {
    requireEmpty(folder);
    AtomicFolder.write(
        folder,
        aside -> {
          Files.createDirectory(aside.resolve(PICTURES));
          try (BufferedWriter lines = Files.newBufferedWriter(aside.resolve(QUESTIONS), UTF_8)) {
            OwnJsonlWriter writer = new OwnJsonlWriter(aside, lines);
            for (Map.Entry<Split, List<Example>> part : parts.entrySet()) {
              for (Example example : part.getValue()) {
                writer.write(example, part.getKey());
              }
            }
          }
        });
  }

  private static void requireEmpty(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> content = Files.list(folder)) {
      if (content.findAny().isPresent()) {
        throw new InputException(
            "%s: there is something in this folder already; allowed is a new or empty one"
                .formatted(folder));
      }
    } catch (IOException e) {
      throw new InputException("%s: is not a folder that can be read (%s)".formatted(folder, e), e);
    }
  }

  private void write(Example example, Split split) throws IOException {
    ObjectNode line = JsonFiles.MAPPER.createObjectNode();
    line.put("id", example.id());
    if (example.pictures().size() == 1) {
      line.put("image", pathOf(example.pictures().get(0)));
    } else {
      ArrayNode images = line.putArray("images");
      for (Picture picture : example.pictures()) {
        images.add(pathOf(picture));
      }
    }
    line.put("question", example.text());
    putAnswers(line, example.label());
    line.put("split", split.toString());
    if (!example.type().isEmpty()) {
      line.put("type", example.type());
    }
    lines.write(line + "\n");
  }

  private static void putAnswers(ObjectNode line, Label label) {
    if (label instanceof Label.Answers known && !known.scores().isEmpty()) {
      if (known.scores().size() == 1 && known.scores().containsValue(1.0)) {
        line.put("answer", known.scores().keySet().iterator().next());
      } else {
        ObjectNode scores = line.putObject("answers");
        known.scores().forEach(scores::put);
      }
    }
  }

  private String pathOf(Picture picture) throws IOException {
    String known = paths.get(picture.name());
    if (known != null) {
      return known;
    }
    String path = "%s/%06d.png".formatted(PICTURES, paths.size());
    Files.write(folder.resolve(path), PngEncoder.encode(picture.load()));
    paths.put(picture.name(), path);
    return path;
  }
}
