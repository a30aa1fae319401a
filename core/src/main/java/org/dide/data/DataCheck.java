package org.dide.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.dide.InputException;
import org.dide.text.WordPieceTokenizer;

/**
 * Everything that is wrong with a data set, found before hours are spent on it.
 *
 * @param problems all of them, each naming file or part, record and field
 * @param parts how much there is of train, dev and test
 */
public record DataCheck(List<Problem> problems, List<Count> parts) {
  /** Keeps unmodifiable copies of the lists. */
  public DataCheck {
    problems = List.copyOf(problems);
    parts = List.copyOf(parts);
  }

  /** Kinds of problems. */
  public enum Kind {
    /** A record that cannot be used: malformed, or its picture is missing. */
    UNUSABLE_RECORD(true),
    /** Two examples have the same id. */
    DUPLICATE_ID(true),
    /** A text is empty. */
    EMPTY_TEXT(true),
    /** A text has more characters than the tokenizer takes. */
    OVERLONG_TEXT(true),
    /** A picture's file cannot be decoded. */
    UNREADABLE_PICTURE(true),
    /** There is no example that can be used. */
    EMPTY_DATA(true),
    /** A part has no examples. */
    EMPTY_PART(false),
    /** No example of train has a known answer. */
    NOTHING_TO_LEARN(false),
    /** No example of dev has a known answer, by which a model could be chosen. */
    NOTHING_TO_CHOOSE_BY(false),
    /** An answer that no model of this vocabulary can give. */
    UNKNOWN_ANSWER(false),
    /** A text has more tokens than the model reads; its end is ignored. */
    CUT_TEXT(false),
    /** Records that the format itself says are not to be used. */
    LEFT_OUT(false),
    /** A picture of train is also in dev or test, whose scores it may flatter. */
    SHARED_PICTURE(false);

    private final boolean error;

    Kind(boolean error) {
      this.error = error;
    }

    /** Whether training cannot go on with it, or leaves examples out; otherwise it is a warning. */
    public boolean isError() {
      return error;
    }
  }

  /** One problem; the message is the whole story. */
  public record Problem(Kind kind, String message) {}

  /** How many examples and different pictures a part has. */
  public record Count(String name, int examples, int pictures) {}

  /**
   * What to look at.
   *
   * @param maximumTokens tokens that the model reads of a text, [CLS] and [SEP] included
   * @param decodePictures whether to decode every picture, which takes a while
   */
  public record Settings(int maximumTokens, boolean decodePictures) {}

  /** The same with more problems of one kind, after the others. */
  public DataCheck with(Kind kind, List<String> messages) {
    List<Problem> all = new ArrayList<>(problems);
    messages.forEach(message -> all.add(new Problem(kind, message)));
    return new DataCheck(all, parts);
  }

  /** Whether there are warnings at most. */
  public boolean isUsable() {
    return errors() == 0;
  }

  /** How many problems are errors; the others are warnings. */
  public long errors() {
    return problems.stream().filter(problem -> problem.kind().isError()).count();
  }

  /**
   * Looks at all examples. Generated data is looked at in its first epoch.
   *
   * @param unusable what the reader's {@link ProblemListener} heard
   * @param answers the answers that the model chooses among; empty where there is no such choice
   */
  public static DataCheck of(
      Splits splits,
      List<InputException> unusable,
      List<String> answers,
      WordPieceTokenizer tokenizer,
      Settings settings) {
    Run run = new Run(answers, tokenizer, settings);
    unusable.forEach(
        problem -> run.add(Kind.UNUSABLE_RECORD, String.valueOf(problem.getMessage())));
    List<Count> counts = splits.parts().stream().map(run::check).toList();
    run.checkCounts(counts);
    return new DataCheck(run.problems, counts);
  }

  /** The state of one check. */
  private static final class Run {
    private final Set<String> answers;
    private final WordPieceTokenizer tokenizer;
    private final Settings settings;
    private final List<Problem> problems = new ArrayList<>();
    private final Set<String> labelled = new HashSet<>(); // parts with known answers
    private final Map<String, String> places = new HashMap<>();
    private final Map<String, String> partsOfPictures = new HashMap<>();

    Run(List<String> answers, WordPieceTokenizer tokenizer, Settings settings) {
      this.answers = Set.copyOf(answers);
      this.tokenizer = tokenizer;
      this.settings = settings;
    }

    void add(Kind kind, String message) {
      problems.add(new Problem(kind, message));
    }

    Count check(Dataset part) {
      Map<String, Picture> pictures = new LinkedHashMap<>();
      for (int i = 0; i < part.size(); i++) {
        try {
          check(part, i, pictures);
        } catch (InputException unreadable) { // its file may have changed since it was opened
          add(Kind.UNUSABLE_RECORD, String.valueOf(unreadable.getMessage()));
        }
      }
      pictures.values().forEach(picture -> checkPicture(part, picture));
      return new Count(part.name(), part.size(), pictures.size());
    }

    private void check(Dataset part, int index, Map<String, Picture> pictures) {
      Example example = part.example(0, index);
      String place = "%s: example %d (id %s)".formatted(part.name(), index, example.id());
      checkId(place, example.id());
      checkText(place, example.text());
      checkAnswers(place, example.label());
      example.pictures().forEach(picture -> pictures.putIfAbsent(picture.name(), picture));
      if (example.label().isKnown()) {
        labelled.add(part.name());
      }
    }

    void checkCounts(List<Count> parts) {
      if (parts.stream().allMatch(part -> part.examples() == 0)) {
        add(
            Kind.EMPTY_DATA,
            String.join(", ", parts.stream().map(Count::name).toList()) + ": found no examples");
        return;
      }
      for (Count part : parts) {
        if (part.examples() == 0) {
          add(Kind.EMPTY_PART, part.name() + ": found no examples; a training needs train and dev");
        }
      }
      if (parts.get(0).examples() > 0 && answers.isEmpty()) {
        add(Kind.NOTHING_TO_LEARN, parts.get(0).name() + ": found no example with a known answer");
      }
      Count dev = parts.get(1);
      if (dev.examples() > 0 && !labelled.contains(dev.name())) {
        add(
            Kind.NOTHING_TO_CHOOSE_BY,
            dev.name()
                + ": found no example with a known answer; a training chooses its model by them");
      }
    }

    private void checkId(String place, String id) {
      String earlier = places.putIfAbsent(id, place);
      if (earlier != null) {
        add(Kind.DUPLICATE_ID, "%s: id: the same as that of %s".formatted(place, earlier));
      }
    }

    private void checkText(String place, String text) {
      if (text.isBlank()) {
        add(Kind.EMPTY_TEXT, place + ": text: found nothing; allowed: at least one word");
        return;
      }
      try {
        int tokens = tokenizer.length(text);
        if (tokens > settings.maximumTokens()) {
          add(
              Kind.CUT_TEXT,
              "%s: text: found %d tokens; the model reads %d and ignores the rest"
                  .formatted(place, tokens, settings.maximumTokens()));
        }
      } catch (InputException e) {
        add(Kind.OVERLONG_TEXT, "%s: text: %s".formatted(place, e.getMessage()));
      }
    }

    private void checkAnswers(String place, Label label) {
      if (!answers.isEmpty() && label instanceof Label.Answers given) {
        for (String answer : given.scores().keySet()) {
          if (!answers.contains(answer)) {
            add(
                Kind.UNKNOWN_ANSWER,
                "%s: answer: \"%s\" is not among the %d answers of the vocabulary"
                    .formatted(place, answer, answers.size()));
          }
        }
      }
    }

    private void checkPicture(Dataset part, Picture picture) {
      Optional<String> earlier =
          Optional.ofNullable(partsOfPictures.putIfAbsent(picture.name(), part.name()));
      if (earlier.isPresent()) {
        add(
            Kind.SHARED_PICTURE,
            "%s: picture %s is also in %s".formatted(part.name(), picture.name(), earlier.get()));
      } else if (settings.decodePictures()) {
        decode(part, picture);
      }
    }

    private void decode(Dataset part, Picture picture) {
      try {
        picture.load();
      } catch (InputException e) {
        add(
            Kind.UNREADABLE_PICTURE,
            "%s: picture %s: %s".formatted(part.name(), picture.name(), e.getMessage()));
      }
    }
  }
}
