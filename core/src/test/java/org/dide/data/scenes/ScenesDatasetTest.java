package org.dide.data.scenes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.dide.InputException;
import org.dide.data.Example;
import org.dide.data.TaskName;
import org.junit.jupiter.api.Test;

class ScenesDatasetTest {
  private static final ScenesSettings DEFAULT = ScenesSettings.DEFAULT;
  private static final Map<Shape, Colour> HELD_OUT =
      Map.of(Shape.CIRCLE, Colour.RED, Shape.CROSS, Colour.BLUE);
  private static final List<SceneKind> QUESTIONS = SceneKind.of(TaskName.VQA);
  private static final List<SceneKind> RELATIONAL =
      List.of(SceneKind.RELATION, SceneKind.NEIGHBOUR, SceneKind.TWO_HOP);

  @Test
  void everyAnswerIsTrueAndEveryNameMeansOneObject() {
    for (ScenesSettings settings : List.of(DEFAULT, rich(Map.of()), rich(HELD_OUT))) {
      for (int epoch : new int[] {0, 4, 50}) {
        for (SceneText question : draw(ScenesDataset.train(settings), epoch, 2_000)) {
          assertThat(new SceneChecker(question.scene()).answer(question.text()))
              .as("%s of %s", question.text(), question.scene())
              .isEqualTo(question.answer());
        }
      }
    }
  }

  @Test
  void wordsAndAnswersAreClosed() {
    Set<String> words = new HashSet<>();
    Set<String> answers = new HashSet<>();
    ScenesSettings wide = with(new Grid(2, 5, 20), 2, Map.of(), 0);
    for (ScenesSettings settings : List.of(rich(Map.of()), wide)) {
      for (SceneText question : draw(ScenesDataset.train(settings), 50, 10_000)) {
        words.addAll(bag(question.text()));
        answers.add(question.answer());
      }
    }
    assertThat(words).containsExactlyInAnyOrderElementsOf(SceneQuestions.words());
    assertThat(answers).containsExactlyInAnyOrderElementsOf(SceneQuestions.answers());
  }

  @Test
  void aPositionDeterminesItsExample() {
    ScenesDataset train = ScenesDataset.train(DEFAULT);
    Example first = train.example(3, 17);
    Example again = ScenesDataset.train(DEFAULT).example(3, 17);
    assertThat(again.text()).isEqualTo(first.text());
    assertThat(again.label()).isEqualTo(first.label());
    assertThat(again.pictures().get(0).load().rgb())
        .isEqualTo(first.pictures().get(0).load().rgb());
    assertThat(train.text(4, 17)).isNotEqualTo(train.text(3, 17));
    ScenesDataset test = ScenesDataset.test(DEFAULT);
    assertThat(test.text(0, 5)).isEqualTo(test.text(1, 5));
    assertThat(test.text(0, 5)).isNotEqualTo(ScenesDataset.dev(DEFAULT).text(0, 5));
  }

  @Test
  void picturesAreNamedByPartAndPosition() {
    Example test = ScenesDataset.test(DEFAULT).example(7, 123);
    assertThat(test.pictures().get(0).name()).isEqualTo("scenes/test/000123");
    assertThat(test.type()).isIn(QUESTIONS.stream().map(SceneKind::type).toList());
    assertThat(ScenesDataset.train(DEFAULT).example(2, 5).pictures().get(0).name())
        .isEqualTo("scenes/train/2/000005");
  }

  @Test
  void wordsAloneTellNothing() {
    for (ScenesSettings settings : List.of(DEFAULT, rich(HELD_OUT))) {
      List<SceneText> train = draw(ScenesDataset.train(settings), 50, 30_000);
      List<SceneText> other = draw(ScenesDataset.train(settings), 51, 30_000);
      for (SceneKind kind : QUESTIONS) {
        WordGuesser words = new WordGuesser(of(kind, train));
        List<SceneText> asked = of(kind, other);
        double majority = majorityByWanted(asked);
        double margin = RELATIONAL.contains(kind) ? 0.05 : 0.08;
        assertThat(words.accuracy(asked)).as(kind.type()).isLessThan(majority + margin);
      }
    }
  }

  @Test
  void answersAreBalanced() {
    List<SceneText> questions = draw(ScenesDataset.train(DEFAULT), 50, 40_000);
    for (SceneKind kind : QUESTIONS) {
      Map<String, Map<String, Integer>> byWanted = new TreeMap<>();
      for (SceneText question : of(kind, questions)) {
        byWanted
            .computeIfAbsent(wanted(question), key -> new TreeMap<>())
            .merge(question.answer(), 1, Integer::sum);
      }
      byWanted.forEach(
          (wanted, counts) -> {
            int total = counts.values().stream().mapToInt(Integer::intValue).sum();
            double fair = total / (double) counts.size();
            counts.forEach(
                (answer, count) ->
                    assertThat((double) count)
                        .as("%s %s: %s", kind, wanted, answer)
                        .isBetween(fair - 5 * Math.sqrt(fair), fair + 5 * Math.sqrt(fair)));
          });
    }
  }

  @Test
  void howManyObjectsThereAreTellsNothingOfNeighbours() {
    Stage few = new Stage(1, 1, 2, Map.of(SceneKind.NEIGHBOUR, 1.0));
    ScenesSettings settings = with(new Grid(3, 3, 16), 0, Map.of(), 0, List.of(few));
    assertThat(draw(ScenesDataset.train(settings), 0, 500))
        .allSatisfy(question -> assertThat(question.scene().objects()).hasSize(3));
  }

  @Test
  void stagesFollowEachOther() {
    ScenesDataset train = ScenesDataset.train(DEFAULT);
    Stage first = DEFAULT.stages().get(0);
    for (SceneText question : draw(train, first.epochs() - 1, 500)) {
      assertThat(first.mixture().getOrDefault(question.kind(), 0.0)).isPositive();
      assertThat(question.scene().objects()).hasSizeLessThanOrEqualTo(first.maxObjects());
    }
    Set<SceneKind> kinds = EnumSet.noneOf(SceneKind.class);
    draw(train, 1_000, 500).forEach(question -> kinds.add(question.kind()));
    assertThat(kinds).containsExactlyInAnyOrderElementsOf(QUESTIONS);
  }

  @Test
  void pairsHeldOutAppearInUnseenOnly() {
    ScenesSettings settings = rich(HELD_OUT);
    for (SceneText question : draw(ScenesDataset.train(settings), 50, 5_000)) {
      assertThat(question.scene().objects()).noneMatch(object -> settings.holdsOut(object.look()));
    }
    for (int index = 0; index < 1_000; index++) {
      SceneText question = ScenesDataset.unseen(TaskName.VQA, settings).text(0, index);
      assertThat(new SceneChecker(question.scene()).answer(question.text()))
          .isEqualTo(question.answer());
      List<String> words = new ArrayList<>(bag(question.text()));
      words.add(question.answer());
      assertThat(words)
          .as(question.text())
          .satisfiesAnyOf(
              all -> assertThat(String.join(" ", all)).contains("red").contains("circle"),
              all -> assertThat(String.join(" ", all)).contains("blue").contains("cross"));
    }
    assertThatThrownBy(() -> ScenesDataset.unseen(TaskName.VQA, DEFAULT))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("heldOut");
  }

  @Test
  void impossibleSettingsAreRefused() {
    assertThatThrownBy(() -> with(new Grid(3, 3, 16), 2, Map.of(), 0))
        .isInstanceOf(InputException.class)
        .hasMessage("scenes.jitter: found 2; allowed: 0 to 1 pixels in cells of 16");
    assertThatThrownBy(() -> with(new Grid(1, 9, 16), 0, Map.of(), 0))
        .hasMessageContaining("scenes.grid");
    assertThatThrownBy(() -> with(new Grid(2, 3, 16), 0, Map.of(), 0))
        .hasMessageContaining("scenes.stages: found up to 8 objects");
    assertThatThrownBy(() -> with(new Grid(2, 6, 16), 0, Map.of(), 0))
        .hasMessageContaining("at most 5 rows and columns");
    assertThatThrownBy(() -> new Stage(1, 1, 2, Map.of(SceneKind.COUNT, 0.0)))
        .hasMessageContaining("at least one weight above 0");
  }

  private static ScenesSettings rich(Map<Shape, Colour> heldOut) {
    return with(new Grid(3, 4, 20), 2, heldOut, 0.3);
  }

  private static ScenesSettings with(
      Grid grid, int jitter, Map<Shape, Colour> heldOut, double occlusion) {
    return with(grid, jitter, heldOut, occlusion, DEFAULT.stages());
  }

  private static ScenesSettings with(
      Grid grid, int jitter, Map<Shape, Colour> heldOut, double occlusion, List<Stage> stages) {
    return new ScenesSettings(
        1,
        grid,
        jitter,
        EnumSet.allOf(Attribute.class),
        10,
        occlusion,
        heldOut,
        stages,
        50_000,
        100,
        1_000);
  }

  private static List<SceneText> draw(ScenesDataset data, int epoch, int count) {
    List<SceneText> questions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      questions.add(data.text(epoch + i / data.size(), i % data.size()));
    }
    return questions;
  }

  private static List<SceneText> of(SceneKind kind, List<SceneText> questions) {
    return questions.stream().filter(question -> question.kind() == kind).toList();
  }

  private static List<String> bag(String text) {
    return List.of(text.replace("?", " ?").split(" "));
  }

  /** The attribute asked for, without which chance cannot be told; empty where there is none. */
  private static String wanted(SceneText question) {
    return bag(question.text()).stream()
        .filter(Set.of("size", "texture", "color", "shape")::contains)
        .findFirst()
        .orElse("");
  }

  /** Accuracy of saying the most frequent answer to each attribute asked for. */
  private static double majorityByWanted(List<SceneText> questions) {
    Map<String, Map<String, Integer>> counts = new HashMap<>();
    for (SceneText question : questions) {
      counts
          .computeIfAbsent(wanted(question), key -> new HashMap<>())
          .merge(question.answer(), 1, Integer::sum);
    }
    double right = 0;
    for (Map<String, Integer> answers : counts.values()) {
      right += answers.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    }
    return right / questions.size();
  }

  /** Naive Bayes over the words of a question, with add-one smoothing. */
  private static final class WordGuesser {
    private final Map<String, Integer> answers = new HashMap<>();
    private final Map<String, Map<String, Integer>> words = new HashMap<>();

    WordGuesser(List<SceneText> questions) {
      for (SceneText question : questions) {
        answers.merge(question.answer(), 1, Integer::sum);
        Map<String, Integer> seen =
            words.computeIfAbsent(question.answer(), key -> new HashMap<>());
        new HashSet<>(bag(question.text())).forEach(word -> seen.merge(word, 1, Integer::sum));
      }
    }

    double accuracy(List<SceneText> questions) {
      long right = questions.stream().filter(q -> guess(q.text()).equals(q.answer())).count();
      return right / (double) questions.size();
    }

    private String guess(String text) {
      String best = "";
      double highest = Double.NEGATIVE_INFINITY;
      for (Map.Entry<String, Integer> answer : answers.entrySet()) {
        Map<String, Integer> seen = words.getOrDefault(answer.getKey(), Map.of());
        double score = Math.log(answer.getValue());
        for (String word : new HashSet<>(bag(text))) {
          score += Math.log((seen.getOrDefault(word, 0) + 1.0) / (answer.getValue() + 2.0));
        }
        if (score > highest) {
          highest = score;
          best = answer.getKey();
        }
      }
      return best;
    }
  }
}
