package org.dide.data.scenes;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Words that pick out objects, such as "small red" or "blue circle".
 *
 * @param values at most one of each attribute, in English order; none describes every object
 */
record Description(List<Value> values) {
  Description {
    values = values.stream().sorted(Comparator.comparing(Value::attribute)).toList();
  }

  static Description of(Value... values) {
    return new Description(List.of(values));
  }

  Description with(Value value) {
    List<Value> all = new ArrayList<>(values);
    all.add(value);
    return new Description(all);
  }

  boolean fits(Look look) {
    for (Value value : values) {
      if (look.value(value.attribute()) != value) {
        return false;
      }
    }
    return true;
  }

  boolean names(Attribute attribute) {
    return values.stream().anyMatch(value -> value.attribute() == attribute);
  }

  /** "red circle", or "red object" where no shape is named. */
  String singular() {
    List<String> words = new ArrayList<>(values.stream().map(Value::word).toList());
    if (!names(Attribute.SHAPE)) {
      words.add("object");
    }
    return String.join(" ", words);
  }

  /** "red circles". */
  String plural() {
    return plural(singular());
  }

  /** "a red circle". */
  String indefinite() {
    String singular = singular();
    return ("aeiou".indexOf(singular.charAt(0)) >= 0 ? "an " : "a ") + singular;
  }

  static String plural(String noun) {
    return noun + (noun.endsWith("s") ? "es" : "s");
  }
}
