package org.dide.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dide.InputException;
import org.dide.answer.PictureEncoder;
import org.dide.answer.PictureFinder;
import org.dide.answer.PictureSource;
import org.dide.answer.StoredItem;
import org.dide.answer.Towers;
import org.dide.hub.ModelFolder;
import org.dide.hub.TrainedModel;
import org.dide.store.Metadata;
import org.dide.store.StoreDescription;
import org.dide.store.StoreUpdate;
import org.dide.store.StoreWriter;
import org.dide.store.StoredKind;
import org.dide.store.TextList;
import org.dide.store.VectorStore;
import org.dide.tensor.Device;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dide encode}: pictures, or texts, once, into a store. */
@Command(
    name = "encode",
    description = {
      "Encode pictures once, with a dual encoder, so that they can be asked any number of times"
          + " (dide ask, entail, reason, search, count). In fp32, the answers equal those from the"
          + " pictures themselves, to the last bit. With --texts, the same for texts.",
      "",
      "Brings the store up to date: what is there unchanged, by the checksum of its bytes, is passed"
          + " over, what has changed is replaced. It is written as it goes: after Ctrl-C, or"
          + " anything worse, the same command goes on where it was. Pictures that cannot be read"
          + " are left out and told at the end, and so are texts that are longer than what the model"
          + " reads.",
      "",
      "--threads says how many pictures are encoded side by side.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  dide encode holiday/ --store holiday.store",
      "  dide encode \"shards/*.tar\" --model runs/my-student/best --store all.store --precision fp16",
      "  dide encode holiday/ --store holiday.store --metadata years.jsonl --sync",
      "  dide encode --texts questions.txt --store questions.store",
      "",
      "Exit code: 0 done, 1 failed, or with --strict if a picture could not be read (the others",
      "are written all the same), 2 wrong usage, 130 interrupted."
    })
final class EncodeCommand extends BaseCommand {
  private static final int COMMIT = 500; // items

  @Parameters(
      paramLabel = "IMAGE|FOLDER|TAR|PATTERN",
      arity = "0..*",
      description =
          "Pictures, folders of pictures at any depth, tars of pictures, or quoted patterns such as"
              + " \"holiday/**.jpg\". A picture's id is its path below the folder, in the tar after"
              + " the tar's name, or its file name.")
  private List<String> places = List.of();

  @Option(
      names = "--list",
      paramLabel = "FILE",
      description = "A text file with a picture's path on each line, relative to itself.")
  private List<Path> lists = List.of();

  @Option(
      names = "--texts",
      paramLabel = "FILE",
      description = "Texts instead: a text a line, or .jsonl with an id and a text a line.")
  private Optional<Path> texts = Optional.empty();

  @Mixin private ModelOption model = new ModelOption();

  @Option(
      names = "--store",
      paramLabel = "DIR",
      required = true,
      description = "The store to bring up to date; made if it is not there.")
  private Path folder = Path.of("");

  @Mixin private MetadataOption metadata = new MetadataOption();

  @Option(
      names = "--precision",
      paramLabel = "TYPE",
      description =
          "Of the vectors in a new store: ${COMPLETION-CANDIDATES}. fp16 takes half the bytes;"
              + " answers may then differ in the last digits. int8 takes a quarter; answers may"
              + " then differ in the second digit, and what is nearly even may turn. Default:"
              + " ${DEFAULT-VALUE}.",
      defaultValue = "fp32")
  private StoredPrecision precision = StoredPrecision.FP32;

  @Option(
      names = "--sync",
      description = "Remove from the store what is not among the pictures any more.")
  private boolean sync;

  @Option(names = "--strict", description = "Exit with 1 if a picture cannot be read.")
  private boolean strict;

  @Override
  public Integer call() throws InterruptedException {
    boolean pictures = !places.isEmpty() || !lists.isEmpty();
    if (pictures == texts.isPresent()) {
      throw usage("name either pictures or --texts");
    }
    configureEngineForRequests();
    // Outermost, so that a process that is to end waits until the model is closed.
    try (Interruption interruption = Interruption.listen();
        TrainedModel trained = ModelFolder.load(model.folder(), Device.CPU)) {
      Towers towers = Towers.of(trained);
      if (texts.isPresent() && !towers.storesTexts()) {
        throw new InputException(
            "%s: found a model with an attentive join, which reads a text word by word; allowed for"
                    .formatted(model.folder())
                + " --texts are models with the paper's join, or of the task retrieval");
      }
      List<PictureSource> found = pictures ? PictureFinder.find(places, lists) : List.of();
      List<StoredItem.Text> read = texts.map(TextList::read).orElse(List.of());
      List<String> ids =
          pictures
              ? found.stream().map(PictureSource::id).toList()
              : read.stream().map(StoredItem.Text::id).toList();
      Optional<Metadata> known = metadata.read(ids, err());
      try (StoreWriter store = open(trained, towers, known)) {
        StoreUpdate update = new StoreUpdate(store, known, COMMIT);
        long start = System.nanoTime();
        AtomicBoolean stop = interruption.requested();
        try (PictureProgress progress =
            PictureProgress.onStandardError(err(), "encoding", found.size() + read.size())) {
          StoreUpdate.Result result =
              pictures
                  ? update.pictures(
                      new PictureEncoder(towers, requests()), found, sync, stop, progress::done)
                  : update.texts(towers, read, sync, stop, progress::done);
          Duration took = Duration.ofNanos(System.nanoTime() - start);
          return finish(result, TooLong.of(trained, read), store.size(), took);
        }
      }
    }
  }

  private StoreWriter open(TrainedModel trained, Towers towers, Optional<Metadata> known) {
    StoreWriter store = StoreWriter.openOrCreate(folder, description(trained, towers, known));
    try (VectorStore last = store.snapshot()) {
      last.requireModel(trained.fingerprint());
      StoredKind wanted = texts.isPresent() ? StoredKind.TEXTS : StoredKind.PICTURES;
      if (last.description().kind() != wanted) {
        throw new InputException(
            "%s: holds %s, to be added are %s"
                .formatted(folder, Where.words(last.description().kind()), Where.words(wanted)));
      }
      if (isGiven("--precision")) {
        precision.require(folder, last.description());
      }
      return store;
    } catch (RuntimeException problem) {
      store.close();
      throw problem;
    }
  }

  private StoreDescription description(
      TrainedModel trained, Towers towers, Optional<Metadata> known) {
    return new StoreDescription(
        texts.isPresent() ? StoredKind.TEXTS : StoredKind.PICTURES,
        trained.fingerprint(),
        model.folder().toAbsolutePath().getFileName().toString(),
        texts.isPresent() ? 1 : towers.places(),
        towers.width(),
        towers.shareSize(),
        precision.type(),
        known.map(Metadata::fields).orElse(List.of()));
  }

  private int finish(
      StoreUpdate.Result result, List<StoredItem.Text> tooLong, long size, Duration took) {
    tellUnreadable(result);
    TooLong.tell(err(), tooLong);
    print(result, tooLong.size(), size, took);
    if (!result.finished()) {
      err().println("interrupted; the same command goes on from here");
      err().flush();
      return INTERRUPTED;
    }
    if (size == 0) {
      throw new InputException("none of the pictures could be read; the store is empty");
    }
    return strict && !result.unreadable().isEmpty() ? FAILED : DONE;
  }

  private void tellUnreadable(StoreUpdate.Result result) {
    if (!result.unreadable().isEmpty()) {
      err().printf("%,d pictures could not be read:%n", result.unreadable().size());
      result.unreadable().forEach(picture -> err().printf("  %s%n", picture.why()));
      err().flush();
    }
  }

  private void print(StoreUpdate.Result result, int tooLong, long size, Duration took) {
    if (json()) {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("store", folder.toString());
      all.put("size", size);
      all.put("added", result.added());
      all.put("replaced", result.replaced());
      all.put("unchanged", result.unchanged());
      all.put("removed", result.removed());
      all.put("unreadable", result.unreadable());
      all.put("too_long", tooLong);
      all.put("finished", result.finished());
      all.put("seconds", took.toMillis() / 1000.0);
      printJson(all);
      return;
    }
    out()
        .printf(
            "%,d %s in %s: %,d added, %,d replaced, %,d unchanged, %,d removed, %,d unreadable%n",
            size,
            texts.isPresent() ? "texts" : "pictures",
            folder,
            result.added(),
            result.replaced(),
            result.unchanged(),
            result.removed(),
            result.unreadable().size());
    out().flush();
  }
}
