package org.dide.evaluate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * Recall at 1, 5 and 10 of retrieval, both ways, over all texts and pictures of a part of a data
 * set: how often what belongs to a query is among the so many first.
 *
 * <p>A picture's rank is that of the best of its captions (Hodosh, Young and Hockenmaier, JAIR
 * 2013). Whoever ties is placed before what belongs to the query, and scores closer than {@link
 * #TIE} tie, since rounding moves them by less: a recall neither flatters a model that gives all
 * the same score nor depends on what was computed beside what.
 *
 * @param imageToText of pictures asked for a caption
 * @param textToImage of captions asked for their picture
 */
public record Recalls(List<At> imageToText, List<At> textToImage) {
  /** Scores closer than this tie. */
  public static final float TIE = 1e-6f;

  private static final int[] RANKS = {1, 5, 10};

  /** Keeps unmodifiable copies of the lists. */
  public Recalls {
    imageToText = List.copyOf(imageToText);
    textToImage = List.copyOf(textToImage);
  }

  /**
   * Recall at one rank.
   *
   * @param rank from 1
   * @param recall the share of queries with something that belongs to them so far up, in [0, 1]
   * @param chance what a random order is expected to reach
   */
  public record At(int rank, double recall, double chance) {}

  /** Scores of every text with every picture, a row at a time. */
  public interface Scores {
    /** Gives each text's scores of all pictures, in order. */
    void eachText(RowReader reader);

    /** Gives each picture's scores of all texts, in order. */
    void eachPicture(RowReader reader);
  }

  /** Reads one row. */
  @FunctionalInterface
  public interface RowReader {
    /** Called with a row's number and its scores. */
    void read(int row, float[] scores);
  }

  /**
   * Ranks everything.
   *
   * @param owners each text's picture
   * @param pictures how many there are
   */
  public static Recalls of(Scores scores, int[] owners, int pictures) {
    int[] textRanks = new int[owners.length];
    scores.eachText((text, row) -> textRanks[text] = rank(row, picture -> picture == owners[text]));
    int[] pictureRanks = new int[pictures];
    scores.eachPicture(
        (picture, row) -> pictureRanks[picture] = rank(row, text -> owners[text] == picture));
    int[] captions = new int[pictures];
    for (int owner : owners) {
      captions[owner]++;
    }
    return new Recalls(
        summary(pictureRanks, captions, owners.length),
        summary(textRanks, onesLike(owners), pictures));
  }

  /** The rank, from 1, of the best of what belongs; NaN counts against it on either side. */
  static int rank(float[] scores, IntPredicate belongs) {
    float best = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < scores.length; i++) {
      if (belongs.test(i) && scores[i] > best) {
        best = scores[i];
      }
    }
    int before = 0;
    for (int i = 0; i < scores.length; i++) {
      if (!belongs.test(i) && !(scores[i] < best - TIE)) {
        before++;
      }
    }
    return before + 1;
  }

  /** All recalls by name, such as {@code recall/i2t@5}, and their sum in per cent, {@code rsum}. */
  public Map<String, Evaluation.Figure> figures() {
    Map<String, Evaluation.Figure> figures = new LinkedHashMap<>();
    imageToText.forEach(at -> figures.put("recall/i2t@" + at.rank(), figure(at)));
    textToImage.forEach(at -> figures.put("recall/t2i@" + at.rank(), figure(at)));
    double sum = figures.values().stream().mapToDouble(Evaluation.Figure::value).sum();
    double chance = figures.values().stream().mapToDouble(Evaluation.Figure::chance).sum();
    figures.put("rsum", new Evaluation.Figure(100 * sum, 100 * chance));
    return figures;
  }

  /** The mean of all recalls, by which models are chosen. */
  public double mean() {
    return (sum(imageToText) + sum(textToImage)) / (imageToText.size() + textToImage.size());
  }

  private static double sum(List<At> recalls) {
    return recalls.stream().mapToDouble(At::recall).sum();
  }

  private static Evaluation.Figure figure(At at) {
    return new Evaluation.Figure(at.recall(), at.chance());
  }

  private static List<At> summary(int[] ranks, int[] belonging, int candidates) {
    At[] summary = new At[RANKS.length];
    for (int i = 0; i < summary.length; i++) {
      int within = 0;
      double chance = 0;
      for (int query = 0; query < ranks.length; query++) {
        within += ranks[query] <= RANKS[i] ? 1 : 0;
        chance += chance(candidates, belonging[query], RANKS[i]);
      }
      summary[i] = new At(RANKS[i], (double) within / ranks.length, chance / ranks.length);
    }
    return List.of(summary);
  }

  /** That one of some belonging is among the first of candidates in random order. */
  private static double chance(int candidates, int belonging, int first) {
    double none = 1;
    for (int i = 0; i < Math.min(first, candidates); i++) {
      none *= Math.max(0, candidates - belonging - i) / (double) (candidates - i);
    }
    return 1 - none;
  }

  private static int[] onesLike(int[] values) {
    int[] ones = new int[values.length];
    java.util.Arrays.fill(ones, 1);
    return ones;
  }
}
