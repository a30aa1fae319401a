package org.dide.model;

import java.util.stream.IntStream;

/**
 * Texts and pictures of a batch, pair by pair.
 *
 * @param texts the row of each pair's text
 * @param pictures the row of each pair's picture
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Pairs(int[] texts, int[] pictures) {
  /** Refuses texts without a picture, or the other way round. */
  public Pairs {
    if (texts.length != pictures.length) {
      throw new IllegalArgumentException(
          "texts %d, pictures %d".formatted(texts.length, pictures.length));
    }
  }

  /** Each of so many texts with the picture of its row. */
  public static Pairs own(int batch) {
    int[] rows = IntStream.range(0, batch).toArray();
    return new Pairs(rows, rows);
  }

  /** These, then others. */
  public Pairs then(Pairs next) {
    return new Pairs(joined(texts, next.texts), joined(pictures, next.pictures));
  }

  /** How many there are. */
  public int count() {
    return texts.length;
  }

  private static int[] joined(int[] first, int[] second) {
    return IntStream.concat(IntStream.of(first), IntStream.of(second)).toArray();
  }
}
