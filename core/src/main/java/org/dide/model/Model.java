package org.dide.model;

/** A trained or trainable answerer; who holds one need not know whether its sides ever meet. */
public sealed interface Model extends AutoCloseable permits FusionModel, DualEncoder {
  /** Runs the whole model over a batch. */
  Observation observe(Inputs inputs, Mode mode);

  /** The sizes of its encoder, or of each tower. */
  Architecture architecture();

  /** What stands on top. */
  Head head();

  /** Its parameters; the model owns them. */
  Parameters parameters();

  /** Frees the parameters. */
  @Override
  default void close() {
    parameters().close();
  }
}
