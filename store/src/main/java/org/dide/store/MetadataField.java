package org.dide.store;

import java.util.Set;
import java.util.regex.Pattern;
import org.dide.InputException;

/**
 * A column of a store that says something about its items, for filters. Any item may lack it.
 *
 * @param name lower case letters, digits and underscores
 * @param type of its values
 */
public record MetadataField(String name, MetadataType type) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");
  private static final Pattern VECTOR = Pattern.compile("(pooled|share)_[0-9]+(_scales)?");
  private static final Set<String> TAKEN = Set.of("id", "sha256", "width", "height", "text");

  /** Refuses names that filters could not tell from a store's own columns. */
  public MetadataField {
    if (!NAME.matcher(name).matches() || TAKEN.contains(name) || VECTOR.matcher(name).matches()) {
      throw new InputException(
          ("metadata '%s': is not a name for it; allowed are up to 63 of a-z, 0-9 and _, a letter"
                  + " first, other than id, sha256, width, height, text, pooled_0, share_0 and"
                  + " those with _scales after them")
              .formatted(name));
    }
  }
}
