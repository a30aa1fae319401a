package org.dide.task;

/**
 * One answer, as a person reads it.
 *
 * @param text the answer
 * @param probability in [0, 1]
 */
public record Answer(String text, double probability) {}
