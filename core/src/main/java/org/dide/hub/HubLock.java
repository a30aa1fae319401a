package org.dide.hub;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.dide.InputException;

/**
 * Holds a model in a cache for one download of this program at a time. The operating system lets go
 * of it when the process ends, however it ends; the file stays, since removing it would let two
 * processes lock two files of one name.
 */
final class HubLock implements AutoCloseable {
  private static final int PAUSE = 100; // milliseconds

  private final Path file;
  private final FileChannel channel;

  private HubLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Waits until the lock can be had.
   *
   * @throws InputException if the file system has no locks
   */
  static HubLock acquire(Path file, HubListener listener) throws InterruptedException {
    HubLock lock = open(file);
    try {
      for (boolean told = false; !lock.tried(); told = true) {
        if (!told) {
          listener.message("another download of this model is at work; waiting for it");
        }
        Thread.sleep(PAUSE);
      }
      return lock;
    } catch (InputException | InterruptedException problem) {
      lock.close();
      throw problem;
    }
  }

  private static HubLock open(Path file) {
    try {
      Files.createDirectories(file.resolveSibling(""));
      return new HubLock(
          file,
          FileChannel.open(
              file,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              LinkOption.NOFOLLOW_LINKS));
    } catch (IOException e) {
      throw new InputException("%s: cannot be written (%s)".formatted(file, e), e);
    }
  }

  private boolean tried() {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // held in this process
    } catch (IOException e) {
      throw new InputException("%s: cannot be locked (%s)".formatted(file, e), e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new InputException("%s: cannot be closed (%s)".formatted(file, e), e);
    }
  }
}
