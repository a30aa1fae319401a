package org.dide.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A table whose shares can be compared at a glance, since each has a bar.
 *
 * @param caption what is shown
 * @param columns headings; the first column names the rows
 * @param rows in order, each as long as the headings
 */
public record Table(String caption, List<String> columns, List<Row> rows) {
  /** Keeps unmodifiable copies and refuses rows of another length. */
  public Table {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
    for (Row row : rows) {
      if (row.cells().size() + 1 != columns.size()) {
        throw new IllegalArgumentException(
            "row '%s' has %d cells besides its name, but there are %d columns"
                .formatted(row.name(), row.cells().size(), columns.size()));
      }
    }
  }

  /** A table of names and what is said of each. */
  public static Table ofWords(String caption, List<String> columns, Map<String, String> words) {
    return new Table(
        caption,
        columns,
        words.entrySet().stream()
            .map(word -> Row.of(word.getKey(), List.of(new Cell.Words(word.getValue()))))
            .toList());
  }

  /**
   * A row.
   *
   * @param name in the first column
   * @param cells of the other columns
   * @param total whether it sums the others up, and is set off from them
   */
  public record Row(String name, List<Cell> cells, boolean total) {
    /** Keeps an unmodifiable copy of the list. */
    public Row {
      cells = List.copyOf(cells);
    }

    /** A row among others. */
    public static Row of(String name, List<Cell> cells) {
      return new Row(name, cells, false);
    }
  }

  /** What stands in a row under a heading. */
  public sealed interface Cell {
    /** Words. */
    record Words(String text) implements Cell {}

    /** A number, as it is to be read. */
    record Figure(String text) implements Cell {}

    /**
     * A fraction of 1, shown as a percentage with a bar.
     *
     * @param best whether it is the best of its kind
     */
    record Share(double fraction, boolean best) implements Cell {}
  }

  /** The table; a narrow screen scrolls it sideways. */
  public Markup.Element markup() {
    List<Markup> headings = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      headings.add(
          Markup.element("th", columns.get(i))
              .with("scope", "col")
              .with("class", isNumeric(i) ? "number" : "words"));
    }
    Markup.Element table =
        Markup.element(
            "table",
            Markup.element("caption", caption),
            Markup.element("thead", Markup.element("tr", headings)),
            Markup.element("tbody", rows.stream().map(Table::row).toList()));
    return Markup.element("div", table).with("class", "scroll");
  }

  private boolean isNumeric(int column) {
    return column > 0
        && !rows.isEmpty()
        && !(rows.get(0).cells().get(column - 1) instanceof Cell.Words);
  }

  private static Markup row(Row row) {
    Markup.Element element =
        Markup.element("tr", Markup.element("th", row.name()).with("scope", "row"))
            .add(row.cells().stream().map(Table::cell).toList());
    return row.total() ? element.with("class", "total") : element;
  }

  private static Markup cell(Cell cell) {
    if (cell instanceof Cell.Share share) {
      double width = Double.isFinite(share.fraction()) ? 100 * share.fraction() : 0;
      return Markup.element("td", Numbers.percent(share.fraction()))
          .with("class", share.best() ? "share best" : "share")
          .with("style", "--w: %s%%".formatted(Numbers.coordinate(Math.max(0, width))));
    }
    return cell instanceof Cell.Figure figure
        ? Markup.element("td", figure.text()).with("class", "number")
        : Markup.element("td", ((Cell.Words) cell).text());
  }
}
