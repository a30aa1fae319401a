package org.dide.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.bytedeco.pytorch.Tensor;
import org.dide.MemoryBudget;
import org.dide.tensor.SafetensorsWriter;
import org.dide.tensor.Scope;
import org.dide.tensor.TensorFile;
import org.dide.tensor.Tensors;

/** The kinds of files of tensors, to be fuzzed. */
public final class TensorFuzz {
  private static final int LEGACY_PICKLES = 5;

  /** Opcodes alone, calls, lengths and places that are too great, much in little, marks of zip. */
  private static final List<byte[]> PICKLE_WORDS =
      words(
          ". ( ) ] } N K J M Q R X a b c e h j o q r s t u l d i p g I S V F L P 0 1 2 G B C T U",
          "\u0080\u0002 \u0081 \u0082\u0001 \u0085 \u0086 \u0087 \u0088 \u0089 \u008a\u0001\u00ff",
          "\u008f \u0090 \u0091 \u0092 \u0093 \u0094 \u0097 \u0098 \u008b\u00ff\u00ff\u00ff\u007f",
          "X\u00ff\u00ff\u00ff\u007f B\u00ff\u00ff\u00ff\u00ff \u008d\u00ff\u00ff\u00ff\u00ff",
          "h\0 q\0 j\0\0\0\u0001 r\u00ff\u00ff\u00ff\u007f r\0\u0001\0\0 )q\0h\0\u0086 ](e ](h\0e",
          "cposix\nsystem\n cbuiltins\neval\n ctorch\nDoubleStorage\n ctorch\nBoolStorage\n",
          "K\0 K\u0001 J\u00ff\u00ff\u00ff\u00ff J\0\0\0\u007f )R }R ](K\u0001e K\u0002K\u0003\u0086",
          "PK\u0003\u0004 PK\u0001\u0002 PK\u0005\u0006 PK\u0006\u0006 PK\u0006\u0007 data.pkl /../");

  private static final List<byte[]> JSON_WORDS =
      words(
          "{ } [ ] \" : , - 0 1 9223372036854775807 9223372036854775808 -1 1e9 0.5 null true [] {}",
          "\"dtype\":\"F32\" \"dtype\":\"BOOL\" \"shape\":[0] \"shape\":[] \"data_offsets\":[0,8]",
          "\"__metadata__\":{} \"x\":{ \\u0000 [[[[[[[[ {\"a\": ,0 ,1 \u00ff \u00c3\u00bc BF16 I64");

  private TensorFuzz() {}

  /**
   * All kinds: archives, the pickles within archives, legacy files, safetensors.
   *
   * @param seeds a folder with small checkpoints, {@code *.ckpt}, in both layouts
   * @param folder for files that are made on the way
   */
  public static List<FuzzFormat> formats(Path seeds, Path folder) throws IOException {
    List<FuzzFormat> formats = new ArrayList<>();
    List<byte[]> archives = new ArrayList<>();
    List<byte[]> legacy = new ArrayList<>();
    for (Path file : checkpoints(seeds)) {
      byte[] bytes = Files.readAllBytes(file);
      if (bytes[0] == 'P') {
        archives.add(bytes);
        formats.add(pickles(file));
      } else {
        legacy.add(bytes);
      }
    }
    if (!archives.isEmpty()) {
      formats.add(
          format(
              "zip archives",
              archives,
              PICKLE_WORDS,
              TensorFuzz::headers,
              UnaryOperator.identity()));
    }
    if (!legacy.isEmpty()) {
      formats.add(
          format(
              "legacy files",
              legacy,
              PICKLE_WORDS,
              bytes -> opcodes(bytes, LEGACY_PICKLES),
              UnaryOperator.identity()));
    }
    formats.add(
        format(
            "safetensors",
            List.of(safetensors(folder)),
            JSON_WORDS,
            TensorFuzz::jsonMarks,
            UnaryOperator.identity()));
    return formats;
  }

  private static List<Path> checkpoints(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".ckpt")).sorted().toList();
    }
  }

  // A pickle that grew or shrank would be lost in an archive that says how long it was.
  private static FuzzFormat pickles(Path archive) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      for (ZipEntry entry : (Iterable<ZipEntry>) zip.stream().map(ZipEntry.class::cast)::iterator) {
        entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
      }
    }
    String name =
        entries.keySet().stream()
            .filter(each -> each.endsWith("/data.pkl"))
            .findFirst()
            .orElseThrow();
    byte[] pickle = entries.getOrDefault(name, new byte[0]);
    return format(
        "pickles in " + archive.getFileName(),
        List.of(pickle),
        PICKLE_WORDS,
        bytes -> opcodes(bytes, 1),
        changed -> {
          entries.put(name, changed);
          return stored(entries);
        });
  }

  private static byte[] stored(Map<String, byte[]> entries) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setMethod(ZipOutputStream.STORED);
      for (Map.Entry<String, byte[]> each : entries.entrySet()) {
        CRC32 sum = new CRC32();
        sum.update(each.getValue());
        ZipEntry entry = new ZipEntry(each.getKey());
        entry.setSize(each.getValue().length);
        entry.setCrc(sum.getValue());
        zip.putNextEntry(entry);
        zip.write(each.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] safetensors(Path folder) throws IOException {
    Path file = folder.resolve("seed.safetensors");
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put("weight", Tensors.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
      tensors.put("ids", Tensors.of(new long[] {7}));
      tensors.put("flags", Tensors.of(new boolean[] {true, false}, 2));
      SafetensorsWriter.write(file, tensors, Map.of("format", "pt"));
    }
    byte[] bytes = Files.readAllBytes(file);
    Files.delete(file);
    return bytes;
  }

  private static FuzzFormat format(
      String name,
      List<byte[]> seeds,
      List<byte[]> words,
      Function<byte[], int[]> places,
      UnaryOperator<byte[]> wrap) {
    return new FuzzFormat(
        name,
        Path.of("changed"),
        MemoryBudget.FREE,
        List.copyOf(seeds),
        words,
        places,
        wrap,
        file -> open(TensorFile.open(file)));
  }

  /** Reads every tensor of a file. */
  static FuzzFormat.Opened open(TensorFile file) {
    return new FuzzFormat.Opened() {
      @Override
      public long readAll() {
        return file.entries().keySet().stream().mapToLong(name -> read(file, name)).max().orElse(0);
      }

      @Override
      public void close() {
        file.close();
      }
    };
  }

  private static long read(TensorFile file, String name) {
    try (Scope scope = Scope.open()) {
      return file.tensor(name).nbytes();
    }
  }

  /** Where JSON's marks stand. */
  static int[] jsonMarks(byte[] bytes) {
    return IntStream.range(0, bytes.length)
        .filter(place -> "{}[],:\"".indexOf(bytes[place]) >= 0)
        .toArray();
  }

  /** The fields of an archive's headers: some bytes from each that begins with PK. */
  private static int[] headers(byte[] archive) {
    int fields = 60;
    return IntStream.range(0, archive.length - 1)
        .filter(place -> archive[place] == 'P' && archive[place + 1] == 'K')
        .flatMap(place -> IntStream.range(place, Math.min(archive.length, place + fields)))
        .distinct()
        .sorted()
        .toArray();
  }

  /** Where the opcodes of so many sound pickles, one behind the other, begin. */
  private static int[] opcodes(byte[] bytes, int pickles) {
    IntStream.Builder places = IntStream.builder();
    int left = pickles;
    for (int place = 0; place < bytes.length && left > 0; place += size(bytes, place)) {
      places.add(place);
      left -= bytes[place] == '.' ? 1 : 0;
    }
    return places.build().toArray();
  }

  /** The bytes of an opcode with its arguments; of those that PyTorch writes. */
  private static int size(byte[] bytes, int place) {
    ByteBuffer here = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(place + 1);
    return switch (bytes[place] & 0xff) {
      case 'K', 'h', 'q', 0x80 -> 2;
      case 'M' -> 3;
      case 'J', 'j', 'r' -> 5;
      case 'G' -> 9;
      case 'X' -> 5 + here.getInt();
      case 0x8a -> 2 + here.get();
      case 'c' -> 1 + line(bytes, place + 1) + line(bytes, place + 1 + line(bytes, place + 1));
      default -> 1;
    };
  }

  private static int line(byte[] bytes, int start) {
    int end = start;
    while (bytes[end] != '\n') {
      end++;
    }
    return end + 1 - start;
  }

  /** Words that stand in lines, each character a byte. */
  static List<byte[]> words(String... lines) {
    return Stream.of(lines)
        .flatMap(line -> Stream.of(line.split(" ")))
        .map(word -> word.getBytes(ISO_8859_1))
        .toList();
  }
}
