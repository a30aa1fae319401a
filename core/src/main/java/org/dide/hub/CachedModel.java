package org.dide.hub;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dide.AtomicFile;
import org.dide.InputException;

/**
 * One model's folder in a cache of Hugging Face's layout, which Python's tools share:
 *
 * <ul>
 *   <li>{@code blobs/CHECKSUM}: the files, each named by its {@link BlobChecksum}
 *   <li>{@code snapshots/COMMIT/FILE}: a relative link to a blob, or a copy of one
 *   <li>{@code refs/REVISION}: the commit that a branch or a tag stood at, in 40 hexadecimal digits
 *   <li>{@code blobs/CHECKSUM.dide.incomplete}: what has arrived of a blob; of our own name, since
 *       Python's locks and ours do not see each other
 * </ul>
 *
 * <p>Nothing is read or written through a link that leads out of the folder. The folder itself may
 * be a link, as people make one to move a model to another disk.
 */
final class CachedModel {
  private static final String INCOMPLETE = ".incomplete";
  private static final int MAXIMUM_REFERENCE = 100; // bytes
  private static final int SHOWN = 3; // unfinished files in a message

  private final HubName name;
  private final Path folder;

  CachedModel(HubName name, Path cache) {
    this.name = name;
    this.folder = cache.resolve(name.folder());
  }

  Path folder() {
    return folder;
  }

  Path snapshot(String commit) {
    return folder.resolve("snapshots").resolve(commit);
  }

  Path blob(BlobChecksum checksum) {
    return folder.resolve("blobs").resolve(checksum.hexadecimal());
  }

  Path partial(BlobChecksum checksum) {
    return folder.resolve("blobs").resolve(checksum.hexadecimal() + ".dide" + INCOMPLETE);
  }

  /**
   * The commit that the name's revision stands for here.
   *
   * @throws InputException if nothing here says so
   */
  String commit() {
    if (!Files.isDirectory(folder)) {
      throw new InputException(
          "%s: not in the cache (looked for %s); --download would fetch it"
              .formatted(name, folder));
    }
    if (HubName.isCommit(name.revision())) {
      return name.revision();
    }
    Path reference = reference();
    String commit = read(reference).strip();
    if (!HubName.isCommit(commit)) {
      throw new InputException(
          "%s: found '%s', allowed is a commit of 40 hexadecimal digits"
              .formatted(reference, HubFiles.Shown.of(commit)));
    }
    return commit;
  }

  private Path reference() {
    return folder.resolve("refs").resolve(name.revision());
  }

  private String read(Path reference) {
    try {
      requireInside(reference);
      try (InputStream in = Files.newInputStream(reference)) {
        return new String(in.readNBytes(MAXIMUM_REFERENCE), US_ASCII);
      }
    } catch (NoSuchFileException e) {
      throw new InputException(
          "%s: the cache does not know this revision (looked for %s); --download would fetch it"
              .formatted(name, reference),
          e);
    } catch (IOException e) {
      throw new InputException("%s: cannot be read (%s)".formatted(reference, e), e);
    }
  }

  /**
   * Checks that a snapshot has what a model needs, and that none of its links leads out.
   *
   * @throws InputException if not, naming the file
   */
  Path whole(String commit) {
    Path snapshot = snapshot(commit);
    if (!Files.isDirectory(snapshot)) {
      throw incomplete(snapshot, "it");
    }
    try {
      requireInside(snapshot);
      requireLinksInside(snapshot);
      Set<String> names = names(snapshot);
      HubFiles.lacking(names)
          .ifPresent(
              lacking -> {
                throw incomplete(snapshot, lacking);
              });
      for (String wanted : HubFiles.wanted(names)) {
        requireFile(snapshot, wanted);
        if (ShardIndex.is(wanted)) {
          ShardIndex.read(snapshot.resolve(wanted))
              .files()
              .keySet()
              .forEach(shard -> requireFile(snapshot, shard));
        }
      }
      return snapshot;
    } catch (IOException e) {
      throw new InputException("%s: cannot be read (%s)".formatted(snapshot, e), e);
    }
  }

  private void requireFile(Path snapshot, String file) {
    if (!Files.isRegularFile(snapshot.resolve(file))) {
      throw incomplete(snapshot, file);
    }
  }

  private static Set<String> names(Path snapshot) throws IOException {
    try (Stream<Path> files = Files.list(snapshot)) {
      return files
          .map(file -> file.getFileName().toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private void requireLinksInside(Path snapshot) throws IOException {
    try (Stream<Path> files = Files.walk(snapshot)) {
      for (Path link : (Iterable<Path>) files.filter(Files::isSymbolicLink)::iterator) {
        requireLinkInside(link);
      }
    }
  }

  private void requireLinkInside(Path link) throws IOException {
    try {
      requireInside(link);
    } catch (NoSuchFileException missing) {
      // told where the file is wanted
    } catch (FileSystemException loop) {
      throw new InputException("%s: cannot be followed (%s)".formatted(link, loop), loop);
    }
  }

  private void requireInside(Path path) throws IOException {
    Path real = path.toRealPath();
    if (!real.startsWith(folder.toRealPath())) {
      throw new InputException(
          "%s: leads to %s, allowed are links within %s".formatted(path, real, folder));
    }
  }

  private InputException incomplete(Path snapshot, String missing) {
    List<String> unfinished = unfinished();
    return new InputException(
        "%s: half downloaded: %s is missing in %s%s; --download would fetch the rest"
            .formatted(
                name,
                missing,
                snapshot,
                unfinished.isEmpty()
                    ? ""
                    : " (unfinished in blobs: %s)".formatted(String.join(", ", unfinished))));
  }

  private List<String> unfinished() {
    try (Stream<Path> blobs = Files.list(folder.resolve("blobs"))) {
      return blobs
          .map(blob -> blob.getFileName().toString())
          .filter(blob -> blob.endsWith(INCOMPLETE))
          .sorted()
          .limit(SHOWN)
          .toList();
    } catch (IOException e) {
      return List.of(); // only a remark in a message
    }
  }

  /** Whether a snapshot has a file, with all its bytes. */
  boolean has(String commit, String file) {
    Path path = snapshot(commit).resolve(file);
    try {
      return Files.isRegularFile(path) && path.toRealPath().startsWith(folder.toRealPath());
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether a file's content is here. */
  boolean hasBlob(RemoteFile file) {
    return length(blob(file.checksum())) == file.size();
  }

  /** How many bytes of a file's content are here without being all. */
  long left(RemoteFile file) {
    long length = length(partial(file.checksum()));
    return length > file.size() ? 0 : Math.max(0, length);
  }

  /** -1 if it is no file. */
  private static long length(Path file) {
    try {
      return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? Files.size(file) : -1;
    } catch (IOException e) {
      return -1;
    }
  }

  /**
   * Makes the folders that a snapshot needs.
   *
   * @throws InputException if they cannot be made, or are links that lead out
   */
  void prepare(String commit) {
    make(folder.resolve("blobs"));
    make(snapshot(commit));
    make(reference().resolveSibling("")); // the folder around it
  }

  private void make(Path needed) {
    try {
      Files.createDirectories(folder);
      Path made = folder;
      for (Path step : folder.relativize(needed)) {
        made = made.resolve(step);
        if (!Files.isSymbolicLink(made)) {
          Files.createDirectories(made);
        }
        requireInside(made); // before anything is made behind it
      }
    } catch (IOException e) {
      throw new InputException("%s: cannot be made (%s)".formatted(needed, e), e);
    }
  }

  /**
   * Puts a blob into a snapshot under its file name, in place of what is there.
   *
   * @param links makes links
   * @throws InputException if that fails; what was there is then untouched
   */
  void place(String commit, String file, BlobChecksum checksum, Links links) {
    Path target = snapshot(commit).resolve(file);
    Path blob = blob(checksum);
    Path aside = blob.resolveSibling(blob.getFileName() + ".dide.aside");
    try {
      Files.deleteIfExists(aside); // of a process that was killed
      try {
        links.link(aside, Path.of("..", "..", "blobs", checksum.hexadecimal()));
      } catch (UnsupportedOperationException | FileSystemException impossible) {
        Files.copy(blob, aside); // Windows allows links to few
      }
      AtomicFile.put(aside, target);
    } catch (IOException e) {
      throw new InputException("%s: cannot be written (%s)".formatted(target, e), e);
    }
  }

  /**
   * Remembers which commit the name's revision stands for.
   *
   * @throws InputException if it cannot be written
   */
  void remember(String commit) {
    if (!HubName.isCommit(name.revision())) {
      AtomicFile.write(reference(), commit.getBytes(US_ASCII));
    }
  }

  /** Makes links; a file system may be unable to. */
  @FunctionalInterface
  interface Links {
    /** Makes a link to a relative path. */
    void link(Path link, Path target) throws IOException;

    /** Those of the file system. */
    Links SYMBOLIC = (link, target) -> Files.createSymbolicLink(link, target);
  }
}
