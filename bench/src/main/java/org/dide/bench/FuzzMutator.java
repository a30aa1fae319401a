package org.dide.bench;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Changes seeds: bits, bytes, numbers, cuts, insertions, pieces of other seeds, words. */
final class FuzzMutator {
  private static final int KINDS = 9;
  private static final int MOST_CHANGES = 6;
  private static final int LONGEST_PIECE = 200;
  private static final int MOST_PIECES = 50;

  private final RandomGenerator random;

  FuzzMutator(RandomGenerator random) {
    this.random = random;
  }

  /** One of the format's seeds, changed once or several times. */
  byte[] mutate(FuzzFormat format) {
    byte[] seed = any(format.seeds());
    int[] places = format.places().apply(seed);
    boolean whole = places.length > 0 && random.nextBoolean();
    byte[] bytes = seed.clone();
    List<byte[]> pieces = whole ? cut(seed, places) : List.of();
    // Few changes more often than many: what is read far enough to be harmed is nearly sound.
    for (int left = 1 + random.nextInt(1 + random.nextInt(MOST_CHANGES)); left > 0; left--) {
      if (whole) {
        change(pieces, format.words());
      } else {
        bytes = changed(bytes, places, format.seeds(), format.words());
      }
    }
    return whole ? joined(pieces) : bytes;
  }

  private static List<byte[]> cut(byte[] seed, int[] places) {
    List<byte[]> pieces = new ArrayList<>();
    int start = 0;
    for (int place : places) {
      pieces.add(Arrays.copyOfRange(seed, start, place));
      start = place;
    }
    pieces.add(Arrays.copyOfRange(seed, start, seed.length));
    return pieces;
  }

  private static byte[] joined(List<byte[]> pieces) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    pieces.forEach(all::writeBytes);
    return all.toByteArray();
  }

  /** Changes whole pieces: each stays what it is, but stands elsewhere, twice or not at all. */
  private void change(List<byte[]> pieces, List<byte[]> words) {
    int place = random.nextInt(pieces.size());
    switch (random.nextInt(7)) {
      case 0 -> pieces.set(place, new byte[0]);
      case 1 -> pieces.set(place, any(words));
      case 2 -> pieces.set(place, any(pieces));
      case 3 -> pieces.add(place, any(words));
      case 4 -> pieces.add(place, any(pieces));
      case 5 -> {
        int start = random.nextInt(pieces.size());
        int end = Math.min(pieces.size(), start + 1 + random.nextInt(MOST_PIECES));
        pieces.addAll(place, List.copyOf(pieces.subList(start, end)));
      }
      default -> {
        byte[] piece = pieces.get(place).clone();
        if (piece.length > 0) {
          pieces.set(place, over(piece, piece.length - 1, new byte[] {(byte) random.nextInt()}));
        }
      }
    }
  }

  private byte[] changed(byte[] bytes, int[] places, List<byte[]> seeds, List<byte[]> words) {
    if (bytes.length == 0) {
      return any(words).clone();
    }
    int place = random.nextInt(bytes.length);
    if (places.length > 0 && random.nextBoolean()) {
      place = Math.min(place(places), bytes.length - 1);
    }
    return switch (random.nextInt(KINDS)) {
      case 0 -> over(bytes, place, new byte[] {(byte) (bytes[place] ^ 1 << random.nextInt(8))});
      case 1 -> over(bytes, place, new byte[] {(byte) random.nextInt(256)});
      case 2 -> over(bytes, place, number(bytes.length));
      case 3 -> over(bytes, place, any(words));
      case 4 -> replaced(bytes, place, 0, any(words));
      case 5 -> replaced(bytes, place, piece(bytes.length - place), new byte[0]);
      case 6 -> replaced(bytes, place, 0, part(any(seeds)));
      case 7 -> over(bytes, place, part(any(seeds)));
      default ->
          random.nextInt(4) == 0
              ? Arrays.copyOf(bytes, place)
              : replaced(bytes, place, 0, repeated(any(words)));
    };
  }

  /** A number that lengths, counts and offsets get wrong, in 1, 2, 4 or 8 bytes. */
  private byte[] number(int length) {
    long[] numbers = {
      0,
      1,
      0x7f,
      0xff,
      0xffff,
      length,
      length - 1L,
      length + 1L,
      1L << 20,
      Integer.MAX_VALUE,
      0xffff_ffffL,
      1L << 40,
      Long.MAX_VALUE,
      -1,
      Long.MIN_VALUE,
      random.nextInt(1 << 16)
    };
    byte[] bytes =
        ByteBuffer.allocate(Long.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(numbers[random.nextInt(numbers.length)])
            .array();
    return Arrays.copyOf(bytes, 1 << random.nextInt(4));
  }

  private byte[] repeated(byte[] word) {
    int times = 1 << random.nextInt(11);
    byte[] all = new byte[word.length * times];
    for (int i = 0; i < times; i++) {
      System.arraycopy(word, 0, all, i * word.length, word.length);
    }
    return all;
  }

  private byte[] part(byte[] seed) {
    int start = random.nextInt(seed.length);
    return Arrays.copyOfRange(seed, start, start + piece(seed.length - start));
  }

  private int piece(int longest) {
    return 1 + random.nextInt(Math.min(longest, LONGEST_PIECE));
  }

  private int place(int[] places) {
    return places[random.nextInt(places.length)];
  }

  private byte[] any(List<byte[]> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private static byte[] over(byte[] bytes, int place, byte[] what) {
    System.arraycopy(what, 0, bytes, place, Math.min(what.length, bytes.length - place));
    return bytes;
  }

  private static byte[] replaced(byte[] bytes, int place, int removed, byte[] added) {
    byte[] made = new byte[bytes.length - removed + added.length];
    System.arraycopy(bytes, 0, made, 0, place);
    System.arraycopy(added, 0, made, place, added.length);
    int behind = place + removed;
    System.arraycopy(bytes, behind, made, place + added.length, bytes.length - behind);
    return made;
  }
}
