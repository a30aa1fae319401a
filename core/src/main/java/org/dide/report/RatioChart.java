package org.dide.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.dide.AtomicFile;
import org.dide.InputException;

/**
 * How many times more each of several things is than what they are compared with, drawn as an SVG
 * file of its own: bars on a logarithmic axis that begin at 1, to the right for more and to the
 * left for less.
 *
 * @param title above all
 * @param across what the axis tells
 * @param groups in order, at least one bar among them
 */
public record RatioChart(String title, String across, List<Group> groups) {
  private static final double AXIS = 420;
  private static final double ROW = 24;
  private static final double BAR = 14;
  private static final double TOP = 40;
  private static final double BOTTOM = 46;
  private static final double GAP = 10;
  private static final double VALUE = 70;
  private static final double LETTER = 6.7; // a wide one's width; browsers measure, this does not

  /** Stands alone, on a ground of its own: it has to be read on a dark page, too. */
  private static final String STYLE =
      """
      text { font: 13px system-ui, sans-serif; fill: #1c2127; }
      .title, .group { font-weight: 600; }
      .tick, .across { fill: #5c6672; }
      .paper { fill: #ffffff; }
      .grid { stroke: #d9dee5; }
      .axis { stroke: #5c6672; }
      .more { fill: #2a6fdb; }
      .less { fill: #b4552d; }
      """;

  /** Keeps an unmodifiable copy of the list. */
  public RatioChart {
    groups = List.copyOf(groups);
    if (groups.stream().allMatch(group -> group.bars().isEmpty())) {
      throw new IllegalArgumentException("no bars");
    }
  }

  /**
   * Bars that belong together.
   *
   * @param name above them
   * @param bars in order
   */
  public record Group(String name, List<Bar> bars) {
    /** Keeps an unmodifiable copy of the list. */
    public Group {
      bars = List.copyOf(bars);
    }
  }

  /**
   * A bar.
   *
   * @param name to the left of it
   * @param ratio finite, above 0
   */
  public record Bar(String name, double ratio) {
    /** Refuses what has no place on a logarithmic axis. */
    public Bar {
      if (!(ratio > 0) || !Double.isFinite(ratio)) {
        throw new IllegalArgumentException("%s: a ratio of %s".formatted(name, ratio));
      }
    }

    private String shown() {
      return String.format(Locale.ROOT, ratio < 10 ? "%.2f ×" : "%,.0f ×", ratio);
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
    addGroups(parts, range);
    return Drawing.svg(described(), STYLE, left() + AXIS + VALUE, bottom() + BOTTOM, parts);
  }

  /** What someone who cannot see the chart is told. */
  private String described() {
    return groups.stream()
        .map(
            group ->
                group.bars().stream()
                    .map(bar -> "%s %s".formatted(bar.name(), bar.shown()))
                    .collect(Collectors.joining(", ", group.name() + ": ", "")))
        .collect(Collectors.joining("; ", title + ". ", ""));
  }

  private void addAxis(List<Markup> parts, LineChart.Range range) {
    for (int power = (int) range.low(); power <= range.high(); power++) {
      double x = x(range, Math.pow(10, power));
      parts.add(LineChart.line("grid", x, TOP, x, bottom()));
      parts.add(
          Drawing.text("tick", x, bottom() + 18, "middle", Numbers.shown(Math.pow(10, power))));
    }
    parts.add(LineChart.line("axis", left(), bottom(), left() + AXIS, bottom()));
    parts.add(Drawing.text("across", left() + AXIS / 2, bottom() + 38, "middle", across));
  }

  private void addGroups(List<Markup> parts, LineChart.Range range) {
    double y = TOP;
    for (Group group : groups) {
      parts.add(Drawing.text("group", GAP, y + ROW - 7, "start", group.name()));
      y += ROW;
      for (Bar bar : group.bars()) {
        addBar(parts, bar, y + ROW / 2, range);
        y += ROW;
      }
    }
    parts.add(LineChart.line("axis", x(range, 1), TOP, x(range, 1), bottom()));
  }

  private void addBar(List<Markup> parts, Bar bar, double y, LineChart.Range range) {
    double one = x(range, 1);
    double end = x(range, bar.ratio());
    parts.add(Drawing.text("name", left() - GAP, y + 4, "end", bar.name()));
    parts.add(
        Markup.element("rect")
            .with("class", end < one ? "less" : "more")
            .with("x", Math.min(one, end))
            .with("y", y - BAR / 2)
            .with("width", Math.abs(end - one))
            .with("height", BAR));
    parts.add(Drawing.text("value", Math.max(one, end) + 6, y + 4, "start", bar.shown()));
  }

  /** Powers of ten around all ratios and 1. */
  private LineChart.Range range() {
    var all =
        groups.stream()
            .flatMap(group -> group.bars().stream())
            .mapToDouble(bar -> Math.log10(bar.ratio()))
            .summaryStatistics();
    double low = Math.min(0, Math.floor(all.getMin()));
    return new LineChart.Range(low, Math.max(1, Math.ceil(all.getMax())));
  }

  private double left() {
    return 2 * GAP
        + LETTER
            * Drawing.longest(
                groups.stream().flatMap(group -> group.bars().stream()).map(Bar::name));
  }

  private double bottom() {
    int bars = groups.stream().mapToInt(group -> group.bars().size()).sum();
    return TOP + ROW * (groups.size() + bars);
  }

  private double x(LineChart.Range range, double ratio) {
    return left() + AXIS * range.share(Math.log10(ratio));
  }
}
