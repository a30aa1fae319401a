package org.dide.data;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.dide.InputException;
import org.dide.data.OwnRecord.Content;

/**
 * Reads one's own data: a UTF-8 file with one JSON object a line; blank lines are skipped.
 *
 * <pre>{@code
 * {"id": "q1", "image": "a.jpg", "question": "What colour is it?", "answer": "red"}
 * {"id": "q2", "image": "a.jpg", "question": "What is it?", "answers": {"dog": 1.0, "puppy": 0.3}}
 * {"id": "s1", "image": "b.jpg", "statement": "A dog runs.", "label": "entailment"}
 * {"id": "r1", "images": ["l.jpg", "r.jpg"], "statement": "Both show dogs.", "label": true}
 * {"id": "c1", "image": "b.jpg", "captions": ["A dog runs.", "A running dog."], "split": "dev"}
 * }</pre>
 *
 * <p>Every record has a string {@code id} that stands once in the file, either {@code image} or
 * {@code images} (paths relative to the file), and one of {@code question}, {@code statement},
 * {@code captions}. A question may have {@code answer}, which stands for a score of 1, or {@code
 * answers} with scores in [0, 1]. A statement may have a {@code label}: a word or a truth value.
 * {@code split} is {@code train} (the default), {@code dev} or {@code test}; {@code type} names the
 * kind of question, for scores by kind. Any other field is an error.
 */
public final class OwnJsonl {
  /** Where pictures may lie. */
  public enum PicturePaths {
    /** Below the file's folder, links followed: a file from a stranger reaches nothing else. */
    BELOW_THE_FILE,
    /** Anywhere, absolute paths included. */
    ANYWHERE
  }

  private static final String IMAGE = "image";
  private static final String IMAGES = "images";
  private static final String QUESTION = "question";
  private static final String STATEMENT = "statement";
  private static final String CAPTIONS = "captions";
  private static final String ANSWER = "answer";
  private static final String ANSWERS = "answers";
  private static final String LABEL = "label";
  private static final String SPLIT = "split";
  private static final Set<String> FIELDS =
      Set.of(
          "id", IMAGE, IMAGES, QUESTION, STATEMENT, CAPTIONS, ANSWER, ANSWERS, LABEL, SPLIT,
          "type");

  private final Path file;
  private final PicturePaths picturePaths;
  private final PictureDecoder decoder;
  private final ProblemListener problems;

  /** Reads from a file; nothing is opened yet. */
  public OwnJsonl(
      Path file, PicturePaths picturePaths, PictureDecoder decoder, ProblemListener problems) {
    this.file = file;
    this.picturePaths = picturePaths;
    this.decoder = decoder;
    this.problems = problems;
  }

  /**
   * All records, in the file's order.
   *
   * @throws InputException if the file cannot be read, or from the listener
   */
  public List<OwnRecord> records() {
    List<OwnRecord> records = new ArrayList<>();
    Map<String, String> places = new HashMap<>();
    PictureFinder finder = new PictureFinder();
    JsonFiles.eachLine(
        file,
        problems,
        line -> {
          OwnRecord ownRecord = parse(line, finder);
          String earlier = places.putIfAbsent(ownRecord.id(), line.place());
          if (earlier != null) {
            throw line.problem(
                "id", "\"%s\" again, as in %s".formatted(ownRecord.id(), earlier), "each id once");
          }
          records.add(ownRecord);
        });
    return records;
  }

  /**
   * The examples of a task; a record of any other is a problem.
   *
   * @throws InputException if the file cannot be read, or from the listener
   */
  public Splits examples(TaskName task) {
    Map<Split, List<Example>> parts = new EnumMap<>(Split.class);
    for (OwnRecord ownRecord : records()) {
      try {
        List<Example> found = ownRecord.examples(task);
        parts.computeIfAbsent(ownRecord.split(), split -> new ArrayList<>()).addAll(found);
      } catch (InputException problem) {
        problems.onProblem(problem);
      }
    }
    return Splits.of(String.valueOf(file.getFileName()), parts);
  }

  private static OwnRecord parse(JsonRecord line, PictureFinder finder) {
    line.allowOnly(FIELDS);
    return new OwnRecord(
        line.place(),
        line.text("id"),
        pictures(line, finder),
        content(line),
        split(line),
        line.optionalText("type").orElse(""));
  }

  private static List<Picture> pictures(JsonRecord line, PictureFinder finder) {
    if (onlyOneOf(line, IMAGE, IMAGES).equals(IMAGE)) {
      return List.of(finder.find(line, IMAGE, line.text(IMAGE)));
    }
    List<String> paths = line.texts(IMAGES);
    if (paths.isEmpty()) {
      throw line.problem(IMAGES, "an empty list", "at least one path");
    }
    return paths.stream().map(path -> finder.find(line, IMAGES, path)).toList();
  }

  private static Content content(JsonRecord line) {
    return switch (onlyOneOf(line, QUESTION, STATEMENT, CAPTIONS)) {
      case QUESTION -> {
        forbid(line, QUESTION, LABEL);
        yield new Content.Question(filled(line, QUESTION), answers(line));
      }
      case STATEMENT -> {
        forbid(line, STATEMENT, ANSWER, ANSWERS);
        yield statement(line);
      }
      default -> {
        forbid(line, CAPTIONS, ANSWER, ANSWERS, LABEL);
        yield captions(line);
      }
    };
  }

  private static Map<String, Double> answers(JsonRecord line) {
    if (line.optional(ANSWERS).isEmpty()) {
      return line.optional(ANSWER).isEmpty() ? Map.of() : Map.of(filled(line, ANSWER), 1.0);
    }
    forbid(line, ANSWERS, ANSWER);
    JsonNode answers = line.optional(ANSWERS).orElseThrow();
    String allowed = "an object of answers with scores in [0, 1]";
    if (!answers.isObject() || answers.isEmpty()) {
      throw line.problem(ANSWERS, JsonRecord.shown(answers), allowed);
    }
    Map<String, Double> scores = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> answer : answers.properties()) {
      double score = answer.getValue().asDouble(Double.NaN);
      if (!answer.getValue().isNumber()
          || !(score >= 0 && score <= 1)
          || answer.getKey().isBlank()) {
        throw line.problem(
            ANSWERS,
            "\"%s\": %s".formatted(answer.getKey(), JsonRecord.shown(answer.getValue())),
            allowed);
      }
      scores.put(answer.getKey(), score);
    }
    return scores;
  }

  private static Content statement(JsonRecord line) {
    String text = filled(line, STATEMENT);
    Optional<JsonNode> label = line.optional(LABEL);
    if (label.isPresent() && label.get().isBoolean()) {
      return new Content.Truth(text, label.get().booleanValue());
    }
    if (label.isPresent() && !label.get().isTextual()) {
      throw line.problem(LABEL, JsonRecord.shown(label.get()), "a string, true or false");
    }
    return new Content.Entailment(text, label.map(JsonNode::textValue));
  }

  private static Content captions(JsonRecord line) {
    List<String> captions = line.texts(CAPTIONS);
    if (captions.isEmpty() || captions.stream().anyMatch(String::isBlank)) {
      throw line.problem(CAPTIONS, captions.toString(), "at least one caption, none of them empty");
    }
    return new Content.Captions(captions);
  }

  private static Split split(JsonRecord line) {
    String name = line.optionalText(SPLIT).orElse("train");
    return switch (name) {
      case "train" -> Split.TRAIN;
      case "dev" -> Split.DEV;
      case "test" -> Split.TEST;
      default -> throw line.problem(SPLIT, "\"" + name + "\"", "train, dev, test");
    };
  }

  private static String filled(JsonRecord line, String field) {
    String text = line.text(field);
    if (text.isBlank()) {
      throw line.problem(field, "an empty string", "a string with something in it");
    }
    return text;
  }

  /** The one of several fields that the record has. */
  private static String onlyOneOf(JsonRecord line, String... fields) {
    List<String> present = new ArrayList<>();
    for (String field : fields) {
      if (line.optional(field).isPresent()) {
        present.add(field);
      }
    }
    if (present.size() != 1) {
      throw new InputException(
          "%s: found %s; allowed: exactly one of the fields %s"
              .formatted(
                  line.place(),
                  present.isEmpty() ? "none" : String.join(" and ", present),
                  String.join(", ", fields)));
    }
    return present.get(0);
  }

  private static void forbid(JsonRecord line, String beside, String... fields) {
    for (String field : fields) {
      line.optional(field)
          .ifPresent(
              value -> {
                throw line.problem(
                    field, JsonRecord.shown(value), "nothing beside \"" + beside + "\"");
              });
    }
  }

  /** Finds picture files, each once however many records show it. */
  private final class PictureFinder {
    private final Map<String, Picture> found = new HashMap<>();
    private final Path folder = file.toAbsolutePath().normalize().resolveSibling("");

    Picture find(JsonRecord line, String field, String path) {
      Picture known = found.get(path);
      if (known != null) {
        return known;
      }
      Path picture = confined(line, field, path);
      if (!Files.isRegularFile(picture)) {
        throw line.problem(
            field,
            "\"%s\", where there is no file".formatted(path),
            "a picture (looked for " + picture + ")");
      }
      Picture created = new FilePicture(name(picture), picture, decoder);
      found.put(path, created);
      return created;
    }

    private Path confined(JsonRecord line, String field, String path) {
      try {
        Path picture = folder.resolve(path).normalize();
        if (picturePaths == PicturePaths.BELOW_THE_FILE
            && !(isBelow(picture, folder)
                && (!Files.exists(picture)
                    || isBelow(picture.toRealPath(), folder.toRealPath())))) {
          throw line.problem(field, "\"" + path + "\"", "a path that stays below " + folder);
        }
        return picture;
      } catch (InvalidPathException | IOException e) {
        throw line.problem(field, "\"%s\" (%s)".formatted(path, e), "the path of a picture");
      }
    }

    private static boolean isBelow(Path path, Path folder) {
      return path.startsWith(folder) && !path.equals(folder);
    }

    private String name(Path picture) {
      Path name = picture.startsWith(folder) ? folder.relativize(picture) : picture;
      return name.toString().replace('\\', '/');
    }
  }
}
