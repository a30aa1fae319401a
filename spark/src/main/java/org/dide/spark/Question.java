package org.dide.spark;

import java.io.Serializable;

/**
 * What all pictures are asked.
 *
 * @param text the question
 * @param share what it brings, {@code (S)}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Question(String text, float[] share) implements Serializable {}
