package org.dide.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.pytorch.global.torch.equal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.bytedeco.pytorch.Tensor;

final class SafetensorsRoundTripTest {
  /** What a tensor of a random file looks like. */
  record Drawn(String name, ElementType type, List<Long> shape, long seed) {
    Tensor tensor() {
      long[] sides = shape.stream().mapToLong(Long::longValue).toArray();
      int size = (int) Arrays.stream(sides).reduce(1, (a, b) -> a * b);
      Random random = new Random(seed);
      long[] values = random.longs(size, 0, type == ElementType.BOOL ? 2 : 50).toArray();
      return Tensors.of(values, sides).to(Device.CPU.torch(), type.torch());
    }
  }

  @Property(tries = 200)
  void whatIsWrittenIsRead(
      @ForAll @Size(max = 6) List<@net.jqwik.api.From("drawn") Drawn> drawn,
      @ForAll @Size(max = 4) Map<String, String> metadata)
      throws IOException {
    Path file = Files.createTempFile("round", ".safetensors");
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      drawn.forEach(one -> tensors.put(one.name(), one.tensor()));
      SafetensorsWriter.write(file, tensors, metadata);
      byte[] first = Files.readAllBytes(file);
      SafetensorsWriter.write(file, tensors, metadata);
      assertThat(Files.readAllBytes(file)).isEqualTo(first);
      try (SafetensorsFile opened = SafetensorsFile.open(file)) {
        assertThat(opened.metadata()).isEqualTo(metadata);
        Map<String, Tensor> read = opened.tensors();
        assertThat(read.keySet()).containsExactlyElementsOf(tensors.keySet());
        read.forEach((name, tensor) -> assertSame(tensor, tensors.getOrDefault(name, tensor)));
        opened
            .entries()
            .values()
            .forEach(
                entry ->
                    assertThat(entry.begin() % ElementType.valueOf(entry.type()).bytes()).isZero());
      }
    } finally {
      Files.delete(file);
    }
  }

  private static void assertSame(Tensor read, Tensor written) {
    assertThat(ElementType.of(read)).isEqualTo(ElementType.of(written));
    assertThat(Tensors.shape(read)).isEqualTo(Tensors.shape(written));
    assertThat(
            equal(
                read.to(Device.CPU.torch(), ElementType.F64.torch()),
                written.to(Device.CPU.torch(), ElementType.F64.torch())))
        .isTrue();
  }

  @Provide
  Arbitrary<Drawn> drawn() {
    return Combinators.combine(
            Arbitraries.strings().ofMaxLength(12).filter(name -> !name.equals("__metadata__")),
            Arbitraries.of(ElementType.class),
            Arbitraries.longs().between(0, 4).list().ofMaxSize(4),
            Arbitraries.longs())
        .as(Drawn::new);
  }
}
