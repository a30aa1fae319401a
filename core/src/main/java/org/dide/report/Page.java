package org.dide.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.dide.AtomicFile;
import org.dide.InputException;

/**
 * A page in one file: style, drawings and pictures stand in it, nothing is fetched and nothing
 * runs. Light or dark as the reader's system is.
 *
 * @param title of the page, also its heading
 * @param content below the heading
 */
public record Page(String title, List<? extends Markup> content) {
  /** Whatever the page holds, a browser may only show it. */
  private static final String POLICY =
      "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

  /** Keeps an unmodifiable copy of the list. */
  public Page {
    content = List.copyOf(content);
  }

  /** A part of a page under a heading of its own. */
  public static Markup section(String heading, List<? extends Markup> content) {
    return Markup.element("section", Markup.element("h2", heading)).add(content);
  }

  /** A paragraph. */
  public static Markup paragraph(String text) {
    return Markup.element("p", text);
  }

  /** A paragraph of less importance. */
  public static Markup note(String text) {
    return Markup.element("p", text).with("class", "quiet");
  }

  /** A box whose children lie side by side where there is room, such as {@code charts}. */
  public static Markup.Element box(String kind, List<? extends Markup> content) {
    return Markup.element("div", content).with("class", kind);
  }

  /** Facts at a glance, by name. */
  public static Markup facts(Map<String, String> facts) {
    List<Markup> items = new ArrayList<>();
    facts.forEach(
        (name, value) ->
            items.add(
                Markup.element("div", Markup.element("dt", name), Markup.element("dd", value))));
    return Markup.element("dl", items).with("class", "facts");
  }

  /** Long text that shows when it is asked for, with its line breaks. */
  public static Markup details(String summary, String text) {
    return Markup.element(
        "details", Markup.element("summary", summary), Markup.element("pre", text));
  }

  /** The file's content: HTML that is well-formed XML too. */
  public String html() {
    Markup.Element head =
        Markup.element(
            "head",
            Markup.element("meta").with("charset", "utf-8"),
            Markup.element("meta")
                .with("http-equiv", "Content-Security-Policy")
                .with("content", POLICY),
            Markup.element("meta")
                .with("name", "viewport")
                .with("content", "width=device-width, initial-scale=1"),
            Markup.element("title", title),
            Markup.element("style", style()));
    Markup.Element main = Markup.element("main", Markup.element("h1", title)).add(content);
    StringBuilder html = new StringBuilder("<!DOCTYPE html>\n");
    Markup.element("html", head, Markup.element("body", main)).with("lang", "en").writeTo(html);
    return html.append('\n').toString();
  }

  /**
   * Writes the page, whole or not at all.
   *
   * @throws InputException if it cannot be written
   */
  public void write(Path file) {
    AtomicFile.write(file, html().getBytes(UTF_8));
  }

  private static String style() {
    try (InputStream stream = Page.class.getResourceAsStream("page.css")) {
      if (stream == null) {
        throw new IllegalStateException("missing resource page.css");
      }
      return new String(stream.readAllBytes(), UTF_8);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
