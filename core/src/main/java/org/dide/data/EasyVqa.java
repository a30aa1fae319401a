package org.dide.data;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.dide.InputException;

/**
 * Reads easy-VQA (github.com/vzhou842/easy-VQA): pictures of one coloured shape each, with
 * questions of 13 answers.
 *
 * <p>The folder holds {@code answers.txt}, one answer a line, and for {@code train} and {@code
 * test} each a {@code questions.json}, a list of {@code [question, answer, picture]}, beside {@code
 * images/<picture>.png}. A dev part is cut from train by picture, so that no picture stands in
 * both; which pictures is a pure function of their numbers and the fraction.
 */
public final class EasyVqa {
  /** The part of train's pictures that becomes dev unless a caller says otherwise. */
  public static final double DEFAULT_DEV_FRACTION = 0.1;

  private static final String NAME = "easy-vqa";
  private static final Pattern SHAPE = Pattern.compile("\\b(circle|rectangle|triangle)\\b");
  private static final Pattern NEGATION = Pattern.compile("\\b(no|not)\\b");

  private final Splits splits;
  private final AnswerVocabulary answers;

  private EasyVqa(Splits splits, AnswerVocabulary answers) {
    this.splits = splits;
    this.answers = answers;
  }

  /**
   * Reads the folder.
   *
   * @param devFraction the part of train's pictures that becomes dev, in [0, 1)
   * @param decoder reads the pictures, later
   * @throws InputException if a file is missing or a record is malformed, names a missing picture
   *     or has an answer that {@code answers.txt} lacks
   */
  public static EasyVqa read(Path folder, double devFraction, PictureDecoder decoder) {
    return read(folder, devFraction, decoder, ProblemListener.STOP);
  }

  /**
   * Reads the folder and leaves out records with problems.
   *
   * @throws InputException if a file is missing, or from the listener
   */
  public static EasyVqa read(
      Path folder, double devFraction, PictureDecoder decoder, ProblemListener problems) {
    DevCut.requireFraction(devFraction);
    List<String> answers = TextFiles.lines(folder.resolve("answers.txt"));
    List<Example> training = readPart(folder, "train", decoder, problems, answers);
    List<Example> test = readPart(folder, "test", decoder, problems, answers);
    DevCut cut = DevCut.of(training, EasyVqa::pictureName, devFraction, NAME);
    return new EasyVqa(cut.with(test, NAME), count(answers, cut.train()));
  }

  /** Train, dev and test. */
  public Splits splits() {
    return splits;
  }

  /** The answers in the order of {@code answers.txt}, counted over train. */
  public AnswerVocabulary answers() {
    return answers;
  }

  private static List<Example> readPart(
      Path folder,
      String part,
      PictureDecoder decoder,
      ProblemListener problems,
      List<String> answers) {
    Set<String> allowed = Set.copyOf(answers);
    Path file = folder.resolve(part).resolve("questions.json");
    PictureFolder pictures = PictureFolder.list(folder, part + "/images", decoder);
    List<Example> examples = new ArrayList<>();
    JsonFiles.eachInList(
        file,
        problems,
        (element, position) -> {
          String place = "%s/questions.json: record %d".formatted(part, position);
          examples.add(example(part + "/" + position, place, element, pictures, allowed));
        });
    return examples;
  }

  private static Example example(
      String id, String place, JsonNode element, PictureFolder pictures, Set<String> answers) {
    if (!(element.isArray()
        && element.size() == 3
        && element.get(0).isTextual()
        && element.get(1).isTextual()
        && element.get(2).canConvertToInt())) {
      throw new InputException(
          "%s: found %s; allowed: [question, answer, picture number]"
              .formatted(place, JsonRecord.shown(element)));
    }
    String question = element.get(0).textValue();
    String answer = element.get(1).textValue();
    if (!answers.contains(answer)) {
      throw new InputException(
          "%s: answer \"%s\" is not in answers.txt, which has %s"
              .formatted(place, answer, String.join(", ", new TreeSet<>(answers))));
    }
    String fileName = element.get(2).intValue() + ".png";
    Picture picture =
        pictures
            .find(fileName)
            .orElseThrow(
                () ->
                    new InputException(
                        "%s: picture %s has no file under %s (looked for %s)"
                            .formatted(place, element.get(2), pictures, fileName)));
    Label label = new Label.Answers(Map.of(answer, 1.0));
    return new Example(id, List.of(picture), question, label, type(question));
  }

  /**
   * What a question asks for: {@code shape}, {@code colour}, or whether a thing with a named shape
   * or colour {@code exists} or is {@code absent}.
   */
  static String type(String question) {
    String text = question.toLowerCase(Locale.ROOT);
    if (text.startsWith("what")) {
      return text.contains("color") ? "colour" : "shape";
    }
    boolean negated = NEGATION.matcher(text).find();
    boolean namesShape = SHAPE.matcher(text).find();
    return (negated ? "absent-" : "exists-") + (namesShape ? "shape" : "colour");
  }

  private static String pictureName(Example example) {
    return example.pictures().get(0).name();
  }

  private static AnswerVocabulary count(List<String> answers, List<Example> training) {
    Map<String, Long> counts = new LinkedHashMap<>();
    answers.forEach(answer -> counts.put(answer, 0L));
    for (Example example : training) {
      if (example.label() instanceof Label.Answers given) {
        given.scores().keySet().forEach(answer -> counts.merge(answer, 1L, Long::sum));
      }
    }
    return AnswerVocabulary.counted(counts);
  }
}
