package org.dide.image;

import org.dide.random.Draws;

/**
 * The mildest augmentation: a picture moved by a few pixels, its edges drawn out over the gap, and
 * mirrored half of the time. It never changes colours, so that questions about them stay right.
 *
 * @param pixels furthest move in each direction
 * @param flip whether to mirror left and right; wrong where questions name sides
 */
public record ShiftAndFlip(int pixels, boolean flip) implements Augmentation {
  @Override
  public RgbImage apply(RgbImage image, Draws draws) {
    int right = draws.nextInt(2 * pixels + 1) - pixels;
    int down = draws.nextInt(2 * pixels + 1) - pixels;
    boolean mirror = flip && draws.nextBoolean(0.5);
    byte[] moved = new byte[image.rgb().length];
    for (int y = 0; y < image.height(); y++) {
      int fromRow = Math.min(Math.max(y - down, 0), image.height() - 1);
      for (int x = 0; x < image.width(); x++) {
        int column = mirror ? image.width() - 1 - x : x;
        int fromColumn = Math.min(Math.max(column - right, 0), image.width() - 1);
        System.arraycopy(
            image.rgb(),
            3 * (fromRow * image.width() + fromColumn),
            moved,
            3 * (y * image.width() + x),
            3);
      }
    }
    return new RgbImage(image.width(), image.height(), moved);
  }
}
