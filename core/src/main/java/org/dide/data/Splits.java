package org.dide.data;

/**
 * The three parts of a data set. A part that the data lacks is empty.
 *
 * @param train what models learn from
 * @param dev what they are chosen by
 * @param test what is looked at once, at the end
 */
public record Splits(Dataset train, Dataset dev, Dataset test) {}
