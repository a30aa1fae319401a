package org.dide.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dide.data.AnswerVocabulary;
import org.dide.data.Example;
import org.dide.data.Label;

/**
 * A question's answers, as ours and as a case tells them.
 *
 * @param scores by answer
 * @param labels the numbers of the answers, in order; -1 for what the vocabulary has not
 */
record ReferenceAnswers(Map<String, Double> scores, List<Integer> labels) {
  /** Nothing is known. */
  static final ReferenceAnswers UNKNOWN = new ReferenceAnswers(Map.of(), List.of());

  static ReferenceAnswers of(Example example, AnswerVocabulary vocabulary) {
    Map<String, Double> scores =
        example.label() instanceof Label.Answers known ? known.scores() : Map.of();
    return new ReferenceAnswers(
        scores,
        scores.keySet().stream().map(answer -> vocabulary.find(answer).orElse(-1)).toList());
  }

  static ReferenceAnswers expected(JsonNode answers, JsonNode scores, JsonNode labels) {
    List<JsonNode> texts = Json.listOrEmpty(answers, "answers");
    List<JsonNode> worth = Json.list(scores, "answer scores", texts.size());
    Map<String, Double> map = new LinkedHashMap<>();
    for (int i = 0; i < texts.size(); i++) {
      map.put(Json.text(texts.get(i), "answers"), Json.number(worth.get(i), "answer scores"));
    }
    return new ReferenceAnswers(
        map,
        Json.listOrEmpty(labels, "labels").stream()
            .map(label -> Json.integer(label, "labels"))
            .toList());
  }
}
