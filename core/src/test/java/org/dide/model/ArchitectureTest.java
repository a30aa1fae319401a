package org.dide.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.dide.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArchitectureTest {
  private static final int VOCABULARY = 30522;

  @Test
  void pinsThePresets() {
    assertThat(Architecture.PRESETS).containsOnlyKeys("vilt-b32", "small", "tiny");
    assertThat(Architecture.preset("vilt-b32"))
        .isEqualTo(new Architecture(768, 12, 12, 4, 32, 384, 40, VOCABULARY, 2, 0.1, 0));
    assertThat(Architecture.preset("small"))
        .isEqualTo(new Architecture(384, 6, 6, 4, 32, 224, 40, VOCABULARY, 2, 0.1, 0));
    assertThat(Architecture.preset("tiny"))
        .isEqualTo(new Architecture(128, 4, 3, 4, 16, 64, 24, VOCABULARY, 2, 0.0, 0));
  }

  @Test
  void namesThePresetsThereAre() {
    assertThatThrownBy(() -> Architecture.preset("large"))
        .isInstanceOf(InputException.class)
        .hasMessage("model preset: found 'large', allowed are small, tiny, vilt-b32");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "10; 3; 2; 4; 16; 64; width: found 10, allowed is a multiple of heads up to 65536",
        "131072; 2; 2; 4; 16; 64; width: found 131072, allowed is a multiple of heads up to 65536",
        "8; 0; 2; 4; 16; 64; width: found 8, allowed is a multiple of heads up to 65536",
        "8; 2; 0; 4; 16; 64; depth: found 0, allowed is 1 to 1000",
        "8; 2; 1000000000; 4; 16; 64; depth: found 1000000000, allowed is 1 to 1000",
        "8; 2; 2; 0; 16; 64; mlpRatio: found 0, allowed is 1 to 64",
        "8; 2; 2; 4; 16; 60; imageSize: found 60, allowed is a multiple of patchSize",
        "8; 2; 2; 4; 0; 64; imageSize: found 64, allowed is a multiple of patchSize",
      })
  void namesWhatIsImpossible(
      int width, int heads, int depth, int ratio, int patch, int image, String message) {
    assertThatThrownBy(
            () -> new Architecture(width, heads, depth, ratio, patch, image, 8, 10, 2, 0, 0))
        .isInstanceOf(InputException.class)
        .hasMessage("architecture: " + message);
  }

  @Test
  void namesWhatElseIsImpossible() {
    assertThatThrownBy(() -> new Architecture(8, 2, 2, 4, 16, 64, 1, 10, 2, 0, 0))
        .hasMessage("architecture: maxTextLength: found 1, allowed is at least 2");
    assertThatThrownBy(() -> new Architecture(8, 2, 2, 4, 16, 64, 8, 0, 2, 0, 0))
        .hasMessage("architecture: vocabularySize: found 0, allowed is at least 1");
    assertThatThrownBy(() -> new Architecture(8, 2, 2, 4, 16, 64, 8, 10, 4, 0, 0))
        .hasMessage("architecture: modalities: found 4, allowed is 2 or 3");
    assertThatThrownBy(() -> new Architecture(8, 2, 2, 4, 16, 64, 8, 10, 2, 1, 0))
        .hasMessage("architecture: dropout: found 1.0, allowed is at least 0 and below 1");
    assertThatThrownBy(() -> new Architecture(8, 2, 2, 4, 16, 64, 8, 10, 2, 0, -1))
        .hasMessage("architecture: maxPatches: found -1, allowed is 0 (all) or more");
  }
}
