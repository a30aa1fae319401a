package org.dide.model;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.constant_pad_nd;
import static org.bytedeco.pytorch.global.torch.softmax;
import static org.bytedeco.pytorch.global.torch.tanh;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;

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
        sizes.vectors() == 0
            ? Optional.empty()
            : Optional.of(new StatePooling(whole.at(POOLING), architecture, sizes.vectors()));
    for (int i = 0; i < sizes.layers(); i++) {
      layers.add(new CrossLayer(source.at("layers." + i), architecture));
    }
    norm = LayerNorm.of(source, "norm", width, EPSILON);
    pooler = Linear.of(source, "pooler.dense", width, width);
    classifier = new TwoLayerMap(source, head.name(), width, 2 * width, head.classes());
    vectors =
        sizes.vectors() == 0
            ? 1 + architecture.gridSize() * architecture.gridSize()
            : sizes.vectors();
  }

  /** The MLP join beside it. */
  public Join quick() {
    return quick;
  }

  /** What texts of one length bring: {@code (B, 2 D + T D)}. */
  @Override
  public Tensor texts(Encoded texts) {
    return beside(quick.texts(texts), texts.states());
  }

  /** What pictures bring: {@code (B, 2 D + K D)}. */
  @Override
  public Tensor pictures(Encoded pictures) {
    return beside(quick.pictures(pictures), memory(pictures).vectors());
  }

  private static Tensor beside(Tensor share, Tensor states) {
    return cat(new TensorVector(share, states.flatten(1, 2)), 1); // (B, 2 D + T D)
  }

  /** Where all states are kept, those of a picture of the size that the model is made for. */
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
    Tensor words = states(texts);
    long tokens = Math.min(words.size(1), kept.get(0).size(1));
    long rows = Math.max(batch, FullMatrix.leastRows((long) width * width) / tokens + 1);
    Tensor read = rows(words, rows); // (R, T, D)
    Memory memory =
        Memory.together(kept.stream().map(all -> Memory.stored(rows(all, rows))).toList());
    Tensor states = last(read(read, Mask.full(read), memory, Mode.EVALUATION)).states();
    return logits(states.narrow(0, 0, batch)); // (B, C)
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

  /**
   * One row for all, or filled up by zeros: products of few rows would end in other bits, and so
   * would those of rows that do not lie one after the other.
   */
  private static Tensor rows(Tensor states, long rows) {
    long missing = rows - states.size(0);
    Tensor all =
        states.size(0) == 1
            ? states.expand(rows, states.size(1), states.size(2)) // (R, T, D)
            : constant_pad_nd(states, 0, 0, 0, 0, 0, missing); // (R, T, D)
    return all.contiguous();
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

  /** The states after each layer, and its scores over all pictures. */
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
      attention.add(
          outputs.stream()
              .map(output -> attention(output.scores().narrow(3, first, memory.size()), memory))
              .toList());
      from += memory.size();
    }
    return attention;
  }

  /** Over one picture's keys alone, and from them over the states that they were pooled of. */
  private static Tensor attention(Tensor scores, Memory memory) {
    Tensor own = softmax(scores.to(ScalarType.Float), -1); // (B, H, T, K)
    return memory
        .shares()
        .map(shares -> own.matmul(shares.to(ScalarType.Float).unsqueeze(1)))
        .orElse(own); // (B, H, T, 1+N)
  }
}
