package org.dide.cli;

import org.dide.model.Weights;
import picocli.CommandLine.Option;

/** The weights to ask with, for commands that read texts. */
final class WeightsOption {
  @Option(
      names = "--weights",
      paramLabel = "TYPE",
      description =
          "Of text tower and join: ${COMPLETION-CANDIDATES}. fp16 reads half the bytes for each"
              + " text; answers may then differ in the last digits. Rounding them takes longer than"
              + " one text does, so it pays in programs that ask many. Default: ${DEFAULT-VALUE}.",
      defaultValue = "fp32")
  private Weights weights = Weights.FP32;

  /** The type asked for. */
  Weights type() {
    return weights;
  }
}
