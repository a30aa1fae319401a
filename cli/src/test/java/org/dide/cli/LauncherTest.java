package org.dide.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the launcher in a folder of its own, with a java and a Maven that say what they are told.
 */
@DisabledOnOs(OS.WINDOWS)
final class LauncherTest {
  private static final String JAVA =
      """
      #!/bin/sh
      if [ "$1" = -version ]; then echo 'openjdk version "%s"' >&2; exit 0; fi
      echo "spin=$GOMP_SPINCOUNT in=$PWD"
      for argument in "$@"; do echo "[$argument]"; done
      exit 7
      """;

  @TempDir Path folder;
  private Path home;
  private Path launcher;
  private Path java;

  private record Ended(int code, String output, String errors) {}

  @BeforeEach
  void install() throws IOException {
    home = Files.createDirectories(folder.toRealPath().resolve("a folder").resolve("dide home"));
    launcher = home.resolve("dide");
    Files.copy(Path.of("..", "dide"), launcher);
    Files.createDirectories(home.resolve("cli/target/lib"));
    Files.createFile(home.resolve("cli/target/dide-cli-1.jar"));
    java = program(folder.resolve("jvm 17/bin/java"), JAVA.formatted("17.0.9"));
  }

  @Test
  void passesArgumentsAndExitCodeThrough() throws Exception {
    Ended ended = run(launcher, Map.of(), "ask", "two words", "", "*");
    assertThat(ended.code()).isEqualTo(7);
    assertThat(ended.errors()).isEmpty();
    assertThat(ended.output())
        .startsWith("spin=0 in=" + folder.toRealPath())
        .contains("[-Dorg.bytedeco.javacpp.maxPhysicalBytes=0]")
        .contains("[-Ddide.home=%s]".formatted(home))
        .contains("[%1$s/cli/target/dide-cli-1.jar:%1$s/cli/target/lib/*]".formatted(home))
        .doesNotContain("native-access")
        .endsWith("[org.dide.cli.Main]\n[ask]\n[two words]\n[]\n[*]\n");
  }

  @Test
  void findsItsFolderThroughLinks() throws Exception {
    Path first = Files.createSymbolicLink(folder.resolve("first link"), launcher);
    Path links = Files.createDirectories(folder.resolve("links"));
    Path second = Files.createSymbolicLink(links.resolve("dide"), Path.of("../first link"));
    assertThat(first).isSymbolicLink();
    assertThat(run(second, Map.of()).output()).contains(home + "/cli/target/dide-cli-1.jar");
  }

  @Test
  void handsOnTheUsersOptions() throws Exception {
    Ended ended = run(launcher, Map.of("DIDE_OPTS", "-Xmx8g -Dx=y", "GOMP_SPINCOUNT", "9"));
    assertThat(ended.output()).startsWith("spin=9").contains("[-Xmx8g]\n[-Dx=y]\n");
  }

  @Test
  void allowsNativeAccessWhereJavaAsksForIt() throws Exception {
    Path newer = program(folder.resolve("jvm 25/bin/java"), JAVA.formatted("25"));
    assertThat(run(launcher, Map.of("DIDE_JAVA", newer.toString())).output())
        .contains("[--enable-native-access=ALL-UNNAMED]");
  }

  @Test
  void refusesAnOldJava() throws Exception {
    Path old = program(folder.resolve("jvm 8/bin/java"), JAVA.formatted("1.8.0_300"));
    Ended ended = run(launcher, Map.of("DIDE_JAVA", old.toString()));
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.errors()).isEqualTo("dide: DIDE_JAVA: found Java 1, needed is 17 or later\n");
  }

  @Test
  void believesTheReleaseFileBesideJava() throws Exception {
    Files.writeString(folder.resolve("jvm 17/release"), "JAVA_VERSION=\"22.0.1\"\n");
    assertThat(run(launcher, Map.of()).output()).contains("native-access");
  }

  @Test
  void prefersJavaHomeOverThePath() throws Exception {
    Path other = folder.resolve("jvm 22");
    program(other.resolve("bin/java"), JAVA.formatted("22.0"));
    Ended ended = run(launcher, Map.of("DIDE_JAVA", "", "JAVA_HOME", other.toString()));
    assertThat(ended.code()).isEqualTo(7);
    assertThat(ended.output()).contains("native-access");
  }

  @Test
  void buildsWhatIsOlderThanItsSources() throws Exception {
    Path pom = Files.createFile(home.resolve("pom.xml"));
    Files.setLastModifiedTime(pom, FileTime.from(Instant.now().plusSeconds(5)));
    Ended ended = run(launcher, maven("echo building; touch cli/target/dide-cli-2.jar"));
    assertThat(ended.errors()).startsWith("dide: building").endsWith("building\n");
    assertThat(ended.output()).contains("dide-cli-2.jar").doesNotContain("dide-cli-1.jar");
    assertThat(ended.code()).isEqualTo(7);
  }

  @Test
  void leavesAloneWhatIsNewerThanItsSources() throws Exception {
    Path pom = Files.createFile(home.resolve("pom.xml"));
    Files.setLastModifiedTime(pom, FileTime.from(Instant.now().minusSeconds(5)));
    assertThat(run(launcher, maven("exit 1")).code()).isEqualTo(7);
  }

  @Test
  void saysSoWhenTheBuildFails() throws Exception {
    Files.createFile(home.resolve("pom.xml"));
    Files.delete(home.resolve("cli/target/dide-cli-1.jar"));
    Ended ended = run(launcher, maven("exit 3"));
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.errors()).contains("dide: the build failed").contains(home.toString());
    assertThat(ended.output()).isEmpty();
  }

  private Map<String, String> maven(String action) throws IOException {
    Path programs = folder.resolve("programs");
    program(programs.resolve("mvn"), "#!/bin/sh\n" + action + "\n");
    return Map.of("PATH", programs + ":" + System.getenv("PATH"));
  }

  private Ended run(Path program, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    Path errors = folder.resolve("errors");
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectError(errors.toFile());
    builder.environment().keySet().removeAll(List.of("GOMP_SPINCOUNT", "DIDE_OPTS", "JAVA_HOME"));
    builder.environment().put("DIDE_JAVA", java.toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Ended(process.waitFor(), output, Files.readString(errors));
  }

  private static Path program(Path path, String text) throws IOException {
    Files.createDirectories(path.resolveSibling("."));
    Files.writeString(path, text);
    return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
