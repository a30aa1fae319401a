package org.dide.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.dide.tensor.Engine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * What every command has: {@code --help}, {@code --json}, {@code --threads}; results on standard
 * output, everything else on standard error.
 */
@Command(mixinStandardHelpOptions = true, sortOptions = false)
abstract class BaseCommand implements Callable<Integer> {
  /** Done. */
  static final int DONE = 0;

  /** Something went wrong, or did not pass. */
  static final int FAILED = 1;

  /** Interrupted by the user: 128 + SIGINT, as shells count. */
  static final int INTERRUPTED = 130;

  @Option(names = "--json", description = "Print the result as JSON, for machines.")
  private boolean json;

  private int threads;

  @Spec private CommandSpec spec = CommandSpec.create();

  /** Checked as it is read, before a command does anything. */
  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads to work with; 0 takes one a core. Default: ${DEFAULT-VALUE}.",
      defaultValue = "0")
  final void setThreads(int asked) {
    if (asked < 0 || asked > Engine.MAXIMUM_THREADS) {
      throw usage(
          "--threads: found %d, allowed are 0 to %d".formatted(asked, Engine.MAXIMUM_THREADS));
    }
    threads = asked;
  }

  /** Where results go. */
  final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  /** Where everything else goes. */
  final PrintWriter err() {
    return spec.commandLine().getErr();
  }

  /** Whether the result is for machines. */
  final boolean json() {
    return json;
  }

  /** The threads asked for, or 0. */
  final int threads() {
    return threads;
  }

  /** Prints a result for machines: a record, a map or a list. */
  final void printJson(Object result) {
    out().println(Json.line(result));
    out().flush();
  }

  /** Sets the engine's threads as asked. */
  final void configureEngine() {
    Engine.configure(threads == 0 ? Engine.processors() : threads);
  }

  /** Sets one engine thread for each request, for commands that work at several side by side. */
  final void configureEngineForRequests() {
    Engine.configure(1);
  }

  /** Requests to work at side by side, as asked for with {@code --threads}. */
  final int requests() {
    return threads == 0 ? Engine.processors() : threads;
  }

  /** The command's own name. */
  final String name() {
    return spec.name();
  }

  /** A mistake in how the command was called: told with the usage, exit code 2. */
  final ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /** Whether an option was named, whatever its value. */
  final boolean isGiven(String option) {
    return spec.commandLine().getParseResult().hasMatchedOption(option);
  }

  /**
   * Holds the number of an option to what makes sense.
   *
   * @throws ParameterException if it is less
   */
  final void requireAtLeast(int least, String option, int found) {
    if (found < least) {
      throw usage("%s: found %d, allowed are %d or more".formatted(option, found, least));
    }
  }

  /** A recipe's setting whose value is a path, whatever characters it has. */
  static String setting(String key, Path value) {
    return "%s='%s'".formatted(key, value.toString().replace("'", "''"));
  }
}
