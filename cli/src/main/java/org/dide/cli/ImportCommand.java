package org.dide.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.dide.data.AnswerVocabulary;
import org.dide.data.TaskName;
import org.dide.exchange.ImportSettings;
import org.dide.exchange.ModelImport;
import org.dide.hub.HubCache;
import org.dide.hub.HubDownload;
import org.dide.hub.HubLimits;
import org.dide.hub.HubServer;
import org.dide.hub.ModelFolder;
import org.dide.hub.ModelKind;
import org.dide.hub.TrainedModel;
import org.dide.tensor.Device;
import org.dide.text.Vocabulary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dide import}: a model of elsewhere becomes a model folder. */
@Command(
    name = "import",
    description = {
      "Bring in a ViLT model, or a student of the reference implementation, as a model folder.",
      "",
      "SOURCE is a folder of the transformers library (config.json, model.safetensors or"
          + " pytorch_model.bin, in one or several files), the name of such a model in the local"
          + " Hugging Face cache, or a file of parameters by the reference's names: a Lightning"
          + " checkpoint (.ckpt), a state_dict, or safetensors. All of it is read as data; nothing"
          + " in it is run.",
      "",
      "What is missing, misshapen or left over is an error that lists it all. A model that was"
          + " pre-trained, and has no head for a task, is brought in for the task pretraining, and"
          + " trainings start from it with start: FOLDER.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  dide import dandelin/vilt-b32-finetuned-vqa --to models/vilt-vqa",
      "  dide import vilt_200k_mlm_itm.ckpt --vocabulary vocab.txt --to models/vilt",
      "",
      "Exit code: 0 done, 1 failed, 2 wrong usage."
    })
final class ImportCommand extends BaseCommand {
  private static final String HUB = "https://huggingface.co";

  @Parameters(paramLabel = "SOURCE", description = "What to bring in.")
  private String source = "";

  @Option(
      names = "--to",
      paramLabel = "DIR",
      required = true,
      description = "The model folder to write; what is there is replaced.")
  private Path to = Path.of("");

  @Option(
      names = "--task",
      paramLabel = "NAME",
      description = "What the model is to do, if not what its files say: ${COMPLETION-CANDIDATES}.")
  private Optional<TaskName> task = Optional.empty();

  @Option(
      names = "--answers",
      paramLabel = "FILE",
      description =
          "The answers in the order of their classes, where the files do not name them: one a"
              + " line, or as JSON.")
  private Optional<Path> answers = Optional.empty();

  @Option(
      names = "--vocabulary",
      paramLabel = "FILE",
      description = "BERT's vocab.txt, where the files bring none.")
  private Optional<Path> vocabulary = Optional.empty();

  @Option(
      names = "--image-size",
      paramLabel = "N",
      description =
          "Pixels of a picture's shorter side, instead of the model's own; position embeddings are"
              + " stretched.")
  private Optional<Integer> imageSize = Optional.empty();

  @Option(
      names = "--heads",
      paramLabel = "N",
      description = "Attention heads, where a file does not say.")
  private Optional<Integer> heads = Optional.empty();

  @Option(
      names = "--part",
      paramLabel = "PART",
      description =
          "Of a student's checkpoint that carries its teacher too: ${COMPLETION-CANDIDATES}."
              + " Default: ${DEFAULT-VALUE}.",
      defaultValue = "model")
  private ImportSettings.Part part = ImportSettings.Part.MODEL;

  @Option(
      names = "--allow-missing",
      paramLabel = "PATTERN",
      description =
          "Parameters that may be absent and are then drawn, such as 'vqa_classifier.*'; may be"
              + " repeated.")
  private List<String> allowedMissing = new ArrayList<>();

  @Option(
      names = "--leave-out",
      paramLabel = "PATTERN",
      description =
          "Tensors that are there and not wanted, such as 'mlm_score.*'; may be repeated.")
  private List<String> leftOut = new ArrayList<>();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of what is drawn. Default: ${DEFAULT-VALUE}.",
      defaultValue = "0")
  private long seed;

  @Option(
      names = "--download",
      description =
          "Fetch a model that the cache lacks, from $HF_ENDPOINT or else "
              + HUB
              + ", into the cache.")
  private boolean download;

  @Override
  public Integer call() throws InterruptedException {
    ImportSettings settings = settings();
    configureEngine();
    ModelImport.Imported imported = ModelImport.read(found(), settings, Device.CPU);
    try (TrainedModel trained = imported.trained()) {
      ModelFolder.save(to, trained);
      report(trained, imported.parts());
    }
    return DONE;
  }

  private Path found() throws InterruptedException {
    Map<String, String> environment = System.getenv();
    HubCache cache = HubCache.located(environment, Path.of(System.getProperty("user.home")));
    if (!download) {
      return cache.find(source);
    }
    HubServer server =
        HubServer.of(
            environment.getOrDefault("HF_ENDPOINT", HUB),
            Optional.ofNullable(environment.get("HF_TOKEN")));
    return new HubDownload(cache, server, HubLimits.defaults())
        .fetch(source, new DownloadProgress(err(), System::nanoTime));
  }

  private ImportSettings settings() {
    return new ImportSettings(
        task,
        answers.map(ImportCommand::answers),
        vocabulary.map(Vocabulary::read),
        whole("--image-size", imageSize),
        whole("--heads", heads),
        part,
        allowedMissing,
        leftOut,
        seed);
  }

  private static AnswerVocabulary answers(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(".json")
        ? AnswerVocabulary.read(file)
        : AnswerVocabulary.readLines(file);
  }

  private OptionalInt whole(String option, Optional<Integer> given) {
    given.ifPresent(value -> requireAtLeast(1, option, value));
    return given.map(OptionalInt::of).orElseGet(OptionalInt::empty);
  }

  private void report(TrainedModel trained, ModelImport.Parts parts) {
    if (json()) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("model", to.toString());
      result.put("from", parts.description());
      result.put("kind", ModelKind.of(trained.model()));
      result.put("task", parts.task().name());
      result.put("parameters", trained.model().parameters().count());
      result.put("drawn", parts.drawn());
      result.put("left out", parts.leftOut());
      printJson(result);
      return;
    }
    Facts facts =
        new Facts()
            .add("from", parts.description())
            .addFormatted("model", "%s, for %s", ModelKind.of(trained.model()), parts.task().name())
            .addFormatted("parameters", "%,d", trained.model().parameters().count())
            .add("drawn", listed(parts.drawn()))
            .add("left out", listed(parts.leftOut()))
            .add("folder", to);
    facts.print(out());
    out().flush();
  }

  private static String listed(List<String> names) {
    return names.isEmpty() ? "nothing" : String.join(", ", names);
  }
}
