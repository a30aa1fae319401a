package org.dide.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.dide.InputException;
import org.dide.image.RgbImage;
import org.dide.task.Answer;

/**
 * The attention of models that were asked the same question about the same picture, side by side:
 * mean over words and heads, word by word, head by head.
 *
 * @param question what was asked
 * @param models by name, in the order of their columns; teacher first where there is one
 */
public record AttentionReport(String question, Map<String, WordAttention> models) {
  /**
   * Keeps an unmodifiable copy, in order.
   *
   * @throws InputException if their attention cannot be compared
   */
  public AttentionReport {
    models = Collections.unmodifiableMap(new LinkedHashMap<>(models));
    WordAttention first = models.values().iterator().next();
    for (Map.Entry<String, WordAttention> other : models.entrySet()) {
      if (!first.isComparable(other.getValue())) {
        throw new InputException(
            "%s: found %d words, %d heads; allowed are the words, heads and patches of the other model, which has %d and %d"
                .formatted(
                    other.getKey(),
                    other.getValue().words().size(),
                    other.getValue().heads(),
                    first.words().size(),
                    first.heads()));
      }
    }
  }

  /** The page. */
  public Page page() {
    List<Markup> content = new ArrayList<>();
    content.add(
        Page.paragraph(
            "Where each word of the question looks in the picture: text-to-image attention of the"
                + " last block. The most attended patch of a map is as bright as the picture, the"
                + " others are the darker the less they got."));
    content.add(
        Page.note(
            "Words ask, patches and the picture's [CLS] token answer; each word's shares sum to"
                + " one, [CLS] included. [CLS] and [SEP] among the words open and close the"
                + " question. KL is the divergence of a model's attention from that of the first,"
                + " which distillation lessens."));
    AttentionMap.Shared picture = shared("picture");
    content.add(picture.definition());
    content.add(summary(picture));
    List<String> words = first().words();
    content.add(
        Page.section(
            "Word by word", rows(words.size(), words::get, WordAttention::ofWord, picture)));
    content.add(
        Page.section(
            "Head by head",
            rows(first().heads(), i -> "head " + (i + 1), WordAttention::ofHead, picture)));
    return new Page(question, content);
  }

  /** The means over words and heads, side by side, for another page. */
  public List<Markup> overview(String id) {
    AttentionMap.Shared picture = shared(id);
    return List.of(picture.definition(), summary(picture));
  }

  /** The means over words and heads, side by side, as a picture. */
  public RgbImage picture() {
    return AttentionMap.sideBySide(
        first().seen(), models.values().stream().map(WordAttention::mean).toList());
  }

  private Markup summary(AttentionMap.Shared picture) {
    List<Markup> maps = new ArrayList<>();
    models.forEach(
        (name, attention) ->
            maps.add(
                new AttentionMap(picture, described(name, attention), attention.mean(), true)
                    .markup()));
    return Page.box("pictures", maps);
  }

  private String described(String name, WordAttention attention) {
    Answer answer = attention.answers().get(0);
    String divergence =
        attention == first()
            ? ""
            : ", KL %s".formatted(Numbers.shown(first().divergence(attention)));
    return "%s: “%s” (%s)%s"
        .formatted(name, answer.text(), Numbers.percent(answer.probability()), divergence);
  }

  private List<Markup> rows(
      int count,
      IntFunction<String> names,
      BiFunction<WordAttention, Integer, Heat> part,
      AttentionMap.Shared picture) {
    List<Markup> rows =
        IntStream.range(0, count)
            .mapToObj(i -> row(names.apply(i), attention -> part.apply(attention, i), picture))
            .toList();
    return List.of(Page.box("pairs", rows));
  }

  private Markup row(String name, Function<WordAttention, Heat> part, AttentionMap.Shared picture) {
    List<Markup> cells = new ArrayList<>();
    cells.add(Markup.element("div", name).with("class", "word"));
    models.forEach(
        (model, attention) -> {
          Heat heat = part.apply(attention);
          String caption = "%s, [CLS] %s".formatted(model, Numbers.percent(heat.onPicture()));
          cells.add(new AttentionMap(picture, caption, heat, false).markup());
        });
    return Page.box("pair", cells);
  }

  private AttentionMap.Shared shared(String id) {
    return new AttentionMap.Shared(id, first().seen());
  }

  private WordAttention first() {
    return models.values().iterator().next();
  }
}
