package org.dide.data.scenes;

import java.util.ArrayList;
import java.util.List;

/**
 * Something before a whole row or column of a picture, behind which anything may be.
 *
 * @param grid the picture's cells
 * @param isRow whether it hides a row, or else a column
 * @param line which row or column, from 0
 */
record Curtain(Grid grid, boolean isRow, int line) {
  private static final int GREY = 56; // darker than what covers parts of objects

  /** Every curtain that there may be. */
  static List<Curtain> all(Grid grid) {
    List<Curtain> all = new ArrayList<>();
    for (int row = 0; row < grid.rows(); row++) {
      all.add(new Curtain(grid, true, row));
    }
    for (int column = 0; column < grid.columns(); column++) {
      all.add(new Curtain(grid, false, column));
    }
    return all;
  }

  boolean hides(int place) {
    return line == (isRow ? place / grid.columns() : place % grid.columns());
  }

  Patch patch() {
    int start = line * grid.cell();
    return isRow
        ? new Patch(0, start, grid.width(), grid.cell(), GREY)
        : new Patch(start, 0, grid.cell(), grid.height(), GREY);
  }
}
