package org.dide.data.scenes;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.dide.image.RgbImage;

/**
 * Draws scenes: flat colours on light grey, edges smoothed by taking 4 by 4 samples a pixel. Safe
 * to use from several threads.
 */
public final class SceneRenderer {
  private static final int BACKGROUND = 0xE6;
  private static final double LARGE = 0.39; // half an object's width, in cells
  private static final double SMALL = 0.24;
  private static final double STRIPE = 0.55; // brightness of a dark stripe
  private static final int SAMPLES = 4;

  private final Grid grid;
  private final Map<Size, Map<Shape, double[]>> outlines = new EnumMap<>(Size.class);

  /** Prepares the outlines for cells of the grid's size. */
  public SceneRenderer(Grid grid) {
    this.grid = grid;
    for (Size size : Size.values()) {
      Map<Shape, double[]> shapes = new EnumMap<>(Shape.class);
      for (Shape shape : Shape.values()) {
        shapes.put(shape, coverage(shape, size == Size.LARGE ? LARGE : SMALL));
      }
      outlines.put(size, shapes);
    }
  }

  /** The picture of a scene of this grid. */
  public RgbImage render(Scene scene) {
    if (!scene.grid().equals(grid)) {
      throw new IllegalArgumentException(
          "a renderer for %s cannot draw %s".formatted(grid, scene.grid()));
    }
    byte[] rgb = new byte[grid.width() * grid.height() * 3];
    Arrays.fill(rgb, (byte) BACKGROUND);
    scene.clutter().forEach(patch -> draw(patch, rgb));
    scene.objects().forEach(object -> draw(object, rgb));
    scene.covers().forEach(patch -> draw(patch, rgb));
    return new RgbImage(grid.width(), grid.height(), rgb);
  }

  private void draw(Patch patch, byte[] rgb) {
    for (int y = patch.y(); y < patch.y() + patch.height(); y++) {
      int start = (y * grid.width() + patch.x()) * 3;
      Arrays.fill(rgb, start, start + patch.width() * 3, (byte) patch.grey());
    }
  }

  private void draw(SceneObject object, byte[] rgb) {
    int cell = grid.cell();
    int left = object.place() % grid.columns() * cell;
    int top = object.place() / grid.columns() * cell;
    Look look = object.look();
    double[] outline = outline(look);
    // Only what stays inside the cell is drawn, so that no object can touch its neighbour's cell.
    for (int y = Math.max(0, object.down()); y < cell + Math.min(0, object.down()); y++) {
      for (int x = Math.max(0, object.right()); x < cell + Math.min(0, object.right()); x++) {
        double opacity = outline[(y - object.down()) * cell + x - object.right()];
        if (opacity > 0) {
          boolean dark = look.texture() == Texture.STRIPED && y * 4 / cell % 2 == 0;
          blend(rgb, (top + y) * grid.width() + left + x, look.colour(), opacity, dark);
        }
      }
    }
  }

  private static void blend(byte[] rgb, int pixel, Colour colour, double opacity, boolean dark) {
    for (int channel = 0; channel < 3; channel++) {
      int at = pixel * 3 + channel;
      double ink = colour.channel(channel) * (dark ? STRIPE : 1);
      rgb[at] = (byte) Math.round((rgb[at] & 0xFF) * (1 - opacity) + ink * opacity);
    }
  }

  /** How far a shape covers each pixel of a cell: {@code (cell, cell)}, 0 outside to 1 inside. */
  private double[] coverage(Shape shape, double radius) {
    int cell = grid.cell();
    double[] result = new double[cell * cell];
    for (int y = 0; y < cell; y++) {
      for (int x = 0; x < cell; x++) {
        result[y * cell + x] = coverage(shape, radius * cell, x - cell / 2.0, y - cell / 2.0);
      }
    }
    return result;
  }

  /** The part of a pixel that a shape covers; left and top count from the shape's middle. */
  private static double coverage(Shape shape, double radius, double left, double top) {
    int inside = 0;
    for (int i = 0; i < SAMPLES; i++) {
      for (int j = 0; j < SAMPLES; j++) {
        double x = left + (j + 0.5) / SAMPLES;
        double y = top + (i + 0.5) / SAMPLES;
        if (shape.contains(x / radius, y / radius)) {
          inside++;
        }
      }
    }
    return inside / (double) (SAMPLES * SAMPLES);
  }

  private double[] outline(Look look) {
    Map<Shape, double[]> shapes = outlines.getOrDefault(look.size(), Map.of());
    return shapes.getOrDefault(look.shape(), new double[0]);
  }
}
