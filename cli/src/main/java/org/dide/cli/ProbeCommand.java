package org.dide.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.dide.data.TaskName;
import org.dide.data.source.DataSettings;
import org.dide.hub.ModelKind;
import org.dide.train.LinearProbe;
import org.dide.train.ProbeRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dide probe}: what a model knows of a task that it was not trained for. */
@Command(
    name = "probe",
    description = {
      "See how well one linear layer answers from a model's vectors, the model being left as it is.",
      "",
      "Meant for pre-trained models. Of a dual encoder the layer gets a text's pooled vector, its"
          + " picture's, and their product; of a fusion encoder the pooled vector of the pair. The"
          + " layer is fitted on train, the weight by which it is drawn to zero chosen on dev, test"
          + " looked at once. Writes nothing.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  dide probe runs/scenes-pretrain-distilled/best --recipe scenes-student",
      "  dide probe my-model --format snli_ve --data data/snli-ve --limit 4000",
      "",
      "Exit code: 0 done, 1 failed, 2 wrong usage."
    })
final class ProbeCommand extends BaseCommand {
  private static final String DEFAULT_LIMIT = "10000";
  private static final String DEFAULT_BATCH = "64";

  @Parameters(paramLabel = "MODEL", description = "A model folder.")
  private Path model = Path.of("");

  @Option(
      names = "--data",
      paramLabel = "PATH",
      description = "The data's folder or file, instead of the recipe's.")
  private Optional<Path> path = Optional.empty();

  @Mixin private DataOptions data = new DataOptions();

  @Mixin private TaskOption task = new TaskOption();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "The first N examples of each part; 0 takes all. Default: ${DEFAULT-VALUE}.",
      defaultValue = DEFAULT_LIMIT)
  private int limit;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Examples a forward pass. Default: ${DEFAULT-VALUE}.",
      defaultValue = DEFAULT_BATCH)
  private int batch;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description = "cpu, cuda or cuda:N. Default: ${DEFAULT-VALUE}.",
      defaultValue = "cpu")
  private String device = "cpu";

  @Option(
      names = "--precision",
      paramLabel = "PRECISION",
      description = "fp32 or bf16. Default: ${DEFAULT-VALUE}.",
      defaultValue = "fp32")
  private String precision = "fp32";

  @Override
  public Integer call() {
    requireAtLeast(0, "--limit", limit);
    requireAtLeast(1, "--batch", batch);
    DataSettings settings = data.settings(path, task.named());
    TaskName asked = task.of(settings, data.recipe());
    configureEngine();
    try (ProbeRun run =
        ProbeRun.prepare(
            model, asked, settings, new ProbeRun.Settings(batch, limit, device, precision))) {
      EvaluationProgress progress = new EvaluationProgress(err(), 0);
      LinearProbe.Result found =
          run.probe((done, total) -> progress.progress(done, total, "examples"));
      if (json()) {
        print(run, asked, found);
      } else {
        printText(run, asked, found);
      }
      return DONE;
    }
  }

  private void printText(ProbeRun run, TaskName asked, LinearProbe.Result found) {
    new Facts()
        .addFormatted("model", "%s (%s)", model, ModelKind.of(run.trained().model()))
        .addFormatted("data", "%s, %s", run.parts().get(2).name(), asked)
        .addFormatted("features", "%d", found.features())
        .addFormatted("decay", "%s, chosen on dev", found.decay())
        .addFormatted("train", "%.4f over %d", found.train(), run.parts().get(0).size())
        .addFormatted("dev", "%.4f over %d", found.dev(), run.parts().get(1).size())
        .addFormatted("test", "%.4f over %d", found.test(), run.parts().get(2).size())
        .print(out());
    out().flush();
  }

  private void print(ProbeRun run, TaskName asked, LinearProbe.Result found) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("model", model);
    result.put("fingerprint", run.trained().fingerprint());
    result.put("data", run.parts().get(2).name());
    result.put("task", asked.toString());
    result.put("examples", run.parts().stream().map(part -> part.size()).toList());
    result.put("probe", found);
    printJson(result);
  }
}
