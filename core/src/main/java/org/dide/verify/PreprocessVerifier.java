package org.dide.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.dide.image.AugmentOperation;
import org.dide.image.DecodeOptions;
import org.dide.image.ImageDecoder;
import org.dide.image.ImageSize;
import org.dide.image.Pixels;
import org.dide.image.Preprocessor;
import org.dide.image.PreprocessorSettings;
import org.dide.image.RgbImage;
import org.dide.image.SizeRule;
import org.dide.tensor.Tensors;

/** Decoding, the size rule, resizing, normalisation, and each operation of RandAugment. */
final class PreprocessVerifier implements CaseVerifier {
  private static final int MULTIPLE = 32;
  private static final String SIZE_RULE = "size_rule";

  private final ImageDecoder decoder = new ImageDecoder(DecodeOptions.reference());

  @Override
  public boolean handles(GoldenCase golden) {
    return golden.kind().equals("preprocess") || golden.kind().equals(SIZE_RULE);
  }

  @Override
  public void verify(GoldenCase golden, Comparison comparison) {
    if (golden.kind().equals(SIZE_RULE)) {
      verifySizes(golden, comparison);
      return;
    }
    for (JsonNode image : golden.field("images")) {
      verifyImage(golden, image, comparison);
    }
    if (golden.json().has("tensor224_is")) {
      verifyTensor(golden, comparison);
    }
    for (JsonNode operation : golden.json().path("randaug")) {
      verifyOperation(golden, operation, comparison);
    }
  }

  /** The reference has no size for very long pictures, where it says 0; ours keep a patch. */
  private static void verifySizes(GoldenCase golden, Comparison comparison) {
    long differing = 0;
    for (JsonNode line : golden.field("rows")) {
      int[] row = Json.integers(line);
      ImageSize size = new SizeRule(row[0], MULTIPLE, MULTIPLE).fit(row[1], row[2]);
      ImageSize expected = new ImageSize(Math.max(MULTIPLE, row[3]), Math.max(MULTIPLE, row[4]));
      differing += size.equals(expected) ? 0 : 1;
    }
    comparison.within(
        "sizes (%d rows)".formatted(golden.field("rows").size()), (double) differing, 0);
  }

  private void verifyImage(GoldenCase golden, JsonNode image, Comparison comparison) {
    String file = GoldenCase.field(image, "file", golden.file()).asText();
    RgbImage decoded = decode(golden, file);
    JsonNode size = image.path("size_wh");
    comparison.equal(
        file + ": size",
        List.of(decoded.width(), decoded.height()),
        List.of(size.path(0).asInt(), size.path(1).asInt()));
    RgbImage source = decoded;
    if (image.has("decoded_rgb")) {
      source = decode(golden, image.get("decoded_rgb").asText());
      comparison.levels(file + ": decoded", decoded.rgb(), source.rgb(), isLossy(file) ? 1 : 0);
    }
    // From the reference's pixels, so that a difference shows in the stage that makes it.
    for (var target : image.path("transformed").properties()) {
      String name = "%s at %s: ".formatted(file, target.getKey());
      Preprocessor preprocessor = preprocessor(Integer.parseInt(target.getKey()));
      verifyTransformed(golden, name, preprocessor, source, target.getValue(), comparison);
    }
  }

  private void verifyTransformed(
      GoldenCase golden,
      String name,
      Preprocessor preprocessor,
      RgbImage source,
      JsonNode expected,
      Comparison comparison) {
    if (expected.has("resized_u8")) {
      RgbImage resized = decode(golden, expected.get("resized_u8").asText());
      comparison.levels(name + "resized", preprocessor.resize(source).rgb(), resized.rgb(), 0);
    }
    Pixels pixels = preprocessor.prepare(source);
    float[] values = pixels.chw();
    comparison.equal(
        name + "shape",
        new long[] {3, pixels.height(), pixels.width()},
        Json.longs(expected.path("shape")));
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    comparison.number(name + "sum", sum, expected.path("sum").asDouble(), Tolerance.ROUNDING);
    float[] first = Json.floats(expected.path("first8"));
    float[] last = Json.floats(expected.path("last8"));
    comparison.values(name + "first", java.util.Arrays.copyOf(values, first.length), first, 0);
    comparison.values(
        name + "last",
        java.util.Arrays.copyOfRange(values, values.length - last.length, values.length),
        last,
        0);
  }

  private void verifyTensor(GoldenCase golden, Comparison comparison) {
    String source = golden.field("tensor224_is").asText();
    Pixels pixels = preprocessor(224).prepare(decode(golden, source));
    float[] expected =
        Tensors.floats(
            Objects.requireNonNull(
                golden.tensors("tensor224.safetensors").get("image"), "no tensor image"));
    comparison.values(source + ": tensor224", pixels.chw(), expected, 0);
  }

  private void verifyOperation(GoldenCase golden, JsonNode expected, Comparison comparison) {
    String name = GoldenCase.field(expected, "out", golden.file()).asText();
    AugmentOperation operation = AugmentOperation.ofLabel(expected.path("op").asText());
    double value = expected.path("value").asDouble();
    double range = expected.path("max").asDouble() - expected.path("min").asDouble();
    long magnitude =
        Math.round(
            AugmentOperation.MOST_MAGNITUDE * (value - expected.path("min").asDouble()) / range);
    comparison.number(name + ": value", operation.value((int) magnitude), value, 1e-12 * range);
    boolean negated = operation.signed() && expected.path("sign_random_gt_half").asBoolean();
    RgbImage input = decode(golden, "randaug_input.png");
    comparison.levels(
        name,
        operation.apply(input, negated ? -value : value).rgb(),
        decode(golden, name).rgb(),
        0);
  }

  private static Preprocessor preprocessor(int shorter) {
    return new Preprocessor(PreprocessorSettings.ofShorter(shorter));
  }

  private RgbImage decode(GoldenCase golden, String file) {
    return decoder.decode(golden.sibling(file));
  }

  private static boolean isLossy(String file) {
    String name = file.toLowerCase(Locale.ROOT);
    return !name.endsWith(".png");
  }
}
