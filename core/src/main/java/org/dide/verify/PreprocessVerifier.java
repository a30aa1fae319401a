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
  private static final int SIZE_COLUMNS = 5;
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
    for (JsonNode image : Json.list(golden.field("images"), "images")) {
      verifyImage(golden, image, comparison);
    }
    if (golden.json().has("tensor224_is")) {
      verifyTensor(golden, comparison);
    }
    if (golden.json().has("randaug")) {
      for (JsonNode operation : Json.list(golden.field("randaug"), "randaug")) {
        verifyOperation(golden, operation, comparison);
      }
    }
  }

  /** The reference has no size for very long pictures, where it says 0; ours keep a patch. */
  private static void verifySizes(GoldenCase golden, Comparison comparison) {
    long differing = 0;
    List<JsonNode> rows = Json.listOrEmpty(golden.field("rows"), "rows");
    for (JsonNode line : rows) {
      int[] row = Json.integers(line, "rows", SIZE_COLUMNS);
      ImageSize size = new SizeRule(row[0], MULTIPLE, MULTIPLE).fit(row[1], row[2]);
      ImageSize expected = new ImageSize(Math.max(MULTIPLE, row[3]), Math.max(MULTIPLE, row[4]));
      differing += size.equals(expected) ? 0 : 1;
    }
    comparison.within("sizes (%d rows)".formatted(rows.size()), (double) differing, 0);
    comparison.equal("has rows", !rows.isEmpty(), true);
  }

  private void verifyImage(GoldenCase golden, JsonNode image, Comparison comparison) {
    String file = Json.text(GoldenCase.field(image, "file", golden.file()), "file");
    RgbImage decoded = decode(golden, file);
    comparison.equal(
        file + ": size",
        new long[] {decoded.width(), decoded.height()},
        Json.longs(image.path("size_wh"), file + ": size_wh"));
    RgbImage source = decoded;
    if (image.has("decoded_rgb")) {
      source = decode(golden, Json.text(image.path("decoded_rgb"), file + ": decoded_rgb"));
      comparison.levels(file + ": decoded", decoded.rgb(), source.rgb(), isLossy(file) ? 1 : 0);
    }
    // From the reference's pixels, so that a difference shows in the stage that makes it.
    for (var target : Json.fields(image.path("transformed"), file + ": transformed").entrySet()) {
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
      RgbImage resized =
          decode(golden, Json.text(expected.path("resized_u8"), name + "resized_u8"));
      comparison.levels(name + "resized", preprocessor.resize(source).rgb(), resized.rgb(), 0);
    }
    Pixels pixels = preprocessor.prepare(source);
    float[] values = pixels.chw();
    comparison.equal(
        name + "shape",
        new long[] {3, pixels.height(), pixels.width()},
        Json.longs(expected.path("shape"), name + "shape"));
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    comparison.number(
        name + "sum", sum, Json.number(expected.path("sum"), name + "sum"), Tolerance.ROUNDING);
    float[] first = Json.floats(expected.path("first8"), name + "first8");
    float[] last = Json.floats(expected.path("last8"), name + "last8");
    comparison.values(name + "first", java.util.Arrays.copyOf(values, first.length), first, 0);
    comparison.values(
        name + "last",
        java.util.Arrays.copyOfRange(values, values.length - last.length, values.length),
        last,
        0);
  }

  private void verifyTensor(GoldenCase golden, Comparison comparison) {
    String source = Json.text(golden.field("tensor224_is"), "tensor224_is");
    Pixels pixels = preprocessor(224).prepare(decode(golden, source));
    float[] expected =
        Tensors.floats(
            Objects.requireNonNull(
                golden.tensors("tensor224.safetensors").get("image"), "no tensor image"));
    comparison.values(source + ": tensor224", pixels.chw(), expected, 0);
  }

  private void verifyOperation(GoldenCase golden, JsonNode expected, Comparison comparison) {
    String name = Json.text(GoldenCase.field(expected, "out", golden.file()), "out");
    AugmentOperation operation =
        AugmentOperation.ofLabel(Json.text(expected.path("op"), name + ": op"));
    double value = Json.number(expected.path("value"), name + ": value");
    double least = Json.number(expected.path("min"), name + ": min");
    double range = Json.number(expected.path("max"), name + ": max") - least;
    long magnitude = Math.round(AugmentOperation.MOST_MAGNITUDE * (value - least) / range);
    comparison.number(name + ": value", operation.value((int) magnitude), value, 1e-12 * range);
    String sign = "sign_random_gt_half";
    boolean negated = Json.truth(expected.path(sign), name + ": " + sign) && operation.signed();
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
