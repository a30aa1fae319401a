package org.dide.hub;

import java.util.List;

/**
 * What a download is about to fetch.
 *
 * @param name the model's
 * @param commit which state of it
 * @param files those still to be fetched
 * @param bytes of these together
 * @param present how many of the bytes an earlier download left
 */
public record HubPlan(String name, String commit, List<String> files, long bytes, long present) {
  /** Keeps an unmodifiable copy of the list. */
  public HubPlan {
    files = List.copyOf(files);
  }
}
