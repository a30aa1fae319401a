package org.dide.train;

import java.util.ArrayList;
import java.util.List;
import org.dide.data.Dataset;
import org.dide.data.Mix;
import org.dide.random.Draws;

/**
 * The order in which a training sees a mix. An epoch has as many examples as all parts together;
 * each part gives its weight's share of them, exactly, in places that are drawn anew in each epoch.
 * A part goes through its own data in its own order and begins again when it is through, whatever
 * the mix's epoch.
 */
final class MixedStream {
  private final Mix mix;
  private final int size;
  private final List<Integer> shares;
  private final List<ExampleStream> streams = new ArrayList<>();
  private final long seed;
  private long epoch = -1;
  private int[] parts = new int[0]; // by position in the epoch
  private int[] ranks = new int[0]; // how many of the same part stand before

  MixedStream(Mix mix, boolean byPicture, long seed) {
    this.mix = mix;
    this.size = mix.size();
    this.shares = mix.shares(size);
    this.seed = seed;
    for (Dataset part : mix.parts()) {
      long own = Draws.of(seed, "mix", streams.size()).nextLong();
      streams.add(new ExampleStream(part, byPicture, own));
    }
  }

  /** Where the n-th example of the training stands: the epoch is that of its part. */
  ExampleStream.Position position(long n) {
    if (n / size != epoch) {
      epoch = n / size;
      arrange();
    }
    int place = (int) (n % size);
    int part = parts[place];
    ExampleStream.Position position =
        streams.get(part).position(epoch * shares.get(part) + ranks[place]);
    return new ExampleStream.Position(position.epoch(), mix.start(part) + position.index());
  }

  private void arrange() {
    int[] inTurn = new int[size];
    int next = 0;
    for (int part = 0; part < shares.size(); part++) {
      for (int i = 0; i < shares.get(part); i++) {
        inTurn[next++] = part;
      }
    }
    int[] order = Draws.of(seed, "mix order", epoch).permutation(size);
    parts = new int[size];
    ranks = new int[size];
    int[] given = new int[shares.size()];
    for (int place = 0; place < size; place++) {
      parts[place] = inTurn[order[place]];
      ranks[place] = given[parts[place]]++;
    }
  }
}
