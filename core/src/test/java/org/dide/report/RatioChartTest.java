package org.dide.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.dide.report.RatioChart.Bar;
import org.dide.report.RatioChart.Group;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

class RatioChartTest {
  @Test
  void drawsBarsFromOneOnALogarithmicAxis() throws Exception {
    RatioChart chart =
        new RatioChart(
            "a < b",
            "times",
            List.of(
                new Group("first", List.of(new Bar("ten", 10), new Bar("half", 0.5))),
                new Group("second", List.of(new Bar("many", 1000)))));
    Element svg = Pages.parse(chart.svg()).getDocumentElement();

    assertThat(svg.getAttribute("xmlns")).isEqualTo("http://www.w3.org/2000/svg");
    assertThat(Pages.texts(svg, "title"))
        .containsExactly("a < b. first: ten 10 ×, half 0.50 ×; second: many 1,000 ×");
    assertThat(Pages.texts(svg, "text"))
        .contains("first", "second", "ten", "10 ×", "0.1", "1", "100", "1000", "times");
    // From 0.1 to 1000: a power of ten is a quarter of the axis of 420, which begins at 46.8.
    assertThat(bars(svg, "more")).containsExactly("151.8 105", "151.8 315");
    assertThat(bars(svg, "less"))
        .containsExactly(
            "%s %s"
                .formatted(
                    Numbers.coordinate(151.8 - 105 * Math.log10(2)),
                    Numbers.coordinate(105 * Math.log10(2))));
  }

  @Test
  void refusesWhatHasNoPlaceOnTheAxis() {
    for (double ratio : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> new Bar("x", ratio)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static List<String> bars(Element svg, String kind) {
    return Pages.elements(svg, "rect").stream()
        .filter(bar -> bar.getAttribute("class").equals(kind))
        .map(bar -> bar.getAttribute("x") + " " + bar.getAttribute("width"))
        .toList();
  }
}
