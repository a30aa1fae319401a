package org.dide.cli;

import java.io.PrintWriter;
import org.dide.InputException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point of the {@code dide} command. */
@Command(
    name = "dide",
    mixinStandardHelpOptions = true,
    subcommands = {VerifyCommand.class})
public final class Main {
  private Main() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  /** The command line; unusable input is told without a stack trace and exits with 1. */
  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setExecutionExceptionHandler(
            (problem, command, parsed) -> {
              if (problem instanceof InputException) {
                PrintWriter err = command.getErr();
                err.println(problem.getMessage());
                err.flush();
                return 1;
              }
              throw problem;
            });
  }
}
