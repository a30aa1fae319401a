package org.dide.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.dide.hub.ReferenceNames;
import org.dide.model.DualEncoder;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;
import org.dide.train.Optimizer;
import org.dide.train.OptimizerSettings;
import org.dide.train.ParameterGroup;
import org.dide.train.Schedule;
import org.dide.train.ScheduleSettings;
import org.dide.train.ScheduleSettings.Decay;

/** Some steps of a training: groups, learning rates and losses at each, parameters at the end. */
final class TrajectoryVerifier implements CaseVerifier {
  private static final String QKV_BIAS = "qkv.bias";

  @Override
  public boolean handles(GoldenCase golden) {
    return golden.kind().equals("trajectory") && ReferenceTask.isKnown(golden.task());
  }

  @Override
  public void verify(GoldenCase golden, Comparison comparison) {
    ReferenceTask task = ReferenceTask.of(golden.task(), golden.config());
    OptimizerSettings settings = optimizer(golden.config());
    String head = task.task().head().name();
    try (ReferenceModels models = ReferenceModels.load(golden, task, "weights_init.safetensors");
        Optimizer optimizer =
            new Optimizer(models.model().parameters(), settings, name -> name.contains(head))) {
      models.model().parameters().setTrainable(true);
      compareGroups(golden, optimizer.groups(), comparison);
      new Run(golden, task, models, optimizer, schedule(golden, settings), comparison).train();
      compareParameters(golden, models, comparison);
    }
  }

  private static OptimizerSettings optimizer(ReferenceConfig config) {
    return OptimizerSettings.of(
        config.text("optim_type"),
        config.number("learning_rate"),
        config.number("weight_decay"),
        config.number("lr_mult"));
  }

  private static Schedule schedule(GoldenCase golden, OptimizerSettings settings) {
    ReferenceConfig config = golden.config();
    JsonNode trainer = golden.field("trainer");
    long steps =
        trainer.path("max_steps").isNumber()
            ? Json.id(trainer.path("max_steps"), "max_steps")
            : Schedule.totalSteps(
                Json.id(trainer.path("train_batches_per_epoch"), "train_batches_per_epoch"),
                Json.integer(trainer.path("max_epochs"), "max_epochs"),
                accumulate(golden));
    double warmup = config.number("warmup_steps");
    double end = config.number("end_lr");
    JsonNode power = config.json().path("decay_power");
    ScheduleSettings shape;
    if (power.asText().equals("cosine")) {
      shape = new ScheduleSettings(warmup, Decay.COSINE, 1, 0); // which knows no end rate
    } else if (power.asDouble() == 1) {
      shape = new ScheduleSettings(warmup, Decay.LINEAR, 1, end);
    } else {
      shape = new ScheduleSettings(warmup, Decay.POWER, config.number("decay_power"), end);
    }
    return Schedule.of(shape, steps, settings.rate());
  }

  private static int accumulate(GoldenCase golden) {
    return Json.integer(golden.field("accumulate_grad_batches"), "accumulate_grad_batches");
  }

  private static void compareGroups(
      GoldenCase golden, List<ParameterGroup> groups, Comparison comparison) {
    List<JsonNode> expected = Json.list(golden.field("param_groups"), "param_groups");
    comparison.equal("groups", groups.size(), expected.size());
    for (int i = 0; i < Math.min(groups.size(), expected.size()); i++) {
      JsonNode group = expected.get(i);
      String name = "group " + i + ": ";
      comparison.equal(
          name + "members", Set.copyOf(groups.get(i).parameters()), members(name, group));
      double decay = Json.number(group.path("weight_decay"), name + "weight_decay");
      comparison.loss(name + "decay", groups.get(i).weightDecay(), decay, Tolerance.ROUNDING);
      double rate = Json.number(group.path("base_lr"), name + "base_lr");
      comparison.loss(name + "rate", groups.get(i).rate(), rate, Tolerance.ROUNDING);
    }
  }

  /** The reference also lists parameters that never get a gradient. */
  private static Set<String> members(String name, JsonNode group) {
    return Json.texts(group.path("params"), name + "params").stream()
        .filter(parameter -> !ReferenceNames.isUnused(parameter))
        .filter(parameter -> !parameter.startsWith(ReferenceNames.TEACHER + "."))
        .collect(Collectors.toSet());
  }

  private static void compareParameters(
      GoldenCase golden, ReferenceModels models, Comparison comparison) {
    Map<String, Tensor> file = golden.tensors("params_final.safetensors");
    Map<String, Tensor> expected =
        models.model() instanceof DualEncoder
            ? ReferenceNames.dualEncoder(file)
            : ReferenceNames.fusionEncoder(file);
    Map<String, Tensor> found = models.model().parameters().tensors();
    comparison.equal("parameters", found.keySet(), expected.keySet());
    found.forEach(
        (name, parameter) -> {
          Tensor wanted = expected.get(name);
          if (wanted != null) {
            comparison.tensor(
                name,
                withoutKeyBias(name, parameter),
                withoutKeyBias(name, wanted),
                Tolerance.PARAMETER);
          }
        });
  }

  /** The exact gradient of a key's bias is 0, and Adam makes movement of what rounding leaves. */
  private static Tensor withoutKeyBias(String name, Tensor tensor) {
    if (!name.endsWith(QKV_BIAS)) {
      return tensor;
    }
    long width = tensor.size(0) / 3;
    return tensor.reshape(3, width).index_select(0, Tensors.of(new long[] {0, 2}, 2)); // (2, D)
  }

  /** A training under way. */
  private record Run(
      GoldenCase golden,
      ReferenceTask task,
      ReferenceModels models,
      Optimizer optimizer,
      Schedule schedule,
      Comparison comparison) {

    void train() {
      int accumulate = accumulate(golden);
      List<ReferenceBatch> batches = batches();
      List<JsonNode> log = Json.list(golden.field("log"), "log");
      comparison.equal("steps", log.size(), Json.integer(golden.field("steps"), "steps"));
      int micro = 0;
      for (int step = 0; step < log.size(); step++) {
        String name = "step %d: ".formatted(step);
        compareRates(name, step, Json.doubles(log.get(step).path("lr_per_group"), name + "rates"));
        List<JsonNode> losses = Json.list(log.get(step).path("micro_losses"), name + "losses");
        comparison.equal(name + "batches", accumulate, losses.size());
        for (JsonNode expected : losses) {
          ReferenceBatch batch = batches.get(micro++ % batches.size());
          backward(batch, accumulate, name, Json.numbers(expected, name + "losses"));
        }
        optimizer.step(schedule.multiplier(step));
        optimizer.zeroGradients();
      }
    }

    private List<ReferenceBatch> batches() {
      int count = Json.integer(golden.field("num_batches"), "num_batches");
      List<JsonNode> answers = Json.list(golden.field("batches"), "batches", count);
      List<ReferenceBatch> batches = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        batches.add(
            ReferenceBatch.of(
                golden,
                task,
                models.model().architecture(),
                ReferenceInputs.of(
                    golden.tensors("inputs%d.safetensors".formatted(i)),
                    task.sizes(golden.json(), i)),
                answers.get(i),
                Map.of()));
      }
      return batches;
    }

    private void backward(
        ReferenceBatch batch, int accumulate, String step, Map<String, Double> expected) {
      try (Scope scope = Scope.open()) {
        StepLosses losses = models.observe(batch).losses(task, batch);
        Map<String, Double> found = losses.scalars(task.name());
        Map<String, Double> bounds = losses.bounds(expected);
        expected.forEach(
            (name, wanted) ->
                comparison.number(
                    step + name,
                    found.getOrDefault(name, Double.NaN),
                    wanted,
                    bounds.getOrDefault(name, 0.0)));
        losses.losses().total().div(new Scalar((double) accumulate)).backward();
      }
    }

    private void compareRates(String name, int step, double... expected) {
      comparison.equal(name + "rates", optimizer.groups().size(), expected.length);
      for (int i = 0; i < Math.min(expected.length, optimizer.groups().size()); i++) {
        double rate = optimizer.groups().get(i).rate() * schedule.multiplier(step);
        comparison.loss(
            "%srate of group %d".formatted(name, i), rate, expected[i], Tolerance.ROUNDING);
      }
    }
  }
}
