package org.dide.exchange;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Names of parameters, with {@code *} for any part of one. */
final class NamePattern {
  private NamePattern() {}

  /** True of names that fit any of the patterns. */
  static Predicate<String> any(List<String> patterns) {
    List<Pattern> compiled = patterns.stream().map(NamePattern::compiled).toList();
    return name -> compiled.stream().anyMatch(pattern -> pattern.matcher(name).matches());
  }

  private static Pattern compiled(String pattern) {
    return Pattern.compile(
        Arrays.stream(pattern.split("\\*", -1))
            .map(Pattern::quote)
            .collect(Collectors.joining(".*")));
  }
}
