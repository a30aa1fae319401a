package org.dide.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.dide.InputException;

/**
 * Reads VQA v2 (Goyal et al., CVPR 2017) as it is downloaded from visualqa.org: one folder with
 * {@code v2_mscoco_train2014_annotations.json}, {@code
 * v2_OpenEnded_mscoco_train2014_questions.json}, their siblings for val2014, test2015 and
 * test-dev2015, and the pictures under {@code train2014/}, {@code val2014/} and {@code test2015/}.
 *
 * <p>As in the reference: the answers are the normalised majority answers that train2014 and
 * val2014 give at least nine times; an answer's score follows from how many of ten people gave it,
 * compared as written, not normalised; questions that keep no answer are left out of training and
 * validation, and so are pictures without a file. Unlike in the reference, where the order is drawn
 * anew at each conversion, pictures stand in the order of their file names, so that the split is
 * the same everywhere.
 */
public final class VqaV2 {
  /** How often an answer must be given to be among those a model chooses from. */
  public static final int DEFAULT_MINIMUM_COUNT = 9;

  /** How many of val2014's pictures, the last ones, are dev; the others join train. */
  public static final int DEFAULT_DEV_PICTURES = 1000;

  /** A part of the data as it is downloaded. */
  public enum Part {
    /** Questions with answers about train2014's pictures. */
    TRAIN2014("train2014", "train2014", true),
    /** Questions with answers about val2014's pictures. */
    VAL2014("val2014", "val2014", true),
    /** Questions about test2015's pictures, whose answers are not public. */
    TEST2015("test2015", "test2015", false),
    /** The part of test2015's questions that scores are usually reported on. */
    TEST_DEV2015("test-dev2015", "test2015", false);

    private final String name;
    private final String pictures;
    private final boolean answered;

    Part(String name, String pictures, boolean answered) {
      this.name = name;
      this.pictures = pictures;
      this.answered = answered;
    }

    String questionsFile() {
      return "v2_OpenEnded_mscoco_%s_questions.json".formatted(name);
    }

    String annotationsFile() {
      return "v2_mscoco_%s_annotations.json".formatted(name);
    }

    String pictureFile(long image) {
      return "COCO_%s_%012d.jpg".formatted(pictures, image);
    }
  }

  /**
   * What reading a part gave.
   *
   * @param examples by picture file name, then in the order of the questions file; ids are question
   *     ids, types are {@code yes/no}, {@code number} and {@code other} where answers are known
   * @param withoutAnswer questions left out because no answer of theirs is in the vocabulary
   * @param missingPictures files that questions ask about and that are not there
   */
  public record Reading(ExampleList examples, int withoutAnswer, List<String> missingPictures) {
    /** Keeps an unmodifiable copy of the list. */
    public Reading {
      missingPictures = List.copyOf(missingPictures);
    }
  }

  private final Path folder;
  private final PictureDecoder decoder;
  private final ProblemListener problems;

  /** Reads from a folder laid out as above; nothing is opened yet. */
  public VqaV2(Path folder, PictureDecoder decoder, ProblemListener problems) {
    this.folder = folder;
    this.decoder = decoder;
    this.problems = problems;
  }

  /**
   * Counts the majority answers of train2014, then val2014.
   *
   * @param minimumCount how often an answer must be given to be kept; {@link
   *     #DEFAULT_MINIMUM_COUNT} for the published models
   * @return ids by first appearance
   * @throws InputException if an annotations file is missing or no answer is frequent enough, or
   *     from the listener
   */
  public AnswerVocabulary answers(int minimumCount) {
    Map<String, Long> counts = new LinkedHashMap<>();
    for (Part part : List.of(Part.TRAIN2014, Part.VAL2014)) {
      JsonFiles.eachRecord(
          folder.resolve(part.annotationsFile()),
          "annotations",
          problems,
          annotation ->
              counts.merge(
                  AnswerNormalizer.normalize(annotation.text("multiple_choice_answer")),
                  1L,
                  Long::sum));
    }
    counts.values().removeIf(count -> count < minimumCount);
    if (counts.isEmpty()) {
      throw new InputException(
          "%s: no majority answer is given %d times".formatted(folder, minimumCount));
    }
    return AnswerVocabulary.counted(counts);
  }

  /**
   * Train2014 with all but the last pictures of val2014; those last pictures; test-dev2015, empty
   * if its file is not there.
   *
   * @param devPictures how many of val2014's pictures are dev; {@link #DEFAULT_DEV_PICTURES} for
   *     the published models
   * @throws InputException if a file is missing, or from the listener, which also hears of missing
   *     pictures, once for each part
   */
  public Splits splits(AnswerVocabulary answers, int devPictures) {
    List<Example> validation = complete(Part.VAL2014, answers);
    List<Example> test = has(Part.TEST_DEV2015) ? complete(Part.TEST_DEV2015, answers) : List.of();
    return new Splits(
        train(validation, answers, devPictures),
        dev(validation, devPictures),
        new ExampleList("vqa-v2/test-dev", test));
  }

  /**
   * One of the splits, of whose files only those are read that it needs. Test is test2015, which
   * the leaderboard wants whole, or test-dev2015 where only that is there.
   *
   * @param devPictures as in {@link #splits}
   * @throws InputException as {@link #splits} does
   */
  public Dataset split(Split split, AnswerVocabulary answers, int devPictures) {
    return switch (split) {
      case TRAIN -> train(complete(Part.VAL2014, answers), answers, devPictures);
      case DEV -> dev(complete(Part.VAL2014, answers), devPictures);
      case TEST -> {
        Part test =
            has(Part.TEST_DEV2015) && !has(Part.TEST2015) ? Part.TEST_DEV2015 : Part.TEST2015;
        yield new ExampleList("vqa-v2/" + test.name, complete(test, answers));
      }
    };
  }

  /** Files and folders without which there are no {@link #splits}, as errors that name them. */
  public List<InputException> missingFiles() {
    List<InputException> missing = new ArrayList<>();
    for (Part part : List.of(Part.TRAIN2014, Part.VAL2014)) {
      for (String file : List.of(part.annotationsFile(), part.questionsFile())) {
        if (!Files.isRegularFile(folder.resolve(file))) {
          missing.add(
              new InputException("%s: there is no such file".formatted(folder.resolve(file))));
        }
      }
      if (!Files.isDirectory(folder.resolve(part.pictures))) {
        missing.add(
            new InputException(
                "%s: there is no such folder of pictures"
                    .formatted(folder.resolve(part.pictures))));
      }
    }
    return missing;
  }

  private boolean has(Part part) {
    return Files.exists(folder.resolve(part.questionsFile()));
  }

  private Dataset train(List<Example> validation, AnswerVocabulary answers, int devPictures) {
    List<Example> train = new ArrayList<>(complete(Part.TRAIN2014, answers));
    train.addAll(validation.subList(0, startOfLastPictures(validation, devPictures)));
    return new ExampleList("vqa-v2/train", train);
  }

  private static Dataset dev(List<Example> validation, int devPictures) {
    int start = startOfLastPictures(validation, devPictures);
    return new ExampleList("vqa-v2/dev", validation.subList(start, validation.size()));
  }

  /**
   * One part as it is downloaded.
   *
   * @throws InputException if a file is missing, or from the listener, which hears of malformed
   *     records, questions that stand twice and questions without annotation
   */
  public Reading read(Part part, AnswerVocabulary answers) {
    Map<Long, Annotation> annotations =
        part.answered ? annotations(part, answers) : new HashMap<>();
    return new PartReader(part, annotations).read();
  }

  private List<Example> complete(Part part, AnswerVocabulary answers) {
    Reading reading = read(part, answers);
    List<String> missing = reading.missingPictures();
    if (!missing.isEmpty()) {
      problems.onProblem(
          new InputException(
              "%s: image_id: %d pictures have no file (looked for %s%s)"
                  .formatted(
                      part.questionsFile(),
                      missing.size(),
                      String.join(", ", missing.subList(0, Math.min(3, missing.size()))),
                      missing.size() > 3 ? ", …" : "")));
    }
    return reading.examples().examples();
  }

  private static int startOfLastPictures(List<Example> examples, int pictures) {
    int seen = 0;
    int start = examples.size();
    String current = "";
    while (start > 0) {
      String name = examples.get(start - 1).pictures().get(0).name();
      if (!name.equals(current)) {
        if (seen == pictures) {
          break;
        }
        seen++;
        current = name;
      }
      start--;
    }
    return start;
  }

  private record Annotation(Label.Answers answers, String type) {}

  private Map<Long, Annotation> annotations(Part part, AnswerVocabulary answers) {
    Map<Long, Annotation> annotations = new HashMap<>();
    Map<String, String> types = new HashMap<>();
    JsonFiles.eachRecord(
        folder.resolve(part.annotationsFile()),
        "annotations",
        problems,
        annotation -> {
          long question = annotation.integer("question_id");
          String type = annotation.optionalText("answer_type").orElse("");
          // One string for each type: there are three, and half a million records.
          String shared = types.computeIfAbsent(type, same -> same);
          Annotation earlier =
              annotations.put(question, new Annotation(scores(annotation, answers), shared));
          if (earlier != null) {
            throw annotation.problem("question_id", question + " again", "each question once");
          }
        });
    return annotations;
  }

  private static Label.Answers scores(JsonRecord annotation, AnswerVocabulary answers) {
    List<String> given =
        annotation.records("answers").stream().map(answer -> answer.text("answer")).toList();
    Map<String, Double> scores = new LinkedHashMap<>();
    VqaScore.ofAnswers(given)
        .forEach(
            (answer, score) -> {
              OptionalInt id = answers.find(answer);
              if (id.isPresent()) {
                // The vocabulary's own string: a copy in each of half a million records adds up.
                scores.put(answers.answer(id.getAsInt()), score);
              }
            });
    return new Label.Answers(scores);
  }

  /** Joins questions, annotations and pictures of one part. */
  private final class PartReader {
    private final Part part;
    private final Map<Long, Annotation> annotations;
    private final PictureFolder pictures;
    private final Map<Long, List<Example>> byImage = new HashMap<>();
    private final Map<Long, Optional<Picture>> found = new HashMap<>();
    private final Set<Long> questions = new HashSet<>();
    private int withoutAnswer;

    PartReader(Part part, Map<Long, Annotation> annotations) {
      this.part = part;
      this.annotations = annotations;
      this.pictures = PictureFolder.list(folder, part.pictures, decoder);
    }

    Reading read() {
      JsonFiles.eachRecord(folder.resolve(part.questionsFile()), "questions", problems, this::add);
      Map<String, List<Example>> byFile = new TreeMap<>();
      byImage.forEach((image, examples) -> byFile.put(part.pictureFile(image), examples));
      List<Example> examples = byFile.values().stream().flatMap(List::stream).toList();
      List<String> missing =
          found.entrySet().stream()
              .filter(entry -> entry.getValue().isEmpty())
              .map(entry -> part.pictures + "/" + part.pictureFile(entry.getKey()))
              .sorted()
              .toList();
      return new Reading(new ExampleList("vqa-v2/" + part.name, examples), withoutAnswer, missing);
    }

    private void add(JsonRecord question) {
      long id = question.integer("question_id");
      long image = question.integer("image_id");
      String text = question.text("question");
      if (!questions.add(id)) {
        throw question.problem("question_id", id + " again", "each question once");
      }
      Annotation annotation = annotation(question, id);
      if (part.answered && annotation.answers().scores().isEmpty()) {
        withoutAnswer++;
        return;
      }
      found
          .computeIfAbsent(image, number -> pictures.find(part.pictureFile(number)))
          .ifPresent(
              picture -> {
                List<Example> examples =
                    byImage.computeIfAbsent(image, number -> new ArrayList<>());
                examples.add(
                    new Example(
                        Long.toString(id),
                        examples.isEmpty() ? List.of(picture) : examples.get(0).pictures(),
                        text,
                        part.answered ? annotation.answers() : new Label.Unknown(),
                        annotation.type()));
              });
    }

    private Annotation annotation(JsonRecord question, long id) {
      Annotation annotation = annotations.remove(id); // each is needed once, and they are many
      if (annotation != null) {
        return annotation;
      }
      if (part.answered) {
        throw question.problem(
            "question_id", "%d, which %s lacks".formatted(id, part.annotationsFile()), "its ids");
      }
      return new Annotation(new Label.Answers(Map.of()), "");
    }
  }
}
