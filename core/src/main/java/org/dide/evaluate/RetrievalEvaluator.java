package org.dide.evaluate;

import static org.bytedeco.pytorch.global.torch.cat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.dide.data.Example;
import org.dide.data.Picture;
import org.dide.image.PixelBatch;
import org.dide.model.DualEncoder;
import org.dide.model.FusionModel;
import org.dide.model.Model;
import org.dide.model.Similarity;
import org.dide.task.Collator;
import org.dide.task.ExamplePreparer;
import org.dide.tensor.Device;
import org.dide.tensor.Precision;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;
import org.dide.text.TokenBatch;

/**
 * Ranks all texts and pictures of a data set by a model. A dual encoder encodes each once; a fusion
 * encoder runs over all pairs of the first pictures, as many as a limit allows.
 */
final class RetrievalEvaluator {
  private static final int BLOCK = 256; // rows of scores held at a time

  private final ExamplePreparer preparer;
  private final Collator collator;
  private final int batchSize;
  private final long mostPairs;
  private final Device device;
  private final Precision precision;

  /**
   * An evaluator.
   *
   * @param mostPairs a fusion encoder is run over, or 0 for all
   */
  RetrievalEvaluator(
      ExamplePreparer preparer,
      Collator collator,
      int batchSize,
      long mostPairs,
      Device device,
      Precision precision) {
    this.preparer = preparer;
    this.collator = collator;
    this.batchSize = batchSize;
    this.mostPairs = mostPairs;
    this.device = device;
    this.precision = precision;
  }

  /** Texts and the different pictures that they describe, both in order. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Gallery(List<Picture> pictures, List<Example> texts, int[] owners) {
    static Gallery of(List<Example> examples) {
      Map<String, Integer> places = new LinkedHashMap<>();
      List<Picture> pictures = new ArrayList<>();
      int[] owners = new int[examples.size()];
      for (int i = 0; i < owners.length; i++) {
        Picture picture = examples.get(i).pictures().get(0);
        owners[i] = places.computeIfAbsent(picture.name(), name -> places.size());
        if (owners[i] == pictures.size()) {
          pictures.add(picture);
        }
      }
      return new Gallery(pictures, examples, owners);
    }

    /** The first pictures with their texts, as many as make so many pairs at most. */
    Gallery within(long pairs) {
      long[] captions = new long[pictures.size()];
      for (int owner : owners) {
        captions[owner]++;
      }
      int kept = 0;
      long described = 0;
      while (kept < captions.length && (kept + 1) * (described + captions[kept]) <= pairs) {
        described += captions[kept++];
      }
      int most = kept;
      List<Example> some = new ArrayList<>();
      for (int i = 0; i < owners.length; i++) {
        if (owners[i] < most) {
          some.add(texts.get(i));
        }
      }
      return of(some);
    }

    long pairs() {
      return (long) pictures.size() * texts.size();
    }
  }

  /** Ranks all texts and pictures of these examples. */
  Evaluation evaluate(Model model, List<Example> examples, Evaluator.Observer observer) {
    Gallery all = Gallery.of(examples);
    boolean fits = model instanceof DualEncoder || mostPairs == 0 || all.pairs() <= mostPairs;
    Gallery gallery = fits ? all : all.within(mostPairs);
    if (gallery.texts().isEmpty()) {
      return Evaluation.NOTHING;
    }
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard()) {
      Recalls.Scores scores =
          model instanceof DualEncoder dual
              ? vectors(dual, gallery, observer)
              : matrix((FusionModel) model, gallery, observer);
      Recalls recalls = Recalls.of(scores, gallery.owners(), gallery.pictures().size());
      return Evaluation.of(recalls, gallery.texts().size());
    }
  }

  private Recalls.Scores vectors(DualEncoder model, Gallery gallery, Evaluator.Observer observer) {
    Similarity similarity = model.similarity().orElseThrow();
    Progress progress =
        new Progress(observer, gallery.pictures().size() + gallery.texts().size(), "encodings");
    Tensor pictures =
        encoded(
            gallery.pictures(),
            some -> similarity.pictures(model.encodePictures(pixels(some), 0)),
            progress);
    Tensor texts =
        encoded(
            gallery.texts(), some -> similarity.texts(model.encodeTexts(tokens(some))), progress);
    return new VectorScores(texts, pictures);
  }

  /** Unit vectors {@code (N, D)} of all, encoded in batches. */
  private <T> Tensor encoded(List<T> all, Function<List<T>, Tensor> encoder, Progress progress) {
    List<Tensor> parts = new ArrayList<>();
    for (List<T> batch : batches(all)) {
      try (Scope scope = Scope.open();
          Precision.Autocast cast = precision.begin(device)) {
        parts.add(scope.keep(encoder.apply(batch)));
      }
      progress.add(batch.size());
    }
    Tensor whole = cat(new TensorVector(parts.toArray(Tensor[]::new)), 0); // (N, D)
    parts.forEach(Tensor::close);
    return whole;
  }

  private Recalls.Scores matrix(FusionModel model, Gallery gallery, Evaluator.Observer observer) {
    Progress progress = new Progress(observer, gallery.pairs(), "pairs");
    float[][] byPicture = new float[gallery.pictures().size()][gallery.texts().size()];
    for (int picture = 0; picture < byPicture.length; picture++) {
      try (Scope scope = Scope.open()) {
        PixelBatch pixels = pixels(List.of(gallery.pictures().get(picture)));
        int done = 0;
        for (List<Example> batch : batches(gallery.texts())) {
          float[] scores = scores(model, batch, pixels);
          System.arraycopy(scores, 0, byPicture[picture], done, scores.length);
          done += scores.length;
          progress.add(scores.length);
        }
      }
    }
    return new MatrixScores(byPicture);
  }

  private float[] scores(FusionModel model, List<Example> texts, PixelBatch picture) {
    try (Scope scope = Scope.open();
        Precision.Autocast cast = precision.begin(device)) {
      return Tensors.floats(model.match(tokens(texts), picture));
    }
  }

  private PixelBatch pixels(List<Picture> pictures) {
    return collator.pictures(pictures.stream().map(preparer::prepare).toList());
  }

  private TokenBatch tokens(List<Example> texts) {
    return collator.texts(texts.stream().map(preparer::tokens).toList());
  }

  private <T> List<List<T>> batches(List<T> all) {
    List<List<T>> batches = new ArrayList<>();
    for (int start = 0; start < all.size(); start += batchSize) {
      batches.add(all.subList(start, Math.min(all.size(), start + batchSize)));
    }
    return batches;
  }

  private static final class Progress {
    private final Evaluator.Observer observer;
    private final long total;
    private final String unit;
    private long done;

    Progress(Evaluator.Observer observer, long total, String unit) {
      this.observer = observer;
      this.total = total;
      this.unit = unit;
    }

    void add(long more) {
      done += more;
      observer.progress(done, total, unit);
    }
  }

  /**
   * Cosines of stored vectors.
   *
   * @param texts {@code (N, D)}, of length 1
   * @param pictures {@code (M, D)}, of length 1
   */
  private record VectorScores(Tensor texts, Tensor pictures) implements Recalls.Scores {
    @Override
    public void eachText(Recalls.RowReader reader) {
      each(texts, pictures, reader);
    }

    @Override
    public void eachPicture(Recalls.RowReader reader) {
      each(pictures, texts, reader);
    }

    private static void each(Tensor queries, Tensor candidates, Recalls.RowReader reader) {
      long count = queries.size(0);
      for (long start = 0; start < count; start += BLOCK) {
        try (Scope scope = Scope.open()) {
          Tensor block = queries.narrow(0, start, Math.min(BLOCK, count - start)); // (R, D)
          int row = (int) start;
          for (float[] cosines : Tensors.rows(block.matmul(candidates.transpose(0, 1)))) {
            reader.read(row++, cosines);
          }
        }
      }
    }
  }

  /** Scores by picture, then by text. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record MatrixScores(float[][] byPicture) implements Recalls.Scores {
    @Override
    public void eachText(Recalls.RowReader reader) {
      float[] column = new float[byPicture.length];
      for (int text = 0; text < byPicture[0].length; text++) {
        for (int picture = 0; picture < column.length; picture++) {
          column[picture] = byPicture[picture][text];
        }
        reader.read(text, column);
      }
    }

    @Override
    public void eachPicture(Recalls.RowReader reader) {
      for (int picture = 0; picture < byPicture.length; picture++) {
        reader.read(picture, byPicture[picture]);
      }
    }
  }
}
