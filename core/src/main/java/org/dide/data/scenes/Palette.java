package org.dide.data.scenes;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.dide.random.Draws;

/** The looks that objects may have, each equally likely. */
record Palette(List<Look> looks) {
  /** Every combination of the attributes that vary; in the others, objects are large and solid. */
  static Palette of(Set<Attribute> varying) {
    List<Look> looks = new ArrayList<>();
    for (Size size : Size.values()) {
      for (Texture texture : Texture.values()) {
        if ((size == Size.SMALL && !varying.contains(Attribute.SIZE))
            || (texture == Texture.STRIPED && !varying.contains(Attribute.TEXTURE))) {
          continue;
        }
        for (Colour colour : Colour.values()) {
          for (Shape shape : Shape.values()) {
            looks.add(new Look(size, texture, colour, shape));
          }
        }
      }
    }
    return new Palette(looks);
  }

  Palette only(Predicate<Look> allowed) {
    return new Palette(looks.stream().filter(allowed).toList());
  }

  Look draw(Draws draws) {
    return looks.get(draws.nextInt(looks.size()));
  }

  /** A look that fits a description and none of the others; there must be one. */
  Look draw(Draws draws, Description wanted, List<Description> unwanted) {
    List<Look> fitting = new ArrayList<>();
    for (Look look : looks) {
      if (wanted.fits(look) && fitsNone(look, unwanted)) {
        fitting.add(look);
      }
    }
    return fitting.get(draws.nextInt(fitting.size()));
  }

  private static boolean fitsNone(Look look, List<Description> unwanted) {
    for (Description description : unwanted) {
      if (description.fits(look)) {
        return false;
      }
    }
    return true;
  }
}
