package org.dide.data.scenes;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Judges statements from their text and the scenes alone, by reading them word by word. A statement
 * that speaks of "the circle" where there is none, or several, is neither true nor false: empty.
 */
final class StatementChecker {
  private static final String NOUN = "([a-z ]+?)";
  private static final String SIDE = "(" + SceneChecker.SIDE + ")";

  private final SceneChecker left;
  private final SceneChecker right;
  private final List<Rule> rules;

  private List<Rule> rules() {
    return List.of(
        // About two pictures.
        rule(
            "both pictures show the same number of NOUN",
            m -> count(left, m, 1) == count(right, m, 1)),
        rule(
            "there are as many NOUN in the left picture as in the right one",
            m -> count(left, m, 1) == count(right, m, 1)),
        rule(
            "there are more NOUN in the left picture than in the right one",
            m -> count(left, m, 1) > count(right, m, 1)),
        rule(
            "there are fewer NOUN in the left picture than in the right one",
            m -> count(left, m, 1) < count(right, m, 1)),
        rule(
            "there are (\\d) NOUN in the two pictures together",
            m -> count(left, m, 2) + count(right, m, 2) == number(m, 1)),
        rule("both pictures show an? NOUN", m -> count(left, m, 1) > 0 && count(right, m, 1) > 0),
        rule(
            "there is an? NOUN in each picture",
            m -> count(left, m, 1) > 0 && count(right, m, 1) > 0),
        rule(
            "only the left picture shows an? NOUN",
            m -> count(left, m, 1) > 0 && count(right, m, 1) == 0),
        rule(
            "only the right picture shows an? NOUN",
            m -> count(left, m, 1) == 0 && count(right, m, 1) > 0),
        rule(
            "exactly one picture shows an? NOUN",
            m -> (count(left, m, 1) > 0) != (count(right, m, 1) > 0)),
        maybe(
            "the object SIDE the NOUN has the same (\\w+) in both pictures",
            m -> alikeBeside(m, 1, 2, 3)),
        maybe(
            "the (\\w+) of the object SIDE the NOUN is the same in both pictures",
            m -> alikeBeside(m, 2, 3, 1)),
        maybe("the (\\w+) of the NOUN is the same in both pictures", m -> alike(m, 2, 1)),
        maybe("the NOUN has the same (\\w+) in both pictures", m -> alike(m, 1, 2)),
        maybe(
            "(?:in both pictures there is|each picture shows) an? NOUN SIDE the NOUN",
            m -> both(beside(left, m), beside(right, m))),
        // About one.
        rule("there are at least (\\d) NOUN", m -> count(left, m, 2) >= number(m, 1)),
        rule("there are at most (\\d) NOUN", m -> count(left, m, 2) <= number(m, 1)),
        rule("there are exactly (\\d) NOUN", m -> count(left, m, 2) == number(m, 1)),
        maybe("the (?:object|thing) in row (\\d) and column (\\d) is (?:an? )?(\\w+)", this::cell),
        maybe("the NOUN and the NOUN have the same (\\w+)", m -> same(m, 1, 2, 3)),
        maybe("the NOUN has the same (\\w+) as the NOUN", m -> same(m, 1, 3, 2)),
        maybe(
            "the NOUN is (?:an? )?(\\w+)",
            m -> one(left, m.group(1)).map(o -> is(left, o, m.group(2)))),
        rule("(?:there is|the picture shows) no NOUN", m -> count(left, m, 1) == 0),
        maybe("(?:there is|the picture shows) an? NOUN SIDE the NOUN", m -> beside(left, m)),
        rule("(?:there is|the picture shows) an? NOUN", m -> count(left, m, 1) > 0));
  }

  private final Scene places;

  StatementChecker(List<Scene> scenes) {
    this.left = new SceneChecker(scenes.get(0));
    this.right = new SceneChecker(scenes.get(scenes.size() - 1));
    this.places = scenes.get(0);
    this.rules = rules();
  }

  /** Whether it is true, if it can be. */
  Optional<Boolean> judge(String statement) {
    for (Rule rule : rules) {
      Matcher matcher = rule.pattern().matcher(statement);
      if (matcher.matches()) {
        return rule.judge().apply(matcher);
      }
    }
    throw new AssertionError("not understood: " + statement);
  }

  private static int count(SceneChecker scene, MatchResult match, int group) {
    return scene.all(match.group(group)).size();
  }

  private static int number(MatchResult match, int group) {
    return Integer.parseInt(match.group(group));
  }

  private static Optional<SceneObject> one(SceneChecker scene, String noun) {
    List<SceneObject> found = scene.all(noun);
    return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
  }

  private static boolean is(SceneChecker scene, SceneObject object, String word) {
    return scene.all(word).contains(object);
  }

  private Optional<Boolean> alike(MatchResult match, int noun, int attribute) {
    return equal(
        one(left, match.group(noun)), one(right, match.group(noun)), match.group(attribute));
  }

  private Optional<Boolean> alikeBeside(MatchResult match, int side, int noun, int attribute) {
    return equal(
        one(left, match.group(noun)).flatMap(o -> left.beside(o, match.group(side))),
        one(right, match.group(noun)).flatMap(o -> right.beside(o, match.group(side))),
        match.group(attribute));
  }

  private Optional<Boolean> same(MatchResult match, int first, int second, int attribute) {
    return equal(
        one(left, match.group(first)), one(left, match.group(second)), match.group(attribute));
  }

  private static Optional<Boolean> equal(
      Optional<SceneObject> first, Optional<SceneObject> second, String attribute) {
    return first.flatMap(
        one ->
            second.map(
                other ->
                    SceneChecker.value(one, attribute)
                        .equals(SceneChecker.value(other, attribute))));
  }

  private Optional<Boolean> cell(MatchResult match) {
    int place = (number(match, 1) - 1) * places.grid().columns() + number(match, 2) - 1;
    return left.all("object").stream()
        .filter(object -> object.place() == place)
        .findFirst()
        .map(object -> is(left, object, match.group(3)));
  }

  /** "a circle just above the red square" in a scene. */
  private static Optional<Boolean> beside(SceneChecker scene, MatchResult match) {
    return one(scene, match.group(3))
        .map(
            reference ->
                scene
                    .beside(reference, match.group(2))
                    .filter(scene.all(match.group(1))::contains)
                    .isPresent());
  }

  private static Optional<Boolean> both(Optional<Boolean> first, Optional<Boolean> second) {
    return first.flatMap(one -> second.map(other -> one && other));
  }

  private static Rule rule(String pattern, Function<MatchResult, Boolean> judge) {
    return maybe(pattern, match -> Optional.of(judge.apply(match)));
  }

  private static Rule maybe(String pattern, Function<MatchResult, Optional<Boolean>> judge) {
    String regex = pattern.replace("NOUN", NOUN).replace("SIDE", SIDE) + "\\.";
    return new Rule(Pattern.compile(regex), judge);
  }

  private record Rule(Pattern pattern, Function<MatchResult, Optional<Boolean>> judge) {}
}
