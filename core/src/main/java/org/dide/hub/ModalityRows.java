package org.dide.hub;

import static org.bytedeco.pytorch.global.torch.cat;

import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.dide.model.Model;
import org.dide.tensor.Scope;

/** Takes a parameter over into a model whose modality table may have other rows. */
final class ModalityRows {
  private static final String TABLE = "token_type_embeddings.weight";

  private ModalityRows() {}

  /** Overwrites a parameter; of a modality table, a third row begins as the second. */
  static void assign(Model model, String name, Tensor value) {
    try (Scope scope = Scope.open()) {
      model.parameters().assign(name, name.endsWith(TABLE) ? fitted(model, name, value) : value);
    }
  }

  private static Tensor fitted(Model model, String name, Tensor table) {
    long rows = Optional.ofNullable(model.parameters().tensors().get(name)).orElseThrow().size(0);
    Tensor values = table.detach();
    if (rows <= values.size(0)) {
      return values.narrow(0, 0, rows);
    }
    Tensor last = values.narrow(0, values.size(0) - 1, 1);
    return cat(new TensorVector(values, last), 0); // (rows + 1, D)
  }
}
