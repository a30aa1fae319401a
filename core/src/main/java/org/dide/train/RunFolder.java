package org.dide.train;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.dide.AtomicFile;
import org.dide.AtomicFolder;
import org.dide.InputException;
import org.dide.tensor.SafetensorsWriter;

/**
 * The folder of one training:
 *
 * <pre>
 * recipe.yaml      what is trained and how, every default filled in
 * metrics.jsonl    its numbers ({@link MetricsLog})
 * events/          the same as curves ({@link TensorBoardWriter})
 * checkpoints/     step-00001000/ and so on, the last two ({@link Checkpoint})
 * best/            the model that did best on the development data
 * report.html      what to read first, at the end
 * </pre>
 *
 * <p>Checkpoints and {@code best} are written aside, synced and renamed, so that whatever has its
 * name is whole; opening the folder clears away what a crash left half-done. An open folder is
 * locked ({@code .lock}): one process trains in it.
 */
public final class RunFolder implements AutoCloseable {
  private static final int KEPT = 2;
  private static final String LOCK = ".lock";
  private static final Pattern CHECKPOINT = Pattern.compile("step-(\\d{8,18})");

  private final Path folder;
  private final FileChannel lock;

  private RunFolder(Path folder, FileChannel lock) {
    this.folder = folder;
    this.lock = lock;
    AtomicFolder.recover(folder);
    AtomicFolder.recover(checkpoints());
  }

  /**
   * Begins a run.
   *
   * @param recipe the resolved recipe, in YAML
   * @throws InputException if there is a run in the folder already, or it cannot be written
   */
  public static RunFolder create(Path folder, String recipe) {
    RunFolder run = locked(folder);
    try {
      run.begin(recipe);
      return run;
    } catch (InputException e) {
      run.close();
      throw e;
    }
  }

  private void begin(String recipe) {
    if (Files.exists(recipeFile())) {
      throw new InputException(
          "%s: there is a run in this folder already; resume it or name another".formatted(folder));
    }
    ByteBuffer bytes = ByteBuffer.wrap(recipe.getBytes(UTF_8));
    AtomicFile.write(
        recipeFile(),
        channel -> {
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
        });
  }

  /**
   * Opens a run to go on with it.
   *
   * @throws InputException if there is none, or another process has it open
   */
  public static RunFolder open(Path folder) {
    if (!Files.isRegularFile(recipeFile(folder))) {
      throw new InputException("%s: there is no run here (no recipe.yaml)".formatted(folder));
    }
    return locked(folder);
  }

  /**
   * The recipe as it was when the run began.
   *
   * @throws InputException if it cannot be read
   */
  public String recipe() {
    try {
      return Files.readString(recipeFile());
    } catch (IOException e) {
      throw new InputException("%s: cannot be read (%s)".formatted(recipeFile(), e), e);
    }
  }

  /** The folder itself. */
  public Path path() {
    return folder;
  }

  /** {@code recipe.yaml}. */
  public Path recipeFile() {
    return recipeFile(folder);
  }

  static Path recipeFile(Path run) {
    return run.resolve("recipe.yaml");
  }

  /** {@code metrics.jsonl}. */
  public Path metrics() {
    return metrics(folder);
  }

  /** {@code metrics.jsonl} of a run. */
  public static Path metrics(Path run) {
    return run.resolve("metrics.jsonl");
  }

  /** {@code events/}. */
  public Path events() {
    return folder.resolve("events");
  }

  /** {@code best/}; not there until {@link #replaceBest}. */
  public Path best() {
    return best(folder);
  }

  /** {@code best/} of a run. */
  public static Path best(Path run) {
    return run.resolve("best");
  }

  /** {@code report.html}. */
  public Path report() {
    return report(folder);
  }

  static Path report(Path run) {
    return run.resolve("report.html");
  }

  /** The newest checkpoint, if there is any. */
  public Optional<Checkpoint> latest() {
    List<Checkpoint> all = list();
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
  }

  /**
   * Writes a checkpoint and removes all but the last two.
   *
   * @param step training steps done
   * @param state where the training stands, in JSON
   * @throws InputException if it cannot be written; older ones are then untouched
   */
  public Checkpoint save(
      long step, Map<String, Tensor> model, Map<String, Tensor> optimizer, String state) {
    Checkpoint saved = new Checkpoint(checkpoints().resolve("step-%08d".formatted(step)), step);
    Map<String, String> metadata = Map.of("step", Long.toString(step));
    AtomicFolder.write(
        saved.folder(),
        aside -> {
          Checkpoint parts = new Checkpoint(aside, step);
          SafetensorsWriter.write(parts.model(), model, metadata);
          SafetensorsWriter.write(parts.optimizer(), optimizer, metadata);
          Files.writeString(parts.stateFile(), state);
        });
    // A run that went back to an older checkpoint has newer ones of a future it gave up.
    List<Checkpoint> all = list();
    all.stream().filter(other -> other.step() > step).forEach(this::remove);
    List<Checkpoint> past = all.stream().filter(other -> other.step() <= step).toList();
    past.subList(0, Math.max(0, past.size() - KEPT)).forEach(this::remove);
    return saved;
  }

  /**
   * Replaces {@code best}.
   *
   * @param content writes the model folder
   * @throws InputException if it cannot be written; the one before is then untouched
   */
  public void replaceBest(AtomicFolder.Content content) {
    AtomicFolder.write(best(), content);
  }

  /**
   * Takes back a run that was created and has not begun; other files of the folder stay.
   *
   * @throws InputException if it cannot be removed
   */
  public void abandon() {
    close();
    try {
      Files.deleteIfExists(recipeFile());
      Files.deleteIfExists(folder.resolve(LOCK));
      if (isEmpty(folder)) {
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new InputException("%s: cannot be removed (%s)".formatted(folder, e), e);
    }
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isEmpty();
    }
  }

  /** Lets other processes have the folder. */
  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new InputException("%s: cannot be unlocked (%s)".formatted(folder, e), e);
    }
  }

  private static RunFolder locked(Path folder) {
    try {
      Files.createDirectories(folder);
      FileChannel channel =
          FileChannel.open(
              folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!tryLock(channel)) {
        channel.close();
        throw new InputException(
            "%s: another process is training in this folder (it holds .lock)".formatted(folder));
      }
      return new RunFolder(folder, channel);
    } catch (IOException e) {
      throw new InputException("%s: cannot be opened (%s)".formatted(folder, e), e);
    }
  }

  // Closing the channel releases the lock, and so does the end of the process, however it ends.
  private static boolean tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException heldByThisProcess) {
      return false;
    }
  }

  private List<Checkpoint> list() {
    return list(checkpoints());
  }

  /** All whole checkpoints in a folder, oldest first. */
  static List<Checkpoint> list(Path checkpoints) {
    if (!Files.isDirectory(checkpoints)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.list(checkpoints)) {
      return paths
          .flatMap(path -> checkpoint(path).stream())
          .filter(Checkpoint::isComplete)
          .sorted(Comparator.comparingLong(Checkpoint::step))
          .toList();
    } catch (IOException e) {
      throw new InputException("%s: cannot be read (%s)".formatted(checkpoints, e), e);
    }
  }

  private static Optional<Checkpoint> checkpoint(Path path) {
    Matcher name = CHECKPOINT.matcher(path.getFileName().toString());
    return name.matches()
        ? Optional.of(new Checkpoint(path, Long.parseLong(name.group(1))))
        : Optional.empty();
  }

  private void remove(Checkpoint checkpoint) {
    AtomicFolder.remove(checkpoint.folder());
  }

  private Path checkpoints() {
    return checkpoints(folder);
  }

  static Path checkpoints(Path run) {
    return run.resolve("checkpoints");
  }
}
