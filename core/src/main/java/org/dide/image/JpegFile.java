package org.dide.image;

import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR_RGB;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;

import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * A Huffman-coded 8-bit JPEG, sequential or progressive (ITU-T T.81).
 *
 * @param frame what the frame header says
 * @param scans how many scans follow
 * @param codedBits bits from the first scan to the end
 * @param leastBits bits that the shortest Huffman codes would take for all blocks
 * @param ycck whether four components are YCCK rather than CMYK (Adobe's marker says so)
 */
record JpegFile(
    EncodedImage source,
    Frame frame,
    int scans,
    long codedBits,
    long leastBits,
    boolean ycck,
    ExifOrientation orientation)
    implements ImageFile {
  /**
   * A frame header.
   *
   * @param blocks 8x8 blocks of all components
   */
  record Frame(int width, int height, int components, long blocks, boolean progressive) {}

  @Override
  public int width() {
    return frame.width();
  }

  @Override
  public int height() {
    return frame.height();
  }

  @Override
  public void check(ImageLimits limits) {
    ImageFile.super.check(limits);
    if (scans > limits.maxJpegScans()) {
      throw source.refuse("has %,d scans; allowed are %,d", scans, limits.maxJpegScans());
    }
    if (scans == 0 || codedBits < leastBits) {
      throw source.refuse(
          "promises %d x %d pixels, which take %,d bits at least, and has %,d",
          width(), height(), leastBits, codedBits);
    }
  }

  /** Walks all markers, so that a file without its end is known before it is decoded. */
  static JpegFile open(EncodedImage source) {
    return new JpegMarkers(source).toEnd();
  }

  @Override
  public RgbImage decode(DecodeOptions options) {
    return frame.components() == 4 ? decodeCmyk() : decodeRgb();
  }

  private RgbImage decodeRgb() {
    OpenCv.Samples samples = OpenCv.decode(source, IMREAD_COLOR_RGB | IMREAD_IGNORE_ORIENTATION);
    if (samples.width() != width() || samples.height() != height()) {
      throw source.refuse(
          "decodes to %d x %d pixels; its header says %d x %d",
          samples.width(), samples.height(), width(), height());
    }
    return new RgbImage(width(), height(), samples.values());
  }

  private RgbImage decodeCmyk() {
    ImageReader reader = ImageIO.getImageReadersByFormatName("jpeg").next();
    try (ImageInputStream input = new ByteArrayImageInputStream(source.bytes())) {
      reader.setInput(input, true, true);
      return Cmyk.toRgb(reader.readRaster(0, null), ycck);
    } catch (IOException | RuntimeException e) {
      throw source.refuse(e, "cannot be decoded: %s", e);
    } finally {
      reader.dispose();
    }
  }
}
