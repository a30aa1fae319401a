package org.dide.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.dide.answer.Answerer;
import org.dide.answer.Candidates;
import org.dide.answer.DualAnswerer;
import org.dide.answer.Gallery;
import org.dide.hub.ModelFolder;
import org.dide.hub.TrainedModel;
import org.dide.image.RgbImage;
import org.dide.store.StoredKind;
import org.dide.task.Answer;
import org.dide.tensor.Device;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dide ask}: a question about a picture, or about stored ones. */
@Command(
    name = "ask",
    description = {
      "Ask a question about a picture, or about the pictures of a store (dide encode); or ask all"
          + " stored texts about a picture. Of a model of pairs, --image is given twice, the left"
          + " picture first.",
      "",
      "Prints the best answers with their probabilities; of a store, one line an item: its id (or"
          + " the stored text), best answer and probability, separated by tabs.",
      "",
      "--threads says on how many threads stored pictures, or texts, are asked; one picture is asked"
          + " on one.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  dide ask --image kitchen.jpg \"how many chairs are there?\"",
      "  dide ask --store holiday.store --model runs/my-student/best \"is there a dog?\"",
      "  dide ask --store holiday.store --where \"year > 2019\" --out dogs.csv \"is there a dog?\"",
      "  dide ask --store questions.store --image kitchen.jpg",
      "",
      "Exit code: 0 done, 1 failed, 2 wrong usage."
    })
final class AskCommand extends BaseCommand {
  private static final int TOP = 5;

  @Parameters(
      paramLabel = "QUESTION",
      arity = "0..1",
      description = "The question, as one argument; none where stored texts are asked.")
  private Optional<String> question = Optional.empty();

  @Option(names = "--image", paramLabel = "FILE", description = "A picture to ask about.")
  private List<Path> images = List.of();

  @Option(
      names = "--store",
      paramLabel = "DIR",
      description = "Stored pictures to ask about; or stored texts, to ask about --image.")
  private Optional<Path> store = Optional.empty();

  @Option(
      names = "--picture",
      paramLabel = "ID",
      description = "Ask only this one of the stored pictures.")
  private Optional<String> picture = Optional.empty();

  @Mixin private Where where = new Where();

  @Mixin private ModelOption model = new ModelOption();

  @Mixin private CandidatesOption candidates = new CandidatesOption();

  @Mixin private WeightsOption weights = new WeightsOption();

  @Option(
      names = "--top",
      paramLabel = "N",
      description = "Answers to print of each. Default: 5 of one, 1 of each of many.")
  private Optional<Integer> top = Optional.empty();

  @Mixin private AnswerFile file = new AnswerFile();

  @Override
  public Integer call() throws InterruptedException {
    requireSense();
    configureEngineForRequests();
    try (TrainedModel trained = ModelFolder.load(model.folder(), Device.CPU)) {
      question.ifPresent(text -> TooLong.tell(err(), trained, text));
      if (store.isEmpty()) {
        askPictures(trained);
      } else {
        askStore(trained, store.get());
      }
    }
    return DONE;
  }

  private void requireSense() {
    if (images.isEmpty() && store.isEmpty()) {
      throw usage("name what to ask about: --image or --store");
    }
    requireQuestion();
    requireAtLeast(1, "--top", top.orElse(1));
    candidates.check(this);
    requireStore();
    if (file.isPage() && asksTexts()) {
      throw usage("--out: a page is of pictures; allowed of texts are .jsonl, .csv and .parquet");
    }
    file.check(this);
  }

  /** Whether stored texts are asked. */
  private boolean asksTexts() {
    return !images.isEmpty() && store.isPresent();
  }

  private void requireQuestion() {
    boolean textsStored = asksTexts();
    if (question.isPresent() == textsStored) {
      throw usage(
          textsStored
              ? "--image and --store together ask the stored texts; leave out the question, or one"
                  + " of the two"
              : "the question is missing");
    }
    if (question.filter(String::isBlank).isPresent()) {
      throw usage("the question is empty");
    }
  }

  private void requireStore() {
    if (where.isGiven() && store.isEmpty()) {
      throw usage("--where chooses among what --store holds");
    }
    if (picture.isPresent() && (store.isEmpty() || asksTexts())) {
      throw usage("--picture names one of the pictures of --store");
    }
    if (picture.isPresent() && where.isGiven()) {
      throw usage("--picture names one picture, --where chooses among all");
    }
    if (candidates.isGiven() && (store.isEmpty() || asksTexts() || picture.isPresent())) {
      throw usage("--candidates is for a question about all pictures of --store");
    }
    if (file.isWanted() && (store.isEmpty() || picture.isPresent())) {
      throw usage("--out is for answers about a whole store");
    }
  }

  private void askPictures(TrainedModel trained) {
    List<String> asked = images.stream().map(Path::toString).toList();
    try (Answerer answerer = Answerer.of(trained, weights.type())) {
      List<RgbImage> pictures = images.stream().map(answerer::decode).toList();
      print(asked, answerer.ask(pictures, question.orElseThrow(), top.orElse(TOP)));
    }
  }

  private void askStore(TrainedModel trained, Path folder) throws InterruptedException {
    try (DualAnswerer answerer = DualAnswerer.of(trained, weights.type())) {
      if (images.isEmpty()) {
        askStoredPictures(answerer, trained, folder);
      } else {
        askStoredTexts(answerer, trained, folder);
      }
    }
  }

  private void askStoredPictures(DualAnswerer answerer, TrainedModel trained, Path folder)
      throws InterruptedException {
    float[] text = answerer.towers().encode(question.orElseThrow()).shares().get(0);
    if (picture.isPresent()) {
      List<float[]> shares = Where.shares(folder, trained, List.of(picture.get())).get(0);
      print(List.of(picture.get()), answerer.answer(text, shares, top.orElse(TOP)));
      return;
    }
    try (Gallery gallery = where.open(folder, trained, StoredKind.PICTURES)) {
      List<Asked> all = new ArrayList<>();
      candidates.answer(
          answerer,
          text,
          gallery,
          top.orElse(1),
          requests(),
          Candidates::leastSure,
          (stored, answers) -> all.add(new Asked(stored, answers)));
      print(question.orElseThrow(), "pictures", all, answerer);
    }
  }

  private void askStoredTexts(DualAnswerer answerer, TrainedModel trained, Path folder)
      throws InterruptedException {
    try (Gallery gallery = where.open(folder, trained, StoredKind.TEXTS)) {
      List<float[]> shares = answerer.shares(images.stream().map(answerer::decode).toList());
      List<Asked> all = new ArrayList<>();
      answerer.answer(
          shares,
          gallery,
          top.orElse(1),
          requests(),
          (text, answers) -> all.add(new Asked(text, answers)));
      print(images.toString(), "texts", all, answerer);
    }
  }

  /** Many answers: into a file, as JSON, or a line each. */
  private void print(String asked, String kind, List<Asked> all, DualAnswerer answerer) {
    if (file.isWanted()) {
      file.write(asked, all, answerer::decode);
    }
    if (json()) {
      Map<String, Object> result = new LinkedHashMap<>();
      question.ifPresent(text -> result.put("question", text));
      file.put(result, kind, all);
      printJson(result);
    } else if (!file.isWanted()) {
      all.forEach(one -> out().println(one.line()));
      out().flush();
    }
  }

  private void print(List<String> asked, List<Answer> answers) {
    if (json()) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("question", question.orElseThrow());
      if (asked.size() == 1) {
        result.put("picture", asked.get(0));
      } else {
        result.put("pictures", asked);
      }
      result.put("answers", answers);
      printJson(result);
      return;
    }
    answers.forEach(
        answer -> out().printf(Locale.ROOT, "%6.4f  %s%n", answer.probability(), answer.text()));
    out().flush();
  }
}
