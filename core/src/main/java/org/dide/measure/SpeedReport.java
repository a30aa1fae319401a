package org.dide.measure;

import java.time.Instant;
import java.util.List;
import org.dide.tensor.Machine;

/**
 * How fast teacher and student answer. As JSON, an object with one key for each component.
 *
 * @param version of this format: 1, the first
 * @param measured when it was done
 * @param machine on which, and what else it did at the end
 * @param entrants the models
 * @param settings how it was measured
 * @param tokens of a text, [CLS] and [SEP] included
 * @param patches of a picture
 * @param gigaflops 10⁹ operations in a second, at which one thread multiplied matrices meanwhile
 * @param figures one for each way to answer
 * @param scans of a whole collection
 */
public record SpeedReport(
    int version,
    Instant measured,
    Machine machine,
    String entrants,
    SpeedSettings settings,
    int tokens,
    int patches,
    double gigaflops,
    List<Figure> figures,
    List<Scan> scans) {
  static final int VERSION = 1;

  /** Keeps unmodifiable copies of the lists. */
  public SpeedReport {
    figures = List.copyOf(figures);
    scans = List.copyOf(scans);
  }
}
