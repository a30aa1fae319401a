package org.dide.train;

import java.util.Optional;
import org.dide.data.Splits;
import org.dide.evaluate.Evaluator;
import org.dide.image.Augmentation;
import org.dide.image.Preprocessor;
import org.dide.image.PreprocessorSettings;
import org.dide.image.RandAugment;
import org.dide.image.ShiftAndFlip;
import org.dide.model.Model;
import org.dide.task.ExamplePreparer;
import org.dide.task.Task;
import org.dide.tensor.Device;
import org.dide.tensor.Precision;
import org.dide.text.Vocabulary;
import org.dide.text.WordPieceTokenizer;

/**
 * A recipe with everything it names found and built. It owns the model and the teacher.
 *
 * @param recipe the recipe
 * @param data train, dev and test
 * @param vocabulary of the texts
 * @param preprocessing of the pictures
 * @param task what is learnt
 * @param model what is trained, with its first parameters
 * @param teacher the frozen teacher, if it is learnt from
 */
public record Training(
    Recipe recipe,
    Splits data,
    Vocabulary vocabulary,
    PreprocessorSettings preprocessing,
    Task task,
    Model model,
    Optional<Model> teacher)
    implements AutoCloseable {

  /** The model is set to learn, the teacher to stay as it is. */
  public Training {
    model.parameters().setTrainable(true);
    teacher.ifPresent(frozen -> frozen.parameters().setTrainable(false));
  }

  /** Prepares training examples, with the recipe's augmentation. */
  public ExamplePreparer trainingPreparer() {
    return new ExamplePreparer(
        new WordPieceTokenizer(vocabulary),
        model.architecture().maxTextLength(),
        new Preprocessor(preprocessing, model.architecture().patchSize()),
        augmentation(recipe.pictures()),
        recipe.seed());
  }

  /** Prepares examples as they are. */
  public ExamplePreparer evaluationPreparer() {
    return ExamplePreparer.unchanged(vocabulary, preprocessing, model.architecture());
  }

  /** Evaluates models of this training's task. */
  public Evaluator evaluator() {
    return new Evaluator(
        task,
        evaluationPreparer(),
        recipe.evaluation().batch(),
        recipe.evaluation().pairs(),
        Device.of(recipe.compute().device()),
        Precision.of(recipe.compute().precision()));
  }

  /** How much of the data may be unreadable. */
  Tolerance tolerance() {
    return new Tolerance(recipe.data().tolerate());
  }

  private static Augmentation augmentation(Recipe.PictureSettings settings) {
    Augmentation chosen = Augmentation.NONE;
    if (settings.randAugment() > 0) {
      chosen = chosen.then(new RandAugment(settings.randAugment(), settings.magnitude())::apply);
    }
    if (settings.shift() > 0 || settings.flip()) {
      chosen = chosen.then(new ShiftAndFlip(settings.shift(), settings.flip()));
    }
    return chosen;
  }

  @Override
  public void close() {
    model.close();
    teacher.ifPresent(Model::close);
  }
}
