package org.dide.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.dide.InputException;
import org.dide.image.PixelBatch;
import org.dide.model.Architecture;
import org.dide.model.FusionEncoder;
import org.dide.model.Initialisation;
import org.dide.model.Mode;
import org.dide.model.Parameters;
import org.dide.tensor.Device;
import org.dide.tensor.SafetensorsWriter;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;
import org.dide.text.TokenBatch;
import org.dide.verify.CaseResult.Status;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verifier must be able to say no. */
class VerifierTest {
  private static final String CASE =
      """
      {
        "kind": "fusion_forward",
        "config": {
          "hidden_size": 8, "num_heads": 2, "num_layers": 1, "mlp_ratio": 2, "patch_size": 4,
          "image_size": 8, "max_text_len": 4, "vocab_size": 10, "drop_rate": 0.0,
          "max_image_len": -1
        },
        "image_sizes_hw": [[8, 4]],
        "patch_grid_hw": [2, 2],
        "scale": 0.5,
        "select_order": "canonical"
      }
      """;
  private static final Architecture SIZES = new Architecture(8, 2, 1, 2, 4, 8, 4, 10, 2, 0, 0);

  @TempDir private Path directory;
  private Path folder = Path.of("");

  private record Owned(FusionEncoder encoder, Parameters parameters) {}

  /** Writes a case whose expectation is what our own encoder says. */
  @BeforeEach
  void writeCase() throws IOException {
    folder = Files.createDirectories(directory.resolve("deep/down/tiny"));
    Files.writeString(folder.resolve("case.json"), CASE);
    expect(0);
  }

  @Test
  void passesWhatIsRight() {
    CaseResult result = verify();

    assertThat(result.failures()).isEmpty();
    assertThat(result.status()).as(result.note()).isEqualTo(Status.PASSED);
    assertThat(result.path()).isEqualTo("deep/down/tiny");
    assertThat(result.quantities())
        .extracting(Quantity::name)
        .containsExactlyInAnyOrder("scale", "patch_grid_hw", "cls_feats");
  }

  @Test
  void failsWhatIsOff() {
    expect(1e-3);

    CaseResult result = verify();

    assertThat(result.status()).isEqualTo(Status.FAILED);
    assertThat(result.failures()).extracting(Quantity::name).containsExactly("cls_feats");
    assertThat(result.worst().orElseThrow().error()).isBetween(0.9e-3, 1.1e-3);
  }

  @Test
  void failsWhatIsNotANumber() {
    expect(Double.NaN);

    assertThat(verify().status()).isEqualTo(Status.FAILED);
  }

  @Test
  void failsExpectationsThatNothingAnswers() {
    write("expected.safetensors", Map.of("unheard_of", new float[] {1}));

    CaseResult result = verify();

    assertThat(result.status()).isEqualTo(Status.FAILED);
    assertThat(result.failures().get(0).name()).contains("unheard_of").contains("found nothing");
  }

  @Test
  void failsOnAMissingFile() throws IOException {
    Files.delete(folder.resolve("weights.safetensors"));

    CaseResult result = verify();

    assertThat(result.status()).isEqualTo(Status.FAILED);
    assertThat(result.note()).contains("weights.safetensors");
  }

  @Test
  void failsOnAMissingFieldAndOnBrokenJson() throws IOException {
    Files.writeString(folder.resolve("case.json"), CASE.replace("\"scale\"", "\"scales\""));
    assertThat(verify().note()).contains("scale: missing");

    Files.writeString(folder.resolve("case.json"), "{");
    assertThat(verify().status()).isEqualTo(Status.FAILED);

    Files.writeString(folder.resolve("case.json"), "{}");
    assertThat(verify().note()).contains("kind");
  }

  @Test
  void failsWhatSaysNothing() throws IOException {
    Map<String, String> whole =
        Map.of(
            "scale", "0.5",
            "patch_grid_hw", "[2, 2]",
            "image_sizes_hw", "[[8, 4]]",
            "select_order", "\"canonical\"");
    for (var field : whole.entrySet()) {
      for (String nothing : List.of("null", "[]", "{}", "[null]")) {
        String named = "\"%s\": ".formatted(field.getKey());
        Files.writeString(
            folder.resolve("case.json"), CASE.replace(named + field.getValue(), named + nothing));
        assertThat(verify().status()).as(named + nothing).isEqualTo(Status.FAILED);
      }
    }
    Files.writeString(folder.resolve("case.json"), CASE);
    write("expected.safetensors", Map.of());
    assertThat(verify().note()).contains("expected.safetensors", "no tensors");

    Files.writeString(folder.resolve("case.json"), "{\"kind\": null}");
    assertThat(verify().status()).isEqualTo(Status.FAILED);
    Files.writeString(folder.resolve("case.json"), CASE + "and more");
    assertThat(verify().status()).isEqualTo(Status.FAILED);
  }

  /** An infinite expectation must not make the bound of all others infinite. */
  @Test
  void failsWhatIsInfinite() {
    expect(Double.POSITIVE_INFINITY);

    assertThat(verify().status()).isEqualTo(Status.FAILED);
    assertThat(Quantity.of("loss", 1, Double.POSITIVE_INFINITY).passed()).isFalse();
  }

  @Test
  void doesNotPassWhatItDoesNotKnow() throws IOException {
    Files.writeString(folder.resolve("case.json"), "{\"kind\": \"tea_leaves\"}");

    CaseResult result = verify();

    assertThat(result.status()).isEqualTo(Status.NOT_YET);
    assertThat(result.note()).isEqualTo("kind tea_leaves");
  }

  @Test
  void goesOnAfterACaseThatAsksForTooMuch() throws IOException {
    Path huge = Files.createDirectory(directory.resolve("a_huge_one"));
    Files.writeString(huge.resolve("case.json"), "{\"kind\": \"huge\"}");
    CaseVerifier exhausting =
        new CaseVerifier() {
          @Override
          public boolean handles(GoldenCase golden) {
            return golden.kind().equals("huge");
          }

          @Override
          public void verify(GoldenCase golden, Comparison comparison) {
            throw new OutOfMemoryError("no room for this case");
          }
        };

    VerificationReport report =
        new Verifier(List.of(exhausting, new FusionForwardVerifier()))
            .verify(directory, result -> {});

    assertThat(report.summary()).isEqualTo("1 passed, 1 failed, 0 not yet");
    assertThat(report.cases().get(0).note()).contains("no room for this case");
  }

  @Test
  void failsAModelOfAbsurdSize() throws IOException {
    Files.writeString(
        folder.resolve("case.json"),
        CASE.replace("\"num_layers\": 1", "\"num_layers\": 1000000000"));

    assertThat(verify().note()).contains("depth: found 1000000000, allowed is 1 to 1000");
  }

  @Test
  void doesNotPassWhereNothingWasCompared() {
    CaseResult result = CaseResult.compared("empty", List.of(), List.of());

    assertThat(result.status()).isEqualTo(Status.FAILED);
  }

  @Test
  void countsTheCases() throws IOException {
    Path unknown = Files.createDirectory(directory.resolve("unknown"));
    Files.writeString(unknown.resolve("case.json"), "{\"kind\": \"tea_leaves\"}");
    List<String> heard = new ArrayList<>();

    VerificationReport report =
        Verifier.standard().verify(directory, result -> heard.add(result.path()));

    assertThat(heard).containsExactly("deep/down/tiny", "unknown");
    assertThat(report.passed()).isTrue();
    assertThat(report.summary()).isEqualTo("1 passed, 0 failed, 1 not yet");
  }

  @Test
  void refusesDirectoriesWithoutCases() throws IOException {
    Path empty = Files.createDirectory(directory.resolve("empty"));

    assertThatThrownBy(() -> CaseFile.find(empty))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("found no golden case");
    assertThatThrownBy(() -> CaseFile.find(directory.resolve("absent")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no such folder");
  }

  private CaseResult verify() {
    return Verifier.standard().verify(CaseFile.find(directory).get(0));
  }

  /** Writes weights, inputs, and our own output with something added to its last element. */
  private void expect(double offset) {
    try (Scope scope = Scope.open()) {
      Owned owned =
          Parameters.initialised(
              1,
              Initialisation.FAN_IN,
              Device.CPU,
              (source, owner) -> new Owned(new FusionEncoder(source, SIZES), owner));
      try (Parameters parameters = owned.parameters()) {
        float[] pixels = new float[3 * 8 * 8];
        for (int i = 0; i < pixels.length; i++) {
          pixels[i] = i % 8 < 4 ? (i % 7 - 3) / 3f : 0; // the right half is padding
        }
        Tensor image = Tensors.of(pixels, 1, 3, 8, 8);
        Tensor ids = Tensors.of(new long[] {1, 5, 2, 0}, 1, 4);
        Tensor mask = Tensors.of(new long[] {1, 1, 1, 0}, 1, 4);
        PixelBatch pictures = new PixelBatch(image, new int[] {8}, new int[] {4});
        float[] output =
            Tensors.floats(
                owned
                    .encoder()
                    .encode(
                        new TokenBatch(ids, new int[] {3}),
                        pictures,
                        owned.encoder().plan(pictures),
                        1,
                        Mode.EVALUATION)
                    .all()
                    .pooled());
        output[output.length - 1] += (float) offset;
        SafetensorsWriter.write(
            folder.resolve("weights.safetensors"), parameters.tensors(), Map.of());
        SafetensorsWriter.write(
            folder.resolve("inputs.safetensors"),
            Map.of("image", image, "text_ids", ids, "text_masks", mask),
            Map.of());
        SafetensorsWriter.write(
            folder.resolve("expected.safetensors"),
            Map.of("cls_feats", Tensors.of(output, 1, output.length)),
            Map.of());
      }
    }
  }

  private void write(String file, Map<String, float[]> vectors) {
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> tensors = new java.util.HashMap<>();
      vectors.forEach((name, values) -> tensors.put(name, Tensors.of(values, values.length)));
      SafetensorsWriter.write(folder.resolve(file), tensors, Map.of());
    }
  }
}
