package org.dide;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.bytedeco.javacpp.Loader;

/**
 * Loads libraries that JavaCPP keeps in its cache, one process at a time until they are unpacked.
 *
 * <p>JavaCPP unpacks each file under a lock of its own, but the system's linker looks for what a
 * library needs without that: it may map a file that another process is still writing, and die by
 * SIGBUS. So two programs that were started together on a new machine could not be relied on.
 */
public final class NativeLibraries {
  private NativeLibraries() {}

  /**
   * Loads the libraries behind classes of JavaCPP's.
   *
   * @param artifact the one of org.bytedeco that they come from
   * @throws LinkageError if one cannot be loaded
   */
  public static synchronized void load(String artifact, List<Class<?>> libraries) {
    try {
      Path cache = Loader.getCacheDir().toPath();
      String version = Loader.getVersion("org.bytedeco", artifact);
      Path unpacked = cache.resolve(".unpacked-%s-%s".formatted(artifact, version));
      if (!Files.exists(unpacked)) {
        unpack(cache.resolve(".unpacking"), unpacked, libraries);
        return;
      }
    } catch (IOException unwritable) {
      // Then nobody else writes to it either.
    }
    libraries.forEach(Loader::load);
  }

  private static void unpack(Path lock, Path unpacked, List<Class<?>> libraries)
      throws IOException {
    try (FileChannel channel =
        FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.lock(); // until the channel is closed, or the process ends in whatever way
      libraries.forEach(Loader::load);
    }
    Files.write(unpacked, new byte[0]);
  }
}
