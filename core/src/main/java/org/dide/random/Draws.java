package org.dide.random;

/**
 * A stream of random numbers that is a pure function of its key.
 *
 * <p>Every draw the library makes is keyed by what it is for (seed, purpose, epoch, example), never
 * by what was drawn before. A run that was resumed, re-ordered or split over machines therefore
 * sees the same augmentation, the same order and the same dropout as one that never stopped.
 *
 * <p>The numbers are SplitMix64's (Steele, Lea and Flood, "Fast splittable pseudorandom number
 * generators", OOPSLA 2014). Not thread-safe; make one stream per use.
 */
public final class Draws {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
  private static final long FNV_OFFSET = 0xCBF29CE484222325L;
  private static final long FNV_PRIME = 0x100000001B3L;

  private long state;

  private Draws(long state) {
    this.state = state;
  }

  /** The stream for one purpose, such as {@code Draws.of(seed, "augment", epoch, example)}. */
  public static Draws of(long seed, String purpose, long... counters) {
    long key = mix(seed + GOLDEN_GAMMA) ^ hash(purpose);
    for (long counter : counters) {
      key = mix(key + GOLDEN_GAMMA) ^ mix(counter + GOLDEN_GAMMA * 3);
    }
    return new Draws(mix(key));
  }

  /** Uniform over all longs. */
  public long nextLong() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  /** Uniform in [0, bound). */
  public int nextInt(int bound) {
    if (bound <= 0) {
      throw new IllegalArgumentException("bound must be positive, found " + bound);
    }
    return (int) (((nextLong() >>> 32) * bound) >>> 32);
  }

  /** Uniform in [0, 1), 53 bits. */
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }

  /** True with the given probability. */
  public boolean nextBoolean(double probability) {
    return nextDouble() < probability;
  }

  /** Standard normal, by Box and Muller's transform. */
  public double nextGaussian() {
    double radius = Math.sqrt(-2 * Math.log(1 - nextDouble()));
    return radius * Math.cos(2 * Math.PI * nextDouble());
  }

  /** A uniformly random order of 0 … size-1 (Fisher and Yates). */
  public int[] permutation(int size) {
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int j = nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  /** The finaliser of SplitMix64: a bijection of the longs. */
  public static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  private static long hash(String text) {
    long hash = FNV_OFFSET;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * FNV_PRIME;
    }
    return mix(hash);
  }
}
