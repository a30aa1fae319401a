package org.dide.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Captioned pictures in memory, as it takes for millions of captions: their bytes, and where each
 * begins.
 */
final class CaptionTable implements Captioned {
  private final List<Picture> pictures;
  private final List<String> ids;
  private final int[] firsts; // number of each picture's first caption, and behind the last
  private final int[] starts; // where each caption begins, and behind the last
  private final byte[] texts;

  private CaptionTable(Builder built) {
    this.pictures = List.copyOf(built.pictures);
    this.ids = List.copyOf(built.ids);
    this.firsts = Arrays.copyOf(built.firsts, pictures.size() + 1);
    this.starts = Arrays.copyOf(built.starts, firsts[pictures.size()] + 1);
    this.texts = built.texts.toByteArray();
  }

  /** A table in the making. */
  static final class Builder {
    private final List<Picture> pictures = new ArrayList<>();
    private final List<String> ids = new ArrayList<>();
    private int[] firsts = new int[1024];
    private int[] starts = new int[1024];
    private final ByteArrayOutputStream texts = new ByteArrayOutputStream();

    /** Adds a picture with its captions, at least one. */
    void add(String id, Picture picture, List<String> captions) {
      ids.add(id);
      pictures.add(picture);
      firsts = withRoom(firsts, pictures.size());
      int next = firsts[pictures.size() - 1];
      for (String caption : captions) {
        texts.writeBytes(caption.getBytes(UTF_8));
        next++;
        starts = withRoom(starts, next);
        starts[next] = texts.size();
      }
      firsts[pictures.size()] = next;
    }

    CaptionTable build() {
      return new CaptionTable(this);
    }

    private static int[] withRoom(int[] numbers, int index) {
      return index < numbers.length ? numbers : Arrays.copyOf(numbers, 2 * numbers.length);
    }
  }

  @Override
  public int pictures() {
    return pictures.size();
  }

  @Override
  public int captions(int picture) {
    return firsts[picture + 1] - firsts[picture];
  }

  @Override
  public String id(int picture) {
    return ids.get(picture);
  }

  @Override
  public String name(int picture) {
    return pictures.get(picture).name();
  }

  @Override
  public Picture picture(int picture) {
    return pictures.get(picture);
  }

  @Override
  public String caption(int picture, int number) {
    int caption = firsts[picture] + number;
    return new String(texts, starts[caption], starts[caption + 1] - starts[caption], UTF_8);
  }
}
