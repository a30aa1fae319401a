package org.dide.measure;

import org.dide.model.Architecture;
import org.dide.model.Head;

/**
 * How many products of two numbers the matrix multiplications of an answer take; everything else,
 * such as norms and what chooses the best answers, is not counted.
 *
 * @param sizes of the encoder, or of each tower
 * @param head on top
 */
record Products(Architecture sizes, Head.Classifier head) {
  private static final int CHANNELS = 3;

  /** A fusion encoder that answers one question: a pass for each picture, then the head. */
  long teacher(int words, int patches) {
    long width = sizes.width();
    long pass = patches(patches) + transformer(words + 1L + patches);
    long classifier = head.pictures() * width * 2 * width + 2 * width * head.classes();
    return head.pictures() * pass + classifier;
  }

  /** A picture, until it can be stored. */
  long picture(int patches) {
    return patches(patches) + transformer(1L + patches) + share();
  }

  /** A text, until it can be stored. */
  long text(int words) {
    return transformer(words) + share();
  }

  /** An answer from what is stored. */
  long join() {
    long width = sizes.width();
    long evidence = 2 * width * width + width * 2 * width; // joiner's second, classifier's first
    return head.pictures() * evidence + 2 * width * head.classes();
  }

  /** What a pooled vector brings to the join. */
  private long share() {
    return 2L * sizes.width() * sizes.width();
  }

  private long patches(int patches) {
    return (long) patches * CHANNELS * sizes.patchSize() * sizes.patchSize() * sizes.width();
  }

  private long transformer(long tokens) {
    long width = sizes.width();
    long linear = (4L + 2L * sizes.mlpRatio()) * width * width; // q, k, v and out; two of the MLP
    long attention = 2 * tokens * width;
    return sizes.depth() * tokens * (linear + attention) + width * width; // and the pooler
  }
}
