package org.dide.data;

import java.util.Arrays;
import java.util.List;

/** The pictures of several files, their numbers going on from file to file. */
final class Shards implements Captioned {
  private final List<? extends Shard> shards;
  private final int[] starts; // of each file's pictures, and behind the last
  private final PictureDecoder decoder;

  /**
   * Files in order.
   *
   * @param decoder reads the pictures, later
   */
  Shards(List<? extends Shard> shards, PictureDecoder decoder) {
    this.shards = List.copyOf(shards);
    this.starts = new int[shards.size() + 1];
    this.decoder = decoder;
    for (int i = 0; i < shards.size(); i++) {
      starts[i + 1] = Math.addExact(starts[i], shards.get(i).size());
    }
  }

  /** One file, whose pictures are numbered from 0; see {@link Captioned}. */
  interface Shard {
    int size();

    int captions(int index);

    String name(int index);

    /** The name, unless the file has another. */
    default String id(int index) {
      return name(index);
    }

    Picture picture(int index, PictureDecoder decoder);

    String caption(int index, int number);
  }

  @Override
  public int pictures() {
    return starts[shards.size()];
  }

  @Override
  public int captions(int picture) {
    int file = file(picture);
    return shards.get(file).captions(picture - starts[file]);
  }

  @Override
  public String id(int picture) {
    int file = file(picture);
    return shards.get(file).id(picture - starts[file]);
  }

  @Override
  public String name(int picture) {
    int file = file(picture);
    return shards.get(file).name(picture - starts[file]);
  }

  @Override
  public Picture picture(int picture) {
    int file = file(picture);
    return shards.get(file).picture(picture - starts[file], decoder);
  }

  @Override
  public String caption(int picture, int number) {
    int file = file(picture);
    return shards.get(file).caption(picture - starts[file], number);
  }

  @Override
  public int file(int picture) {
    int found = Arrays.binarySearch(starts, picture);
    if (found < 0) {
      return -found - 2;
    }
    while (starts[found + 1] == picture) {
      found++; // files without pictures begin where the next one does
    }
    return found;
  }
}
