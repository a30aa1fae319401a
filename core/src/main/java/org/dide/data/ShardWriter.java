package org.dide.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.zip.CRC32C;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.dide.AtomicFile;
import org.dide.InputException;
import org.dide.image.PictureNames;
import org.dide.image.PngEncoder;

/**
 * Writes captioned pictures as tars that {@link WebDataset} reads: {@code train/NAME-00000.tar} and
 * so on, {@code dev/} and {@code test/}, and {@code shards.json}, which says of what they are, with
 * a CRC-32C (RFC 3720) of each part's names of pictures and captions, in order, a line each. A
 * picture's bytes are its file's own, or PNG where it has no file; its caption is a {@code .txt},
 * several are a {@code .json} with {@code "captions"}.
 *
 * <p>A tar is whole or not there, and the same data gives the same bytes, so what was interrupted
 * goes on where it stopped.
 */
public final class ShardWriter {
  private static final String DESCRIPTION = "shards.json";

  private final String name;
  private final int perShard;
  private final List<Part> parts;

  private ShardWriter(String name, int perShard, List<Part> parts) {
    this.name = name;
    this.perShard = perShard;
    this.parts = List.copyOf(parts);
  }

  /** A part, where the examples of each of its pictures begin, and end, and what it says. */
  private record Part(Split split, Dataset data, List<Integer> starts, long checksum) {
    int pictures() {
      return starts.size() - 1;
    }
  }

  /**
   * What was done.
   *
   * @param pictures that are in the tars now
   * @param written tars
   * @param kept tars that were there already
   */
  public record Result(int pictures, int written, int kept) {}

  /**
   * Goes through the data to see which examples are about one picture.
   *
   * @param perShard most pictures in a tar
   * @throws InputException if an example cannot be read
   */
  public static ShardWriter of(Splits splits, int perShard) {
    List<Part> parts = new ArrayList<>();
    for (Split split : Split.values()) {
      Dataset data = splits.part(split);
      if (data.size() > 0) {
        parts.add(part(split, data));
      }
    }
    String train = splits.train().name();
    String name = train.substring(0, Math.max(0, train.lastIndexOf('/')));
    return new ShardWriter(plain(name.isEmpty() ? train : name), perShard, parts);
  }

  private static Part part(Split split, Dataset data) {
    CRC32C sum = new CRC32C();
    List<Integer> starts = new ArrayList<>();
    String before = "";
    for (int i = 0; i < data.size(); i++) {
      Example example = data.example(0, i);
      String picture = only(example).name();
      sum.update("%s\n%s\n".formatted(picture, example.text()).getBytes(UTF_8));
      if (i == 0 || !picture.equals(before)) {
        starts.add(i);
      }
      before = picture;
    }
    starts.add(data.size());
    return new Part(split, data, starts, sum.getValue());
  }

  private static Picture only(Example example) {
    if (example.pictures().size() != 1 || !(example.label() instanceof Label.Described)) {
      throw new InputException(
          "example %s: found no caption of one picture; allowed: data with captions"
              .formatted(example.id()));
    }
    return example.pictures().get(0);
  }

  /** Pictures of all parts. */
  public int pictures() {
    return parts.stream().mapToInt(Part::pictures).sum();
  }

  /**
   * Writes what is not there yet.
   *
   * @param folder a new one, or one with tars of the same data
   * @param progress hears how many pictures are done
   * @param problems hears of pictures that cannot be read, which are left out
   * @throws InputException if there are tars of other data, or one cannot be written
   */
  public Result write(Path folder, IntConsumer progress, ProblemListener problems) {
    describe(folder);
    AtomicFile.removeLeft(folder);
    parts.forEach(part -> AtomicFile.removeLeft(folder.resolve(part.split.toString())));
    int done = 0;
    int pictures = 0;
    int written = 0;
    int kept = 0;
    for (Part part : parts) {
      for (int first = 0; first < part.pictures(); first += perShard) {
        int last = Math.min(first + perShard, part.pictures());
        Path shard =
            folder
                .resolve(part.split.toString())
                .resolve("%s-%05d.tar".formatted(name, first / perShard));
        if (Files.exists(shard)) {
          kept++;
          pictures += last - first;
        } else {
          pictures += writeShard(shard, part, first, last, problems);
          written++;
        }
        done += last - first;
        progress.accept(done);
      }
    }
    return new Result(pictures, written, kept);
  }

  /** Refuses to mix tars of different data. */
  private void describe(Path folder) {
    ObjectNode description = JsonFiles.MAPPER.createObjectNode();
    description.put("data", name);
    description.put("pictures-per-shard", perShard);
    ObjectNode sizes = description.putObject("pictures");
    parts.forEach(part -> sizes.put(part.split.toString(), part.pictures()));
    ObjectNode sums = description.putObject("crc32c");
    parts.forEach(part -> sums.put(part.split.toString(), "%08x".formatted(part.checksum)));
    Path file = folder.resolve(DESCRIPTION);
    boolean isThere = Files.exists(file);
    if (isThere && !JsonFiles.readObject(file).equals(description)) {
      throw new InputException(
          "%s: tells of other data than %s; allowed: a new folder, or the same data and size of shards"
              .formatted(file, description));
    }
    try {
      Files.createDirectories(folder);
      for (Part part : parts) {
        Files.createDirectories(folder.resolve(part.split.toString()));
      }
    } catch (IOException e) {
      throw new InputException("%s: cannot be made (%s)".formatted(folder, e), e);
    }
    if (!isThere) {
      AtomicFile.write(file, description.toString().getBytes(UTF_8));
    }
  }

  /** How many pictures it holds. */
  private static int writeShard(
      Path shard, Part part, int first, int last, ProblemListener problems) {
    int[] held = {0};
    AtomicFile.write(
        shard,
        channel -> {
          try (TarArchiveOutputStream tar =
              new TarArchiveOutputStream(
                  new BufferedOutputStream(Channels.newOutputStream(channel)))) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            Set<String> keys = new HashSet<>();
            for (int picture = first; picture < last; picture++) {
              if (put(tar, part, picture, keys, problems)) {
                held[0]++;
              }
            }
          }
        });
    return held[0];
  }

  private static boolean put(
      TarArchiveOutputStream tar, Part part, int number, Set<String> keys, ProblemListener problems)
      throws IOException {
    Encoded encoded;
    List<String> captions = new ArrayList<>();
    Picture picture;
    try {
      picture = only(part.data.example(0, part.starts.get(number)));
      for (int i = part.starts.get(number); i < part.starts.get(number + 1); i++) {
        String caption = part.data.example(0, i).text().strip();
        if (!caption.isEmpty()) {
          captions.add(caption);
        }
      }
      encoded = Encoded.of(picture);
    } catch (InputException unreadable) {
      problems.onUnreadable(unreadable);
      return false;
    }
    if (captions.isEmpty()) {
      problems.onUnreadable(
          new InputException("%s: found no caption but blanks".formatted(picture.name())));
      return false;
    }
    String key = key(picture.name(), keys);
    put(tar, key + "." + encoded.ending, encoded.bytes);
    if (captions.size() == 1) {
      put(tar, key + ".txt", captions.get(0).getBytes(UTF_8));
    } else {
      put(tar, key + ".json", json(captions));
    }
    return true;
  }

  private static byte[] json(List<String> captions) {
    ObjectNode json = JsonFiles.MAPPER.createObjectNode();
    ArrayNode list = json.putArray("captions");
    captions.forEach(list::add);
    return json.toString().getBytes(UTF_8);
  }

  private static void put(TarArchiveOutputStream tar, String name, byte[] bytes)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(bytes.length);
    entry.setModTime(0); // the same data, the same tar
    entry.setUserName("");
    entry.setGroupName("");
    tar.putArchiveEntry(entry);
    tar.write(bytes);
    tar.closeArchiveEntry();
  }

  /** A picture's file name without its ending, which no other picture of the tar has. */
  private static String key(String picture, Set<String> keys) {
    String file = picture.substring(picture.lastIndexOf('/') + 1);
    String stem = PictureNames.isPicture(file) ? file.substring(0, file.lastIndexOf('.')) : file;
    IntFunction<String> numbered = i -> plain(stem) + (i == 0 ? "" : "_" + i);
    int next = 0;
    while (!keys.add(numbered.apply(next))) {
      next++;
    }
    return numbered.apply(next);
  }

  /** Without dots, which end a key, and without anything that a shell might mistake. */
  private static String plain(String name) {
    return name.replaceAll("[^\\p{L}\\p{N}_-]", "_");
  }

  /** A picture as a file holds it. */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  private record Encoded(String ending, byte[] bytes) {
    static Encoded of(Picture picture) {
      if (picture instanceof FilePicture whole) {
        return of(picture, bytes(whole.file()));
      }
      if (picture instanceof FilePart part) {
        return of(picture, part.bytes());
      }
      return new Encoded("png", PngEncoder.encode(picture.load()));
    }

    private static byte[] bytes(Path file) {
      try {
        return Files.readAllBytes(file);
      } catch (IOException e) {
        throw TextFiles.unreadable(file, e);
      }
    }

    private static Encoded of(Picture picture, byte[] bytes) {
      String ending = PictureNames.ending(picture.name());
      if (PictureNames.ENDINGS.contains(ending)) {
        return new Encoded(ending, bytes);
      }
      boolean isJpeg = bytes.length > 2 && Arrays.equals(bytes, 0, 2, new byte[] {-1, -40}, 0, 2);
      return isJpeg
          ? new Encoded("jpg", bytes)
          : new Encoded("png", PngEncoder.encode(picture.load()));
    }
  }
}
