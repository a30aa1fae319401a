package org.dide.train;

import java.math.BigDecimal;
import org.dide.InputException;

/**
 * How much of a data set may be unreadable before it is taken for broken.
 *
 * @param share of its examples, in [0, 1]
 */
record Tolerance(double share) {
  /**
   * Holds a data set to it.
   *
   * @param name of the data set
   * @param unreadable how many of the examples seen could not be read
   * @throws InputException if they are too many
   */
  void require(String name, long unreadable, long seen) {
    if (unreadable > share * seen) {
      throw new InputException(
          "%s: %d of %d examples have pictures that cannot be read, allowed is %s %%; the log names them"
              .formatted(
                  name,
                  unreadable,
                  seen,
                  BigDecimal.valueOf(share)
                      .movePointRight(2)
                      .stripTrailingZeros()
                      .toPlainString()));
    }
  }
}
