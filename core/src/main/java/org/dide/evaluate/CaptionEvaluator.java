package org.dide.evaluate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.dide.data.Example;
import org.dide.data.Picture;
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
 * caption once beside its own picture and once beside another's. What is hidden depends on an
 * example's id alone, and which other picture is shown on the names of all.
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
   * Nothing where all captions are of one picture. Else {@code matching}, the share of pairs told
   * right from wrong, of which half are either; and {@code words}, the share of hidden tokens
   * found, beside that with another's picture in place of chance.
   */
  Map<String, Evaluation.Figure> figures(
      Model model, List<Example> examples, Evaluator.Observer observer) {
    Map<String, Picture> others = others(examples);
    if (others.size() < 2) {
      return Map.of(); // there is no other picture
    }
    Tally own = new Tally();
    Tally other = new Tally();
    for (int start = 0; start < examples.size(); start += batchSize) {
      int end = Math.min(examples.size(), start + batchSize);
      List<Example> batch = examples.subList(start, end);
      look(model, prepared(batch, CaptionEvaluator::picture), own);
      look(model, prepared(batch, shown -> others.get(picture(shown).name())), other);
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

  /** A picture of several captions is prepared, and so encoded, once. */
  private List<Prepared> prepared(List<Example> examples, Function<Example, Picture> shown) {
    Map<String, Pixels> ready = new HashMap<>();
    List<Prepared> batch = new ArrayList<>();
    for (Example example : examples) {
      Picture picture = shown.apply(example);
      Pixels pixels = ready.computeIfAbsent(picture.name(), name -> preparer.prepare(picture));
      batch.add(new Prepared(example, preparer.tokens(example), List.of(pixels)));
    }
    return batch;
  }

  /** The picture half way round from each, in the order of their names. */
  private static Map<String, Picture> others(List<Example> examples) {
    NavigableMap<String, Picture> byName = new TreeMap<>();
    examples.forEach(example -> byName.put(picture(example).name(), picture(example)));
    List<Picture> pictures = List.copyOf(byName.values());
    Map<String, Picture> others = new HashMap<>();
    for (int i = 0; i < pictures.size(); i++) {
      int other = (i + (pictures.size() + 1) / 2) % pictures.size();
      others.put(pictures.get(i).name(), pictures.get(other));
    }
    return others;
  }

  private static Picture picture(Example example) {
    return example.pictures().get(0);
  }

  private void look(Model model, List<Prepared> batch, Tally tally) {
    try (Scope scope = Scope.open();
        NoGradGuard guard = new NoGradGuard();
        Precision.Autocast cast = precision.begin(device)) {
      CaptionView view = model.view(collator.collate(batch).inputs(), Mode.EVALUATION);
      Tensor match = view.match(Pairs.own(batch.size())).logits(); // (B, 2)
      tally.pairs += batch.size();
      tally.matches += sum(match.argmax(new LongOptional(1), false));
      HiddenWords hidden = hidden(batch);
      if (hidden.count() > 0) {
        Tensor words = view.words(hidden).logits().argmax(new LongOptional(1), false); // (M)
        tally.hidden += hidden.count();
        tally.found += sum(words.eq(hidden.words()));
      }
    }
  }

  private HiddenWords hidden(List<Prepared> batch) {
    List<WordHider.Hidden> texts = new ArrayList<>();
    int longest = 0;
    for (Prepared prepared : batch) {
      int[] tokens = prepared.tokens();
      longest = Math.max(longest, tokens.length);
      texts.add(hider.hide(tokens, Draws.of(0, "hidden words of " + prepared.example().id())));
    }
    return HiddenWords.of(texts, longest, device);
  }

  private static long sum(Tensor values) {
    return Tensors.longs(values.to(ScalarType.Long).sum())[0];
  }
}
