package org.dide.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.dide.answer.StoredItem;
import org.dide.task.Answer;

/**
 * What was answered about a stored picture, or about a picture in reply to a stored text.
 *
 * @param item the picture, or the text
 * @param answers the best ones, most likely first
 */
record Asked(StoredItem item, List<Answer> answers) {
  /** Keeps an unmodifiable copy of the list. */
  Asked {
    answers = List.copyOf(answers);
  }

  /** As one line of text: id, or the text itself, then answers and probabilities, by tabs. */
  String line() {
    StringBuilder line = new StringBuilder(plain(name(item)));
    answers.forEach(
        answer ->
            line.append(
                String.format(Locale.ROOT, "\t%s\t%.4f", answer.text(), answer.probability())));
    return line.toString();
  }

  /** What a person calls it. */
  static String name(StoredItem item) {
    return item instanceof StoredItem.Text text ? text.text() : item.id();
  }

  /** As JSON shows it. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", item.id());
    if (item instanceof StoredItem.Text text) {
      json.put("text", text.text());
    }
    json.put("answers", answers);
    return json;
  }

  /** Ids come from file names, which may hold what would break a line. */
  static String plain(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }
}
