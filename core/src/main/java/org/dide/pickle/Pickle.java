package org.dide.pickle;

import java.util.List;

/**
 * A pickle that was read.
 *
 * @param value what it holds
 * @param references what it says lies outside it, in its order
 * @param end the byte of the file behind it
 */
public record Pickle(PickleValue value, List<PickleValue.Persistent> references, long end) {}
