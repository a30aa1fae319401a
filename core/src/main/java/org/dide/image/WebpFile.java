package org.dide.image;

import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_UNCHANGED;

import org.dide.image.DecodeOptions.Alpha;

/** A WebP (RFC 9649): lossy, lossless or extended; of an animated one, the first frame. */
record WebpFile(EncodedImage source, int width, int height, ExifOrientation orientation)
    implements ImageFile {
  private static final int FIRST_CHUNK = 12;

  /**
   * Reads the size from the first chunk and the orientation from the EXIF chunk, if there is one.
   */
  static WebpFile open(EncodedImage source) {
    long end = 8 + source.u32LittleEndian(4);
    if (end > source.size()) {
      throw source.truncated("its header says %,d".formatted(end));
    }
    int body = FIRST_CHUNK + 8;
    if (source.matches(FIRST_CHUNK, "VP8X")) {
      int width = 1 + source.u24LittleEndian(body + 4);
      int height = 1 + source.u24LittleEndian(body + 7);
      return new WebpFile(source, width, height, findOrientation(source, (int) end));
    } else if (source.matches(FIRST_CHUNK, "VP8L") && source.u8(body) == 0x2F) {
      long sizes = source.u32LittleEndian(body + 1);
      int width = 1 + (int) (sizes & 0x3FFF);
      int height = 1 + (int) (sizes >> 14 & 0x3FFF);
      return new WebpFile(source, width, height, ExifOrientation.UPRIGHT);
    } else if (source.matches(FIRST_CHUNK, "VP8 ") && source.matches(body + 3, "\u009d\u0001*")) {
      int width = source.u16LittleEndian(body + 6) & 0x3FFF;
      int height = source.u16LittleEndian(body + 8) & 0x3FFF;
      return new WebpFile(source, width, height, ExifOrientation.UPRIGHT);
    }
    throw source.refuse("is a WebP whose first chunk is none of VP8, VP8L and VP8X");
  }

  private static ExifOrientation findOrientation(EncodedImage source, int end) {
    long offset = FIRST_CHUNK;
    while (offset + 8 <= end) {
      int body = (int) offset + 8;
      long length = source.u32LittleEndian(body - 4);
      if (source.matches((int) offset, "EXIF") && body + length <= end) {
        return ExifOrientation.read(source, body, (int) length);
      }
      offset = body + length + (length & 1);
    }
    return ExifOrientation.UPRIGHT;
  }

  @Override
  public RgbImage decode(DecodeOptions options) {
    OpenCv.Samples samples = OpenCv.decode(source, IMREAD_UNCHANGED);
    if (samples.width() != width || samples.height() != height || samples.channels() < 3) {
      throw source.refuse(
          "decodes to %d x %d pixels of %d channels; its header says %d x %d",
          samples.width(), samples.height(), samples.channels(), width, height);
    }
    return new RgbImage(width, height, rgb(samples, options.alpha()));
  }

  private static byte[] rgb(OpenCv.Samples samples, Alpha alpha) {
    byte[] bgr = samples.values();
    int channels = samples.channels();
    byte[] rgb = new byte[bgr.length / channels * 3];
    for (int in = 0, out = 0; out < rgb.length; in += channels, out += 3) {
      int opacity = channels == 4 ? bgr[in + 3] & 0xFF : 255;
      rgb[out] = (byte) alpha.compose(bgr[in + 2] & 0xFF, opacity);
      rgb[out + 1] = (byte) alpha.compose(bgr[in + 1] & 0xFF, opacity);
      rgb[out + 2] = (byte) alpha.compose(bgr[in] & 0xFF, opacity);
    }
    return rgb;
  }
}
