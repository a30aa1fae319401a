package org.dide.measure;

import org.dide.data.TaskName;
import org.dide.tensor.MatrixProduct;

/**
 * How fast one way to answer is.
 *
 * @param task what is asked
 * @param batch questions at once
 * @param way what is computed and what was stored
 * @param p50 milliseconds a question, the median of all runs
 * @param p99 milliseconds a question that 99 of 100 runs do not exceed
 * @param perSecond questions in a second, slow runs included
 * @param timesFaster than the teacher, the median of all rounds' ratios
 * @param megaflops millions of operations that a question's matrix multiplications take
 * @param shareOfRate of the rate at which the machine multiplied matrices in the same rounds
 */
public record Figure(
    TaskName task,
    int batch,
    String way,
    double p50,
    double p99,
    double perSecond,
    double timesFaster,
    double megaflops,
    double shareOfRate) {
  static Figure of(
      TaskName task, int batch, Way way, Timing timing, Timing teacher, Timing matrices) {
    double operations = 2.0 * way.products();
    return new Figure(
        task,
        batch,
        way.name(),
        1e3 * timing.p50() / way.questions(),
        1e3 * timing.p99() / way.questions(),
        timing.perSecond() * way.questions(),
        timing.timesFasterThan(teacher) * way.questions() / batch,
        1e-6 * operations / way.questions(),
        timing.timesFasterThan(matrices) * operations / MatrixProduct.OPERATIONS);
  }
}
