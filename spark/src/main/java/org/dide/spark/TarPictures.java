package org.dide.spark;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.dide.answer.PictureFinder;
import org.dide.answer.PictureSource;

/**
 * The pictures of a tar, one at a time, as it streams by. Where a tar is damaged, what comes before
 * is read, and the tar itself is told as unreadable, under its name. What its storage fails to give
 * is another matter: that is thrown, so that Spark tries again.
 */
final class TarPictures implements Iterator<PictureSource> {
  private static final String ENDING = ".tar";

  private final String tar;
  private final WatchedStream storage;
  private final TarArchiveInputStream archive;
  private final Set<String> names = new HashSet<>();
  private Optional<PictureSource> next;

  /** Of a stream, which is closed at its end. */
  TarPictures(String tar, InputStream stream) {
    this.tar = tar;
    this.storage = new WatchedStream(stream);
    this.archive = new TarArchiveInputStream(storage);
    this.next = read();
  }

  static boolean isTar(String path) {
    return path.endsWith(ENDING);
  }

  /** The tar's name without its ending. */
  static String prefix(String path) {
    return path.substring(path.lastIndexOf('/') + 1, path.length() - ENDING.length());
  }

  @Override
  public boolean hasNext() {
    return next.isPresent();
  }

  @Override
  public PictureSource next() {
    PictureSource picture = next.orElseThrow(NoSuchElementException::new);
    next = picture.place().equals(tar) ? Optional.empty() : read();
    return picture;
  }

  private Optional<PictureSource> read() {
    try {
      for (TarArchiveEntry entry = archive.getNextEntry();
          entry != null;
          entry = archive.getNextEntry()) {
        if (entry.isFile() && !entry.isSparse() && PictureFinder.isPicture(entry.getName())) {
          return Optional.of(picture(entry));
        }
      }
      archive.close();
      return Optional.empty();
    } catch (IOException | IllegalArgumentException problem) {
      return Optional.of(damaged(problem));
    }
  }

  private PictureSource picture(TarArchiveEntry entry) throws IOException {
    String name = entry.getName();
    String id = prefix(tar) + "/" + name;
    String place = tar + ": " + name;
    if (!names.add(name)) {
      return new NoPicture(id, place, place + ": the tar holds another of this name before");
    }
    if (entry.getSize() > NoPicture.MAXIMUM_BYTES) {
      return NoPicture.tooLarge(id, place, entry.getSize());
    }
    byte[] bytes = archive.readNBytes((int) entry.getSize());
    if (bytes.length < entry.getSize()) {
      throw new EOFException("the file ends before %s does".formatted(name));
    }
    return new PictureBytes(id, place, bytes);
  }

  private PictureSource damaged(Exception problem) {
    if (storage.failed) {
      throw new UncheckedIOException(tar + ": cannot be read", new IOException(problem));
    }
    return new NoPicture(
        prefix(tar), tar, "%s: no whole tar (%s)".formatted(tar, problem.getMessage()));
  }

  /** Remembers whether it failed, to tell a failing storage from a damaged tar. */
  private static final class WatchedStream extends FilterInputStream {
    private boolean failed;

    WatchedStream(InputStream stream) {
      super(stream);
    }

    @Override
    public int read() throws IOException {
      try {
        return super.read();
      } catch (IOException problem) {
        failed = true;
        throw problem;
      }
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      try {
        return super.read(bytes, offset, length);
      } catch (IOException problem) {
        failed = true;
        throw problem;
      }
    }
  }
}
