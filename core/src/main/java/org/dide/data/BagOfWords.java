package org.dide.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.dide.random.Draws;

/**
 * Answers from the words of a text alone: multinomial logistic regression on which words occur,
 * trained by AdaGrad (Duchi et al., JMLR 2011).
 *
 * <p>What it scores shows how far a data set can be answered without looking; a model that is no
 * better has not shown that it sees. The same texts give the same answers on any machine.
 */
public final class BagOfWords {
  private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\p{N}]+");
  private static final int MOST_WORDS = 5_000;
  private static final int EPOCHS = 10;
  private static final float LEARNING_RATE = 0.1f;
  private static final float EPSILON = 1e-6f;

  private final List<String> answers;
  private final Map<String, Integer> words;

  /** {@code [word][answer]}; the row after the last word is the bias. */
  private final float[][] weights;

  private BagOfWords(List<String> answers, Map<String, Integer> words) {
    this.answers = answers;
    this.words = words;
    this.weights = new float[words.size() + 1][answers.size()];
  }

  /**
   * Learns from texts and their answers, position by position.
   *
   * @throws IllegalArgumentException if there are none, or not as many answers as texts
   */
  public static BagOfWords train(List<String> texts, List<String> answers) {
    if (texts.isEmpty() || texts.size() != answers.size()) {
      throw new IllegalArgumentException(
          "%d texts but %d answers; as many are needed, at least one"
              .formatted(texts.size(), answers.size()));
    }
    Map<String, Integer> ids = new LinkedHashMap<>();
    int[] targets = new int[answers.size()];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = ids.computeIfAbsent(answers.get(i), answer -> ids.size());
    }
    BagOfWords model = new BagOfWords(List.copyOf(ids.keySet()), frequentWords(texts));
    model.fit(texts.stream().map(model::features).toList(), targets);
    return model;
  }

  /** The most probable answer to a text. */
  public String answer(String text) {
    float[] scores = scores(features(text));
    int best = 0;
    for (int answer = 1; answer < scores.length; answer++) {
      if (scores[answer] > scores[best]) {
        best = answer;
      }
    }
    return answers.get(best);
  }

  private static Map<String, Integer> frequentWords(List<String> texts) {
    Map<String, Integer> counts = new HashMap<>();
    texts.forEach(text -> wordsOf(text).forEach(word -> counts.merge(word, 1, Integer::sum)));
    Comparator<Map.Entry<String, Integer>> mostFrequentFirst =
        Map.Entry.<String, Integer>comparingByValue().reversed();
    Map<String, Integer> words = new HashMap<>();
    counts.entrySet().stream()
        .sorted(mostFrequentFirst.thenComparing(Map.Entry.comparingByKey()))
        .limit(MOST_WORDS)
        .forEach(entry -> words.put(entry.getKey(), words.size()));
    return words;
  }

  private static List<String> wordsOf(String text) {
    return Arrays.stream(BETWEEN_WORDS.split(text.toLowerCase(Locale.ROOT)))
        .filter(word -> !word.isEmpty())
        .distinct()
        .toList();
  }

  /** The rows of the weights that a text adds up: its known words and the bias. */
  private int[] features(String text) {
    List<Integer> rows = new ArrayList<>();
    for (String word : wordsOf(text)) {
      Integer row = words.get(word);
      if (row != null) {
        rows.add(row);
      }
    }
    rows.add(words.size());
    return rows.stream().mapToInt(Integer::intValue).toArray();
  }

  private void fit(List<int[]> features, int[] targets) {
    float[][] squares = new float[weights.length][answers.size()];
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      for (int i : Draws.of(0, "bag of words", epoch).permutation(targets.length)) {
        float[] gradient = probabilities(scores(features.get(i)));
        gradient[targets[i]] -= 1;
        for (int row : features.get(i)) {
          step(weights[row], squares[row], gradient);
        }
      }
    }
  }

  private static void step(float[] weights, float[] squares, float[] gradient) {
    for (int answer = 0; answer < weights.length; answer++) {
      squares[answer] += gradient[answer] * gradient[answer];
      weights[answer] -=
          LEARNING_RATE * gradient[answer] / (float) Math.sqrt(squares[answer] + EPSILON);
    }
  }

  private float[] scores(int[] features) {
    float[] scores = new float[answers.size()];
    for (int row : features) {
      for (int answer = 0; answer < scores.length; answer++) {
        scores[answer] += weights[row][answer];
      }
    }
    return scores;
  }

  /** Softmax, in place. StrictMath: the same bits on every machine. */
  private static float[] probabilities(float[] scores) {
    float largest = Float.NEGATIVE_INFINITY;
    for (float score : scores) {
      largest = Math.max(largest, score);
    }
    float sum = 0;
    for (int answer = 0; answer < scores.length; answer++) {
      scores[answer] = (float) StrictMath.exp(scores[answer] - largest);
      sum += scores[answer];
    }
    for (int answer = 0; answer < scores.length; answer++) {
      scores[answer] /= sum;
    }
    return scores;
  }
}
