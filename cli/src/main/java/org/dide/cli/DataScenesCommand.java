package org.dide.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.dide.AtomicFile;
import org.dide.data.CaptionedPicture;
import org.dide.data.Example;
import org.dide.data.Label;
import org.dide.data.OwnJsonlWriter;
import org.dide.data.Picture;
import org.dide.data.Split;
import org.dide.data.TaskName;
import org.dide.data.scenes.ScenesDataset;
import org.dide.data.scenes.ScenesSettings;
import org.dide.image.ContactSheet;
import org.dide.image.PngEncoder;
import org.dide.image.RgbImage;
import org.dide.train.Recipe;
import org.dide.train.Recipes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code dide data scenes}: generated pictures and questions, to look at or to train on. */
@Command(
    name = "scenes",
    description = {
      "Draw generated scenes and ask or tell about them; the answers are certain.",
      "",
      "With --out, writes a folder: questions.jsonl, statements.jsonl (--task reasoning or"
          + " entailment) or captions.jsonl (--captions, or --task retrieval or pretraining for one"
          + " caption a picture), which can be read again with --format jsonl, and pictures/. With --sheet, writes one picture of the first pictures. Prints"
          + " some of the texts in any case. The same settings and seed always give the same.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  dide data scenes --out my-scenes --count 500 --split train,dev,test",
      "  dide data scenes --split dev --seed 7 --sheet scenes.png",
      "  dide data scenes --task reasoning --split dev --out my-pairs --sheet pairs.png",
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
          "Texts of each split, each about pictures of its own; with --captions, pictures."
              + " Default: ${DEFAULT-VALUE}.",
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

  @Mixin private TaskOption task = new TaskOption();

  @Option(
      names = "--captions",
      description = "Describe each picture in several captions, instead of asking about it.")
  private boolean captions;

  @Override
  public Integer call() {
    requireAtLeast(1, "--count", count);
    requireAtLeast(0, "--epoch", epoch);
    if (captions && task.named().isPresent()) {
      throw usage("--captions: allowed without --task only");
    }
    report(captions ? drawCaptions() : drawTexts());
    return DONE;
  }

  private Drawn drawTexts() {
    Optional<Recipe> named = recipe();
    TaskName asked = task.named().or(() -> named.map(Recipe::task)).orElse(TaskName.VQA);
    ScenesSettings settings = settings(named.orElseGet(() -> Recipes.defaults(asked)));
    Map<Split, List<Example>> parts = new TreeMap<>();
    for (Split split : splits) {
      ScenesDataset dataset = ScenesDataset.of(asked, split, settings);
      parts.put(split, IntStream.range(0, count).mapToObj(i -> dataset.example(epoch, i)).toList());
    }
    folder.ifPresent(path -> OwnJsonlWriter.write(path, asked, parts));
    return new Drawn(
        OwnJsonlWriter.fileOf(asked),
        parts.values().stream()
            .flatMap(List::stream)
            .map(example -> Shown.of(example, asked))
            .toList());
  }

  private Drawn drawCaptions() {
    ScenesSettings settings = settings(recipe().orElseGet(Recipes::defaults));
    Map<Split, List<CaptionedPicture>> parts = new TreeMap<>();
    splits.forEach(
        split -> parts.put(split, ScenesDataset.captions(split, settings, epoch).toList()));
    folder.ifPresent(path -> OwnJsonlWriter.writeCaptions(path, parts));
    return new Drawn(
        OwnJsonlWriter.CAPTIONS,
        parts.values().stream().flatMap(List::stream).map(Shown::of).toList());
  }

  private Optional<Recipe> recipe() {
    return recipe.map(name -> Recipes.read(name, List.of()));
  }

  private ScenesSettings settings(Recipe drawn) {
    ScenesSettings settings = drawn.data().scenes().withSizes(count);
    return seed.map(settings::withSeed).orElse(settings);
  }

  private void report(Drawn drawn) {
    sheet.ifPresent(file -> AtomicFile.write(file, PngEncoder.encode(drawn.sheet())));
    if (json()) {
      print(drawn);
    } else {
      printText(drawn);
    }
  }

  private void printText(Drawn drawn) {
    Facts facts = new Facts();
    drawn.all().stream().limit(SHOWN).forEach(shown -> facts.add(shown.id(), shown.line()));
    facts.print(out());
    if (drawn.all().size() > SHOWN) {
      out().printf("and %d more%n", drawn.all().size() - SHOWN);
    }
    folder.ifPresent(path -> out().println("written: " + path.resolve(drawn.file())));
    sheet.ifPresent(file -> out().println("written: " + file));
    out().flush();
  }

  private void print(Drawn drawn) {
    String what = drawn.file().substring(0, drawn.file().indexOf('.'));
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("count", drawn.all().size());
    folder.ifPresent(path -> result.put(what + "File", path.resolve(drawn.file())));
    sheet.ifPresent(file -> result.put("sheet", file));
    result.put(what, drawn.all().stream().limit(SHOWN).map(Shown::entry).toList());
    printJson(result);
  }

  /** Everything that was drawn, and the file that it is for. */
  private record Drawn(String file, List<Shown> all) {
    /** The first pictures; those of one text side by side. */
    RgbImage sheet() {
      int pictures = all.get(0).pictures().size();
      int columns = SHEET_COLUMNS / pictures;
      return ContactSheet.of(
          all.stream().limit((long) SHEET_ROWS * columns).map(Shown::picture).toList(), columns);
    }
  }

  /** A text or picture as a person and as a machine reads it. */
  private record Shown(String id, String line, Map<String, Object> entry, List<Picture> pictures) {
    static Shown of(Example example, TaskName task) {
      boolean question = task == TaskName.VQA;
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("id", example.id());
      if (example.label() instanceof Label.Described) {
        entry.put("caption", example.text());
        return new Shown(example.id(), example.text(), entry, example.pictures());
      }
      String answer = example.label().best().orElse("");
      entry.put(question ? "question" : "statement", example.text());
      entry.put(question ? "answer" : "label", answer);
      entry.put("type", example.type());
      return new Shown(example.id(), example.text() + "  " + answer, entry, example.pictures());
    }

    static Shown of(CaptionedPicture captioned) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("id", captioned.id());
      entry.put("captions", captioned.captions());
      return new Shown(
          captioned.id(),
          String.join(" ", captioned.captions()),
          entry,
          List.of(captioned.picture()));
    }

    RgbImage picture() {
      List<RgbImage> drawn = pictures.stream().map(Picture::load).toList();
      return drawn.size() == 1 ? drawn.get(0) : ContactSheet.of(drawn, drawn.size());
    }
  }
}
