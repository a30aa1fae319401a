package org.dide.spark;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;

/**
 * A Spark cluster on this machine: a master, two workers of one core each, and what they start,
 * each a process of its own. Spark's own jars lie in a folder as a Spark installation has them;
 * this project's are sent with the application, as a user does it.
 */
final class Cluster implements AutoCloseable {
  private static final String LOOPBACK = "127.0.0.1";
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final List<String> OURS =
      List.of("/org/bytedeco/", "/com/twelvemonkeys/", "/info/picocli/", "dide-core");

  private final Path folder;
  private final Path home;
  private final List<Path> ours = new ArrayList<>();
  private final List<Process> processes = new ArrayList<>();
  private final List<Process> workers = new ArrayList<>();
  private final int port;

  private Cluster(Path folder) throws IOException {
    this.folder = folder;
    this.home = folder.resolve("spark");
    this.port = freePort();
    Path jars = Files.createDirectories(home.resolve("jars"));
    for (String entry : System.getProperty("java.class.path").split(":")) {
      Path path = Path.of(entry);
      if (Files.isDirectory(path)) {
        if (!path.endsWith("test-classes")) {
          ours.add(jar(path));
        }
      } else if (OURS.stream().anyMatch(entry::contains)) {
        ours.add(path);
      } else if (Files.exists(path)) {
        Files.createSymbolicLink(jars.resolve(path.getFileName()), path);
      }
    }
  }

  /** Starts a master and two workers, and waits until the master knows both. */
  static Cluster start(Path folder) throws IOException, InterruptedException {
    Cluster cluster = new Cluster(folder);
    try {
      cluster.startAll();
      return cluster;
    } catch (IOException | InterruptedException | AssertionError problem) {
      cluster.close();
      throw problem;
    }
  }

  private void startAll() throws IOException, InterruptedException {
    java(
        "master",
        "org.apache.spark.deploy.master.Master",
        List.of("--host", LOOPBACK, "--port", Integer.toString(port), "--webui-port", "0"));
    for (String name : List.of("worker-1", "worker-2")) {
      Path work = Files.createDirectories(folder.resolve(name));
      workers.add(
          java(
              name,
              "org.apache.spark.deploy.worker.Worker",
              List.of(
                  "--host",
                  LOOPBACK,
                  "--webui-port",
                  "0",
                  "--cores",
                  "1",
                  "--memory",
                  "1g",
                  "--work-dir",
                  work.toString(),
                  url())));
    }
    await("two workers", () -> count(log("master"), "Registering worker") == 2);
  }

  private String url() {
    return "spark://%s:%d".formatted(LOOPBACK, port);
  }

  /** Submits the application, and waits until both workers run an executor of it. */
  Process submit(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("--master", url(), "--deploy-mode", "client"));
    for (String setting :
        List.of(
            "spark.driver.host=" + LOOPBACK,
            "spark.ui.enabled=false",
            "spark.executor.memory=512m",
            "spark.sql.shuffle.partitions=2",
            "spark.scheduler.minRegisteredResourcesRatio=1.0",
            "spark.scheduler.maxRegisteredResourcesWaitingTime=120s",
            // Eight pictures a task, so that there are tasks to lose.
            "spark.sql.files.openCostInBytes=1m",
            "spark.sql.files.maxPartitionBytes=8m")) {
      command.addAll(List.of("--conf", setting));
    }
    command.addAll(List.of("--class", "org.dide.spark.Main"));
    command.add("--jars");
    command.add(ours.stream().map(Path::toString).collect(Collectors.joining(",")));
    command.add(ours.get(0).toString());
    command.addAll(arguments);
    return java("driver", "org.apache.spark.deploy.SparkSubmit", command);
  }

  /** Ends a worker and the executor that it started as kill -9 does. */
  void killWorkerWithExecutor() throws IOException, InterruptedException {
    ProcessHandle worker = workers.get(0).toHandle();
    await("an executor", () -> worker.descendants().findAny().isPresent());
    List<ProcessHandle> both = new ArrayList<>(List.of(worker));
    worker.descendants().forEach(both::add);
    both.forEach(ProcessHandle::destroyForcibly);
  }

  /** What the driver said. */
  String said() throws IOException {
    return log("driver");
  }

  /** What the driver said of the tasks that were lost with an executor. */
  List<String> lostTasks() throws IOException {
    return said().lines().filter(line -> line.contains("its executor exited")).toList();
  }

  private Process java(String name, String mainClass, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-XX:TieredStopAtLevel=1"));
    command.add("-Dorg.bytedeco.javacpp.maxPhysicalBytes=0");
    command.add("-Dorg.bytedeco.javacpp.maxBytes=0");
    command.addAll(Arrays.asList(JavaModuleOptions.defaultModuleOptionArray()));
    command.addAll(List.of("-cp", home + "/jars/*", mainClass));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(name + ".log").toFile());
    builder.environment().put("SPARK_HOME", home.toString());
    builder
        .environment()
        .put("SPARK_SCALA_VERSION", "2.13"); // asked where there is no RELEASE file
    builder.environment().put("SPARK_LOCAL_IP", LOOPBACK);
    builder.environment().put("GOMP_SPINCOUNT", "0");
    Process process = builder.start();
    processes.add(process);
    return process;
  }

  private String log(String name) throws IOException {
    return Files.readString(folder.resolve(name + ".log"), UTF_8);
  }

  private static long count(String text, String wanted) {
    return text.lines().filter(line -> line.contains(wanted)).count();
  }

  @FunctionalInterface
  private interface Condition {
    boolean holds() throws IOException;
  }

  private static void await(String what, Condition condition)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("waited in vain for " + what);
      }
      Thread.sleep(100);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** A folder of classes as a jar: only jars can be sent. */
  private Path jar(Path classes) throws IOException {
    Path jar = folder.resolve("classes-%d.jar".formatted(ours.size()));
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out);
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        entries.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        Files.copy(file, entries);
        entries.closeEntry();
      }
    }
    return jar;
  }

  @Override
  public void close() throws InterruptedException {
    for (Process process : processes) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
    }
  }
}
