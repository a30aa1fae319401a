package org.dide.model;

import static org.bytedeco.pytorch.global.torch.cat;

import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * What an {@link AttentiveJoin} looks at of pictures.
 *
 * @param vectors {@code (B, K, D)}
 * @param mask {@code (B, K)}, false on padding
 * @param shares {@code (B, K, 1+N)}: of which of the picture's states each vector was pooled,
 *     adding up to 1; empty where the vectors are the states themselves, or are stored ones
 */
record Memory(Tensor vectors, Mask mask, Optional<Tensor> shares) {
  /** States as they are. */
  static Memory of(Encoded pictures) {
    return new Memory(pictures.states(), pictures.mask(), Optional.empty());
  }

  /** Vectors that were pooled from states, all of them real. */
  static Memory pooled(Tensor vectors, Tensor shares) {
    return new Memory(vectors, Mask.full(vectors), Optional.of(shares));
  }

  /** Vectors that were stored, all of them real. */
  static Memory stored(Tensor vectors) {
    return new Memory(vectors, Mask.full(vectors), Optional.empty());
  }

  /** All pictures of an example in one: {@code (B, K + K', D)}. */
  static Memory together(List<Memory> pictures) {
    if (pictures.size() == 1) {
      return pictures.get(0);
    }
    Tensor[] vectors = pictures.stream().map(Memory::vectors).toArray(Tensor[]::new);
    Mask mask = pictures.stream().map(Memory::mask).reduce(Mask::then).orElseThrow();
    return new Memory(cat(new TensorVector(vectors), 1), mask, Optional.empty());
  }

  /** K. */
  long size() {
    return vectors.size(1);
  }
}
