package org.dide.hub;

import java.util.LinkedHashMap;
import java.util.Map;
import org.dide.image.PreprocessorSettings;
import org.dide.model.Model;
import org.dide.task.Task;
import org.dide.text.Vocabulary;
import org.dide.text.WordPieceTokenizer;

/**
 * A model with everything needed to ask it, and what is known of its making. It owns the model's
 * parameters.
 *
 * @param model the model
 * @param task what it does
 * @param vocabulary of its texts
 * @param preprocessing of its pictures
 * @param provenance where it comes from
 */
public record TrainedModel(
    Model model,
    Task task,
    Vocabulary vocabulary,
    PreprocessorSettings preprocessing,
    Provenance provenance)
    implements AutoCloseable {

  /** Cuts texts into this model's tokens. */
  public WordPieceTokenizer tokenizer() {
    return new WordPieceTokenizer(vocabulary);
  }

  /** The same model, with what was found on a part of some data added to its results. */
  public TrainedModel withResults(String part, Map<String, Double> metrics) {
    Map<String, Double> results = new LinkedHashMap<>(provenance.results());
    metrics.forEach((name, value) -> results.put(part + "/" + name, value));
    return new TrainedModel(
        model, task, vocabulary, preprocessing, provenance.withResults(results));
  }

  /** Names this model by its content, see {@link Fingerprint}; reads every parameter. */
  public String fingerprint() {
    return Fingerprint.of(this);
  }

  /** Frees the parameters. */
  @Override
  public void close() {
    model.close();
  }
}
