package org.dide.cli;

import java.util.Optional;
import org.dide.data.TaskName;
import org.dide.data.source.DataSettings;
import org.dide.train.Recipe;
import picocli.CommandLine.Option;

/** What is asked of data that several tasks can be asked of. */
final class TaskOption {
  @Option(
      names = "--task",
      paramLabel = "TASK",
      description =
          "What is asked of it: ${COMPLETION-CANDIDATES}. Default: the recipe's, or the first of these"
              + " that the format is for.")
  private Optional<TaskName> task = Optional.empty();

  /** The task, if one was named. */
  Optional<TaskName> named() {
    return task;
  }

  /** The task, which the data's format need not suit. */
  TaskName of(DataSettings data, Optional<Recipe> recipe) {
    return task.or(() -> recipe.map(Recipe::task))
        .orElseGet(() -> data.format().tasks().iterator().next());
  }
}
