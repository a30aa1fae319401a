package org.dide.data;

import java.util.List;

/**
 * A picture with descriptions of it.
 *
 * @param id the data set's own identifier
 * @param picture what is described
 * @param captions at least one
 */
public record CaptionedPicture(String id, Picture picture, List<String> captions) {
  /** Keeps an unmodifiable copy of the list. */
  public CaptionedPicture {
    captions = List.copyOf(captions);
  }
}
