package org.dide.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.dide.InputException;
import org.dide.data.DataStatistics.BlindScores;
import org.dide.data.Split;
import org.dide.evaluate.Evaluation;
import org.dide.evaluate.Evaluator;
import org.dide.evaluate.SubmissionCollector;
import org.dide.hub.ModelKind;
import org.dide.train.EvaluationRun;
import org.dide.train.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dide eval}: how good a model is. */
@Command(
    name = "eval",
    description = {
      "Judge a model by a data set, overall and by kind of question.",
      "",
      "Retrieval is judged by recall at 1, 5 and 10 both ways (i2t: pictures asked for a caption,"
          + " t2i: captions asked for their picture) among all pictures and captions of the part,"
          + " beside what a random order would reach; the score is their mean, rsum their sum in per"
          + " cent.",
      "",
      "The model's own preprocessing, tokens and answers are used; an answer it does not know counts"
          + " as wrong, except that of VQA v2, as in the reference, questions none of whose answers"
          + " it knows are left out. With --submission, writes the file that the task's public"
          + " evaluation takes (VQA: a JSON list; NLVR2: identifier,True or False; SNLI-VE: JSON lines"
          + " of pairID and gold_label), also for questions whose answers are not public (--split test: test2015, or"
          + " test-dev2015 where only that is there). Writes nothing else.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  dide eval runs/easy-vqa-teacher/best --format easy_vqa --data data/easy-vqa --text-only",
      "  dide eval my-model --format vqa_v2 --data data/vqa --submission vqa_submit.json",
      "  dide eval runs/easy-vqa-soft/best --recipe easy-vqa-soft --split dev",
      "",
      "Exit code: 0 done, 1 failed, 2 wrong usage."
    })
final class EvalCommand extends BaseCommand {
  private static final int DEFAULT_BATCH = 64;

  @Parameters(paramLabel = "MODEL", description = "A model folder.")
  private Path model = Path.of("");

  @Option(
      names = "--data",
      paramLabel = "PATH",
      description = "The data's folder or file, instead of the recipe's.")
  private Optional<Path> path = Optional.empty();

  @Mixin private DataOptions data = new DataOptions();

  @Option(
      names = "--split",
      paramLabel = "SPLIT",
      description = "Which part: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.",
      defaultValue = "test")
  private Split split = Split.TEST;

  @Option(
      names = "--submission",
      paramLabel = "FILE",
      description = "Write the model's answers as the public evaluation takes them.")
  private Optional<Path> submission = Optional.empty();

  @Option(
      names = "--text-only",
      description =
          "Also tell what train's most frequent answer and a bag of words score on the same questions.")
  private boolean textOnly;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Look at the first N examples only; 0 looks at all. Default: ${DEFAULT-VALUE}.",
      defaultValue = "0")
  private int limit;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Examples a forward pass. Default: the recipe's, or " + DEFAULT_BATCH + ".")
  private Optional<Integer> batch = Optional.empty();

  @Option(
      names = "--pairs",
      paramLabel = "N",
      description =
          "Retrieval with a fusion encoder: rank the first pictures with their captions, as many as"
              + " make N pairs, since it must run over each; 0 ranks all. Default: the recipe's, or "
              + Evaluator.MOST_PAIRS
              + ".")
  private Optional<Integer> pairs = Optional.empty();

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description = "cpu, cuda or cuda:N. Default: the recipe's, or cpu.")
  private Optional<String> device = Optional.empty();

  @Option(
      names = "--precision",
      paramLabel = "PRECISION",
      description = "fp32 or bf16. Default: the recipe's, or fp32.")
  private Optional<String> precision = Optional.empty();

  @Override
  public Integer call() {
    requireAtLeast(1, "--batch", batch.orElse(DEFAULT_BATCH));
    requireAtLeast(0, "--limit", limit);
    requireAtLeast(0, "--pairs", pairs.orElse(0));
    data.settings(path, Optional.empty()); // refuses wrong usage before the work
    EvaluationRun.Settings settings = settings(data.recipe());
    submission.ifPresent(EvalCommand::requireFolder);
    configureEngine();
    try (EvaluationRun run =
        EvaluationRun.prepare(
            model, task -> data.settings(path, Optional.of(task)), split, settings)) {
      // First: train may be missing, which is better known before the work.
      Optional<BlindScores> blind = textOnly ? run.textOnly() : Optional.empty();
      Optional<SubmissionCollector> collector =
          submission.map(file -> new SubmissionCollector(run.trained().task()));
      EvaluationProgress progress = new EvaluationProgress(err(), run.dataset().size());
      Evaluator.Observer observer =
          collector.map(answers -> answers.and(progress)).orElse(progress);
      Evaluation found = run.evaluate(observer);
      collector.ifPresent(answers -> answers.write(submission.orElseThrow()));
      if (json()) {
        print(run, found, blind);
      } else {
        printText(run, found, blind);
      }
      return DONE;
    }
  }

  private EvaluationRun.Settings settings(Optional<Recipe> recipe) {
    int size = batch.orElseGet(() -> recipe.map(r -> r.evaluation().batch()).orElse(DEFAULT_BATCH));
    long most =
        pairs
            .map(Integer::longValue)
            .orElseGet(() -> recipe.map(r -> r.evaluation().pairs()).orElse(Evaluator.MOST_PAIRS));
    return new EvaluationRun.Settings(
        size,
        limit,
        most,
        device.orElseGet(() -> recipe.map(r -> r.compute().device()).orElse("cpu")),
        precision.orElseGet(() -> recipe.map(r -> r.compute().precision()).orElse("fp32")));
  }

  /** Found missing before the work rather than after it. */
  private static void requireFolder(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder) || Files.isDirectory(file)) {
      throw new InputException(
          "%s: cannot be written; allowed is a file in a folder that is there".formatted(file));
    }
  }

  private void printText(EvaluationRun run, Evaluation found, Optional<BlindScores> blind) {
    int examples = run.dataset().size();
    Facts facts =
        new Facts()
            .addFormatted("model", "%s (%s)", model, ModelKind.of(run.trained().model()))
            .addFormatted("data", "%s, %d questions", run.dataset().name(), examples);
    if (found.count() == 0) {
      facts.add("score", "unknown, as no answers are known");
    } else {
      facts.addFormatted("score", "%.4f over %d", found.score(), found.count());
      found
          .byType()
          .forEach(
              (type, score) -> {
                if (!type.isEmpty()) {
                  facts.addFormatted("  " + type, "%.4f over %d", score.score(), score.count());
                }
              });
      found
          .figures()
          .forEach(
              (name, figure) ->
                  facts.addFormatted(
                      "  " + name, "%.4f (chance %.4f)", figure.value(), figure.chance()));
      if (!Double.isNaN(found.loss())) {
        facts.addFormatted("loss", "%.4f", found.loss());
      }
    }
    blind.ifPresent(
        scores ->
            facts
                .addFormatted(
                    "without looking",
                    "%.4f, always \"%s\"",
                    scores.majority(),
                    scores.majorityAnswer())
                .addFormatted("", "%.4f, a bag of words", scores.bagOfWords()));
    if (textOnly && blind.isEmpty()) {
      facts.add("without looking", "unknown, as no answers are known");
    }
    submission.ifPresent(file -> facts.add("submission", file));
    facts.print(out());
    out().flush();
  }

  private void print(EvaluationRun run, Evaluation found, Optional<BlindScores> blind) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("model", model);
    result.put("fingerprint", run.trained().fingerprint());
    result.put("data", run.dataset().name());
    result.put("examples", run.dataset().size());
    result.put("scored", found.count());
    result.put("score", found.score());
    result.put("loss", found.loss());
    result.put("byType", found.byType());
    if (!found.figures().isEmpty()) {
      result.put("figures", found.figures());
    }
    blind.ifPresent(scores -> result.put("textOnly", scores));
    submission.ifPresent(file -> result.put("submission", file));
    printJson(result);
  }
}
