package org.dide.tensor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.dide.pickle.PickleWriter.join;
import static org.dide.pickle.PickleWriter.little;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Writes zip archives of stored entries, sound ones and others. */
final class ZipParts {
  private static final long SATURATED = 0xffff_ffffL;

  private record Part(String name, long header, long size, int method) {}

  private final FileChannel channel;
  private final List<Part> parts = new ArrayList<>();
  private final boolean wide;

  private ZipParts(FileChannel channel, boolean wide) {
    this.channel = channel;
    this.wide = wide;
  }

  interface Filling {
    void fill(ZipParts zip) throws IOException;
  }

  /**
   * Writes an archive.
   *
   * @param wide with the numbers of 64 bits that archives past 4 GB need
   */
  static Path write(Path path, boolean wide, Filling filling) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      ZipParts zip = new ZipParts(channel, wide);
      filling.fill(zip);
      zip.end();
    }
    return path;
  }

  /** An entry. */
  ZipParts add(String name, byte[] content) throws IOException {
    return add(name, content, content.length, 0);
  }

  /** An entry of which only the first bytes are written. */
  ZipParts add(String name, byte[] content, long size, int method) throws IOException {
    long header = channel.position();
    byte[] raw = name.getBytes(UTF_8);
    long shown = wide ? SATURATED : size;
    put(
        join(
            little(4, 0x04034b50),
            little(8, (long) method << 32),
            little(6, 0),
            little(4, shown),
            little(4, shown),
            little(2, raw.length),
            little(2, 0),
            raw,
            content));
    channel.position(channel.position() - content.length + size);
    parts.add(new Part(name, header, size, method));
    return this;
  }

  /** An entry in the directory alone, which claims another's place. */
  ZipParts claim(String name, int like, long shift, long size) {
    Part part = parts.get(like);
    parts.add(new Part(name, part.header() + shift, size, 0));
    return this;
  }

  private void end() throws IOException {
    long start = channel.position();
    for (Part part : parts) {
      central(part);
    }
    long behind = channel.position();
    long size = behind - start;
    if (wide) {
      put(
          join(
              little(4, 0x06064b50),
              little(8, 44),
              little(4, 0),
              little(8, 0),
              little(8, parts.size()),
              little(8, parts.size()),
              little(8, size),
              little(8, start)));
      put(join(little(4, 0x07064b50), little(4, 0), little(8, behind), little(4, 1)));
    }
    long count = wide ? 0xffff : parts.size();
    put(
        join(
            little(8, 0x06054b50),
            little(2, count),
            little(2, count),
            little(4, wide ? SATURATED : size),
            little(4, wide ? SATURATED : start),
            little(2, 0)));
  }

  private void central(Part part) throws IOException {
    byte[] extra =
        wide
            ? join(
                little(2, 1),
                little(2, 24),
                little(8, part.size()),
                little(8, part.size()),
                little(8, part.header()))
            : new byte[0];
    byte[] name = part.name().getBytes(UTF_8);
    long size = wide ? SATURATED : part.size();
    put(
        join(
            little(8, 0x02014b50),
            little(8, (long) part.method() << 16),
            little(4, 0),
            little(4, size),
            little(4, size),
            little(2, name.length),
            little(2, extra.length),
            little(8, 0),
            little(2, 0),
            little(4, wide ? SATURATED : part.header()),
            name,
            extra));
  }

  private void put(byte[] bytes) throws IOException {
    channel.write(ByteBuffer.wrap(bytes));
  }
}
