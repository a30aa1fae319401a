package org.dide.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.dide.InputException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code score}: asks all pictures questions. */
@Command(
    name = "score",
    description = {
      "Ask all pictures that encode made vectors of. The model must be the one that made them."
          + " Of a question that is longer than what it reads, the beginning counts.",
      "",
      "Writes Parquet below OUT: answers (question, id, answers with their probabilities), and then"
          + " tally (question, answer, pictures, probability), which is also printed.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  score vectors --model student --question 'is it red?' --out red",
      "  score vectors/2026-10 vectors/2026-11 --model student --questions ask.txt --out answers",
      "",
      "Exit code: 0 done, 1 failed, 2 wrong usage."
    })
final class ScoreCommand extends SparkCommand {
  @Parameters(
      paramLabel = "VECTORS",
      arity = "1..*",
      description = "Folders that encode wrote, all of the same model.")
  private List<String> vectors = new ArrayList<>();

  @ArgGroup(exclusive = true, multiplicity = "1")
  private Asked asked = new Asked();

  private int count;

  /** One of them. */
  static final class Asked {
    @Option(
        names = "--question",
        paramLabel = "TEXT",
        description = "What to ask; may be given several times.")
    private List<String> questions = new ArrayList<>();

    @Option(
        names = "--questions",
        paramLabel = "FILE",
        description = "What to ask, a question on each line; a file that the driver sees.")
    private Path file = Path.of("");
  }

  /** Checked as it is read, before anything is done. */
  @Option(
      names = "--answers",
      paramLabel = "N",
      defaultValue = "3",
      description = "Best answers to keep of each picture. Default: ${DEFAULT-VALUE}.")
  void setCount(int asked) {
    count = atLeastOne("--answers", asked);
  }

  @Override
  int run(SparkSession session) {
    Dataset<Row> tally = new ScoreJob(vectors, model(), questions(), count, place()).run(session);
    String question = "";
    for (Row row : tally.collectAsList()) {
      if (!row.getString(0).equals(question)) {
        question = row.getString(0);
        out().println(question);
      }
      out()
          .printf(
              "  %s: %,d pictures, mean %.3f%n",
              row.getString(1), row.getLong(2), row.getDouble(3));
    }
    out().flush();
    return Main.DONE;
  }

  private List<String> questions() {
    List<String> questions = asked.questions.isEmpty() ? lines(asked.file) : asked.questions;
    if (questions.isEmpty()) {
      throw new InputException("%s: found no question; needed is one a line".formatted(asked.file));
    }
    return questions;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream()
          .map(String::strip)
          .filter(line -> !line.isEmpty())
          .toList();
    } catch (IOException e) {
      throw new InputException("%s: cannot be read (%s)".formatted(file, e), e);
    }
  }
}
