package org.dide.hub;

import java.util.Locale;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.dide.model.Absent;
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
    public Model load(
        Architecture architecture,
        Head head,
        Map<String, Tensor> tensors,
        Absent absent,
        String origin,
        Device device) {
      return FusionModel.loaded(architecture, head, tensors, absent, origin, device);
    }
  },
  /** Two towers that meet in a small MLP: a student. */
  DUAL {
    @Override
    public Model load(
        Architecture architecture,
        Head head,
        Map<String, Tensor> tensors,
        Absent absent,
        String origin,
        Device device) {
      return DualEncoder.loaded(architecture, head, tensors, absent, origin, device);
    }
  };

  /** The kind of a model. */
  public static ModelKind of(Model model) {
    return model instanceof FusionModel ? FUSION : DUAL;
  }

  /** A model of this kind with a file's parameters. */
  public abstract Model load(
      Architecture architecture,
      Head head,
      Map<String, Tensor> tensors,
      Absent absent,
      String origin,
      Device device);

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
