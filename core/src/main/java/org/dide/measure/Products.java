package org.dide.measure;

import org.dide.model.Architecture;
import org.dide.model.AttentiveSizes;
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
    return patches(patches) + transformer(1L + patches) + share() + pooling(1L + patches);
  }

  /** A text, until it can be stored. */
  long text(int words) {
    return transformer(words) + share();
  }

  /** An answer to a text of so many words from what is stored of pictures of so many patches. */
  long join(int words, int patches) {
    long width = sizes.width();
    long decision = 2 * width * head.classes();
    return sizes
        .join()
        .map(attentive -> attentive(attentive, words, patches) + 2 * width * width + decision)
        .orElseGet(() -> 4L * head.pictures() * width * width + decision);
  }

  /** Layers and pooler of an attentive join. */
  private long attentive(AttentiveSizes join, long words, long patches) {
    long width = sizes.width();
    long vectors = head.pictures() * (join.keepsAllStates() ? 1 + patches : join.vectors());
    long cross = 2 * vectors * width * width + 2 * words * width * width; // k, v; q and out
    long looks = 2 * words * vectors * width;
    return join.layers() * (cross + looks + block(words)) + width * width;
  }

  /** Of a picture's states to the vectors that an attentive join looks at. */
  private long pooling(long states) {
    long width = sizes.width();
    return sizes
        .join()
        .filter(join -> join.vectors() > 0)
        .map(
            join ->
                states * width * width // k
                    + 2L * join.vectors() * states * width)
        .orElse(0L);
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
    return sizes.depth() * block(tokens) + width * width; // and the pooler
  }

  private long block(long tokens) {
    long width = sizes.width();
    long linear = (4L + 2L * sizes.mlpRatio()) * width * width; // q, k, v and out; two of the MLP
    long attention = 2 * tokens * width;
    return tokens * (linear + attention);
  }
}
