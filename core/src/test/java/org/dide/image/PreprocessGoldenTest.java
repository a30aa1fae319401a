package org.dide.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.dide.testing.Shared;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class PreprocessGoldenTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path directory = Shared.path("golden/preprocess");
  private final ImageDecoder decoder = new ImageDecoder(DecodeOptions.reference());

  @TestFactory
  Stream<DynamicTest> decodesResizesAndNormalisesAsTheReference() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode image : read("case.json").get("images")) {
      RgbImage decoded = decode(image.get("file").asText());
      if (image.has("decoded_rgb")) {
        tests.add(
            DynamicTest.dynamicTest(
                image.get("decoded_rgb").asText(),
                () -> assertEqual(decoded, decode(image.get("decoded_rgb").asText()))));
      }
      for (Map.Entry<String, JsonNode> size : image.get("transformed").properties()) {
        tests.add(
            DynamicTest.dynamicTest(
                image.get("file").asText() + " at " + size.getKey(),
                () -> checkTransformed(decoded, Integer.parseInt(size.getKey()), size.getValue())));
      }
    }
    return tests.stream();
  }

  private void checkTransformed(RgbImage decoded, int shorter, JsonNode expected) {
    Preprocessor preprocessor = new Preprocessor(PreprocessorSettings.ofShorter(shorter));
    if (expected.has("resized_u8")) {
      assertEqual(preprocessor.resize(decoded), decode(expected.get("resized_u8").asText()));
    }
    Pixels pixels = preprocessor.prepare(decoded);
    assertThat(pixels.height()).isEqualTo(expected.get("shape").get(1).asInt());
    assertThat(pixels.width()).isEqualTo(expected.get("shape").get(2).asInt());
    float[] values = pixels.chw();
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    assertThat(sum).isCloseTo(expected.get("sum").asDouble(), within(1e-6));
    for (int i = 0; i < 8; i++) {
      assertThat(values[i]).isEqualTo((float) expected.get("first8").get(i).asDouble());
      assertThat(values[values.length - 8 + i])
          .isEqualTo((float) expected.get("last8").get(i).asDouble());
    }
  }

  @Test
  void normalisesToTheLastBit() throws IOException {
    ByteBuffer file =
        ByteBuffer.wrap(Files.readAllBytes(directory.resolve("tensor224.safetensors")))
            .order(ByteOrder.LITTLE_ENDIAN);
    byte[] header = new byte[(int) file.getLong()];
    file.get(header);
    JsonNode tensor = JSON.readTree(new String(header, StandardCharsets.UTF_8)).elements().next();
    float[] expected = new float[file.remaining() / 4];
    file.asFloatBuffer().get(expected);

    String source = read("case.json").get("tensor224_is").asText();
    Pixels pixels = new Preprocessor(PreprocessorSettings.ofShorter(224)).prepare(decode(source));

    assertThat(tensor.get("dtype").asText()).isEqualTo("F32");
    assertThat(pixels.chw()).isEqualTo(expected);
  }

  @Test
  void followsTheSizeRule() throws IOException {
    for (JsonNode row : read("size_rule.json").get("rows")) {
      int shorter = row.get(0).asInt();
      ImageSize size = new SizeRule(shorter, 32, 32).fit(row.get(1).asInt(), row.get(2).asInt());
      // The reference has no size for very long pictures; ours keep a row of patches.
      ImageSize expected =
          new ImageSize(Math.max(32, row.get(3).asInt()), Math.max(32, row.get(4).asInt()));
      assertThat(size).as(row.toString()).isEqualTo(expected);
    }
  }

  @TestFactory
  Stream<DynamicTest> augmentsAsTheReference() throws IOException {
    RgbImage input = decode("randaug_input.png");
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode operation : read("case.json").get("randaug")) {
      tests.add(
          DynamicTest.dynamicTest(
              operation.get("out").asText(), () -> checkOperation(input, operation)));
    }
    return tests.stream();
  }

  private void checkOperation(RgbImage input, JsonNode expected) {
    AugmentOperation operation = AugmentOperation.ofLabel(expected.get("op").asText());
    double value = operation.value(9);
    assertThat(value).isEqualTo(expected.get("value").asDouble());
    boolean negated = operation.signed() && expected.get("sign_random_gt_half").asBoolean();
    assertEqual(
        operation.apply(input, negated ? -value : value), decode(expected.get("out").asText()));
  }

  private static void assertEqual(RgbImage actual, RgbImage expected) {
    assertThat(actual.width()).isEqualTo(expected.width());
    assertThat(actual.height()).isEqualTo(expected.height());
    assertThat(actual.rgb()).isEqualTo(expected.rgb());
  }

  private RgbImage decode(String file) {
    return decoder.decode(directory.resolve(file));
  }

  private JsonNode read(String file) throws IOException {
    return JSON.readTree(directory.resolve(file).toFile());
  }
}
