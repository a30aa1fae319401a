package org.dide.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.dide.AtomicFile;
import org.dide.InputException;

/**
 * What several things reach against what they cost, drawn as an SVG file of its own: a dot at each
 * mean, whiskers of one sample standard deviation, names beside them; costs on a logarithmic axis.
 * The same values give the same bytes.
 *
 * @param title above all: what is reached
 * @param across what a cost is, with its unit
 * @param points in any order, at least one
 */
public record CostChart(String title, String across, List<Point> points) {
  private static final double LEFT = 56;
  private static final double WIDE = 480;
  private static final double LEAST_HIGH = 300;
  private static final double TOP = 40;
  private static final double BOTTOM = 46;
  private static final double GAP = 10;
  private static final double LETTER = 7; // mean width at the style's font size
  private static final double LINE = 15; // from one name to the next
  private static final double CAP = 5;
  private static final double DOT = 4.5; // radius
  private static final double MARGIN = 0.06;
  private static final String STYLE =
      Drawing.MEANS + ".across { fill: #5c6672; }\n.leader { stroke: #d9dee5; }\n";

  /** Keeps an unmodifiable copy of the list, dearer things last. */
  public CostChart {
    points = points.stream().sorted(Comparator.comparingDouble(Point::cost)).toList();
    if (points.isEmpty()) {
      throw new IllegalArgumentException("no points");
    }
  }

  /**
   * One of them.
   *
   * @param name beside it
   * @param cost finite, above 0
   * @param reached over seeds
   */
  public record Point(String name, double cost, Spread reached) {
    /** Refuses what has no place on a logarithmic axis. */
    public Point {
      if (!(cost > 0) || !Double.isFinite(cost)) {
        throw new IllegalArgumentException("%s: a cost of %s".formatted(name, cost));
      }
    }

    private String told() {
      return "%s %s at %s".formatted(name, reached.shown(), Numbers.shown(cost));
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
    LineChart.Range costs = costs();
    LineChart.Range values = values();
    List<Markup> parts = new ArrayList<>();
    parts.add(Drawing.text("title", GAP, 22, "start", title));
    addAxes(parts, costs, values);
    addNames(parts, costs, values);
    points.forEach(point -> addPoint(parts, point, costs, values));
    double names = LETTER * Drawing.longest(points.stream().map(Point::name));
    return Drawing.svg(described(), STYLE, LEFT + WIDE + 3 * GAP + names, bottom() + BOTTOM, parts);
  }

  /** What someone who cannot see the chart is told. */
  private String described() {
    return points.stream()
        .map(Point::told)
        .collect(Collectors.joining(", ", "%s against %s: ".formatted(title, across), ""));
  }

  private void addAxes(List<Markup> parts, LineChart.Range costs, LineChart.Range values) {
    for (double tick : Numbers.ticks(values.low(), values.high(), 6)) {
      double y = y(values, tick);
      parts.add(LineChart.line("grid", LEFT, y, LEFT + WIDE, y));
      parts.add(Drawing.text("tick", LEFT - 8, y + 4, "end", Numbers.shown(tick)));
    }
    for (double tick : logarithmicTicks(costs)) {
      double x = x(costs, tick);
      parts.add(LineChart.line("grid", x, TOP, x, bottom()));
      parts.add(Drawing.text("tick", x, bottom() + 18, "middle", Numbers.shown(tick)));
    }
    parts.add(LineChart.line("axis", LEFT, bottom(), LEFT + WIDE, bottom()));
    parts.add(LineChart.line("axis", LEFT, TOP, LEFT, bottom()));
    parts.add(Drawing.text("across", LEFT + WIDE / 2, bottom() + 38, "middle", across));
  }

  /** Powers of ten, and as many of their multiples as there is room for. */
  private static List<Double> logarithmicTicks(LineChart.Range costs) {
    List<Double> ticks = new ArrayList<>();
    List<Integer> steps = steps(costs.high() - costs.low());
    for (int power = (int) Math.floor(costs.low()); power <= costs.high(); power++) {
      for (int step : steps) {
        double tick = step * Math.pow(10, power);
        if (Math.log10(tick) >= costs.low() && Math.log10(tick) <= costs.high()) {
          ticks.add(tick);
        }
      }
    }
    return ticks;
  }

  /**
   * What powers of ten are multiplied by.
   *
   * @param powers how many of these the axis is long
   */
  private static List<Integer> steps(double powers) {
    if (powers > 3) {
      return List.of(1);
    }
    return powers > 1 ? List.of(1, 2, 5) : List.of(1, 2, 3, 4, 5, 6, 8);
  }

  private void addPoint(
      List<Markup> parts, Point point, LineChart.Range costs, LineChart.Range values) {
    double x = x(costs, point.cost());
    if (point.reached().deviation().isPresent()) {
      double low = y(values, point.reached().low());
      double high = y(values, point.reached().high());
      parts.add(LineChart.line("whisker", x, low, x, high));
      parts.add(LineChart.line("whisker", x - CAP, low, x + CAP, low));
      parts.add(LineChart.line("whisker", x - CAP, high, x + CAP, high));
    }
    parts.add(Drawing.point("mean", x, y(values, point.reached().mean()), DOT));
  }

  /**
   * Names stand in a column to the right, from the highest value to the lowest, each as near to its
   * dot's height as those above it leave room; a line leads there from the dot.
   */
  private void addNames(List<Markup> parts, LineChart.Range costs, LineChart.Range values) {
    List<Point> falling =
        points.stream()
            .sorted(Comparator.comparingDouble((Point point) -> -point.reached().mean()))
            .toList();
    double right = LEFT + WIDE + 2 * GAP;
    double free = TOP;
    for (int i = 0; i < falling.size(); i++) {
      Point point = falling.get(i);
      double dot = y(values, point.reached().mean());
      double last = bottom() - LINE * (falling.size() - 1 - i); // leaves room for those below
      double y = Math.max(free, Math.min(dot, last));
      parts.add(LineChart.line("leader", x(costs, point.cost()), dot, right - 4, y));
      parts.add(Drawing.text("name", right, y + 4, "start", point.name()));
      free = y + LINE;
    }
  }

  /** Higher where many names need room. */
  private double bottom() {
    return TOP + Math.max(LEAST_HIGH, LINE * points.size());
  }

  /** Decimal logarithms, a little beyond all costs. */
  private LineChart.Range costs() {
    double low = Math.log10(points.get(0).cost());
    double high = Math.log10(points.get(points.size() - 1).cost());
    double margin = Math.max(0.1, MARGIN * (high - low));
    return new LineChart.Range(low - margin, high + margin);
  }

  private LineChart.Range values() {
    double low = points.stream().mapToDouble(point -> point.reached().low()).min().orElseThrow();
    double high = points.stream().mapToDouble(point -> point.reached().high()).max().orElseThrow();
    double margin = low < high ? MARGIN * (high - low) : Math.max(0.01, MARGIN * Math.abs(high));
    return new LineChart.Range(low - margin, high + margin);
  }

  private static double x(LineChart.Range costs, double cost) {
    return LEFT + WIDE * costs.share(Math.log10(cost));
  }

  private double y(LineChart.Range values, double value) {
    return TOP + (bottom() - TOP) * (1 - values.share(value));
  }
}
