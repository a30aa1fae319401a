package org.dide.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.dide.InputException;
import org.dide.train.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code dide distill}: a dual encoder from a teacher. */
@Command(
    name = "distill",
    description = {
      "Distil a teacher into a dual encoder by a recipe: soft labels, attention, or both.",
      "",
      "Writes a run folder as dide train does, and is resumed in the same way.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  dide distill easy-vqa-distilled --data data/easy-vqa",
      "  dide distill easy-vqa-soft --teacher runs/easy-vqa-teacher/best --seed 2",
      "",
      "Exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted."
    })
final class DistillCommand extends TrainingCommand {
  @Option(
      names = "--teacher",
      paramLabel = "DIR",
      description = "The teacher's model folder, instead of the recipe's (teacher).")
  private Optional<Path> teacher = Optional.empty();

  @Override
  List<String> ownSettings() {
    return teacher.map(folder -> List.of(setting("teacher", folder))).orElse(List.of());
  }

  @Override
  void require(Recipe recipe) {
    if (!recipe.losses().needTeacher()) {
      throw new InputException(
          "recipe %s does not learn from a teacher; use dide train".formatted(recipe.name()));
    }
  }
}
