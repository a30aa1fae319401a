package org.dide.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dide.pickle.PickleWriter.ascii;
import static org.dide.pickle.PickleWriter.bytes;
import static org.dide.pickle.PickleWriter.call;
import static org.dide.pickle.PickleWriter.dict;
import static org.dide.pickle.PickleWriter.global;
import static org.dide.pickle.PickleWriter.join;
import static org.dide.pickle.PickleWriter.list;
import static org.dide.pickle.PickleWriter.none;
import static org.dide.pickle.PickleWriter.persistent;
import static org.dide.pickle.PickleWriter.pickle;
import static org.dide.pickle.PickleWriter.repeat;
import static org.dide.pickle.PickleWriter.text;
import static org.dide.pickle.PickleWriter.tuple;
import static org.dide.pickle.PickleWriter.whole;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.dide.InputException;
import org.dide.MemoryBudget;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that mean harm, or are broken: each is refused by name, and costs little. */
final class TorchHostileTest {
  private static final long MAX = Long.MAX_VALUE;
  private static final Map<String, byte[]> STORAGES = Map.of("0", TorchFiles.floats(3, 4));

  @TempDir Path folder;

  /** Each with what stands beside a sound tensor in the pickle, and what the error must say. */
  static Stream<Arguments> pickles() {
    return Stream.of(
        arguments(call(global("os", "system"), text("id")), "calls 'os.system'"),
        arguments(call(global("posix", "system"), text("id")), "calls 'posix.system'"),
        arguments(call(global("builtins", "eval"), text("1")), "calls 'builtins.eval'"),
        arguments(
            call(global("builtins", "getattr"), global("os", "a"), text("b")),
            "calls 'builtins.getattr'"),
        arguments(
            call(call(global("collections", "OrderedDict"))),
            "calls what 'collections.OrderedDict' gave"),
        arguments(
            join(global("torch.nn", "Linear"), tuple(), bytes(0x81)), "calls 'torch.nn.Linear'"),
        arguments(
            join(global("os", "environ"), dict(), ascii("b")), "sets the state of 'os.environ'"),
        arguments(bytes(0x82, 1), "opcode EXT1 is refused"),
        arguments(persistent(text("x")), "found a reference to 'x'"),
        arguments(
            join(bytes(')'), repeat(200, bytes('q', 0, 'h', 0, 0x86))), "nested deeper than any"),
        arguments(repeat(1_000_000, ascii("]")), "nested deeper than any"),
        arguments(
            join(ascii("]"), repeat(100, join(ascii("("), repeat(20_000, ascii("}")), ascii("e")))),
            "takes more than"));
  }

  @ParameterizedTest
  @MethodSource("pickles")
  @Timeout(5)
  void refusesPickles(byte[] value, String message) throws IOException {
    byte[] object = dict(text("state_dict"), dict(text("w"), TorchFiles.pair()), text("x"), value);
    requireRefused(TorchFiles.zip(folder.resolve("zip"), object, STORAGES), message);
    byte[] storage = TorchFiles.counted(2, TorchFiles.floats(3, 4));
    requireRefused(
        TorchFiles.legacy(folder.resolve("legacy"), object, TorchFiles.keys("0"), storage),
        message);
  }

  /** Each with the tensor {@code w}, whose storage has two elements. */
  static Stream<Arguments> tensors() {
    long[] two = {2};
    return Stream.of(
        arguments(
            TorchFiles.tensor("FloatStorage", 2_500_000_000L, 0, new long[] {2_500_000_000L}, 1),
            "storage '0': claims 10000000000 bytes, its entry has 8"),
        arguments(TorchFiles.tensor("FloatStorage", 1, 0, new long[] {1}, 1), "claims 4 bytes"),
        arguments(TorchFiles.tensor("FloatStorage", -2, 0, two, 1), "found a size of -2"),
        arguments(TorchFiles.tensor("FloatStorage", MAX, 0, two, 1), "found a size of 922337"),
        arguments(TorchFiles.tensor("FloatStorage", 2, 1, two, 1), "offset 1, allowed are at most"),
        arguments(TorchFiles.tensor("FloatStorage", 2, -1, two, 1), "offset -1, allowed are"),
        arguments(TorchFiles.tensor("FloatStorage", 2, 0, two, 2), "strides [2] and offset 0"),
        arguments(TorchFiles.tensor("FloatStorage", 2, 0, two, -1), "found -1 in its strides"),
        arguments(
            TorchFiles.tensor("FloatStorage", 2, 0, new long[] {-2}, 1), "found -2 in its sizes"),
        arguments(
            TorchFiles.tensor("FloatStorage", 2, 0, new long[] {1 << 20}, 0),
            "sizes [1048576], strides [0]"),
        arguments(TorchFiles.tensor("FloatStorage", 2, 0, two, MAX), "allowed are at most the 2"),
        arguments(TorchFiles.tensor("FloatStorage", 2, MAX, two, MAX), "allowed are at most the 2"),
        arguments(
            TorchFiles.tensor("FloatStorage", 2, 0, new long[] {0, MAX, MAX}, 1, 1, 1),
            "allowed are at most the 2"),
        arguments(
            TorchFiles.tensor("FloatStorage", 2, 3, new long[] {0}, 1), "sizes [0], strides [1]"),
        arguments(TorchFiles.tensor("FloatStorage", 2, 0, two), "found sizes [2] and strides []"),
        arguments(
            TorchFiles.tensor("FloatStorage", 2, 0, new long[65], new long[65]),
            "found a tuple of 65 as sizes"),
        arguments(TorchFiles.tensor("ComplexFloatStorage", 2, 0, two, 1), "found class 'torch.Com"),
        arguments(TorchFiles.tensor("UntypedStorage", 8, 0, two, 1), "found a storage of bytes"),
        arguments(TorchFiles.tensor("DoubleStorage", 2, 0, two, 1), "claims 16 bytes"),
        arguments(whole(3), "found 3, allowed is a tensor"),
        arguments(
            call(global("torch._utils", "_rebuild_parameter"), none()),
            "found None, allowed is a tensor"),
        arguments(call(global("torch._utils", "_rebuild_tensor_v2"), none()), "found a tuple of 1"),
        arguments(
            call(
                global("torch._utils", "_rebuild_tensor"),
                TorchFiles.storage("FloatStorage", "../0", 2),
                whole(0),
                TorchFiles.numbers(2),
                TorchFiles.numbers(1)),
            "storage '../0': has no entry"));
  }

  @ParameterizedTest
  @MethodSource("tensors")
  void refusesTensors(byte[] tensor, String message) throws IOException {
    byte[] object = dict(text("state_dict"), dict(text("w"), tensor));
    requireRefused(
        TorchFiles.zip(folder.resolve("zip"), object, STORAGES), "tensor 'w': ", message);
  }

  static Stream<Arguments> objects() {
    byte[] pair = TorchFiles.pair();
    return Stream.of(
        arguments(dict(text("a"), pair, text("a"), pair), "found the key 'a' twice"),
        arguments(
            call(
                global("collections", "OrderedDict"),
                list(tuple(text("a"), pair), tuple(text("a"), pair))),
            "its object: found the key 'a' twice"),
        arguments(dict(text("a"), pair, text("b"), none()), "tensor 'b': found None"),
        arguments(dict(text("a"), pair, whole(1), none()), "its object: found the key 1"),
        arguments(
            dict(text("a"), none()), "has neither tensors nor a state_dict; its keys are 'a'"),
        arguments(dict(text("state_dict"), none()), "state_dict: found None, allowed is a dict"),
        arguments(pair, "found what 'torch._utils._rebuild_tensor_v2' gave, allowed is a dict"),
        arguments(none(), "its object: found None, allowed is a dict"));
  }

  @ParameterizedTest
  @MethodSource("objects")
  void refusesOtherObjects(byte[] object, String message) throws IOException {
    requireRefused(TorchFiles.zip(folder.resolve("zip"), object, STORAGES), message);
  }

  @Test
  void refusesThatAllTensorsAreTheWholeFile() throws IOException {
    byte[] tensor = TorchFiles.tensor("FloatStorage", 10_000, 0, new long[] {10_000}, 1);
    byte[] state = join(ascii("}("), text("0"), tensor, bytes('q', 0));
    for (int i = 1; i < 20; i++) {
      state = join(state, text("" + i), bytes('h', 0));
    }
    Path path =
        TorchFiles.zip(folder.resolve("x"), join(state, ascii("u")), Map.of("0", new byte[40_000]));
    requireRefused(path, "with those before it has more than 8 times the file's bytes");
  }

  static Stream<Arguments> archives() {
    byte[] sound = pickle(dict(text("w"), TorchFiles.pair()));
    byte[] pair = TorchFiles.floats(3, 4);
    return Stream.of(
        archive("'m/../x': is no name", zip -> zip.add("m/../x", pair)),
        archive("'/etc/x': is no name", zip -> zip.add("/etc/x", pair)),
        archive("'m//x': is no name", zip -> zip.add("m//x", pair)),
        archive("'m/': is no name", zip -> zip.add("m/", new byte[0])),
        archive("'m\\x': is no name", zip -> zip.add("m\\x", pair)),
        archive("'x': is no name", zip -> zip.add("x", pair)),
        archive("'n/x': lies outside the folder", zip -> zip.add("n/x", pair)),
        archive("'m/data/0': is there twice", zip -> zip.add("m/data/0", pair)),
        archive("'m/z': found compression method 8", zip -> zip.add("m/z", pair, 8, 8)),
        archive("is a TorchScript archive", zip -> zip.add("m/constants.pkl", sound)),
        archive("byteorder: found 'big'", zip -> zip.add("m/byteorder", ascii("big"))),
        archive("'m/x': its header at byte", zip -> zip.claim("m/x", 1, 0, 8)),
        archive("'m/data/1': its header at byte", zip -> zip.claim("m/data/1", 1, 0, 8)),
        archive("'m/data/0': found its header", zip -> zip.claim("m/data/0", 1, 1 << 30, 8)),
        archive("'m/data/0': found a size of 8", zip -> zip.claim("m/data/0", 1, 0, 1 << 30)));
  }

  private static Arguments archive(String message, ZipParts.Filling more) {
    return arguments(message, more);
  }

  @ParameterizedTest
  @MethodSource("archives")
  void refusesArchives(String message, ZipParts.Filling more) throws IOException {
    byte[] sound = pickle(dict(text("w"), TorchFiles.pair()));
    Path path =
        ZipParts.write(
            folder.resolve("zip"),
            false,
            zip ->
                more.fill(zip.add("m/data.pkl", sound).add("m/data/0", TorchFiles.floats(3, 4))));
    requireRefused(path, message);
  }

  @Test
  void refusesEntriesThatOverlap() throws IOException {
    // Within the first entry's content stands the header of another one.
    byte[] inner = join(bytes('P', 'K', 3, 4), new byte[22], bytes(8, 0, 0, 0), ascii("m/data/1"));
    Path path =
        ZipParts.write(
            folder.resolve("zip"),
            false,
            zip -> zip.add("m/data/0", join(inner, new byte[8])).claim("m/data/1", 0, 38, 0));
    requireRefused(path, "zip entry 'm/data/1': overlaps 'm/data/0'");
  }

  @Test
  void refusesArchivesWithoutAPickle() throws IOException {
    Path path = ZipParts.write(folder.resolve("zip"), false, zip -> zip.add("m/x", new byte[1]));
    requireRefused(path, "is a zip archive without m/data.pkl");
  }

  @Test
  void refusesLegacyFiles() throws IOException {
    byte[] object = dict(text("w"), TorchFiles.pair());
    byte[] pair = TorchFiles.floats(3, 4);
    byte[] keys = TorchFiles.keys("0");
    requireRefused(legacy(object, keys, new byte[0]), "truncated: storage '0' is missing");
    requireRefused(legacy(object, keys, TorchFiles.counted(2, new byte[7])), "claims 8 bytes");
    requireRefused(
        legacy(object, keys, TorchFiles.counted(3, pair)), "found 3 elements, its tensors refer");
    requireRefused(legacy(object, keys, TorchFiles.counted(-1, pair)), "found -1 elements");
    requireRefused(
        legacy(object, keys, TorchFiles.counted(2, new byte[9])), "found 1 bytes behind the last");
    requireRefused(
        legacy(object, TorchFiles.keys("1"), pair), "storage keys: found '1', which nothing");
    requireRefused(legacy(object, TorchFiles.keys(), new byte[0]), "storage '0': is not in");
    byte[] twice = join(TorchFiles.counted(2, pair), TorchFiles.counted(2, pair));
    requireRefused(legacy(object, TorchFiles.keys("0", "0"), twice), "found '0' twice");
    requireRefused(
        Files.write(
            folder.resolve("big"),
            join(TorchFiles.MAGIC, pickle(whole(1001)), TorchFiles.system(false))),
        "system: little_endian is not True");
    requireRefused(
        Files.write(folder.resolve("plain"), pickle(object)), "is no PyTorch checkpoint: begins");
    requireRefused(
        Files.write(folder.resolve("old"), join(TorchFiles.MAGIC, pickle(whole(7)))),
        "protocol: found 7, allowed is 1001");
  }

  private Path legacy(byte[] object, byte[] keys, byte[] storages) throws IOException {
    return TorchFiles.legacy(folder.resolve("legacy"), object, keys, storages);
  }

  @Test
  void refusesFilesCutAnywhere() throws IOException {
    for (Path sound : sound()) {
      byte[] whole = Files.readAllBytes(sound);
      Path cut = folder.resolve("cut");
      for (int length = 0; length < whole.length; length++) {
        Files.write(cut, Arrays.copyOf(whole, length));
        assertThatThrownBy(() -> TorchFile.open(cut))
            .as("%s, cut at %d", sound, length)
            .isInstanceOf(InputException.class)
            .hasMessageStartingWith(cut.toString());
      }
    }
  }

  @Test
  void survivesEachByteChanged() throws IOException {
    for (Path sound : sound()) {
      byte[] whole = Files.readAllBytes(sound);
      for (int place = 0; place < whole.length; place++) {
        for (int change : new int[] {0x01, 0x80, 0xff}) {
          byte[] changed = whole.clone();
          changed[place] ^= (byte) change;
          requireSoundOrRefused(Files.write(folder.resolve("changed"), changed));
        }
      }
    }
  }

  private Path[] sound() throws IOException {
    byte[] object =
        dict(text("epoch"), whole(1), text("state_dict"), dict(text("w"), TorchFiles.pair()));
    return new Path[] {
      TorchFiles.zip(folder.resolve("sound-zip"), object, STORAGES),
      legacy(object, TorchFiles.keys("0"), TorchFiles.counted(2, TorchFiles.floats(3, 4)))
    };
  }

  private static void requireSoundOrRefused(Path path) {
    try (Scope scope = Scope.open();
        TorchFile file = TorchFile.open(path)) {
      assertThat(file.tensors()).hasSameSizeAs(file.entries());
    } catch (InputException refused) {
      assertThat(refused).hasMessageStartingWith(path.toString());
    }
  }

  /** Many values for each byte, of every kind; some are read, and none costs more than allowed. */
  static Stream<Arguments> costly() {
    int times = 200_000;
    return Stream.of(
        arguments("lists", lists(times, ascii("]"))),
        arguments("dicts", lists(times, ascii("}"))),
        arguments("tuples", lists(times, bytes(')', 0x85))),
        arguments("numbers", lists(times, bytes('M', 0xff, 0xff))),
        arguments("long numbers", lists(times, bytes(0x8a, 1, 0xff))),
        arguments("floats", lists(times, bytes('G', 1, 2, 3, 4, 5, 6, 7, 8))),
        arguments("texts", lists(times, bytes(0x8c, 1, 'a'))),
        arguments("wide texts", lists(times, bytes(0x8c, 2, 0xc3, 0xbc))),
        arguments("one text", text("a".repeat(1 << 20))),
        arguments("one wide text", text("ü".repeat(1 << 19))),
        arguments("bytes", lists(times, bytes('C', 1, 'a'))),
        arguments("names", lists(times, ascii("ca\nb\n"))),
        arguments("references", lists(times, persistent(tuple(text("storage"), none())))),
        arguments("calls", lists(times, call(global("torch", "Size")))),
        arguments("memo", lists(times, bytes('N', 0x94))),
        arguments("keys", join(ascii("}"), keys(times / 4))),
        arguments("recalled", lists(times * 4, bytes('h', 0))));
  }

  private static byte[] lists(int times, byte[] item) {
    byte[] some = join(ascii("("), repeat(1000, item), ascii("e"));
    return join(list(), bytes('q', 0), repeat(times / 1000, some));
  }

  private static byte[] keys(int count) {
    StringBuilder keys = new StringBuilder();
    for (int i = 0; i < count; i++) {
      keys.append("\u008c").append((char) 4).append("%04x".formatted(i)).append("Ns");
    }
    return keys.toString().getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @MethodSource("costly")
  void takesNoMoreMemoryThanTheFileGrants(String name, byte[] value) throws IOException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    byte[] object = join(dict(text("w"), TorchFiles.pair(), text("x"), value));
    Path path = TorchFiles.zip(folder.resolve(name.replace(' ', '-')), object, STORAGES);
    requireSoundOrRefused(path); // loads classes
    long cpu = threads.getCurrentThreadCpuTime();
    long before = threads.getCurrentThreadAllocatedBytes();
    requireSoundOrRefused(path);
    long taken = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(taken)
        .isLessThan(MemoryBudget.TIMES * Files.size(path) + MemoryBudget.FREE + (1 << 20));
    assertThat(threads.getCurrentThreadCpuTime() - cpu).isLessThan(1_000_000_000L);
  }

  @Test
  void takesNoMoreMemoryForManyEntriesThanTheFileGrants() throws IOException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Path path =
        ZipParts.write(
            folder.resolve("many"),
            false,
            zip -> {
              for (int i = 0; i < 30_000; i++) {
                zip.add("m/data/" + i, new byte[0]);
              }
            });
    long before = threads.getCurrentThreadAllocatedBytes();
    requireRefused(path, "takes more than");
    assertThat(threads.getCurrentThreadAllocatedBytes() - before)
        .isLessThan(MemoryBudget.TIMES * Files.size(path) + MemoryBudget.FREE + (2 << 20));
  }

  private static void requireRefused(Path path, String... messages) {
    assertThatThrownBy(() -> TorchFile.open(path))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(path.toString())
        .satisfies(problem -> assertThat(problem.getMessage()).contains(messages));
  }
}
