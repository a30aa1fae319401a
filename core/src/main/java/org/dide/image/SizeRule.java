package org.dide.image;

/**
 * The size at which a model looks at a picture, as in ViLT (Kim, Son and Kim 2021, after
 * Pixel-BERT): the shorter side is brought to {@code shorter}, unless the longer would then exceed
 * its own bound, and both sides are cut to a multiple.
 *
 * @param shorter pixels of the shorter side
 * @param multiple what both sides are a multiple of; also their least size, so that a very long
 *     picture keeps a row of patches
 * @param patchSize side of the model's patches; divides {@code multiple}
 */
public record SizeRule(int shorter, int multiple, int patchSize) {
  private static final double LONGER_PER_SHORTER = 1333 / 800.0;

  /** Checks that sizes are whole patches. */
  public SizeRule {
    if (patchSize < 1 || multiple < 1 || multiple % patchSize != 0) {
      throw new IllegalArgumentException(
          "the size multiple %d must be a multiple of the patch size %d"
              .formatted(multiple, patchSize));
    }
    if (shorter < multiple) {
      throw new IllegalArgumentException(
          "the shorter side %d must be at least the size multiple %d".formatted(shorter, multiple));
    }
  }

  /** Most pixels of the longer side: 1333 for a shorter of 800, in proportion. */
  public int longer() {
    return longer(shorter);
  }

  /** Most pixels of the longer side for so many of the shorter. */
  public static int longer(int shorter) {
    return (int) (LONGER_PER_SHORTER * shorter);
  }

  /** The size for a picture of the given size. */
  public ImageSize fit(int width, int height) {
    // The order of these operations decides how halves round; it is the reference's.
    double scale = (double) shorter / Math.min(width, height);
    double newWidth = height < width ? scale * width : shorter;
    double newHeight = height < width ? shorter : scale * height;
    double longest = Math.max(newWidth, newHeight);
    if (longest > longer()) {
      double shrink = longer() / longest;
      newWidth *= shrink;
      newHeight *= shrink;
    }
    return new ImageSize(whole(newWidth), whole(newHeight));
  }

  private int whole(double side) {
    int rounded = (int) (side + 0.5);
    return Math.max(multiple, rounded / multiple * multiple);
  }
}
