package org.dide.data.scenes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Answers questions from their text and the scene alone, by reading them word by word. */
final class SceneChecker {
  static final String SIDE = "just (?:left of|right of|above|below)";
  private static final Pattern EXISTS =
      Pattern.compile("(?:is there an?|are there any|does the picture show an?) ([a-z ]+)\\?");
  private static final Pattern COUNT =
      Pattern.compile("how many ([a-z ]+) (?:are there|can you see)\\?");
  private static final Pattern ATTRIBUTE =
      Pattern.compile("what (?:(\\w+) is|is the (\\w+) of) the ([a-z ]+)\\?");
  private static final Pattern WHERE =
      Pattern.compile("(?:in which|which) (row|column) is the ([a-z ]+?)(?: in)?\\?");
  private static final Pattern PLACE =
      Pattern.compile("what (\\w+) is the (?:object|thing) in row (\\d) and column (\\d)\\?");
  private static final Pattern COMPARISON =
      Pattern.compile("are there (more|fewer|as many) ([a-z ]+) (?:than|as) ([a-z ]+)\\?");
  private static final Pattern RELATION =
      Pattern.compile("what (\\w+) is the (?:object|thing) (%s) the (.+)\\?".formatted(SIDE));
  private static final Pattern NEIGHBOUR =
      Pattern.compile(
          "(?:is there|do you see) an? ([a-z ]+) (%s) the ([a-z ]+)\\?".formatted(SIDE));
  private static final Pattern FURTHER =
      Pattern.compile("(?:object|thing) (%s) the ([a-z ]+)".formatted(SIDE));

  private final Scene scene;

  SceneChecker(Scene scene) {
    this.scene = scene;
  }

  String answer(String question) {
    return comparison(COMPARISON.matcher(question))
        .or(() -> where(WHERE.matcher(question)))
        .or(() -> place(PLACE.matcher(question)))
        .or(() -> neighbour(NEIGHBOUR.matcher(question)))
        .or(() -> relation(RELATION.matcher(question)))
        .or(() -> attribute(ATTRIBUTE.matcher(question)))
        .or(() -> count(COUNT.matcher(question)))
        .orElseGet(() -> exists(EXISTS.matcher(question)));
  }

  private Optional<String> comparison(Matcher question) {
    if (!question.matches()) {
      return Optional.empty();
    }
    int first = all(question.group(2)).size();
    int second = all(question.group(3)).size();
    return Optional.of(
        yes(
            switch (question.group(1)) {
              case "more" -> first > second;
              case "fewer" -> first < second;
              default -> first == second;
            }));
  }

  private Optional<String> where(Matcher question) {
    if (!question.matches()) {
      return Optional.empty();
    }
    int place = one(question.group(2)).place();
    int columns = scene.grid().columns();
    return Optional.of(
        Integer.toString(
            1 + (question.group(1).equals("row") ? place / columns : place % columns)));
  }

  private Optional<String> place(Matcher question) {
    if (!question.matches()) {
      return Optional.empty();
    }
    int row = Integer.parseInt(question.group(2)) - 1;
    int column = Integer.parseInt(question.group(3)) - 1;
    SceneObject there =
        scene.objects().stream()
            .filter(object -> object.place() == row * scene.grid().columns() + column)
            .findFirst()
            .orElseThrow();
    return Optional.of(value(there, question.group(1)));
  }

  private Optional<String> neighbour(Matcher question) {
    if (!question.matches()) {
      return Optional.empty();
    }
    Optional<SceneObject> beside = beside(one(question.group(3)), question.group(2));
    return Optional.of(yes(beside.filter(all(question.group(1))::contains).isPresent()));
  }

  private Optional<String> relation(Matcher question) {
    if (!question.matches()) {
      return Optional.empty();
    }
    SceneObject target = beside(resolve(question.group(3)), question.group(2)).orElseThrow();
    return Optional.of(value(target, question.group(1)));
  }

  private Optional<String> attribute(Matcher question) {
    if (!question.matches()) {
      return Optional.empty();
    }
    String attribute = question.group(1) == null ? question.group(2) : question.group(1);
    return Optional.of(value(one(question.group(3)), attribute));
  }

  private Optional<String> count(Matcher question) {
    return question.matches()
        ? Optional.of(Integer.toString(all(question.group(1)).size()))
        : Optional.empty();
  }

  private String exists(Matcher question) {
    assertThat(question.matches()).as("understood: %s", question).isTrue();
    return yes(!all(question.group(1)).isEmpty());
  }

  /** "red circle", or "thing just above the red circle". */
  private SceneObject resolve(String words) {
    Matcher further = FURTHER.matcher(words);
    return further.matches()
        ? beside(one(further.group(2)), further.group(1)).orElseThrow()
        : one(words);
  }

  private SceneObject one(String noun) {
    List<SceneObject> found = all(noun);
    assertThat(found).as("\"the %s\" is one object", noun).hasSize(1);
    return found.get(0);
  }

  /** Everything that a noun, in singular or plural, describes. */
  List<SceneObject> all(String noun) {
    Predicate<SceneObject> fits = object -> true;
    for (String word : noun.split(" ")) {
      String singular = word.replaceAll("(?<=cross)es$|(?<=[a-z])s$(?<!cross)", "");
      if (!singular.equals("object")) {
        fits = fits.and(object -> words(object).contains(singular));
      }
    }
    return scene.objects().stream().filter(fits).toList();
  }

  /** What stands beside an object. */
  Optional<SceneObject> beside(SceneObject object, String side) {
    int columns = scene.grid().columns();
    int row = object.place() / columns;
    int column = object.place() % columns;
    int wantedRow = side.endsWith("above") ? row - 1 : side.endsWith("below") ? row + 1 : row;
    int wantedColumn =
        side.contains("left") ? column - 1 : side.contains("right") ? column + 1 : column;
    List<SceneObject> there = new ArrayList<>();
    for (SceneObject other : scene.objects()) {
      if (other.place() / columns == wantedRow && other.place() % columns == wantedColumn) {
        there.add(other);
      }
    }
    assertThat(there).hasSizeLessThan(2);
    return there.stream().findFirst();
  }

  private static List<String> words(SceneObject object) {
    Look look = object.look();
    return List.of(
        look.size().word(), look.texture().word(), look.colour().word(), look.shape().word());
  }

  static String value(SceneObject object, String attribute) {
    return words(object).get(List.of("size", "texture", "color", "shape").indexOf(attribute));
  }

  private static String yes(boolean holds) {
    return holds ? "yes" : "no";
  }
}
