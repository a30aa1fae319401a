package org.dide.image;

import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR_RGB;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;

import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.io.IOException;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.dide.image.DecodeOptions.Alpha;

/**
 * A Huffman-coded 8-bit JPEG, sequential or progressive (ITU-T T.81; markers in its table B.1).
 *
 * @param frame what the frame header says
 * @param scans how many scans follow
 * @param codedBits bits from the first scan to the end
 * @param ycck whether four components are YCCK rather than CMYK (Adobe's marker says so)
 */
record JpegFile(
    EncodedImage source,
    Frame frame,
    int scans,
    long codedBits,
    boolean ycck,
    ExifOrientation orientation)
    implements ImageFile {
  private static final int SOF0 = 0xC0;
  private static final int SOF1 = 0xC1;
  private static final int SOF2 = 0xC2;
  private static final int DHT = 0xC4;
  private static final int JPG = 0xC8;
  private static final int DAC = 0xCC;
  private static final int SOF15 = 0xCF;
  private static final int RST0 = 0xD0;
  private static final int SOI = 0xD8;
  private static final int EOI = 0xD9;
  private static final int SOS = 0xDA;
  private static final int APP1 = 0xE1;
  private static final int APP14 = 0xEE;
  private static final int TEM = 0x01;

  /**
   * A frame header.
   *
   * @param leastBits bits that the scans need at the very least to code this many 8x8 blocks
   */
  record Frame(int width, int height, int components, long leastBits) {}

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
    if (scans == 0 || codedBits < frame.leastBits()) {
      throw source.refuse(
          "promises %d x %d pixels, which take %,d bits at least, and has %,d",
          width(), height(), frame.leastBits(), codedBits);
    }
  }

  /** Walks all markers, so that a file without its end is known before it is decoded. */
  static JpegFile open(EncodedImage source) {
    return new Walk(source).toEnd();
  }

  @Override
  public RgbImage decode(Alpha alpha) {
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

  /** One pass over the markers of a file. */
  private static final class Walk {
    private final EncodedImage source;
    private Optional<Frame> frame = Optional.empty();
    private ExifOrientation orientation = ExifOrientation.UPRIGHT;
    private boolean exifSeen;
    private boolean ycck;
    private int scans;
    private int firstScan;

    Walk(EncodedImage source) {
      this.source = source;
    }

    JpegFile toEnd() {
      int offset = nextMarker(0);
      while (source.u8(offset) != EOI) {
        int marker = source.u8(offset++);
        if (!standsAlone(marker)) {
          int length = source.u16(offset);
          segment(marker, offset + 2, length - 2);
          offset += length;
        }
        offset = nextMarker(offset);
      }
      Frame found = frame.orElseThrow(() -> source.refuse("is a JPEG without a frame header"));
      long bits = scans == 0 ? 0 : 8L * (offset - firstScan);
      return new JpegFile(source, found, scans, bits, ycck, orientation);
    }

    /** Offset of the next marker's code; what is not a marker is coded data or junk. */
    private int nextMarker(int offset) {
      byte[] bytes = source.bytes();
      for (int i = offset; i < bytes.length - 1; i++) {
        if (bytes[i] == (byte) 0xFF && bytes[i + 1] != 0 && bytes[i + 1] != (byte) 0xFF) {
          return i + 1;
        }
      }
      throw source.truncated("the marker that ends a JPEG is missing");
    }

    private static boolean standsAlone(int marker) {
      return (marker >= RST0 && marker <= SOI) || marker == TEM;
    }

    private void segment(int marker, int offset, int length) {
      if (length < 0) {
        throw source.refuse("has a JPEG segment of length %d", length + 2);
      }
      if (marker == SOS) {
        scans++;
        firstScan = scans == 1 ? offset : firstScan;
      } else if (marker == APP1 && !exifSeen && source.matches(offset, "Exif\0\0")) {
        exifSeen = true;
        orientation = ExifOrientation.read(source, offset, length);
      } else if (marker == APP14 && length >= 12 && source.matches(offset, "Adobe")) {
        ycck = source.u8(offset + 11) == 2;
      } else if (isFrame(marker)) {
        if (frame.isPresent()) {
          throw source.refuse("has two JPEG frame headers");
        }
        frame = Optional.of(readFrame(marker, offset));
      }
    }

    private static boolean isFrame(int marker) {
      return marker >= SOF0 && marker <= SOF15 && marker != DHT && marker != JPG && marker != DAC;
    }

    private Frame readFrame(int marker, int offset) {
      int precision = source.u8(offset);
      if (marker != SOF0 && marker != SOF1 && marker != SOF2) {
        throw source.refuse(
            "is a JPEG of process SOF%d (%s); allowed are SOF0, SOF1 and SOF2 (Huffman-coded"
                + " sequential and progressive)",
            marker - SOF0, marker > JPG ? "arithmetic-coded" : "lossless or hierarchical");
      }
      if (precision != 8) {
        throw source.refuse("is a JPEG of %d bits a sample; allowed are 8", precision);
      }
      int components = source.u8(offset + 5);
      if (components != 1 && components != 3 && components != 4) {
        throw source.refuse(
            "is a JPEG of %d components; allowed are 1 (grey), 3 (colour) and 4 (CMYK)",
            components);
      }
      int height = source.u16(offset + 1);
      int width = source.u16(offset + 3);
      // A block takes a bit for its DC term and, unless scans are progressive, one for its AC.
      int bitsPerBlock = marker == SOF2 ? 1 : 2;
      long blocks = blocks(offset + 6, components, width, height);
      return new Frame(width, height, components, bitsPerBlock * blocks);
    }

    private long blocks(int offset, int components, int width, int height) {
      int widest = 1;
      int tallest = 1;
      for (int i = 0; i < components; i++) {
        int sampling = source.u8(offset + 3 * i + 1);
        widest = Math.max(widest, sampling >> 4);
        tallest = Math.max(tallest, sampling & 15);
      }
      long blocks = 0;
      for (int i = 0; i < components; i++) {
        int sampling = source.u8(offset + 3 * i + 1);
        long across = (long) width * (sampling >> 4) / (8L * widest);
        long down = (long) height * (sampling & 15) / (8L * tallest);
        blocks += across * down;
      }
      return blocks;
    }
  }
}
