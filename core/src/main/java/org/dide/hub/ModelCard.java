package org.dide.hub;

import java.util.List;
import java.util.stream.Collectors;
import org.dide.model.Architecture;
import org.dide.model.Head;

/**
 * Writes {@code README.md} of a model folder: what the model is, from what, how good, how to use.
 */
public final class ModelCard {
  private static final int ANSWERS_SHOWN = 10;

  private ModelCard() {}

  static String of(TrainedModel trained) {
    return of(trained, "dide", use(trained));
  }

  /**
   * The card of a folder that another library opens.
   *
   * @param library its name
   * @param use the section, in Markdown, that says how
   */
  public static String of(TrainedModel trained, String library, String use) {
    return String.join(
        "\n",
        """
        ---
        library_name: %s
        pipeline_tag: visual-question-answering
        tags: [dide, vilt, %s]
        ---
        """
            .formatted(library, ModelKind.of(trained.model())),
        introduction(trained),
        data(trained.provenance()),
        results(trained.provenance()),
        use,
        origin(trained));
  }

  private static String introduction(TrainedModel trained) {
    Architecture sizes = trained.model().architecture();
    boolean matches = trained.task().head() instanceof Head.Matcher;
    String texts = matches ? "caption" : "question";
    String kind =
        ModelKind.of(trained.model()) == ModelKind.FUSION
            ? "A fusion encoder (ViLT): one transformer sees each %s beside its picture."
                .formatted(texts)
            : "A dual encoder (DiDE): pictures and %ss are encoded apart, can be stored, and %s."
                .formatted(texts, matches ? "are compared by a cosine" : "meet in a small MLP");
    return """
        # %s model for %s

        %s

        | | |
        |---|---|
        | parameters | %,d |
        | transformer blocks | %d, %d wide, %d heads |
        | patches | %d × %d pixels |
        | text | up to %d tokens of %,d |
        | answers | %,d: %s |
        """
        .formatted(
            ModelKind.of(trained.model()),
            trained.task().name(),
            kind,
            trained.model().parameters().count(),
            sizes.depth(),
            sizes.width(),
            sizes.heads(),
            sizes.patchSize(),
            sizes.patchSize(),
            sizes.maxTextLength(),
            trained.vocabulary().size(),
            trained.task().answers().size(),
            shown(trained.task().answers()));
  }

  private static String shown(List<String> answers) {
    String some =
        answers.stream()
            .limit(ANSWERS_SHOWN)
            .map(ModelCard::cell)
            .collect(Collectors.joining(", "));
    return answers.size() > ANSWERS_SHOWN ? some + ", …" : some;
  }

  private static String data(Provenance provenance) {
    if (provenance.data().isEmpty()) {
      return "## Data\n\nNone is recorded.\n";
    }
    return "## Data\n\n| data set | split | examples |\n|---|---|---|\n"
        + provenance.data().stream()
            .map(
                used ->
                    "| %s | %s | %,d |\n"
                        .formatted(cell(used.name()), cell(used.split()), used.examples()))
            .collect(Collectors.joining());
  }

  private static String results(Provenance provenance) {
    if (provenance.results().isEmpty()) {
      return "## Results\n\nNone are recorded.\n";
    }
    return "## Results\n\n| measure | value |\n|---|---|\n"
        + provenance.results().entrySet().stream()
            .map(entry -> "| %s | %.4f |\n".formatted(cell(entry.getKey()), entry.getValue()))
            .collect(Collectors.joining());
  }

  private static String use(TrainedModel trained) {
    if (trained.task().head() instanceof Head.Matcher) {
      return """
          ## Use

          In this folder:

          ```
          dide eval . --format flickr8k --data flickr8k
          ```
          """;
    }
    String ask =
        """
        ## Use

        In this folder:

        ```
        dide ask --model . --image picture.jpg "what is in the picture?"
        ```
        """;
    String stored =
        """

        Pictures can be encoded once and asked many times, with the same answers:

        ```
        dide encode pictures/ --model . --out pictures.features
        dide ask --model . --features pictures.features "what is in the picture?"
        ```
        """;
    return ModelKind.of(trained.model()) == ModelKind.DUAL ? ask + stored : ask;
  }

  private static String origin(TrainedModel trained) {
    Provenance provenance = trained.provenance();
    String teacher =
        provenance.teacher().isEmpty()
            ? ""
            : "\nDistilled from the model with fingerprint `%s`.".formatted(provenance.teacher());
    return """
        ## Origin

        Made %s with dide %s, seed %d; `%s` says the rest.
        Its fingerprint is `%s`.%s
        """
        .formatted(
            provenance.created(),
            provenance.versions().getOrDefault("dide", "of an unknown version"),
            provenance.seed(),
            ModelFolder.PROVENANCE,
            trained.fingerprint(),
            teacher);
  }

  /** A text within a table: on one line and without the column mark. */
  private static String cell(String text) {
    return text.replaceAll("\\s+", " ").replace("|", "\\|");
  }
}
