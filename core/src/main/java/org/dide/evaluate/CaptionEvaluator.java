package org.dide.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.dide.data.Example;
import org.dide.image.Pixels;
import org.dide.model.CaptionView;
import org.dide.model.Mode;
import org.dide.model.Model;
import org.dide.model.Pairs;
import org.dide.random.Draws;
import org.dide.task.Collator;
import org.dide.task.ExamplePreparer;
import org.dide.task.Prepared;
import org.dide.tensor.Device;
import org.dide.tensor.Precision;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;
import org.dide.text.HiddenWords;
import org.dide.text.WordHider;

/**
 * How well a pre-trained model matches captions with pictures and finds the words they hide, each
 * caption once beside its own picture and once beside another's. What is hidden, and which other
 * picture is shown, depends on an example's place alone.
 */
final class CaptionEvaluator {
  private static final double HIDDEN_SHARE = 0.15;

  private final ExamplePreparer preparer;
  private final Collator collator;
  private final int batchSize;
  private final Device device;
  private final Precision precision;
  private final WordHider hider;

  CaptionEvaluator(
      ExamplePreparer preparer,
      Collator collator,
      int batchSize,
      Device device,
      Precision precision) {
    this.preparer = preparer;
    this.collator = collator;
    this.batchSize = batchSize;
    this.device = device;
    this.precision = precision;
    this.hider = new WordHider(preparer.vocabulary(), HIDDEN_SHARE, false);
  }

  /**
   * {@code matching}, the share of pairs told right from wrong, of which half are either; and
   * {@code words}, the share of hidden tokens found, beside that with another's picture in place of
   * chance.
   */
  Map<String, Evaluation.Figure> figures(
      Model model, List<Example> examples, Evaluator.Observer observer) {
    Tally own = new Tally();
    Tally other = new Tally();
    for (int start = 0; start < examples.size(); start += batchSize) {
      int end = Math.min(examples.size(), start + batchSize);
      look(model, prepared(examples, start, end, false), start, own);
      look(model, prepared(examples, start, end, true), start, other);
      observer.progress(end, examples.size(), "captions");
    }
    Map<String, Evaluation.Figure> figures = new LinkedHashMap<>();
    double right = own.matches + (other.pairs - other.matches);
    figures.put("matching", new Evaluation.Figure(right / (own.pairs + other.pairs), 0.5));
    figures.put("words", new Evaluation.Figure(own.words(), other.words()));
    return figures;
  }

  private static final class Tally {
    private long pairs;
    private long matches;
    private long hidden;
    private long found;

    double words() {
      return hidden == 0 ? 0 : (double) found / hidden;
    }
  }

  private List<Prepared> prepared(List<Example> examples, int start, int end, boolean others) {
    List<Prepared> batch = new ArrayList<>();
    for (int i = start; i < end; i++) {
      Example example = examples.get(i);
      Example shown = others ? other(examples, i) : example;
      Pixels pixels = preparer.prepare(shown.pictures().get(0), Draws.of(0, "none"));
      batch.add(new Prepared(example, preparer.tokens(example), List.of(pixels)));
    }
    return batch;
  }

  /** Half way round, and on from there to the next that is about another picture. */
  private static Example other(List<Example> examples, int index) {
    String own = examples.get(index).pictures().get(0).name();
    int size = examples.size();
    for (int step = 0; step < size; step++) {
      Example candidate = examples.get((index + size / 2 + step) % size);
      if (!candidate.pictures().get(0).name().equals(own)) {
        return candidate;
      }
    }
    return examples.get(index); // there is but one picture
  }

  private void look(Model model, List<Prepared> batch, int first, Tally tally) {
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard();
        Precision.Autocast cast = precision.begin(device)) {
      CaptionView view = model.view(collator.collate(batch).inputs(), Mode.EVALUATION);
      Tensor match = view.match(Pairs.own(batch.size())).logits(); // (B, 2)
      tally.pairs += batch.size();
      tally.matches += sum(match.argmax(new LongOptional(1), false));
      HiddenWords hidden = hidden(batch, first);
      if (hidden.count() > 0) {
        Tensor words = view.words(hidden).logits().argmax(new LongOptional(1), false); // (M)
        tally.hidden += hidden.count();
        tally.found += sum(words.eq(hidden.words()));
      }
    }
  }

  private HiddenWords hidden(List<Prepared> batch, int first) {
    List<WordHider.Hidden> texts = new ArrayList<>();
    int longest = 0;
    for (int i = 0; i < batch.size(); i++) {
      int[] tokens = batch.get(i).tokens();
      longest = Math.max(longest, tokens.length);
      texts.add(hider.hide(tokens, Draws.of(0, "hidden words", first + i)));
    }
    return HiddenWords.of(texts, longest, device);
  }

  private static long sum(Tensor values) {
    return Tensors.longs(values.to(ScalarType.Long).sum())[0];
  }
}
