package org.dide.data.scenes;

import java.util.List;

/**
 * What a picture shows.
 *
 * @param grid its cells
 * @param objects at most one in a cell, by rising place
 * @param clutter grey rectangles behind the objects
 * @param covers grey rectangles that hide parts of objects
 */
public record Scene(Grid grid, List<SceneObject> objects, List<Patch> clutter, List<Patch> covers) {
  /** Keeps unmodifiable copies of the lists. */
  public Scene {
    objects = List.copyOf(objects);
    clutter = List.copyOf(clutter);
    covers = List.copyOf(covers);
  }
}
