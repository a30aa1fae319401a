package org.dide.text;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.dide.AtomicFile;
import org.dide.ByteOrderMark;
import org.dide.InputException;

/**
 * The tokens a model knows; a token's id is its position.
 *
 * <p>The file is BERT's {@code vocab.txt}: UTF-8, one token a line, the id being the line's number
 * counted from 0. Pieces that continue a word start with {@code ##}. A byte order mark before the
 * first line, as Windows editors put there, is not part of its token.
 */
public final class Vocabulary {
  /** Fills up a batch's shorter texts. */
  public static final String PADDING = "[PAD]";

  /** Stands for a word that no pieces spell. */
  public static final String UNKNOWN = "[UNK]";

  /** Opens every text; its state is the text's summary. */
  public static final String CLASS = "[CLS]";

  /** Closes every text. */
  public static final String SEPARATOR = "[SEP]";

  /** Hides a token in masked language modelling; the one special token a vocabulary may lack. */
  public static final String MASK = "[MASK]";

  /** The id of {@code [PAD]}: batches are padded with it and its embedding is never trained. */
  public static final int PADDING_ID = 0;

  /** What marks a piece that continues a word. */
  static final String CONTINUATION = "##";

  /** The special tokens, in the order in which small vocabularies start with them. */
  static final List<String> SPECIAL_TOKENS = List.of(PADDING, UNKNOWN, CLASS, SEPARATOR, MASK);

  private static final List<String> REQUIRED_TOKENS = List.of(PADDING, UNKNOWN, CLASS, SEPARATOR);

  private final List<String> tokens;
  private final Map<String, Integer> ids;
  private final int longestToken;

  private Vocabulary(List<String> tokens, Map<String, Integer> ids) {
    this.tokens = tokens;
    this.ids = ids;
    this.longestToken = tokens.stream().mapToInt(String::length).max().orElse(0);
  }

  /**
   * Reads a {@code vocab.txt}.
   *
   * @throws InputException if the file cannot be read, repeats a token, has an empty line, lacks
   *     one of {@code [PAD]}, {@code [UNK]}, {@code [CLS]}, {@code [SEP]}, or has {@code [PAD]}
   *     elsewhere than on its first line
   */
  public static Vocabulary read(Path file) {
    try {
      List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
      if (!lines.isEmpty()) {
        lines.set(0, ByteOrderMark.without(lines.get(0)));
      }
      return of(lines, file.toString());
    } catch (CharacterCodingException e) {
      throw new InputException("%s: not UTF-8 text; a vocabulary is".formatted(file), e);
    } catch (IOException e) {
      throw new InputException("%s: cannot be read (%s)".formatted(file, e), e);
    }
  }

  /**
   * Takes the tokens in the order of their ids.
   *
   * @throws InputException as {@link #read} does
   */
  public static Vocabulary of(List<String> tokens) {
    return of(tokens, "vocabulary");
  }

  private static Vocabulary of(List<String> tokens, String source) {
    Map<String, Integer> ids = new HashMap<>(tokens.size() * 2);
    for (int id = 0; id < tokens.size(); id++) {
      String token = tokens.get(id);
      if (token.isEmpty()) {
        throw new InputException(
            "%s: line %d is empty; each line holds one token".formatted(source, id + 1));
      }
      Integer first = ids.putIfAbsent(token, id);
      if (first != null) {
        throw new InputException(
            "%s: line %d repeats the token %s of line %d; each may stand once"
                .formatted(source, id + 1, token, first + 1));
      }
    }
    for (String required : REQUIRED_TOKENS) {
      if (!ids.containsKey(required)) {
        throw new InputException(
            "%s: no line among %d is %s; a vocabulary needs %s"
                .formatted(source, tokens.size(), required, String.join(", ", REQUIRED_TOKENS)));
      }
    }
    if (!tokens.get(PADDING_ID).equals(PADDING)) {
      throw new InputException(
          "%s: line 1 is %s; it must be %s, since batches are padded with id %d"
              .formatted(source, tokens.get(PADDING_ID), PADDING, PADDING_ID));
    }
    return new Vocabulary(List.copyOf(tokens), ids);
  }

  /**
   * Writes a {@code vocab.txt}.
   *
   * @throws InputException if the file cannot be written
   */
  public void write(Path file) {
    AtomicFile.write(file, (String.join("\n", tokens) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** How many tokens there are; ids lie in [0, size). */
  public int size() {
    return tokens.size();
  }

  /** All tokens, in the order of their ids. */
  public List<String> tokens() {
    return tokens;
  }

  /** The token with an id. */
  public String token(int id) {
    return tokens.get(id);
  }

  /** The id of a token, if the vocabulary has it. */
  public OptionalInt find(String token) {
    Integer id = ids.get(token);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** The id of {@code [UNK]}. */
  public int unknownId() {
    return required(UNKNOWN);
  }

  /** The id of {@code [CLS]}. */
  public int classId() {
    return required(CLASS);
  }

  /** The id of {@code [SEP]}. */
  public int separatorId() {
    return required(SEPARATOR);
  }

  /** Characters (UTF-16) of the longest token, which bounds the search for pieces. */
  int longestToken() {
    return longestToken;
  }

  /** The id of a token or -1: the tokenizer's inner loop allocates nothing for it. */
  int idOrMinusOne(String token) {
    return ids.getOrDefault(token, -1);
  }

  private int required(String token) {
    return find(token).orElseThrow();
  }
}
