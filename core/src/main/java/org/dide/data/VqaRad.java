package org.dide.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.dide.InputException;

/**
 * Reads VQA-RAD (Lau et al., Scientific Data 2018): questions of clinicians about radiology
 * pictures.
 *
 * <p>One folder holds {@code VQA_RAD Dataset Public.json}, a list of records, and the pictures in
 * {@code images/} or, as published, {@code VQA_RAD Image Folder/}:
 *
 * <pre>{@code
 * {"qid": 7, "image_name": "synpic54610.jpg", "question": "Is there a mass?", "answer": "No",
 *  "phrase_type": "test_freeform", "answer_type": "CLOSED", "question_type": "PRES"}
 * }</pre>
 *
 * <p>Test are the records whose {@code phrase_type} begins with {@code test_}, as published; they
 * share pictures with train. Dev is cut from train by picture. Answers, which may be numbers, are
 * brought into the form of {@link AnswerNormalizer}; one of which that would leave nothing, such as
 * the letter A, is kept in lower case. An example's type is {@code answer_type/question_type} in
 * lower case, such as {@code closed/pres}. Other fields are not read.
 */
public final class VqaRad {
  private static final String NAME = "vqa-rad";
  private static final String FILE = "VQA_RAD Dataset Public.json";
  private static final List<String> PICTURES = List.of("images", "VQA_RAD Image Folder");
  private static final String ID = "qid";
  private static final String IMAGE = "image_name";
  private static final String PHRASE_TYPE = "phrase_type";
  private static final String TEST = "test_";
  private static final List<String> PHRASE_TYPES =
      List.of("freeform", "para", TEST + "freeform", TEST + "para");

  private final Path folder;
  private final PictureDecoder decoder;
  private final ProblemListener problems;

  /** Reads from a folder laid out as above; nothing is opened yet. */
  public VqaRad(Path folder, PictureDecoder decoder, ProblemListener problems) {
    this.folder = folder;
    this.decoder = decoder;
    this.problems = problems;
  }

  /**
   * All parts.
   *
   * @param devFraction of train's pictures that become dev, in [0, 1)
   * @throws InputException if the file or the pictures cannot be read, the fraction is another, or
   *     from the listener, which hears of malformed records, ids that stand twice and pictures that
   *     are missing
   */
  public Splits splits(double devFraction) {
    RecordReader reader = new RecordReader(pictures());
    JsonFiles.eachObject(folder.resolve(FILE), problems, reader::add);
    return DevCut.of(reader.train, example -> example.pictures().get(0).name(), devFraction, NAME)
        .with(reader.test, NAME);
  }

  private PictureFolder pictures() {
    String name =
        PICTURES.stream()
            .filter(below -> Files.isDirectory(folder.resolve(below)))
            .findFirst()
            .orElse(PICTURES.get(0));
    return PictureFolder.list(folder, name, decoder);
  }

  /** Sorts the records into train and test. */
  private static final class RecordReader {
    private final PictureFolder pictures;
    private final Set<String> ids = new HashSet<>();
    private final List<Example> train = new ArrayList<>();
    private final List<Example> test = new ArrayList<>();

    RecordReader(PictureFolder pictures) {
      this.pictures = pictures;
    }

    void add(JsonRecord row) {
      String id = row.textOrNumber(ID);
      if (!ids.add(id)) {
        throw row.problem(ID, id + " again", "each id once");
      }
      String phraseType = row.text(PHRASE_TYPE);
      if (!PHRASE_TYPES.contains(phraseType)) {
        throw row.problem(PHRASE_TYPE, "\"" + phraseType + "\"", String.join(", ", PHRASE_TYPES));
      }
      Example example =
          new Example(
              id,
              List.of(picture(row)),
              row.text("question"),
              new Label.Answers(Map.of(answer(row), 1.0)),
              kind(row, "answer_type") + "/" + kind(row, "question_type"));
      (phraseType.startsWith(TEST) ? test : train).add(example);
    }

    private Picture picture(JsonRecord row) {
      String fileName = row.text(IMAGE);
      return pictures
          .find(fileName)
          .orElseThrow(
              () ->
                  row.problem(
                      IMAGE,
                      "\"%s\", which has no file under %s".formatted(fileName, pictures),
                      "pictures that are there"));
    }

    private static String answer(JsonRecord row) {
      String written = row.textOrNumber("answer").strip();
      if (written.isEmpty()) {
        throw row.problem("answer", "an empty string", "an answer");
      }
      String normalized = AnswerNormalizer.normalize(written);
      return normalized.isEmpty() ? written.toLowerCase(Locale.ROOT) : normalized;
    }

    private static String kind(JsonRecord row, String field) {
      return row.text(field).strip().toLowerCase(Locale.ROOT);
    }
  }
}
