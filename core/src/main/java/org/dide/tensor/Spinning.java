package org.dide.tensor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * Whether the engine's threads burn their processor while they wait for work.
 *
 * <p>GNU OpenMP does by default, and takes the time from OpenBLAS's own threads and from everything
 * else that runs: small matrix products become many times slower. It reads {@code GOMP_SPINCOUNT}
 * once, when its library loads, so the setting must be in the environment before the first tensor.
 * The launcher puts it there; for programs that embed the library, the classes of this package put
 * it there themselves when they are first used.
 */
public enum Spinning {
  /** Waiting threads sleep. */
  OFF,
  /** Waiting threads spin: the setting came too late, or the environment asks for it. */
  ON,
  /** Not Linux: another OpenMP, without the problem. */
  NOT_APPLICABLE;

  private static final String COUNT = "GOMP_SPINCOUNT";
  private static final String POLICY = "OMP_WAIT_POLICY";

  /**
   * Turns spinning off if it is not too late and the user has not decided otherwise.
   *
   * @return how it stands for the rest of this process
   */
  static Spinning settle() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return NOT_APPLICABLE;
    }
    Map<String, String> environment = System.getenv();
    if (environment.containsKey(COUNT)) {
      return environment.get(COUNT).strip().equals("0") ? OFF : ON;
    }
    if (environment.containsKey(POLICY)) {
      return environment.get(POLICY).strip().equalsIgnoreCase("passive") ? OFF : ON;
    }
    return !openMpIsLoaded() && putIntoEnvironment(COUNT + "=0") ? OFF : ON;
  }

  private static boolean openMpIsLoaded() {
    try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
      return maps.anyMatch(line -> line.contains("libgomp"));
    } catch (IOException unknown) {
      return false;
    }
  }

  /**
   * Adds an entry to the process's own environment, for which the JDK has no call: copies the array
   * that {@code environ} (POSIX) points to, adds the entry and lets it point to the copy. Copy and
   * entry stay for the life of the process, as the C library may keep pointers into them.
   */
  private static boolean putIntoEnvironment(String entry) {
    Pointer symbol = Loader.addressof("environ");
    if (Pointer.isNull(symbol)) {
      return false;
    }
    PointerPointer<?> environ = new PointerPointer<>(symbol);
    PointerPointer<?> old = new PointerPointer<>(environ.get(0));
    long count = 0;
    while (!Pointer.isNull(old) && !Pointer.isNull(old.get(count))) {
      count++;
    }
    PointerPointer<?> grown =
        new PointerPointer<>(Pointer.calloc(count + 2, Loader.sizeof(Pointer.class)));
    for (long i = 0; i < count; i++) {
      grown.put(i, old.get(i));
    }
    grown.put(count, nativeString(entry));
    environ.put(0, grown);
    return true;
  }

  private static BytePointer nativeString(String text) {
    byte[] bytes = (text + '\0').getBytes(StandardCharsets.US_ASCII);
    return new BytePointer(Pointer.malloc(bytes.length)).capacity(bytes.length).put(bytes);
  }
}
