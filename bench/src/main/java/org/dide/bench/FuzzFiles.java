package org.dide.bench;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.dide.InputException;
import org.dide.MemoryBudget;

/**
 * Opens files that were sound before they were changed at random, and demands of each: it is read,
 * or refused with an {@link InputException}; that takes at most a second of processor time; opening
 * it allocates at most {@value MemoryBudget#TIMES} times its size and what its format has free on
 * the heap; no tensor, or whatever else it is read into, has more native memory than the file
 * bytes.
 *
 * <pre>{@code
 * java -cp 'bench/target/*:bench/target/lib/*' org.dide.bench.FuzzFiles FILES SEED FOLDER [NAME]
 * }</pre>
 *
 * <p>changes the checkpoints in a folder, and files of its own, FILES times in all, and exits with
 * 1 if any file did what it must not. Such files are kept. Same seed, same files.
 */
public final class FuzzFiles {
  /** What opening any file may allocate: fixed buffers, an error's trace. */
  public static final long FREE = 1 << 20;

  private static final double SECONDS = 1;
  private static final int WARM_UP = 20;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final List<FuzzFormat> formats;
  private final Path folder;

  /**
   * What came of a file.
   *
   * @param size its bytes
   * @param read whether it was read to its end, not refused
   * @param seconds of processor time, opening and reading
   * @param allocated bytes on the heap while it was opened
   * @param nativeBytes the native memory of the largest thing that was read
   * @param problem what went wrong; empty if nothing did
   */
  record Outcome(
      long size, boolean read, double seconds, long allocated, long nativeBytes, String problem) {}

  /**
   * Prepares to fuzz.
   *
   * @param formats taken by turns
   * @param folder where files are written; those that fail stay
   */
  public FuzzFiles(List<FuzzFormat> formats, Path folder) {
    this.formats = List.copyOf(formats);
    this.folder = folder;
  }

  /** Runs from the command line; see the class. */
  public static void main(String[] arguments) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    int files = Integer.parseInt(arguments[0]);
    long seed = Long.parseLong(arguments[1]);
    Path folder = Files.createTempDirectory("fuzz");
    List<FuzzFormat> formats = new ArrayList<>(TensorFuzz.formats(Path.of(arguments[2]), folder));
    formats.addAll(ModelFuzz.formats(folder));
    if (arguments.length > 3) {
      formats.removeIf(format -> !format.name().contains(arguments[3]));
    }
    FuzzReport report = new FuzzFiles(formats, folder).run(files, seed);
    out.print(report);
    if (!report.failures().isEmpty()) {
      out.println("kept in " + folder);
      System.exit(1);
    }
  }

  /** Makes and opens so many files. */
  public FuzzReport run(int files, long seed) throws IOException {
    warmUp();
    FuzzMutator mutator = new FuzzMutator(new SplittableRandom(seed));
    FuzzReport report = new FuzzReport();
    for (int i = 0; i < files; i++) {
      FuzzFormat format = formats.get(i % formats.size());
      Path file = folder.resolve(format.place());
      byte[] changed = format.wrap().apply(mutator.mutate(format));
      Files.write(file, changed);
      Outcome outcome = open(format, file, changed.length);
      if (!outcome.problem().isEmpty()) {
        Files.write(folder.resolve("failed-" + i), changed);
      }
      report.add(format.name(), outcome);
      Files.deleteIfExists(file);
    }
    return report;
  }

  // Loading classes costs time and memory that no file is to blame for.
  private void warmUp() throws IOException {
    for (FuzzFormat format : formats) {
      Path file = folder.resolve(format.place());
      for (byte[] seed : format.seeds()) {
        Files.write(file, format.wrap().apply(seed));
        for (int i = 0; i < WARM_UP; i++) {
          try (FuzzFormat.Opened opened = format.opener().open(file)) {
            opened.readAll();
          }
        }
      }
      Files.delete(file);
    }
  }

  // Anything that escapes is what this looks for.
  @SuppressWarnings("CatchingUnchecked")
  private Outcome open(FuzzFormat format, Path file, long size) {
    long cpu = threads.getCurrentThreadCpuTime();
    long before = threads.getCurrentThreadAllocatedBytes();
    long allocated = -1;
    long nativeBytes = 0;
    boolean read = false;
    String problem = "";
    try (FuzzFormat.Opened opened = format.opener().open(file)) {
      allocated = threads.getCurrentThreadAllocatedBytes() - before;
      nativeBytes = opened.readAll();
      read = true;
    } catch (InputException refused) {
      Path named = folder.resolve(format.place().getName(0)); // an error may be about the folder
      problem = refused.toString().contains(named.toString()) ? "" : "no file in " + refused;
    } catch (Throwable escaped) {
      problem = escaped + " at " + escaped.getStackTrace()[0];
    }
    if (allocated < 0) {
      allocated = threads.getCurrentThreadAllocatedBytes() - before;
    }
    double seconds = (threads.getCurrentThreadCpuTime() - cpu) / 1e9;
    if (problem.isEmpty()) {
      problem = excess(format.free() + FREE, size, seconds, allocated, nativeBytes);
    }
    return new Outcome(size, read, seconds, allocated, nativeBytes, problem);
  }

  private static String excess(
      long free, long size, double seconds, long allocated, long nativeBytes) {
    if (seconds > SECONDS) {
      return "took %.1f seconds".formatted(seconds);
    }
    if (allocated > MemoryBudget.TIMES * size + free) {
      return "allocated %d bytes for a file of %d".formatted(allocated, size);
    }
    if (nativeBytes > size) {
      return "gave %d bytes of native memory from a file of %d".formatted(nativeBytes, size);
    }
    return "";
  }
}
