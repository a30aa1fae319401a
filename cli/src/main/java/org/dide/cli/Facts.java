package org.dide.cli;

import java.io.PrintWriter;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What is known of one thing: names on the left, values on the right, aligned. */
final class Facts {
  private final List<String> names = new ArrayList<>();
  private final List<String> values = new ArrayList<>();

  /** Adds a line. */
  Facts add(String name, Object value) {
    names.add(name);
    values.add(String.valueOf(value));
    return this;
  }

  /** Adds a line whose value is put together, with the point as decimal mark. */
  Facts addFormatted(String name, String format, Object... arguments) {
    return add(name, String.format(Locale.ROOT, format, arguments));
  }

  /** Prints all lines. */
  void print(PrintWriter out) {
    int width = names.stream().mapToInt(String::length).max().orElse(0);
    for (int i = 0; i < names.size(); i++) {
      out.println(
          (names.get(i) + " ".repeat(width - names.get(i).length()) + "  " + values.get(i))
              .stripTrailing());
    }
  }

  /** A record's components on one line: {@code width 128, heads 4}. */
  static String of(Record settings) {
    return Arrays.stream(settings.getClass().getRecordComponents())
        .filter(component -> !Optional.empty().equals(value(component, settings)))
        .map(component -> "%s %s".formatted(component.getName(), shown(component, settings)))
        .collect(Collectors.joining(", "));
  }

  private static Object shown(RecordComponent component, Record of) {
    Object value = value(component, of);
    return value instanceof Optional<?> optional && optional.orElseThrow() instanceof Record inner
        ? "(" + of(inner) + ")"
        : value;
  }

  private static Object value(RecordComponent component, Record of) {
    try {
      return component.getAccessor().invoke(of);
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
