package org.dide.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dide.image.PngEncoder;
import org.dide.image.RgbImage;

/**
 * Attention laid over a picture: the most attended patch is as bright as the picture, the others
 * are the darker the less they got. On coarse grids each patch tells its share.
 *
 * @param picture what is looked at; its definition must stand on the page before
 * @param caption whose attention, to what
 * @param heat where it lies
 * @param large whether the map stands alone
 */
record AttentionMap(Shared picture, String caption, Heat heat, boolean large) {
  private static final int MOST_NUMBERED = 36;
  private static final double LEAST_SHOWN = 0.005;
  private static final double FONT = 0.22; // of a patch's height
  private static final int PNG_SIDE = 320;
  private static final int GAP = 12;

  /**
   * A picture that several maps of a page show and that stands in the page once.
   *
   * @param id names it in the page
   * @param pixels as the models saw it
   */
  record Shared(String id, RgbImage pixels) {
    Markup definition() {
      Markup image =
          Markup.element("image")
              .with("id", id)
              .with("class", "plain")
              .with("width", pixels.width())
              .with("height", pixels.height())
              .with("href", Pictures.address(pixels));
      return Markup.element("svg", Markup.element("defs", image))
          .with("class", "hidden")
          .with("aria-hidden", "true");
    }
  }

  Markup markup() {
    int width = picture.pixels().width();
    int height = picture.pixels().height();
    Markup veil =
        Markup.element("image")
            .with("class", "plain")
            .with("width", width)
            .with("height", height)
            .with("preserveAspectRatio", "none")
            .with("href", Pictures.address(veil()));
    Markup.Element drawing =
        Markup.element(
                "svg",
                Markup.element("title", caption),
                Markup.element("use").with("href", "#" + picture.id()),
                veil)
            .with("viewBox", "0 0 %d %d".formatted(width, height))
            .with("role", "img")
            .with("aria-label", caption)
            .add(shares(width, height));
    return Markup.element("figure", drawing, Markup.element("figcaption", caption))
        .with("class", large ? "attention large" : "attention");
  }

  private byte[] veil() {
    byte[] rgba = new byte[4 * heat.weights().length];
    for (int patch = 0; patch < heat.weights().length; patch++) {
      rgba[4 * patch + 3] = (byte) Math.round(255 * heat.shade(patch));
    }
    return PngEncoder.encodeTransparent(heat.columns(), heat.rows(), rgba);
  }

  private List<Markup> shares(double width, double height) {
    List<Markup> shares = new ArrayList<>();
    for (int patch = 0; patch < heat.weights().length; patch++) {
      int row = patch / heat.columns();
      int column = patch % heat.columns();
      double weight = heat.weights()[patch];
      if (heat.weights().length <= MOST_NUMBERED && weight >= LEAST_SHOWN) {
        shares.add(
            Markup.element("text", Math.round(100 * weight) + "%")
                .with("x", width * (column + 0.5) / heat.columns())
                .with("y", height * (row + 0.5) / heat.rows())
                .with("font-size", FONT * height / heat.rows()));
      }
    }
    return shares;
  }

  /** Maps over one picture side by side, as a picture of their own. */
  static RgbImage sideBySide(RgbImage picture, List<Heat> heats) {
    int scale = Math.max(1, PNG_SIDE / Math.max(picture.width(), picture.height()));
    int width = picture.width() * scale;
    int height = picture.height() * scale;
    int stride = heats.size() * (width + GAP) - GAP;
    byte[] rgb = new byte[3 * stride * height];
    Arrays.fill(rgb, (byte) 0xFF);
    for (int map = 0; map < heats.size(); map++) {
      Heat heat = heats.get(map);
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          int patch = y * heat.rows() / height * heat.columns() + x * heat.columns() / width;
          int in = 3 * (y / scale * picture.width() + x / scale);
          int out = 3 * (y * stride + map * (width + GAP) + x);
          for (int channel = 0; channel < 3; channel++) {
            int sample = picture.rgb()[in + channel] & 0xFF;
            rgb[out + channel] = (byte) Math.round(sample * (1 - heat.shade(patch)));
          }
        }
      }
    }
    return new RgbImage(stride, height, rgb);
  }
}
