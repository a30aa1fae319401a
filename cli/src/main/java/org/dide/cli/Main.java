package org.dide.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point of the {@code dide} command. */
@Command(name = "dide", mixinStandardHelpOptions = true)
public final class Main {
  private Main() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Main()).execute(arguments));
  }
}
