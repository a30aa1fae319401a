package org.dide.model;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.softmax;
import static org.bytedeco.pytorch.global.torch.tanh;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.dide.tensor.Precision;

/**
 * A join that still looks at the picture, beyond the paper: the text's states attend to what is
 * kept of the picture's, through one or two small layers, before the answer is read from [CLS].
 * What is kept is a few vectors pooled from the states, or all states; pictures are encoded once
 * and stored all the same. Of a pair of pictures both are looked at together.
 *
 * <p>Beside it stands the paper's MLP join ({@link Join}), which answers from pooled vectors for a
 * small part of the cost, so that it can pick the pictures that this join then decides about.
 *
 * <p>Texts and pictures each bring one row of numbers: first what they bring to the MLP join, then
 * their states or vectors, one after the other. A text brings as many states as it has tokens.
 */
public final class AttentiveJoin implements Meeting {
  /** Prefix of its parameters. */
  public static final String NAME = "attentive_join";

  /** Prefix of those that pool a picture's states, where they are pooled. */
  public static final String POOLING = NAME + ".pooling";

  private static final double EPSILON = 1e-6;

  private final Join quick;
  private final Optional<StatePooling> pooling;
  private final List<CrossLayer> layers = new ArrayList<>();
  private final LayerNorm norm;
  private final Linear pooler;
  private final TwoLayerMap classifier;
  private final int width;
  private final int vectors;

  AttentiveJoin(
      ParameterSource whole,
      Architecture architecture,
      AttentiveSizes sizes,
      Head.Classifier head) {
    ParameterSource source = whole.at(NAME);
    quick = new Join(whole, architecture, head);
    width = architecture.width();
    pooling =
        sizes.keepsAllStates()
            ? Optional.empty()
            : Optional.of(new StatePooling(whole.at(POOLING), architecture, sizes.vectors()));
    for (int i = 0; i < sizes.layers(); i++) {
      layers.add(new CrossLayer(source.at("layers." + i), architecture));
    }
    norm = LayerNorm.of(source, "norm", width, EPSILON);
    pooler = Linear.of(source, "pooler.dense", width, width);
    classifier = new TwoLayerMap(source, head.name(), width, 2 * width, head.classes());
    vectors = sizes.keepsAllStates() ? states(architecture) : sizes.vectors();
  }

  /** Those of a picture of the size that the model is made for: [CLS] and its patches. */
  private static int states(Architecture architecture) {
    int patches = architecture.gridSize() * architecture.gridSize();
    int most = architecture.maxPatches();
    return 1 + (most > 0 ? Math.min(most, patches) : patches);
  }

  /** The MLP join beside it. */
  public Join quick() {
    return quick;
  }

  /** What texts of one length bring: {@code (B, 2 D + T D)}. */
  @Override
  public Tensor texts(Encoded texts) {
    requireReal(texts.mask());
    return beside(quick.texts(texts), texts.states());
  }

  /** What pictures bring, all of one size where all states are kept: {@code (B, 2 D + K D)}. */
  @Override
  public Tensor pictures(Encoded pictures) {
    Memory memory = memory(pictures);
    requireReal(memory.mask());
    return beside(quick.pictures(pictures), memory.vectors());
  }

  /** Rows of numbers do not say which of them are padding. */
  private static void requireReal(Mask mask) {
    if (!mask.full()) {
      throw new IllegalArgumentException(
          "found states of different numbers in a batch, allowed are those of one number");
    }
  }

  private static Tensor beside(Tensor share, Tensor states) {
    return cat(new TensorVector(share, states.flatten(1, 2)), 1); // (B, 2 D + T D)
  }

  /** Where all states are kept, of a picture of the size that the model is made for. */
  @Override
  public int size() {
    return quick.size() + vectors * width;
  }

  /**
   * Scores from what both bring, each row's bits depending on that row alone.
   *
   * @param texts {@code (B, 2 D + T D)}, or one row for all pictures
   * @param pictures {@code (B, 2 D + K D)} for each picture of an example
   */
  @Override
  public Tensor scores(Tensor texts, List<Tensor> pictures) {
    long batch = Math.max(texts.size(0), pictures.get(0).size(0));
    List<Tensor> kept = pictures.stream().map(this::states).toList();
    Tensor words = rows(states(texts), batch); // (B, T, D)
    Memory memory =
        Memory.together(kept.stream().map(all -> Memory.stored(rows(all, batch))).toList());
    Tensor states = last(read(words, Mask.full(words), memory, Mode.EVALUATION)).states();
    return logits(states); // (B, C)
  }

  /** What the MLP join reads {@code (B, 2 D)} of what texts or pictures bring. */
  public Tensor quickPart(Tensor rows) {
    return rows.narrow(1, 0, quick.size()); // (B, 2 D)
  }

  /** The states or vectors of rows: {@code (B, K, D)}. */
  private Tensor states(Tensor rows) {
    long kept = rows.size(1) - quick.size();
    return rows.narrow(1, quick.size(), kept)
        .reshape(rows.size(0), kept / width, width); // (B, K, D)
  }

  /** One for all, laid out one after the other: products would otherwise end in other bits. */
  private static Tensor rows(Tensor states, long batch) {
    return states.expand(batch, states.size(1), states.size(2)).contiguous(); // (B, T, D)
  }

  /** Answers, and what is learnt from beside them. */
  Observation observe(
      Encoded text, List<Encoded> pictures, List<List<Interaction>> interactions, Mode mode) {
    List<Memory> memories = pictures.stream().map(this::memory).toList();
    List<CrossLayer.Output> outputs =
        read(text.states(), text.mask(), Memory.together(memories), mode);
    Tensor fast = quick.scores(quick.texts(text), pictures.stream().map(quick::pictures).toList());
    JoinView view = new JoinView(fast, attention(shown(outputs, mode), memories));
    return new Observation(
        logits(last(outputs).states()), interactions, Optional.empty(), Optional.of(view));
  }

  private Memory memory(Encoded pictures) {
    return pooling.map(by -> by.pool(pictures)).orElseGet(() -> Memory.of(pictures));
  }

  /** What each layer hands on. */
  private List<CrossLayer.Output> read(Tensor text, Mask mask, Memory memory, Mode mode) {
    List<CrossLayer.Output> outputs = new ArrayList<>();
    Tensor states = text;
    for (CrossLayer layer : layers) {
      CrossLayer.Output output = layer.apply(states, mask, memory, mode);
      outputs.add(output);
      states = output.states();
    }
    return outputs;
  }

  private static CrossLayer.Output last(List<CrossLayer.Output> outputs) {
    return outputs.get(outputs.size() - 1);
  }

  /** The last layers, as many as the mode asks of an encoder. */
  private static List<CrossLayer.Output> shown(List<CrossLayer.Output> outputs, Mode mode) {
    int asked = Math.max(1, mode.layers().size()); // none stands for the last
    return outputs.subList(Math.max(0, outputs.size() - asked), outputs.size());
  }

  private Tensor logits(Tensor states) {
    Tensor pooled = tanh(pooler.applyByRow(norm.apply(states.select(1, 0)))); // (B, D)
    return classifier.finish(classifier.part(0, pooled)); // (B, C)
  }

  /** By picture, and of it by layer. */
  private static List<List<Tensor>> attention(
      List<CrossLayer.Output> outputs, List<Memory> memories) {
    List<List<Tensor>> attention = new ArrayList<>();
    long from = 0;
    for (Memory memory : memories) {
      long first = from;
      attention.add(outputs.stream().map(output -> attention(output, first, memory)).toList());
      from += memory.size();
    }
    return attention;
  }

  /**
   * Over one picture's keys alone, and from them over the states that they were pooled of. A loss
   * is made of it, so that nothing is rounded here.
   */
  private static Tensor attention(CrossLayer.Output output, long first, Memory memory) {
    Tensor queries = output.queries().to(ScalarType.Float); // (B, H, T, Dh)
    Tensor keys = output.keys().narrow(2, first, memory.size()).to(ScalarType.Float);
    try (Precision.Exact exact = Precision.exact(queries)) {
      Tensor own = softmax(Heads.scores(queries, keys, memory.mask()), -1); // (B, H, T, K)
      return memory
          .shares()
          .map(shares -> own.matmul(shares.to(ScalarType.Float).unsqueeze(1)))
          .orElse(own); // (B, H, T, 1+N)
    }
  }
}
