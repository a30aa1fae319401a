package org.dide.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.dide.data.Dataset;
import org.dide.data.Example;
import org.dide.data.TaskName;
import org.dide.distill.AttentionPart;
import org.dide.hub.ModelFolder;
import org.dide.hub.Provenance;
import org.dide.hub.TrainedModel;
import org.dide.model.Head;
import org.dide.tensor.Device;
import org.dide.train.LossWeights;
import org.dide.train.MetricsLog;
import org.dide.train.Recipe;
import org.dide.train.Recipes;
import org.dide.train.RunFolder;

/**
 * The page {@code report.html} of a training: what was trained, how it went, how good it became,
 * and what it answers. Made from the run folder, so that a run which was interrupted and resumed is
 * reported in full.
 */
public final class RunReport {
  private static final int PICTURES = 12;
  private static final String STEPS = "steps";

  /** What a pre-trained model is asked for, beside recall at each rank. */
  private static final List<String> PRETRAINED = List.of("recall", "matching", "words");

  private final Recipe recipe;
  private final List<MetricsLog.Entry> log;
  private final TrainedModel best;

  private RunReport(Recipe recipe, List<MetricsLog.Entry> log, TrainedModel best) {
    this.recipe = recipe;
    this.log = log;
    this.best = best;
  }

  /**
   * Writes the report of a finished run.
   *
   * @param folder holds the log and the best model, with its scores on dev and test
   * @param test where its pictures are from
   * @throws org.dide.InputException if something cannot be read or written
   */
  public static void write(Recipe recipe, RunFolder folder, Dataset test) {
    Device device = Device.of(recipe.compute().device());
    List<MetricsLog.Entry> log = MetricsLog.read(folder.metrics());
    try (TrainedModel best = ModelFolder.load(folder.best(), device)) {
      new RunReport(recipe, log, best).page(test).write(folder.report());
    }
  }

  private Page page(Dataset test) {
    List<Markup> content = new ArrayList<>();
    content.add(Page.paragraph(introduction()));
    content.add(facts());
    content.add(Page.section("Scores", List.of(scores())));
    content.add(Page.section("Course", List.of(Page.box("charts", curves()))));
    List<Example> examples = Samples.pick(test, PICTURES);
    if (!examples.isEmpty() && !isMatcher()) {
      content.add(
          Page.section(
              "Questions from test",
              List.of(
                  Page.box(
                      "cards",
                      Samples.cards(
                          examples, Map.of("answer", Samples.answers(best, examples)))))));
    }
    content.add(Page.section("Recipe", List.of(recipeTable(), details())));
    content.add(Page.section("Provenance", List.of(provenance())));
    return new Page(recipe.name(), content);
  }

  private String introduction() {
    String texts = isMatcher() ? "caption" : "question";
    String kind =
        recipe.model().kind() == Recipe.ModelKind.FUSION
            ? "A fusion encoder: one transformer sees each %s beside its picture.".formatted(texts)
            : "A dual encoder: pictures and %ss are encoded apart and %s."
                .formatted(texts, isMatcher() ? "compared by a cosine" : "meet in a small MLP");
    return kind + " It learnt from %s.".formatted(String.join(" and ", lessons(recipe.losses())));
  }

  private static List<String> lessons(LossWeights losses) {
    List<String> lessons = new ArrayList<>();
    if (losses.hard() > 0) {
      lessons.add("known answers");
    }
    if (losses.soft() > 0) {
      lessons.add("a teacher's answers");
    }
    if (losses.attention()) {
      lessons.add("a teacher's attention");
    }
    return lessons;
  }

  /** What the score is of. */
  private String scored() {
    if (best.task().name() == TaskName.PRETRAINING) {
      return "mean of recall, matching and words";
    }
    return isMatcher() ? "mean recall" : "all questions";
  }

  private boolean isMatcher() {
    return best.task().head() instanceof Head.Matcher;
  }

  private Markup facts() {
    Map<String, Double> results = best.provenance().results();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("score on test", share(results, "test/score"));
    facts.put("score on dev, by which it was chosen", share(results, "dev/score"));
    bestStep().ifPresent(step -> facts.put("chosen at step", Numbers.count(step)));
    facts.put("parameters", Numbers.count(best.model().parameters().count()));
    return Page.facts(facts);
  }

  private static String share(Map<String, Double> results, String name) {
    return Numbers.percent(results.getOrDefault(name, Double.NaN));
  }

  /** When dev was best; the first of equals, as in training. */
  private Optional<Long> bestStep() {
    return entries("dev").stream()
        .filter(entry -> entry.values().containsKey("score"))
        .reduce((a, b) -> score(b) > score(a) ? b : a)
        .map(MetricsLog.Entry::step);
  }

  private static double score(MetricsLog.Entry entry) {
    return entry.values().getOrDefault("score", Double.NaN);
  }

  private Markup scores() {
    Map<String, Double> results = best.provenance().results();
    List<Table.Row> rows = new ArrayList<>();
    rows.add(row(scored(), "score", true));
    for (String name : PRETRAINED) {
      if (results.containsKey("dev/" + name)) {
        rows.add(row(name, name, false));
      }
    }
    for (String name : names(results.keySet(), "dev/score/")) {
      rows.add(row(name, "score/" + name, false));
    }
    for (String name : names(results.keySet(), "dev/recall/")) {
      rows.add(row("recall, " + name, "recall/" + name, false));
      rows.add(row("by chance", "chance/recall/" + name, false));
    }
    return new Table(
            "The best model on dev, and on test, which was looked at once.",
            List.of("kind of question", "dev", "test"),
            rows)
        .markup();
  }

  private Table.Row row(String title, String metric, boolean total) {
    Map<String, Double> results = best.provenance().results();
    List<Table.Cell> cells = new ArrayList<>();
    for (String split : List.of("dev", "test")) {
      double value = results.getOrDefault(split + "/" + metric, Double.NaN);
      cells.add(new Table.Cell.Share(value, false));
    }
    return new Table.Row(title, cells, total);
  }

  private List<Markup> curves() {
    List<Markup> charts = new ArrayList<>();
    List<LineChart.Series> losses = new ArrayList<>();
    losses.add(series("loss", "train", "total"));
    Set<String> parts = names(valueNames("train"), "loss/");
    if (parts.size() > 1) {
      parts.forEach(part -> losses.add(series("loss/" + part, "train", part)));
    }
    charts.add(LineChart.of("Loss in training", STEPS, losses).markup());
    charts.add(
        LineChart.of("Learning rate", STEPS, List.of(series("rate", "train", "rate"))).markup());
    charts.add(
        LineChart.of("Score on dev", STEPS, List.of(series("score", "dev", scored())))
            .between(0, 1)
            .markup());
    Set<String> types = names(valueNames("dev"), "score/");
    if (!types.isEmpty()) {
      charts.add(
          LineChart.of(
                  "Score on dev by kind of question",
                  STEPS,
                  types.stream().map(type -> series("score/" + type, "dev", type)).toList())
              .between(0, 1)
              .markup());
    }
    return charts;
  }

  private LineChart.Series series(String metric, String split, String name) {
    return RunCurves.of(log, metric, split, name);
  }

  private List<MetricsLog.Entry> entries(String split) {
    return log.stream().filter(entry -> entry.split().equals(split)).toList();
  }

  private Set<String> valueNames(String split) {
    Set<String> names = new LinkedHashSet<>();
    entries(split).forEach(entry -> names.addAll(entry.values().keySet()));
    return names;
  }

  /** What follows a prefix in those names that have it. */
  private static Set<String> names(Set<String> all, String prefix) {
    Set<String> names = new LinkedHashSet<>();
    all.stream()
        .filter(name -> name.startsWith(prefix))
        .map(name -> name.substring(prefix.length()))
        .forEach(names::add);
    return names;
  }

  private static String losses(LossWeights losses, boolean attends) {
    List<String> terms = new ArrayList<>();
    terms.add("known answers × " + Numbers.shown(losses.hard()));
    terms.add("teacher's answers × " + Numbers.shown(losses.soft()));
    if (losses.temperature() != 1) {
      terms.add("at temperature " + Numbers.shown(losses.temperature()));
    }
    for (AttentionPart part : AttentionPart.values()) {
      if (losses.weight(part) > 0 || part.crossModal()) {
        terms.add(
            "%s attention × %s"
                .formatted(lower(part).replace('_', '-'), Numbers.shown(losses.weight(part))));
      }
    }
    if (attends) {
      terms.add("attention of the join × " + Numbers.shown(losses.joinAttention()));
      terms.add("answers of the MLP join × " + Numbers.shown(losses.mlpJoin()));
    }
    return String.join(", ", terms);
  }

  private Markup recipeTable() {
    LossWeights losses = recipe.losses();
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put(
        "model", "%s, %s".formatted(lower(recipe.model().kind()), recipe.model().preset()));
    settings.put("starts from", recipe.start());
    settings.put("data", lower(recipe.data().format()).replace('_', '-'));
    settings.put("losses", losses(losses, recipe.model().architecture().join().isPresent()));
    if (losses.attention()) {
      settings.put("layers compared", losses.layers().shown());
    }
    settings.put(
        "optimiser",
        "%s, rate %s, weight decay %s"
            .formatted(
                recipe.optimizer().name(),
                Numbers.shown(recipe.optimizer().rate()),
                Numbers.shown(recipe.optimizer().weightDecay())));
    settings.put(
        "schedule",
        "warm-up %s, then %s"
            .formatted(
                recipe.schedule().warmup() < 1
                    ? Numbers.percent(recipe.schedule().warmup())
                    : Numbers.shown(recipe.schedule().warmup()) + " steps",
                recipe.schedule().decay()));
    settings.put("batch", String.valueOf(recipe.batch().size()));
    settings.put(
        "length",
        recipe.steps() > 0
            ? Numbers.count(recipe.steps()) + " steps"
            : Numbers.shown(recipe.epochs()) + " epochs");
    settings.put(
        "computed in",
        "%s on %s".formatted(recipe.compute().precision(), recipe.compute().device()));
    settings.put("seed", String.valueOf(recipe.seed()));
    return Table.ofWords("What was asked for", List.of("setting", "value"), settings).markup();
  }

  private Markup details() {
    return Page.details("Every setting", Recipes.write(recipe));
  }

  private Markup provenance() {
    Provenance provenance = best.provenance();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("made", provenance.created().toString());
    facts.put("fingerprint", best.fingerprint());
    if (!provenance.teacher().isEmpty()) {
      facts.put("teacher's fingerprint", provenance.teacher());
    }
    for (Provenance.DataUsed data : provenance.data()) {
      facts.put(
          data.split(), "%s, %s examples".formatted(data.name(), Numbers.count(data.examples())));
    }
    facts.putAll(provenance.versions());
    facts.putAll(provenance.machine());
    return Table.ofWords("Where the model comes from", List.of("what", "value"), facts).markup();
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(java.util.Locale.ROOT);
  }
}
