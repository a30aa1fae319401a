package org.dide.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dide.image.DecodeOptions;
import org.dide.image.ImageDecoder;
import org.dide.image.RgbImage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo as it is called, with models that learn nothing in a few steps. */
class DemoCommandTest {
  private static final List<String> TINY =
      List.of(
          "--from-scratch",
          "--set=model.overrides={width: 32, heads: 2, depth: 2}",
          "--set=data.scenes={training-size: 64, dev-size: 40, test-size: 40}",
          "--set=steps=4",
          "--set=schedule.warmup=2",
          "--set=batch={size: 16, micro: 16}",
          "--set=evaluation={every-steps: 2, checkpoint-steps: 2}");
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

  @TempDir static Path folder;
  private static CommandRun demo;

  @BeforeAll
  static void runDemo() {
    List<String> arguments = new ArrayList<>(List.of("demo", "--out", out()));
    arguments.addAll(TINY);
    demo = run(arguments);
  }

  private static String out() {
    return folder.resolve("demo").toString();
  }

  @Test
  void printsScoresSpeedAndWhereTheReportIs() {
    assertThat(demo.code()).as(demo.err()).isEqualTo(BaseCommand.DONE);
    assertThat(demo.out())
        .containsPattern("right on test +words alone +teacher +hard labels +soft labels +distilled")
        .containsPattern("relation +\\d+\\.\\d % +\\d+\\.\\d %")
        .containsPattern("student, both stored +32 +\\d+ µs +\\d+\\.\\d")
        .contains("report: " + folder.resolve("demo/report.html"));
    assertThat(folder.resolve("demo/report.html")).exists();
  }

  @Test
  void whatItSaysToTryNextWorks() {
    List<String> commands = demo.out().lines().filter(line -> line.startsWith("  dide ")).toList();
    assertThat(commands).hasSize(4);
    for (String command : commands) {
      List<String> words = new ArrayList<>();
      Matcher matcher = WORD.matcher(command.strip());
      while (matcher.find()) {
        words.add(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
      }
      words.remove(0);
      if (words.get(0).equals("attend")) {
        words.addAll(List.of("--out", folder.resolve("next.html").toString()));
      }
      CommandRun result = run(words);
      assertThat(result.code()).as(command + result.err()).isEqualTo(BaseCommand.DONE);
      assertThat(result.out()).isNotBlank();
    }
    assertThat(folder.resolve("next.html")).exists();
  }

  @Test
  void attendDrawsAPictureForAPngsName() throws Exception {
    Path png = folder.resolve("attention.PNG");
    CommandRun result =
        run(
            List.of(
                "attend",
                "--json",
                "--model=" + folder.resolve("demo/model"),
                "--teacher=" + folder.resolve("demo/teacher"),
                "--image=" + folder.resolve("demo/pictures/000001.png"),
                "--out=" + png,
                "is there a red circle?"));
    assertThat(result.code()).as(result.err()).isEqualTo(BaseCommand.DONE);
    assertThat(result.out()).contains("\"teacher\":[{\"text\":", "\"student\":[");
    RgbImage map = new ImageDecoder(DecodeOptions.defaults()).decode(Files.readAllBytes(png), "");
    assertThat(map.height()).isEqualTo(6 * 48);
    assertThat(map.width()).isEqualTo(2 * 6 * 48 + 12);
  }

  @Test
  void attendSaysWhichFilesItWrites() {
    CommandRun result =
        run(List.of("attend", "--model=m", "--image=i", "--out=attention.pdf", "what?"));
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err())
        .contains("--out: found attention.pdf, allowed are names that end in .html or .png");
  }

  @Test
  void tellsWhereItLookedForTheTeacher() {
    CommandRun result = run(List.of("demo", "--out", folder.resolve("other").toString()));
    assertThat(result.code()).isEqualTo(BaseCommand.FAILED);
    assertThat(result.err()).contains("scenes-teacher: there is no teacher", "--from-scratch");
    assertThat(folder.resolve("other")).doesNotExist();
  }

  private static CommandRun run(List<String> arguments) {
    return CommandRun.of(arguments.toArray(String[]::new));
  }
}
