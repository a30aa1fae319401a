package org.dide.train;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one training step did.
 *
 * @param step steps done, this one included
 * @param total steps in all
 * @param epoch the epoch it belongs to, from 0
 * @param loss the total loss
 * @param parts the terms of the loss, by name, in the recipe's order
 * @param rate the body's learning rate
 * @param examplesPerSecond of late
 * @param left estimated time to the end
 */
public record StepReport(
    long step,
    long total,
    int epoch,
    double loss,
    Map<String, Double> parts,
    double rate,
    double examplesPerSecond,
    Duration left) {
  /** Copies the parts. */
  public StepReport {
    parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
  }
}
