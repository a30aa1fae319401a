package org.dide.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.dide.AtomicFile;
import org.dide.InputException;

/**
 * Values in rows over a common axis, drawn as an SVG file of its own: each value a small point, and
 * where a row has several, a dot at their mean between whiskers of one sample standard deviation.
 * Dark on white, as pages are printed; the same values give the same bytes.
 *
 * @param title what is shown
 * @param rows from top to bottom
 */
public record SpreadChart(String title, List<Row> rows) {
  private static final double LETTER = 7; // mean width at the style's font size
  private static final double TOP = 36;
  private static final double BOTTOM = 32;
  private static final double ROW = 36;
  private static final double AXIS = 400;
  private static final double GAP = 14;
  private static final double VALUE = 120;
  private static final double CAP = 6;
  private static final double BELOW = 11; // of single values under their mean
  private static final double MEAN = 4.5; // radius of a dot
  private static final double SINGLE = 2.5; // radius of a point
  private static final double MARGIN = 0.05;
  private static final String STYLE = Drawing.MEANS + ".single { fill: #5c6672; }\n";

  /** Keeps an unmodifiable copy of the list. */
  public SpreadChart {
    rows = List.copyOf(rows);
  }

  /**
   * A row.
   *
   * @param name to the left of it
   * @param values finite; there may be none
   */
  public record Row(String name, List<Double> values) {
    /** Keeps an unmodifiable copy of the list. */
    public Row {
      values = List.copyOf(values);
    }

    private Optional<Spread> spread() {
      return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values));
    }

    private String shown() {
      return spread().map(Spread::shown).orElse("–");
    }

    /** All that must find its place on the axis. */
    private DoubleStream reach() {
      return DoubleStream.concat(
          values.stream().mapToDouble(Double::doubleValue),
          spread().stream().flatMapToDouble(all -> DoubleStream.of(all.low(), all.high())));
    }
  }

  /**
   * Writes the chart, whole or not at all.
   *
   * @throws InputException if it cannot be written
   */
  public void write(Path file) {
    AtomicFile.write(file, svg().getBytes(UTF_8));
  }

  /** The file's content. */
  public String svg() {
    List<Markup> parts = new ArrayList<>();
    parts.add(Drawing.text("title", GAP, 22, "start", title));
    LineChart.Range range = range();
    addAxis(parts, range);
    for (int i = 0; i < rows.size(); i++) {
      parts.add(row(rows.get(i), TOP + ROW * (i + 0.5), range));
    }
    return Drawing.svg(described(), STYLE, left() + AXIS + GAP + VALUE, bottom() + BOTTOM, parts);
  }

  /** What someone who cannot see the chart is told. */
  private String described() {
    return rows.stream()
        .map(row -> "%s %s".formatted(row.name(), row.shown()))
        .collect(Collectors.joining(", ", title + ": ", ""));
  }

  private void addAxis(List<Markup> parts, LineChart.Range range) {
    for (double tick : Numbers.ticks(range.low(), range.high(), 6)) {
      double x = x(range, tick);
      parts.add(LineChart.line("grid", x, TOP, x, bottom()));
      parts.add(Drawing.text("tick", x, bottom() + 18, "middle", Numbers.shown(tick)));
    }
    parts.add(LineChart.line("axis", left(), bottom(), left() + AXIS, bottom()));
  }

  private Markup row(Row row, double y, LineChart.Range range) {
    List<Markup> parts = new ArrayList<>();
    parts.add(Drawing.text("name", left() - GAP, y + 4, "end", row.name()));
    parts.add(Drawing.text("value", left() + AXIS + GAP, y + 4, "start", row.shown()));
    boolean several = row.values().size() > 1;
    if (several) {
      row.spread().ifPresent(spread -> addMean(parts, spread, y, range));
    }
    for (double value : row.values()) {
      parts.add(Drawing.point("single", x(range, value), several ? y + BELOW : y, SINGLE));
    }
    return Markup.element("g", parts);
  }

  private void addMean(List<Markup> parts, Spread spread, double y, LineChart.Range range) {
    double low = x(range, spread.low());
    double high = x(range, spread.high());
    parts.add(LineChart.line("whisker", low, y, high, y));
    parts.add(LineChart.line("whisker", low, y - CAP, low, y + CAP));
    parts.add(LineChart.line("whisker", high, y - CAP, high, y + CAP));
    parts.add(Drawing.point("mean", x(range, spread.mean()), y, MEAN));
  }

  private LineChart.Range range() {
    var all = rows.stream().flatMapToDouble(Row::reach).summaryStatistics();
    if (all.getCount() == 0) {
      return new LineChart.Range(0, 1);
    }
    double length = all.getMax() - all.getMin();
    double margin = length > 0 ? MARGIN * length : Math.max(0.01, MARGIN * Math.abs(all.getMax()));
    return new LineChart.Range(all.getMin() - margin, all.getMax() + margin);
  }

  private double left() {
    return 2 * GAP + LETTER * Drawing.longest(rows.stream().map(Row::name));
  }

  private double bottom() {
    return TOP + ROW * rows.size();
  }

  private double x(LineChart.Range range, double value) {
    return left() + AXIS * range.share(value);
  }
}
