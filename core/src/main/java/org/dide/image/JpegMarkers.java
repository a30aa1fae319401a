package org.dide.image;

import java.util.Optional;

/** One pass over the markers of a JPEG (ITU-T T.81, table B.1), to its end. */
final class JpegMarkers {
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
  private static final int LONGEST_CODE = 16;
  private static final int UNKNOWN = 17;

  private final EncodedImage source;
  private Optional<JpegFile.Frame> frame = Optional.empty();
  private ExifOrientation orientation = ExifOrientation.UPRIGHT;
  private boolean exifSeen;
  private boolean ycck;
  private int scans;
  private int firstScan;
  private int shortestDc = UNKNOWN;
  private int shortestAc = UNKNOWN;

  JpegMarkers(EncodedImage source) {
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
    JpegFile.Frame found =
        frame.orElseThrow(() -> source.refuse("is a JPEG without a frame header"));
    long bits = scans == 0 ? 0 : 8L * (offset - firstScan);
    return new JpegFile(source, found, scans, bits, leastBits(found), ycck, orientation);
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
    if (marker == DHT) {
      readTables(offset, length);
    } else if (marker == SOS) {
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

  private JpegFile.Frame readFrame(int marker, int offset) {
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
          "is a JPEG of %d components; allowed are 1 (grey), 3 (colour) and 4 (CMYK)", components);
    }
    int height = source.u16(offset + 1);
    int width = source.u16(offset + 3);
    long blocks = blocks(offset + 6, components, width, height);
    return new JpegFile.Frame(width, height, components, blocks, marker == SOF2);
  }

  /** A block takes a code for its DC term and, unless scans are progressive, one for its AC. */
  private long leastBits(JpegFile.Frame found) {
    return found.blocks() * (known(shortestDc) + (found.progressive() ? 0 : known(shortestAc)));
  }

  private static int known(int shortest) {
    return shortest == UNKNOWN ? 1 : shortest;
  }

  /** Notes the shortest codes that a segment of Huffman tables (section B.2.4.2) defines. */
  private void readTables(int offset, int length) {
    int table = offset;
    while (table + 1 + LONGEST_CODE <= offset + length) {
      int codes = 0;
      int shortest = 0;
      for (int bits = LONGEST_CODE; bits > 0; bits--) {
        int count = source.u8(table + bits);
        codes += count;
        shortest = count > 0 ? bits : shortest;
      }
      if (source.u8(table) >> 4 == 0) {
        shortestDc = Math.min(shortestDc, shortest);
      } else {
        shortestAc = Math.min(shortestAc, shortest);
      }
      table += 1 + LONGEST_CODE + codes;
    }
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
