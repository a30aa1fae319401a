package org.dide.cli;

import java.util.List;
import org.dide.InputException;
import org.dide.train.Recipe;
import picocli.CommandLine.Command;

/** {@code dide train}: a teacher, or a dual encoder without a teacher's answers. */
@Command(
    name = "train",
    description = {
      "Train a model by a recipe: a fusion teacher, or a dual encoder on known answers.",
      "",
      "Writes a run folder: the resolved recipe, metrics, TensorBoard events, checkpoints, the"
          + " model that did best on dev (best/) and report.html. Interrupted by Ctrl-C or worse,"
          + " it goes on with --resume to the same parameters. Test is looked at once, at the"
          + " end.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  dide train easy-vqa-teacher --data data/easy-vqa",
      "  dide train my-recipe.yaml --run runs/first --set optimizer.rate=3e-4",
      "",
      "Exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted."
    })
final class TrainCommand extends TrainingCommand {
  @Override
  List<String> ownSettings() {
    return List.of();
  }

  @Override
  void require(Recipe recipe) {
    if (recipe.losses().needTeacher()) {
      throw new InputException(
          "recipe %s learns from a teacher; use dide distill".formatted(recipe.name()));
    }
  }
}
