package org.dide.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The first picture of a TIFF (revision 6.0): bilevel, grey, palette or RGB, uncompressed or packed
 * without loss. How it lies is part of how a TIFF is read, not metadata, so it is always turned
 * upright, as Pillow does.
 *
 * @param palette colours, 0xRRGGBB; none where samples are not indices
 * @param stored how the rows lie in the file
 */
record TiffFile(
    EncodedImage source, int width, int height, List<Integer> palette, ExifOrientation stored)
    implements ImageFile {
  private static final int WIDTH = 256;
  private static final int HEIGHT = 257;
  private static final int BITS_PER_SAMPLE = 258;
  private static final int COMPRESSION = 259;
  private static final int PHOTOMETRIC = 262;
  private static final int ORIENTATION = 274;
  private static final int SAMPLES_PER_PIXEL = 277;
  private static final int STRIP_BYTE_COUNTS = 279;
  private static final int COLOUR_MAP = 320;
  private static final int TILE_WIDTH = 322;
  private static final int TILE_HEIGHT = 323;
  private static final int TILE_BYTE_COUNTS = 325;

  private static final int UNCOMPRESSED = 1;
  // None, LZW, deflate (two codes), PackBits.
  private static final Set<Integer> COMPRESSIONS = Set.of(UNCOMPRESSED, 5, 8, 32946, 32773);
  private static final int PALETTE = 3;
  // LZW codes at most 4096 bytes with 12 bits.
  private static final int MOST_EXPANSION = 2731;
  private static final int MOST_TILE_SIDE = 4096;

  @Override
  public ExifOrientation orientation() {
    return ExifOrientation.UPRIGHT;
  }

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
    if (directory.value(PHOTOMETRIC, 0) > PALETTE) {
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
        directory.value(PHOTOMETRIC, 0) == PALETTE ? palette(directory) : List.of(),
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
    // Else each of millions of strips may be the whole file, to be gone through once more.
    if (directory.sum(Set.of(STRIP_BYTE_COUNTS, TILE_BYTE_COUNTS)) > source.size()) {
      throw source.refuse(
          "is a TIFF whose strips or tiles have more bytes together than its %,d; allowed are some"
              + " that do not overlap",
          source.size());
    }
  }

  /** The high bytes of the colour map: all reds, then all greens, then all blues. */
  private static List<Integer> palette(Directory directory) {
    long depth = directory.value(BITS_PER_SAMPLE, 1);
    if (depth > 8) {
      throw directory.source().refuse("is a TIFF of palette colours with %d bits", depth);
    }
    int size = 1 << depth;
    List<Integer> colours = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      long red = directory.value(COLOUR_MAP, i, 0) >> 8;
      long green = directory.value(COLOUR_MAP, size + i, 0) >> 8;
      long blue = directory.value(COLOUR_MAP, 2 * size + i, 0) >> 8;
      colours.add((int) (red << 16 | green << 8 | blue));
    }
    return List.copyOf(colours);
  }

  @Override
  public RgbImage decode(DecodeOptions options) {
    RgbImage lying =
        palette.isEmpty()
            ? JdkReader.decode(source, "tiff", width, height, options)
            : JdkReader.decodeIndexed(source, "tiff", width, height, palette);
    return stored.upright(lying);
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

    /** The first value of a tag, or what it is if absent. */
    long value(int tag, long absent) {
      return value(tag, 0, absent);
    }

    /** The value at an index of a tag, or what it is if absent. */
    long value(int tag, int index, long absent) {
      for (int i = 0; i < entries; i++) {
        int entry = first + i * ENTRY_BYTES;
        if (u16(entry) == tag && index < u32(entry + 4)) {
          return valueOf(entry, index);
        }
      }
      return absent;
    }

    /** All values of tags together, or of so many of them that they exceed the file's size. */
    long sum(Set<Integer> tags) {
      long sum = 0;
      for (int i = 0; i < entries; i++) {
        int entry = first + i * ENTRY_BYTES;
        long values = tags.contains(u16(entry)) ? u32(entry + 4) : 0;
        for (int index = 0; index < values && sum <= source.size(); index++) {
          sum += valueOf(entry, index);
        }
      }
      return sum;
    }

    private long valueOf(int entry, int index) {
      int bytes = u16(entry + 2) == SHORT ? 2 : 4;
      boolean elsewhere = u32(entry + 4) * bytes > 4;
      long at = (elsewhere ? u32(entry + 8) : entry + 8) + (long) index * bytes;
      if (at > source.size() - bytes) {
        throw source.truncated("a TIFF value stands at byte %,d".formatted(at));
      }
      return bytes == 2 ? u16((int) at) : u32((int) at);
    }

    private int u16(int offset) {
      return littleEndian ? source.u16LittleEndian(offset) : source.u16(offset);
    }

    private long u32(int offset) {
      return littleEndian ? source.u32LittleEndian(offset) : source.u32(offset);
    }
  }
}
