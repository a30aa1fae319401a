package org.dide.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dide.InputException;
import org.dide.data.TaskName;
import org.dide.hub.ModelFolder;
import org.dide.hub.TrainedModel;
import org.dide.image.ImageSize;
import org.dide.image.PreprocessorSettings;
import org.dide.model.AttentiveSizes;
import org.dide.tensor.HalfMatrix;
import org.dide.tensor.Scope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpeedometerTest {
  private static final SpeedSettings SETTINGS = new SpeedSettings(6, 300, 1, 0, 1);
  private static final Entrants DRAWN = new Entrants.Drawn(Shape.DEMO, 0);

  @TempDir private Path folder;

  @Test
  void measuresEveryWay() throws Exception {
    List<String> heard = new ArrayList<>();
    SpeedReport report =
        new Speedometer(
                DRAWN,
                SETTINGS,
                (what, round, rounds) -> heard.add(what + " " + round + "/" + rounds),
                new AtomicBoolean())
            .run()
            .orElseThrow();

    assertThat(ways(report, TaskName.VQA, 6))
        .containsExactly(
            Ways.TEACHER, Ways.NOTHING_STORED, Ways.FIVE, Ways.PICTURES_STORED, Ways.BOTH_STORED);
    assertThat(ways(report, TaskName.REASONING, 6))
        .containsExactly(Ways.TEACHER, Ways.PICTURES_STORED, Ways.BOTH_STORED);
    for (TaskName task : List.of(TaskName.VQA, TaskName.REASONING)) {
      List<String> alone = new ArrayList<>(ways(report, task, 6));
      if (HalfMatrix.isSupported()) {
        alone.addAll(List.of(Ways.PICTURES_STORED_FP16, Ways.BOTH_STORED_FP16));
      }
      assertThat(ways(report, task, 1)).isEqualTo(alone);
    }
    assertThat(report.figures())
        .allMatch(figure -> figure.p50() > 0 && figure.p50() <= figure.p99())
        .allMatch(figure -> figure.perSecond() > 0 && figure.shareOfRate() > 0)
        .allMatch(figure -> figure.timesFaster() == 1 == figure.way().equals(Ways.TEACHER));
    assertThat(report.scans())
        .extracting(Scan::task)
        .containsExactly(TaskName.VQA, TaskName.ENTAILMENT);
    assertThat(report.scans()).extracting(Scan::answers).containsExactly(22, 3);
    assertThat(report.tokens()).isEqualTo(10);
    assertThat(report.patches()).isEqualTo(9);
    assertThat(report.gigaflops()).isGreaterThan(0);
    assertThat(heard)
        .startsWith("vqa, one at a time 0/1", "vqa, one at a time 1/1", "vqa, 6 at once 0/1")
        .endsWith("entailment, 300 stored pictures 1/1");
  }

  private static List<String> ways(SpeedReport report, TaskName task, int batch) {
    return report.figures().stream()
        .filter(figure -> figure.task() == task && figure.batch() == batch)
        .map(Figure::way)
        .toList();
  }

  /** What is shared is computed once: two pictures for six questions. */
  @Test
  void countsWhatIsComputed() {
    try (TrainedModel teacher = DRAWN.teacher(TaskName.VQA);
        TrainedModel student = DRAWN.student(TaskName.VQA);
        Scope scope = Scope.open();
        Ways ways = Ways.of(teacher, student, examples(teacher, student))) {
      Products by =
          new Products(
              student.model().architecture(),
              (org.dide.model.Head.Classifier) student.model().head());
      long question = by.text(10) + by.join(10, 9);
      assertThat(ways.together(6))
          .extracting(Way::products)
          .containsExactly(
              6 * by.teacher(10, 9),
              6 * (by.picture(9) + question),
              2 * by.picture(9) + 6 * question,
              6 * question,
              6 * by.join(10, 9));
      assertThat(ways.oneAtATime().get(2))
          .satisfies(five -> assertThat(five.questions()).isEqualTo(5))
          .satisfies(five -> assertThat(five.products()).isEqualTo(by.picture(9) + 5 * question));
    }
  }

  private static Examples examples(TrainedModel teacher, TrainedModel student) {
    return Examples.of(List.of(teacher, student), DRAWN.pictures(), 0);
  }

  @Test
  void measuresModelsInFolders() throws Exception {
    Path teacher = saved("teacher", DRAWN.teacher(TaskName.REASONING));
    Path student = saved("student", DRAWN.student(TaskName.REASONING));
    Entrants stored = Entrants.Stored.of(teacher, student);
    assertThat(stored.tasks()).containsExactly(TaskName.REASONING);
    assertThat(stored.collections()).isEmpty();
    assertThat(stored.pictures()).isEqualTo(DRAWN.pictures());
    SpeedReport report =
        new Speedometer(stored, SETTINGS, (what, round, rounds) -> {}, new AtomicBoolean())
            .run()
            .orElseThrow();
    assertThat(report.figures()).hasSize(HalfMatrix.isSupported() ? 8 : 6);
    assertThat(report.scans()).isEmpty();
  }

  @Test
  void asksAboutPicturesOfWhichAllStatesCanBeStored() throws Exception {
    assertThat(drawn(Shape.BASE, 16).pictures()).isEqualTo(new ImageSize(640, 384));
    assertThat(drawn(Shape.BASE, 0).pictures()).isEqualTo(new ImageSize(384, 384));

    Path teacher = saved("teacher", resizing(DRAWN.teacher(TaskName.VQA)));
    Path student = saved("student", resizing(drawn(Shape.DEMO, 0).student(TaskName.VQA)));
    Entrants stored = Entrants.Stored.of(teacher, student);
    assertThat(stored.pictures()).isEqualTo(new ImageSize(48, 48));
    SpeedReport report =
        new Speedometer(stored, SETTINGS, (what, round, rounds) -> {}, new AtomicBoolean())
            .run()
            .orElseThrow();
    assertThat(report.scans()).hasSize(1);
  }

  private static Entrants drawn(Shape shape, int vectors) {
    return new Entrants.Drawn(shape, 0, Optional.of(new AttentiveSizes(1, vectors)));
  }

  /** The same model, of pictures of any size. */
  private static TrainedModel resizing(TrainedModel model) {
    PreprocessorSettings as = model.preprocessing();
    return new TrainedModel(
        model.model(),
        model.task(),
        model.vocabulary(),
        new PreprocessorSettings(true, 48, 16, as.mean(), as.std(), as.orientation(), as.alpha()),
        model.provenance());
  }

  @Test
  void refusesModelsThatCannotBeCompared() {
    Path teacher = saved("teacher", DRAWN.teacher(TaskName.VQA));
    Path student = saved("student", DRAWN.student(TaskName.ENTAILMENT));
    assertThatThrownBy(() -> Entrants.Stored.of(student, teacher))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("allowed is a fusion model");
    assertThatThrownBy(() -> Entrants.Stored.of(teacher, teacher))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("allowed is a dual encoder");
    assertThatThrownBy(() -> Entrants.Stored.of(teacher, student))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(student.toString())
        .hasMessageContaining("answers the same as " + teacher);
  }

  @Test
  void canBeStopped() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    assertThat(
            new Speedometer(DRAWN, SETTINGS, (what, round, rounds) -> stop.set(true), stop).run())
        .isEmpty();
  }

  private Path saved(String name, TrainedModel model) {
    Path place = folder.resolve(name);
    try (model) {
      ModelFolder.save(place, model);
    }
    return place;
  }
}
