package org.dide.measure;

/**
 * How speed is measured.
 *
 * @param batch questions at once, beside one at a time; at least 2
 * @param pictures of the collection that is asked, or 0 for none
 * @param rounds of everything, at least 1
 * @param seed of all that is drawn
 * @param threads on which a collection is asked; anything else has one
 */
public record SpeedSettings(int batch, int pictures, int rounds, long seed, int threads) {}
