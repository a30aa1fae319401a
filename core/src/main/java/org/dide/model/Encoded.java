package org.dide.model;

import org.bytedeco.pytorch.Tensor;

/**
 * What an encoder computed.
 *
 * @param states {@code (B, T, D)}, after the final norm
 * @param pooled {@code (B, D)}, tanh of a linear map of the first token's state
 * @param mask which tokens are real
 * @param last queries and keys of the last block
 */
public record Encoded(Tensor states, Tensor pooled, Mask mask, Attention last) {}
