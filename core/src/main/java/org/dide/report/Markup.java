package org.dide.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A piece of a page: an element, or text. Text is escaped where it is written, and there is no way
 * around that. What is written is well-formed both as HTML and as XML.
 */
public sealed interface Markup {
  /** An element without attributes, holding text. */
  static Element element(String name, String text) {
    return element(name, List.of(text(text)));
  }

  /** An element without attributes. */
  static Element element(String name, Markup... children) {
    return element(name, List.of(children));
  }

  /** An element without attributes. */
  static Element element(String name, List<? extends Markup> children) {
    return new Element(name, Map.of(), List.copyOf(children));
  }

  /** Text as it is to be read. */
  static Text text(String text) {
    return new Text(text);
  }

  /** Adds what this is in a file. */
  void writeTo(StringBuilder out);

  /**
   * An element.
   *
   * @param name in lower case, or as SVG spells it
   * @param attributes in order; values as they are meant, not escaped
   * @param children in order
   */
  record Element(String name, Map<String, String> attributes, List<Markup> children)
      implements Markup {
    private static final Set<String> VOID =
        Set.of("meta", "img", "br", "hr", "col", "rect", "line", "path", "image", "use", "circle");

    /** Lines of a file end here, so that it can be looked at. */
    private static final Set<String> LAST_ON_ITS_LINE =
        Set.of("p", "tr", "figure", "section", "head", "style", "title", "text", "h1", "h2", "h3");

    /** Keeps unmodifiable copies, in order. */
    public Element {
      attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
      children = List.copyOf(children);
    }

    /** The same with another attribute. */
    public Element with(String attribute, String value) {
      Map<String, String> all = new LinkedHashMap<>(attributes);
      all.put(attribute, value);
      return new Element(name, all, children);
    }

    /** The same with another attribute, a number. */
    public Element with(String attribute, double value) {
      return with(attribute, Numbers.coordinate(value));
    }

    /** The same with more children at its end. */
    public Element add(List<? extends Markup> more) {
      List<Markup> all = new ArrayList<>(children);
      all.addAll(more);
      return new Element(name, attributes, all);
    }

    /** The same with more children at its end. */
    public Element add(Markup... more) {
      return add(List.of(more));
    }

    @Override
    public void writeTo(StringBuilder out) {
      out.append('<').append(name);
      attributes.forEach(
          (attribute, value) -> {
            out.append(' ').append(attribute).append("=\"");
            escape(value, out);
            out.append('"');
          });
      if (VOID.contains(name) && children.isEmpty()) {
        out.append("/>");
      } else {
        out.append('>');
        children.forEach(child -> child.writeTo(out));
        out.append("</").append(name).append('>');
      }
      if (LAST_ON_ITS_LINE.contains(name)) {
        out.append('\n');
      }
    }
  }

  /**
   * Text.
   *
   * @param value as it is to be read, not escaped
   */
  record Text(String value) implements Markup {
    @Override
    public void writeTo(StringBuilder out) {
      escape(value, out);
    }
  }

  /** Writes text so that it is nothing but text, in an element and in an attribute. */
  private static void escape(String text, StringBuilder out) {
    text.codePoints()
        .forEach(
            character -> {
              switch (character) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                default -> out.appendCodePoint(isAllowed(character) ? character : 0xFFFD);
              }
            });
  }

  /** The characters that XML and HTML let stand in text. */
  private static boolean isAllowed(int character) {
    return character == '\t'
        || character == '\n'
        || character == '\r'
        || (character >= 0x20 && character < 0x7F)
        || (character >= 0xA0 && character <= 0xD7FF)
        || (character >= 0xE000 && character <= 0xFFFD)
        || character >= 0x10000;
  }
}
