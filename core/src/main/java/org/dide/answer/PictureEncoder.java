package org.dide.answer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
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

  private final DualAnswerer answerer;
  private final int threads;

  /**
   * An encoder.
   *
   * @param threads pictures decoded side by side, and as many encoded; the engine should have one
   *     thread for each ({@link org.dide.tensor.Engine#configure})
   */
  public PictureEncoder(DualAnswerer answerer, int threads) {
    this.answerer = answerer;
    this.threads = threads;
  }

  /** Hears how far it is. */
  @FunctionalInterface
  public interface Progress {
    /** Called after each picture, encoded or unreadable, on the calling thread. */
    void done(int pictures);
  }

  /**
   * A picture that could not be encoded.
   *
   * @param id names it
   * @param why says what is wrong, and names the file
   */
  public record Unreadable(String id, String why) {}

  /**
   * What came of the pictures. It owns the features.
   *
   * @param features of those that could be read
   * @param unreadable the others
   */
  public record Encoding(Features features, List<Unreadable> unreadable) implements AutoCloseable {
    /** Keeps an unmodifiable copy of the list. */
    public Encoding {
      unreadable = List.copyOf(unreadable);
    }

    @Override
    public void close() {
      features.close();
    }
  }

  private sealed interface Outcome {
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Encoded(StoredPicture picture, float[] vector) implements Outcome {}

    record Refused(Unreadable picture) implements Outcome {}
  }

  /** A picture that waits for the tower. */
  private record Ready(StoredPicture picture, Pixels pixels) {}

  /**
   * Encodes pictures.
   *
   * @param model fingerprint of the answerer's model
   * @param stop set from outside to end early
   * @return empty if it was stopped
   */
  public Optional<Encoding> encode(
      List<PictureFile> files, String model, Progress progress, AtomicBoolean stop)
      throws InterruptedException {
    List<Unreadable> unreadable = new ArrayList<>();
    ExecutorService decoders = InOrder.daemons("dide-decoder", threads);
    try (FeatureRows rows = new FeatureRows(files.size(), answerer.width());
        InOrder<Outcome> towers =
            new InOrder<>(
                "dide-tower",
                threads,
                AHEAD * threads,
                outcome -> {
                  if (outcome instanceof Outcome.Encoded encoded) {
                    rows.add(encoded.picture, encoded.vector);
                  } else if (outcome instanceof Outcome.Refused refused) {
                    unreadable.add(refused.picture);
                  }
                  progress.done(rows.size() + unreadable.size());
                })) {
      for (PictureFile file : files) {
        if (stop.get()) {
          return Optional.empty();
        }
        Future<Ready> decoding = decoders.submit(() -> prepare(file));
        towers.submit(() -> outcome(file, decoding));
      }
      towers.finish();
      return Optional.of(new Encoding(rows.features(model), unreadable));
    } finally {
      InOrder.end(decoders);
    }
  }

  private Ready prepare(PictureFile file) {
    Preparation preparation = answerer.preparation();
    byte[] bytes = preparation.decoder().read(file.file());
    RgbImage picture = preparation.decoder().decode(bytes, file.file().toString());
    return new Ready(
        new StoredPicture(file.id(), Checksums.of(bytes), picture.width(), picture.height()),
        pixels(file, picture));
  }

  private Pixels pixels(PictureFile file, RgbImage picture) {
    try {
      return answerer.preparation().pixels(picture);
    } catch (InputException problem) {
      throw new InputException("%s: %s".formatted(file.file(), problem.getMessage()), problem);
    }
  }

  private Outcome outcome(PictureFile file, Future<Ready> decoding) throws InterruptedException {
    try {
      Ready ready = decoding.get();
      return new Outcome.Encoded(ready.picture, answerer.encode(ready.pixels));
    } catch (ExecutionException failure) {
      if (failure.getCause() instanceof InputException problem) {
        return new Outcome.Refused(new Unreadable(file.id(), String.valueOf(problem.getMessage())));
      }
      throw new IllegalStateException(failure.getCause());
    }
  }
}
