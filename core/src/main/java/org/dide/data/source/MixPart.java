package org.dide.data.source;

/**
 * One data set of a mix.
 *
 * @param weight its share of the examples, in any unit, above 0
 * @param format how it is laid out
 * @param path where it lies
 * @param pictureFolder where its pictures lie; empty for the place that the format has for them
 */
public record MixPart(double weight, DataFormat format, String path, String pictureFolder) {}
