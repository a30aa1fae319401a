package org.dide.verify;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dide.InputException;
import org.dide.tensor.Scope;

/**
 * Runs golden cases: inputs and weights with what the reference implementation made of them. What
 * no one here handles is reported as such, never as passed.
 */
public final class Verifier {
  private final List<CaseVerifier> verifiers;

  Verifier(List<CaseVerifier> verifiers) {
    this.verifiers = List.copyOf(verifiers);
  }

  /** Handles every kind of case that this version knows. */
  public static Verifier standard() {
    return new Verifier(
        List.of(
            new FusionForwardVerifier(),
            new TaskVerifier(),
            new PretrainingVerifier(),
            new BaseAnchorVerifier(),
            new TrajectoryVerifier(),
            new CheckpointVerifier(),
            new HuggingFaceVerifier(),
            new LoadPathVerifier(),
            new MetricsVerifier(),
            new BookkeepingVerifier(),
            new PreprocessVerifier(),
            new TokenizerVerifier(),
            new VqaDataVerifier(),
            new StatementDataVerifier(),
            new DatasetItemsVerifier()));
  }

  /**
   * Runs all cases below a directory.
   *
   * @throws InputException if there is no such directory, or no case in it
   */
  public VerificationReport verify(Path directory, VerificationListener listener) {
    List<CaseResult> results = new ArrayList<>();
    for (CaseFile file : CaseFile.find(directory)) {
      CaseResult result = verify(file);
      listener.verified(result);
      results.add(result);
    }
    return new VerificationReport(results);
  }

  /** Runs one case; a case that cannot be run has failed. */
  public CaseResult verify(CaseFile file) {
    Comparison comparison = new Comparison();
    try (Scope scope = Scope.open()) {
      GoldenCase golden = GoldenCase.read(file);
      for (CaseVerifier verifier : verifiers) {
        if (verifier.handles(golden)) {
          verifier.verify(golden, comparison);
          return CaseResult.compared(file.path(), comparison.quantities(), comparison.notYet());
        }
      }
      return CaseResult.notYet(file.path(), describe(golden));
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError problem) {
      // A case that asks for too much must not keep the others from being run.
      return CaseResult.failed(file.path(), comparison.quantities(), message(problem));
    }
  }

  private static String describe(GoldenCase golden) {
    return golden.task().isEmpty()
        ? "kind " + golden.kind()
        : "kind %s, task %s".formatted(golden.kind(), golden.task());
  }

  /** The engine's messages go on with a native stack trace. */
  private static String message(Throwable problem) {
    String text = String.valueOf(problem.getMessage());
    return problem instanceof InputException
        ? text
        : problem.getClass().getSimpleName() + ": " + text.lines().findFirst().orElse("");
  }
}
