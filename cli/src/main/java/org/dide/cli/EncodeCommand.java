package org.dide.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dide.InputException;
import org.dide.answer.DualAnswerer;
import org.dide.answer.FeatureFolder;
import org.dide.answer.PictureEncoder;
import org.dide.answer.PictureEncoder.Encoding;
import org.dide.answer.PictureFile;
import org.dide.hub.ModelFolder;
import org.dide.hub.TrainedModel;
import org.dide.tensor.Device;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dide encode}: pictures, once, into a folder of features. */
@Command(
    name = "encode",
    description = {
      "Encode pictures once, with a dual encoder, so that they can be asked any number of times"
          + " (dide ask --features). The answers equal those from the pictures themselves, to the last bit.",
      "",
      "Writes a folder of features: features.safetensors, pictures.jsonl and features.json. It is"
          + " written whole at the end or, after Ctrl-C, not at all; older features in its place"
          + " are replaced. Pictures that cannot be read are left out and told at the end.",
      "",
      "--threads says how many pictures are encoded side by side.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  dide encode holiday/ --out holiday.features",
      "  dide encode left.png right.png --model runs/my-student/best --out pair.features --strict",
      "",
      "Exit code: 0 done, 1 failed, or with --strict if a picture could not be read (the others",
      "are written all the same), 2 wrong usage, 130 interrupted."
    })
final class EncodeCommand extends BaseCommand {
  @Parameters(
      paramLabel = "IMAGE|FOLDER",
      arity = "1..*",
      description =
          "Pictures, or folders of pictures at any depth. A picture's id is its path below the"
              + " folder given, or its file name.")
  private List<Path> places = List.of();

  @Mixin private ModelOption model = new ModelOption();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "The folder of features to write.")
  private Path folder = Path.of("");

  @Option(names = "--strict", description = "Exit with 1 if a picture cannot be read.")
  private boolean strict;

  @Override
  public Integer call() throws InterruptedException {
    configureEngineForRequests();
    // Outermost, so that a process that is to end waits until the model is closed.
    try (Interruption interruption = Interruption.listen();
        TrainedModel trained = ModelFolder.load(model.folder(), Device.CPU)) {
      DualAnswerer answerer = DualAnswerer.of(trained);
      FeatureFolder.requireWritable(folder);
      List<PictureFile> files = PictureFile.find(places);
      long start = System.nanoTime();
      Optional<Encoding> encoded =
          encode(answerer, files, trained.fingerprint(), interruption.requested());
      if (encoded.isEmpty()) {
        err().println("interrupted; nothing was written");
        err().flush();
        return INTERRUPTED;
      }
      try (Encoding encoding = encoded.get()) {
        return finish(encoding, Duration.ofNanos(System.nanoTime() - start));
      }
    }
  }

  private Optional<Encoding> encode(
      DualAnswerer answerer, List<PictureFile> files, String fingerprint, AtomicBoolean stop)
      throws InterruptedException {
    try (PictureProgress progress = PictureProgress.onStandardError(err(), files.size())) {
      return new PictureEncoder(answerer, requests())
          .encode(files, fingerprint, progress::done, stop);
    }
  }

  private int finish(Encoding encoding, Duration took) {
    tellUnreadable(encoding);
    if (encoding.features().size() == 0) {
      throw new InputException("none of the pictures could be read; nothing was written");
    }
    FeatureFolder.write(folder, encoding.features());
    print(encoding, took);
    return strict && !encoding.unreadable().isEmpty() ? FAILED : DONE;
  }

  private void tellUnreadable(Encoding encoding) {
    if (!encoding.unreadable().isEmpty()) {
      err().printf("%,d pictures could not be read:%n", encoding.unreadable().size());
      encoding.unreadable().forEach(picture -> err().printf("  %s%n", picture.why()));
      err().flush();
    }
  }

  private void print(Encoding encoding, Duration took) {
    if (json()) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("features", folder.toString());
      result.put("pictures", encoding.features().size());
      result.put("unreadable", encoding.unreadable());
      result.put("seconds", took.toMillis() / 1000.0);
      printJson(result);
      return;
    }
    String left =
        encoding.unreadable().isEmpty()
            ? ""
            : "; %,d could not be read".formatted(encoding.unreadable().size());
    out().printf("%,d pictures in %s%s%n", encoding.features().size(), folder, left);
    out().flush();
  }
}
