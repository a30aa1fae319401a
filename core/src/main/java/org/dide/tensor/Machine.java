package org.dide.tensor;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.Pointer;

/**
 * The machine and the process on it, as they are now.
 *
 * @param system operating system, version and architecture
 * @param processor the processor's model
 * @param processors processors this process may use
 * @param bf16 whether the processor says that it computes in bfloat16
 * @param load processes that wanted to run, averaged over the last minute; negative where the
 *     system does not say
 * @param memory bytes of main memory this process may use
 * @param memoryFree bytes of it that nothing uses
 * @param resident bytes that this process occupies, native memory included
 * @param heapLimit bytes to which the Java heap may grow
 * @param jvm name and version of the Java machine
 * @param gpus models of the NVIDIA GPUs that the driver shows, whether or not the engine can use
 *     them
 */
public record Machine(
    String system,
    String processor,
    int processors,
    boolean bf16,
    double load,
    long memory,
    long memoryFree,
    long resident,
    long heapLimit,
    String jvm,
    List<String> gpus) {
  private static final Path PROCESSOR = Path.of("/proc/cpuinfo");
  private static final Path GPUS = Path.of("/proc/driver/nvidia/gpus");
  private static final Pattern MODEL = Pattern.compile("(?m)^model name\\s*:\\s*(.+)$");
  private static final Pattern GPU_MODEL = Pattern.compile("(?m)^Model:\\s*(.+)$");
  // x86 names its instructions avx512_bf16 or amx_bf16, Arm bf16.
  private static final Pattern BF16 = Pattern.compile("\\b(avx512_|amx_)?bf16\\b");

  /** Copies the list. */
  public Machine {
    gpus = List.copyOf(gpus);
  }

  /** Looks at the machine. */
  public static Machine look() {
    String processor = read(PROCESSOR);
    String architecture = System.getProperty("os.arch");
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return new Machine(
        "%s %s %s"
            .formatted(
                System.getProperty("os.name"), System.getProperty("os.version"), architecture),
        first(MODEL, processor, architecture),
        Engine.processors(),
        BF16.matcher(processor).find(),
        system.getSystemLoadAverage(),
        system.getTotalMemorySize(),
        system.getFreeMemorySize(),
        Pointer.physicalBytes(),
        Runtime.getRuntime().maxMemory(),
        "%s %s".formatted(System.getProperty("java.vm.name"), Runtime.version()),
        driverGpus());
  }

  /** Whether others already keep every processor busy. */
  public boolean isBusy() {
    return load >= processors;
  }

  private static List<String> driverGpus() {
    List<String> models = new ArrayList<>();
    if (Files.isDirectory(GPUS)) {
      try (DirectoryStream<Path> folders = Files.newDirectoryStream(GPUS)) {
        folders.forEach(
            folder -> models.add(first(GPU_MODEL, read(folder.resolve("information")), "NVIDIA")));
      } catch (IOException unreadable) {
        models.add("unknown");
      }
    }
    return models;
  }

  private static String first(Pattern pattern, String text, String otherwise) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? matcher.group(1).strip() : otherwise;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException absent) {
      return "";
    }
  }
}
