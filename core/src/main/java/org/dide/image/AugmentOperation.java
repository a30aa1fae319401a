package org.dide.image;

import java.util.Arrays;

/**
 * The operations of {@link RandAugment}, in the reference's order. Each is a pure function, equal
 * bit for bit to Pillow's operation of that name.
 */
public enum AugmentOperation {
  /** Stretches each channel to the full range. */
  AUTO_CONTRAST("AutoContrast", 0, 1, false, (image, value) -> Levels.stretch(image)),
  /** Flattens the histogram of each channel. */
  EQUALIZE("Equalize", 0, 1, false, (image, value) -> Levels.equalize(image)),
  /** Turns about the centre, by degrees anticlockwise. */
  ROTATE("Rotate", 0, 30, true, AffineMap::rotate),
  /** Keeps that many of the high bits, at least one. */
  POSTERIZE("Posterize", 0, 4, false, Levels::posterize),
  /** Inverts samples from that value on. */
  SOLARIZE("Solarize", 0, 256, false, Levels::solarize),
  /** Adds to all samples, then inverts the bright half. */
  SOLARIZE_ADD("SolarizeAdd", 0, 110, false, Levels::solarizeAdd),
  /** Blends with grey; 1 leaves the picture as it is. */
  COLOR("Color", 0.1, 1.9, false, Blend::color),
  /** Blends with the mean grey; 1 leaves the picture as it is. */
  CONTRAST("Contrast", 0.1, 1.9, false, Blend::contrast),
  /** Blends with black; 1 leaves the picture as it is. */
  BRIGHTNESS("Brightness", 0.1, 1.9, false, Blend::brightness),
  /** Blends with a smoothed copy; 1 leaves the picture as it is. */
  SHARPNESS("Sharpness", 0.1, 1.9, false, Blend::sharpness),
  /** Slants columns: pixels to the left for each row down. */
  SHEAR_X("ShearX", 0, 0.3, true, AffineMap::shearX),
  /** Slants rows: pixels up for each column to the right. */
  SHEAR_Y("ShearY", 0, 0.3, true, AffineMap::shearY),
  /** Moves to the left, by pixels. */
  TRANSLATE_X_ABS("TranslateXabs", 0, 100, true, AffineMap::translateX),
  /** Moves up, by pixels. */
  TRANSLATE_Y_ABS("TranslateYabs", 0, 100, true, AffineMap::translateY);

  /** The magnitude at which an operation reaches the end of its range. */
  public static final int MOST_MAGNITUDE = 30;

  private final String label;
  private final double least;
  private final double most;
  private final boolean signed;

  @SuppressWarnings("ImmutableEnumChecker") // a method reference without state
  private final Change change;

  /** What an operation does to a picture. */
  @FunctionalInterface
  private interface Change {
    RgbImage apply(RgbImage image, double value);
  }

  AugmentOperation(String label, double least, double most, boolean signed, Change change) {
    this.label = label;
    this.least = least;
    this.most = most;
    this.signed = signed;
    this.change = change;
  }

  /** The name that the literature and the golden cases know it by, such as {@code ShearX}. */
  public String label() {
    return label;
  }

  /**
   * The operation of a label.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static AugmentOperation ofLabel(String label) {
    return Arrays.stream(values())
        .filter(operation -> operation.label.equals(label))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no operation is called " + label));
  }

  /** Whether its value is negated half of the time. */
  public boolean signed() {
    return signed;
  }

  /** The value at a magnitude of 0 to 30, on a straight line through the operation's range. */
  public double value(int magnitude) {
    return magnitude / (double) MOST_MAGNITUDE * (most - least) + least;
  }

  /**
   * Applies the operation.
   *
   * @param value see {@link #value}; negated for the other direction where {@link #signed}
   */
  public RgbImage apply(RgbImage image, double value) {
    return change.apply(image, value);
  }
}
