package org.dide.data.scenes;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.dide.data.TaskName;
import org.dide.random.Draws;

/**
 * Statements that a scene entails, contradicts or leaves open. Words and class are drawn first,
 * independently of each other, and a scene is then arranged of which the class is true: so a
 * statement's words alone tell nothing.
 *
 * <p>What makes a statement neutral is a curtain before a row or a column. Statements are about the
 * whole scene, behind the curtain too, where each cell may be empty or hold any one object; "the
 * circle" says that there is exactly one. A statement is entailed if it is true whatever is behind
 * the curtain, contradicted if it is false whatever is there, and neutral otherwise. A curtain
 * alone gives nothing away: there are curtains in every class, before cells that do not matter.
 */
final class SceneClaims implements SceneTexts {
  private static final int FEWEST_COUNTED = 2;
  private static final int MOST_COUNTED = 4;

  private final Cast cast;

  /** Statements about a cast. */
  SceneClaims(Cast cast) {
    this.cast = cast;
  }

  /** Every word of the statements, in alphabetical order, with {@code .}. */
  static List<String> words() {
    SortedSet<String> words = SceneTexts.commonWords(TaskName.ENTAILMENT);
    for (int line = 1; line <= Grid.MOST_NUMBERED; line++) {
      words.add(Integer.toString(line));
    }
    return List.copyOf(words);
  }

  @Override
  public TaskName task() {
    return TaskName.ENTAILMENT;
  }

  @Override
  public SceneText draw(Stage stage, Draws draws) {
    Stage told = cast.unseen() ? stage.without(SceneKind.CELL, SceneKind.ALIKE) : stage;
    return new Claiming(told.drawKind(draws), told, cast, draws).claim();
  }

  /** What a scene makes of a statement: the task's classes. */
  private enum Verdict {
    CONTRADICTION,
    ENTAILMENT,
    NEUTRAL;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** One statement in the making. */
  private static final class Claiming extends Composer {
    private final Arrangement arrangement;
    private final List<Curtain> curtains;

    Claiming(SceneKind kind, Stage stage, Cast cast, Draws draws) {
      super(kind, stage, cast, draws);
      this.arrangement = arrangement();
      this.curtains = Curtain.all(grid);
    }

    SceneText claim() {
      return switch (kind) {
        case SHOWN -> shown();
        case NUMBER -> number();
        case LOOK -> look();
        case CELL -> cell();
        case BESIDE -> beside();
        case ALIKE -> alike();
        default -> throw new IllegalStateException(kind + " is no kind of claim");
      };
    }

    private SceneText shown() {
      Description told = describe(subject(), 1 + draws.nextInt(2));
      int which = draws.nextInt(kind.phrasings().size());
      boolean denied = which % 2 == 1;
      Verdict verdict = verdict();
      boolean visible = verdict == (denied ? Verdict.CONTRADICTION : Verdict.ENTAILMENT);
      boolean open = verdict == Verdict.NEUTRAL;
      Optional<Curtain> curtain = curtain(open || (visible && draws.nextBoolean(0.5)));
      Look look = visible ? cast.palette().draw(draws, told, List.of()) : nearMiss(told);
      arrangement.plant(pick(visible(curtain)), look);
      if (open && draws.nextBoolean(0.5)) {
        arrangement.plant(pick(hidden(curtain)), cast.palette().draw(draws, told, List.of()));
      }
      arrangement.fill(stage, visible ? List.of() : List.of(told));
      return finish(
          kind.phrasings().get(which).formatted(told.indefinite(), told.singular()),
          curtain,
          verdict);
    }

    private SceneText number() {
      Description told = describe(subject(), 1);
      Bound bound = pick(Bound.ALL);
      int number = FEWEST_COUNTED + draws.nextInt(mostCounted() - FEWEST_COUNTED + 1);
      Verdict verdict = verdict();
      Optional<Curtain> curtain =
          curtain(
              verdict == Verdict.NEUTRAL
                  || (bound.mayHaveCurtain(verdict) && draws.nextBoolean(0.5)));
      int count = number + bound.drawOffset(verdict, curtain.isPresent(), draws);
      for (int i = 0; i < count; i++) {
        arrangement.plant(pick(visible(curtain)), cast.palette().draw(draws, told, List.of()));
      }
      if (curtain.isPresent() && draws.nextBoolean(0.5)) {
        arrangement.plant(pick(hidden(curtain)), cast.palette().draw(draws, told, List.of()));
      }
      arrangement.fill(stage, List.of(told));
      return finish(
          kind.phrasings().get(Bound.ALL.indexOf(bound)).formatted(number, told.plural()),
          curtain,
          verdict);
    }

    /** Numbers that leave room for one more beside the widest curtain. */
    private int mostCounted() {
      return Math.min(MOST_COUNTED, grid.cells() - Math.max(grid.rows(), grid.columns()) - 1);
    }

    private SceneText look() {
      Look subject = subject();
      Attribute wanted = wanted();
      Description named = Description.of(subject.value(other(wanted)));
      Description told = Description.of(subject.value(wanted));
      Verdict verdict = verdict();
      Optional<Curtain> curtain = curtain(true);
      Look look = judged(named, told, verdict);
      arrangement.plant(
          pick(verdict == Verdict.NEUTRAL ? hidden(curtain) : visible(curtain)), look);
      arrangement.fill(stage, List.of(named));
      return finish(phrasing().formatted(named.singular(), predicate(told)), curtain, verdict);
    }

    private SceneText cell() {
      Description told = Description.of(pick(pick(cast.attributes()).choices()));
      int place = draws.nextInt(grid.cells());
      Verdict verdict = verdict();
      boolean open = verdict == Verdict.NEUTRAL;
      Optional<Curtain> curtain = curtain(each -> each.hides(place) == open);
      arrangement.plant(place, judged(new Description(List.of()), told, verdict));
      arrangement.fill(stage, List.of());
      String text =
          phrasing()
              .formatted(1 + place / grid.columns(), 1 + place % grid.columns(), predicate(told));
      return finish(text, curtain, verdict);
    }

    /** A look that a description names, and of which another is true, false, or either. */
    private Look judged(Description named, Description told, Verdict verdict) {
      boolean holds =
          verdict == Verdict.ENTAILMENT || (verdict == Verdict.NEUTRAL && draws.nextBoolean(0.5));
      return holds
          ? cast.palette().draw(draws, named.with(told.values().get(0)), List.of())
          : cast.palette().draw(draws, named, List.of(told));
    }

    private SceneText beside() {
      Description reference = reference();
      Description told = besides(reference);
      Direction direction = direction();
      Verdict verdict = verdict();
      boolean open = verdict == Verdict.NEUTRAL;
      Step step = drawStep(direction);
      Optional<Curtain> curtain =
          curtain(each -> !each.hides(step.from()) && each.hides(step.to()) == open);
      List<Integer> elsewhere = visible(curtain);
      elsewhere.retainAll(beyond(step));
      plantBeside(arrangement, step, told, reference, verdict == Verdict.ENTAILMENT, elsewhere);
      if (open && draws.nextBoolean(0.5)) {
        arrangement.plant(step.to(), bystander(told, reference)); // it may be behind the curtain
      }
      arrangement.fill(stage, List.of(reference, told));
      return finish(
          phrasing().formatted(told.indefinite(), direction.words(), reference.singular()),
          curtain,
          verdict);
    }

    private SceneText alike() {
      Attribute wanted = wanted();
      List<Value> values = new ArrayList<>(plentiful(wanted).choices());
      Description first = Description.of(values.remove(draws.nextInt(values.size())));
      Description second = Description.of(pick(values));
      Verdict verdict = verdict();
      Optional<Curtain> curtain = curtain(true);
      boolean open = verdict == Verdict.NEUTRAL;
      boolean same = verdict == Verdict.ENTAILMENT || (open && draws.nextBoolean(0.5));
      boolean hidesFirst = open && draws.nextBoolean(0.5);
      Look look = cast.palette().draw(draws, first, List.of());
      Look another = cast.palette().draw(draws, second, List.of());
      while ((look.value(wanted) == another.value(wanted)) != same) {
        look = cast.palette().draw(draws, first, List.of());
        another = cast.palette().draw(draws, second, List.of());
      }
      arrangement.plant(pick(hidesFirst ? hidden(curtain) : visible(curtain)), look);
      arrangement.plant(pick(open && !hidesFirst ? hidden(curtain) : visible(curtain)), another);
      arrangement.fill(stage, List.of(first, second));
      return finish(
          phrasing().formatted(first.singular(), second.singular(), wanted.word()),
          curtain,
          verdict);
    }

    /** Colour or shape: with both sizes named, nothing would be left to fill the picture with. */
    private Attribute plentiful(Attribute wanted) {
      List<Attribute> named = new ArrayList<>(List.of(Attribute.COLOUR, Attribute.SHAPE));
      named.remove(wanted);
      return pick(named);
    }

    private Verdict verdict() {
      return pick(List.of(Verdict.values()));
    }

    private Optional<Curtain> curtain(boolean drawn) {
      return drawn ? Optional.of(pick(curtains)) : Optional.empty();
    }

    private Optional<Curtain> curtain(Predicate<Curtain> fits) {
      return Optional.of(pick(curtains.stream().filter(fits).toList()));
    }

    private List<Integer> visible(Optional<Curtain> curtain) {
      return free(place -> curtain.isEmpty() || !curtain.get().hides(place));
    }

    private List<Integer> hidden(Optional<Curtain> curtain) {
      return free(place -> curtain.isPresent() && curtain.get().hides(place));
    }

    private List<Integer> free(IntPredicate wanted) {
      List<Integer> places = arrangement.freePlaces();
      places.removeIf(place -> !wanted.test(place));
      return places;
    }

    private SceneText finish(String text, Optional<Curtain> curtain, Verdict verdict) {
      curtain.ifPresent(arrangement::hide);
      return new SceneText(kind, List.of(arrangement.scene()), text, verdict.toString());
    }
  }

  /** What is said of a number, in the order of the phrasings. */
  private enum Bound {
    AT_LEAST,
    AT_MOST,
    EXACTLY;

    private static final List<Bound> ALL = List.of(values());

    /** Whether the verdict can be certain although there is more behind a curtain. */
    boolean mayHaveCurtain(Verdict verdict) {
      return this == AT_LEAST ? verdict == Verdict.ENTAILMENT : verdict == Verdict.CONTRADICTION;
    }

    /** By how much what is visible differs from the number: as little as the verdict allows. */
    int drawOffset(Verdict verdict, boolean curtain, Draws draws) {
      boolean either = draws.nextBoolean(0.5);
      return switch (this) {
        case AT_LEAST -> verdict == Verdict.ENTAILMENT ? 0 : -1;
        case AT_MOST -> verdict == Verdict.CONTRADICTION ? 1 : 0;
        case EXACTLY ->
            switch (verdict) {
              case ENTAILMENT -> 0;
              case CONTRADICTION -> curtain || either ? 1 : -1;
              case NEUTRAL -> either ? 0 : -1;
            };
      };
    }
  }

  /** "red", or "a circle". */
  private static String predicate(Description told) {
    return told.names(Attribute.SHAPE) ? told.indefinite() : told.values().get(0).word();
  }
}
