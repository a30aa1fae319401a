package org.dide.data.scenes;

import java.util.OptionalInt;

/**
 * The cells of a picture, numbered row by row from the top left; each holds at most one object.
 *
 * @param rows at least 2
 * @param columns at least 2
 * @param cell a cell's width and height in pixels, at least 12
 */
public record Grid(int rows, int columns, int cell) {
  /** Most rows and most columns of a grid whose rows and columns are asked for by number. */
  static final int MOST_NUMBERED = 5;

  /** Number of cells. */
  public int cells() {
    return rows * columns;
  }

  /** Width of a picture in pixels. */
  public int width() {
    return columns * cell;
  }

  /** Height of a picture in pixels. */
  public int height() {
    return rows * cell;
  }

  /** The cell beside another, if the picture does not end there. */
  OptionalInt neighbour(int place, Direction direction) {
    int row = place / columns + direction.rows();
    int column = place % columns + direction.columns();
    boolean inside = row >= 0 && row < rows && column >= 0 && column < columns;
    return inside ? OptionalInt.of(row * columns + column) : OptionalInt.empty();
  }
}
