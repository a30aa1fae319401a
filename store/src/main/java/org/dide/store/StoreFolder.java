package org.dide.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.dide.InputException;

/** What lies where in a store's folder. */
final class StoreFolder {
  private static final String RECORDS = "records";
  private static final String INDEXES = "indexes";
  private static final String LOCK = "writer.lock";
  private static final Set<String> OWN = Set.of(RECORDS, INDEXES, LOCK, LanceTable.NAME);

  private StoreFolder() {}

  static Records records(Path folder) {
    return new Records(folder.resolve(RECORDS));
  }

  /** Where the index that was made in a version is described, below the store's folder. */
  static String index(long version) {
    return "%s/%020d.json".formatted(INDEXES, version);
  }

  static boolean isIndex(String path) {
    return path.startsWith(INDEXES + "/");
  }

  /**
   * Takes the place of the only writer until the channel is closed, or the process ends.
   *
   * @throws InputException if there is one
   */
  static FileChannel lock(Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!tryLock(channel)) {
      channel.close();
      throw new InputException(
          "%s: another process is writing to this store (it holds %s)".formatted(folder, LOCK));
    }
    return channel;
  }

  private static boolean tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException heldByThisProcess) {
      return false;
    }
  }

  /**
   * Refuses a folder that holds anything but what a creation left that was interrupted.
   *
   * @throws InputException saying what it holds
   */
  static void requireEmpty(Path folder) throws IOException {
    if (records(folder).newest().isPresent()) {
      throw new InputException("%s: holds a store already".formatted(folder));
    }
    if (!below(folder.resolve(LanceTable.NAME).resolve(LanceTable.DATA)).isEmpty()) {
      throw new InputException(
          "%s: holds rows, but no record of a commit in %s; it is damaged"
              .formatted(folder, folder.resolve(RECORDS)));
    }
    try (Stream<Path> paths = Files.list(folder)) {
      List<String> others =
          paths
              .map(path -> path.getFileName().toString())
              .filter(name -> !OWN.contains(name))
              .sorted()
              .toList();
      if (!others.isEmpty()) {
        throw new InputException(
            "%s: holds %s, allowed for a new store is an empty folder, or a new one"
                .formatted(folder, others.get(0)));
      }
    }
  }

  /** Removes every file that no commit lists, be it an interrupted writer's or an old commit's. */
  static void sweep(Path folder, List<Path> records, List<Snapshot> kept) throws IOException {
    Set<Path> listed = new HashSet<>(records);
    for (Snapshot snapshot : kept) {
      snapshot.files().forEach(file -> listed.add(folder.resolve(file.path())));
    }
    for (String own : List.of(RECORDS, INDEXES, LanceTable.NAME)) {
      for (Path path : below(folder.resolve(own))) {
        if (!listed.contains(path)) {
          Files.delete(path);
        }
      }
    }
    removeEmpty(folder.resolve(LanceTable.NAME).resolve(LanceIndex.FOLDER));
  }

  /** Each index has a folder of its own. */
  private static void removeEmpty(Path indexes) throws IOException {
    if (!Files.isDirectory(indexes)) {
      return;
    }
    try (Stream<Path> folders = Files.list(indexes)) {
      for (Path each : folders.toList()) {
        if (below(each).isEmpty()) {
          Files.delete(each);
        }
      }
    }
  }

  private static List<Path> below(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<Path> found = new ArrayList<>();
    try (Stream<Path> paths = Files.walk(folder)) {
      paths.filter(path -> !Files.isDirectory(path)).forEach(found::add);
    }
    return found;
  }
}
