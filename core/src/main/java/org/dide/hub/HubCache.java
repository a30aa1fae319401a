package org.dide.hub;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.dide.InputException;

/**
 * The folder in which Hugging Face's tools keep the models they have downloaded. Looking into it
 * asks no network. {@link CachedModel} tells its layout.
 *
 * @param folder where it is; need not exist
 */
public record HubCache(Path folder) {
  /** Makes the path absolute. */
  public HubCache {
    folder = folder.toAbsolutePath().normalize();
  }

  /**
   * Where those tools have it: {@code HF_HUB_CACHE}, else {@code hub} in {@code HF_HOME}, else in
   * {@code huggingface} in {@code XDG_CACHE_HOME}, else in {@code .cache/huggingface} of the home.
   * An empty variable counts as none, and a leading {@code ~} is the home.
   *
   * @param environment variables of the environment
   * @param home the person's folder
   */
  public static HubCache located(Map<String, String> environment, Path home) {
    return new HubCache(
        variable(environment, "HF_HUB_CACHE", home)
            .or(() -> variable(environment, "HF_HOME", home).map(base -> base.resolve("hub")))
            .or(
                () ->
                    variable(environment, "XDG_CACHE_HOME", home)
                        .map(base -> base.resolve("huggingface").resolve("hub")))
            .orElseGet(() -> home.resolve(".cache").resolve("huggingface").resolve("hub")));
  }

  private static Optional<Path> variable(Map<String, String> environment, String name, Path home) {
    return Optional.ofNullable(environment.get(name))
        .filter(value -> !value.isBlank())
        .map(
            value ->
                value.equals("~") || value.startsWith("~/")
                    ? home.resolve(value.replaceFirst("~/*", ""))
                    : Path.of(value));
  }

  /**
   * Finds a model.
   *
   * @param name the path of what is there, which wins; or a hub's name of a model, {@code
   *     owner/name} or {@code name}, with {@code @} and a revision if not the one of {@code main}
   * @return that path, or the folder with the model's files: at least {@code config.json} and
   *     parameters, with all files that an index of them names
   * @throws InputException if there is none, or a part of one, saying where it looked; or if a link
   *     leads out of the model's part of the cache
   */
  public Path find(String name) {
    return HubName.existing(name).orElseGet(() -> cached(HubName.parse(name)));
  }

  private Path cached(HubName name) {
    CachedModel model = model(name);
    return model.whole(model.commit());
  }

  CachedModel model(HubName name) {
    return new CachedModel(name, folder);
  }
}
