package org.dide.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A table in plain text: the first two columns are words, the others numbers.
 *
 * @param headings of the columns
 * @param rows in order, each as long as the headings
 */
record TextTable(List<String> headings, List<List<String>> rows) {
  private static final int WORDS = 2;

  /** Keeps unmodifiable copies of the lists. */
  TextTable {
    headings = List.copyOf(headings);
    rows = rows.stream().map(List::copyOf).toList();
  }

  /** Prints it in columns, words to the left and numbers to the right of theirs. */
  void print(PrintWriter out) {
    printAligned(out, headings);
    rows.forEach(row -> printAligned(out, row));
  }

  private void printAligned(PrintWriter out, List<String> row) {
    String line =
        IntStream.range(0, row.size())
            .mapToObj(column -> padded(column, row.get(column)))
            .collect(Collectors.joining("  "));
    out.println(line.stripTrailing());
  }

  private String padded(int column, String cell) {
    String blanks = " ".repeat(width(column) - cell.length());
    return column < WORDS ? cell + blanks : blanks + cell;
  }

  private int width(int column) {
    int widest = rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    return Math.max(headings.get(column).length(), widest);
  }

  /** Prints it for a page in Markdown. */
  void printMarkdown(PrintWriter out) {
    out.println(markdown(headings));
    out.println(
        IntStream.range(0, headings.size())
            .mapToObj(column -> column < WORDS ? "---" : "---:")
            .collect(Collectors.joining("|", "|", "|")));
    rows.forEach(row -> out.println(markdown(row)));
  }

  private static String markdown(List<String> row) {
    return row.stream()
        .map(cell -> cell.replace("|", "\\|"))
        .collect(Collectors.joining(" | ", "| ", " |"));
  }
}
