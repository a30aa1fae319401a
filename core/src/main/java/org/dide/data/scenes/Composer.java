package org.dide.data.scenes;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.dide.random.Draws;

/** One text in the making: what every kind of text needs to choose words and places. */
abstract class Composer {
  final SceneKind kind;
  final Stage stage;
  final Cast cast;
  final Draws draws;
  final Grid grid;

  Composer(SceneKind kind, Stage stage, Cast cast, Draws draws) {
    this.kind = kind;
    this.stage = stage;
    this.cast = cast;
    this.draws = draws;
    this.grid = cast.settings().grid();
  }

  final Arrangement arrangement() {
    return new Arrangement(cast.settings(), cast.palette(), draws);
  }

  final <T> T pick(List<T> choices) {
    return choices.get(draws.nextInt(choices.size()));
  }

  final String phrasing() {
    return pick(kind.phrasings());
  }

  /** What the text is about. */
  final Look subject() {
    return cast.subjects().draw(draws);
  }

  /** A colour and a shape, which point at one object of the scene. */
  final Description reference() {
    Look look = subject();
    return Description.of(look.colour(), look.shape());
  }

  /** Names a look by so many attributes; an unseen one by the pair that was held out. */
  final Description describe(Look look, int names) {
    if (cast.unseen()) {
      return Description.of(look.colour(), look.shape());
    }
    List<Attribute> left = new ArrayList<>(cast.attributes());
    Description description = new Description(List.of());
    for (int i = 0; i < names; i++) {
      description = description.with(look.value(left.remove(draws.nextInt(left.size()))));
    }
    return description;
  }

  /** An attribute to tell of; of an unseen look, colour or shape. */
  final Attribute wanted() {
    return cast.unseen()
        ? pick(List.of(Attribute.COLOUR, Attribute.SHAPE))
        : pick(cast.attributes());
  }

  /** An attribute to name an object by whose other attribute is told of. */
  final Attribute other(Attribute wanted) {
    if (cast.unseen()) {
      return wanted == Attribute.COLOUR ? Attribute.SHAPE : Attribute.COLOUR;
    }
    List<Attribute> others = new ArrayList<>(cast.attributes());
    others.remove(wanted);
    return pick(others);
  }

  final Direction direction() {
    return pick(List.of(Direction.values()));
  }

  /** A value that tells objects from those that a reference means. */
  final Description besides(Description reference) {
    Description asked = Description.of(pick(pick(cast.attributes()).choices()));
    while (reference.values().containsAll(asked.values())) {
      asked = Description.of(pick(pick(cast.attributes()).choices()));
    }
    return asked;
  }

  final void plantReference(Arrangement arrangement, int place, Description reference) {
    arrangement.plant(place, cast.palette().draw(draws, reference, List.of()));
  }

  /** An object that fits a description and cannot be mistaken for the reference. */
  final Look bystander(Description wanted, Description reference) {
    return cast.palette().draw(draws, wanted, List.of(reference));
  }

  /** An object that fits a description in all but one value. */
  final Look nearMiss(Description description) {
    List<Value> values = new ArrayList<>(description.values());
    values.remove(draws.nextInt(values.size()));
    return cast.palette().draw(draws, new Description(values), List.of(description));
  }

  /**
   * Plants a reference and an object asked for, beside it or elsewhere. Either way another object
   * stands in the other place: only places tell.
   *
   * @param elsewhere where the one that is not beside it may stand
   */
  final void plantBeside(
      Arrangement arrangement,
      Step step,
      Description asked,
      Description reference,
      boolean holds,
      List<Integer> elsewhere) {
    Look sought = bystander(asked, reference);
    Look another =
        cast.palette().draw(draws, new Description(List.of()), List.of(reference, asked));
    plantReference(arrangement, step.from(), reference);
    arrangement.plant(step.to(), holds ? sought : another);
    arrangement.plant(pick(elsewhere), holds ? another : sought);
  }

  /** A cell and the one beside it. */
  final Step drawStep(Direction direction) {
    while (true) {
      int from = draws.nextInt(grid.cells());
      OptionalInt to = grid.neighbour(from, direction);
      if (to.isPresent()) {
        return new Step(from, to.getAsInt());
      }
    }
  }

  /** Every cell that a step does not touch, in order. */
  final List<Integer> beyond(Step step) {
    List<Integer> places = new ArrayList<>();
    for (int place = 0; place < grid.cells(); place++) {
      if (place != step.from() && place != step.to()) {
        places.add(place);
      }
    }
    return places;
  }

  /** From a cell to the one beside it. */
  record Step(int from, int to) {}
}
