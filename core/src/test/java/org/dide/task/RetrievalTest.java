package org.dide.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.dide.data.Example;
import org.dide.data.FilePicture;
import org.dide.data.Label;
import org.dide.image.RgbImage;
import org.dide.model.Observation;
import org.dide.model.Pairing;
import org.dide.random.Draws;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Compares the losses of retrieval with loops in double precision. */
class RetrievalTest {
  private static final int SIZE = 5;

  /** The picture of each example: the second and the fourth share one. */
  private static final List<String> PICTURES = List.of("a", "b", "c", "b", "d");

  private final Task task = new Retrieval();
  private Scope scope = Scope.open();

  @BeforeEach
  void open() {
    scope.close();
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void targetsAreWhoseCaptionIsWhose() {
    float[] targets = Tensors.floats(targets());
    for (int text = 0; text < SIZE; text++) {
      for (int picture = 0; picture < SIZE; picture++) {
        assertThat(targets[text * SIZE + picture])
            .isEqualTo(PICTURES.get(text).equals(PICTURES.get(picture)) ? 1 : 0);
      }
    }
  }

  @Test
  void contrastsEachTextAndPictureWithOtherPicturesOnly() {
    double[][] logits = values(1);
    double sum = 0;
    for (int i = 0; i < SIZE; i++) {
      double overPictures = 0;
      double overTexts = 0;
      for (int j = 0; j < SIZE; j++) {
        if (i == j || !PICTURES.get(i).equals(PICTURES.get(j))) {
          overPictures += Math.exp(logits[i][j]);
          overTexts += Math.exp(logits[j][i]);
        }
      }
      sum += (Math.log(overPictures) + Math.log(overTexts)) / 2 - logits[i][i];
    }
    assertThat(task.hardLoss(tensor(logits), targets()).item_double())
        .isCloseTo(sum / SIZE, within(1e-5));
  }

  @Test
  void otherCaptionsOfAPictureAreNoRivals() {
    double[][] logits = values(2);
    Tensor before = tensor(logits).requires_grad_(true);
    task.hardLoss(before, targets()).backward();
    float[] gradient = Tensors.floats(before.grad());
    assertThat(gradient[SIZE + 3]).isZero();
    assertThat(gradient[3 * SIZE + 1]).isZero();
    assertThat(gradient[1]).isNotZero();
    double loss = task.hardLoss(before, targets()).item_double();
    logits[1][3] = 50;
    logits[3][1] = 50;
    assertThat(task.hardLoss(tensor(logits), targets()).item_double()).isEqualTo(loss);
  }

  @Test
  void matchingIsBinaryAndWeighsBothKindsTheSame() {
    double[][] logits = values(3);
    for (int others : List.of(1, 3)) {
      Pairing pairing = Pairing.drawn(SIZE, others, Draws.of(4, "pairs"));
      double matches = 0;
      double mismatches = 0;
      int matchCount = 0;
      int mismatchCount = 0;
      for (int i = 0; i < SIZE; i++) {
        for (int offset : pairing.offsets()) {
          int j = (i + offset) % SIZE;
          if (PICTURES.get(i).equals(PICTURES.get(j))) {
            matches += Math.log1p(Math.exp(-logits[i][j]));
            matchCount++;
          } else {
            mismatches += Math.log1p(Math.exp(logits[i][j]));
            mismatchCount++;
          }
        }
      }
      Observation seen = new Observation(tensor(logits), List.of(), Optional.of(pairing));
      assertThat(task.hardLoss(seen, targets()).item_double())
          .isCloseTo((matches / matchCount + mismatches / mismatchCount) / 2, within(1e-5));
    }
  }

  @Test
  void aLonePairCanBeLearntFrom() {
    Tensor one = Tensors.of(new float[] {1}, 1, 1);
    Observation seen = new Observation(one, List.of(), Optional.of(Pairing.OWN));
    assertThat(task.hardLoss(seen, one).item_double())
        .isCloseTo(Math.log1p(Math.exp(-1)) / 2, within(1e-6));
    assertThat(task.hardLoss(one, one).item_double()).isZero();
  }

  @Test
  void softLabelsAreTheTeachersRanking() {
    double[][] learnt = values(5);
    double[][] taught = values(6);
    assertThat(task.softLoss(tensor(learnt), tensor(taught)).item_double())
        .isCloseTo(divergence(learnt, taught), within(1e-5));
  }

  @Test
  void whatTheTeacherDidNotScoreTakesNoPart() {
    double[][] learnt = values(7);
    double[][] taught = values(8);
    for (int i = 0; i < SIZE; i++) {
      taught[i][(i + 2) % SIZE] = Double.NEGATIVE_INFINITY;
      taught[i][(i + 4) % SIZE] = Double.NEGATIVE_INFINITY;
    }
    Tensor student = tensor(learnt).requires_grad_(true);
    Tensor loss = task.softLoss(student, tensor(taught));
    assertThat(loss.item_double()).isCloseTo(divergence(learnt, taught), within(1e-5));
    loss.backward();
    float[] gradient = Tensors.floats(student.grad());
    for (int cell = 0; cell < gradient.length; cell++) {
      boolean absent = Double.isInfinite(taught[cell / SIZE][cell % SIZE]);
      assertThat(gradient[cell] == 0).as("cell %d", cell).isEqualTo(absent);
    }
    assertThat(task.softLoss(tensor(taught), tensor(taught)).item_double()).isZero();
  }

  @Test
  void ofTwoModelsWithTheSameRankingNothingIsToLearn() {
    double[][] logits = values(9);
    double[][] moved = values(9);
    for (double[] row : moved) {
      for (int j = 0; j < SIZE; j++) {
        row[j] += 3;
      }
    }
    assertThat(task.softLoss(tensor(moved), tensor(logits)).item_double())
        .isCloseTo(0, within(1e-6));
  }

  @Test
  void scoresAreOneWhereNoOtherPictureIsAsGood() {
    double[][] logits = new double[SIZE][SIZE]; // all tie
    logits[0][0] = 1;
    logits[1][1] = 1;
    logits[1][3] = 2; // the same picture
    logits[2][2] = 1;
    logits[2][4] = 1.5;
    assertThat(task.scores(tensor(logits), targets())).containsExactly(1, 1, 0, 0, 0);
  }

  @Test
  void saysHowLikelyASinglePairMatches() {
    List<Answer> answers = task.answers(new float[] {-2}, 5);
    assertThat(answers.stream().map(Answer::text)).containsExactly("mismatch", "match");
    assertThat(answers.get(1).probability()).isCloseTo(1 / (1 + Math.exp(2)), within(1e-9));
    assertThat(task.answers(new float[] {1}, 1).get(0).text()).isEqualTo("match");
  }

  private static double divergence(double[][] learnt, double[][] taught) {
    double sum = 0;
    for (int i = 0; i < SIZE; i++) {
      double[] studentColumn = new double[SIZE];
      double[] teacherColumn = new double[SIZE];
      for (int j = 0; j < SIZE; j++) {
        studentColumn[j] = learnt[j][i];
        teacherColumn[j] = taught[j][i];
      }
      sum += (kl(learnt[i], taught[i]) + kl(studentColumn, teacherColumn)) / 2;
    }
    return sum / SIZE;
  }

  private static double kl(double[] learnt, double[] taught) {
    double learntSum = 0;
    double taughtSum = 0;
    for (int j = 0; j < SIZE; j++) {
      if (!Double.isInfinite(taught[j])) {
        learntSum += Math.exp(learnt[j]);
        taughtSum += Math.exp(taught[j]);
      }
    }
    double kl = 0;
    for (int j = 0; j < SIZE; j++) {
      if (!Double.isInfinite(taught[j])) {
        double wanted = Math.exp(taught[j]) / taughtSum;
        kl += wanted * (Math.log(wanted) - learnt[j] + Math.log(learntSum));
      }
    }
    return kl;
  }

  private Tensor targets() {
    List<Example> examples = new ArrayList<>();
    for (String picture : PICTURES) {
      FilePicture file =
          new FilePicture(
              picture, java.nio.file.Path.of(picture), path -> new RgbImage(1, 1, new byte[3]));
      examples.add(
          new Example("" + examples.size(), List.of(file), "text", new Label.Described(), ""));
    }
    return task.targets(examples);
  }

  private static double[][] values(long seed) {
    Draws draws = Draws.of(seed, "logits");
    double[][] values = new double[SIZE][SIZE];
    for (double[] row : values) {
      for (int j = 0; j < SIZE; j++) {
        row[j] = 2 * draws.nextGaussian();
      }
    }
    return values;
  }

  private static Tensor tensor(double[][] values) {
    float[] flat = new float[SIZE * SIZE];
    for (int cell = 0; cell < flat.length; cell++) {
      flat[cell] = (float) values[cell / SIZE][cell % SIZE];
    }
    return Tensors.of(flat, SIZE, SIZE);
  }
}
