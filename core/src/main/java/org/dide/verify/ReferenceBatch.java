package org.dide.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;
import org.dide.data.Example;
import org.dide.model.Architecture;
import org.dide.model.Inputs;
import org.dide.model.PatchPlan;

/**
 * A batch of a case.
 *
 * @param inputs texts and pictures
 * @param selections the patches looked at, for each picture of an example
 * @param targets the right answers
 */
record ReferenceBatch(Inputs inputs, List<Selection> selections, Tensor targets) {
  /**
   * Puts a batch together.
   *
   * @param batch the answers
   * @param expected what the case expects, which may hold the patches looked at
   */
  static ReferenceBatch of(
      GoldenCase golden,
      ReferenceTask task,
      Architecture architecture,
      Inputs inputs,
      JsonNode batch,
      Map<String, Tensor> expected) {
    List<Selection> selections =
        IntStream.range(0, task.pictures())
            .mapToObj(
                i ->
                    Selection.of(
                        golden,
                        inputs.pictures().get(i),
                        architecture,
                        expected,
                        "image" + i + ".select"))
            .toList();
    List<Example> examples = task.examples(batch);
    long texts = inputs.text().ids().size(0);
    if (examples.size() != texts) {
      throw new InputException(
          "%s: batch: found answers to %d questions, needed is %d"
              .formatted(golden.file(), examples.size(), texts));
    }
    return new ReferenceBatch(inputs, selections, task.task().targets(examples));
  }

  /** The patches to look at, for each picture of an example. */
  List<PatchPlan> plans() {
    return selections.stream().map(Selection::plan).toList();
  }
}
