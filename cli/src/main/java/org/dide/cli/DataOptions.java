package org.dide.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.dide.data.TaskName;
import org.dide.data.source.DataFormat;
import org.dide.data.source.DataSettings;
import org.dide.train.Recipe;
import org.dide.train.Recipes;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which data a command looks at: by format and path, or as a recipe has it. */
final class DataOptions {
  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "How the data is laid out: ${COMPLETION-CANDIDATES}.")
  private Optional<DataFormat> format = Optional.empty();

  @Option(
      names = "--recipe",
      paramLabel = "RECIPE",
      description = "Look at the data of this recipe, a file or a name, with its settings.")
  private Optional<String> recipe = Optional.empty();

  @Option(
      names = "--picture-folder",
      paramLabel = "DIR",
      description =
          "Where the pictures of snli_ve, karpathy, flickr8k, coco_captions and visual_genome lie,"
              + " if not beside their files.")
  private Optional<Path> pictureFolder = Optional.empty();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  /** The recipe, if one was named. */
  Optional<Recipe> recipe() {
    return recipe.map(name -> Recipes.read(name, List.of()));
  }

  /**
   * The data asked for.
   *
   * @param path where it lies, instead of where the recipe says
   * @param task what is asked of it, where that is known: scenes are drawn for a task
   * @throws ParameterException if it is not said which data
   */
  DataSettings settings(Optional<Path> path, Optional<TaskName> task) {
    if (format.isPresent() == recipe.isPresent()) {
      throw usage("say which data: either a --format and where it lies, or a --recipe");
    }
    DataSettings settings =
        recipe()
            .map(Recipe::data)
            .orElseGet(
                () ->
                    Recipes.defaults(task.orElse(TaskName.VQA))
                        .data()
                        .of(format.orElseThrow(), ""));
    if (pictureFolder.isPresent()) {
      settings = settings.withPictures(pictureFolder.get().toString());
    }
    if (settings.format().isGenerated()) {
      if (path.isPresent()) {
        throw usage("generated scenes have no path, found " + path.get());
      }
      return settings;
    }
    if (path.isEmpty() && settings.path().isEmpty() && settings.format().hasPath()) {
      throw usage(
          "say where the data lies; data of the format %s has a path".formatted(settings.format()));
    }
    return path.isPresent() ? settings.of(settings.format(), path.get().toString()) : settings;
  }

  private ParameterException usage(String message) {
    return new ParameterException(command.commandLine(), message);
  }
}
