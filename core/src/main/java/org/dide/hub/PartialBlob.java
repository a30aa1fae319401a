package org.dide.hub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Set;
import org.dide.AtomicFile;
import org.dide.InputException;

/**
 * What has arrived of a blob, in a file that outlives this process, and its checksum so far.
 * Everything here throws {@link InputException} if the file cannot be read or written.
 */
final class PartialBlob implements AutoCloseable {
  private static final int CHUNK = 1 << 20; // bytes

  private final Path file;
  private final RemoteFile remote;
  private final FileChannel channel;
  private MessageDigest digest;
  private long length;

  private PartialBlob(Path file, RemoteFile remote, FileChannel channel) {
    this.file = file;
    this.remote = remote;
    this.channel = channel;
    this.digest = remote.digest();
  }

  /** Takes up what an earlier download left, if it did. */
  static PartialBlob open(Path file, RemoteFile remote) throws InterruptedException {
    PartialBlob partial = new PartialBlob(file, remote, channel(file));
    try {
      partial.digestFile();
      return partial;
    } catch (InputException | InterruptedException problem) {
      partial.close();
      throw problem;
    }
  }

  private static FileChannel channel(Path file) {
    try {
      return FileChannel.open(
          file,
          Set.of(
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.CREATE,
              LinkOption.NOFOLLOW_LINKS)); // whoever put a link there could have us write anywhere
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  private void digestFile() throws InterruptedException {
    onDisk(
        () -> {
          if (channel.size() > remote.size()) {
            channel.truncate(0);
          }
          ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
          while (channel.read(chunk, length) > 0) {
            length += chunk.flip().remaining();
            digest.update(chunk);
            chunk.clear();
          }
        });
  }

  /** How many bytes there are. */
  long length() {
    return length;
  }

  /** Whether all bytes are there, right or wrong. */
  boolean isWhole() {
    return length == remote.size();
  }

  /** Adds bytes; no more than are missing. */
  void append(ByteBuffer bytes) throws InterruptedException {
    onDisk(
        () -> {
          digest.update(bytes.duplicate());
          while (bytes.hasRemaining()) {
            length += channel.write(bytes, length);
          }
        });
  }

  /** Forgets all bytes. */
  void restart() throws InterruptedException {
    onDisk(
        () -> {
          channel.truncate(0);
          length = 0;
          digest = remote.digest();
        });
  }

  /** The checksum of the bytes, in hexadecimal; after it, only {@link #restart} or an end. */
  String checksum() {
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Ends by putting the file in its place. */
  void put(Path blob) throws InterruptedException {
    onDisk(
        () -> {
          channel.close();
          AtomicFile.put(file, blob);
        });
  }

  /** Ends by removing the file. */
  void remove() throws InterruptedException {
    onDisk(
        () -> {
          channel.close();
          Files.deleteIfExists(file);
        });
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  private void onDisk(Work work) throws InterruptedException {
    try {
      work.run();
    } catch (ClosedByInterruptException e) {
      Thread.interrupted();
      throw new InterruptedException("while writing " + file);
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  private static InputException unwritable(Path file, IOException problem) {
    return new InputException("%s: cannot be written (%s)".formatted(file, problem), problem);
  }

  @FunctionalInterface
  private interface Work {
    void run() throws IOException;
  }
}
