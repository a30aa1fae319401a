package org.dide.model;

import static org.bytedeco.pytorch.global.torch.dropout;

import org.bytedeco.pytorch.Tensor;

/**
 * Zeroes values at random while training.
 *
 * @param probability of each value
 */
record Dropout(double probability) {
  Tensor apply(Tensor x, Mode mode) {
    return mode.training() && probability > 0 ? dropout(x, probability, true) : x;
  }
}
