package org.dide.store;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.dide.InputException;

/**
 * One commit of a store, as its record tells it: {@code records/VERSION-CRC32C.json}, of which the
 * second half of the name is the checksum of the content.
 *
 * @param format 1
 * @param version of the Lance data set
 * @param written when
 * @param rows items in it
 * @param description of the store
 * @param files all that Lance reads of this version
 */
record Snapshot(
    int format,
    long version,
    Instant written,
    long rows,
    StoreDescription description,
    List<FileRecord> files) {
  static final int FORMAT = 1;

  Snapshot {
    files = List.copyOf(files);
    if (format != FORMAT) {
      throw new InputException("format: found %d, this program reads %d".formatted(format, FORMAT));
    }
  }

  /** The file that describes the index, if there is one. */
  Optional<FileRecord> index() {
    return files.stream().filter(file -> StoreFolder.isIndex(file.path())).findFirst();
  }

  /**
   * Refuses damage.
   *
   * @throws InputException naming a file that is not what was written
   */
  void check(Path folder) {
    files.parallelStream().forEach(file -> file.check(folder));
  }
}
