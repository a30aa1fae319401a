package org.dide.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.dide.InputException;
import org.dide.TarMembers;
import org.dide.image.PictureNames;

/** Where the pictures and captions of one tar lie: some forty bytes and a name for each picture. */
final class TarShard implements Shards.Shard {
  private static final int LONGEST_CAPTIONS = 1 << 20;
  private static final int TEXT = 0; // in place of the number of captions in a JSON file

  private final Path file;
  private final String name;
  private final int size;
  private final byte[] names;
  private final int[] nameEnds;
  private final long[] pictureOffsets;
  private final int[] pictureLengths;
  private final long[] captionOffsets;
  private final int[] captionLengths;
  private final int[] captionCounts;

  private TarShard(Path file, String name, List<Entry> entries) {
    this.file = file;
    this.name = name;
    this.size = entries.size();
    this.nameEnds = new int[size];
    this.pictureOffsets = new long[size];
    this.pictureLengths = new int[size];
    this.captionOffsets = new long[size];
    this.captionLengths = new int[size];
    this.captionCounts = new int[size];
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < size; i++) {
      Entry entry = entries.get(i);
      all.writeBytes(entry.picture.name().getBytes(UTF_8));
      nameEnds[i] = all.size();
      pictureOffsets[i] = entry.picture.offset();
      pictureLengths[i] = (int) entry.picture.length();
      captionOffsets[i] = entry.caption.offset();
      captionLengths[i] = (int) entry.caption.length();
      captionCounts[i] = entry.captions;
    }
    this.names = all.toByteArray();
  }

  private record Entry(TarMembers.Member picture, TarMembers.Member caption, int captions) {}

  /** What a tar has under one key. */
  private static final class Found {
    private Optional<TarMembers.Member> picture = Optional.empty();
    private Optional<TarMembers.Member> text = Optional.empty();
    private Optional<TarMembers.Member> json = Optional.empty();

    void add(TarMembers.Member member) {
      String ending = PictureNames.ending(member.name());
      if (PictureNames.ENDINGS.contains(ending)) {
        picture = picture.or(() -> Optional.of(member));
      } else if (ending.equals("txt") && member.length() > 0) {
        text = text.or(() -> Optional.of(member));
      } else if (ending.equals("json")) {
        json = json.or(() -> Optional.of(member));
      }
    }

    boolean isCaptioned() {
      return text.isPresent() || json.isPresent();
    }
  }

  /**
   * Finds what lies in a tar, by its headers.
   *
   * @param name that its pictures' names begin with
   * @param problems hears of a tar that breaks off, of captions that cannot be read, of links, and
   *     of what has no picture or no caption
   */
  static TarShard index(Path file, String name, ProblemListener problems) {
    Map<String, Found> byKey = new LinkedHashMap<>();
    try {
      int links =
          TarMembers.each(
              file,
              member -> byKey.computeIfAbsent(key(member.name()), any -> new Found()).add(member));
      if (links > 0) {
        problems.onLeftOut(
            "%s: %d links are left out; plain files are read".formatted(file, links));
      }
    } catch (InputException broken) {
      problems.onUnreadable(broken);
    }
    List<Entry> entries = new ArrayList<>();
    byKey.values().forEach(found -> entry(file, found, problems).ifPresent(entries::add));
    tell(file, "without a picture", problems, byKey, found -> found.picture.isEmpty());
    tell(file, "without a caption", problems, byKey, found -> !found.isCaptioned());
    return new TarShard(file, name, entries);
  }

  private static void tell(
      Path file,
      String what,
      ProblemListener problems,
      Map<String, Found> byKey,
      Predicate<Found> isSo) {
    List<String> keys =
        byKey.entrySet().stream()
            .filter(e -> isSo.test(e.getValue()))
            .map(Map.Entry::getKey)
            .toList();
    if (!keys.isEmpty()) {
      problems.onLeftOut(
          "%s: %d keys %s are left out, the first is %s"
              .formatted(file, keys.size(), what, keys.get(0)));
    }
  }

  private static Optional<Entry> entry(Path file, Found found, ProblemListener problems) {
    if (found.picture.isEmpty()) {
      return Optional.empty();
    }
    TarMembers.Member picture = found.picture.get();
    try {
      if (picture.length() > Integer.MAX_VALUE) {
        throw new InputException(
            "%s: %s: found %d bytes, allowed are at most %d"
                .formatted(file, picture.name(), picture.length(), Integer.MAX_VALUE));
      }
      found.text =
          found.text.filter(it -> !text(file, it.name(), it.offset(), it.length()).isEmpty());
      if (!found.isCaptioned()) {
        return Optional.empty();
      }
      if (found.text.isPresent()) {
        return Optional.of(new Entry(picture, found.text.get(), TEXT));
      }
      TarMembers.Member json = found.json.orElseThrow();
      List<String> captions = captions(file, json.name(), json.offset(), json.length());
      return Optional.of(new Entry(picture, json, captions.size()));
    } catch (InputException unreadable) {
      problems.onUnreadable(unreadable);
      return Optional.empty();
    }
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int captions(int index) {
    return Math.max(1, captionCounts[index]);
  }

  /** Shard and key, such as {@code cc3m-00012/000120004}. */
  @Override
  public String id(int index) {
    return name + "/" + key(member(index));
  }

  @Override
  public Picture picture(int index, PictureDecoder decoder) {
    return new FilePart(name(index), file, pictureOffsets[index], pictureLengths[index], decoder);
  }

  /** Shard and the picture's path in it. */
  @Override
  public String name(int index) {
    return name + "/" + member(index);
  }

  @Override
  public String caption(int index, int number) {
    String place = id(index);
    if (captionCounts[index] == TEXT) {
      return text(file, place, captionOffsets[index], captionLengths[index]);
    }
    return captions(file, place, captionOffsets[index], captionLengths[index]).get(number);
  }

  private String member(int index) {
    int start = index == 0 ? 0 : nameEnds[index - 1];
    return new String(names, start, nameEnds[index] - start, UTF_8);
  }

  /** A text file's caption. */
  private static String text(Path file, String member, long offset, long length) {
    String place = "%s: %s".formatted(file, member);
    try {
      ByteBuffer bytes = ByteBuffer.wrap(bytes(file, place, offset, length));
      return UTF_8.newDecoder().decode(bytes).toString().strip();
    } catch (CharacterCodingException garbled) {
      throw new InputException("%s: not UTF-8 text".formatted(place), garbled);
    }
  }

  /** A JSON file's {@code captions}, or its one {@code caption}, but for blanks. */
  private static List<String> captions(Path file, String member, long offset, long length) {
    String place = "%s: %s".formatted(file, member);
    JsonRecord read = JsonRecord.read(place, bytes(file, place, offset, length), LONGEST_CAPTIONS);
    List<String> captions = new ArrayList<>();
    Optional<JsonNode> several = read.optional("captions");
    if (several.isPresent()) {
      for (JsonNode caption : several.get()) {
        if (!caption.isTextual()) {
          throw read.problem("captions", JsonRecord.shown(caption), "strings");
        }
        captions.add(caption.textValue().strip());
      }
    } else {
      captions.add(read.text("caption").strip());
    }
    captions.removeIf(String::isEmpty);
    if (captions.isEmpty()) {
      throw read.problem(
          several.isPresent() ? "captions" : "caption", "none but blanks", "at least one");
    }
    return captions;
  }

  private static byte[] bytes(Path file, String place, long offset, long length) {
    if (length > LONGEST_CAPTIONS) {
      throw new InputException(
          "%s: found %d bytes, allowed are at most %d".formatted(place, length, LONGEST_CAPTIONS));
    }
    return FilePart.read(file, place, offset, length);
  }

  /** A path up to the first dot of its last part. */
  private static String key(String member) {
    int dot = member.indexOf('.', member.lastIndexOf('/') + 1);
    return dot < 0 ? member : member.substring(0, dot);
  }
}
