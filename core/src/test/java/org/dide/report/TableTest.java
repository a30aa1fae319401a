package org.dide.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.dide.report.Table.Cell;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

class TableTest {
  @Test
  void showsSharesWithBars() throws Exception {
    Table table =
        new Table(
            "a < b",
            List.of("kind", "count", "score"),
            List.of(
                new Table.Row(
                    "all", List.of(new Cell.Figure("1,000"), new Cell.Share(0.5, true)), true),
                Table.Row.of(
                    "none", List.of(new Cell.Figure("0"), new Cell.Share(Double.NaN, false)))));
    Element scroll = Pages.parse(table.markup());
    assertThat(Pages.texts(scroll, "caption")).containsExactly("a < b");
    assertThat(Pages.texts(scroll, "th")).containsExactly("kind", "count", "score", "all", "none");
    assertThat(Pages.texts(scroll, "td")).containsExactly("1,000", "50.0 %", "0", "–");
    List<Element> cells = Pages.elements(scroll, "td");
    assertThat(cells.get(1).getAttribute("class")).isEqualTo("share best");
    assertThat(cells.get(1).getAttribute("style")).isEqualTo("--w: 50%");
    assertThat(cells.get(3).getAttribute("style")).isEqualTo("--w: 0%");
    assertThat(Pages.elements(scroll, "tr").get(1).getAttribute("class")).isEqualTo("total");
  }

  @Test
  void refusesRowsThatDoNotFit() {
    assertThatThrownBy(
            () -> new Table("t", List.of("a", "b"), List.of(Table.Row.of("r", List.of()))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("row 'r' has 0 cells besides its name, but there are 2 columns");
  }
}
