package org.dide.data.scenes;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedSet;
import org.dide.data.Label;
import org.dide.data.TaskName;
import org.dide.random.Draws;

/**
 * Asks about scenes. Words and answer are drawn first, independently of each other, and a scene is
 * then arranged in which the answer holds: so a question's words alone tell nothing of its answer.
 */
public final class SceneQuestions implements SceneTexts {
  private static final int MOST_COUNTED = 5;
  private static final List<String> LINES = List.of("row", "column");
  private static final int MOST_COMPARED = 4;

  private final Cast cast;

  /** Questions about a cast. */
  SceneQuestions(Cast cast) {
    this.cast = cast;
  }

  /** Every word that questions use, in alphabetical order, with {@code ?}. */
  public static List<String> words() {
    SortedSet<String> words = SceneTexts.commonWords(TaskName.VQA);
    words.addAll(LINES);
    for (int line = 1; line <= Grid.MOST_NUMBERED; line++) {
      words.add(Integer.toString(line));
    }
    return List.copyOf(words);
  }

  /** Every answer that questions can have, whatever the settings. */
  public static List<String> answers() {
    List<String> answers = new ArrayList<>(List.of("no", "yes"));
    for (int count = 0; count <= MOST_COUNTED; count++) {
      answers.add(Integer.toString(count));
    }
    for (Attribute attribute : Attribute.values()) {
      attribute.choices().forEach(value -> answers.add(value.word()));
    }
    return List.copyOf(answers);
  }

  @Override
  public TaskName task() {
    return TaskName.VQA;
  }

  @Override
  public SceneText draw(Stage stage, Draws draws) {
    Stage asked = cast.unseen() ? stage.without(SceneKind.COMPARISON, SceneKind.PLACE) : stage;
    return new Asking(asked.drawKind(draws), asked, cast, draws).ask();
  }

  @Override
  public Label label(String answer) {
    return new Label.Answers(Map.of(answer, 1.0));
  }

  /** One question in the making. */
  private static final class Asking extends Composer {
    private final Arrangement arrangement;

    Asking(SceneKind kind, Stage stage, Cast cast, Draws draws) {
      super(kind, stage, cast, draws);
      this.arrangement = arrangement();
    }

    SceneText ask() {
      return switch (kind) {
        case EXISTS -> exists();
        case COUNT -> count();
        case ATTRIBUTE -> attribute();
        case WHERE -> where();
        case PLACE -> place();
        case COMPARISON -> comparison();
        case RELATION -> relation();
        case NEIGHBOUR -> neighbour();
        case TWO_HOP -> twoHop();
        default -> throw new IllegalStateException(kind + " is no kind of question");
      };
    }

    private SceneText exists() {
      Description asked = describe(subject(), 1 + draws.nextInt(2));
      boolean yes = draws.nextBoolean(0.5);
      if (yes) {
        arrangement.plant(1, asked, List.of());
        arrangement.fill(stage, List.of());
      } else {
        arrangement.fill(stage, List.of(asked));
      }
      return finish(phrasing().formatted(asked.indefinite(), asked.plural()), yesOrNo(yes));
    }

    private SceneText count() {
      Description asked = describe(subject(), 1);
      int count = draws.nextInt(1 + Math.min(MOST_COUNTED, stage.maxObjects()));
      arrangement.plant(count, asked, List.of());
      arrangement.fill(stage, List.of(asked));
      return finish(phrasing().formatted(asked.plural()), Integer.toString(count));
    }

    private SceneText attribute() {
      Look look = subject();
      Attribute wanted = wanted();
      Attribute named = other(wanted);
      Description asked = Description.of(look.value(named));
      arrangement.plant(pick(arrangement.freePlaces()), look);
      arrangement.fill(stage, List.of(asked));
      return finish(
          phrasing().formatted(wanted.word(), asked.singular()), look.value(wanted).word());
    }

    private SceneText where() {
      Description asked = reference();
      int place = draws.nextInt(grid.cells());
      int columns = grid.columns();
      String line = pick(LINES);
      int number = 1 + (line.equals("row") ? place / columns : place % columns);
      plantReference(arrangement, place, asked);
      arrangement.fill(stage, List.of(asked));
      return finish(phrasing().formatted(line, asked.singular()), Integer.toString(number));
    }

    private SceneText place() {
      Attribute wanted = pick(cast.attributes());
      Value answer = pick(wanted.choices());
      int place = draws.nextInt(grid.cells());
      int columns = grid.columns();
      arrangement.plant(place, cast.palette().draw(draws, Description.of(answer), List.of()));
      arrangement.fill(stage, List.of());
      return finish(
          phrasing().formatted(wanted.word(), 1 + place / columns, 1 + place % columns),
          answer.word());
    }

    private SceneText comparison() {
      // Sizes and textures are two each: nothing would be left to fill the picture with.
      List<Value> values =
          new ArrayList<>(pick(List.of(Attribute.COLOUR, Attribute.SHAPE)).choices());
      Description these = Description.of(values.remove(draws.nextInt(values.size())));
      Description those = Description.of(values.remove(draws.nextInt(values.size())));
      int relation = draws.nextInt(kind.phrasings().size());
      boolean yes = draws.nextBoolean(0.5);
      Counts counts = drawCounts(relation, yes);
      arrangement.plant(counts.first(), these, List.of());
      arrangement.plant(counts.second(), those, List.of());
      arrangement.fill(stage, List.of(these, those));
      return finish(
          kind.phrasings().get(relation).formatted(these.plural(), those.plural()), yesOrNo(yes));
    }

    /** Numbers of which "more", "fewer" or "as many" (0, 1, 2) holds or not. */
    private Counts drawCounts(int relation, boolean holds) {
      int most = Math.min(grid.cells(), Math.max(2, stage.maxObjects()));
      while (true) {
        int first = draws.nextInt(1 + MOST_COMPARED);
        int second = draws.nextInt(1 + MOST_COMPARED);
        int sign = Integer.signum(first - second);
        boolean held = relation == 0 ? sign > 0 : relation == 1 ? sign < 0 : sign == 0;
        if (held == holds && first + second >= 1 && first + second <= most) {
          return new Counts(first, second);
        }
      }
    }

    private SceneText relation() {
      Description reference = reference();
      Attribute wanted = pick(cast.attributes());
      Value answer = pick(wanted.choices());
      Direction direction = direction();
      Step step = drawStep(direction);
      plantReference(arrangement, step.from(), reference);
      arrangement.plant(step.to(), bystander(Description.of(answer), reference));
      arrangement.fill(stage, List.of(reference));
      return finish(
          phrasing().formatted(wanted.word(), direction.words(), reference.singular()),
          answer.word());
    }

    private SceneText neighbour() {
      Description reference = reference();
      Description asked = besides(reference);
      Direction direction = direction();
      Step step = drawStep(direction);
      boolean yes = draws.nextBoolean(0.5);
      plantBeside(arrangement, step, asked, reference, yes, beyond(step));
      arrangement.fill(stage, List.of(reference, asked));
      return finish(
          phrasing().formatted(asked.indefinite(), direction.words(), reference.singular()),
          yesOrNo(yes));
    }

    private SceneText twoHop() {
      Description reference = reference();
      Attribute wanted = pick(cast.attributes());
      Value answer = pick(wanted.choices());
      Direction first = direction();
      Direction second = direction();
      while (!fitsGrid(first, second)) {
        first = direction();
        second = direction();
      }
      Step nearer = drawStep(first);
      OptionalInt target = grid.neighbour(nearer.to(), second);
      while (target.isEmpty()) {
        nearer = drawStep(first);
        target = grid.neighbour(nearer.to(), second);
      }
      plantReference(arrangement, nearer.from(), reference);
      arrangement.plant(nearer.to(), bystander(new Description(List.of()), reference));
      arrangement.plant(target.getAsInt(), bystander(Description.of(answer), reference));
      arrangement.fill(stage, List.of(reference));
      return finish(
          phrasing().formatted(wanted.word(), second.words(), first.words(), reference.singular()),
          answer.word());
    }

    private SceneText finish(String text, String answer) {
      return new SceneText(kind, List.of(arrangement.scene()), text, answer);
    }

    /** Whether two steps lead to a third cell somewhere on the grid. */
    private boolean fitsGrid(Direction first, Direction second) {
      int rows = Math.abs(first.rows() + second.rows());
      int columns = Math.abs(first.columns() + second.columns());
      return rows + columns > 0 && rows < grid.rows() && columns < grid.columns();
    }
  }

  private static String yesOrNo(boolean yes) {
    return yes ? "yes" : "no";
  }

  private record Counts(int first, int second) {}
}
