package org.dide.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.dide.report.CostChart.Point;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

class CostChartTest {
  @Test
  void drawsDotsByCostAndValue() throws Exception {
    CostChart chart =
        new CostChart(
            "score on test",
            "ms",
            List.of(
                new Point("teacher", 100, Spread.of(List.of(0.9))),
                new Point("student", 1, Spread.of(List.of(0.5, 0.7))),
                new Point("between", 10, Spread.of(List.of(0.8)))));
    Element svg = Pages.parse(chart.svg()).getDocumentElement();

    assertThat(Pages.texts(svg, "title"))
        .containsExactly(
            "score on test against ms: student 0.6000 ± 0.1414 at 1, between 0.8000 at 10,"
                + " teacher 0.9000 at 100");
    assertThat(Pages.texts(svg, "text"))
        .contains("score on test", "ms", "1", "2", "5", "10", "100", "teacher", "student");
    List<Double> across = places(svg, "cx");
    assertThat(across.get(1) - across.get(0)).isCloseTo(across.get(2) - across.get(1), within(.02));
    List<Double> down = places(svg, "cy");
    assertThat((down.get(0) - down.get(1)) / (down.get(1) - down.get(2))).isCloseTo(2, within(.01));
    assertThat(Pages.elements(svg, "path"))
        .filteredOn(path -> path.getAttribute("class").equals("whisker"))
        .hasSize(3); // only what has several seeds
  }

  @Test
  void fartherCostsHaveFewerNumbers() throws Exception {
    Spread one = Spread.of(List.of(0.5));
    CostChart chart =
        new CostChart("t", "ms", List.of(new Point("a", 1, one), new Point("b", 1e4, one)));
    assertThat(Pages.texts(Pages.parse(chart.svg()).getDocumentElement(), "text"))
        .contains("1", "10", "1000", "10000")
        .doesNotContain("2", "5", "20");
  }

  @Test
  void refusesWhatHasNoPlace() {
    Spread one = Spread.of(List.of(0.5));
    assertThatThrownBy(() -> new Point("free", 0, one)).hasMessageContaining("free");
    assertThatThrownBy(() -> new Point("endless", Double.POSITIVE_INFINITY, one))
        .hasMessageContaining("endless");
    assertThatThrownBy(() -> new CostChart("t", "ms", List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Property(tries = 100)
  void everyDotLiesInsideAndNoTwoNamesTouch(
      @ForAll @Size(min = 1, max = 30) List<@DoubleRange(min = 0.01, max = 1e6) Double> values)
      throws Exception {
    List<Point> points =
        IntStream.range(0, values.size())
            .mapToObj(
                i ->
                    new Point(
                        "name" + i,
                        values.get(values.size() - 1 - i),
                        Spread.of(values.subList(i, i + 1))))
            .toList();
    Element svg = Pages.parse(new CostChart("t", "ms", points).svg()).getDocumentElement();
    assertThat(places(svg, "cx")).hasSameSizeAs(values).allMatch(x -> x > 56 && x < 536);
    double bottom = 40 + Math.max(300, 15 * values.size());
    assertThat(places(svg, "cy")).allMatch(y -> y > 40 && y < bottom);
    List<Double> names =
        Pages.elements(svg, "text").stream()
            .filter(text -> text.getAttribute("class").equals("name"))
            .map(text -> Double.parseDouble(text.getAttribute("y")))
            .toList();
    assertThat(names).hasSameSizeAs(values).allMatch(y -> y >= 44 && y <= bottom + 4.01);
    for (int i = 1; i < names.size(); i++) {
      assertThat(names.get(i) - names.get(i - 1)).isGreaterThanOrEqualTo(14.98);
    }
  }

  private static List<Double> places(Element svg, String attribute) {
    return Pages.elements(svg, "circle").stream()
        .map(circle -> Double.parseDouble(circle.getAttribute(attribute)))
        .toList();
  }
}
