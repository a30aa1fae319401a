package org.dide.answer;

import static org.bytedeco.pytorch.global.torch.cat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.dide.InputException;
import org.dide.hub.TrainedModel;
import org.dide.image.RgbImage;
import org.dide.model.AttentiveJoin;
import org.dide.model.Join;
import org.dide.model.Meeting;
import org.dide.model.Weights;
import org.dide.task.Answer;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;

/**
 * Asks a dual encoder, in one go or in its three steps: a picture becomes a vector that can be
 * stored, a text becomes a vector, and the vectors become answers. All ways are the same
 * computation, so an answer from stored vectors equals that from the pixels to the last bit.
 */
public final class DualAnswerer implements Answerer {
  /** Rows of one join: as fast as more are, and what lies between the layers stays in the cache. */
  private static final int ROWS = 256;

  private static final int ATTENTIVE_ROWS = 32; // each a text beside a picture

  private static final int AHEAD = 4; // joins a thread

  private final Towers towers;
  private final Meeting meeting;
  private final Preparation preparation;

  private DualAnswerer(Towers towers) {
    this.towers = towers;
    this.meeting = towers.meeting();
    this.preparation = towers.preparation();
  }

  /**
   * An answerer for a dual encoder.
   *
   * @throws InputException if the model is another, or its task has no answers
   */
  public static DualAnswerer of(TrainedModel trained) {
    return of(trained, Weights.FP32);
  }

  /**
   * An answerer for a dual encoder; close it if the weights are not the model's.
   *
   * @param weights that texts, and all joins, go through
   * @throws InputException if the model is another, its task has no answers, or it cannot have such
   *     weights; see {@link org.dide.model.TextSide#of}
   */
  public static DualAnswerer of(TrainedModel trained, Weights weights) {
    Towers.of(trained).preparation().requireAnswers(); // before any weights are made
    return new DualAnswerer(Towers.of(trained, weights));
  }

  /** What turns pictures and texts into vectors. */
  public Towers towers() {
    return towers;
  }

  @Override
  public RgbImage decode(Path picture) {
    return towers.decode(picture);
  }

  @Override
  public List<Answer> ask(List<RgbImage> pictures, String text, int count) {
    return answer(towers.encode(text).shares().get(0), shares(pictures), count);
  }

  /**
   * What the pictures of one example bring, {@code (S)} each.
   *
   * @param pictures in order, the left one first
   * @throws InputException if they are more or fewer than the task is about
   */
  public List<float[]> shares(List<RgbImage> pictures) {
    preparation.requirePictures(pictures.size());
    return IntStream.range(0, pictures.size())
        .mapToObj(place -> towers.share(pictures.get(place), place))
        .toList();
  }

  /**
   * The best answers from what a text and the pictures of one example bring, most likely first.
   *
   * @param text {@code (S)}
   * @param pictures {@code (S)} each, in order
   * @param count answers wanted, at least 1
   */
  public List<Answer> answer(float[] text, List<float[]> pictures, int count) {
    preparation.requirePictures(pictures.size());
    try (Scope scope = Scope.open()) {
      return answers(row(text), pictures.stream().map(DualAnswerer::row).toList(), count).get(0);
    }
  }

  /**
   * Asks all pictures of a gallery one question.
   *
   * @param text {@code (S)}
   * @param count answers wanted of each, at least 1
   * @param threads joins at work side by side
   * @param answered hears of each picture and its best answers, in order, on this thread
   */
  public void answer(
      float[] text,
      Gallery pictures,
      int count,
      int threads,
      BiConsumer<StoredItem, List<Answer>> answered)
      throws InterruptedException {
    preparation.requirePictures(1);
    scan(pictures, threads, share -> answers(row(text), List.of(share), count), answered);
  }

  /**
   * Asks all pictures of a gallery one question in two stages: the MLP join answers about each, and
   * the attentive join decides about the candidates among them.
   *
   * @param text {@code (S)}
   * @param count answers wanted of each, at least 1
   * @param threads joins at work side by side
   * @param candidates what the attentive join decides about
   * @param answered hears of each picture and its best answers, in order, on this thread
   * @throws InputException if the model has no attentive join, and so nothing to decide with
   */
  public void answer(
      float[] text,
      Gallery pictures,
      int count,
      int threads,
      Candidates candidates,
      BiConsumer<StoredItem, List<Answer>> answered)
      throws InterruptedException {
    preparation.requirePictures(1);
    if (!(meeting instanceof AttentiveJoin attentive)) {
      throw new InputException(
          "found a model whose only join is the paper's, which answers about all pictures as it"
              + " is; allowed for candidates is one with an attentive join");
    }
    List<List<Answer>> answers = new ArrayList<>();
    Tensor all = pictures.shares().get(0);
    scan(
        chunks(pictures.size(), ROWS).map(chunk -> () -> chunk.of(all)),
        threads,
        share -> quickly(attentive, row(text), share, count),
        answers::add);
    int[] chosen = candidates.of(answers);
    int[] next = {0};
    scan(
        chunks(chosen.length, ATTENTIVE_ROWS).map(chunk -> () -> chunk.of(all, chosen)),
        threads,
        share -> answers(row(text), List.of(share), count),
        decided -> answers.set(chosen[next[0]++], decided));
    for (int i = 0; i < answers.size(); i++) {
      answered.accept(pictures.items().get(i), answers.get(i));
    }
  }

  /**
   * Asks one picture, or one pair, all texts of a gallery.
   *
   * @param pictures {@code (S)} each, in order
   * @param count answers wanted of each, at least 1
   * @param threads joins at work side by side
   * @param answered hears of each text and its best answers, in order, on this thread
   */
  public void answer(
      List<float[]> pictures,
      Gallery texts,
      int count,
      int threads,
      BiConsumer<StoredItem, List<Answer>> answered)
      throws InterruptedException {
    preparation.requirePictures(pictures.size());
    scan(
        texts,
        threads,
        share -> answers(share, pictures.stream().map(DualAnswerer::row).toList(), count),
        answered);
  }

  /** Hears of a pair of a gallery's rows. */
  @FunctionalInterface
  public interface PairListener {
    /**
     * A pair was judged.
     *
     * @param left row of the first picture
     * @param right row of the second
     * @param answers the best ones
     */
    void judged(int left, int right, List<Answer> answers);
  }

  /**
   * Judges one statement about all ordered pairs of different pictures of a gallery. By the paper's
   * join, what a picture adds to a decision is computed once for all its pairs.
   *
   * @param text {@code (S)}
   * @param count answers wanted of each, at least 1
   * @param threads left pictures at work side by side
   * @param listener hears of each pair, by the left picture and then by the right, on this thread
   */
  public void answerPairs(
      float[] text, Gallery pictures, int count, int threads, PairListener listener)
      throws InterruptedException {
    preparation.requirePictures(2);
    int[] next = {0};
    try (Scope scope = Scope.open();
        InOrder<List<List<Answer>>> decisions =
            new InOrder<>(
                "dide-join", threads, AHEAD * threads, all -> tell(next[0]++, all, listener))) {
      LeftPicture judge =
          meeting instanceof Join join
              ? separately(join, text, pictures)
              : together(text, pictures);
      for (int row = 0; row < pictures.size(); row++) {
        int left = row;
        decisions.submit(inScope(() -> judge.withAll(left, count)));
      }
      decisions.finish();
    }
  }

  /** Judges one picture on the left beside all on the right. */
  @FunctionalInterface
  private interface LeftPicture {
    List<List<Answer>> withAll(int left, int count);
  }

  /** An MLP join adds up what each picture says. */
  private LeftPicture separately(Join join, float[] text, Gallery pictures) {
    Tensor left = evidence(join, text, pictures, 0); // (N, H)
    Tensor right = evidence(join, text, pictures, 1); // (N, H)
    return (row, count) ->
        chunks(pictures.size())
            .flatMap(
                chunk ->
                    read(join.decide(left.narrow(0, row, 1).add(chunk.of(right))), count).stream())
            .toList();
  }

  /** An attentive join looks at both at once. */
  private LeftPicture together(float[] text, Gallery pictures) {
    Tensor left = pictures.shares().get(0); // (N, S)
    Tensor right = pictures.shares().get(1); // (N, S)
    return (row, count) ->
        chunks(pictures.size())
            .flatMap(
                chunk -> {
                  Tensor one = left.narrow(0, row, 1).expand(chunk.count, left.size(1)); // (R, S)
                  return answers(row(text), List.of(one, chunk.of(right)), count).stream();
                })
            .toList();
  }

  /** Some rows of many. */
  private record Chunk(int from, int count) {
    Tensor of(Tensor all) {
      return all.narrow(0, from, count);
    }

    /** Of chosen rows: {@code (R, S)}. */
    Tensor of(Tensor all, int[] chosen) {
      long[] rows = IntStream.range(from, from + count).mapToLong(i -> chosen[i]).toArray();
      return all.index_select(0, Tensors.of(rows, rows.length)); // (R, S)
    }
  }

  private Stream<Chunk> chunks(int size) {
    return chunks(size, meeting instanceof Join ? ROWS : ATTENTIVE_ROWS);
  }

  private static Stream<Chunk> chunks(int size, int rows) {
    return IntStream.iterate(0, from -> from < size, from -> from + rows)
        .mapToObj(from -> new Chunk(from, Math.min(rows, size - from)));
  }

  private static void tell(int left, List<List<Answer>> all, PairListener listener) {
    for (int right = 0; right < all.size(); right++) {
      if (right != left) {
        listener.judged(left, right, all.get(right));
      }
    }
  }

  /** What each picture of a gallery in one place adds to the decision: {@code (N, H)}. */
  private Tensor evidence(Join join, float[] text, Gallery pictures, int place) {
    Tensor all = pictures.shares().get(place);
    try (NoGradGuard guard = new NoGradGuard()) {
      Tensor[] parts =
          chunks(pictures.size())
              .map(chunk -> join.evidence(placed(row(text)), placed(chunk.of(all)), place))
              .toArray(Tensor[]::new);
      return cat(new TensorVector(parts), 0); // (N, H)
    }
  }

  /** Goes through a gallery's rows, some at a time. */
  private void scan(
      Gallery gallery,
      int threads,
      Function<Tensor, List<List<Answer>>> answer,
      BiConsumer<StoredItem, List<Answer>> answered)
      throws InterruptedException {
    int[] next = {0};
    Tensor all = gallery.shares().get(0);
    scan(
        chunks(gallery.size()).map(chunk -> () -> chunk.of(all)),
        threads,
        answer,
        answers -> answered.accept(gallery.items().get(next[0]++), answers));
  }

  private static void scan(
      Stream<Supplier<Tensor>> shares,
      int threads,
      Function<Tensor, List<List<Answer>>> answer,
      Consumer<List<Answer>> answered)
      throws InterruptedException {
    try (InOrder<List<List<Answer>>> joins =
        new InOrder<>("dide-join", threads, AHEAD * threads, some -> some.forEach(answered))) {
      for (Supplier<Tensor> share : shares.toList()) {
        joins.submit(inScope(() -> answer.apply(share.get())));
      }
      joins.finish();
    }
  }

  private static <T> Callable<T> inScope(Callable<T> work) {
    return () -> {
      try (Scope scope = Scope.open();
          NoGradGuard guard = new NoGradGuard()) {
        return work.call();
      }
    };
  }

  /** Answers for shares {@code (N, S)} or {@code (1, S)}, the latter of all examples. */
  private List<List<Answer>> answers(Tensor text, List<Tensor> pictures, int count) {
    return inOne(
        () -> meeting.scores(placed(text), pictures.stream().map(this::placed).toList()), count);
  }

  private List<List<Answer>> quickly(
      AttentiveJoin attentive, Tensor text, Tensor pictures, int count) {
    return inOne(
        () ->
            attentive
                .quick()
                .scores(
                    placed(attentive.quickPart(text)),
                    List.of(placed(attentive.quickPart(pictures)))),
        count);
  }

  private List<List<Answer>> inOne(Supplier<Tensor> logits, int count) {
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard()) {
      return read(logits.get(), count);
    }
  }

  private List<List<Answer>> read(Tensor logits, int count) {
    return Tensors.rows(logits).stream()
        .map(row -> preparation.task().answers(row, count))
        .toList();
  }

  private Tensor placed(Tensor shares) {
    return preparation.place(shares.to(ScalarType.Float));
  }

  private static Tensor row(float[] share) {
    return Tensors.of(share, 1, share.length);
  }

  @Override
  public void close() {
    towers.close();
  }
}
