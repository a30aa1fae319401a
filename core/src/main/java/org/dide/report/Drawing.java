package org.dide.report;

import java.util.List;
import java.util.stream.Stream;

/** An SVG drawing that stands alone, on a ground of its own: it is read on dark pages, too. */
final class Drawing {
  /** Of a chart of means with whiskers of one deviation; dark on white, as pages are printed. */
  static final String MEANS =
      """
      text { font: 13px system-ui, Roboto, Helvetica, Arial, sans-serif; fill: #1c2128; }
      .title { font-weight: 600; }
      .tick { fill: #5c6672; }
      .paper { fill: #ffffff; }
      .grid { stroke: #d9dee5; }
      .axis { stroke: #5c6672; }
      .whisker { stroke: #2a6fdb; stroke-width: 2; fill: none; }
      .mean { fill: #2a6fdb; }
      """;

  private Drawing() {}

  /**
   * The whole drawing.
   *
   * @param described what someone who cannot see it is told
   * @param style of its classes, {@code paper} among them
   * @param parts from the back to the front
   */
  static String svg(
      String described, String style, double width, double height, List<Markup> parts) {
    StringBuilder svg = new StringBuilder();
    Markup.element("svg", Markup.element("title", described), Markup.element("style", style))
        .with("xmlns", "http://www.w3.org/2000/svg")
        .with("width", width)
        .with("height", height)
        .with(
            "viewBox", "0 0 %s %s".formatted(Numbers.coordinate(width), Numbers.coordinate(height)))
        .with("role", "img")
        .add(paper(width, height))
        .add(parts)
        .writeTo(svg);
    return svg.append('\n').toString();
  }

  private static List<Markup> paper(double width, double height) {
    return List.of(
        Markup.element("rect").with("class", "paper").with("width", width).with("height", height));
  }

  /** Text of a class. */
  static Markup text(String kind, double x, double y, String anchor, String text) {
    return LineChart.label(x, y, anchor, text).with("class", kind);
  }

  /** A round point of a class. */
  static Markup point(String kind, double x, double y, double radius) {
    return Markup.element("circle")
        .with("class", kind)
        .with("cx", x)
        .with("cy", y)
        .with("r", radius);
  }

  /** Letters of the longest of names; browsers measure text, this does not. */
  static int longest(Stream<String> names) {
    return names.mapToInt(name -> name.codePointCount(0, name.length())).max().orElse(0);
  }
}
