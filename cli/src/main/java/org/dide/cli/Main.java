package org.dide.cli;

import java.io.PrintWriter;
import org.dide.InputException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;

/** Entry point of the {@code dide} command. */
@Command(
    name = "dide",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "A distilled dual encoder for vision and language: train a fusion teacher, distil it into two"
          + " towers, store pictures once, ask them anything.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  dide doctor",
      "  dide train easy-vqa-teacher --data data/easy-vqa",
      "",
      "dide COMMAND --help tells more. Results go to standard output, everything else to standard"
          + " error. Exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted."
    },
    subcommands = {
      DemoCommand.class,
      DoctorCommand.class,
      DataCommand.class,
      RecipesCommand.class,
      TrainCommand.class,
      DistillCommand.class,
      EvalCommand.class,
      ProbeCommand.class,
      EncodeCommand.class,
      StoreCommand.class,
      AskCommand.class,
      EntailCommand.class,
      ReasonCommand.class,
      SearchCommand.class,
      CountCommand.class,
      AttendCommand.class,
      ImportCommand.class,
      ExportCommand.class,
      InspectCommand.class,
      CompareCommand.class,
      BenchCommand.class,
      VerifyCommand.class
    })
public final class Main {
  /** Set to anything, it shows stack traces. */
  private static final String TRACE = "DIDE_TRACE";

  private Main() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  /** The command line; what went wrong is told in one line and exits with 1. */
  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(Main::tell);
  }

  private static int tell(Exception problem, CommandLine command, ParseResult parsed) {
    PrintWriter err = command.getErr();
    err.println("dide: " + message(problem));
    if (System.getenv(TRACE) != null) {
      problem.printStackTrace(err);
    } else if (!(problem instanceof InputException)) {
      err.printf("dide: set %s=1 in the environment to see where%n", TRACE);
    }
    err.flush();
    return BaseCommand.FAILED;
  }

  /** What a user got wrong is told as it is; of the engine's errors only the first line helps. */
  private static String message(Exception problem) {
    String text = String.valueOf(problem.getMessage());
    return problem instanceof InputException
        ? text
        : "%s: %s"
            .formatted(
                problem.getClass().getSimpleName(), text.lines().findFirst().orElse("no message"));
  }

  /** The version in the jar's manifest. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"dide " + (version == null ? "(not from a jar)" : version)};
    }
  }
}
