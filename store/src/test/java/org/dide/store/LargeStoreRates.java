package org.dide.store;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.dide.answer.DualAnswerer;
import org.dide.answer.Gallery;
import org.dide.answer.Searcher;
import org.dide.answer.StoredItem;
import org.dide.answer.Vectors;
import org.dide.hub.Provenance;
import org.dide.hub.TrainedModel;
import org.dide.image.PreprocessorSettings;
import org.dide.model.Architecture;
import org.dide.model.DualEncoder;
import org.dide.random.Draws;
import org.dide.task.Retrieval;
import org.dide.task.Task;
import org.dide.task.VisualEntailment;
import org.dide.task.VisualQuestionAnswering;
import org.dide.tensor.Device;
import org.dide.tensor.Engine;
import org.dide.text.Vocabulary;

/**
 * Measures stores of a million pictures at ViT-B/32's sizes in float16, on one engine thread:
 * {@code write-shares FOLDER ROWS}, {@code ask FOLDER}; {@code write-unit FOLDER ROWS}, {@code
 * index FOLDER}, {@code search FOLDER}. Run by hand.
 */
public final class LargeStoreRates {
  private static final int WIDTH = 768;
  private static final int SHARE = 1536;
  private static final int NEAR_ONE = 500; // rows near one centre, about
  private static final int POOL = 1 << 20; // numbers that vectors are cut from
  private static final int QUERIES = 50;
  private static final PrintStream OUT = System.out;
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private final float[] pool = new float[POOL];

  private LargeStoreRates() {
    Draws draws = Draws.of(0, "pool");
    for (int i = 0; i < POOL; i++) {
      pool[i] = (float) draws.nextGaussian();
    }
  }

  public static void main(String[] arguments) throws Exception {
    Engine.configure(1);
    Path folder = Path.of(arguments[1]);
    LargeStoreRates rates = new LargeStoreRates();
    switch (arguments[0]) {
      case "write-shares" -> rates.write(folder, Integer.parseInt(arguments[2]), SHARE);
      case "write-unit" -> rates.write(folder, Integer.parseInt(arguments[2]), WIDTH);
      case "ask" -> ask(folder);
      case "index" -> index(folder);
      default -> rates.search(folder);
    }
  }

  private void write(Path folder, int rows, int share) throws IOException {
    StoreDescription description =
        new StoreDescription(
            StoredKind.PICTURES, "f", "m", 1, WIDTH, share, VectorType.FLOAT16, List.of());
    int commit = (1 << 26) / ((WIDTH + share) * VectorType.FLOAT16.bytes()); // a full file
    Moment begun = Moment.now();
    try (StoreWriter writer = StoreWriter.create(folder, description)) {
      for (int start = 0; start < rows; start += commit) {
        writer.write(
            IntStream.range(start, Math.min(rows, start + commit))
                .mapToObj(i -> row(i, share, rows / NEAR_ONE))
                .toList());
      }
    }
    begun.tell("drawn and written");
    try (Stream<Path> files = Files.walk(folder)) {
      OUT.printf("bytes %,d%n", files.mapToLong(file -> file.toFile().length()).sum());
    }
  }

  private StoredRow row(int i, int share, int centres) {
    Draws draws = Draws.of(0, "row", i);
    float[] vector = share == WIDTH ? unit(draws, centres) : cut(draws.nextInt(POOL), share);
    return new StoredRow(
        new StoredItem.Picture("train/%08d.jpg".formatted(i), "%064x".formatted(i), 640, 480),
        new Vectors(List.of(cut(draws.nextInt(POOL), WIDTH)), List.of(vector)),
        Map.of());
  }

  private float[] cut(int start, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = pool[(start + i) & (POOL - 1)];
    }
    return values;
  }

  /** Near one centre, a little of another, and as much noise. */
  private float[] unit(Draws draws, int centres) {
    float[] one = cut(draws.nextInt(centres) * 509, WIDTH);
    float[] other = cut(draws.nextInt(centres) * 509, WIDTH);
    float[] noise = cut(draws.nextInt(POOL), WIDTH);
    float[] sum = new float[WIDTH];
    for (int i = 0; i < WIDTH; i++) {
      sum[i] = 0.8f * one[i] + 0.4f * other[i] + 0.4f * noise[i];
    }
    return Rows.unit(sum);
  }

  private static TrainedModel drawn(Task task) {
    return new TrainedModel(
        DualEncoder.initialised(
            Architecture.preset("vilt-b32").withDropout(0), task.head(), 0, Device.CPU),
        task,
        Vocabulary.of(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "what", "?")),
        PreprocessorSettings.ofShorter(384),
        Provenance.now(List.of(), "drawn", 0, ""));
  }

  private static void ask(Path folder) throws IOException, InterruptedException {
    List<String> answers = IntStream.range(0, 3129).mapToObj(Integer::toString).toList();
    try (TrainedModel vqa = drawn(new VisualQuestionAnswering(answers));
        TrainedModel judge = drawn(new VisualEntailment())) {
      try (VectorStore store = opened(folder);
          Gallery gallery = gallery(store)) {
        ask("question of 3,129 answers", vqa, gallery);
        ask("statement, entailed or not", judge, gallery);
      }
    }
  }

  private static VectorStore opened(Path folder) {
    Moment begun = Moment.now();
    VectorStore store = VectorStore.open(folder);
    begun.tell("opened");
    return store;
  }

  private static Gallery gallery(VectorStore store) throws IOException {
    long before = resident("RssAnon");
    Moment begun = Moment.now();
    Gallery gallery = store.gallery(Optional.empty());
    begun.tell("gallery of %,d".formatted(gallery.size()));
    OUT.printf(
        "memory: %,d MiB before, %,d after, %,d at most%n",
        before, resident("RssAnon"), resident("VmHWM"));
    return gallery;
  }

  private static void ask(String what, TrainedModel model, Gallery gallery)
      throws InterruptedException {
    DualAnswerer answerer = DualAnswerer.of(model);
    float[] text = answerer.towers().encode("what ?").shares().get(0);
    Moment begun = Moment.now();
    long[] count = {0};
    answerer.answer(text, gallery, 1, 1, (item, best) -> count[0]++);
    begun.tell("%s, of %,d".formatted(what, count[0]));
  }

  private static void index(Path folder) {
    try (StoreWriter writer = StoreWriter.open(folder)) {
      Moment[] last = {Moment.now()};
      IndexSettings settings =
          new IndexSettings(
              Double.parseDouble(IndexSettings.RECALL), Optional.empty(), Optional.empty());
      SearchIndex made =
          writer.index(
              settings,
              Optional.empty(),
              step -> {
                last[0].tell("until: " + step);
                last[0] = Moment.now();
              });
      last[0].tell("until committed: " + made);
    }
    OUT.printf("memory: %,d MiB at most%n", resident("VmHWM"));
  }

  private void search(Path folder) throws IOException {
    try (TrainedModel model = drawn(new Retrieval());
        VectorStore store = opened(folder)) {
      int centres = (int) store.size() / NEAR_ONE;
      List<float[]> queries =
          IntStream.range(0, QUERIES)
              .mapToObj(i -> unit(Draws.of(1, "query", i), centres))
              .toList();
      Searcher searcher = Searcher.of(model);
      List<Set<String>> found = new ArrayList<>();
      OUT.printf("memory: %,d MiB before%n", resident("RssAnon"));
      times(
          "by the index",
          queries,
          query -> {
            try (Gallery near = store.nearest(query, 10, Optional.empty())) {
              found.add(ids(searcher.search(query, near, 10)));
            }
          });
      OUT.printf("memory: %,d MiB after%n", resident("RssAnon"));
      List<Set<String>> exact = new ArrayList<>();
      try (Gallery gallery = gallery(store)) {
        times("exactly", queries, query -> exact.add(ids(searcher.search(query, gallery, 10))));
      }
      double hits = 0;
      for (int i = 0; i < QUERIES; i++) {
        Set<String> both = new HashSet<>(found.get(i));
        both.retainAll(exact.get(i));
        hits += both.size();
      }
      OUT.printf("recall@10 of other queries: %.4f%n", hits / (10 * QUERIES));
    }
  }

  private static Set<String> ids(List<Searcher.Hit> hits) {
    return hits.stream().map(hit -> hit.item().id()).collect(Collectors.toSet());
  }

  private interface Query {
    void ask(float[] query);
  }

  private static void times(String what, List<float[]> queries, Query query) {
    double[] seconds = new double[queries.size()];
    for (int i = 0; i < seconds.length; i++) {
      long begun = System.nanoTime();
      query.ask(queries.get(i));
      seconds[i] = (System.nanoTime() - begun) / 1e9;
    }
    double first = seconds[0];
    Arrays.sort(seconds);
    OUT.printf(
        "%s, %d queries: first %.3f s, least %.4f, median %.4f, nine of ten within %.4f%n",
        what,
        seconds.length,
        first,
        seconds[0],
        seconds[seconds.length / 2],
        seconds[seconds.length * 9 / 10]);
  }

  private static long resident(String what) {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith(what))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A moment; processor time is the whole process's, which other processes distort less. */
  private record Moment(long nanos, long processor) {
    static Moment now() {
      return new Moment(System.nanoTime(), SYSTEM.getProcessCpuTime());
    }

    void tell(String what) {
      OUT.printf(
          "%s: %.3f s, %.3f s of processor%n",
          what, (System.nanoTime() - nanos) / 1e9, (SYSTEM.getProcessCpuTime() - processor) / 1e9);
      OUT.flush();
    }
  }
}
