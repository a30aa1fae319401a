package org.dide.store;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.dide.answer.Gallery;
import org.dide.answer.StoredItem;
import org.dide.answer.Vectors;

/**
 * Measures writing and opening a large store: {@code write FOLDER ROWS D S [TYPE]|read FOLDER}. Run
 * by hand.
 */
public final class StoreRates {
  private static final int COMMIT = 5_000; // rows

  private StoreRates() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[1]);
    if (arguments[0].equals("write")) {
      write(
          folder,
          Integer.parseInt(arguments[2]),
          Integer.parseInt(arguments[3]),
          Integer.parseInt(arguments[4]),
          arguments.length > 5 ? VectorType.valueOf(arguments[5]) : VectorType.FLOAT32);
    } else {
      read(folder);
    }
  }

  private static void write(Path folder, int rows, int width, int shareSize, VectorType type)
      throws IOException {
    StoreDescription description =
        new StoreDescription(
            StoredKind.PICTURES,
            "f",
            "m",
            1,
            width,
            shareSize,
            type,
            List.of(new MetadataField("year", MetadataType.INT64)));
    try (StoreWriter writer = StoreWriter.create(folder, description)) {
      long took = 0;
      for (int start = 0; start < rows; start += COMMIT) {
        int from = start;
        List<StoredRow> some =
            IntStream.range(from, Math.min(rows, from + COMMIT))
                .mapToObj(i -> row(i, width, shareSize))
                .toList();
        long begun = System.nanoTime();
        writer.write(some);
        took += System.nanoTime() - begun;
      }
      tell("written", took);
      long begun = System.nanoTime();
      writer.compact();
      tell("compacted", System.nanoTime() - begun);
    }
    try (Stream<Path> files = Files.walk(folder)) {
      System.out.printf("bytes %d%n", files.mapToLong(file -> file.toFile().length()).sum());
    }
  }

  private static StoredRow row(int i, int width, int shareSize) {
    SplittableRandom random = new SplittableRandom(i);
    return new StoredRow(
        new StoredItem.Picture("train/%08d.jpg".formatted(i), "%064x".formatted(i), 640, 480),
        new Vectors(List.of(vector(random, width)), List.of(vector(random, shareSize))),
        Map.of("year", (long) i % 50));
  }

  private static float[] vector(SplittableRandom random, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextDouble() - 0.5f;
    }
    return values;
  }

  private static void read(Path folder) throws IOException {
    load();
    for (int round = 0; round < 3; round++) {
      long begun = System.nanoTime();
      try (VectorStore store = VectorStore.open(folder)) {
        tell("opened", System.nanoTime() - begun);
        begun = System.nanoTime();
        store.checksums();
        tell("checksums", System.nanoTime() - begun);
        long before = resident("RssAnon");
        begun = System.nanoTime();
        try (Gallery gallery = store.gallery(Optional.empty())) {
          tell("gallery of " + gallery.size(), System.nanoTime() - begun);
          long after = resident("RssAnon");
          StoreDescription description = store.description();
          long vectors =
              (store.size() * description.shareSize() * description.type().bytesInMemory()) >> 20;
          System.out.printf(
              "vectors %d MiB, memory %d MiB before, %d after: %.2f times; of all, most %d MiB%n",
              vectors, before, after, (double) (after - before) / vectors, resident("VmHWM"));
        }
        begun = System.nanoTime();
        try (Gallery gallery = store.gallery(Optional.of("year = 7"))) {
          tell("filtered gallery of " + gallery.size(), System.nanoTime() - begun);
        }
        begun = System.nanoTime();
        boolean found = store.find("train/00077777.jpg").isPresent();
        tell("looked up " + found, System.nanoTime() - begun);
      }
    }
  }

  /** Starts what a process starts once: the JVM, Lance, the engine. */
  private static void load() throws IOException {
    tell("JVM", ManagementFactory.getRuntimeMXBean().getUptime() * 1_000_000);
    Path tiny = Files.createTempDirectory("rates").resolve("tiny");
    long begun = System.nanoTime();
    write(tiny, 10, 2, 2, VectorType.FLOAT32);
    tell("Lance loaded", System.nanoTime() - begun);
    begun = System.nanoTime();
    try (VectorStore store = VectorStore.open(tiny);
        Gallery gallery = store.gallery(Optional.empty())) {
      tell("engine loaded, for " + gallery.size(), System.nanoTime() - begun);
    }
  }

  private static long resident(String what) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith(what))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
        .sum();
  }

  private static void tell(String what, long nanos) {
    PrintStream out = System.out;
    out.printf("%s: %.3f s%n", what, nanos / 1e9);
  }
}
