package org.dide.verify;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dide.testing.Shared;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every golden case beside this checkout lies within its tolerances. */
class GoldenTest {
  @TestFactory
  Stream<DynamicTest> equalsTheReference() {
    Verifier verifier = Verifier.standard();
    return CaseFile.find(Shared.path("golden")).stream()
        .map(file -> DynamicTest.dynamicTest(file.path(), () -> check(verifier.verify(file))));
  }

  private static void check(CaseResult result) {
    switch (result.status()) {
      case PASSED -> {}
      case NOT_YET -> abort("not yet: " + result.note());
      case FAILED -> fail(describe(result));
    }
  }

  private static String describe(CaseResult result) {
    return result.failures().stream()
        .map(
            quantity ->
                "%s: error %.3g, bound %.3g"
                    .formatted(quantity.name(), quantity.error(), quantity.bound()))
        .collect(Collectors.joining("\n", result.note() + "\n", ""));
  }
}
