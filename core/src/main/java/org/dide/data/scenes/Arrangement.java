package org.dide.data.scenes;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.dide.random.Draws;

/** A scene in the making: objects are planted where a question needs them, others fill it up. */
final class Arrangement {
  private static final int SPECK_SHARE = 8; // specks are an eighth of a cell wide

  private final ScenesSettings settings;
  private final Palette palette;
  private final Draws draws;
  private final SortedMap<Integer, Look> looks = new TreeMap<>();
  private final List<Patch> curtains = new ArrayList<>();

  Arrangement(ScenesSettings settings, Palette palette, Draws draws) {
    this.settings = settings;
    this.palette = palette;
    this.draws = draws;
  }

  void plant(int place, Look look) {
    looks.put(place, look);
  }

  /** Plants so many objects in free cells. */
  void plant(int count, Description wanted, List<Description> unwanted) {
    List<Integer> free = freePlaces();
    for (int i = 0; i < count; i++) {
      int place = free.remove(draws.nextInt(free.size()));
      plant(place, palette.draw(draws, wanted, unwanted));
    }
  }

  /** Adds objects that fit none of the descriptions, up to a number that the stage allows. */
  void fill(Stage stage, List<Description> unwanted) {
    int least = Math.max(stage.minObjects(), looks.size());
    int most = Math.max(stage.maxObjects(), least);
    int count = least + draws.nextInt(most - least + 1);
    plant(count - looks.size(), new Description(List.of()), unwanted);
  }

  /** Hangs a curtain before the finished scene. */
  void hide(Curtain curtain) {
    curtains.add(curtain.patch());
  }

  /** Cells without an object, in order; a list of the caller's own. */
  List<Integer> freePlaces() {
    List<Integer> free = new ArrayList<>();
    for (int place = 0; place < settings.grid().cells(); place++) {
      if (!looks.containsKey(place)) {
        free.add(place);
      }
    }
    return free;
  }

  Scene scene() {
    List<SceneObject> objects = new ArrayList<>();
    List<Patch> covers = new ArrayList<>();
    looks.forEach(
        (place, look) -> {
          objects.add(new SceneObject(look, place, offset(), offset()));
          if (draws.nextBoolean(settings.occlusion())) {
            covers.add(cover(place));
          }
        });
    covers.addAll(curtains);
    List<Patch> clutter = new ArrayList<>();
    for (int i = 0; i < settings.clutter(); i++) {
      clutter.add(speck());
    }
    return new Scene(settings.grid(), objects, clutter, covers);
  }

  private int offset() {
    return draws.nextInt(2 * settings.jitter() + 1) - settings.jitter();
  }

  private Patch speck() {
    Grid grid = settings.grid();
    int side = grid.cell() / SPECK_SHARE;
    return new Patch(
        draws.nextInt(grid.width() - side + 1),
        draws.nextInt(grid.height() - side + 1),
        side,
        side,
        96 + draws.nextInt(96));
  }

  /** Hides a quarter of a cell, on one side; what is left still tells shape and colour. */
  private Patch cover(int place) {
    Grid grid = settings.grid();
    int cell = grid.cell();
    int x = place % grid.columns() * cell;
    int y = place / grid.columns() * cell;
    int quarter = cell / 4;
    return switch (draws.nextInt(4)) {
      case 0 -> new Patch(x, y, quarter, cell, 96);
      case 1 -> new Patch(x + cell - quarter, y, quarter, cell, 96);
      case 2 -> new Patch(x, y, cell, quarter, 96);
      default -> new Patch(x, y + cell - quarter, cell, quarter, 96);
    };
  }
}
