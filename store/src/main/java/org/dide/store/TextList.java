package org.dide.store;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.dide.InputException;
import org.dide.answer.StoredItem;
import org.dide.data.JsonRecord;
import org.dide.data.TextFiles;

/** Reads texts that are to be encoded: captions, or a list of questions. */
public final class TextList {
  private TextList() {}

  /**
   * The texts of a file. A name that ends in {@code .jsonl} has an object a line, with {@code id}
   * and {@code text}; any other has a text a line, whose id is the line's number.
   *
   * @throws InputException if the file cannot be read, has no text, or has an id twice
   */
  public static List<StoredItem.Text> read(Path file) {
    List<StoredItem.Text> texts =
        file.getFileName().toString().endsWith(".jsonl") ? records(file) : lines(file);
    if (texts.isEmpty()) {
      throw new InputException("%s: holds no text".formatted(file));
    }
    return texts;
  }

  private static List<StoredItem.Text> records(Path file) {
    List<StoredItem.Text> texts = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (JsonRecord record : JsonRecord.lines(file)) {
      record.allowOnly(Set.of("id", "text"));
      String id = record.textOrNumber("id");
      if (!ids.add(id)) {
        throw new InputException("%s: id '%s' is there twice".formatted(record.place(), id));
      }
      texts.add(new StoredItem.Text(id, record.text("text")));
    }
    return texts;
  }

  private static List<StoredItem.Text> lines(Path file) {
    List<String> lines = TextFiles.lines(file);
    List<StoredItem.Text> texts = new ArrayList<>();
    for (int line = 0; line < lines.size(); line++) {
      if (!lines.get(line).isBlank()) {
        texts.add(new StoredItem.Text(Integer.toString(line + 1), lines.get(line).strip()));
      }
    }
    return texts;
  }
}
