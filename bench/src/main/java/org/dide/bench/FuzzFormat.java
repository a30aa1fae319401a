package org.dide.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A kind of file to fuzz: sound seeds, and what opens the files that are made of them.
 *
 * @param name names it in reports
 * @param place where such a file lies below the fuzzer's folder: by itself, or in a folder with
 *     what else its model needs
 * @param free bytes that opening one may allocate besides a multiple of its size
 * @param seeds what is changed; at least one
 * @param words what is put in besides random bytes: the format's own opcodes, keys, marks
 * @param places where in a seed something begins: what is changed or put in there is understood as
 *     more than noise; ascending, may be none
 * @param wrap makes a file of a changed seed, where the seed is only a part of one
 * @param opener opens such a file
 */
public record FuzzFormat(
    String name,
    Path place,
    long free,
    List<byte[]> seeds,
    List<byte[]> words,
    Function<byte[], int[]> places,
    UnaryOperator<byte[]> wrap,
    Opener opener) {

  /** Opens a file, or refuses it with an {@link org.dide.InputException}. */
  @FunctionalInterface
  public interface Opener {
    /** Opens it. */
    Opened open(Path file);
  }

  /** A file that is open. */
  public interface Opened extends AutoCloseable {
    /** Reads all of it; the bytes of native memory of the largest thing read. */
    long readAll();

    @Override
    void close();
  }
}
