package org.dide.spark;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.dide.InputException;

/**
 * A place on any file system that Hadoop knows: a disk, HDFS, an object store.
 *
 * @param files its file system
 * @param path with scheme and host
 */
record Storage(FileSystem files, Path path) {
  /**
   * The place of that name.
   *
   * @throws InputException if no file system is known by its scheme
   */
  static Storage of(SparkSession session, String name) {
    try {
      Path path = new Path(name);
      FileSystem files = path.getFileSystem(session.sparkContext().hadoopConfiguration());
      return new Storage(files, files.makeQualified(path));
    } catch (IOException | IllegalArgumentException problem) {
      throw new InputException("%s: names no place (%s)".formatted(name, problem), problem);
    }
  }

  /** With scheme, without a slash at the end. */
  String name() {
    return path.toString();
  }

  /** A place below. */
  Storage below(String name) {
    return new Storage(files, new Path(path, name));
  }

  /** Refuses what is not there. */
  void requireThere() {
    if (!call(() -> files.exists(path))) {
      throw new InputException("%s: there is no such file or folder".formatted(path));
    }
  }

  /** Refuses all but a folder. */
  void requireFolder() {
    requireThere();
    if (!call(() -> files.getFileStatus(path).isDirectory())) {
      throw new InputException("%s: found a file, needed is a folder".formatted(path));
    }
  }

  /** Refuses a place where something is. */
  void requireFree() {
    if (call(() -> files.exists(path) && files.listStatus(path).length > 0)) {
      throw new InputException(
          "%s: is not empty; name a folder that is not there yet, or remove this one"
              .formatted(path));
    }
  }

  /** The text in a file. */
  String read() {
    return call(
        () -> {
          try (InputStream in = files.open(path)) {
            return new String(in.readAllBytes(), UTF_8);
          }
        });
  }

  /** Writes a text as a file. */
  void write(String text) {
    call(
        () -> {
          try (OutputStream out = files.create(path, false)) {
            out.write(text.getBytes(UTF_8));
            return true;
          }
        });
  }

  /** Removes a folder and all in it. */
  void delete() {
    call(() -> files.delete(path, true));
  }

  @FunctionalInterface
  private interface Work<T> {
    T call() throws IOException;
  }

  private <T> T call(Work<T> work) {
    try {
      return work.call();
    } catch (FileNotFoundException problem) {
      throw new InputException("%s: there is no such file".formatted(path), problem);
    } catch (IOException problem) {
      throw new InputException("%s: cannot be used (%s)".formatted(path, problem), problem);
    }
  }
}
