package org.dide.task;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.dide.InputException;

/**
 * The file that the VQA leaderboard takes: a JSON list of {@code {"question_id": 1, "answer":
 * "yes"}}, laid out byte for byte as Python's {@code json.dump(…, indent=4)} does it.
 *
 * @param answers in the order of the data
 */
public record VqaSubmission(List<Answered> answers) {
  private static final int CHECKPOINT_EXTENSION = ".ckpt".length();

  /** Keeps an unmodifiable copy of the list. */
  public VqaSubmission {
    answers = List.copyOf(answers);
  }

  /** Collects answers. */
  static final class InMaking implements Submission {
    private final List<Answered> answers = new ArrayList<>();

    @Override
    public void add(String id, String answer) {
      answers.add(Answered.of(id, answer));
    }

    @Override
    public String content() {
      return new VqaSubmission(answers).json();
    }
  }

  /** A question's number in the data set, and the answer to it. */
  public record Answered(long questionId, String answer) {
    /**
     * Takes the number from an example's id.
     *
     * @throws InputException if the id is no number
     */
    public static Answered of(String exampleId, String answer) {
      try {
        return new Answered(Long.parseLong(exampleId), answer);
      } catch (NumberFormatException e) {
        throw new InputException(
            "example %s: a VQA submission needs ids that are whole numbers".formatted(exampleId),
            e);
      }
    }
  }

  /**
   * Where the reference puts the file: beside the checkpoint, as {@code vqa_submit_<checkpoint's
   * name less its last five characters>.json}.
   */
  public static Path fileBeside(Path checkpoint) {
    String name = String.valueOf(checkpoint.getFileName());
    String stem = name.substring(0, Math.max(0, name.length() - CHECKPOINT_EXTENSION));
    return checkpoint.resolveSibling("vqa_submit_" + stem + ".json");
  }

  /** The file's content; ASCII. */
  public String json() {
    if (answers.isEmpty()) {
      return "[]";
    }
    return answers.stream()
        .map(VqaSubmission::entry)
        .collect(Collectors.joining(",\n", "[\n", "\n]"));
  }

  private static String entry(Answered answered) {
    return """
               {
                   "question_id": %d,
                   "answer": %s
               }\
           """
        .formatted(answered.questionId(), quoted(answered.answer()));
  }

  /** Everything outside printable ASCII is escaped, UTF-16 unit by unit, as Python does. */
  private static String quoted(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> json.append("\\\"");
        case '\\' -> json.append("\\\\");
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        case '\f' -> json.append("\\f");
        case '\b' -> json.append("\\b");
        default -> {
          if (c >= ' ' && c <= '~') {
            json.append(c);
          } else {
            json.append("\\u%04x".formatted((int) c));
          }
        }
      }
    }
    return json.append('"').toString();
  }
}
