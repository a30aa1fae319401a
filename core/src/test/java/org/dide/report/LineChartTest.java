package org.dide.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

class LineChartTest {
  private static final Pattern PLACE = Pattern.compile("[ML](-?[\\d.]+) (-?[\\d.]+)");

  @Test
  void drawsTicksCurvesAndALegend() throws Exception {
    LineChart chart =
        LineChart.of(
            "Loss & <more>",
            "steps",
            List.of(
                series("first", 0, 10, 50, 5, 100, 2.5), series("second", 0, 8, 50, 4, 100, 0.25)));
    Element figure = Pages.parse(chart.markup());
    assertThat(Pages.texts(figure, "figcaption")).containsExactly("Loss & <more>");
    assertThat(Pages.texts(figure, "li")).containsExactly("first 2.5", "second 0.25");
    assertThat(Pages.texts(figure, "text"))
        .containsExactly("0", "5", "10", "0", "20", "40", "60", "80", "100", "steps");
    Element drawing = Pages.elements(figure, "svg").get(2);
    assertThat(drawing.getAttribute("role")).isEqualTo("img");
    assertThat(drawing.getAttribute("aria-label"))
        .isEqualTo("Loss & <more> over steps: first ends at 2.5, second ends at 0.25");
    List<Element> curves = curves(drawing);
    assertThat(curves).hasSize(2);
    // The axes go from 52 to 546 and, upwards, from 230 to 10, which is 10 and 5 % more.
    double[][] first = places(curves.get(0));
    assertThat(first[0]).containsExactly(52, round(230 - 220 * 10 / 10.4875));
    assertThat(first[1]).containsExactly(299, round(230 - 220 * 5 / 10.4875));
    assertThat(first[2]).containsExactly(546, round(230 - 220 * 2.5 / 10.4875));
  }

  private static double round(double value) {
    return Math.rint(value * 100) / 100;
  }

  @Test
  void leavesAGapWhereThereIsNoNumber() throws Exception {
    Element figure =
        Pages.parse(
            LineChart.of("t", "x", List.of(series("a", 0, 1, 1, Double.NaN, 2, 3, 3, 4))).markup());
    assertThat(curves(figure).get(1).getAttribute("d")).matches("M[^ML]*M[^ML]*L[^ML]*");
  }

  @Test
  void copesWithNothingOnePointAndNoVariation() throws Exception {
    for (LineChart.Series series :
        List.of(
            series("a"), series("a", 3, 7), series("a", 0, 0, 1, 0), series("a", 0, Double.NaN))) {
      Element figure = Pages.parse(LineChart.of("t", "x", List.of(series)).markup());
      assertThat(figure.getTextContent()).doesNotContain("NaN", "Infinity");
      for (Element path : Pages.elements(figure, "path")) {
        assertThat(path.getAttribute("d")).doesNotContain("NaN", "Infinity");
      }
    }
  }

  @Test
  void keepsToAGivenRange() throws Exception {
    LineChart chart =
        LineChart.of("t", "x", List.of(series("a", 0, -1, 1, 0.5, 2, 2))).between(0, 1);
    double[][] places = places(curves(Pages.parse(chart.markup())).get(1));
    assertThat(places[0][1]).isEqualTo(230);
    assertThat(places[1][1]).isEqualTo(120);
    assertThat(places[2][1]).isEqualTo(10);
    assertThatThrownBy(() -> chart.between(1, 1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void thinsLongCurvesToMeans() throws Exception {
    List<LineChart.Point> points =
        IntStream.range(0, 5000).mapToObj(i -> new LineChart.Point(i, i % 2)).toList();
    Element figure =
        Pages.parse(LineChart.of("t", "x", List.of(new LineChart.Series("a", points))).markup());
    double[][] places = places(curves(figure).get(1));
    assertThat(places.length).isEqualTo(500);
    for (double[] place : places) {
      assertThat(place[1]).isEqualTo(places[0][1]);
    }
  }

  @Test
  void tellsManyCurvesApart() throws Exception {
    List<LineChart.Series> many =
        IntStream.range(0, 9).mapToObj(i -> series("s" + i, 0, i, 1, i)).toList();
    Element figure = Pages.parse(LineChart.of("t", "x", many).markup());
    assertThat(curves(figure).stream().map(c -> c.getAttribute("class")).distinct().limit(8))
        .hasSize(8)
        .contains("curve s1", "curve s4", "curve s5 dashed");
  }

  @Property(tries = 200)
  void whateverTheValuesCurvesStayInTheDrawing(
      @ForAll @Size(min = 1, max = 20) List<@DoubleRange(min = -1e9, max = 1e9) Double> values)
      throws Exception {
    List<LineChart.Point> points =
        IntStream.range(0, values.size())
            .mapToObj(i -> new LineChart.Point(i, values.get(i)))
            .toList();
    Element figure =
        Pages.parse(LineChart.of("t", "x", List.of(new LineChart.Series("a", points))).markup());
    for (double[] place : places(curves(figure).get(1))) {
      assertThat(place[0]).isBetween(52.0, 546.0);
      assertThat(place[1]).isBetween(10.0, 230.0);
    }
  }

  @Property(tries = 200)
  void ticksAreRoundAndInsideTheRange(
      @ForAll @DoubleRange(min = -1e6, max = 1e6) double low,
      @ForAll @DoubleRange(min = 0.01, max = 1e6) double length) {
    List<Double> ticks = Numbers.ticks(low, low + length, 5);
    assertThat(ticks).hasSizeBetween(2, 6).isSorted();
    double slack = 1e-6 * length + 1e-9 * Math.abs(low);
    assertThat(ticks).allMatch(tick -> tick >= low - slack && tick <= low + length + slack);
    double step = ticks.get(1) - ticks.get(0);
    double leading = step / Math.pow(10, Math.floor(Math.log10(step * 1.000001)));
    assertThat(leading)
        .satisfiesAnyOf(
            d -> assertThat(d).isCloseTo(1, org.assertj.core.api.Assertions.within(0.01)),
            d -> assertThat(d).isCloseTo(2, org.assertj.core.api.Assertions.within(0.01)),
            d -> assertThat(d).isCloseTo(5, org.assertj.core.api.Assertions.within(0.01)));
  }

  @Test
  void writesNumbersShortly() {
    assertThat(
            List.of(0.0, 1.0, 12000.0, 0.25, 1.23456, 123.456, 6e-4, 1.25e-5, -2.5, 12345678.0)
                .stream()
                .map(Numbers::shown))
        .containsExactly(
            "0", "1", "12000", "0.25", "1.235", "123.5", "6e-4", "1.25e-5", "-2.5", "1.23e7");
    assertThat(Numbers.shown(Double.NaN)).isEqualTo("–");
    assertThat(Numbers.percent(0.1234)).isEqualTo("12.3 %");
    assertThat(Numbers.count(1234567)).isEqualTo("1,234,567");
  }

  private static LineChart.Series series(String name, double... xAndY) {
    List<LineChart.Point> points = new ArrayList<>();
    for (int i = 0; i < xAndY.length; i += 2) {
      points.add(new LineChart.Point(xAndY[i], xAndY[i + 1]));
    }
    return new LineChart.Series(name, points);
  }

  private static List<Element> curves(Element below) {
    return Pages.elements(below, "path").stream()
        .filter(path -> path.getAttribute("class").startsWith("curve"))
        .toList();
  }

  private static double[][] places(Element curve) {
    List<double[]> places = new ArrayList<>();
    Matcher matcher = PLACE.matcher(curve.getAttribute("d"));
    while (matcher.find()) {
      places.add(
          new double[] {
            Double.parseDouble(matcher.group(1)), Double.parseDouble(matcher.group(2))
          });
    }
    return places.toArray(new double[0][]);
  }
}
