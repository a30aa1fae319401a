package org.dide.spark;

import java.io.PrintWriter;
import org.dide.InputException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;

/** What {@code spark-submit} runs. */
@Command(
    name = "dide-spark",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Encode pictures, and ask about them, on a Spark cluster: what one machine cannot hold.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  spark-submit --master spark://host:7077 --class org.dide.spark.Main \\",
      "    --jars \"$(ls lib/*.jar | paste -sd,)\" dide-spark.jar \\",
      "    encode --folder s3a://shop/pictures --model student --out s3a://shop/vectors",
      "  spark-submit … dide-spark.jar \\",
      "    score s3a://shop/vectors --model student --question 'is it red?' --out s3a://shop/red",
      "",
      "COMMAND --help tells more, docs/scaling.md how to plan a large run. Exit code: 0 done,",
      "1 failed, 2 wrong usage."
    },
    subcommands = {EncodeCommand.class, ScoreCommand.class})
public final class Main {
  /** Done. */
  static final int DONE = 0;

  /** Something went wrong. */
  static final int FAILED = 1;

  private Main() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  /** The command line; what went wrong is told in one line and exits with 1. */
  static CommandLine commandLine() {
    return new CommandLine(new Main()).setExecutionExceptionHandler(Main::tell);
  }

  private static int tell(Exception problem, CommandLine command, ParseResult parsed) {
    PrintWriter err = command.getErr();
    err.println("dide-spark: " + message(problem));
    err.flush();
    return FAILED;
  }

  /** What a user got wrong is told as it is, also where Spark carried it here from a worker. */
  private static String message(Exception problem) {
    for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
      if (cause instanceof InputException) {
        return String.valueOf(cause.getMessage());
      }
    }
    return "%s: %s".formatted(problem.getClass().getSimpleName(), problem.getMessage());
  }

  /** The version in the jar's manifest. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"dide-spark " + (version == null ? "(not from a jar)" : version)};
    }
  }
}
