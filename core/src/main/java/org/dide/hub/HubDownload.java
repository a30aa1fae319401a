package org.dide.hub;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.dide.InputException;
import org.dide.data.JsonRecord;

/**
 * Fetches models from a hub into a cache that Python's tools share; see {@link CachedModel} for its
 * layout. Only the files that are needed: configuration, preprocessing, tokens, and the parameters
 * in one form.
 *
 * <p>The protocol: {@code GET BASE/api/models/NAME/revision/REVISION} tells the commit ({@code
 * sha}) and the files ({@code siblings}); {@code BASE/NAME/resolve/COMMIT/FILE} is a file, whose
 * {@code HEAD} tells its checksum ({@code X-Linked-ETag}, else {@code ETag}) and size ({@code
 * X-Linked-Size}, else {@code Content-Length}).
 *
 * <p>It may be killed at any instant: what is in the cache is whole, and the next call goes on
 * where this one stopped.
 */
public final class HubDownload {
  private static final Pattern NOT_PORTABLE = Pattern.compile("[\\\\\\p{Cntrl}]|^[A-Za-z]:");
  private static final Set<String> NO_STEPS = Set.of("", ".", "..");

  private final HubCache cache;
  private final HubServer server;
  private final HubLimits limits;
  private final CachedModel.Links links;

  /** Downloads from a server into a cache. Nothing is asked before {@link #fetch}. */
  public HubDownload(HubCache cache, HubServer server, HubLimits limits) {
    this(cache, server, limits, CachedModel.Links.SYMBOLIC);
  }

  HubDownload(HubCache cache, HubServer server, HubLimits limits, CachedModel.Links links) {
    this.cache = cache;
    this.server = server;
    this.limits = limits;
    this.links = links;
  }

  /**
   * Finds a model as {@link HubCache#find} does, after fetching what the cache lacks of it.
   *
   * @param name the path of what is there, for which no network is asked; or a hub's name of a
   *     model
   * @return that path, or the folder with the model's files
   * @throws InputException if the model cannot be had as the hub describes it, or not within the
   *     limits
   * @throws InterruptedException if the thread is interrupted; what has arrived is kept
   */
  public Path fetch(String name, HubListener listener) throws InterruptedException {
    Optional<Path> existing = HubName.existing(name);
    return existing.isPresent()
        ? existing.get()
        : new Fetching(HubName.parse(name), listener).run();
  }

  /** What the hub says a revision is. */
  private record Listing(String commit, Set<String> names) {}

  /** One call. */
  private final class Fetching {
    private final HubName name;
    private final HubListener listener;
    private final CachedModel model;
    private final HubClient client = new HubClient(server, limits);
    private final Retries retries;

    Fetching(HubName name, HubListener listener) {
      this.name = name;
      this.listener = listener;
      this.model = cache.model(name);
      this.retries = new Retries(limits, listener);
    }

    Path run() throws InterruptedException {
      Path lock = cache.folder().resolve(".locks").resolve(name.folder()).resolve("dide.lock");
      try (HubLock held = HubLock.acquire(lock, listener)) {
        Listing listing = listing();
        model.prepare(listing.commit);
        List<RemoteFile> missing = described(listing, wanted(listing));
        download(listing, missing);
        for (RemoteFile file : missing) {
          model.place(listing.commit, file.name(), file.checksum(), links);
        }
        model.remember(listing.commit);
        return model.whole(listing.commit);
      }
    }

    private Listing listing() throws InterruptedException {
      URI address = server.listing(name);
      byte[] json = retries.run(name.toString(), () -> client.bytes(address));
      JsonNode tree = JsonRecord.read(HubServer.shown(address), json, limits.json()).object();
      String commit = tree.path("sha").asText();
      if (!name.mayBe(commit)) {
        throw new InputException(
            "%s: sha: found '%s', allowed is %s"
                .formatted(
                    HubServer.shown(address),
                    HubFiles.Shown.of(commit),
                    HubName.isCommit(name.revision())
                        ? name.revision()
                        : "a commit of 40 hexadecimal digits"));
      }
      Set<String> names = new TreeSet<>();
      for (JsonNode sibling : tree.path("siblings")) {
        names.add(safe(address, sibling.path("rfilename").asText()));
      }
      HubFiles.lacking(names)
          .ifPresent(
              lacking -> {
                throw new InputException(
                    "%s: the hub has %s of it, but lacks %s"
                        .formatted(
                            name, names.size() == 1 ? "1 file" : names.size() + " files", lacking));
              });
      return new Listing(commit, names);
    }

    // Refused even where the file is not wanted: such a listing is not to be trusted at all.
    private String safe(URI address, String file) {
      if (NOT_PORTABLE.matcher(file).find()
          || Arrays.stream(file.split("/", -1)).anyMatch(NO_STEPS::contains)) {
        throw new InputException(
            "%s: siblings: found the file name '%s', allowed are names within the model"
                .formatted(HubServer.shown(address), HubFiles.Shown.of(file)));
      }
      return file;
    }

    /** Names of files, the configuration last; shards are known when their index is here. */
    private List<String> wanted(Listing listing) throws InterruptedException {
      List<String> wanted = new ArrayList<>(HubFiles.wanted(listing.names));
      Optional<String> index = wanted.stream().filter(ShardIndex::is).findFirst();
      if (index.isPresent()) {
        wanted.addAll(0, shards(listing, index.get()));
      }
      if (wanted.size() > limits.files()) {
        throw new InputException(
            "%s: found %d files, allowed are at most %d, the limit of files"
                .formatted(name, wanted.size(), limits.files()));
      }
      return wanted;
    }

    private Set<String> shards(Listing listing, String index) throws InterruptedException {
      String origin = "%s: %s".formatted(name, index);
      Set<String> shards = index(listing, index, origin).files().keySet();
      for (String shard : shards) {
        if (!listing.names.contains(shard)) {
          throw new InputException(
              "%s: names %s, of which the hub has no file".formatted(origin, shard));
        }
      }
      return shards;
    }

    private ShardIndex index(Listing listing, String index, String origin)
        throws InterruptedException {
      try {
        if (model.has(listing.commit, index)) {
          return ShardIndex.read(model.snapshot(listing.commit).resolve(index));
        }
        RemoteFile file = described(listing, index);
        if (file.size() > ShardIndex.LARGEST) {
          throw new InputException(
              "%s: found %d bytes, allowed are at most %d"
                  .formatted(origin, file.size(), ShardIndex.LARGEST));
        }
        if (!model.hasBlob(file)) {
          BlobDownload.run(client, limits, retries, file, model, done -> {});
        }
        return ShardIndex.read(origin, index, model.blob(file.checksum()));
      } catch (IOException e) {
        throw new InputException("%s: cannot be read (%s)".formatted(origin, e), e);
      }
    }

    /** Those that the snapshot lacks. */
    private List<RemoteFile> described(Listing listing, List<String> wanted)
        throws InterruptedException {
      List<RemoteFile> missing = new ArrayList<>();
      long bytes = 0;
      for (String file : wanted) {
        if (!model.has(listing.commit, file)) {
          RemoteFile described = described(listing, file);
          requireAllowed(described.size(), limits.bytes() - bytes);
          bytes += described.size();
          missing.add(described);
        }
      }
      return missing;
    }

    private void requireAllowed(long bytes, long left) {
      if (bytes > left) {
        throw new InputException(
            "%s: found %d bytes or more, allowed are at most %d, the limit of bytes"
                .formatted(name, bytes + limits.bytes() - left, limits.bytes()));
      }
    }

    private RemoteFile described(Listing listing, String file) throws InterruptedException {
      URI address = server.file(name, listing.commit, file);
      return retries.run(
          file,
          () -> {
            try (HubAnswer answer = client.head(address)) {
              return described(file, address, listing.commit, answer);
            }
          });
    }

    private RemoteFile described(String file, URI address, String commit, HubAnswer answer) {
      String origin = HubServer.shown(address);
      String found = answer.header("X-Repo-Commit").orElse(commit);
      if (!found.equals(commit)) {
        throw new InputException(
            "%s: found the commit '%s', asked for was %s"
                .formatted(origin, HubFiles.Shown.of(found), commit));
      }
      boolean linked = answer.describesLinked();
      String tag = answer.header(linked ? "X-Linked-ETag" : "ETag").orElse("");
      return new RemoteFile(
          file,
          address,
          BlobChecksum.ofTag(origin, tag),
          size(origin, answer.header(linked ? "X-Linked-Size" : "Content-Length").orElse("none")),
          linked ? Optional.empty() : Optional.of(tag).filter(BlobDownload::isStrong));
    }

    private long size(String origin, String text) {
      if (!text.matches("\\d{1,18}")) {
        throw new InputException(
            "%s: found the size '%s', allowed is a number of bytes"
                .formatted(origin, HubFiles.Shown.of(text)));
      }
      long size = Long.parseLong(text);
      requireAllowed(size, limits.bytes());
      return size;
    }

    private void download(Listing listing, List<RemoteFile> missing) throws InterruptedException {
      Map<BlobChecksum, RemoteFile> byContent = new LinkedHashMap<>(); // two names may share one
      missing.stream()
          .filter(file -> !model.hasBlob(file))
          .forEach(file -> byContent.putIfAbsent(file.checksum(), file));
      Collection<RemoteFile> files = byContent.values();
      listener.plan(
          new HubPlan(
              name.toString(),
              listing.commit,
              files.stream().map(RemoteFile::name).toList(),
              files.stream().mapToLong(RemoteFile::size).sum(),
              files.stream().mapToLong(model::left).sum()));
      long before = 0;
      for (RemoteFile file : files) {
        long start = before;
        BlobDownload.run(
            client,
            limits,
            retries,
            file,
            model,
            done -> listener.progress(file.name(), start + done));
        before += file.size();
      }
    }
  }
}
