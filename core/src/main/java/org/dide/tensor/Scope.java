package org.dide.tensor;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;

/**
 * The owner of every tensor made between its opening and its closing, on the thread that opened it.
 *
 * <pre>{@code
 * try (Scope step = Scope.open()) {
 *   Tensor loss = model.loss(batch); // freed with everything else made on the way
 *   return loss.item_float();
 * }
 * }</pre>
 *
 * <p>Native memory is invisible to the garbage collector: without a scope it grows by gigabytes
 * before anything is collected. One scope per training step and per request; scopes nest. Whatever
 * must live longer is kept on purpose with {@link #keep}.
 */
public final class Scope implements AutoCloseable {
  static {
    Engine.prepare();
  }

  private final PointerScope pointers = new PointerScope();

  private Scope() {}

  /** Opens a scope; close it on the same thread, inner scopes first. */
  public static Scope open() {
    return new Scope();
  }

  /**
   * Takes a tensor out of this scope. From here on the caller owns it and must {@code close()} it.
   *
   * @return the same tensor
   */
  public <P extends Pointer> P keep(P tensor) {
    tensor.retainReference();
    return tensor;
  }

  /** Frees what was made inside and not kept. */
  @Override
  public void close() {
    pointers.close();
  }
}
