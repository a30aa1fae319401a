package org.dide.hub;

import java.util.Locale;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.dide.model.Architecture;
import org.dide.model.DualEncoder;
import org.dide.model.FusionModel;
import org.dide.model.Head;
import org.dide.model.Model;
import org.dide.tensor.Device;

/** The two kinds of models. */
public enum ModelKind {
  /** One transformer over words and patches: a teacher. */
  FUSION {
    @Override
    Model load(
        Architecture architecture,
        Head head,
        Map<String, Tensor> tensors,
        String origin,
        Device device) {
      return FusionModel.loaded(architecture, head, tensors, origin, device);
    }
  },
  /** Two towers that meet in a small MLP: a student. */
  DUAL {
    @Override
    Model load(
        Architecture architecture,
        Head head,
        Map<String, Tensor> tensors,
        String origin,
        Device device) {
      return DualEncoder.loaded(architecture, head, tensors, origin, device);
    }
  };

  /** The kind of a model. */
  public static ModelKind of(Model model) {
    return model instanceof FusionModel ? FUSION : DUAL;
  }

  /** A model of this kind with a file's parameters. */
  abstract Model load(
      Architecture architecture,
      Head head,
      Map<String, Tensor> tensors,
      String origin,
      Device device);

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
