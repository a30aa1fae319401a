package org.dide.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dide.image.ImageSize;
import org.dide.image.Resampler;
import org.dide.image.RgbImage;

/**
 * A picture with a question about it and what was answered. Small pictures are enlarged pixel by
 * pixel, large ones shrunk.
 *
 * @param picture what was looked at; empty if it cannot be shown
 * @param question what was asked
 * @param right the right answer; empty if it is not known
 * @param answers of each model, in order
 */
public record PictureCard(
    Optional<RgbImage> picture, String question, String right, List<Given> answers) {
  private static final int SIDE = 192;

  /** Keeps an unmodifiable copy of the list. */
  public PictureCard {
    answers = List.copyOf(answers);
  }

  /** With its picture. */
  public PictureCard(RgbImage picture, String question, String right, List<Given> answers) {
    this(Optional.of(picture), question, right, answers);
  }

  /** How good an answer is. */
  public enum Verdict {
    /** Right, by most who were asked. */
    RIGHT("✓", "right"),
    /** Right by some. */
    PARTLY("≈", "partly"),
    /** Wrong. */
    WRONG("✗", "wrong"),
    /** Nobody knows. */
    UNKNOWN("", "unknown");

    private final String sign;
    private final String word;

    Verdict(String sign, String word) {
      this.sign = sign;
      this.word = word;
    }

    /** The verdict on an answer with that score in [0, 1]. */
    public static Verdict of(double score) {
      return score >= 0.5 ? RIGHT : score > 0 ? PARTLY : WRONG;
    }
  }

  /**
   * One answer.
   *
   * @param who gave it
   * @param text the answer
   * @param probability in [0, 1]
   * @param verdict how good it is
   */
  public record Given(String who, String text, double probability, Verdict verdict) {}

  /** The card. */
  public Markup.Element markup() {
    List<Markup> rows = new ArrayList<>(answers.stream().map(PictureCard::row).toList());
    if (!right.isEmpty()) {
      rows.add(
          Markup.element(
              "tr",
              Markup.element("th", "right answer").with("scope", "row"),
              Markup.element("td", right).with("colspan", "3")));
    }
    return Markup.element(
            "figure",
            picture.map(PictureCard::image).orElseGet(() -> Page.note("no picture")),
            Markup.element("figcaption", question),
            Markup.element("table", Markup.element("tbody", rows)))
        .with("class", "card");
  }

  private static Markup image(RgbImage picture) {
    int longer = Math.max(picture.width(), picture.height());
    RgbImage shown = longer > 2 * SIDE ? shrunk(picture, 2.0 * SIDE / longer) : picture;
    double scale = (double) SIDE / Math.max(shown.width(), shown.height());
    return Markup.element("img")
        .with("class", scale >= 1 ? "plain" : "smooth")
        .with("src", Pictures.address(shown))
        .with("width", Math.rint(shown.width() * scale))
        .with("height", Math.rint(shown.height() * scale))
        .with("alt", "the picture that the question is about");
  }

  /** Twice as many pixels as are shown suffice for any screen. */
  private static RgbImage shrunk(RgbImage picture, double scale) {
    return Resampler.resize(
        picture,
        new ImageSize(
            Math.max(1, (int) (picture.width() * scale)),
            Math.max(1, (int) (picture.height() * scale))));
  }

  private static Markup row(Given given) {
    Verdict verdict = given.verdict();
    Markup mark =
        Markup.element("td", verdict == Verdict.UNKNOWN ? "" : verdict.sign + " " + verdict.word)
            .with("class", "mark " + verdict.word);
    return Markup.element(
        "tr",
        Markup.element("th", given.who()).with("scope", "row"),
        Markup.element("td", given.text()),
        Markup.element("td", Numbers.percent(given.probability())).with("class", "number"),
        mark);
  }
}
