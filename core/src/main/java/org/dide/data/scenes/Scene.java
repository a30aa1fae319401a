package org.dide.data.scenes;

import java.util.List;

/**
 * What a picture shows.
 *
 * @param grid its cells
 * @param objects at most one in a cell, by rising place
 * @param clutter grey rectangles behind the objects
 * @param covers grey rectangles that hide parts of objects, or whole cells
 */
public record Scene(Grid grid, List<SceneObject> objects, List<Patch> clutter, List<Patch> covers) {
  /** Keeps unmodifiable copies of the lists. */
  public Scene {
    objects = List.copyOf(objects);
    clutter = List.copyOf(clutter);
    covers = List.copyOf(covers);
  }

  /** Whether nothing of a cell is to be seen. */
  public boolean hides(int place) {
    int x = place % grid.columns() * grid.cell();
    int y = place / grid.columns() * grid.cell();
    return covers.stream()
        .anyMatch(
            cover ->
                cover.x() <= x
                    && cover.y() <= y
                    && cover.x() + cover.width() >= x + grid.cell()
                    && cover.y() + cover.height() >= y + grid.cell());
  }
}
