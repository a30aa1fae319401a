package org.dide.data.scenes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeSet;
import org.dide.InputException;
import org.dide.random.Draws;

/**
 * Asks about scenes. Words and answer are drawn first, independently of each other, and a scene is
 * then arranged in which the answer holds: so a question's words alone tell nothing of its answer.
 */
public final class SceneQuestions {
  private static final int MOST_COUNTED = 5;
  private static final List<String> LINES = List.of("row", "column");
  private static final int MOST_COMPARED = 4;

  private final ScenesSettings settings;
  private final Palette palette;
  private final Palette subjects;
  private final boolean unseen;
  private final List<Attribute> attributes;

  private SceneQuestions(
      ScenesSettings settings, Palette palette, Palette subjects, boolean unseen) {
    this.settings = settings;
    this.palette = palette;
    this.subjects = subjects;
    this.unseen = unseen;
    this.attributes =
        Arrays.stream(Attribute.values()).filter(settings.attributes()::contains).toList();
  }

  /** Questions about everything but the pairs held out. */
  static SceneQuestions seen(ScenesSettings settings) {
    Palette palette = Palette.of(settings.attributes()).only(look -> !settings.holdsOut(look));
    return new SceneQuestions(settings, palette, palette, false);
  }

  /** Questions about pairs held out, among objects of every kind. */
  static SceneQuestions unseen(ScenesSettings settings) {
    if (settings.heldOut().isEmpty()) {
      throw new InputException(
          "scenes.heldOut: found no pairs; the unseen part needs at least one");
    }
    Palette palette = Palette.of(settings.attributes());
    return new SceneQuestions(settings, palette, palette.only(settings::holdsOut), true);
  }

  /** Every word that questions use, in alphabetical order, with {@code ?}. */
  public static List<String> words() {
    SortedSet<String> words = new TreeSet<>(List.of("?", "a", "an", "object", "objects"));
    for (SceneKind kind : SceneKind.values()) {
      for (String phrasing : kind.phrasings()) {
        addWords(words, phrasing.replaceAll("%(\\d\\$)?s|\\?", " "));
      }
    }
    words.addAll(LINES);
    for (int line = 1; line <= Grid.MOST_NUMBERED; line++) {
      words.add(Integer.toString(line));
    }
    for (Direction direction : Direction.values()) {
      addWords(words, direction.words());
    }
    for (Attribute attribute : Attribute.values()) {
      words.add(attribute.word());
      attribute.choices().forEach(value -> words.add(value.word()));
    }
    for (Shape shape : Shape.values()) {
      words.add(Description.plural(shape.word()));
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

  private static void addWords(SortedSet<String> words, String text) {
    words.addAll(List.of(text.strip().split("\\s+")));
  }

  /** A question of the stage's mixture, and its scene. */
  SceneQuestion ask(Stage stage, Draws draws) {
    Stage asked = unseen ? stage.without(SceneKind.COMPARISON, SceneKind.PLACE) : stage;
    SceneKind kind = asked.drawKind(draws);
    return new Asking(kind, asked, draws).ask();
  }

  /** One question in the making. */
  private final class Asking {
    private final SceneKind kind;
    private final Stage stage;
    private final Draws draws;
    private final Arrangement arrangement;

    Asking(SceneKind kind, Stage stage, Draws draws) {
      this.kind = kind;
      this.stage = stage;
      this.draws = draws;
      this.arrangement = new Arrangement(settings, palette, draws);
    }

    SceneQuestion ask() {
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
      };
    }

    private SceneQuestion exists() {
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

    private SceneQuestion count() {
      Description asked = describe(subject(), 1);
      int count = draws.nextInt(1 + Math.min(MOST_COUNTED, stage.maxObjects()));
      arrangement.plant(count, asked, List.of());
      arrangement.fill(stage, List.of(asked));
      return finish(phrasing().formatted(asked.plural()), Integer.toString(count));
    }

    private SceneQuestion attribute() {
      Look look = subject();
      Attribute wanted =
          unseen ? pick(List.of(Attribute.COLOUR, Attribute.SHAPE)) : pick(attributes);
      Attribute named = other(wanted);
      Description asked = Description.of(look.value(named));
      arrangement.plant(pick(arrangement.freePlaces()), look);
      arrangement.fill(stage, List.of(asked));
      return finish(
          phrasing().formatted(wanted.word(), asked.singular()), look.value(wanted).word());
    }

    private SceneQuestion where() {
      Description asked = reference();
      int place = draws.nextInt(settings.grid().cells());
      int columns = settings.grid().columns();
      String line = pick(LINES);
      int number = 1 + (line.equals("row") ? place / columns : place % columns);
      plantReference(place, asked);
      arrangement.fill(stage, List.of(asked));
      return finish(phrasing().formatted(line, asked.singular()), Integer.toString(number));
    }

    private SceneQuestion place() {
      Attribute wanted = pick(attributes);
      Value answer = pick(wanted.choices());
      int place = draws.nextInt(settings.grid().cells());
      int columns = settings.grid().columns();
      arrangement.plant(place, palette.draw(draws, Description.of(answer), List.of()));
      arrangement.fill(stage, List.of());
      return finish(
          phrasing().formatted(wanted.word(), 1 + place / columns, 1 + place % columns),
          answer.word());
    }

    private SceneQuestion comparison() {
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
      int most = Math.min(settings.grid().cells(), Math.max(2, stage.maxObjects()));
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

    private SceneQuestion relation() {
      Description reference = reference();
      Attribute wanted = pick(attributes);
      Value answer = pick(wanted.choices());
      Direction direction = pick(List.of(Direction.values()));
      Step step = drawStep(direction);
      plantReference(step.from(), reference);
      arrangement.plant(step.to(), bystander(Description.of(answer), reference));
      arrangement.fill(stage, List.of(reference));
      return finish(
          phrasing().formatted(wanted.word(), direction.words(), reference.singular()),
          answer.word());
    }

    private SceneQuestion neighbour() {
      Description reference = reference();
      Description asked = Description.of(pick(pick(attributes).choices()));
      while (overlap(asked, reference)) {
        asked = Description.of(pick(pick(attributes).choices()));
      }
      Direction direction = pick(List.of(Direction.values()));
      Step step = drawStep(direction);
      boolean yes = draws.nextBoolean(0.5);
      // Either way the object asked for is there and another one too: only places tell.
      Look sought = bystander(asked, reference);
      Look another = palette.draw(draws, new Description(List.of()), List.of(reference, asked));
      plantReference(step.from(), reference);
      List<Integer> elsewhere = arrangement.freePlaces();
      elsewhere.remove(Integer.valueOf(step.to()));
      arrangement.plant(step.to(), yes ? sought : another);
      arrangement.plant(pick(elsewhere), yes ? another : sought);
      arrangement.fill(stage, List.of(reference, asked));
      return finish(
          phrasing().formatted(asked.indefinite(), direction.words(), reference.singular()),
          yesOrNo(yes));
    }

    private SceneQuestion twoHop() {
      Description reference = reference();
      Attribute wanted = pick(attributes);
      Value answer = pick(wanted.choices());
      Direction first = pick(List.of(Direction.values()));
      Direction second = pick(List.of(Direction.values()));
      while (!fitsGrid(first, second)) {
        first = pick(List.of(Direction.values()));
        second = pick(List.of(Direction.values()));
      }
      Step nearer = drawStep(first);
      OptionalInt target = settings.grid().neighbour(nearer.to(), second);
      while (target.isEmpty()) {
        nearer = drawStep(first);
        target = settings.grid().neighbour(nearer.to(), second);
      }
      plantReference(nearer.from(), reference);
      arrangement.plant(nearer.to(), bystander(new Description(List.of()), reference));
      arrangement.plant(target.getAsInt(), bystander(Description.of(answer), reference));
      arrangement.fill(stage, List.of(reference));
      return finish(
          phrasing().formatted(wanted.word(), second.words(), first.words(), reference.singular()),
          answer.word());
    }

    private SceneQuestion finish(String text, String answer) {
      return new SceneQuestion(kind, arrangement.scene(), text, answer);
    }

    private String phrasing() {
      return pick(kind.phrasings());
    }

    /** What the question is about. */
    private Look subject() {
      return subjects.draw(draws);
    }

    /** A colour and a shape, which point at one object of the scene. */
    private Description reference() {
      Look look = subject();
      return Description.of(look.colour(), look.shape());
    }

    /** Names a look by so many attributes; an unseen one by the pair that was held out. */
    private Description describe(Look look, int names) {
      if (unseen) {
        return Description.of(look.colour(), look.shape());
      }
      List<Attribute> left = new ArrayList<>(attributes);
      Description description = new Description(List.of());
      for (int i = 0; i < names; i++) {
        description = description.with(look.value(left.remove(draws.nextInt(left.size()))));
      }
      return description;
    }

    private Attribute other(Attribute wanted) {
      if (unseen) {
        return wanted == Attribute.COLOUR ? Attribute.SHAPE : Attribute.COLOUR;
      }
      List<Attribute> others = new ArrayList<>(attributes);
      others.remove(wanted);
      return pick(others);
    }

    private void plantReference(int place, Description reference) {
      arrangement.plant(place, palette.draw(draws, reference, List.of()));
    }

    /** An object that fits a description and cannot be mistaken for the reference. */
    private Look bystander(Description wanted, Description reference) {
      return palette.draw(draws, wanted, List.of(reference));
    }

    /** Whether everything that fits the reference fits the first description too. */
    private boolean overlap(Description asked, Description reference) {
      return reference.values().containsAll(asked.values());
    }

    private Step drawStep(Direction direction) {
      while (true) {
        int from = draws.nextInt(settings.grid().cells());
        OptionalInt to = settings.grid().neighbour(from, direction);
        if (to.isPresent()) {
          return new Step(from, to.getAsInt());
        }
      }
    }

    /** Whether two steps lead to a third cell somewhere on the grid. */
    private boolean fitsGrid(Direction first, Direction second) {
      int rows = Math.abs(first.rows() + second.rows());
      int columns = Math.abs(first.columns() + second.columns());
      return rows + columns > 0
          && rows < settings.grid().rows()
          && columns < settings.grid().columns();
    }

    private <T> T pick(List<T> choices) {
      return choices.get(draws.nextInt(choices.size()));
    }
  }

  private static String yesOrNo(boolean yes) {
    return yes ? "yes" : "no";
  }

  private record Counts(int first, int second) {}

  private record Step(int from, int to) {}
}
