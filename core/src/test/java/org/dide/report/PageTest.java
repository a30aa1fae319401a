package org.dide.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

class PageTest {
  private static final String HOSTILE =
      "</p><script>alert(\"1\")</script>&amp;&nbsp;<!--'\u0000\uD800";

  @Test
  void textIsNothingButText() throws Exception {
    Page page =
        new Page(
            HOSTILE,
            List.of(
                Page.section(HOSTILE, List.of(Page.paragraph(HOSTILE), Page.note(HOSTILE))),
                Page.details(HOSTILE, HOSTILE),
                Markup.element("img").with("alt", HOSTILE)));
    Element html = Pages.parse(page.html()).getDocumentElement();
    String read = HOSTILE.replace('\u0000', '\uFFFD').replace('\uD800', '\uFFFD');
    assertThat(Pages.elements(html, "script")).isEmpty();
    assertThat(Pages.texts(html, "p")).containsExactly(read, read);
    assertThat(Pages.texts(html, "h1")).containsExactly(read);
    assertThat(Pages.texts(html, "pre")).containsExactly(read);
    assertThat(Pages.elements(html, "img").get(0).getAttribute("alt")).isEqualTo(read);
  }

  @Property(tries = 200)
  void anyTextComesBack(@ForAll String text) throws Exception {
    Element element = Pages.parse(Markup.element("p", text).with("title", "x" + text));
    String allowed =
        text.codePoints()
            .map(
                c ->
                    c == '\t'
                            || c == '\n'
                            || c == '\r'
                            || (c >= 0x20 && c < 0x7F)
                            || (c >= 0xA0 && c < 0xD800)
                            || (c >= 0xE000 && c <= 0xFFFD)
                            || c > 0xFFFF
                        ? c
                        : 0xFFFD)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    // Readers of XML and HTML alike make one newline of a carriage return and what follows it.
    assertThat(element.getTextContent())
        .isEqualTo(allowed.replace("\r\n", "\n").replace('\r', '\n'));
  }

  @Test
  void asksNothingOfTheNetworkAndRunsNothing() throws Exception {
    String html = new Page("title", List.of()).html();
    assertThat(html).startsWith("<!DOCTYPE html>\n<html lang=\"en\">");
    assertThat(html).doesNotContain("http:", "https:", "//", "@import", "url(", "<script");
    assertThat(html).contains("default-src 'none'");
  }

  /** Inside a style element HTML knows no escapes, and XML does. */
  @Test
  void theStyleReadsTheSameAsHtmlAndAsXml() throws Exception {
    try (InputStream stream = Page.class.getResourceAsStream("page.css")) {
      assertThat(stream).isNotNull();
      String css = new String(stream.readAllBytes(), UTF_8);
      assertThat(css).doesNotContainPattern("[<>&\"]");
      String html = new Page("title", List.of()).html();
      assertThat(Pages.texts(Pages.parse(html).getDocumentElement(), "style")).containsExactly(css);
    }
  }

  /** A browser takes {@code <div/>} for an element that is never closed. */
  @Test
  void onlyElementsWithoutContentCloseThemselves() {
    StringBuilder out = new StringBuilder();
    Markup.element("div", Markup.element("td"), Markup.element("br")).writeTo(out);
    assertThat(out).hasToString("<div><td></td><br/></div>");
  }

  @Test
  void isWrittenInOneFile(@TempDir Path folder) throws Exception {
    Page page = new Page("título", List.of(Page.paragraph("✓")));
    Path file = folder.resolve("page.html");
    page.write(file);
    assertThat(Files.readString(file)).isEqualTo(page.html()).contains("título", "✓");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }
}
