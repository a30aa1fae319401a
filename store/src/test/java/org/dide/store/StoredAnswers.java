package org.dide.store;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dide.answer.DualAnswerer;
import org.dide.answer.Gallery;
import org.dide.answer.StoredItem;
import org.dide.answer.Towers;
import org.dide.data.Dataset;
import org.dide.data.Example;
import org.dide.data.ExampleList;
import org.dide.data.Picture;
import org.dide.data.PictureDecoder;
import org.dide.data.Split;
import org.dide.data.source.DataSource;
import org.dide.hub.ModelFolder;
import org.dide.hub.TrainedModel;
import org.dide.task.Answer;
import org.dide.tensor.Device;
import org.dide.tensor.Engine;
import org.dide.train.Recipe;
import org.dide.train.Recipes;

/**
 * What fewer bytes change: {@code MODEL PICTURES QUESTIONS}. The first pictures of the test part
 * that a student of questions was trained for are stored in each type; each is asked its own
 * questions, and the first questions that differ are each asked of all. Run by hand.
 */
public final class StoredAnswers {
  private static final int ALL = Integer.MAX_VALUE;

  private final DualAnswerer answerer;
  private final Map<Picture, Integer> pictures = new LinkedHashMap<>(); // and their rows
  private final List<Example> examples;
  private final List<String> questions;

  private StoredAnswers(DualAnswerer answerer, Dataset data, int pictures, int questions) {
    this.answerer = answerer;
    for (Example example : data.stream(0).toList()) {
      if (this.pictures.size() < pictures) {
        this.pictures.putIfAbsent(example.pictures().get(0), this.pictures.size());
      }
    }
    this.examples =
        data.stream(0)
            .filter(example -> this.pictures.containsKey(example.pictures().get(0)))
            .toList();
    this.questions = examples.stream().map(Example::text).distinct().limit(questions).toList();
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Engine.configure(1);
    try (TrainedModel model = ModelFolder.load(Path.of(arguments[0]), Device.CPU)) {
      Recipe recipe = Recipes.parse(model.provenance().recipe(), arguments[0]);
      Dataset test =
          DataSource.part(
              model.task().name(),
              recipe.data(),
              Split.TEST,
              model.task().answers(),
              PictureDecoder.of(model.preprocessing().decoder()));
      Dataset read = new ExampleList(test.name(), test.stream(0).toList()); // each once
      new StoredAnswers(
              DualAnswerer.of(model),
              read,
              Integer.parseInt(arguments[1]),
              Integer.parseInt(arguments[2]))
          .compare(model.fingerprint());
    }
  }

  private void compare(String model) throws IOException, InterruptedException {
    Towers towers = answerer.towers();
    List<StoredRow> rows = new ArrayList<>();
    for (Picture picture : pictures.keySet()) {
      int i = rows.size();
      StoredItem item = new StoredItem.Picture("%06d".formatted(i), "%064x".formatted(i), 1, 1);
      rows.add(new StoredRow(item, towers.encode(picture.load()), Map.of()));
    }
    Map<VectorType, Gallery> galleries = new EnumMap<>(VectorType.class);
    for (VectorType type : VectorType.values()) {
      StoreDescription description =
          new StoreDescription(
              StoredKind.PICTURES,
              model,
              "student",
              1,
              towers.width(),
              towers.shareSize(),
              type,
              List.of());
      Path folder = Files.createTempDirectory("answers").resolve("store");
      try (StoreWriter writer = StoreWriter.create(folder, description)) {
        writer.write(rows);
      }
      try (VectorStore store = VectorStore.open(folder)) {
        galleries.put(type, store.gallery(Optional.empty()));
      }
      tell("%s: %.1f bytes a picture in data/%n", type, data(folder) / (double) rows.size());
    }
    for (VectorType type : List.of(VectorType.FLOAT16, VectorType.INT8)) {
      compare(type, galleries);
    }
  }

  private static long data(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("vectors.lance/data"))) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  private void compare(VectorType type, Map<VectorType, Gallery> galleries)
      throws InterruptedException {
    Gallery exact = Optional.ofNullable(galleries.get(VectorType.FLOAT32)).orElseThrow();
    Gallery rounded = Optional.ofNullable(galleries.get(type)).orElseThrow();
    Count own = new Count();
    for (Example example : examples) {
      float[] text = answerer.towers().encode(example.text()).shares().get(0);
      int row = Optional.ofNullable(pictures.get(example.pictures().get(0))).orElseThrow();
      own.add(
          answerer.answer(text, exact.shares(row), ALL),
          answerer.answer(text, rounded.shares(row), ALL),
          example.label().best());
    }
    Count all = new Count();
    for (String question : questions) {
      float[] text = answerer.towers().encode(question).shares().get(0);
      List<List<Answer>> before = new ArrayList<>();
      answerer.answer(text, exact, ALL, 1, (item, answers) -> before.add(answers));
      List<List<Answer>> after = new ArrayList<>();
      answerer.answer(text, rounded, ALL, 1, (item, answers) -> after.add(answers));
      for (int i = 0; i < before.size(); i++) {
        all.add(before.get(i), after.get(i), Optional.empty());
      }
    }
    tell("%s, own questions: %s%n", type, own);
    tell("%s, %d questions of all: %s%n", type, questions.size(), all);
  }

  /** What changes. */
  private static final class Count {
    private int asked;
    private int others;
    private int right;
    private int stillRight;
    private double best; // furthest that the best answer's probability moves
    private double any;
    private double surest; // of a best answer that another took the place of

    void add(List<Answer> before, List<Answer> after, Optional<String> truth) {
      asked++;
      Answer first = before.get(0);
      if (!first.text().equals(after.get(0).text())) {
        others++;
        surest = Math.max(surest, first.probability());
      }
      right += truth.equals(Optional.of(first.text())) ? 1 : 0;
      stillRight += truth.equals(Optional.of(after.get(0).text())) ? 1 : 0;
      Map<String, Double> moved =
          after.stream().collect(Collectors.toMap(Answer::text, Answer::probability));
      for (Answer answer : before) {
        double by = Math.abs(moved.getOrDefault(answer.text(), 0.0) - answer.probability());
        any = Math.max(any, by);
        best = answer.text().equals(first.text()) ? Math.max(best, by) : best;
      }
    }

    @Override
    public String toString() {
      return ("%,d answers, %d with another best, the surest of which had %.3f; %d right before, %d"
              + " after; a best answer's probability moves by up to %.2g, any by up to %.2g")
          .formatted(asked, others, surest, right, stillRight, best, any);
    }
  }

  private static void tell(String format, Object... values) {
    new PrintStream(System.out, true, StandardCharsets.UTF_8).printf(format, values);
  }
}
