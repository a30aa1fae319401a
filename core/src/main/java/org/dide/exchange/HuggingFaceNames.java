package org.dide.exchange;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.zeros_like;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.dide.InputException;
import org.dide.hub.ReferenceNames;
import org.dide.model.DualEncoder;
import org.dide.model.Head;
import org.dide.tensor.Tensors;

/**
 * Between the names of ViLT's parameters in the transformers library and the reference's, which are
 * ours. Queries, keys and values are three maps there and one of three times the rows here; a score
 * of matching is one number there and the logits of two classes here.
 */
final class HuggingFaceNames {
  private static final String PREFIX = "vilt.";
  private static final String CLASSIFIER = "classifier.";

  /** What the names of a score of matching begin with, in the library and in the reference. */
  static final String RANK = "rank_output.";

  private static final String MATCHING = "itm_score.fc.";
  private static final String WORD_BIAS = "mlm_score.bias";
  private static final String WORD_BIAS_AGAIN = "mlm_score.decoder.bias";

  private static final List<String> TOWERS =
      List.of(DualEncoder.IMAGE_TOWER + ".", DualEncoder.TEXT_TOWER + ".");
  private static final List<String> PROJECTIONS = List.of("query", "key", "value");
  private static final Pattern PROJECTION =
      Pattern.compile(
          "encoder\\.layer\\.(\\d+)\\.attention\\.attention\\.(query|key|value)\\.(weight|bias)");
  private static final Pattern QKV =
      Pattern.compile("transformer\\.blocks\\.(\\d+)\\.attn\\.qkv\\.(weight|bias)");

  /** What a name begins with, there and here; # is a layer's number. */
  private record Rule(String theirs, String ours) {
    Optional<String> toOurs(String name) {
      return replaced(name, theirs, ours);
    }

    Optional<String> toTheirs(String name) {
      return replaced(name, ours, theirs);
    }

    private static Optional<String> replaced(String name, String from, String to) {
      Matcher match =
          Pattern.compile(Pattern.quote(from).replace("#", "\\E(\\d+)\\Q") + "(.*)").matcher(name);
      if (!match.matches()) {
        return Optional.empty();
      }
      String number = match.groupCount() > 1 ? match.group(1) : "";
      return Optional.of(to.replace("#", number) + match.group(match.groupCount()));
    }
  }

  private static final List<Rule> ENCODER =
      List.of(
          new Rule("embeddings.text_embeddings.", "text_embeddings."),
          new Rule("embeddings.token_type_embeddings.", "token_type_embeddings."),
          new Rule("embeddings.cls_token", "transformer.cls_token"),
          new Rule("embeddings.position_embeddings", "transformer.pos_embed"),
          new Rule("embeddings.patch_embeddings.projection.", "transformer.patch_embed.proj."),
          new Rule("encoder.layer.#.layernorm_before.", "transformer.blocks.#.norm1."),
          new Rule("encoder.layer.#.layernorm_after.", "transformer.blocks.#.norm2."),
          new Rule("encoder.layer.#.attention.output.dense.", "transformer.blocks.#.attn.proj."),
          new Rule("encoder.layer.#.intermediate.dense.", "transformer.blocks.#.mlp.fc1."),
          new Rule("encoder.layer.#.output.dense.", "transformer.blocks.#.mlp.fc2."),
          new Rule("layernorm.", "transformer.norm."),
          new Rule("pooler.", "pooler."));

  private HuggingFaceNames() {}

  /**
   * The parameters by our names. A name that none of ours corresponds to stays, to be complained
   * about with all others.
   *
   * @param head of our model
   * @throws InputException if queries, keys and values of a layer do not go together
   */
  static Map<String, Tensor> toOurs(Map<String, Tensor> theirs, Head head, String origin) {
    Map<String, Tensor> ours = new LinkedHashMap<>();
    Map<String, Tensor> bare = new LinkedHashMap<>();
    theirs.forEach((name, tensor) -> bare.put(withoutPrefix(name), tensor));
    bare.forEach(
        (name, tensor) -> {
          Matcher projection = PROJECTION.matcher(name);
          if (projection.matches()) {
            String own =
                "transformer.blocks.%s.attn.qkv.%s"
                    .formatted(projection.group(1), projection.group(3));
            ours.computeIfAbsent(own, key -> stacked(bare, projection, origin));
          } else if (name.startsWith(RANK)) {
            putRank(ours, name, tensor);
          } else if (!isRepeated(name, bare)) {
            ours.put(ownName(name, head), tensor);
          }
        });
    return ours;
  }

  /** The parameters by the library's names; what it has no place for is left out. */
  static Map<String, Tensor> toTheirs(Map<String, Tensor> ours, HuggingFaceClass type, Head head) {
    Map<String, Tensor> theirs = new LinkedHashMap<>();
    ours.forEach(
        (name, tensor) -> {
          if (head.owns(name)) {
            putHead(theirs, type, head, name, tensor);
          } else {
            putEncoder(theirs, PREFIX, name, tensor);
          }
        });
    return theirs;
  }

  /**
   * A dual encoder's parameters: those of each tower by the library's names below the tower's, the
   * rest by ours, since the library has none for them.
   */
  static Map<String, Tensor> studentToTheirs(Map<String, Tensor> ours) {
    Map<String, Tensor> theirs = new LinkedHashMap<>();
    ours.forEach(
        (name, tensor) -> {
          Optional<String> tower = TOWERS.stream().filter(name::startsWith).findFirst();
          if (tower.isPresent()) {
            putEncoder(theirs, tower.get(), name.substring(tower.get().length()), tensor);
          } else {
            theirs.put(name, tensor);
          }
        });
    return theirs;
  }

  private static void putEncoder(
      Map<String, Tensor> theirs, String prefix, String name, Tensor tensor) {
    Matcher stacked = QKV.matcher(name);
    if (stacked.matches()) {
      putProjections(theirs, prefix, stacked, tensor);
    } else {
      theirs.put(prefix + encoderName(name), tensor);
    }
  }

  private static String encoderName(String ours) {
    return ENCODER.stream()
        .map(rule -> rule.toTheirs(ours))
        .flatMap(Optional::stream)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no name for " + ours));
  }

  private static void putProjections(
      Map<String, Tensor> theirs, String prefix, Matcher name, Tensor stacked) {
    long width = stacked.size(0) / PROJECTIONS.size();
    for (int i = 0; i < PROJECTIONS.size(); i++) {
      theirs.put(
          "%sencoder.layer.%s.attention.attention.%s.%s"
              .formatted(prefix, name.group(1), PROJECTIONS.get(i), name.group(2)),
          stacked.narrow(0, i * width, width).contiguous()); // (D, …) of (3 D, …)
    }
  }

  private static void putHead(
      Map<String, Tensor> theirs, HuggingFaceClass type, Head head, String name, Tensor tensor) {
    switch (type) {
      case QUESTION_ANSWERING, IMAGES_AND_TEXT ->
          theirs.put(CLASSIFIER + name.substring(head.name().length() + 1), tensor);
      case RETRIEVAL ->
          theirs.put(
              RANK + name.substring(MATCHING.length()),
              tensor.narrow(0, 1, 1).sub(tensor.narrow(0, 0, 1))); // (1, …)
      case MASKED_LANGUAGE_MODEL -> {
        if (!name.startsWith(MATCHING)) {
          theirs.put(name, tensor);
        }
        if (name.equals(WORD_BIAS)) {
          theirs.put(WORD_BIAS_AGAIN, tensor);
        }
      }
      case MODEL -> {}
    }
  }

  private static String withoutPrefix(String name) {
    return name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
  }

  private static String ownName(String name, Head head) {
    if (name.startsWith(CLASSIFIER)) {
      return head.name() + "." + name.substring(CLASSIFIER.length());
    }
    return ENCODER.stream()
        .map(rule -> rule.toOurs(name))
        .flatMap(Optional::stream)
        .findFirst()
        .orElse(name);
  }

  /** Numbers of positions are no parameters, and a bias that stands twice is one. */
  private static boolean isRepeated(String name, Map<String, Tensor> all) {
    return ReferenceNames.isPositionIds(name)
        || (name.equals(WORD_BIAS_AGAIN)
            && Optional.ofNullable(all.get(WORD_BIAS))
                .filter(bias -> bias.equal(all.get(name)))
                .isPresent());
  }

  private static Tensor stacked(Map<String, Tensor> all, Matcher one, String origin) {
    Tensor[] parts = new Tensor[PROJECTIONS.size()];
    for (int i = 0; i < parts.length; i++) {
      String name =
          "encoder.layer.%s.attention.attention.%s.%s"
              .formatted(one.group(1), PROJECTIONS.get(i), one.group(3));
      parts[i] =
          Optional.ofNullable(all.get(name))
              .orElseThrow(
                  () -> new InputException("%s: tensor %s: missing".formatted(origin, name)));
      if (parts[i].dim() == 0 || !Arrays.equals(Tensors.shape(parts[i]), Tensors.shape(parts[0]))) {
        throw new InputException(
            "%s: tensor %s: found shape %s, allowed is that of %s"
                .formatted(origin, name, Arrays.toString(Tensors.shape(parts[i])), one.group()));
      }
    }
    return cat(new TensorVector(parts), 0); // (3 D, …)
  }

  /** Puts a score of matching in the place of the logits of two classes. */
  static void putRank(Map<String, Tensor> ours, String name, Tensor tensor) {
    ours.put(MATCHING + name.substring(RANK.length()), oddsOf(tensor));
  }

  /** A score alone is the logit of a match where that of no match is 0. */
  private static Tensor oddsOf(Tensor rank) {
    if (rank.dim() == 0) {
      return rank; // misshapen, which is told where all shapes are compared
    }
    return cat(new TensorVector(zeros_like(rank), rank), 0); // (2, …)
  }
}
