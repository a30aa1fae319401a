package org.dide.hub;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.dide.InputException;

/**
 * What a hub calls a model, by the hub's own rules: {@code owner/name} or {@code name}, each part
 * of letters, digits, {@code _}, {@code -} and {@code .}, and optionally {@code @revision}. No name
 * of this kind can lead out of a folder.
 *
 * @param repository {@code owner/name} or {@code name}
 * @param revision a branch, a tag or a commit
 */
record HubName(String repository, String revision) {
  /** The revision of a name that tells none. */
  static final String DEFAULT_REVISION = "main";

  private static final String PART = "\\w(?:[\\w.-]{0,94}\\w)?";
  private static final Pattern REPOSITORY = Pattern.compile("(?:" + PART + "/)?" + PART);
  private static final Pattern REVISION =
      Pattern.compile("\\w[\\w.+-]{0,126}(?:/\\w[\\w.+-]{0,126}){0,3}");
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

  /** Refuses what is no name. */
  HubName {
    if (!REPOSITORY.matcher(repository).matches()
        || repository.contains("--")
        || repository.contains("..")
        || repository.endsWith(".git")) {
      throw new InputException(
          ("%s: there is no such folder, and it is no model's name; allowed are owner/name or name,"
                  + " each of at most 96 letters, digits, _, - and ., with a letter, a digit or _ at"
                  + " both ends, without -- or .., and not ending in .git")
              .formatted(repository));
    }
    if (!REVISION.matcher(revision).matches()
        || revision.contains("..")
        || revision.endsWith(".lock")) {
      throw new InputException(
          "%s@%s: found the revision %s, allowed are names of branches and tags, and commits"
              .formatted(repository, revision, revision));
    }
  }

  /**
   * Reads {@code owner/name}, {@code owner/name@revision} and either without an owner.
   *
   * @throws InputException if it is no such name
   */
  static HubName parse(String text) {
    int at = text.indexOf('@');
    return at < 0
        ? new HubName(text, DEFAULT_REVISION)
        : new HubName(text.substring(0, at), text.substring(at + 1));
  }

  /** The file or folder that a text names, if it is there: that wins over a hub's model. */
  static Optional<Path> existing(String text) {
    try {
      return text.isBlank() ? Optional.empty() : Optional.of(Path.of(text)).filter(Files::exists);
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /** Whether a text is a commit's hash in full. */
  static boolean isCommit(String text) {
    return COMMIT.matcher(text).matches();
  }

  /** Whether the revision can stand for a commit: for itself if it is one, else for any. */
  boolean mayBe(String commit) {
    return isCommit(revision) ? commit.equals(revision) : isCommit(commit);
  }

  /** The model's folder in a cache. */
  String folder() {
    return "models--" + repository.replace("/", "--");
  }

  @Override
  public String toString() {
    return revision.equals(DEFAULT_REVISION) ? repository : repository + "@" + revision;
  }
}
