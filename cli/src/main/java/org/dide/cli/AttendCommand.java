package org.dide.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.dide.AtomicFile;
import org.dide.hub.ModelFolder;
import org.dide.hub.TrainedModel;
import org.dide.image.PngEncoder;
import org.dide.image.RgbImage;
import org.dide.report.AttentionReport;
import org.dide.report.WordAttention;
import org.dide.task.Answer;
import org.dide.tensor.Device;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dide attend}: where the words of a question look. */
@Command(
    name = "attend",
    description = {
      "Show where each word of a question looks in a picture: the attention of a model's last"
          + " block, laid over the picture, beside its teacher's.",
      "",
      "Writes one file: a page with the mean, word by word and head by head if its name ends in"
          + " .html, or the mean as a picture if it ends in .png.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  dide attend --model demo/model --teacher demo/teacher --image demo/pictures/000000.png"
          + " \"what color is the circle?\" --out attention.html",
      "  dide attend --model demo/model --image mine.jpg \"how many are red?\" --out mine.png",
      "",
      "Exit code: 0 done, 1 failed, 2 wrong usage."
    })
final class AttendCommand extends BaseCommand {
  @Option(
      names = "--model",
      paramLabel = "DIR",
      required = true,
      description = "The model's folder.")
  private Path model = Path.of("");

  @Option(
      names = "--teacher",
      paramLabel = "DIR",
      description = "The folder of another model to show beside it.")
  private Optional<Path> teacher = Optional.empty();

  @Option(names = "--image", paramLabel = "FILE", required = true, description = "The picture.")
  private Path image = Path.of("");

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "What to write: .html or .png. Default: ${DEFAULT-VALUE}.",
      defaultValue = "attention.html")
  private Path out = Path.of("");

  @Parameters(paramLabel = "QUESTION", description = "What to ask about the picture.")
  private String question = "";

  @Override
  public Integer call() {
    boolean page = hasEnding(".html");
    if (!page && !hasEnding(".png")) {
      throw usage("--out: found %s, allowed are names that end in .html or .png".formatted(out));
    }
    configureEngine();
    Map<String, WordAttention> attentions = new LinkedHashMap<>();
    teacher.ifPresent(folder -> attentions.put("teacher", attention(folder)));
    attentions.put(teacher.isPresent() ? "student" : "model", attention(model));
    AttentionReport report = new AttentionReport(question, attentions);
    if (page) {
      report.page().write(out);
    } else {
      AtomicFile.write(out, PngEncoder.encode(report.picture()));
    }
    print(attentions);
    return DONE;
  }

  private boolean hasEnding(String ending) {
    return out.toString().toLowerCase(Locale.ROOT).endsWith(ending);
  }

  private WordAttention attention(Path folder) {
    try (TrainedModel trained = ModelFolder.load(folder, Device.CPU)) {
      RgbImage picture = trained.preprocessing().decoder().decode(image);
      return WordAttention.of(trained, picture, question);
    }
  }

  private void print(Map<String, WordAttention> attentions) {
    if (json()) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("file", out.toString());
      attentions.forEach((name, attention) -> result.put(name, attention.answers()));
      printJson(result);
      return;
    }
    attentions.forEach(
        (name, attention) -> {
          Answer best = attention.answers().get(0);
          out().printf("%s: %s (%.1f %%)%n", name, best.text(), 100 * best.probability());
        });
    out().printf("attention: %s%n", out);
    out().flush();
  }
}
