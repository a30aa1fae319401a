package org.dide.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Java process of its own, with this one's class path and the launcher's settings. */
final class Child implements AutoCloseable {
  private static final long PATIENCE = 180; // seconds

  private final Process process;
  private final BufferedReader lines;
  private final StringBuilder said = new StringBuilder();

  private Child(Process process) {
    this.process = process;
    this.lines = process.inputReader(UTF_8);
  }

  /** Starts a class's main method with a heap of so many megabytes, from start to end. */
  static Child start(int heap, String mainClass, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // All of the heap is in memory from the start, so that what grows is not heap.
    command.addAll(List.of("-Xms%dm".formatted(heap), "-Xmx%dm".formatted(heap)));
    command.addAll(List.of("-XX:+AlwaysPreTouch", "-XX:+UseSerialGC"));
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Dorg.bytedeco.javacpp.maxBytes=0"));
    command.add("-Dorg.bytedeco.javacpp.maxPhysicalBytes=0");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("GOMP_SPINCOUNT", "0");
    return new Child(builder.start());
  }

  /** Waits for a line that begins so; whether it came before the process ended. */
  boolean waitFor(String beginning) throws IOException {
    String line = lines.readLine();
    while (line != null && !line.startsWith(beginning)) {
      said.append(line).append('\n');
      line = lines.readLine();
    }
    return line != null;
  }

  /** Sends a signal, by name. */
  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  /** Waits for the end; the exit code. */
  int end() throws IOException, InterruptedException {
    lines.lines().forEach(line -> said.append(line).append('\n'));
    if (!process.waitFor(PATIENCE, TimeUnit.SECONDS)) {
      throw new AssertionError("did not end: " + said);
    }
    return process.exitValue();
  }

  /** Everything it said that was not waited for. */
  String said() {
    return said.toString();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
