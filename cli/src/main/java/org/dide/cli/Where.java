package org.dide.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.dide.InputException;
import org.dide.answer.Gallery;
import org.dide.hub.TrainedModel;
import org.dide.store.StoredKind;
import org.dide.store.VectorStore;
import picocli.CommandLine.Option;

/** Which items of a store are meant. */
final class Where {
  private static final int SHOWN = 3; // ids in a message

  @Option(
      names = "--where",
      paramLabel = "EXPR",
      description =
          "Only stored items of which this holds, in SQL over id, width, height and the fields of"
              + " --metadata, such as \"year > 2019 AND city = 'Rome'\".")
  private Optional<String> filter = Optional.empty();

  /**
   * What is meant of a store, ready to be asked; whoever calls owns it.
   *
   * @param kind that the store must hold
   * @throws InputException if the store is another model's, holds other things or is damaged, the
   *     expression is none, or nothing is left
   */
  Gallery open(Path folder, TrainedModel trained, StoredKind kind) {
    try (VectorStore store = store(folder, trained, kind)) {
      return something(folder, store.gallery(filter));
    }
  }

  /**
   * A store; whoever calls owns it.
   *
   * @throws InputException if it is another model's or damaged
   */
  static VectorStore store(Path folder, TrainedModel trained) {
    VectorStore store = VectorStore.open(folder);
    try {
      store.requireModel(trained.fingerprint());
      return store;
    } catch (InputException another) {
      store.close();
      throw another;
    }
  }

  private static VectorStore store(Path folder, TrainedModel trained, StoredKind kind) {
    VectorStore store = store(folder, trained);
    StoredKind found = store.description().kind();
    if (found != kind) {
      store.close();
      throw new InputException(
          "%s: holds %s; allowed is a store of %s".formatted(folder, words(found), words(kind)));
    }
    return store;
  }

  /** What a store holds, in words. */
  static String words(StoredKind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  /**
   * Refuses an empty gallery, and closes it then.
   *
   * @throws InputException if nothing is in it
   */
  Gallery something(Path folder, Gallery gallery) {
    if (gallery.size() == 0) {
      gallery.close();
      throw new InputException(
          "%s: has nothing to ask%s"
              .formatted(folder, filter.map(text -> " where " + text).orElse("")));
    }
    return gallery;
  }

  /** The condition. */
  Optional<String> filter() {
    return filter;
  }

  /** Whether only some items are meant. */
  boolean isGiven() {
    return filter.isPresent();
  }

  /**
   * What stored pictures bring to the meeting, by place, in the order of their ids given; others
   * are not read.
   *
   * @throws InputException if the store is another model's, holds texts or is damaged, or has not
   *     all of them
   */
  static List<List<float[]>> shares(Path folder, TrainedModel trained, List<String> ids) {
    try (Gallery gallery = pictures(folder, trained, ids)) {
      return ids.stream().map(id -> gallery.shares(gallery.find(id).orElseThrow())).toList();
    }
  }

  /**
   * Some stored pictures; close it.
   *
   * @throws InputException if the store is another model's, holds texts or is damaged, or has not
   *     all of them
   */
  static Gallery pictures(Path folder, TrainedModel trained, List<String> ids) {
    try (VectorStore store = store(folder, trained, StoredKind.PICTURES)) {
      Gallery gallery = store.gallery(ids);
      Optional<String> missing = ids.stream().filter(id -> gallery.find(id).isEmpty()).findFirst();
      if (missing.isPresent()) {
        gallery.close();
        throw unknown(folder, missing.get(), store);
      }
      return gallery;
    }
  }

  private static InputException unknown(Path folder, String id, VectorStore store) {
    return new InputException(
        "%s: has no item '%s'; its %,d items are %s%s"
            .formatted(
                folder,
                id,
                store.size(),
                store.checksums().keySet().stream().limit(SHOWN).collect(Collectors.joining(", ")),
                store.size() > SHOWN ? ", …" : ""));
  }
}
