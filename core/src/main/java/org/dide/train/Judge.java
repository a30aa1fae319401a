package org.dide.train;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.dide.InputException;
import org.dide.data.Dataset;
import org.dide.data.Example;
import org.dide.data.ExampleList;
import org.dide.data.Picture;
import org.dide.evaluate.Evaluation;
import org.dide.evaluate.Evaluator;
import org.dide.model.Model;
import org.dide.task.ExamplePreparer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at a part of the data with one model after another. As in training, examples that cannot be
 * read are logged and left out, up to a tolerated share. They are looked for once, when the first
 * is met.
 */
final class Judge {
  private static final Logger LOG = LoggerFactory.getLogger(Judge.class);

  private final Evaluator evaluator;
  private final ExamplePreparer preparer;
  private final Dataset part;
  private final int limit;
  private final Tolerance tolerance;
  private Optional<Dataset> readable = Optional.empty();

  /**
   * A judge of one part.
   *
   * @param limit examples looked at, from the start, or 0 for all
   */
  Judge(Training training, Dataset part, int limit) {
    this.evaluator = training.evaluator();
    this.preparer = training.evaluationPreparer();
    this.part = part;
    this.limit = limit;
    this.tolerance = training.tolerance();
  }

  /**
   * What a model makes of the part.
   *
   * @throws InputException if more of it cannot be read than is tolerated
   */
  Evaluation evaluate(Model model, Evaluator.Observer observer) {
    if (readable.isPresent()) {
      return evaluator.evaluate(model, readable.get(), 0, observer);
    }
    try {
      return evaluator.evaluate(model, part, limit, observer);
    } catch (InputException problem) {
      Dataset rest = readable();
      if (rest.size() == size()) {
        throw problem; // it was something else
      }
      readable = Optional.of(rest);
      return evaluator.evaluate(model, rest, 0, observer);
    }
  }

  private int size() {
    return limit > 0 ? Math.min(limit, part.size()) : part.size();
  }

  private Dataset readable() {
    List<Example> examples = new ArrayList<>();
    Set<String> sound = new HashSet<>(); // names of pictures
    for (int index = 0; index < size(); index++) {
      try {
        Example example = part.example(0, index);
        read(example, sound);
        examples.add(example);
      } catch (InputException problem) {
        LOG.warn("left out: {}", problem.getMessage());
      }
    }
    int unreadable = size() - examples.size();
    tolerance.require(part.name(), unreadable, size());
    if (unreadable > 0) {
      LOG.warn("{}: {} of {} examples are left out", part.name(), unreadable, size());
    }
    return new ExampleList(part.name(), examples);
  }

  private void read(Example example, Set<String> sound) {
    preparer.tokens(example);
    for (Picture picture : example.pictures()) {
      if (!sound.contains(picture.name())) {
        preparer.prepare(picture);
        sound.add(picture.name());
      }
    }
  }
}
