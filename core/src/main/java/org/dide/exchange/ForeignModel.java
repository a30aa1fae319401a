package org.dide.exchange;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.dide.data.TaskName;
import org.dide.hub.ModelKind;
import org.dide.image.PreprocessorSettings;
import org.dide.model.Architecture;
import org.dide.text.Vocabulary;

/**
 * A model that others trained, as its files tell of it.
 *
 * @param origin names the files in errors
 * @param description what it is, for people, such as {@code ViltForQuestionAnswering}
 * @param kind fusion or dual
 * @param task what it does
 * @param architecture its sizes
 * @param classes that it tells apart, or 0 where its task says so
 * @param answers by class; empty where the files do not name them
 * @param preprocessing of its pictures, where the files say
 * @param vocabulary of its texts, where it comes with one
 * @param tensors by the names of whoever wrote them; the current scope's
 * @param names what those names are
 */
record ForeignModel(
    String origin,
    String description,
    ModelKind kind,
    TaskName task,
    Architecture architecture,
    int classes,
    List<String> answers,
    Optional<PreprocessorSettings> preprocessing,
    Optional<Vocabulary> vocabulary,
    Map<String, Tensor> tensors,
    Names names) {
  ForeignModel {
    answers = List.copyOf(answers);
  }

  /** Who named the tensors. */
  enum Names {
    /** The reference, and we. */
    REFERENCE,
    /** The transformers library. */
    HUGGING_FACE
  }
}
