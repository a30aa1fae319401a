package org.dide.answer;

import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.dide.InputException;
import org.dide.hub.Checksums;
import org.dide.image.Pixels;
import org.dide.image.RgbImage;

/**
 * Encodes many pictures, to be stored. What it makes of each depends on that picture alone, and the
 * order is the given one, whatever the number of threads.
 *
 * <p>Each picture goes through the tower by itself, at its own size, several side by side: batch
 * size and padding change a vector's last bits, so a picture in a batch would not equal the same
 * picture asked directly. A batch of 8 would take a sixth less time a picture at ViT-B/32, a third
 * less at 384 wide (one thread).
 */
public final class PictureEncoder {
  private static final int AHEAD = 4; // pictures a thread

  private final Towers towers;
  private final int threads;

  /**
   * An encoder.
   *
   * @param threads pictures decoded side by side, and as many encoded; the engine should have one
   *     thread for each ({@link org.dide.tensor.Engine#configure})
   */
  public PictureEncoder(Towers towers, int threads) {
    this.towers = towers;
    this.threads = threads;
  }

  /** What came of a picture. */
  public sealed interface Outcome {
    /** The picture's id. */
    String id();

    /** It was encoded. */
    record Encoded(StoredItem.Picture picture, Vectors vectors) implements Outcome {
      @Override
      public String id() {
        return picture.id();
      }
    }

    /** Its bytes are those that were encoded before. */
    record Unchanged(String id) implements Outcome {}

    /**
     * It could not be read.
     *
     * @param why says what is wrong, and names the file
     */
    record Unreadable(String id, String why) implements Outcome {}
  }

  /** A picture that waits for the tower, or need not. */
  private sealed interface Prepared {
    record Ready(StoredItem.Picture picture, Pixels pixels) implements Prepared {}

    record Known() implements Prepared {}
  }

  /**
   * Encodes pictures.
   *
   * @param known checksums of the bytes that were encoded before, by id
   * @param stop set from outside to end early, after what is under way
   * @param outcomes hears of each picture, in order, on the calling thread
   * @return whether all were encoded
   */
  public boolean encode(
      Iterator<? extends PictureSource> pictures,
      Map<String, String> known,
      AtomicBoolean stop,
      Consumer<Outcome> outcomes)
      throws InterruptedException {
    ExecutorService decoders = InOrder.daemons("dide-decoder", threads);
    try (InOrder<Outcome> encoding =
        new InOrder<>("dide-tower", threads, AHEAD * threads, outcomes)) {
      while (pictures.hasNext() && !stop.get()) {
        PictureSource picture = pictures.next();
        Future<Prepared> decoding = decoders.submit(() -> prepare(picture, known));
        encoding.submit(() -> outcome(picture, decoding));
      }
      encoding.finish();
      return !pictures.hasNext();
    } finally {
      InOrder.end(decoders);
    }
  }

  /** Encodes one picture on the calling thread, which is all the work of it. */
  public static Outcome encode(Towers towers, PictureSource picture) {
    PictureEncoder encoder = new PictureEncoder(towers, 1);
    try {
      return encoder.outcome(picture, encoder.prepare(picture, Map.of()));
    } catch (InputException problem) {
      return unreadable(picture, problem);
    }
  }

  private Prepared prepare(PictureSource source, Map<String, String> known) {
    Preparation preparation = towers.preparation();
    byte[] bytes = source.read(preparation.decoder());
    String sha256 = Checksums.of(bytes);
    if (sha256.equals(known.get(source.id()))) {
      return new Prepared.Known();
    }
    RgbImage picture = preparation.decoder().decode(bytes, source.place());
    return new Prepared.Ready(
        new StoredItem.Picture(source.id(), sha256, picture.width(), picture.height()),
        pixels(source, picture));
  }

  private Pixels pixels(PictureSource source, RgbImage picture) {
    try {
      return towers.preparation().pixels(picture);
    } catch (InputException problem) {
      throw at(source, problem);
    }
  }

  /** The problem of a picture, by where that is. */
  private static InputException at(PictureSource source, InputException problem) {
    return new InputException("%s: %s".formatted(source.place(), problem.getMessage()), problem);
  }

  private Outcome outcome(PictureSource source, Future<Prepared> decoding)
      throws InterruptedException {
    try {
      return outcome(source, decoding.get());
    } catch (ExecutionException failure) {
      if (failure.getCause() instanceof InputException problem) {
        return unreadable(source, problem);
      }
      throw new IllegalStateException(failure.getCause());
    }
  }

  private Outcome outcome(PictureSource source, Prepared prepared) {
    if (!(prepared instanceof Prepared.Ready ready)) {
      return new Outcome.Unchanged(source.id());
    }
    try {
      return new Outcome.Encoded(ready.picture, towers.encode(ready.pixels));
    } catch (InputException problem) {
      return unreadable(source, at(source, problem));
    }
  }

  private static Outcome unreadable(PictureSource source, InputException problem) {
    return new Outcome.Unreadable(source.id(), String.valueOf(problem.getMessage()));
  }
}
