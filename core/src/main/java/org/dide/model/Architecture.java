package org.dide.model;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.dide.InputException;

/**
 * The sizes of an encoder, ViLT's (Kim et al., ICML 2021) unless a preset says otherwise.
 *
 * @param width D, of every token's state
 * @param heads attention heads; must divide the width
 * @param depth transformer blocks
 * @param mlpRatio hidden width of a block's MLP, in widths
 * @param patchSize side of a square patch in pixels
 * @param imageSize side of the picture the position embeddings were made for, in pixels; a multiple
 *     of the patch size
 * @param maxTextLength longest text in tokens, [CLS] and [SEP] included
 * @param vocabularySize rows of the word embedding
 * @param modalities rows of the modality embedding: text, picture, and for pairs a second picture
 * @param dropout probability, while training only
 * @param maxPatches most patches of a picture that are looked at, or 0 for all
 * @param join of two towers that answer: sizes of an {@link AttentiveJoin}; empty for the paper's
 *     MLP join
 */
public record Architecture(
    int width,
    int heads,
    int depth,
    int mlpRatio,
    int patchSize,
    int imageSize,
    int maxTextLength,
    int vocabularySize,
    int modalities,
    double dropout,
    int maxPatches,
    Optional<AttentiveSizes> join) {

  private static final int BERT_VOCABULARY = 30522;

  // Far above any model of this kind; a broken file must not keep a loader busy for ever.
  private static final int WIDEST = 1 << 16;
  private static final int DEEPEST = 1000;
  private static final int LARGEST_RATIO = 64;

  /** The named presets. */
  public static final Map<String, Architecture> PRESETS =
      Map.of(
          "vilt-b32", new Architecture(768, 12, 12, 4, 32, 384, 40, BERT_VOCABULARY, 2, 0.1, 0),
          "small", new Architecture(384, 6, 6, 4, 32, 224, 40, BERT_VOCABULARY, 2, 0.1, 0),
          "tiny", new Architecture(128, 4, 3, 4, 16, 64, 24, BERT_VOCABULARY, 2, 0.0, 0));

  /** Refuses impossible combinations, naming them. */
  public Architecture {
    require(
        width > 0 && width <= WIDEST && heads > 0 && width % heads == 0,
        "width",
        width,
        "a multiple of heads up to " + WIDEST);
    require(depth > 0 && depth <= DEEPEST, "depth", depth, "1 to " + DEEPEST);
    require(
        mlpRatio > 0 && mlpRatio <= LARGEST_RATIO, "mlpRatio", mlpRatio, "1 to " + LARGEST_RATIO);
    require(
        patchSize > 0 && imageSize > 0 && imageSize % patchSize == 0,
        "imageSize",
        imageSize,
        "a multiple of patchSize");
    require(maxTextLength >= 2, "maxTextLength", maxTextLength, "at least 2");
    require(vocabularySize > 0, "vocabularySize", vocabularySize, "at least 1");
    require(modalities == 2 || modalities == 3, "modalities", modalities, "2 or 3");
    require(dropout >= 0 && dropout < 1, "dropout", dropout, "at least 0 and below 1");
    require(maxPatches >= 0, "maxPatches", maxPatches, "0 (all) or more");
  }

  /** Sizes of a fusion encoder, or of two towers that meet as in the paper. */
  public Architecture(
      int width,
      int heads,
      int depth,
      int mlpRatio,
      int patchSize,
      int imageSize,
      int maxTextLength,
      int vocabularySize,
      int modalities,
      double dropout,
      int maxPatches) {
    this(
        width,
        heads,
        depth,
        mlpRatio,
        patchSize,
        imageSize,
        maxTextLength,
        vocabularySize,
        modalities,
        dropout,
        maxPatches,
        Optional.empty());
  }

  /**
   * The preset of that name.
   *
   * @throws InputException if there is none
   */
  public static Architecture preset(String name) {
    Architecture preset = PRESETS.get(name);
    if (preset == null) {
      throw new InputException(
          "model preset: found '%s', allowed are %s"
              .formatted(name, String.join(", ", PRESETS.keySet().stream().sorted().toList())));
    }
    return preset;
  }

  /** Width of one head. */
  public int headWidth() {
    return width / heads;
  }

  /** Positions along one side of the position embeddings' grid. */
  public int gridSize() {
    return imageSize / patchSize;
  }

  /** The grid's side that so many position embeddings, the class token's included, are made for. */
  public static OptionalInt gridSize(long positions) {
    int side = (int) Math.round(Math.sqrt(positions - 1.0));
    return side > 0 && (long) side * side == positions - 1
        ? OptionalInt.of(side)
        : OptionalInt.empty();
  }

  /** The same architecture for another vocabulary. */
  public Architecture withVocabularySize(int size) {
    return with(size, modalities, dropout, maxPatches);
  }

  /** The same architecture with another number of modalities. */
  public Architecture withModalities(int count) {
    return with(vocabularySize, count, dropout, maxPatches);
  }

  /** The same architecture with another dropout. */
  public Architecture withDropout(double probability) {
    return with(vocabularySize, modalities, probability, maxPatches);
  }

  /** The same architecture that looks at most at so many patches of a picture, or at all (0). */
  public Architecture withMaxPatches(int count) {
    return with(vocabularySize, modalities, dropout, count);
  }

  /** The same architecture with position embeddings for pictures of another size. */
  public Architecture withImageSize(int pixels) {
    return new Architecture(
        width,
        heads,
        depth,
        mlpRatio,
        patchSize,
        pixels,
        maxTextLength,
        vocabularySize,
        modalities,
        dropout,
        maxPatches,
        join);
  }

  /** The same architecture with another join. */
  public Architecture withJoin(Optional<AttentiveSizes> sizes) {
    return new Architecture(
        width,
        heads,
        depth,
        mlpRatio,
        patchSize,
        imageSize,
        maxTextLength,
        vocabularySize,
        modalities,
        dropout,
        maxPatches,
        sizes);
  }

  private Architecture with(int words, int kinds, double probability, int patches) {
    return new Architecture(
        width,
        heads,
        depth,
        mlpRatio,
        patchSize,
        imageSize,
        maxTextLength,
        words,
        kinds,
        probability,
        patches,
        join);
  }

  private static void require(boolean holds, String field, Number found, String allowed) {
    if (!holds) {
      throw new InputException(
          "architecture: %s: found %s, allowed is %s".formatted(field, found, allowed));
    }
  }
}
