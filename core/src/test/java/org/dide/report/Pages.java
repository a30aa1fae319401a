package org.dide.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.dide.image.DecodeOptions;
import org.dide.image.ImageDecoder;
import org.dide.image.RgbImage;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Reads pages as a strict reader would. */
public final class Pages {
  private static final String PNG = "data:image/png;base64,";

  private Pages() {}

  /** A page, parsed; fails if it is not well-formed. */
  public static Document parse(String html) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(html.getBytes(UTF_8)));
  }

  /** A piece, parsed. */
  static Element parse(Markup markup) throws Exception {
    StringBuilder xml = new StringBuilder();
    markup.writeTo(xml);
    return parse(xml.toString()).getDocumentElement();
  }

  /** All elements of that name, in order. */
  public static List<Element> elements(Element below, String name) {
    NodeList found = below.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < found.getLength(); i++) {
      elements.add((Element) found.item(i));
    }
    return elements;
  }

  /** The texts of all elements of that name, in order. */
  public static List<String> texts(Element below, String name) {
    return elements(below, name).stream().map(Element::getTextContent).toList();
  }

  /** A picture that stands in the page. */
  static RgbImage picture(String address) {
    if (!address.startsWith(PNG)) {
      throw new AssertionError("not a picture: " + address);
    }
    byte[] bytes = Base64.getDecoder().decode(address.substring(PNG.length()));
    return new ImageDecoder(DecodeOptions.defaults()).decode(bytes, "picture of the page");
  }
}
