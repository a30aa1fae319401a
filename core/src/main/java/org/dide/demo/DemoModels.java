package org.dide.demo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dide.hub.ModelFolder;
import org.dide.hub.TrainedModel;
import org.dide.tensor.Device;
import org.dide.train.RunFolder;

/**
 * What the demo has trained, loaded. It owns the models.
 *
 * @param teacher the teacher
 * @param students in the order of {@link Student#ALL}
 */
record DemoModels(TrainedModel teacher, List<TrainedModel> students) implements AutoCloseable {
  /** The teacher's name in tables. */
  static final String TEACHER = "teacher";

  /** Keeps an unmodifiable copy of the list. */
  DemoModels {
    students = List.copyOf(students);
  }

  /**
   * Loads what is done.
   *
   * @throws org.dide.InputException if a model cannot be read
   */
  static DemoModels load(DemoSettings settings) {
    List<TrainedModel> loaded = new ArrayList<>();
    try {
      loaded.add(ModelFolder.load(settings.teacher(), Device.CPU));
      for (Student student : Student.ALL) {
        loaded.add(ModelFolder.load(RunFolder.best(settings.run(student.recipe())), Device.CPU));
      }
      return new DemoModels(loaded.get(0), loaded.subList(1, loaded.size()));
    } catch (RuntimeException problem) {
      loaded.forEach(TrainedModel::close);
      throw problem;
    }
  }

  /** All by name, the teacher first. */
  Map<String, TrainedModel> byName() {
    Map<String, TrainedModel> models = new LinkedHashMap<>();
    models.put(TEACHER, teacher);
    for (int i = 0; i < students.size(); i++) {
      models.put(Student.ALL.get(i).name(), students.get(i));
    }
    return models;
  }

  /** Number of the student that did best on dev, the first of equals; test has no say in it. */
  int best() {
    int best = 0;
    for (int i = 1; i < students.size(); i++) {
      if (dev(students.get(i)) > dev(students.get(best))) {
        best = i;
      }
    }
    return best;
  }

  private static double dev(TrainedModel student) {
    return student.provenance().results().getOrDefault("dev/score", 0.0);
  }

  /** Scores on test by metric, as found when each model's training had ended. */
  Map<String, Map<String, Double>> scores() {
    Map<String, Map<String, Double>> scores = new LinkedHashMap<>();
    byName().forEach((name, model) -> scores.put(name, scores(model)));
    return scores;
  }

  private static Map<String, Double> scores(TrainedModel model) {
    String prefix = "test/";
    Map<String, Double> scores = new LinkedHashMap<>();
    model
        .provenance()
        .results()
        .forEach(
            (name, value) -> {
              if (name.startsWith(prefix + "score")) {
                scores.put(name.substring(prefix.length()), value);
              }
            });
    return scores;
  }

  @Override
  public void close() {
    byName().values().forEach(TrainedModel::close);
  }
}
