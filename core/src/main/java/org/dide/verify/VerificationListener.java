package org.dide.verify;

/** Hears of each case as it is done. */
@FunctionalInterface
public interface VerificationListener {
  /** Called after each case, in order. */
  void verified(CaseResult result);
}
