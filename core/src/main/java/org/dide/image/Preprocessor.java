package org.dide.image;

import org.dide.InputException;

/**
 * Prepares decoded pictures for a model: brings them to its size and normalises their samples, in
 * float32 and in the order of operations of torchvision, so that the values are equal to the last
 * bit.
 *
 * <p>Immutable and thread-safe.
 */
public final class Preprocessor {
  private static final int LEVELS = 256;
  private static final int CHANNELS = 3;

  private final PreprocessorSettings settings;
  private final SizeRule rule;
  private final float[][] normalised;

  /** A preprocessor for a model whose patches are as large as the size multiple, or divide it. */
  public Preprocessor(PreprocessorSettings settings) {
    this(settings, settings.sizeMultiple());
  }

  /**
   * A preprocessor for a model with the given patches.
   *
   * @throws IllegalArgumentException if the size multiple is not whole patches
   */
  public Preprocessor(PreprocessorSettings settings, int patchSize) {
    this.settings = settings;
    this.rule = new SizeRule(settings.shorter(), settings.sizeMultiple(), patchSize);
    this.normalised = new float[CHANNELS][LEVELS];
    for (int channel = 0; channel < CHANNELS; channel++) {
      float mean = settings.mean().get(channel);
      float std = settings.std().get(channel);
      for (int level = 0; level < LEVELS; level++) {
        normalised[channel][level] = (level / 255f - mean) / std;
      }
    }
  }

  /** The settings given. */
  public PreprocessorSettings settings() {
    return settings;
  }

  /**
   * The picture at the model's size, normalised.
   *
   * @throws InputException if the settings do not resize and a side is not a multiple
   */
  public Pixels prepare(RgbImage image) {
    return normalise(resize(image));
  }

  /** The picture at the model's size, still in 8 bits. */
  public RgbImage resize(RgbImage image) {
    if (settings.resize()) {
      return Resampler.resize(image, rule.fit(image.width(), image.height()));
    }
    int multiple = settings.sizeMultiple();
    if (image.width() % multiple != 0 || image.height() % multiple != 0) {
      throw new InputException(
          "a picture of %d x %d pixels is not resized (resize: false); allowed are sides that are"
                  .formatted(image.width(), image.height())
              + " multiples of "
              + multiple);
    }
    return image;
  }

  private Pixels normalise(RgbImage image) {
    byte[] rgb = image.rgb();
    int plane = image.width() * image.height();
    float[] chw = new float[CHANNELS * plane];
    for (int channel = 0; channel < CHANNELS; channel++) {
      float[] levels = normalised[channel];
      int out = channel * plane;
      for (int in = channel; in < rgb.length; in += CHANNELS) {
        chw[out++] = levels[rgb[in] & 0xFF];
      }
    }
    return new Pixels(image.height(), image.width(), chw);
  }
}
