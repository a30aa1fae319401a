package org.dide.data.scenes;

import java.util.Arrays;
import java.util.List;
import org.dide.InputException;

/**
 * Who may appear in scenes, and who may be spoken of.
 *
 * @param settings how scenes are drawn
 * @param palette looks of the objects in pictures
 * @param subjects looks that texts are about
 * @param unseen whether the subjects are the pairs held out, which texts then name
 * @param attributes what texts speak of, in English order
 */
record Cast(
    ScenesSettings settings,
    Palette palette,
    Palette subjects,
    boolean unseen,
    List<Attribute> attributes) {

  /** Everything but the pairs held out. */
  static Cast seen(ScenesSettings settings) {
    Palette palette = Palette.of(settings.attributes()).only(look -> !settings.holdsOut(look));
    return new Cast(settings, palette, palette, false, attributes(settings));
  }

  /** Texts about the pairs held out, among objects of every kind. */
  static Cast unseen(ScenesSettings settings) {
    if (settings.heldOut().isEmpty()) {
      throw new InputException(
          "scenes.heldOut: found no pairs; the unseen part needs at least one");
    }
    Palette palette = Palette.of(settings.attributes());
    return new Cast(
        settings, palette, palette.only(settings::holdsOut), true, attributes(settings));
  }

  private static List<Attribute> attributes(ScenesSettings settings) {
    return Arrays.stream(Attribute.values()).filter(settings.attributes()::contains).toList();
  }
}
