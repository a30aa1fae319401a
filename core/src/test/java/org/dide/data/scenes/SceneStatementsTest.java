package org.dide.data.scenes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.dide.InputException;
import org.dide.data.BagOfWords;
import org.dide.data.CaptionedPicture;
import org.dide.data.DataStatistics;
import org.dide.data.Example;
import org.dide.data.Label;
import org.dide.data.Split;
import org.dide.data.Splits;
import org.dide.data.TaskName;
import org.dide.random.Draws;
import org.dide.train.Recipes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Statements about pairs and about curtained scenes, and captions. */
class SceneStatementsTest {
  private static final Map<Shape, Colour> HELD_OUT =
      Map.of(Shape.CIRCLE, Colour.RED, Shape.CROSS, Colour.BLUE);

  @Test
  void statementsAboutPairsAreAsTrueAsTheySay() {
    for (ScenesSettings settings : settings(TaskName.REASONING)) {
      for (int epoch : new int[] {0, 6, 50}) {
        for (SceneText text : draw(TaskName.REASONING, settings, epoch, 1_000)) {
          assertThat(new StatementChecker(text.scenes()).judge(text.text()))
              .as("%s of %s", text.text(), text.scenes())
              .contains(Boolean.valueOf(text.answer()));
        }
      }
    }
  }

  @Test
  void whatIsBehindCurtainsDecidesNothingButWhatIsNeutral() {
    for (ScenesSettings settings : settings(TaskName.ENTAILMENT)) {
      for (int epoch : new int[] {0, 6, 50}) {
        List<SceneText> texts = draw(TaskName.ENTAILMENT, settings, epoch, 150);
        for (int i = 0; i < texts.size(); i++) {
          SceneText text = texts.get(i);
          Set<Boolean> verdicts = verdicts(text, Draws.of(i, "worlds"));
          assertThat(verdicts)
              .as("%s of %s", text.text(), text.scene())
              .containsExactlyInAnyOrderElementsOf(
                  switch (text.answer()) {
                    case "entailment" -> Set.of(true);
                    case "contradiction" -> Set.of(false);
                    default -> Set.of(true, false);
                  });
        }
      }
    }
  }

  @Test
  void whatIsReallyBehindTheCurtainIsNotToBeSeen() {
    SceneRenderer renderer = new SceneRenderer(ScenesSettings.DEFAULT.grid());
    int hidden = 0;
    for (SceneText text :
        draw(TaskName.ENTAILMENT, settings(TaskName.ENTAILMENT).get(0), 50, 300)) {
      Scene scene = text.scene();
      List<SceneObject> seen =
          scene.objects().stream().filter(object -> !scene.hides(object.place())).toList();
      hidden += scene.objects().size() - seen.size();
      Scene bare = new Scene(scene.grid(), seen, scene.clutter(), scene.covers());
      assertThat(renderer.render(bare).rgb()).isEqualTo(renderer.render(scene).rgb());
    }
    assertThat(hidden).isGreaterThan(100);
  }

  @Test
  void curtainsHangInEveryClass() {
    Map<String, Integer> curtained = new TreeMap<>();
    for (SceneText text :
        draw(TaskName.ENTAILMENT, settings(TaskName.ENTAILMENT).get(0), 50, 3_000)) {
      boolean curtain = IntStream.range(0, 9).anyMatch(place -> text.scene().hides(place));
      curtained.merge(text.answer(), curtain ? 1 : 0, Integer::sum);
      assertThat(curtain || !text.answer().equals("neutral")).isTrue();
    }
    assertThat(curtained.values()).allMatch(count -> count > 500);
  }

  @ParameterizedTest
  @EnumSource(names = {"REASONING", "ENTAILMENT"})
  void wordsAloneTellNothing(TaskName task) {
    for (ScenesSettings settings : settings(task)) {
      List<SceneText> train = draw(task, settings, 50, 20_000);
      List<SceneText> test = draw(task, settings, 60, 20_000);
      assertBlind("all kinds", train, test);
      for (SceneKind kind : SceneKind.of(task)) {
        assertBlind(kind.type(), of(kind, train), of(kind, test));
      }
    }
  }

  /** Within five points of the majority, and no class much more frequent than another. */
  private static void assertBlind(String kind, List<SceneText> train, List<SceneText> test) {
    BagOfWords words =
        BagOfWords.train(
            train.stream().map(SceneText::text).toList(),
            train.stream().map(SceneText::answer).toList());
    Map<String, Integer> classes = new TreeMap<>();
    test.forEach(text -> classes.merge(text.answer(), 1, Integer::sum));
    double majority = classes.values().stream().mapToInt(i -> i).max().orElseThrow();
    long right = test.stream().filter(t -> words.answer(t.text()).equals(t.answer())).count();
    assertThat(right / (double) test.size())
        .as("%s: bag of words", kind)
        .isBetween(majority / test.size() - 0.05, majority / test.size() + 0.05);
    assertThat(majority / test.size())
        .as("%s: majority", kind)
        .isLessThan(1.0 / classes.size() + 0.04);
  }

  @ParameterizedTest
  @EnumSource(names = {"REASONING", "ENTAILMENT"})
  void theCommandsBaselineFindsNothingInTheWords(TaskName task) {
    ScenesSettings settings = defaults(task);
    Splits splits =
        new Splits(
            ScenesDataset.of(task, Split.TRAIN, settings),
            ScenesDataset.of(task, Split.DEV, settings),
            ScenesDataset.of(task, Split.TEST, settings));
    for (DataStatistics.BlindScores score : DataStatistics.of(splits, 3).blindScores()) {
      assertThat(score.bagOfWords()).isBetween(score.majority() - 0.05, score.majority() + 0.05);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"REASONING", "ENTAILMENT", "RETRIEVAL"})
  void wordsAreClosed(TaskName task) {
    Set<String> words = new HashSet<>();
    ScenesSettings wide = with(task, new Grid(2, 5, 20), 2, Map.of());
    ScenesSettings high = with(task, new Grid(5, 3, 20), 2, Map.of());
    for (ScenesSettings settings : List.of(wide, high)) {
      for (SceneText text : draw(task, settings, 50, 10_000)) {
        words.addAll(List.of(text.text().replaceAll("[.,]", " $0").split(" ")));
      }
    }
    assertThat(words).containsExactlyInAnyOrderElementsOf(ScenesDataset.words(task));
  }

  @Test
  void whatIsPretrainedKnowsTheWordsOfEveryTask() {
    Set<String> words = new HashSet<>();
    for (TaskName task :
        List.of(TaskName.VQA, TaskName.REASONING, TaskName.ENTAILMENT, TaskName.RETRIEVAL)) {
      words.addAll(ScenesDataset.words(task));
    }
    assertThat(ScenesDataset.words(TaskName.PRETRAINING))
        .isSorted()
        .containsExactlyInAnyOrderElementsOf(words);
  }

  @ParameterizedTest
  @EnumSource(names = {"REASONING", "ENTAILMENT", "RETRIEVAL", "PRETRAINING"})
  void aPositionDeterminesItsExample(TaskName task) {
    ScenesSettings settings = defaults(task);
    Example first = ScenesDataset.of(task, Split.TRAIN, settings).example(3, 17);
    Example again = ScenesDataset.of(task, Split.TRAIN, settings).example(3, 17);
    assertThat(again.text()).isEqualTo(first.text());
    assertThat(again.label()).isEqualTo(first.label()).isNotInstanceOf(Label.Answers.class);
    assertThat(again.pictures()).hasSize(task.pictures());
    for (int i = 0; i < task.pictures(); i++) {
      assertThat(again.pictures().get(i).load().rgb())
          .isEqualTo(first.pictures().get(i).load().rgb());
    }
    ScenesDataset test = ScenesDataset.of(task, Split.TEST, settings);
    assertThat(test.text(0, 5)).isEqualTo(test.text(1, 5));
    assertThat(test.text(0, 5))
        .isNotEqualTo(ScenesDataset.of(task, Split.DEV, settings).text(0, 5));
    assertThat(test.name()).isEqualTo("scenes-" + task + "/test");
    assertThat(test.example(0, 5).pictures().get(0).name())
        .isEqualTo(test.name() + "/000005" + (task.pictures() == 2 ? "/left" : ""));
  }

  @ParameterizedTest
  @EnumSource(names = {"REASONING", "ENTAILMENT", "RETRIEVAL", "PRETRAINING"})
  void pairsHeldOutAppearInUnseenOnly(TaskName task) {
    ScenesSettings settings = with(task, new Grid(3, 4, 20), 2, HELD_OUT);
    for (SceneText text : draw(task, settings, 50, 3_000)) {
      for (Scene scene : text.scenes()) {
        assertThat(scene.objects()).noneMatch(object -> settings.holdsOut(object.look()));
      }
    }
    ScenesDataset unseen = ScenesDataset.unseen(task, settings);
    for (int index = 0; index < 1_000; index++) {
      String text = unseen.text(0, index).text();
      assertThat(text)
          .satisfiesAnyOf(
              all -> assertThat(all).contains("red").contains("circle"),
              all -> assertThat(all).contains("blue").contains("cross"));
    }
  }

  @Test
  void everyKindIsDrawnInTheEnd() {
    for (TaskName task :
        List.of(
            TaskName.REASONING, TaskName.ENTAILMENT, TaskName.RETRIEVAL, TaskName.PRETRAINING)) {
      Set<SceneKind> kinds = EnumSet.noneOf(SceneKind.class);
      draw(task, defaults(task), 50, 500).forEach(text -> kinds.add(text.kind()));
      assertThat(kinds).containsExactlyInAnyOrderElementsOf(SceneKind.of(task));
    }
  }

  @Test
  void kindsOfAnotherTaskAreRefused() {
    assertThatThrownBy(
            () -> ScenesDataset.of(TaskName.REASONING, Split.DEV, defaults(TaskName.ENTAILMENT)))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "scenes.stages.mixture.shown: found a kind of the task entailment; allowed for the"
                + " task reasoning: [both, only, more, same_number, together, same_look,"
                + " both_beside, same_beside]");
    assertThatThrownBy(() -> ScenesDataset.dev(defaults(TaskName.REASONING)))
        .hasMessageStartingWith("scenes.stages.mixture.both: found a kind of the task reasoning");
  }

  @Test
  void captionsAreTrueAndSeveral() {
    for (ScenesSettings settings : settings(TaskName.VQA)) {
      for (int epoch : new int[] {0, 50}) {
        for (CaptionedPicture picture :
            ScenesDataset.captions(Split.TRAIN, settings.withSizes(300), epoch).toList()) {
          Scene scene = ((ScenePicture) picture.picture()).scene();
          assertThat(new HashSet<>(picture.captions())).hasSize(5);
          for (String caption : picture.captions()) {
            assertThat(isTrue(caption, scene)).as("%s of %s", caption, scene).isTrue();
          }
        }
      }
    }
    assertThat(ScenesDataset.captions(Split.DEV, ScenesSettings.DEFAULT.withSizes(2), 0).toList())
        .extracting(CaptionedPicture::id)
        .containsExactly("dev/000000", "dev/000001");
  }

  @ParameterizedTest
  @EnumSource(names = {"RETRIEVAL", "PRETRAINING"})
  void captionsFitTheirSceneAndFewOthers(TaskName task) {
    for (ScenesSettings settings : settings(task)) {
      for (int epoch : new int[] {0, 6, 50}) {
        List<SceneText> texts = draw(task, settings, epoch, 300);
        int fitting = 0;
        for (SceneText text : texts) {
          assertThat(text.text().split("[ .,]+")).hasSizeLessThanOrEqualTo(35);
          assertThat(isTrue(text.text(), text.scene()))
              .as("%s of %s", text.text(), text.scene())
              .isTrue();
          fitting += (int) texts.stream().filter(t -> isTrue(text.text(), t.scene())).count() - 1;
        }
        if (epoch == 50) {
          assertThat(fitting / 300.0 / 300).as("share of other scenes").isLessThan(0.02);
        }
      }
    }
  }

  @Test
  void captionsSayWhatTheirKindsSay() {
    ScenesSettings settings = defaults(TaskName.RETRIEVAL);
    List<SceneText> texts = draw(TaskName.RETRIEVAL, settings, 50, 500);
    assertThat(of(SceneKind.PLACED, texts)).allMatch(text -> text.text().contains(" in row "));
    assertThat(of(SceneKind.RELATED, texts)).allMatch(text -> text.text().contains(" just "));
    assertThat(of(SceneKind.COUNTED, texts)).allMatch(text -> text.text().matches(".*\\d.*"));
    assertThat(of(SceneKind.NAMED, texts)).noneMatch(text -> text.text().matches(".*(\\d|just).*"));
  }

  private static boolean isTrue(String caption, Scene scene) {
    SceneChecker checker = new SceneChecker(scene);
    String what = caption.replaceAll("^(a picture of|this picture shows) |\\.$", "");
    return Arrays.stream(what.split("(, | and )(?=an? |\\d )"))
        .allMatch(part -> holds(part, checker, scene.grid()));
  }

  private static boolean holds(String part, SceneChecker checker, Grid grid) {
    if (part.matches("\\d .*")) {
      return checker.all(part.substring(2)).size() == Integer.parseInt(part.substring(0, 1));
    }
    String[] placed = part.split(" in row | and column ");
    if (placed.length == 3) {
      int row = Integer.parseInt(placed[1]) - 1;
      int place = row * grid.columns() + Integer.parseInt(placed[2]) - 1;
      return named(checker, placed[0]).stream().anyMatch(object -> object.place() == place);
    }
    String[] related = part.split(" (?=just )|(?<=of|above|below) (?=an? )");
    if (related.length == 3) {
      return named(checker, related[2]).stream()
          .map(object -> checker.beside(object, related[1]))
          .flatMap(Optional::stream)
          .anyMatch(named(checker, related[0])::contains);
    }
    return !named(checker, part).isEmpty();
  }

  private static List<SceneObject> named(SceneChecker checker, String indefinite) {
    return checker.all(indefinite.replaceAll("^an? ", ""));
  }

  /** What a statement comes to in scenes that look the same, with anything behind the curtain. */
  private static Set<Boolean> verdicts(SceneText text, Draws draws) {
    Scene scene = text.scene();
    Set<Boolean> verdicts = new HashSet<>();
    new StatementChecker(List.of(scene)).judge(text.text()).ifPresent(verdicts::add);
    assertThat(verdicts).as("what it takes for granted holds: %s", text).hasSize(1);
    List<Look> looks = Palette.of(EnumSet.allOf(Attribute.class)).looks();
    List<Look> likely = looks.stream().filter(look -> mentions(text.text(), look)).toList();
    for (int i = 0; i < 400; i++) {
      List<SceneObject> objects = new ArrayList<>();
      scene.objects().stream().filter(o -> !scene.hides(o.place())).forEach(objects::add);
      for (int place = 0; place < scene.grid().cells(); place++) {
        if (scene.hides(place) && draws.nextBoolean(0.5)) {
          List<Look> from = draws.nextBoolean(0.6) ? likely : looks;
          objects.add(new SceneObject(from.get(draws.nextInt(from.size())), place, 0, 0));
        }
      }
      Scene world = new Scene(scene.grid(), objects, scene.clutter(), scene.covers());
      new StatementChecker(List.of(world)).judge(text.text()).ifPresent(verdicts::add);
    }
    return verdicts;
  }

  /** Whether a look has a value that the text names, or the text names none. */
  private static boolean mentions(String text, Look look) {
    return text.contains("object")
        || Arrays.stream(Attribute.values()).anyMatch(a -> text.contains(look.value(a).word()));
  }

  private static List<SceneText> of(SceneKind kind, List<SceneText> texts) {
    return texts.stream().filter(text -> text.kind() == kind).toList();
  }

  private static List<SceneText> draw(
      TaskName task, ScenesSettings settings, int epoch, int count) {
    ScenesDataset data = ScenesDataset.of(task, Split.TRAIN, settings);
    List<SceneText> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      texts.add(data.text(epoch + i / data.size(), i % data.size()));
    }
    return texts;
  }

  private static ScenesSettings defaults(TaskName task) {
    return Recipes.defaults(task).data().scenes();
  }

  private static List<ScenesSettings> settings(TaskName task) {
    return List.of(
        defaults(task),
        with(task, new Grid(3, 4, 20), 2, Map.of()),
        with(task, new Grid(3, 4, 20), 2, HELD_OUT));
  }

  private static ScenesSettings with(
      TaskName task, Grid grid, int jitter, Map<Shape, Colour> heldOut) {
    return new ScenesSettings(
        1,
        grid,
        jitter,
        EnumSet.allOf(Attribute.class),
        10,
        0.3,
        heldOut,
        defaults(task).stages(),
        50_000,
        100,
        1_000);
  }
}
