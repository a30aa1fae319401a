package org.dide.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.dide.exchange.HuggingFaceFolder;
import org.dide.exchange.ParameterFiles;
import org.dide.exchange.TensorDifferences;
import org.dide.hub.ModelDescription;
import org.dide.hub.Provenance;
import org.dide.hub.TensorInventory;
import org.dide.tensor.TensorFile;
import org.dide.train.MetricsLog;
import org.dide.train.Recipe;
import org.dide.train.Recipes;
import org.dide.train.RunSummary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dide inspect}: what is inside a model, a run or a file of tensors. */
@Command(
    name = "inspect",
    description = {
      "Tell what is inside a model folder, a run folder or a file of tensors, or in what two of"
          + " them differ.",
      "",
      "Of a model: its sizes, parameters, fingerprint, where it comes from and how good it is. Of a"
          + " run: how it stands, and its best model. Of a folder of the transformers library or a"
          + " file (safetensors, a torch checkpoint, the index of several): names, types and"
          + " shapes. A run may be going on meanwhile. Writes nothing.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  dide inspect runs/easy-vqa-teacher",
      "  dide inspect --tensors vilt_200k_mlm_itm.ckpt",
      "  dide inspect runs/easy-vqa-teacher/best --diff runs/easy-vqa-student/best",
      "",
      "Exit code: 0 done, 1 failed or different, 2 wrong usage."
    })
final class InspectCommand extends BaseCommand {
  @Parameters(
      paramLabel = "PATH",
      description = "A model folder, a run folder, or a file of tensors.")
  private Path path = Path.of("");

  @Option(
      names = "--diff",
      paramLabel = "OTHER",
      description = "Tell in what the tensors of another folder or file differ.")
  private Optional<Path> other = Optional.empty();

  @Option(names = "--tensors", description = "List every tensor, with its type and shape.")
  private boolean tensors;

  @Option(
      names = "--recipe",
      description = "Print the whole recipe that a model or run was made by.")
  private boolean recipe;

  @Override
  public Integer call() {
    configureEngine();
    if (other.isPresent()) {
      return compare(other.get());
    }
    Map<String, Object> result = new LinkedHashMap<>();
    if (Files.isRegularFile(path) || HuggingFaceFolder.is(path)) {
      try (TensorFile file = ParameterFiles.of(path)) {
        TensorInventory inventory = TensorInventory.of(file);
        result.put("file", fileForMachines(inventory));
        show(inventory);
      }
    } else if (RunSummary.isRun(path)) {
      RunSummary run = RunSummary.of(path);
      result.put("run", runForMachines(run));
      show(run);
      run.best().map(ModelDescription::of).ifPresent(best -> showModel(best, result));
    } else {
      showModel(ModelDescription.of(path), result);
    }
    if (json()) {
      printJson(result);
    }
    out().flush();
    return DONE;
  }

  private Integer compare(Path with) {
    try (TensorFile first = ParameterFiles.of(path);
        TensorFile second = ParameterFiles.of(with)) {
      TensorDifferences differences = TensorDifferences.between(first, second);
      if (json()) {
        printJson(differences);
      } else {
        show(differences, with);
      }
      out().flush();
      return differences.isEmpty() ? DONE : FAILED;
    }
  }

  private void show(TensorDifferences differences, Path with) {
    Facts facts = new Facts().addFormatted("the same", "%,d tensors", differences.same());
    differences.onlyFirst().forEach(name -> facts.add("only in " + path, name));
    differences.onlySecond().forEach(name -> facts.add("only in " + with, name));
    differences
        .forms()
        .forEach(
            form ->
                facts.addFormatted(
                    "another form", "%s: %s, %s", form.name(), form.first(), form.second()));
    differences
        .values()
        .forEach(
            value ->
                facts.addFormatted(
                    "other values",
                    "%s: %,d of %,d, by at most %.3g",
                    value.name(),
                    value.elements(),
                    value.of(),
                    value.largest()));
    facts.print(out());
  }

  private void showModel(ModelDescription model, Map<String, Object> result) {
    result.put("model", modelForMachines(model));
    show(model);
  }

  private void show(RunSummary run) {
    if (json()) {
      return;
    }
    Recipe of = run.recipe();
    Facts facts =
        new Facts()
            .add("run", path)
            .add("recipe", of.name())
            .add("steps", of.steps() > 0 ? run.step() + " of " + of.steps() : run.step())
            .add("checkpoints", run.checkpoints().isEmpty() ? "none" : steps(run.checkpoints()));
    run.training().ifPresent(entry -> facts.add("training", values(entry)));
    run.bestEvaluation().ifPresent(entry -> facts.add("best on dev", values(entry)));
    facts.add("best model", run.best().map(Path::toString).orElse("none yet"));
    facts.print(out());
    if (recipe && run.best().isEmpty()) {
      out().println();
      out().print(Recipes.write(of));
    }
    out().println();
  }

  private void show(ModelDescription model) {
    if (json()) {
      return;
    }
    Provenance origin = model.provenance();
    Facts facts =
        new Facts()
            .addFormatted("model", "%s, for %s", model.kind(), model.task())
            .add("fingerprint", model.fingerprint());
    addParameters(facts, model.parameters());
    facts
        .add("architecture", Facts.of(model.architecture()))
        .add("pictures", Facts.of(model.preprocessing()))
        .addFormatted("vocabulary", "%d tokens", model.tokens())
        .addFormatted("answers", "%d: %s", model.answers().size(), some(model.answers()))
        .addFormatted("made", "%s, seed %d", origin.created(), origin.seed())
        .add("with", values(origin.versions()))
        .add("on", values(origin.machine()))
        .add("teacher", origin.teacher().isEmpty() ? "none" : origin.teacher());
    origin.data().forEach(used -> facts.add("data", data(used)));
    origin.results().forEach((name, value) -> facts.addFormatted("result", "%s %.4f", name, value));
    facts.print(out());
    if (recipe) {
      out().println();
      out().println(origin.recipe().stripTrailing());
    }
    list(model.parameters());
  }

  private void show(TensorInventory file) {
    if (json()) {
      return;
    }
    Facts facts = new Facts().add("file", path).add("SHA-256", file.checksum());
    addParameters(facts, file);
    file.metadata().forEach((name, value) -> facts.addFormatted("metadata", "%s: %s", name, value));
    facts.print(out());
    list(file);
  }

  private static void addParameters(Facts facts, TensorInventory file) {
    facts.addFormatted(
        "parameters",
        "%,d in %d tensors, %s",
        file.count(),
        file.tensors().size(),
        String.join(", ", file.types().keySet()));
    file.parts().forEach((name, count) -> facts.addFormatted("  " + name, "%,d", count));
  }

  private void list(TensorInventory file) {
    if (tensors) {
      out().println();
      Facts facts = new Facts();
      for (TensorFile.Entry tensor : file.tensors()) {
        facts.addFormatted(tensor.name(), "%-4s %s", tensor.type(), tensor.shape());
      }
      facts.print(out());
    }
  }

  private Map<String, Object> fileForMachines(TensorInventory file) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("checksum", file.checksum());
    result.put("count", file.count());
    result.put("parts", file.parts());
    result.put("types", file.types());
    result.put("metadata", file.metadata());
    if (tensors) {
      result.put(
          "tensors", file.tensors().stream().map(InspectCommand::tensorForMachines).toList());
    }
    return result;
  }

  private static Map<String, Object> tensorForMachines(TensorFile.Entry tensor) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("name", tensor.name());
    result.put("type", tensor.type());
    result.put("shape", tensor.shape());
    return result;
  }

  private Map<String, Object> modelForMachines(ModelDescription model) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("kind", model.kind());
    result.put("task", model.task());
    result.put("fingerprint", model.fingerprint());
    result.put("architecture", model.architecture());
    result.put("preprocessing", model.preprocessing());
    result.put("tokens", model.tokens());
    result.put("answers", model.answers());
    result.put("parameters", fileForMachines(model.parameters()));
    result.put("provenance", model.provenance());
    return result;
  }

  private static Map<String, Object> runForMachines(RunSummary run) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("recipe", run.recipe());
    result.put("step", run.step());
    result.put("checkpoints", run.checkpoints());
    run.training().ifPresent(entry -> result.put("training", entry));
    result.put("evaluations", run.evaluations());
    run.best().ifPresent(best -> result.put("best", best));
    return result;
  }

  private static String steps(List<Long> checkpoints) {
    return "at " + checkpoints.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }

  private static String values(MetricsLog.Entry entry) {
    return "step %d: %s"
        .formatted(
            entry.step(),
            entry.values().entrySet().stream()
                .map(
                    value ->
                        String.format(Locale.ROOT, "%s %.4g", value.getKey(), value.getValue()))
                .collect(Collectors.joining(", ")));
  }

  private static String values(Map<String, String> named) {
    return named.entrySet().stream()
        .map(entry -> entry.getKey() + " " + entry.getValue())
        .collect(Collectors.joining(", "));
  }

  private static String data(Provenance.DataUsed used) {
    return String.format(
        Locale.ROOT,
        "%s (%s), %,d examples%s",
        used.name(),
        used.split(),
        used.examples(),
        used.checksum().isEmpty() ? "" : ", SHA-256 " + used.checksum());
  }

  private static String some(List<String> answers) {
    int shown = 20;
    return String.join(", ", answers.stream().limit(shown).toList())
        + (answers.size() > shown ? ", …" : "");
  }
}
