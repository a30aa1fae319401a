package org.dide.data.scenes;

/** Where a neighbouring cell lies. "Just" says that nothing farther off is meant. */
public enum Direction {
  LEFT("just left of", 0, -1),
  RIGHT("just right of", 0, 1),
  ABOVE("just above", -1, 0),
  BELOW("just below", 1, 0);

  private final String words;
  private final int rows;
  private final int columns;

  Direction(String words, int rows, int columns) {
    this.words = words;
    this.rows = rows;
    this.columns = columns;
  }

  /** How questions say it. */
  public String words() {
    return words;
  }

  /** Rows to go down. */
  public int rows() {
    return rows;
  }

  /** Columns to go right. */
  public int columns() {
    return columns;
  }
}
