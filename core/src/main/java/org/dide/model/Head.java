package org.dide.model;

import java.util.stream.Stream;
import org.dide.InputException;

/** What stands on top of an encoder, as a description. */
public sealed interface Head {
  /** Prefix of its parameters in a fusion encoder, such as {@code vqa_classifier}. */
  String name();

  /** Pictures each text is about. */
  int pictures();

  /** Whether a parameter of that name belongs to it. */
  boolean owns(String parameter);

  /**
   * Scores of classes, from the vectors of an example's pictures laid side by side, each joined
   * with the text.
   *
   * @param name of its parameters
   * @param pictures each example has
   * @param classes scores given
   */
  record Classifier(String name, int pictures, int classes) implements Head {
    /** Refuses what no head can be. */
    public Classifier {
      if (pictures < 1 || pictures > 2 || classes < 1) {
        throw new InputException(
            "head %s: found %d pictures and %d classes, allowed are 1 or 2 and at least 1"
                .formatted(name, pictures, classes));
      }
    }

    @Override
    public boolean owns(String parameter) {
      return parameter.contains(name);
    }

    TwoLayerMap build(ParameterSource source, int width) {
      return new TwoLayerMap(source, name, pictures * width, 2 * width, classes);
    }
  }

  /**
   * How well each text of a batch fits each picture of it: ViLT's matching head on a fusion
   * encoder, a {@link Similarity} between two towers.
   *
   * @param words whether the words that a text hides are predicted beside it, as in pre-training,
   *     where two towers have a matching head too
   */
  record Matcher(boolean words) implements Head {
    /** A matcher that predicts no words. */
    public Matcher() {
      this(false);
    }

    @Override
    public String name() {
      return MatchingHead.NAME;
    }

    @Override
    public int pictures() {
      return 1;
    }

    @Override
    public boolean owns(String parameter) {
      return Stream.of(
              MatchingHead.NAME, Similarity.NAME, MaskedWordHead.NAME, JoinedHeads.WORD_JOIN)
          .anyMatch(name -> parameter.startsWith(name + "."));
    }
  }
}
