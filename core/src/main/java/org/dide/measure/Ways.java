package org.dide.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.dide.answer.Answerer;
import org.dide.answer.DualAnswerer;
import org.dide.answer.Towers;
import org.dide.hub.TrainedModel;
import org.dide.image.RgbImage;
import org.dide.model.DualEncoder;
import org.dide.model.Head;
import org.dide.model.Inputs;
import org.dide.model.Meeting;
import org.dide.model.Mode;
import org.dide.model.Weights;
import org.dide.tensor.HalfMatrix;

/**
 * The ways to answer the same questions, the teacher's first.
 *
 * @param teacher a fusion model
 * @param student a dual encoder of the same task
 * @param examples what is asked
 * @param rounded the student with weights in fp16, which this owns, if the processor has them
 */
record Ways(
    TrainedModel teacher, TrainedModel student, Examples examples, Optional<DualAnswerer> rounded)
    implements AutoCloseable {
  static final String TEACHER = "teacher";
  static final String NOTHING_STORED = "student, nothing stored";
  static final String FIVE = "student, nothing stored, five questions on each picture";
  static final String PICTURES_STORED = "student, pictures stored";
  static final String BOTH_STORED = "student, both stored";
  static final String PICTURES_STORED_FP16 = "student, pictures stored, weights in fp16";
  static final String BOTH_STORED_FP16 = "student, both stored, weights in fp16";

  private static final int SHARED = 5; // questions on each picture

  /** The ways of two models. */
  static Ways of(TrainedModel teacher, TrainedModel student, Examples examples) {
    return new Ways(
        teacher,
        student,
        examples,
        HalfMatrix.isSupported()
            ? Optional.of(DualAnswerer.of(student, Weights.FP16))
            : Optional.empty());
  }

  /** Each question by itself, as {@link Answerer} answers it, from a picture's 8-bit pixels. */
  List<Way> oneAtATime() {
    Answerer whole = Answerer.of(teacher);
    DualAnswerer dual = DualAnswerer.of(student);
    Towers towers = dual.towers();
    List<RgbImage> pictures = IntStream.range(0, places()).mapToObj(examples::picture).toList();
    List<float[]> stored =
        IntStream.range(0, places())
            .mapToObj(place -> towers.encode(pictures.get(place)).shares().get(place))
            .toList();
    String text = examples.text(0);
    float[] share = towers.encode(text).shares().get(0);
    Products by = studentProducts();
    long look = places() * by.picture(studentPatches());
    long read = by.text(examples.tokens());
    long join = by.join(examples.tokens(), studentPatches());
    List<Way> ways = new ArrayList<>();
    ways.add(new Way(TEACHER, 1, teacherProducts(), () -> whole.ask(pictures, text, 1)));
    if (places() == 1) {
      ways.add(new Way(NOTHING_STORED, 1, look + read + join, () -> dual.ask(pictures, text, 1)));
      ways.add(
          new Way(
              FIVE, SHARED, look + SHARED * (read + join), () -> askAll(dual, pictures.get(0))));
    }
    ways.add(new Way(PICTURES_STORED, 1, read + join, () -> askStored(dual, text, stored)));
    ways.add(new Way(BOTH_STORED, 1, join, () -> dual.answer(share, stored, 1)));
    rounded.ifPresent(
        half -> {
          ways.add(
              new Way(PICTURES_STORED_FP16, 1, read + join, () -> askStored(half, text, stored)));
          ways.add(new Way(BOTH_STORED_FP16, 1, join, () -> half.answer(share, stored, 1)));
        });
    return ways;
  }

  private static void askStored(DualAnswerer answerer, String text, List<float[]> stored) {
    answerer.answer(answerer.towers().encode(text).shares().get(0), stored, 1);
  }

  private void askAll(DualAnswerer dual, RgbImage picture) {
    List<float[]> shares = dual.towers().encode(picture).shares();
    for (int i = 0; i < SHARED; i++) {
      dual.answer(dual.towers().encode(examples.text(i)).shares().get(0), shares, 1);
    }
  }

  /**
   * A batch of questions, from pixels and tokens to the scores of all answers. What they look at
   * lives in the current scope.
   */
  List<Way> together(int batch) {
    Inputs asked = examples.inputs(teacher, batch, 1);
    Inputs inputs = examples.inputs(student, batch, 1);
    DualEncoder model = (DualEncoder) student.model();
    Meeting meeting = model.meeting();
    int size = Towers.of(student).shareSize();
    List<Tensor> stored =
        IntStream.range(0, places())
            .mapToObj(place -> examples.vectors(batch, size, "pictures " + place))
            .toList();
    Tensor texts = texts(meeting, model, inputs);
    Products by = studentProducts();
    long look = places() * by.picture(studentPatches());
    long read = by.text(examples.tokens());
    long join = by.join(examples.tokens(), studentPatches());
    List<Way> ways = new ArrayList<>();
    ways.add(
        way(
            TEACHER,
            batch,
            batch * teacherProducts(),
            () -> teacher.model().observe(asked, Mode.EVALUATION)));
    if (places() == 1) {
      Inputs shared = examples.inputs(student, batch, SHARED);
      ways.add(
          way(
              NOTHING_STORED,
              batch,
              batch * (look + read + join),
              () -> model.observe(inputs, Mode.EVALUATION)));
      ways.add(
          way(
              FIVE,
              batch,
              shared.pictures().get(0).size() * look + batch * (read + join),
              () -> model.observe(shared, Mode.EVALUATION)));
    }
    ways.add(
        way(
            PICTURES_STORED,
            batch,
            batch * (read + join),
            () -> meeting.scores(meeting.texts(model.texts(inputs.text())), stored)));
    ways.add(way(BOTH_STORED, batch, batch * join, () -> meeting.scores(texts, stored)));
    return ways;
  }

  private static Tensor texts(Meeting meeting, DualEncoder model, Inputs inputs) {
    try (NoGradGuard guard = new NoGradGuard()) {
      return meeting.texts(model.texts(inputs.text()));
    }
  }

  private static Way way(String name, int questions, long products, Timing.Work work) {
    return new Way(
        name,
        questions,
        products,
        () -> {
          try (NoGradGuard guard = new NoGradGuard()) {
            work.run();
          }
        });
  }

  private int places() {
    return student.task().head().pictures();
  }

  private long teacherProducts() {
    return products(teacher).teacher(examples.tokens(), examples.patches(teacher));
  }

  private Products studentProducts() {
    return products(student);
  }

  private int studentPatches() {
    return examples.patches(student);
  }

  @Override
  public void close() {
    rounded.ifPresent(DualAnswerer::close);
  }

  private static Products products(TrainedModel trained) {
    return new Products(trained.model().architecture(), (Head.Classifier) trained.model().head());
  }
}
