package org.dide.task;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.dide.data.Example;
import org.dide.model.Inputs;

/**
 * Examples as a model takes them.
 *
 * @param examples the B examples, in order
 * @param inputs their texts and pictures
 * @param targets {@code (B, C)}
 */
public record Batch(List<Example> examples, Inputs inputs, Tensor targets) {}
