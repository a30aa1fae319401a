package org.dide.answer;

import java.nio.file.Path;
import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.dide.image.RgbImage;
import org.dide.model.FusionModel;
import org.dide.model.Inputs;
import org.dide.model.Mode;
import org.dide.task.Answer;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;

/** Asks a fusion model: the whole transformer runs for every pair, and nothing can be stored. */
final class FusionAnswerer implements Answerer {
  private final FusionModel model;
  private final Preparation preparation;

  private FusionAnswerer(FusionModel model, Preparation preparation) {
    this.model = model;
    this.preparation = preparation;
  }

  static FusionAnswerer of(FusionModel model, Preparation preparation) {
    preparation.requireAnswers();
    return new FusionAnswerer(model, preparation);
  }

  @Override
  public List<Answer> ask(List<RgbImage> pictures, String text, int count) {
    preparation.requirePictures(pictures.size());
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard()) {
      Inputs pair =
          new Inputs(
              preparation.tokens(text),
              pictures.stream()
                  .map(picture -> preparation.batch(preparation.pixels(picture)))
                  .toList());
      Tensor logits = model.observe(pair, Mode.EVALUATION).logits(); // (1, C)
      return preparation.task().answers(Tensors.floats(logits), count);
    }
  }

  @Override
  public RgbImage decode(Path picture) {
    return preparation.decoder().decode(picture);
  }

  @Override
  public void close() {} // it owns nothing
}
