package org.dide.data.scenes;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import org.dide.data.TaskName;
import org.dide.random.Draws;

/**
 * Statements about two scenes. Words and truth are drawn first, independently of each other, and
 * scenes are then arranged of which the statement is true or false: so its words alone tell
 * nothing. What is false is nearly true: one picture shows something alike instead, a number
 * differs by little, or the right object stands in the wrong place.
 */
final class ScenePairs implements SceneTexts {
  private static final int MOST_COUNTED = 4;
  private static final int FEWEST_TOGETHER = 2;

  private final Cast cast;

  /** Statements about a cast. */
  ScenePairs(Cast cast) {
    this.cast = cast;
  }

  /** Every word of the statements, in alphabetical order, with {@code .}. */
  static List<String> words() {
    SortedSet<String> words = SceneTexts.commonWords(TaskName.REASONING);
    for (int count = FEWEST_TOGETHER; count <= MOST_COUNTED; count++) {
      words.add(Integer.toString(count));
    }
    return List.copyOf(words);
  }

  @Override
  public TaskName task() {
    return TaskName.REASONING;
  }

  @Override
  public SceneText draw(Stage stage, Draws draws) {
    Stage told = cast.unseen() ? stage.without(SceneKind.SAME_LOOK) : stage;
    return new Telling(told.drawKind(draws), told, cast, draws).tell();
  }

  /** One statement in the making. */
  private static final class Telling extends Composer {
    private final Arrangement left;
    private final Arrangement right;
    private final List<Arrangement> both;

    Telling(SceneKind kind, Stage stage, Cast cast, Draws draws) {
      super(kind, stage, cast, draws);
      this.left = arrangement();
      this.right = arrangement();
      this.both = List.of(left, right);
    }

    SceneText tell() {
      return switch (kind) {
        case BOTH -> both();
        case ONLY -> only();
        case MORE -> more();
        case SAME_NUMBER -> sameNumber();
        case TOGETHER -> together();
        case SAME_LOOK -> sameLook();
        case BOTH_BESIDE -> bothBeside();
        case SAME_BESIDE -> sameBeside();
        default -> throw new IllegalStateException(kind + " is no kind of statement about pairs");
      };
    }

    private SceneText both() {
      Description told = describe(subject(), 1 + draws.nextInt(2));
      String text = phrasing().formatted(told.indefinite());
      boolean holds = truth();
      boolean leftLacks = !holds && draws.nextBoolean(0.5);
      show(left, told, !leftLacks);
      show(right, told, holds || leftLacks);
      return finish(text, holds);
    }

    private SceneText only() {
      Description told = describe(subject(), 1 + draws.nextInt(2));
      int which = draws.nextInt(kind.phrasings().size());
      boolean holds = truth();
      boolean inLeft = draws.nextBoolean(0.5);
      boolean inRight = draws.nextBoolean(0.5);
      while (isOnly(which, inLeft, inRight) != holds) {
        inLeft = draws.nextBoolean(0.5);
        inRight = draws.nextBoolean(0.5);
      }
      show(left, told, inLeft);
      show(right, told, inRight);
      return finish(kind.phrasings().get(which).formatted(told.indefinite()), holds);
    }

    /** Whether only the left (0), only the right (1), or exactly one picture (2) shows it. */
    private static boolean isOnly(int which, boolean inLeft, boolean inRight) {
      return inLeft != inRight && (which == 2 || inLeft == (which == 0));
    }

    /** Fills a picture that shows such an object, or something like it instead. */
    private void show(Arrangement picture, Description told, boolean shown) {
      Look look = shown ? cast.palette().draw(draws, told, List.of()) : nearMiss(told);
      picture.plant(pick(picture.freePlaces()), look);
      picture.fill(stage, shown ? List.of() : List.of(told));
    }

    private SceneText more() {
      Description told = describe(subject(), 1);
      int which = draws.nextInt(kind.phrasings().size());
      boolean holds = truth();
      int fewer = draws.nextInt(mostCounted());
      int more = Math.min(mostCounted(), fewer + 1 + draws.nextInt(2));
      boolean level = !holds && draws.nextBoolean(0.5);
      boolean moreLeft = (which == 0) == holds;
      count(told, level || moreLeft ? more : fewer, level || !moreLeft ? more : fewer);
      return finish(kind.phrasings().get(which).formatted(told.plural()), holds);
    }

    private SceneText sameNumber() {
      Description told = describe(subject(), 1);
      String text = phrasing().formatted(told.plural());
      boolean holds = truth();
      int number = draws.nextInt(1 + mostCounted());
      int another = holds ? number : oneOff(number, mostCounted());
      boolean turned = draws.nextBoolean(0.5);
      count(told, turned ? another : number, turned ? number : another);
      return finish(text, holds);
    }

    private SceneText together() {
      Description told = describe(subject(), 1);
      int number = FEWEST_TOGETHER + draws.nextInt(MOST_COUNTED - FEWEST_TOGETHER + 1);
      boolean holds = truth();
      int total = holds ? number : oneOff(number, MOST_COUNTED + 1);
      int inLeft = draws.nextInt(total + 1);
      count(told, inLeft, total - inLeft);
      return finish(phrasing().formatted(number, told.plural()), holds);
    }

    private SceneText sameLook() {
      Attribute wanted = wanted();
      Description told = Description.of(pick(other(wanted).choices()));
      String text = phrasing().formatted(wanted.word(), told.singular());
      boolean holds = truth();
      Look first = cast.palette().draw(draws, told, List.of());
      Look second = like(first, told, wanted, holds);
      left.plant(pick(left.freePlaces()), first);
      right.plant(pick(right.freePlaces()), second);
      both.forEach(picture -> picture.fill(stage, List.of(told)));
      return finish(text, holds);
    }

    /** Another look that fits a description, alike in an attribute or not. */
    private Look like(Look look, Description told, Attribute wanted, boolean alike) {
      Value value = look.value(wanted);
      return alike
          ? cast.palette().draw(draws, told.with(value), List.of())
          : cast.palette().draw(draws, told, List.of(Description.of(value)));
    }

    private SceneText bothBeside() {
      Description reference = reference();
      Description told = besides(reference);
      Direction direction = direction();
      String text =
          phrasing().formatted(told.indefinite(), direction.words(), reference.singular());
      boolean holds = truth();
      boolean leftLacks = !holds && draws.nextBoolean(0.5);
      for (Arrangement picture : both) {
        boolean lacks = !holds && (picture == left) == leftLacks;
        Step step = drawStep(direction);
        plantBeside(picture, step, told, reference, !lacks, beyond(step));
        picture.fill(stage, List.of(reference, told));
      }
      return finish(text, holds);
    }

    private SceneText sameBeside() {
      Description reference = reference();
      Attribute wanted = pick(cast.attributes());
      Direction direction = direction();
      String text = phrasing().formatted(wanted.word(), direction.words(), reference.singular());
      boolean holds = truth();
      List<Value> values = new ArrayList<>(wanted.choices());
      Value first = values.remove(draws.nextInt(values.size()));
      Value second = holds ? first : pick(values);
      plantNeighbour(left, direction, reference, first);
      plantNeighbour(right, direction, reference, second);
      return finish(text, holds);
    }

    private void plantNeighbour(
        Arrangement picture, Direction direction, Description reference, Value value) {
      Step step = drawStep(direction);
      plantReference(picture, step.from(), reference);
      picture.plant(step.to(), bystander(Description.of(value), reference));
      picture.fill(stage, List.of(reference));
    }

    /** Plants so many in each picture and fills up with others. */
    private void count(Description told, int inLeft, int inRight) {
      left.plant(inLeft, told, List.of());
      right.plant(inRight, told, List.of());
      both.forEach(picture -> picture.fill(stage, List.of(told)));
    }

    private boolean truth() {
      return draws.nextBoolean(0.5);
    }

    private int mostCounted() {
      return Math.min(MOST_COUNTED, Math.max(2, stage.maxObjects()));
    }

    /** One more or one fewer, from 0 to a limit. */
    private int oneOff(int number, int most) {
      boolean up = draws.nextBoolean(0.5);
      return number == 0 || (up && number < most) ? number + 1 : number - 1;
    }

    private SceneText finish(String text, boolean holds) {
      return new SceneText(
          kind, List.of(left.scene(), right.scene()), text, Boolean.toString(holds));
    }
  }
}
