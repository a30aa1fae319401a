package org.dide.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;
import org.dide.exchange.ImportSettings;
import org.dide.exchange.ModelImport;
import org.dide.hub.ReferenceNames;
import org.dide.hub.TowerInitialisation;
import org.dide.hub.WarmStart;
import org.dide.model.Architecture;
import org.dide.model.FusionModel;
import org.dide.model.Model;
import org.dide.task.Task;
import org.dide.task.VisualQuestionAnswering;
import org.dide.task.VisualReasoning;
import org.dide.tensor.Device;
import org.dide.tensor.Tensors;

/**
 * Which parameter of a fresh teacher or student begins as which of a pre-trained checkpoint, and
 * which begin as drawn.
 */
final class LoadPathVerifier implements CaseVerifier {
  private static final Pattern RESULT = Pattern.compile("(vqa|nlvr2)_(teacher|student)");
  private static final Pattern ROWS = Pattern.compile("(\\S+) rows \\[([\\d,]+)]");
  private static final int ANSWERS = 17;
  private static final long SEED = 1;

  @Override
  public boolean handles(GoldenCase golden) {
    return golden.kind().equals("load_path");
  }

  @Override
  public void verify(GoldenCase golden, Comparison comparison) {
    ModelImport.Parts parts =
        ModelImport.readModel(
            golden.sibling(Json.text(golden.field("checkpoint"), "checkpoint")),
            ImportSettings.none(),
            Device.CPU);
    try (FusionModel pretrained = (FusionModel) parts.model()) {
      Json.fields(golden.field("result"), "result")
          .forEach((name, result) -> verify(name, result, pretrained, comparison));
    }
  }

  private static void verify(
      String name, JsonNode result, FusionModel pretrained, Comparison comparison) {
    Matcher known = RESULT.matcher(name);
    if (!known.matches()) {
      comparison.skip(name);
      return;
    }
    Task task =
        known.group(1).equals("vqa")
            ? new VisualQuestionAnswering(
                IntStream.range(0, ANSWERS).mapToObj(Integer::toString).toList())
            : new VisualReasoning();
    try (Model model = started(pretrained, task, known.group(2).equals("student"))) {
      compare(name, result, pretrained, model, comparison);
    }
  }

  private static Model started(FusionModel pretrained, Task task, boolean student) {
    Architecture sizes = pretrained.architecture().withModalities(1 + task.head().pictures());
    if (student) {
      return TowerInitialisation.fromTeacher(pretrained, sizes, task.head(), SEED, Device.CPU);
    }
    FusionModel teacher = FusionModel.initialised(sizes, task.head(), SEED, Device.CPU);
    WarmStart.inherit(teacher, pretrained, false);
    return teacher;
  }

  private static void compare(
      String name, JsonNode result, FusionModel pretrained, Model model, Comparison comparison) {
    Map<String, Tensor> found = model.parameters().tensors();
    Set<String> fresh = new TreeSet<>(found.keySet());
    Json.fields(GoldenCase.field(result, "from_checkpoint", name), name)
        .forEach(
            (parameter, origin) -> {
              fresh.remove(parameter);
              Tensor begun = found.get(parameter);
              if (begun != null) {
                Tensor wanted = origin(pretrained, Json.text(origin, parameter));
                comparison.tensor(name + ": " + parameter, begun, wanted, 0);
              } else if (!ReferenceNames.isUnused(parameter)
                  && !ReferenceNames.isPositionIds(parameter)) {
                comparison.incomparable(name + ": " + parameter, "nothing", "a parameter");
              }
            });
    Set<String> wanted =
        new TreeSet<>(Json.texts(GoldenCase.field(result, "fresh_init", name), "fresh_init"));
    comparison.equal(name + ": drawn", fresh, wanted);
  }

  /** A parameter of the checkpoint, or rows of it. */
  private static Tensor origin(FusionModel pretrained, String told) {
    Matcher rows = ROWS.matcher(told);
    boolean some = rows.matches();
    String name = some ? rows.group(1) : told;
    Tensor whole = pretrained.parameters().tensors().get(name);
    if (whole == null) {
      throw new InputException(
          "from_checkpoint: found '%s', which is no parameter".formatted(told));
    }
    return some ? whole.index_select(0, numbers(rows.group(2))) : whole;
  }

  private static Tensor numbers(String listed) {
    long[] numbers = Arrays.stream(listed.split(",")).mapToLong(Long::parseLong).toArray();
    return Tensors.of(numbers, numbers.length);
  }
}
