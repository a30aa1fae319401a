package org.dide.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.dide.AtomicFile;
import org.dide.data.Example;
import org.dide.data.Label;
import org.dide.data.OwnJsonlWriter;
import org.dide.data.Split;
import org.dide.data.scenes.ScenesDataset;
import org.dide.data.scenes.ScenesSettings;
import org.dide.image.ContactSheet;
import org.dide.image.PngEncoder;
import org.dide.image.RgbImage;
import org.dide.train.Recipes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code dide data scenes}: generated pictures and questions, to look at or to train on. */
@Command(
    name = "scenes",
    description = {
      "Draw generated scenes and ask about them; the answers are certain.",
      "",
      "With --out, writes a folder: questions.jsonl, which can be read again with --format jsonl,"
          + " and pictures/. With --sheet, writes one picture of the first pictures. Prints some of"
          + " the questions in any case. The same settings and seed always give the same.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  dide data scenes --out my-scenes --count 500 --split train,dev,test",
      "  dide data scenes --split dev --seed 7 --sheet scenes.png",
      "",
      "Exit code: 0 done, 1 failed, 2 wrong usage."
    })
final class DataScenesCommand extends BaseCommand {
  private static final int SHOWN = 8;
  private static final int SHEET_ROWS = 5;
  private static final int SHEET_COLUMNS = 8;

  @Option(names = "--out", paramLabel = "DIR", description = "A new folder for the scenes.")
  private Optional<Path> folder = Optional.empty();

  @Option(
      names = "--count",
      paramLabel = "N",
      description =
          "Questions of each split, each about a picture of its own. Default: ${DEFAULT-VALUE}.",
      defaultValue = "100")
  private int count;

  @Option(
      names = "--split",
      paramLabel = "SPLIT",
      split = ",",
      description = "Which parts: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.",
      defaultValue = "train")
  private List<Split> splits = List.of();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of every draw. Default: the recipe's, or 0.")
  private Optional<Long> seed = Optional.empty();

  @Option(
      names = "--epoch",
      paramLabel = "N",
      description =
          "Draw train as in this epoch, from 0; later ones ask harder questions. Default: ${DEFAULT-VALUE}.",
      defaultValue = "0")
  private int epoch;

  @Option(
      names = "--recipe",
      paramLabel = "RECIPE",
      description = "Draw as this recipe, a file or a name, says (data.scenes).")
  private Optional<String> recipe = Optional.empty();

  @Option(
      names = "--sheet",
      paramLabel = "FILE",
      description = "Write the first pictures on one, as PNG.")
  private Optional<Path> sheet = Optional.empty();

  @Override
  public Integer call() {
    requireAtLeast(1, "--count", count);
    requireAtLeast(0, "--epoch", epoch);
    Map<Split, List<Example>> parts = new TreeMap<>();
    splits.forEach(split -> parts.put(split, draw(split)));
    folder.ifPresent(path -> OwnJsonlWriter.write(path, parts));
    List<Example> all = parts.values().stream().flatMap(List::stream).toList();
    sheet.ifPresent(file -> AtomicFile.write(file, PngEncoder.encode(sheet(all))));
    if (json()) {
      print(all);
    } else {
      printText(all);
    }
    return DONE;
  }

  private List<Example> draw(Split split) {
    ScenesDataset dataset = ScenesDataset.of(split, settings().withSizes(count));
    return IntStream.range(0, count).mapToObj(index -> dataset.example(epoch, index)).toList();
  }

  private ScenesSettings settings() {
    ScenesSettings settings =
        recipe
            .map(name -> Recipes.read(name, List.of()))
            .orElseGet(Recipes::defaults)
            .data()
            .scenes();
    return seed.map(settings::withSeed).orElse(settings);
  }

  private static RgbImage sheet(List<Example> examples) {
    return ContactSheet.of(
        examples.stream()
            .limit(SHEET_ROWS * SHEET_COLUMNS)
            .map(example -> example.pictures().get(0).load())
            .toList(),
        SHEET_COLUMNS);
  }

  private void printText(List<Example> examples) {
    Facts facts = new Facts();
    examples.stream()
        .limit(SHOWN)
        .forEach(
            example -> facts.addFormatted(example.id(), "%s  %s", example.text(), answer(example)));
    facts.print(out());
    if (examples.size() > SHOWN) {
      out().printf("and %d more%n", examples.size() - SHOWN);
    }
    folder.ifPresent(path -> out().println("written: " + path.resolve(OwnJsonlWriter.QUESTIONS)));
    sheet.ifPresent(file -> out().println("written: " + file));
    out().flush();
  }

  private void print(List<Example> examples) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("count", examples.size());
    folder.ifPresent(path -> result.put("questionsFile", path.resolve(OwnJsonlWriter.QUESTIONS)));
    sheet.ifPresent(file -> result.put("sheet", file));
    result.put("questions", examples.stream().limit(SHOWN).map(DataScenesCommand::entry).toList());
    printJson(result);
  }

  private static Map<String, String> entry(Example example) {
    Map<String, String> entry = new LinkedHashMap<>();
    entry.put("id", example.id());
    entry.put("question", example.text());
    entry.put("answer", answer(example));
    entry.put("type", example.type());
    return entry;
  }

  private static String answer(Example example) {
    return example.label() instanceof Label.Answers known
        ? String.join(", ", known.scores().keySet())
        : "";
  }
}
