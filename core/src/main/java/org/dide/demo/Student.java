package org.dide.demo;

import java.util.List;

/**
 * One of the students.
 *
 * @param name in tables
 * @param recipe it is trained by
 * @param seconds its training takes on two free processors
 */
record Student(String name, String recipe, double seconds) {
  /** From the plainest to the whole method. */
  static final List<Student> ALL =
      List.of(
          new Student("hard labels", "demo-hard", 75),
          new Student("soft labels", "demo-soft", 105),
          new Student("distilled", "demo-distilled", 110));
}
