package org.dide.verify;

/** How close is close enough, in float32 with one or two threads. */
final class Tolerance {
  /** Outputs, logits, attention scores and probabilities: absolute, where values stay below 1. */
  static final double OUTPUT = 1e-5;

  /** The same where values exceed 1: of the tensor's largest magnitude. */
  static final double LARGE_OUTPUT = 2e-5;

  /** Losses: relative. */
  static final double LOSS = 1e-6;

  /** The terms of the attention loss: relative. */
  static final double ATTENTION_LOSS = 1e-5;

  /** Gradients: of the tensor's largest magnitude. */
  static final double GRADIENT = 2e-5;

  /** Parameters after a training: absolute. */
  static final double PARAMETER = 1e-4;

  /** Outputs of the transformers library, whose norms add other small numbers: absolute. */
  static final double HUGGING_FACE = 1e-5;

  /** Outputs of models of ViT-B/32's size: absolute. */
  static final double BASE_OUTPUT = 1e-4;

  /**
   * Scores and learning rates, which the reference sums or multiplies in float32 or in another
   * order: one rounding of float32, relative to values up to 1.
   */
  static final double ROUNDING = 1e-6;

  private Tolerance() {}

  /** The bound for an output with this largest magnitude. */
  static double output(double largest) {
    return largest > 1 ? LARGE_OUTPUT * largest : OUTPUT;
  }
}
