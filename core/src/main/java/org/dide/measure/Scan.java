package org.dide.measure;

import org.dide.data.TaskName;

/**
 * How fast a collection of stored pictures is asked one question.
 *
 * @param task what is asked
 * @param answers that are chosen from
 * @param pictures in the collection
 * @param seconds for all of them, the median of all rounds
 * @param slowest seconds of all rounds
 * @param perSecond pictures in a second, slow rounds included
 * @param megaflops millions of operations that a picture's matrix multiplications take
 * @param shareOfRate of the rate at which the machine multiplied matrices in the same rounds, as
 *     many side by side as there are joins
 */
public record Scan(
    TaskName task,
    int answers,
    int pictures,
    double seconds,
    double slowest,
    double perSecond,
    double megaflops,
    double shareOfRate) {}
