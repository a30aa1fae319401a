package org.dide.train;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Parameters that share a learning rate and a weight decay.
 *
 * @param rate base learning rate
 * @param weightDecay its weight decay
 * @param parameters names, in the model's order
 */
public record ParameterGroup(double rate, double weightDecay, List<String> parameters) {
  // The published trainings' rule, by substring: the normalisations inside fusion and classifiers
  // are numbered, not named, so their weights are decayed. The scale of similarities is ours to
  // add, as in CLIP, and so is where vectors look: 0 is a corner of the picture, not little.
  private static final List<String> NOT_DECAYED =
      List.of(
          "log_scale",
          "pooling.centres",
          "pooling.falls",
          "bias",
          "LayerNorm.weight",
          "norm.weight",
          "norm1.weight",
          "norm2.weight");

  /** Copies the names. */
  public ParameterGroup {
    parameters = List.copyOf(parameters);
  }

  /** Whether weight decay acts on the parameter of that name. */
  public static boolean isDecayed(String name) {
    return NOT_DECAYED.stream().noneMatch(name::contains);
  }

  /**
   * The four groups, any of which may be empty: body with and without decay, head with and without.
   */
  static List<ParameterGroup> of(
      Iterable<String> names, OptimizerSettings settings, Predicate<String> isHead) {
    List<ParameterGroup> groups = new ArrayList<>();
    for (boolean head : new boolean[] {false, true}) {
      for (boolean decayed : new boolean[] {true, false}) {
        List<String> members = new ArrayList<>();
        for (String name : names) {
          if (isHead.test(name) == head && isDecayed(name) == decayed) {
            members.add(name);
          }
        }
        groups.add(
            new ParameterGroup(
                head ? settings.rate() * settings.headMultiplier() : settings.rate(),
                decayed ? settings.weightDecay() : 0,
                members));
      }
    }
    return groups;
  }
}
