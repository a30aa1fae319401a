package org.dide.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.dide.report.SpreadChart.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

class SpreadChartTest {
  @TempDir private Path folder;

  @Test
  void drawsADotBetweenWhiskersAndEveryValue() throws Exception {
    SpreadChart chart =
        new SpreadChart(
            "score < 1",
            List.of(new Row("several", List.of(0.5, 0.7, 0.9)), new Row("one", List.of(0.6))));
    Element svg = Pages.parse(chart.svg()).getDocumentElement();

    assertThat(svg.getAttribute("xmlns")).isEqualTo("http://www.w3.org/2000/svg");
    assertThat(Pages.texts(svg, "title"))
        .containsExactly("score < 1: several 0.7000 ± 0.2000, one 0.6000");
    assertThat(Pages.texts(svg, "text"))
        .contains("score < 1", "several", "0.7000 ± 0.2000", "one", "0.6000");
    // 0.5 and 0.9 lie where the whiskers end; the axis goes 5 % further to both sides.
    assertThat(centres(svg, "mean")).containsExactly(77 + 200.0);
    double low = 77 + 400 * 0.02 / 0.44;
    double high = 77 + 400 * 0.42 / 0.44;
    double one = 77 + 400 * 0.12 / 0.44;
    assertThat(centres(svg, "single"))
        .containsExactly(round(low), 77 + 200.0, round(high), round(one));
    Element whisker =
        Pages.elements(svg, "path").stream()
            .filter(path -> path.getAttribute("class").equals("whisker"))
            .findFirst()
            .orElseThrow();
    assertThat(whisker.getAttribute("d"))
        .isEqualTo("M%s 54L%s 54".formatted(Numbers.coordinate(low), Numbers.coordinate(high)));
  }

  @Test
  void writesTheSameBytesAgain() throws Exception {
    Path file = folder.resolve("chart.svg");
    SpreadChart chart = new SpreadChart("t", List.of(new Row("a", List.of(0.25, 0.5))));
    chart.write(file);
    byte[] first = Files.readAllBytes(file);
    chart.write(file);
    assertThat(Files.readAllBytes(file)).isEqualTo(first);
    assertThat(Files.readString(file)).isEqualTo(chart.svg()).endsWith("</svg>\n");
  }

  @Test
  void copesWithNothingAndNoVariation() throws Exception {
    for (List<Row> rows :
        List.of(
            List.<Row>of(),
            List.of(new Row("a", List.of())),
            List.of(new Row("a", List.of(0.0))),
            List.of(new Row("a", List.of(0.5, 0.5)), new Row("b", List.of())))) {
      String svg = new SpreadChart("t", rows).svg();
      Pages.parse(svg);
      assertThat(svg).doesNotContain("NaN", "Infinity");
    }
  }

  @Property(tries = 100)
  void whateverTheValuesTheyStayOnTheAxis(
      @ForAll @Size(min = 1, max = 6) List<@DoubleRange(min = -1e6, max = 1e6) Double> values)
      throws Exception {
    Element svg =
        Pages.parse(new SpreadChart("t", List.of(new Row("", values))).svg()).getDocumentElement();
    assertThat(centres(svg, "single")).hasSameSizeAs(values).allMatch(x -> x > 28 && x < 428);
    for (Element path : Pages.elements(svg, "path")) {
      String[] places = path.getAttribute("d").split("[ML ]");
      assertThat(Double.parseDouble(places[1])).isBetween(28.0, 428.0);
      assertThat(Double.parseDouble(places[3])).isBetween(28.0, 428.0);
    }
  }

  private static double round(double value) {
    return Math.rint(value * 100) / 100;
  }

  private static List<Double> centres(Element svg, String kind) {
    return Pages.elements(svg, "circle").stream()
        .filter(circle -> circle.getAttribute("class").equals(kind))
        .map(circle -> Double.parseDouble(circle.getAttribute("cx")))
        .toList();
  }
}
