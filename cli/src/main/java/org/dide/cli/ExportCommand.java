package org.dide.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.dide.exchange.HuggingFaceExport;
import org.dide.hub.ModelFolder;
import org.dide.hub.TrainedModel;
import org.dide.onnx.OnnxExport;
import org.dide.tensor.Device;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dide export}: a model folder becomes what others open. */
@Command(
    name = "export",
    description = {
      "Write a model for others to open.",
      "",
      "huggingface: a folder of the transformers library. A fusion encoder opens there with equal"
          + " outputs; a dual encoder's model card has the Python that puts it together.",
      "onnx: a dual encoder as graphs: image tower, text tower, join.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  dide export runs/easy-vqa-teacher/best --to exported/teacher",
      "  dide export demo/model --format onnx --to exported/student",
      "",
      "Exit code: 0 done, 1 failed, 2 wrong usage."
    })
final class ExportCommand extends BaseCommand {
  /** What to write. */
  enum Format {
    /** A folder of the transformers library. */
    HUGGINGFACE,
    /** A dual encoder's towers and join as ONNX graphs. */
    ONNX
  }

  @Parameters(paramLabel = "MODEL", description = "The model's folder.")
  private Path model = Path.of("");

  @Option(
      names = "--to",
      paramLabel = "DIR",
      required = true,
      description = "The folder to write; what is there is replaced.")
  private Path to = Path.of("");

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "What to write: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.",
      defaultValue = "huggingface")
  private Format format = Format.HUGGINGFACE;

  @Override
  public Integer call() {
    configureEngine();
    try (TrainedModel trained = ModelFolder.load(model, Device.CPU)) {
      switch (format) {
        case HUGGINGFACE -> HuggingFaceExport.write(trained, to);
        case ONNX -> OnnxExport.write(trained, to);
      }
    }
    if (json()) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("folder", to.toString());
      printJson(result);
    } else {
      out().printf("folder: %s%n", to);
      out().flush();
    }
    return DONE;
  }
}
