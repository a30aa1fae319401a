package org.dide.report;

import java.util.Base64;
import org.dide.image.PngEncoder;
import org.dide.image.RgbImage;

/** Pictures that stand in a page itself. */
final class Pictures {
  private Pictures() {}

  /** The picture as a {@code data:} address. */
  static String address(RgbImage picture) {
    return address(PngEncoder.encode(picture));
  }

  /** A PNG file as a {@code data:} address. */
  static String address(byte[] png) {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
  }
}
