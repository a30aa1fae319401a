package org.dide.verify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.dide.model.DualEncoder;
import org.dide.model.Encoded;
import org.dide.model.Observation;

/**
 * One training step of a task: outputs, losses and all gradients of a teacher, of a plain dual
 * encoder, and of one that learns from a teacher.
 */
final class TaskVerifier implements CaseVerifier {
  @Override
  public boolean handles(GoldenCase golden) {
    return ReferenceTask.isKnown(golden.kind());
  }

  @Override
  public void verify(GoldenCase golden, Comparison comparison) {
    ReferenceTask task = ReferenceTask.of(golden.kind(), golden.config());
    Map<String, Tensor> expected = golden.tensors("expected.safetensors");
    try (ReferenceModels models = ReferenceModels.load(golden, task, "weights.safetensors")) {
      ReferenceBatch batch =
          ReferenceBatch.of(
              golden,
              task,
              models.model().architecture(),
              ReferenceInputs.of(golden.tensors("inputs.safetensors"), task.sizes(golden.json())),
              golden.field("batch"),
              expected);
      models.model().parameters().setTrainable(true);
      ReferenceModels.Observations observed = models.observe(batch);
      StepLosses losses = observed.losses(task, batch);
      requireOutputs(task, expected, comparison);
      comparison.all(outputs(task, batch, observed), expected, Set.of(task.targets()));
      compareStored(task, models, batch, expected, comparison);
      compareScalars(golden, task, losses, comparison);
      compareMetric(golden, task, observed.model(), batch, comparison);
      losses.losses().total().backward();
      Gradients.compare(golden, models.model().parameters().tensors(), comparison);
    }
  }

  /** What every case of a task says, whatever else it may. */
  private static void requireOutputs(
      ReferenceTask task, Map<String, Tensor> expected, Comparison comparison) {
    for (String name : List.of(task.name() + "_logits", task.targets())) {
      if (!expected.containsKey(name)) {
        comparison.incomparable(name, "a tensor", "nothing");
      }
    }
  }

  private static Map<String, Tensor> outputs(
      ReferenceTask task, ReferenceBatch batch, ReferenceModels.Observations observed) {
    Map<String, Tensor> outputs = new HashMap<>(observed.outputs());
    outputs.put(task.name() + "_logits", observed.model().logits());
    outputs.put(task.targets(), task.labels(batch.targets()));
    return outputs;
  }

  /** A dual encoder must say the same when it answers from what it stored. */
  private static void compareStored(
      ReferenceTask task,
      ReferenceModels models,
      ReferenceBatch batch,
      Map<String, Tensor> expected,
      Comparison comparison) {
    Tensor logits = expected.get(task.name() + "_logits");
    if (logits != null
        && models.model() instanceof DualEncoder student
        && batch.selections().stream().allMatch(Selection::own)) {
      try (NoGradGuard guard = new NoGradGuard()) {
        List<Encoded> pictures = new ArrayList<>();
        for (int i = 0; i < task.pictures(); i++) {
          pictures.add(student.pictures(batch.inputs().pictures().get(i), i));
        }
        Encoded text = student.texts(batch.inputs().text());
        comparison.output("logits from stored vectors", student.answer(text, pictures), logits);
      }
    }
  }

  private static void compareScalars(
      GoldenCase golden, ReferenceTask task, StepLosses losses, Comparison comparison) {
    Map<String, Double> expected =
        Json.numbers(golden.field("expected_scalars"), "expected_scalars");
    comparison.scalars(losses.scalars(task.name()), expected, losses.bounds(expected));
  }

  private static void compareMetric(
      GoldenCase golden,
      ReferenceTask task,
      Observation observed,
      ReferenceBatch batch,
      Comparison comparison) {
    float sum = 0;
    float[] scores = task.task().scores(observed.logits(), batch.targets());
    for (float score : scores) {
      sum += score;
    }
    String name = "%s/train/%s".formatted(task.name(), task.metric());
    for (double logged : Json.logged(golden.field("logged"), "logged", name)) {
      comparison.number(name, sum / scores.length, logged, Tolerance.ROUNDING);
    }
  }
}
