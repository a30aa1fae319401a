package org.dide.demo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.dide.data.Example;
import org.dide.data.scenes.ScenesDataset;
import org.dide.hub.TrainedModel;
import org.dide.image.RgbImage;
import org.dide.report.AttentionReport;
import org.dide.report.LineChart;
import org.dide.report.Markup;
import org.dide.report.Page;
import org.dide.report.PictureCard;
import org.dide.report.RunCurves;
import org.dide.report.Samples;
import org.dide.report.Table;
import org.dide.report.Table.Cell;
import org.dide.report.WordAttention;
import org.dide.task.Answer;
import org.dide.train.MetricsLog;
import org.dide.train.RunFolder;

/**
 * The demo's page.
 *
 * @param settings where things lie
 * @param result what was measured
 * @param models teacher and students
 * @param test where questions are from
 */
record DemoReport(DemoSettings settings, DemoResult result, DemoModels models, ScenesDataset test) {
  private static final int QUESTIONS = 18;
  private static final int ATTENTION_MAPS = 4;
  private static final int FOUND = 6;
  private static final String STEPS = "steps";

  Page page() {
    List<Example> examples = Samples.pick(test, QUESTIONS);
    List<Markup> content = new ArrayList<>();
    content.add(introduction());
    content.add(Page.facts(facts()));
    content.add(Page.section("Scores", scores()));
    content.add(Page.section("Speed", speed()));
    content.add(Page.section("Questions and answers", List.of(Page.box("cards", cards(examples)))));
    content.add(Page.section("All stored pictures at once", stored()));
    content.add(Page.section("Where the words look", attention(examples)));
    content.add(Page.section("How the students learnt", curves()));
    content.add(Page.section("What lies in this folder", folder()));
    return new Page("One teacher, three students", content);
  }

  private static Markup introduction() {
    return Page.paragraph(
        "A fusion encoder looks at each question beside its picture and answers well, but every"
            + " pair costs a whole transformer pass. Here it teaches dual encoders, whose two"
            + " towers never meet: a picture is computed once, stored, and then asked anything for"
            + " the price of the question. All that follows was trained and measured on this"
            + " machine, on generated scenes; scores are of test questions that no model has learnt"
            + " from or was chosen by.");
  }

  private Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("teacher", percent(score(DemoModels.TEACHER)));
    facts.put("best student on dev: " + result.best(), percent(score(result.best())));
    facts.put("text alone", percent(result.textOnly().bagOfWords().getOrDefault("score", 0.0)));
    for (String way : List.of(Speed.PICTURES_STORED, Speed.BOTH_STORED)) {
      result.speeds().stream()
          .filter(speed -> speed.batch() == 1 && speed.way().equals(way))
          .forEach(speed -> facts.put(way, times(speed.timesFaster()) + " as fast"));
    }
    return facts;
  }

  private double score(String model) {
    return scoresOf(model).getOrDefault("score", Double.NaN);
  }

  private Map<String, Double> scoresOf(String model) {
    return result.scores().getOrDefault(model, Map.of());
  }

  private List<Markup> scores() {
    List<String> columns = new ArrayList<>(List.of("kind of question", "questions"));
    columns.addAll(List.of("most frequent answer", "words alone"));
    columns.addAll(result.scores().keySet());
    List<Table.Row> rows = new ArrayList<>();
    rows.add(row("all questions", "score", total(), true));
    result
        .textOnly()
        .counts()
        .forEach((kind, count) -> rows.add(row(kind, "score/" + kind, count, false)));
    return List.of(
        new Table("Right answers on test.", columns, rows).markup(),
        Page.note(
            "The most frequent answer and words alone (a bag-of-words classifier trained on the"
                + " same questions) never see a picture. In bold, the best student."));
  }

  private long total() {
    return result.textOnly().counts().values().stream().mapToLong(count -> count).sum();
  }

  private Table.Row row(String name, String metric, long count, boolean total) {
    List<Cell> cells = new ArrayList<>();
    cells.add(new Cell.Figure(String.format(Locale.ROOT, "%,d", count)));
    cells.add(share(result.textOnly().majority(), metric));
    cells.add(share(result.textOnly().bagOfWords(), metric));
    double best =
        Student.ALL.stream()
            .mapToDouble(student -> value(scoresOf(student.name()), metric))
            .max()
            .orElse(Double.NaN);
    result
        .scores()
        .forEach(
            (model, scores) -> {
              double score = value(scores, metric);
              boolean isBest = !model.equals(DemoModels.TEACHER) && score == best;
              cells.add(new Cell.Share(score, isBest));
            });
    return new Table.Row(name, cells, total);
  }

  private static Cell share(Map<String, Double> scores, String metric) {
    return new Cell.Share(value(scores, metric), false);
  }

  private static double value(Map<String, Double> scores, String metric) {
    return scores.getOrDefault(metric, Double.NaN);
  }

  private List<Markup> speed() {
    List<Markup> tables = new ArrayList<>();
    Map<Integer, List<Speed>> byBatch =
        result.speeds().stream()
            .collect(Collectors.groupingBy(Speed::batch, LinkedHashMap::new, Collectors.toList()));
    byBatch.forEach(
        (batch, speeds) ->
            tables.add(
                new Table(
                        batch == 1
                            ? "One question at a time."
                            : "%d questions at a time, each about a picture of its own."
                                .formatted(batch),
                        List.of("what is computed", "microseconds a question", "times faster"),
                        speeds.stream().map(DemoReport::row).toList())
                    .markup()));
    tables.add(
        Page.note(
            "Medians of interleaved rounds on this machine, from prepared pixels and words to the"
                + " scores of all answers. The models are tiny and the pictures nine patches large:"
                + " the larger the model, the more is saved."));
    return tables;
  }

  private static Table.Row row(Speed speed) {
    return Table.Row.of(
        speed.way(),
        List.of(
            new Cell.Figure(String.format(Locale.ROOT, "%,.0f", 1000 * speed.milliseconds())),
            new Cell.Figure(times(speed.timesFaster()))));
  }

  private List<Markup> cards(List<Example> examples) {
    Map<String, List<Answer>> answers = new LinkedHashMap<>();
    models.byName().forEach((name, model) -> answers.put(name, Samples.answers(model, examples)));
    return Samples.cards(examples, answers);
  }

  private List<Markup> stored() {
    StoredAnswers stored = result.stored();
    List<StoredAnswers.Answered> found = stored.found();
    List<Markup> parts = new ArrayList<>();
    parts.add(
        Page.paragraph(
            String.format(
                Locale.ROOT,
                "“%s” was asked of %d pictures, whose vectors the %s student had computed"
                    + " before: %.1f milliseconds for all of them, %d answers right. It said yes"
                    + " to %d%s.",
                stored.question(),
                stored.answers().size(),
                result.best(),
                stored.milliseconds(),
                stored.right(),
                found.size(),
                found.size() > FOUND ? ", the surest of which are" : "")));
    parts.add(Page.box("cards", found.stream().limit(FOUND).map(this::card).toList()));
    return parts;
  }

  private Markup card(StoredAnswers.Answered answered) {
    PictureCard.Given given =
        new PictureCard.Given(
            answered.picture(),
            answered.answer(),
            answered.probability(),
            PictureCard.Verdict.of(answered.right() ? 1 : 0));
    RgbImage picture =
        test.example(0, DemoSettings.number(answered.picture())).pictures().get(0).load();
    return new PictureCard(picture, result.stored().question(), "", List.of(given)).markup();
  }

  private List<Markup> attention(List<Example> examples) {
    List<Markup> parts = new ArrayList<>();
    parts.add(
        Page.paragraph(
            "Text-to-image attention of the last block, mean over words and heads. The most"
                + " attended patch is as bright as the picture. Only the distilled student was"
                + " shown where its teacher looks; KL is how far a student's attention is from the"
                + " teacher's."));
    List<Example> chosen =
        examples.stream().filter(DemoReport::namesAnObject).limit(ATTENTION_MAPS).toList();
    for (int i = 0; i < chosen.size(); i++) {
      Example example = chosen.get(i);
      RgbImage picture = example.pictures().get(0).load();
      Map<String, WordAttention> attention = new LinkedHashMap<>();
      for (Map.Entry<String, TrainedModel> model : models.byName().entrySet()) {
        attention.put(model.getKey(), WordAttention.of(model.getValue(), picture, example.text()));
      }
      parts.add(Markup.element("h3", example.text()));
      parts.addAll(new AttentionReport(example.text(), attention).overview("scene" + i));
    }
    return parts;
  }

  /** Where to look for an answer shows best where the question says it. */
  private static boolean namesAnObject(Example example) {
    return example.text().startsWith("what");
  }

  private List<Markup> curves() {
    Map<String, List<MetricsLog.Entry>> logs = new LinkedHashMap<>();
    for (Student student : Student.ALL) {
      logs.put(student.name(), MetricsLog.read(RunFolder.metrics(settings.run(student.recipe()))));
    }
    List<Markup> charts = new ArrayList<>();
    charts.add(chart("All questions", logs, "score", "dev").between(0, 1).markup());
    for (String kind : result.textOnly().counts().keySet()) {
      charts.add(chart(kind, logs, "score/" + kind, "dev").between(0, 1).markup());
    }
    Set<String> attention = new LinkedHashSet<>(List.of("loss/t2i", "loss/i2t"));
    List<LineChart.Series> losses = new ArrayList<>();
    for (String loss : attention) {
      String name = loss.equals("loss/t2i") ? "text to image" : "image to text";
      List<MetricsLog.Entry> distilled = List.copyOf(logs.values()).get(Student.ALL.size() - 1);
      losses.add(RunCurves.of(distilled, loss, "train", name));
    }
    charts.add(LineChart.of("Attention loss of the distilled student", STEPS, losses).markup());
    return List.of(
        Page.paragraph("Score on dev by kind of question, while they were trained."),
        Page.box("charts small", charts));
  }

  private static LineChart chart(
      String title, Map<String, List<MetricsLog.Entry>> logs, String metric, String split) {
    List<LineChart.Series> series = new ArrayList<>();
    logs.forEach((name, log) -> series.add(RunCurves.of(log, metric, split, name)));
    return LineChart.of(title, STEPS, series);
  }

  private static List<Markup> folder() {
    Map<String, String> things = new LinkedHashMap<>();
    things.put("model/", "the best student, to ask with dide ask --model");
    things.put("teacher/", "the teacher");
    things.put("pictures/", "the first pictures of test, to store with dide encode --store");
    things.put("runs/", "a run folder for each student, each with a report.html of its own");
    things.put("results.json", "the numbers of this page");
    return List.of(
        Table.ofWords("Beside this page.", List.of("name", "what it is"), things).markup());
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  private static String times(double ratio) {
    return String.format(Locale.ROOT, ratio < 10 ? "%.1f ×" : "%.0f ×", ratio);
  }
}
