package org.dide.onnx;

import java.util.List;
import org.dide.data.TaskName;
import org.dide.hub.TrainedModel;
import org.dide.model.Architecture;
import org.dide.model.Head;

/**
 * What {@code dide.json} beside three graphs says: what the graphs themselves cannot.
 *
 * <pre>{@code
 * {
 *   "format" : "dide-onnx",
 *   "version" : 1,
 *   "fingerprint" : "3f0c…",
 *   "task" : "vqa",
 *   "answers" : [ "no", "yes" ],
 *   "pictures" : 1,
 *   "width" : 128,
 *   "patchSize" : 16,
 *   "imageSize" : 64,
 *   "maxTextLength" : 24
 * }
 * }</pre>
 *
 * <p>Versions: 1, the first.
 *
 * @param format always {@code dide-onnx}
 * @param version of this format
 * @param fingerprint of the model that was exported, see {@link TrainedModel#fingerprint}
 * @param task what the model does
 * @param answers by class of {@code logits}; none where there are {@code scores}
 * @param pictures that each text is about
 * @param width of every stored vector
 * @param patchSize side of a patch in pixels; pixels past the last whole patch are not looked at
 * @param imageSize side of the pictures that the model was made for, in pixels; others do
 * @param maxTextLength longest text in tokens, [CLS] and [SEP] included
 */
record OnnxDescription(
    String format,
    int version,
    String fingerprint,
    TaskName task,
    List<String> answers,
    int pictures,
    int width,
    int patchSize,
    int imageSize,
    int maxTextLength) {
  private static final String FORMAT = "dide-onnx";
  private static final int VERSION = 1;

  OnnxDescription {
    answers = List.copyOf(answers);
  }

  static OnnxDescription of(TrainedModel trained, String fingerprint) {
    Architecture sizes = trained.model().architecture();
    Head head = trained.model().head();
    return new OnnxDescription(
        FORMAT,
        VERSION,
        fingerprint,
        trained.task().name(),
        head instanceof Head.Classifier ? trained.task().answers() : List.of(),
        head.pictures(),
        sizes.width(),
        sizes.patchSize(),
        sizes.imageSize(),
        sizes.maxTextLength());
  }
}
