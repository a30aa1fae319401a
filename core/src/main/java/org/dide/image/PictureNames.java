package org.dide.image;

import java.util.Locale;
import java.util.Set;

/** Tells pictures from other files by their names. */
public final class PictureNames {
  /** The endings of pictures, in lower case. */
  public static final Set<String> ENDINGS =
      Set.of("jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff");

  private PictureNames() {}

  /** Whether a file is a picture, by its name's ending. */
  public static boolean isPicture(String name) {
    return ENDINGS.contains(ending(name));
  }

  /** What stands behind a name's last dot, in lower case; empty if there is none. */
  public static String ending(String name) {
    int dot = name.lastIndexOf('.');
    return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
  }
}
