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
 * Writes questions, statements or captions as one's own data, in the format of {@link OwnJsonl}: a
 * folder with {@code questions.jsonl}, {@code statements.jsonl} or {@code captions.jsonl} and the
 * pictures as {@code pictures/000000.png} and so on, each picture once.
 */
public final class OwnJsonlWriter {
  /** The file of questions. */
  public static final String QUESTIONS = "questions.jsonl";

  /** The file of statements. */
  public static final String STATEMENTS = "statements.jsonl";

  /** The file of captions. */
  public static final String CAPTIONS = "captions.jsonl";

  private static final String PICTURES = "pictures";

  private static final List<String> TRUTH_VALUES = TaskName.REASONING.classes();

  private final Path folder;
  private final Map<String, String> paths = new HashMap<>();

  private OwnJsonlWriter(Path folder) {
    this.folder = folder;
  }

  /** The file that a task's examples are written to. */
  public static String fileOf(TaskName task) {
    return switch (task) {
      case VQA -> QUESTIONS;
      case STATEMENT, REASONING, ENTAILMENT -> STATEMENTS;
      case RETRIEVAL, PRETRAINING -> CAPTIONS;
    };
  }

  /**
   * Writes a folder of a task's examples, whole or not at all.
   *
   * @param folder a new or empty one
   * @param parts the examples of each split, written in the map's order
   * @throws InputException if there is something in the folder already, a picture cannot be read,
   *     or the folder not be written
   */
  public static void write(Path folder, TaskName task, Map<Split, List<Example>> parts) {
    String text =
        switch (task) {
          case VQA -> "question";
          case STATEMENT, REASONING, ENTAILMENT -> "statement";
          case RETRIEVAL, PRETRAINING -> "captions";
        };
    write(folder, fileOf(task), parts, (writer, example) -> writer.line(example, text));
  }

  /**
   * Writes a folder of captioned pictures, whole or not at all.
   *
   * @param folder a new or empty one
   * @param parts the pictures of each split, written in the map's order
   * @throws InputException as {@link #write(Path, TaskName, Map)}
   */
  public static void writeCaptions(Path folder, Map<Split, List<CaptionedPicture>> parts) {
    write(folder, CAPTIONS, parts, OwnJsonlWriter::line);
  }

  private static <T> void write(
      Path folder, String file, Map<Split, List<T>> parts, LineMaker<T> maker) {
    requireEmpty(folder);
    AtomicFolder.write(
        folder,
        aside -> {
          Files.createDirectory(aside.resolve(PICTURES));
          try (BufferedWriter lines = Files.newBufferedWriter(aside.resolve(file), UTF_8)) {
            OwnJsonlWriter writer = new OwnJsonlWriter(aside);
            for (Map.Entry<Split, List<T>> part : parts.entrySet()) {
              for (T each : part.getValue()) {
                ObjectNode line = maker.line(writer, each);
                line.put("split", part.getKey().toString());
                lines.write(line + "\n");
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

  private ObjectNode line(Example example, String text) throws IOException {
    ObjectNode line = JsonFiles.MAPPER.createObjectNode();
    line.put("id", example.id());
    putPictures(line, example.pictures());
    if (text.equals("captions")) {
      line.putArray(text).add(example.text());
    } else {
      line.put(text, example.text());
    }
    putLabel(line, example.label());
    if (!example.type().isEmpty()) {
      line.put("type", example.type());
    }
    return line;
  }

  private ObjectNode line(CaptionedPicture captioned) throws IOException {
    ObjectNode line = JsonFiles.MAPPER.createObjectNode();
    line.put("id", captioned.id());
    putPictures(line, List.of(captioned.picture()));
    ArrayNode captions = line.putArray("captions");
    captioned.captions().forEach(captions::add);
    return line;
  }

  private void putPictures(ObjectNode line, List<Picture> pictures) throws IOException {
    if (pictures.size() == 1) {
      line.put("image", pathOf(pictures.get(0)));
      return;
    }
    ArrayNode images = line.putArray("images");
    for (Picture picture : pictures) {
      images.add(pathOf(picture));
    }
  }

  private static void putLabel(ObjectNode line, Label label) {
    if (label instanceof Label.Answers answers) {
      putAnswers(line, answers);
    } else if (label instanceof Label.Choice choice) {
      if (TRUTH_VALUES.contains(choice.name())) {
        line.put("label", Boolean.parseBoolean(choice.name()));
      } else {
        line.put("label", choice.name());
      }
    }
  }

  private static void putAnswers(ObjectNode line, Label.Answers known) {
    if (known.scores().size() == 1 && known.scores().containsValue(1.0)) {
      line.put("answer", known.scores().keySet().iterator().next());
    } else if (!known.scores().isEmpty()) {
      ObjectNode scores = line.putObject("answers");
      known.scores().forEach(scores::put);
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

  /** Makes a line of something, writing its pictures. */
  private interface LineMaker<T> {
    ObjectNode line(OwnJsonlWriter writer, T what) throws IOException;
  }
}
