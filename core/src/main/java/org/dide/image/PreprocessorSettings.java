package org.dide.image;

import java.util.List;
import org.dide.image.DecodeOptions.Alpha;
import org.dide.image.DecodeOptions.DeepGrey;
import org.dide.image.DecodeOptions.Orientation;

/**
 * How a model's pictures are prepared.
 *
 * @param resize whether pictures are brought to the model's size; if not, they must have it
 * @param shorter pixels of the shorter side, see {@link SizeRule}
 * @param sizeMultiple what both sides are a multiple of
 * @param mean what is subtracted from red, green and blue in [0, 1]
 * @param std what they are then divided by
 * @param orientation what to do with the orientation that a camera recorded
 * @param alpha what to do with transparency
 */
public record PreprocessorSettings(
    boolean resize,
    int shorter,
    int sizeMultiple,
    List<Float> mean,
    List<Float> std,
    Orientation orientation,
    Alpha alpha) {
  /** Checks the numbers. */
  public PreprocessorSettings {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    if (mean.size() != 3 || std.size() != 3 || std.contains(0f)) {
      throw new IllegalArgumentException(
          "mean and std must have 3 values, no std being 0; found " + mean + " and " + std);
    }
    if (sizeMultiple < 1 || shorter < sizeMultiple) {
      throw new IllegalArgumentException(
          "the shorter side %d must be at least the size multiple %d, and that at least 1"
              .formatted(shorter, sizeMultiple));
    }
  }

  /** ViLT's at 384 pixels, with pictures turned upright and laid on white. */
  public static PreprocessorSettings defaults() {
    return ofShorter(384);
  }

  /** The defaults at another size. */
  public static PreprocessorSettings ofShorter(int shorter) {
    List<Float> halves = List.of(0.5f, 0.5f, 0.5f);
    return new PreprocessorSettings(
        true, shorter, 32, halves, halves, Orientation.APPLY, Alpha.WHITE);
  }

  /** The same with pictures of another size. */
  public PreprocessorSettings withShorter(int pixels) {
    return new PreprocessorSettings(resize, pixels, sizeMultiple, mean, std, orientation, alpha);
  }

  /** Decodes the pictures that are prepared with these settings, within the default limits. */
  public ImageDecoder decoder() {
    return new ImageDecoder(decodeOptions(ImageLimits.defaults()));
  }

  /** How to decode the pictures that are prepared with these settings. */
  public DecodeOptions decodeOptions(ImageLimits limits) {
    return new DecodeOptions(orientation, alpha, DeepGrey.HIGH_BYTE, limits);
  }
}
