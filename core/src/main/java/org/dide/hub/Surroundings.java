package org.dide.hub;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;

/** What this process runs on, as far as it can matter to numbers; no names of hosts or people. */
final class Surroundings {
  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
  private static final String UNKNOWN = "unknown";

  private Surroundings() {}

  /** Versions of dide, Java, libtorch and the operating system. */
  static Map<String, String> versions() {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put(
        "dide",
        Optional.ofNullable(Surroundings.class.getPackage().getImplementationVersion())
            .orElse("development"));
    versions.put("java", Runtime.version().toString());
    versions.put("libtorch", libtorch());
    versions.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    return versions;
  }

  /** Processor, cores and memory. */
  static Map<String, String> machine() {
    Map<String, String> machine = new LinkedHashMap<>();
    machine.put("processor", processor());
    machine.put("cores", String.valueOf(Runtime.getRuntime().availableProcessors()));
    if (ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.OperatingSystemMXBean system) {
      machine.put("memory", "%d GiB".formatted(system.getTotalMemorySize() >> 30));
    }
    return machine;
  }

  private static String libtorch() {
    try {
      return Optional.ofNullable(Loader.getVersion("org.bytedeco", "pytorch")).orElse(UNKNOWN);
    } catch (IOException e) {
      return UNKNOWN;
    }
  }

  private static String processor() {
    String type = System.getProperty("os.arch");
    try (Stream<String> lines = Files.lines(PROCESSORS)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(type);
    } catch (IOException e) {
      return type; // only Linux has the file
    }
  }
}
