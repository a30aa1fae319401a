package org.dide.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.dide.InputException;
import org.dide.data.Split;
import org.dide.data.TaskName;
import org.dide.data.scenes.ScenesDataset;
import org.dide.data.source.DataFormat;
import org.dide.data.source.DataSource;
import org.dide.data.source.MixPart;
import org.dide.distill.CrossModalAttention.Queries;
import org.dide.distill.Layers;
import org.dide.model.Architecture;
import org.dide.model.Initialisation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecipesTest {
  @TempDir private Path folder;

  static Stream<String> names() {
    return Recipes.names().stream();
  }

  @Test
  void pinsTheDefaults() {
    Recipe defaults = Recipes.defaults();
    assertThat(defaults.name()).isEqualTo("unnamed");
    assertThat(defaults.task()).isEqualTo(TaskName.VQA);
    assertThat(defaults.seed()).isZero();
    assertThat(defaults.model())
        .isEqualTo(
            new Recipe.ModelSettings(
                Recipe.ModelKind.DUAL, "tiny", Map.of(), Initialisation.PUBLISHED));
    assertThat(defaults.start()).isEqualTo(Recipe.SCRATCH);
    assertThat(defaults.teacher()).isEmpty();
    assertThat(defaults.data().format()).isEqualTo(DataFormat.SCENES);
    assertThat(defaults.data().path()).isEmpty();
    assertThat(defaults.data().pictureFolder()).isEmpty();
    assertThat(defaults.data().devFraction()).isEqualTo(0.1);
    assertThat(defaults.data().vocabulary()).isEmpty();
    assertThat(defaults.data().vocabularySize()).isEqualTo(8000);
    assertThat(defaults.data().pictureFolder()).isEmpty();
    assertThat(defaults.retrieval()).isEqualTo(new Recipe.RetrievalSettings(1));
    assertThat(defaults.pictures()).isEqualTo(new Recipe.PictureSettings(384, 0, 9, 0, false));
    assertThat(defaults.losses()).isEqualTo(new LossWeights(1, 0, 0, 0, Queries.VALID));
    assertThat(defaults.steps()).isZero();
    assertThat(defaults.epochs()).isEqualTo(10);
    assertThat(defaults.clip()).isZero();
    assertThat(defaults.optimizer())
        .isEqualTo(new OptimizerSettings("adamw", 1e-4, 0.01, 1, 0.9, 0.98, 1e-8));
    assertThat(defaults.schedule()).isEqualTo(ScheduleSettings.DEFAULT);
    assertThat(defaults.batch()).isEqualTo(new Recipe.BatchSettings(256, 256, false));
    assertThat(defaults.compute()).isEqualTo(new Recipe.ComputeSettings("cpu", "fp32", 0, 1));
    assertThat(defaults.evaluation())
        .isEqualTo(new Recipe.EvaluationSettings(0, 0, 256, 100_000, 500));
  }

  @Test
  void namesEverySettingAsChangesDo() {
    Map<String, String> settings = Recipes.settings(Recipes.defaults());
    assertThat(settings.keySet()).startsWith("name", "task", "seed", "model.kind");
    assertThat(settings)
        .containsEntry("name", "unnamed")
        .containsEntry("optimizer.beta2", "0.98")
        .containsEntry("teacher", "")
        .containsEntry("model.overrides", "{}")
        .containsKey("data.scenes.stages[0].min-objects");
    Recipe changed = Recipes.read("scenes-soft", List.of("optimizer.beta2=0.5"));
    assertThat(Recipes.settings(changed)).containsEntry("optimizer.beta2", "0.5");
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyRecipeResolvesAndReadsBackAsWritten(String name) {
    Recipe recipe = Recipes.read(name, List.of());
    assertThat(recipe.name()).isEqualTo(name);
    assertThat(Recipes.parse(Recipes.write(recipe), "again")).isEqualTo(recipe);
    assertThat(Recipes.description(name)).isNotBlank();
    Architecture architecture = recipe.model().architecture();
    assertThat(architecture.width()).isPositive();
    assertThat(recipe.totalSteps(10_000)).isPositive();
  }

  @Test
  void readsWhichLayers() {
    Recipe recipe = Recipes.read("scenes-distilled", List.of("losses.layers={2: 3, 0: 1}"));
    assertThat(recipe.losses().layers())
        .isEqualTo(new Layers.Chosen(new TreeMap<>(Map.of(0, 1, 2, 3))));
    assertThat(Recipes.parse(Recipes.write(recipe), "again")).isEqualTo(recipe);
    assertThat(Recipes.read("scenes-distilled", List.of("losses.layers=EVEN")).losses().layers())
        .isEqualTo(Layers.Rule.EVEN);
  }

  /** As a run's folder from then holds it, which may be resumed. */
  @ParameterizedTest
  @ValueSource(strings = {"scenes-teacher", "scenes-student", "scenes-distilled", "demo-soft"})
  void readsRecipesFromBeforeThereWereLayersAndTemperature(String name) {
    Recipe recipe = Recipes.read(name, List.of());
    String older =
        Recipes.write(recipe)
            .replaceAll(
                "(?m)^  (temperature|within-text|within-image|whole|join-attention|mlp-join|layers):.*\n",
                "");
    assertThat(older).contains("text-to-image").doesNotContain("layers");
    Recipe read = Recipes.parse(older, "older");
    LossWeights losses = recipe.losses();
    assertThat(read.losses())
        .isEqualTo(
            new LossWeights(
                losses.hard(),
                losses.soft(),
                losses.textToImage(),
                losses.imageToText(),
                losses.queries()));
    assertThat(read.data()).isEqualTo(recipe.data());
    assertThat(read.model()).isEqualTo(recipe.model());
  }

  /** Elsewhere it would be without effect. */
  @ParameterizedTest
  @CsvSource({
    "scenes-teacher, fusion model of the task vqa",
    "flickr8k-student, dual model of the task retrieval",
    "scenes-pretrain-student, dual model of the task pretraining",
  })
  void refusesAnAttentiveJoinWhereNothingIsJoined(String name, String found) {
    assertThatThrownBy(
            () -> Recipes.read(name, List.of("model.overrides.join={layers: 1, vectors: 4}")))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "recipe %s: model: overrides: join: found one for a %s, allowed is one for a dual model"
                    .formatted(name, found)
                + " of a task with answers");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "optimizer.speed=3; optimizer.speed: unknown key, allowed are beta1, beta2, epsilon,",
        "optimiser.rate=3; optimiser: unknown key, allowed are batch, clip, compute, data,",
        "data.scenes.gird=3; data.scenes.gird: unknown key, allowed are attributes,",
        "optimizer.rate=fast; optimizer.rate: found 'fast', allowed is a value of type double",
        "model.kind=triple; model.kind: found 'triple', allowed is fusion, dual",
        "losses.queries=some; losses.queries: found 'some', allowed is all, valid",
        "data.format=tsv; data.format: found 'tsv', allowed is",
        "model.initialisation=wide; model.initialisation: found 'wide', allowed is published,",
        "steps=1.5; steps: found 1.5, allowed is a value of type long",
        "seed=; seed: found nothing, allowed is a value of type long",
        "name=[a, b]; name: found [\"a\",\"b\"], allowed is a value of type String",
        "losses=7; losses: found 7, allowed is settings by name",
      })
  void namesTheKeyAndWhatIsAllowed(String setting, String message) {
    assertThatThrownBy(() -> Recipes.read("scenes-teacher", List.of(setting)))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("recipe scenes-teacher: " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "batch={size: 16, micro: 6}; batch: found size 16 and micro 6, allowed is a micro that",
        "batch={size: 0, micro: 0}; batch: found size 0",
        "losses.hard=0; losses: all weights are 0",
        "losses.soft=-1; losses: soft: found -1.0, allowed is 0 or more",
        "losses.image-to-text=-0.5; losses: image-to-text: found -0.5, allowed is 0 or more",
        "losses.within-text=-1; losses: within-text: found -1.0, allowed is 0 or more",
        "losses.whole=-2; losses: whole: found -2.0, allowed is 0 or more",
        "losses.temperature=0; losses: temperature: found 0.0, allowed is above 0",
        "losses.temperature=2; losses: temperature: found 2.0, allowed is 1 where soft is 0",
        "losses.layers=first; losses: layers: found 'first', allowed are last, all, even, or a",
        "losses.layers=3; losses: layers: found 3, allowed are last, all, even, or a map",
        "losses.layers={}; losses: layers: found no pair, allowed is at least one",
        "losses.layers={a: 1}; losses: layers: found {a: 1}, allowed are last, all, even, or",
        "losses.layers=all; losses: layers: found all, allowed is last where no attention is",
        "losses.layers={0: 1, 2: 3}; losses: layers: found {0: 1, 2: 3}, allowed is last where no",
        "losses.within-image=1; teacher: found none, but a loss",
        "losses.soft=1; teacher: found none, but a loss",
        "start=teacher; teacher: found none",
        "optimizer.name=lion; optimizer: name: found 'lion', allowed are adamw, adamw-torch,",
        "optimizer.rate=-1; optimizer: rate: found -1.0, allowed is 0 or more",
        "schedule.warmup=1.5; schedule: warmup: found 1.5",
        "schedule={decay: cosine, power: 2}; schedule: power: found 2.0, allowed is 1 unless",
        "steps=-1; steps: found -1, allowed is 0 (by epochs) or more",
        "epochs=0; epochs: found 0.0, allowed is above 0",
        "clip=-1; clip: found -1.0, allowed is 0 (any norm) or more",
        "compute.precision=fp16; precision: found 'fp16', allowed are fp32, bf16",
        "compute.threads=-1; compute: threads: found -1, allowed is 0 (one a core) or more",
        "compute.loaders=0; compute: loaders: found 0, allowed is at least 1",
        "pictures.magnitude=31; pictures: magnitude: found 31, allowed is 0 to 30",
        "pictures.shift=-1; pictures: shift: found -1, allowed is 0 (none) or more",
        "pictures.rand-augment=-1; pictures: rand-augment: found -1, allowed is 0 (none) or",
        "pictures.shorter-side=-1; pictures: shorter-side: found -1, allowed is 0 (as it is)",
        "evaluation.batch=0; evaluation: batch: found 0, allowed is at least 1",
        "retrieval.others=-1; retrieval: others: found -1, allowed is 0 (all) or more",
        "evaluation.pairs=-1; evaluation: pairs: found -1, allowed is 0 (all) or more",
        "evaluation.limit=-1; evaluation: limit: found -1, allowed is 0 (all) or more",
        "evaluation.every-steps=-1; evaluation: every-steps: found -1, allowed is 0 (by",
        "evaluation.checkpoint-steps=0; evaluation: checkpoint-steps: found 0, allowed is at",
      })
  void namesWhatCannotWork(String setting, String message) {
    assertThatThrownBy(() -> Recipes.read("scenes-teacher", List.of(setting)))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("recipe scenes-teacher: " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "scenes-pretrain-teacher; losses={hard: 0, soft: 1}, pretraining.alignment=0.1; pretraining: alignment: found 0.1, allowed is 0 where losses.hard is 0",
        "scenes-pretrain-student; losses={hard: 0, soft: 1}; pretraining: contrast: found 1.0, allowed is 0 where losses.hard is 0",
        "scenes-pretrain-student; losses.soft=1, pretraining={matching: 0, words: 0}; losses: soft: found 1.0, allowed is 0 where pretraining.matching and pretraining.words are 0",
        "scenes-teacher; model.overrides.modalities=3; model: overrides: modalities: found 3, allowed is none",
        "scenes-teacher; model.overrides.vocabulary-size=9; model: overrides: vocabulary-size: found 9, allowed is none",
      })
  void namesWhatWouldTeachNothing(String recipe, String settings, String message) {
    List<String> changes = new ArrayList<>(List.of(settings.split(", (?=\\w+[.=])")));
    changes.add("teacher=models/scenes-pretrain-teacher");
    assertThatThrownBy(() -> Recipes.read(recipe, changes))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("recipe %s: %s".formatted(recipe, message));
  }

  @Test
  void namesWhatCannotWorkInTheModel() {
    Recipe wide = Recipes.read("scenes-teacher", List.of("model.overrides.width=30"));
    assertThatThrownBy(() -> wide.model().architecture())
        .isInstanceOf(InputException.class)
        .hasMessageContaining("width: found 30, allowed is a multiple of heads");
    Recipe odd = Recipes.read("scenes-teacher", List.of("model.overrides.widht=32"));
    assertThatThrownBy(() -> odd.model().architecture())
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("widht: unknown key, allowed are", "width");
    Recipe none = Recipes.read("scenes-teacher", List.of("model.preset=huge"));
    assertThatThrownBy(() -> none.model().architecture())
        .isInstanceOf(InputException.class)
        .hasMessage("model preset: found 'huge', allowed are small, tiny, vilt-b32");
  }

  @Test
  void extendsOtherRecipesButNotItself() throws Exception {
    Path parent = Files.writeString(folder.resolve("parent.yaml"), "name: parent\nseed: 3\n");
    Path child =
        Files.writeString(
            folder.resolve("child.yaml"), "extends: " + parent + "\noptimizer: {rate: 0.5}\n");
    Recipe read = Recipes.read(child.toString(), List.of("optimizer.beta1=0.8"));
    assertThat(read.name()).isEqualTo("parent");
    assertThat(read.seed()).isEqualTo(3);
    assertThat(read.optimizer().rate()).isEqualTo(0.5);
    assertThat(read.optimizer().beta1()).isEqualTo(0.8);
    assertThat(read.optimizer().beta2()).isEqualTo(0.98);
    Path loop = folder.resolve("loop.yaml");
    Files.writeString(loop, "extends: " + loop + "\n");
    assertThatThrownBy(() -> Recipes.read(loop.toString(), List.of()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("extends goes round in a circle");
  }

  @Test
  void saysWhatIsWrongWithAFile() throws Exception {
    assertThatThrownBy(() -> Recipes.read("nowhere.yaml", List.of()))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("nowhere.yaml", "no such file", "scenes-teacher");
    for (String text : List.of("", "[1, 2]", "seed: 1\nseed: 2\n", "name: [", "\"text\"")) {
      Path file = Files.writeString(folder.resolve("bad.yaml"), text);
      assertThatThrownBy(() -> Recipes.read(file.toString(), List.of()))
          .as(text)
          .isInstanceOf(InputException.class)
          .hasMessageContaining("bad.yaml");
    }
    assertThatThrownBy(() -> Recipes.read("scenes-teacher", List.of("steps")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("allowed is KEY=VALUE");
  }

  @Test
  void partsOfAMixSayWhatDiffers() {
    List<String> settings =
        List.of(
            "task=pretraining",
            "data.format=mix",
            "data.parts=[{format: webdataset, path: a}, {weight: 2.5, format: karpathy, path: b,"
                + " picture-folder: c}]");
    Recipe recipe = Recipes.read("scenes-teacher", settings);
    assertThat(recipe.data().parts())
        .containsExactly(
            new MixPart(1, DataFormat.WEBDATASET, "a", ""),
            new MixPart(2.5, DataFormat.KARPATHY, "b", "c"));
    assertThat(Recipes.parse(Recipes.write(recipe), "written")).isEqualTo(recipe);
    assertThatThrownBy(
            () ->
                Recipes.read("scenes-teacher", List.of("data.parts=[{weihgt: 1, format: arrow}]")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(
            "weihgt: unknown key, allowed are format, path, picture-folder, weight");
  }

  @Test
  void tasksHaveScenesOfTheirOwn() {
    for (TaskName task : TaskName.values()) {
      Recipe own = Recipes.defaults(task);
      assertThat(own.task()).isEqualTo(task);
      if (own.data().format().tasks().contains(task)) {
        ScenesDataset.of(task, Split.DEV, own.data().scenes());
      }
    }
    Recipe set = Recipes.read("easy-vqa-teacher", List.of("task=reasoning", "data.format=scenes"));
    assertThat(set.data().scenes().stages())
        .isEqualTo(Recipes.defaults(TaskName.REASONING).data().scenes().stages());
    Recipe vqa = Recipes.read("scenes-teacher", List.of("task=reasoning"));
    assertThatThrownBy(() -> DataSource.open(vqa.task(), vqa.data()))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("scenes.stages.mixture.exists: found a kind of the task vqa");
  }
}
