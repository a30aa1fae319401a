package org.dide.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.dide.data.source.DataSettings;
import org.dide.data.source.DataSource;
import org.dide.text.Vocabulary;
import org.dide.text.VocabularyBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code dide data vocabulary}: a vocabulary for several data sets. */
@Command(
    name = "vocabulary",
    description = {
      "Build a vocabulary from a data set's texts, or add them to one.",
      "",
      "A training builds such a vocabulary by itself, from its own train. A model that is"
          + " pre-trained on some texts and fine-tuned for others needs one with the words of both:"
          + " build it from the first, go on --after it with the second, and name it"
          + " (--set data.vocabulary=FILE). It has special tokens, letters and digits, then words,"
          + " the most frequent first, of the first 200,000 texts of train.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  dide data vocabulary --format flickr8k data/flickr8k --out captions.txt",
      "  dide data vocabulary --format snli_ve data/snli-ve --after captions.txt --out vocab.txt",
      "",
      "Exit code: 0 done, 1 failed, 2 wrong usage."
    })
final class DataVocabularyCommand extends BaseCommand {
  @Mixin private DataOptions data = new DataOptions();

  @Mixin private TaskOption task = new TaskOption();

  @Mixin private DataPath path = new DataPath();

  @Option(
      names = "--after",
      paramLabel = "FILE",
      description = "A vocab.txt to begin with: its tokens keep their ids.")
  private Optional<Path> after = Optional.empty();

  @Option(
      names = "--size",
      paramLabel = "N",
      description = "Most tokens, those of --after among them. Default: ${DEFAULT-VALUE}.",
      defaultValue = "30000")
  private int size;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "The vocab.txt to write: one token a line.")
  private Path out = Path.of("");

  @Override
  public Integer call() {
    requireAtLeast(1, "--size", size);
    DataSettings settings = data.settings(path.given(), task.named());
    Optional<Vocabulary> before = after.map(Vocabulary::read);
    VocabularyBuilder builder =
        before
            .map(vocabulary -> VocabularyBuilder.after(vocabulary, size))
            .orElseGet(() -> new VocabularyBuilder(size));
    DataSource.open(task.of(settings, data.recipe()), settings).addTextsTo(builder);
    Vocabulary vocabulary = builder.build();
    vocabulary.write(out);
    report(vocabulary.size(), before.map(Vocabulary::size).orElse(0));
    return DONE;
  }

  private void report(int tokens, int before) {
    if (json()) {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("file", out);
      facts.put("tokens", tokens);
      facts.put("new", tokens - before);
      printJson(facts);
      return;
    }
    out().printf("written: %s, %d tokens, %d of them new%n", out, tokens, tokens - before);
    out().flush();
  }
}
