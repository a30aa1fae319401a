package org.dide.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dide.InputException;
import org.dide.MemoryBudget;
import org.dide.pickle.PickleValue;

/**
 * The entries of a zip archive as PyTorch writes them: all stored, none compressed or encrypted,
 * all below one folder. After PKWARE's APPNOTE, with its 64-bit extensions.
 *
 * <p>Nothing in it is believed. The directory must fill the place between the entries and the end
 * record; each entry's own header must name it as the directory does; entries must lie before the
 * directory and must not overlap; no name may come twice, be absolute or contain a step upwards.
 */
record ZipDirectory(String folder, Map<String, Entry> entries) {
  /** The most entries. */
  static final int MAXIMUM_ENTRIES = 100_000;

  /** The longest directory in bytes. */
  static final int MAXIMUM_DIRECTORY = 1 << 26;

  /** The longest name in bytes. */
  static final int MAXIMUM_NAME = 1024;

  /** How an archive begins: the header of its first entry. */
  static final int LOCAL_HEADER = 0x04034b50;

  private static final int CENTRAL_HEADER = 0x02014b50;
  private static final int END = 0x06054b50;
  private static final int END64 = 0x06064b50;
  private static final int LOCATOR64 = 0x07064b50;
  private static final int LOCAL_SIZE = 30;
  private static final int CENTRAL_SIZE = 46;
  private static final int END_SIZE = 22;
  private static final int END64_SIZE = 56;
  private static final int LOCATOR64_SIZE = 20;
  private static final int EXTRA64 = 1;
  private static final int ENCRYPTED = 1 | 1 << 6;
  private static final int SIZES_FOLLOW = 1 << 3;
  private static final long SATURATED = 0xffff_ffffL;
  private static final int COST = 640; // of an entry, besides its name

  /**
   * An entry.
   *
   * @param position where its content begins in the file
   * @param size how many bytes that has
   */
  record Entry(long position, long size) {}

  /** What the end record tells of the directory. */
  private record End(long count, long start, long size, long behind) {}

  /** What the directory tells of an entry, whose own header is at {@code header}. */
  private record Listed(String name, ByteBuffer rawName, int method, long header, long size) {}

  /** Where an entry with all its parts lies. */
  private record Extent(String name, long start, long end) {}

  /**
   * Reads and checks the directory.
   *
   * @return the entries by their names below the one folder that all lie in
   * @throws InputException if the archive is unsound
   */
  static ZipDirectory read(FileBytes file, MemoryBudget budget) throws IOException {
    return new Reader(file, budget).read();
  }

  private static final class Reader {
    private final FileBytes file;
    private final MemoryBudget budget;
    private final ByteBuffer local =
        ByteBuffer.allocate(LOCAL_SIZE + MAXIMUM_NAME).order(ByteOrder.LITTLE_ENDIAN);

    Reader(FileBytes file, MemoryBudget budget) {
      this.file = file;
      this.budget = budget;
    }

    ZipDirectory read() throws IOException {
      End end = end();
      budget.charge(end.size());
      ByteBuffer directory = file.read(end.start(), (int) end.size());
      Map<String, Entry> entries = new LinkedHashMap<>();
      List<Extent> extents = new ArrayList<>();
      String folder = "";
      for (long i = 0; i < end.count(); i++) {
        Listed listed = listed(directory, i);
        String name = listed.name();
        folder = i == 0 ? name.substring(0, name.indexOf('/') + 1) : folder;
        if (!name.startsWith(folder)) {
          throw problem(name, "lies outside the folder of the others, " + shown(folder));
        }
        Entry entry = located(listed, end.start());
        extents.add(new Extent(name, listed.header(), entry.position() + entry.size()));
        if (entries.put(name.substring(folder.length()), entry) != null) {
          throw problem(name, "is there twice");
        }
      }
      if (directory.hasRemaining()) {
        throw file.problem(
            "zip directory: found %d bytes behind its %d entries"
                .formatted(directory.remaining(), end.count()));
      }
      requireApart(extents);
      return new ZipDirectory(folder.replace("/", ""), entries);
    }

    private End end() throws IOException {
      long size = file.size();
      if (size < END_SIZE) {
        throw file.problem("truncated: found %d bytes".formatted(size));
      }
      ByteBuffer record = file.read(size - END_SIZE, END_SIZE);
      if (record.getInt() != END || record.getShort(END_SIZE - 2) != 0) {
        throw file.problem(
            "truncated, or no zip archive: its last %d bytes are no end record"
                .formatted(END_SIZE));
      }
      if (record.getInt(4) != 0) {
        throw file.problem("zip end record: found several disks, allowed is one");
      }
      long count = record.getShort(10) & 0xffff;
      End end =
          new End(
              count, record.getInt(16) & SATURATED, record.getInt(12) & SATURATED, size - END_SIZE);
      boolean saturated = count == 0xffff || end.start() == SATURATED || end.size() == SATURATED;
      return checked(end64(end, saturated));
    }

    // Behind a long archive's directory stand a record of 64-bit numbers and its locator.
    private End end64(End end, boolean needed) throws IOException {
      long place = end.behind() - LOCATOR64_SIZE;
      if (place < 0) {
        return end;
      }
      ByteBuffer locator = file.read(place, LOCATOR64_SIZE);
      if (locator.getInt() != LOCATOR64) {
        if (needed) {
          throw file.problem("zip end record: found no 64-bit record before it");
        }
        return end;
      }
      long start = locator.getLong(8);
      if (start < 0 || start > place - END64_SIZE) {
        throw file.problem(
            "zip end record: found its 64-bit record at byte %s, allowed is before byte %d"
                .formatted(Long.toUnsignedString(start), place));
      }
      ByteBuffer record = file.read(start, END64_SIZE);
      if (record.getInt() != END64 || record.getLong(16) != 0) {
        throw file.problem("zip end record: its 64-bit record is none, or of several disks");
      }
      return new End(record.getLong(32), record.getLong(48), record.getLong(40), start);
    }

    private End checked(End end) {
      if (end.size() < 0 || end.start() < 0 || end.start() != end.behind() - end.size()) {
        throw file.problem(
            "zip end record: found a directory of %s bytes from byte %s, allowed is one that ends at byte %d"
                .formatted(
                    Long.toUnsignedString(end.size()),
                    Long.toUnsignedString(end.start()),
                    end.behind()));
      }
      if (end.size() > MAXIMUM_DIRECTORY || end.count() < 0 || end.count() > MAXIMUM_ENTRIES) {
        throw file.problem(
            "zip end record: found %s entries in %d bytes, allowed are %d in %d"
                .formatted(
                    Long.toUnsignedString(end.count()),
                    end.size(),
                    MAXIMUM_ENTRIES,
                    MAXIMUM_DIRECTORY));
      }
      return end;
    }

    private Listed listed(ByteBuffer directory, long index) {
      int start = directory.position();
      if (directory.remaining() < CENTRAL_SIZE || directory.getInt(start) != CENTRAL_HEADER) {
        throw file.problem("zip directory: found no entry %d at byte %d".formatted(index, start));
      }
      int nameSize = directory.getShort(start + 28) & 0xffff;
      int extraSize = directory.getShort(start + 30) & 0xffff;
      int commentSize = directory.getShort(start + 32) & 0xffff;
      int behind = start + CENTRAL_SIZE + nameSize + extraSize + commentSize;
      if (behind > directory.limit() || nameSize > MAXIMUM_NAME) {
        throw file.problem("zip directory: entry %d: its parts are too long".formatted(index));
      }
      budget.charge(COST + 8L * nameSize);
      byte[] raw = new byte[nameSize];
      directory.get(start + CENTRAL_SIZE, raw);
      String name = name(raw, index);
      ByteBuffer extra =
          directory.slice(start + CENTRAL_SIZE + nameSize, extraSize).order(directory.order());
      Listed listed = checked(directory, start, raw, name, extra);
      directory.position(behind);
      return listed;
    }

    private Listed checked(
        ByteBuffer directory, int start, byte[] raw, String name, ByteBuffer extra) {
      int flags = directory.getShort(start + 8);
      int method = directory.getShort(start + 10);
      if ((flags & ENCRYPTED) != 0 || directory.getShort(start + 34) != 0) {
        throw problem(name, "is encrypted or on another disk");
      }
      if (method != 0) {
        throw problem(name, "found compression method %d, allowed is none".formatted(method));
      }
      long[] numbers = {
        directory.getInt(start + 24) & SATURATED, // its size
        directory.getInt(start + 20) & SATURATED, // that when compressed
        directory.getInt(start + 42) & SATURATED // where its own header is
      };
      widen(numbers, extra, name);
      if (numbers[0] != numbers[1]) {
        throw problem(
            name, "found sizes of %d and %d, allowed is one".formatted(numbers[0], numbers[1]));
      }
      return new Listed(name, ByteBuffer.wrap(raw), method, numbers[2], numbers[0]);
    }

    // Numbers of 64 bits stand in an extra field, in this order, those that 32 bits cannot hold.
    private void widen(long[] numbers, ByteBuffer extra, String name) {
      ByteBuffer wide = extra64(extra, name);
      for (int i = 0; i < numbers.length; i++) {
        if (numbers[i] == SATURATED) {
          if (wide.remaining() < Long.BYTES) {
            throw problem(name, "lacks its 64-bit numbers");
          }
          numbers[i] = wide.getLong();
        }
        if (numbers[i] < 0) {
          throw problem(name, "found " + Long.toUnsignedString(numbers[i]) + " as size or place");
        }
      }
    }

    private ByteBuffer extra64(ByteBuffer extra, String name) {
      while (extra.remaining() >= 4) {
        int kind = extra.getShort() & 0xffff;
        int size = extra.getShort() & 0xffff;
        if (size > extra.remaining()) {
          throw problem(name, "found an extra field of %d bytes".formatted(size));
        }
        if (kind == EXTRA64) {
          return extra.slice(extra.position(), size).order(extra.order());
        }
        extra.position(extra.position() + size);
      }
      return extra.limit(extra.position());
    }

    private String name(byte[] raw, long index) {
      String name = decoded(raw, index);
      if (name.indexOf('/') < 0 || !sound(name)) {
        throw problem(name, "is no name of a file in a folder, without '.', '..' and empty steps");
      }
      return name;
    }

    private String decoded(byte[] raw, long index) {
      if (ascii(raw)) {
        return new String(raw, StandardCharsets.US_ASCII);
      }
      budget.charge(COST + 8L * raw.length);
      try {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(raw)).toString();
      } catch (CharacterCodingException e) {
        throw new InputException(
            "%s: zip directory: entry %d: its name is not UTF-8".formatted(file.path(), index), e);
      }
    }

    private static boolean ascii(byte[] raw) {
      for (byte each : raw) {
        if (each < 0) {
          return false;
        }
      }
      return true;
    }

    private static boolean sound(String name) {
      for (int i = 0; i < name.length(); i++) {
        if (name.charAt(i) < ' ' || name.charAt(i) == '\\') {
          return false;
        }
      }
      String steps = "/" + name + "/";
      return !steps.contains("//") && !steps.contains("/./") && !steps.contains("/../");
    }

    private Entry located(Listed listed, long directory) throws IOException {
      ByteBuffer raw = listed.rawName();
      int nameSize = raw.remaining();
      String name = listed.name();
      long header = listed.header();
      if (header > directory - LOCAL_SIZE - nameSize) {
        throw problem(
            name,
            "found its header at byte %d, the directory begins at %d".formatted(header, directory));
      }
      file.fill(local.clear().limit(LOCAL_SIZE + nameSize), header);
      local.flip();
      boolean same =
          local.getInt() == LOCAL_HEADER
              && local.getShort(8) == listed.method()
              && (local.getShort(6) & ENCRYPTED) == 0
              && (local.getShort(26) & 0xffff) == nameSize
              && local.slice(LOCAL_SIZE, nameSize).equals(raw);
      if (!same) {
        throw problem(name, "its header at byte %d is not that of this entry".formatted(header));
      }
      requireSize(listed);
      long position = header + LOCAL_SIZE + nameSize + (local.getShort(28) & 0xffff);
      if (position > directory || listed.size() > directory - position) {
        throw problem(
            name,
            "claims %d bytes from byte %d, the directory begins at %d"
                .formatted(listed.size(), position, directory));
      }
      return new Entry(position, listed.size());
    }

    private void requireSize(Listed listed) {
      boolean follows = (local.getShort(6) & SIZES_FOLLOW) != 0;
      for (int place : new int[] {18, 22}) {
        long size = local.getInt(place) & SATURATED;
        if (size != listed.size() && size != SATURATED && !(follows && size == 0)) {
          throw problem(
              listed.name(),
              "found a size of %d in its header and of %d in the directory"
                  .formatted(size, listed.size()));
        }
      }
    }

    private void requireApart(List<Extent> extents) {
      extents.sort(Comparator.comparingLong(Extent::start));
      for (int i = 1; i < extents.size(); i++) {
        Extent before = extents.get(i - 1);
        Extent extent = extents.get(i);
        if (extent.start() < before.end()) {
          throw problem(extent.name(), "overlaps " + shown(before.name()));
        }
      }
    }

    private InputException problem(String name, String message) {
      return file.problem("zip entry %s: %s".formatted(shown(name), message));
    }

    private static String shown(String name) {
      return PickleValue.shown(name);
    }
  }
}
