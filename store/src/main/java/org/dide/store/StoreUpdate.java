package org.dide.store;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import org.dide.InputException;
import org.dide.answer.PictureEncoder;
import org.dide.answer.PictureEncoder.Outcome;
import org.dide.answer.PictureSource;
import org.dide.answer.StoredItem;
import org.dide.answer.Towers;
import org.dide.answer.Vectors;

/**
 * Brings a store up to date: encodes what is new or has changed, passes over what is there already,
 * removes what is gone if told to. Where the metadata alone differ, the stored vectors stay. It
 * commits every so many items, so that whatever ends it, what was committed stays, and the next
 * update goes on from there.
 */
public final class StoreUpdate {
  private final StoreWriter store;
  private final Optional<Metadata> metadata;
  private final int commit;
  private final List<StoredRow> waiting = new ArrayList<>();
  private final List<String> relabelled = new ArrayList<>();
  private final List<Outcome.Unreadable> unreadable = new ArrayList<>();
  private final Map<String, String> before;
  private final Map<String, Map<String, Object>> metadataBefore;
  private int added;
  private int replaced;
  private int unchanged;

  /**
   * An update of a store that is open for writing.
   *
   * @param metadata of the items, where they are to have other than what is stored; an item whose
   *     metadata differ counts as changed
   * @param commit items in a commit, at least 1
   * @throws org.dide.InputException if the store has a column of another type
   */
  public StoreUpdate(StoreWriter store, Optional<Metadata> metadata, int commit) {
    this.store = store;
    this.metadata = metadata.map(known -> known.suiting(store.description()));
    this.metadata.ifPresent(known -> store.addMetadata(known.beyond(store.description())));
    this.commit = commit;
    this.before = store.checksums();
    try (VectorStore last = store.snapshot()) {
      this.metadataBefore = last.metadata();
    }
  }

  /**
   * What came of an update.
   *
   * @param added items that were not there
   * @param replaced items that had changed
   * @param unchanged items that were there already
   * @param removed items that are no more
   * @param unreadable pictures that could not be read; an older vector of theirs stays
   * @param finished whether it came to its end
   */
  public record Result(
      int added,
      int replaced,
      int unchanged,
      int removed,
      List<Outcome.Unreadable> unreadable,
      boolean finished) {
    /** Keeps an unmodifiable copy of the list. */
    public Result {
      unreadable = List.copyOf(unreadable);
    }
  }

  /**
   * Encodes pictures.
   *
   * @param sync whether what is stored but not among the pictures is removed
   * @param stop set from outside to end early, after what is under way
   * @param progress hears how many are done, on the calling thread
   * @throws InputException if nothing would be left
   */
  public Result pictures(
      PictureEncoder encoder,
      List<PictureSource> pictures,
      boolean sync,
      AtomicBoolean stop,
      IntConsumer progress)
      throws InterruptedException {
    requireSome(sync, pictures);
    int[] done = {0};
    boolean finished =
        encoder.encode(
            pictures.iterator(),
            before,
            stop,
            outcome -> {
              hear(outcome);
              progress.accept(++done[0]);
            });
    return finish(ids(pictures.stream().map(PictureSource::id).toList()), sync, finished);
  }

  /** The same for texts. */
  public Result texts(
      Towers towers,
      List<StoredItem.Text> texts,
      boolean sync,
      AtomicBoolean stop,
      IntConsumer progress) {
    requireSome(sync, texts);
    int done = 0;
    for (StoredItem.Text text : texts) {
      if (stop.get()) {
        break;
      }
      if (text.sha256().equals(before.get(text.id()))) {
        keep(text.id());
      } else {
        add(text, towers.encode(text.text()));
      }
      progress.accept(++done);
    }
    return finish(
        ids(texts.stream().map(StoredItem.Text::id).toList()), sync, done == texts.size());
  }

  /** Nothing is hardly ever what somebody wants to have left of a store. */
  private static void requireSome(boolean sync, List<?> items) {
    if (sync && items.isEmpty()) {
      throw new InputException(
          "found nothing to store, and with sync nothing would be left; allowed is one item or"
              + " more");
    }
  }

  private static Set<String> ids(List<String> ids) {
    return new HashSet<>(ids);
  }

  private Map<String, Object> stored(String id) {
    return metadataBefore.getOrDefault(id, Map.of());
  }

  private Map<String, Object> metadata(String id) {
    return metadata.map(known -> known.of(id)).orElseGet(() -> stored(id));
  }

  private void hear(Outcome outcome) {
    if (outcome instanceof Outcome.Encoded encoded) {
      add(encoded.picture(), encoded.vectors());
    } else if (outcome instanceof Outcome.Unreadable failed) {
      unreadable.add(failed);
    } else {
      keep(outcome.id());
    }
  }

  /** What is stored of it stays, but perhaps its metadata. */
  private void keep(String id) {
    if (metadata(id).equals(stored(id))) {
      unchanged++;
    } else {
      replaced++;
      relabelled.add(id);
      writeIfMany();
    }
  }

  private void add(StoredItem item, Vectors vectors) {
    if (before.containsKey(item.id())) {
      replaced++;
    } else {
      added++;
    }
    waiting.add(new StoredRow(item, vectors, metadata(item.id())));
    writeIfMany();
  }

  private void writeIfMany() {
    if (waiting.size() + relabelled.size() == commit) {
      write();
    }
  }

  private void write() {
    if (!relabelled.isEmpty()) {
      try (VectorStore last = store.snapshot()) {
        last.forEach(relabelled, row -> waiting.add(row.with(metadata(row.id()))));
      }
      relabelled.clear();
    }
    if (!waiting.isEmpty()) {
      store.write(waiting);
      waiting.clear();
    }
  }

  private Result finish(Set<String> wanted, boolean sync, boolean finished) {
    write();
    List<String> gone =
        sync && finished
            ? before.keySet().stream().filter(id -> !wanted.contains(id)).sorted().toList()
            : List.of();
    if (!gone.isEmpty()) {
      store.delete(gone);
    }
    if (finished) {
      store.compact();
    }
    return new Result(added, replaced, unchanged, gone.size(), unreadable, finished);
  }
}
