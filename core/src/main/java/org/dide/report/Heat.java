package org.dide.report;

import java.util.Arrays;

/**
 * How attention is spread over the patches of a picture.
 *
 * @param rows patches in a column
 * @param columns patches in a row
 * @param weights of each patch, row by row
 * @param onPicture what the picture's [CLS] token, which is no patch, got; all together sum to 1
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Heat(int rows, int columns, double[] weights, double onPicture) {
  private static final double DARKEST = 0.82;

  /** How far a patch is darkened, in [0, 1]: the most attended not at all. */
  double shade(int patch) {
    double most = Arrays.stream(weights).max().orElse(0);
    return most > 0 ? DARKEST * (1 - weights[patch] / most) : DARKEST;
  }
}
