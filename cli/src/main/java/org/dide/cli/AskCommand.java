package org.dide.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.dide.InputException;
import org.dide.answer.Answerer;
import org.dide.answer.DualAnswerer;
import org.dide.answer.FeatureFolder;
import org.dide.answer.Features;
import org.dide.answer.StoredPicture;
import org.dide.hub.ModelFolder;
import org.dide.hub.TrainedModel;
import org.dide.image.RgbImage;
import org.dide.task.Answer;
import org.dide.tensor.Device;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dide ask}: a question about a picture, or about stored ones. */
@Command(
    name = "ask",
    description = {
      "Ask a question about a picture, or about pictures that dide encode has stored; or have a"
          + " statement judged, by a model of statements. Of a model of pairs, --image is given"
          + " twice, the left picture first.",
      "",
      "Prints the best answers with their probabilities; of all pictures of a folder of features,"
          + " one line each: id, best answer and probability, separated by tabs.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  dide ask --image kitchen.jpg \"how many chairs are there?\"",
      "  dide ask --model my-reasoner --image left.jpg --image right.jpg \"both show a dog\"",
      "  dide ask --features holiday.features --model runs/my-student/best \"is there a dog?\"",
      "",
      "Exit code: 0 done, 1 failed, 2 wrong usage."
    })
final class AskCommand extends BaseCommand {
  private static final int TOP = 5;
  private static final int SHOWN = 3; // ids in a message

  @Parameters(paramLabel = "QUESTION", description = "The question, as one argument.")
  private String question = "";

  @ArgGroup(multiplicity = "1")
  private Source source = new Source();

  /** One of the two. */
  private static final class Source {
    @Option(names = "--image", paramLabel = "FILE", description = "A picture to ask about.")
    private List<Path> images = List.of();

    @Option(
        names = "--features",
        paramLabel = "DIR",
        description = "Stored pictures to ask about (see dide encode).")
    private Optional<Path> features = Optional.empty();
  }

  @Option(
      names = "--picture",
      paramLabel = "ID",
      description = "Ask only this one of the stored pictures.")
  private Optional<String> picture = Optional.empty();

  @Mixin private ModelOption model = new ModelOption();

  @Option(
      names = "--top",
      paramLabel = "N",
      description = "Answers to print of each picture. Default: 5 of one, 1 of each of many.")
  private Optional<Integer> top = Optional.empty();

  /** A picture and what was answered, as JSON shows it. */
  private record Asked(String id, List<Answer> answers) {}

  @Override
  public Integer call() throws InterruptedException {
    requireSense();
    configureEngineForRequests();
    try (TrainedModel trained = ModelFolder.load(model.folder(), Device.CPU)) {
      tellWhatIsNotRead(trained);
      if (!source.images.isEmpty()) {
        Answerer answerer = Answerer.of(trained);
        List<RgbImage> pictures = source.images.stream().map(answerer::decode).toList();
        String asked = source.images.stream().map(Path::toString).collect(Collectors.joining(", "));
        print(asked, answerer.ask(pictures, question, top.orElse(TOP)));
      } else {
        askStored(trained, source.features.orElseThrow());
      }
    }
    return DONE;
  }

  private void requireSense() {
    if (source.images.isEmpty() && source.features.isEmpty()) {
      throw usage("name what to ask about: --image or --features");
    }
    if (question.isBlank()) {
      throw usage("the question is empty");
    }
    requireAtLeast(1, "--top", top.orElse(1));
    if (picture.isPresent() && source.features.isEmpty()) {
      throw usage("--picture names one of the pictures of --features");
    }
  }

  private void tellWhatIsNotRead(TrainedModel trained) {
    int longest = trained.model().architecture().maxTextLength();
    int length = trained.tokenizer().length(question);
    if (length > longest) {
      err()
          .printf(
              "the question has %d tokens, of which the model reads the first %d%n",
              length, longest - 1);
      err().flush();
    }
  }

  private void askStored(TrainedModel trained, Path folder) throws InterruptedException {
    DualAnswerer answerer = DualAnswerer.of(trained);
    try (Features features = FeatureFolder.read(folder, trained.fingerprint())) {
      float[] asked = answerer.encode(question);
      if (picture.isPresent()) {
        String id = picture.get();
        float[] vector = features.vector(row(features, folder, id));
        print(id, answerer.answer(asked, vector, top.orElse(TOP)));
      } else if (json()) {
        List<Asked> all = new ArrayList<>();
        answerer.answer(
            asked,
            features,
            top.orElse(1),
            requests(),
            (stored, answers) -> all.add(new Asked(stored.id(), answers)));
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("question", question);
        result.put("pictures", all);
        printJson(result);
      } else {
        answerer.answer(asked, features, top.orElse(1), requests(), this::printLine);
        out().flush();
      }
    }
  }

  private static int row(Features features, Path folder, String id) {
    return features
        .find(id)
        .orElseThrow(
            () ->
                new InputException(
                    "%s: has no picture '%s'; its %,d pictures are %s%s"
                        .formatted(
                            folder,
                            id,
                            features.size(),
                            features.pictures().stream()
                                .limit(SHOWN)
                                .map(StoredPicture::id)
                                .collect(Collectors.joining(", ")),
                            features.size() > SHOWN ? ", …" : "")));
  }

  private void print(String asked, List<Answer> answers) {
    if (json()) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("question", question);
      result.put("picture", asked);
      result.put("answers", answers);
      printJson(result);
      return;
    }
    answers.forEach(
        answer -> out().printf(Locale.ROOT, "%6.4f  %s%n", answer.probability(), answer.text()));
    out().flush();
  }

  /** Ids come from file names, which may hold what would break the line. */
  private void printLine(StoredPicture stored, List<Answer> answers) {
    String line =
        answers.stream()
            .map(
                answer ->
                    String.format(Locale.ROOT, "\t%s\t%.4f", answer.text(), answer.probability()))
            .collect(Collectors.joining());
    out().println(stored.id().replaceAll("\\p{Cntrl}", "?") + line);
  }
}
