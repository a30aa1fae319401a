package org.dide.train;

import java.util.List;

/** Hears how a training goes, on the training's thread; what it does there takes training time. */
public interface TrainingListener {
  /** Hears nothing. */
  TrainingListener NONE =
      new TrainingListener() {
        @Override
        public void step(StepReport report) {}

        @Override
        public void evaluation(EvaluationReport report) {}

        @Override
        public void message(String text) {}
      };

  /** A step is done. */
  void step(StepReport report);

  /** An evaluation is done. */
  void evaluation(EvaluationReport report);

  /** Something else a person may want to know, in one line. */
  void message(String text);

  /** Tells each of these, in this order. */
  static TrainingListener all(List<TrainingListener> listeners) {
    List<TrainingListener> each = List.copyOf(listeners);
    return new TrainingListener() {
      @Override
      public void step(StepReport report) {
        each.forEach(listener -> listener.step(report));
      }

      @Override
      public void evaluation(EvaluationReport report) {
        each.forEach(listener -> listener.evaluation(report));
      }

      @Override
      public void message(String text) {
        each.forEach(listener -> listener.message(text));
      }
    };
  }
}
