package org.dide.image;

import java.util.Set;
import java.util.TreeSet;
import org.dide.image.DecodeOptions.Alpha;

/**
 * The first picture of a TIFF (revision 6.0): bilevel, grey, palette or RGB, uncompressed or packed
 * without loss.
 */
record TiffFile(EncodedImage source, int width, int height, ExifOrientation orientation)
    implements ImageFile {
  private static final int WIDTH = 256;
  private static final int HEIGHT = 257;
  private static final int BITS_PER_SAMPLE = 258;
  private static final int COMPRESSION = 259;
  private static final int PHOTOMETRIC = 262;
  private static final int ORIENTATION = 274;
  private static final int SAMPLES_PER_PIXEL = 277;
  private static final int TILE_WIDTH = 322;
  private static final int TILE_HEIGHT = 323;

  private static final int UNCOMPRESSED = 1;
  // None, LZW, deflate (two codes), PackBits.
  private static final Set<Integer> COMPRESSIONS = Set.of(UNCOMPRESSED, 5, 8, 32946, 32773);
  private static final int MOST_PHOTOMETRIC = 3;
  // LZW codes at most 4096 bytes with 12 bits.
  private static final int MOST_EXPANSION = 2731;
  private static final int MOST_TILE_SIDE = 4096;

  /** Reads the first directory. */
  static TiffFile open(EncodedImage source) {
    Directory directory = Directory.read(source);
    long width = directory.value(WIDTH, 0);
    long height = directory.value(HEIGHT, 0);
    long compression = directory.value(COMPRESSION, UNCOMPRESSED);
    if (width < 1 || height < 1 || width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
      throw source.refuse("is a TIFF of %d x %d pixels", width, height);
    }
    if (!COMPRESSIONS.contains((int) compression)) {
      throw source.refuse(
          "is a TIFF of compression %d; allowed are %s", compression, new TreeSet<>(COMPRESSIONS));
    }
    if (directory.value(PHOTOMETRIC, 0) > MOST_PHOTOMETRIC) {
      throw source.refuse(
          "is a TIFF of photometric interpretation %d; allowed are 0 and 1 (grey), 2 (RGB) and 3"
              + " (palette)",
          directory.value(PHOTOMETRIC, 0));
    }
    long tileSide = Math.max(directory.value(TILE_WIDTH, 1), directory.value(TILE_HEIGHT, 1));
    if (tileSide > MOST_TILE_SIDE) {
      throw source.refuse(
          "is a TIFF with tiles of side %d; allowed are %d", tileSide, MOST_TILE_SIDE);
    }
    checkData(source, directory, width, height, compression == UNCOMPRESSED ? 1 : MOST_EXPANSION);
    return new TiffFile(
        source,
        (int) width,
        (int) height,
        ExifOrientation.of((int) directory.value(ORIENTATION, 1)));
  }

  private static void checkData(
      EncodedImage source, Directory directory, long width, long height, int expansion) {
    long bits = directory.value(BITS_PER_SAMPLE, 1) * directory.value(SAMPLES_PER_PIXEL, 1);
    double promised = (double) width * height * bits / 8;
    if (promised > (double) source.size() * expansion) {
      throw source.refuse(
          "promises %d x %d pixels (%,.0f bytes), which its %,d bytes cannot hold",
          width, height, promised, source.size());
    }
  }

  @Override
  public RgbImage decode(Alpha alpha) {
    return JdkReader.decode(source, "tiff", width, height, alpha);
  }

  /** An image file directory. */
  private record Directory(EncodedImage source, int first, int entries, boolean littleEndian) {
    private static final int ENTRY_BYTES = 12;
    private static final int SHORT = 3;

    static Directory read(EncodedImage source) {
      boolean littleEndian = source.matches(0, "II");
      long offset = littleEndian ? source.u32LittleEndian(4) : source.u32(4);
      if (offset > source.size() - 2) {
        throw source.truncated("its directory stands at byte %,d".formatted(offset));
      }
      int entries = littleEndian ? source.u16LittleEndian((int) offset) : source.u16((int) offset);
      return new Directory(source, (int) offset + 2, entries, littleEndian);
    }

    /** The value of a tag, the first where it has several, or what it is if absent. */
    long value(int tag, long absent) {
      for (int i = 0; i < entries; i++) {
        int entry = first + i * ENTRY_BYTES;
        if (u16(entry) == tag) {
          return value(entry);
        }
      }
      return absent;
    }

    private long value(int entry) {
      boolean isShort = u16(entry + 2) == SHORT;
      long count = u32(entry + 4);
      boolean elsewhere = count * (isShort ? 2 : 4) > 4;
      long at = elsewhere ? u32(entry + 8) : entry + 8;
      if (at > source.size() - 4) {
        throw source.truncated("a TIFF value stands at byte %,d".formatted(at));
      }
      return isShort ? u16((int) at) : u32((int) at);
    }

    private int u16(int offset) {
      return littleEndian ? source.u16LittleEndian(offset) : source.u16(offset);
    }

    private long u32(int offset) {
      return littleEndian ? source.u32LittleEndian(offset) : source.u32(offset);
    }
  }
}
