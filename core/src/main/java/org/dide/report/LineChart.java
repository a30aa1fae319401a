package org.dide.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Curves over a common axis, drawn as SVG: ticks, grid lines, and a legend with each curve's last
 * value. Long curves are drawn as means over stretches; values that are no numbers leave a gap.
 *
 * @param title what is shown
 * @param across name of the horizontal axis, with its unit
 * @param series in the order of the legend
 * @param range of the vertical axis; empty for that of the values
 */
public record LineChart(String title, String across, List<Series> series, Optional<Range> range) {
  private static final double WIDTH = 560;
  private static final double HEIGHT = 270;
  private static final double LEFT = 52;
  private static final double RIGHT = 14;
  private static final double TOP = 10;
  private static final double BOTTOM = 40;
  private static final int MOST_POINTS = 500;
  private static final int COLOURS = 8;
  private static final double MARGIN = 0.05;

  /** Keeps an unmodifiable copy of the list. */
  public LineChart {
    series = List.copyOf(series);
  }

  /** A chart whose vertical axis is as long as its values ask for. */
  public static LineChart of(String title, String across, List<Series> series) {
    return new LineChart(title, across, series, Optional.empty());
  }

  /** The same between fixed ends, so that charts can be compared. */
  public LineChart between(double low, double high) {
    return new LineChart(title, across, series, Optional.of(new Range(low, high)));
  }

  /**
   * A curve.
   *
   * @param name in the legend
   * @param points by rising x
   */
  public record Series(String name, List<Point> points) {
    /** Keeps an unmodifiable copy of the list. */
    public Series {
      points = List.copyOf(points);
    }

    private Optional<Point> last() {
      return points.isEmpty() ? Optional.empty() : Optional.of(points.get(points.size() - 1));
    }

    /** The curve as means over stretches, if it has more points than can be seen. */
    private Series thinned() {
      if (points.size() <= MOST_POINTS) {
        return this;
      }
      int stretch = (points.size() + MOST_POINTS - 1) / MOST_POINTS;
      List<Point> means = new ArrayList<>();
      for (int from = 0; from < points.size(); from += stretch) {
        List<Point> part = points.subList(from, Math.min(points.size(), from + stretch));
        means.add(
            new Point(
                part.stream().mapToDouble(Point::x).average().orElseThrow(),
                part.stream().mapToDouble(Point::y).average().orElseThrow()));
      }
      return new Series(name, means);
    }
  }

  /** A point of a curve; {@code y} may be no number. */
  public record Point(double x, double y) {}

  /** The ends of an axis. */
  public record Range(double low, double high) {
    /** Refuses an axis without length. */
    public Range {
      if (!(low < high)) {
        throw new IllegalArgumentException("an axis from %s to %s".formatted(low, high));
      }
    }

    double share(double value) {
      return (value - low) / (high - low);
    }
  }

  /** The chart. */
  public Markup.Element markup() {
    Markup.Element figure =
        Markup.element("figure", Markup.element("figcaption", title)).with("class", "chart");
    return figure.add(legend(), drawing());
  }

  private Markup legend() {
    List<Markup> items = new ArrayList<>();
    for (int i = 0; i < series.size(); i++) {
      Markup line =
          Markup.element("svg", curve(i, "M1 6L27 6"))
              .with("viewBox", "0 0 28 12")
              .with("aria-hidden", "true");
      String last = series.get(i).last().map(point -> " " + Numbers.shown(point.y())).orElse("");
      items.add(Markup.element("li", line, Markup.text(series.get(i).name() + last)));
    }
    return Markup.element("ul", items).with("class", "legend");
  }

  private Markup drawing() {
    Range horizontal = range(true);
    Range vertical = range.orElseGet(() -> range(false));
    Markup.Element svg =
        Markup.element("svg", Markup.element("title", described()))
            .with("viewBox", "0 0 %.0f %.0f".formatted(WIDTH, HEIGHT))
            .with("role", "img")
            .with("aria-label", described());
    List<Markup> parts = new ArrayList<>();
    addAxes(parts, horizontal, vertical);
    for (int i = 0; i < series.size(); i++) {
      String path = path(series.get(i).thinned(), horizontal, vertical);
      if (!path.isEmpty()) {
        parts.add(curve(i, path).add(Markup.element("title", series.get(i).name())));
      }
    }
    return svg.add(parts);
  }

  /** What someone who cannot see the curves is told. */
  private String described() {
    String ends =
        series.stream()
            .map(
                curve ->
                    curve
                        .last()
                        .map(
                            last ->
                                "%s ends at %s".formatted(curve.name(), Numbers.shown(last.y())))
                        .orElse(curve.name() + " has no values"))
            .collect(Collectors.joining(", "));
    return "%s over %s: %s".formatted(title, across, ends);
  }

  private void addAxes(List<Markup> parts, Range horizontal, Range vertical) {
    for (double tick : Numbers.ticks(vertical.low(), vertical.high(), 5)) {
      double y = y(vertical, tick);
      parts.add(line("grid", LEFT, y, WIDTH - RIGHT, y));
      parts.add(label(LEFT - 7, y + 4, "end", Numbers.shown(tick)));
    }
    double bottom = HEIGHT - BOTTOM;
    parts.add(line("axis", LEFT, bottom, WIDTH - RIGHT, bottom));
    for (double tick : Numbers.ticks(horizontal.low(), horizontal.high(), 6)) {
      double x = x(horizontal, tick);
      parts.add(line("axis", x, bottom, x, bottom + 4));
      parts.add(label(x, bottom + 17, "middle", Numbers.shown(tick)));
    }
    parts.add(label((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 5, "middle", across));
  }

  private Range range(boolean horizontal) {
    var all =
        series.stream()
            .flatMap(curve -> curve.points().stream())
            .mapToDouble(point -> horizontal ? point.x() : point.y())
            .filter(Double::isFinite)
            .summaryStatistics();
    if (all.getCount() == 0) {
      return new Range(0, 1);
    }
    double low = all.getMin();
    double high = all.getMax();
    if (low == high) {
      double half = low == 0 ? 0.5 : Math.abs(low) * 0.1;
      return new Range(low - half, high + half);
    }
    double margin = horizontal ? 0 : MARGIN * (high - low);
    boolean nearZero = low >= 0 && low < 0.25 * high; // then say where 0 is
    return new Range(nearZero ? 0 : low - margin, high + margin);
  }

  private static String path(Series curve, Range horizontal, Range vertical) {
    StringBuilder path = new StringBuilder();
    boolean pen = false;
    for (Point point : curve.points()) {
      boolean drawn = Double.isFinite(point.y());
      if (drawn) {
        path.append(pen ? 'L' : 'M')
            .append(Numbers.coordinate(x(horizontal, point.x())))
            .append(' ')
            .append(Numbers.coordinate(y(vertical, point.y())));
      }
      pen = drawn;
    }
    // A lone point has no length to be seen by, but its round ends.
    return curve.points().size() == 1 && path.length() > 0
        ? path.append("h0.01").toString()
        : path.toString();
  }

  private static double x(Range range, double value) {
    return LEFT + range.share(value) * (WIDTH - LEFT - RIGHT);
  }

  private static double y(Range range, double value) {
    double share = Math.min(1, Math.max(0, range.share(value)));
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
  }

  /** Every other four curves are dashed, for those to whom their colours look alike. */
  private static Markup.Element curve(int index, String path) {
    String dashed = index / (COLOURS / 2) % 2 == 1 ? " dashed" : "";
    return Markup.element("path")
        .with("class", "curve s%d%s".formatted(1 + index % COLOURS, dashed))
        .with("d", path);
  }

  static Markup line(String kind, double x1, double y1, double x2, double y2) {
    return Markup.element("path")
        .with("class", kind)
        .with(
            "d",
            "M%s %sL%s %s"
                .formatted(
                    Numbers.coordinate(x1),
                    Numbers.coordinate(y1),
                    Numbers.coordinate(x2),
                    Numbers.coordinate(y2)));
  }

  static Markup.Element label(double x, double y, String anchor, String text) {
    return Markup.element("text", text).with("x", x).with("y", y).with("text-anchor", anchor);
  }
}
