package org.dide.image;

/**
 * How a file becomes a picture.
 *
 * @param orientation what to do with the orientation that a camera recorded
 * @param alpha what to do with transparency
 * @param deepGrey what to do with grey of more than 8 bits
 * @param limits the largest pictures to accept
 */
public record DecodeOptions(
    Orientation orientation, Alpha alpha, DeepGrey deepGrey, ImageLimits limits) {
  private static final DecodeOptions DEFAULTS =
      new DecodeOptions(Orientation.APPLY, Alpha.WHITE, DeepGrey.HIGH_BYTE, ImageLimits.defaults());
  private static final DecodeOptions REFERENCE =
      new DecodeOptions(Orientation.IGNORE, Alpha.DROP, DeepGrey.CLIP, ImageLimits.defaults());

  /** What to do with the EXIF orientation. */
  public enum Orientation {
    /** Turn the picture upright. */
    APPLY,
    /** Leave the pixels as they are stored, as ViLT's preprocessing does. */
    IGNORE
  }

  /** What to do with transparency. */
  public enum Alpha {
    /** Lay the picture on white. */
    WHITE,
    /** Keep the colours as if all were opaque, as ViLT's preprocessing does. */
    DROP;

    /** One 8-bit colour sample with its 8-bit alpha, as it is to be seen. */
    int compose(int sample, int alpha) {
      return this == DROP ? sample : (sample * alpha + 255 * (255 - alpha) + 127) / 255;
    }
  }

  /** What to do with grey of more than 8 bits. */
  public enum DeepGrey {
    /** Keep the high 8 bits, as of all other samples. */
    HIGH_BYTE,
    /** Clip at 255, as Pillow does in ViLT's preprocessing: nearly all of it becomes white. */
    CLIP;

    /** A sample of so many bits as one of 8. */
    int toByte(int sample, int bits) {
      return this == CLIP ? Math.min(sample, 255) : sample >> Math.max(0, bits - 8);
    }
  }

  /** Upright, on white, within the default limits. */
  public static DecodeOptions defaults() {
    return DEFAULTS;
  }

  /** What ViLT's preprocessing does: orientation ignored, alpha dropped, deep grey clipped. */
  public static DecodeOptions reference() {
    return REFERENCE;
  }
}
