package org.dide.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.dide.answer.StoredItem;
import org.dide.answer.Vectors;
import org.dide.store.MetadataField;
import org.dide.store.MetadataType;
import org.dide.store.StoreDescription;
import org.dide.store.StoreWriter;
import org.dide.store.StoredKind;
import org.dide.store.StoredRow;
import org.dide.store.VectorStore;
import org.dide.store.VectorType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreCommandTest {
  @TempDir Path folder;
  private Path store;

  @BeforeEach
  void write() {
    store = folder.resolve("a.store");
    write(store, "f00d");
  }

  private static void write(Path store, String model) {
    StoreDescription description =
        new StoreDescription(
            StoredKind.TEXTS,
            model,
            "tiny",
            1,
            2,
            3,
            VectorType.FLOAT32,
            List.of(new MetadataField("year", MetadataType.INT64)));
    try (StoreWriter writer = StoreWriter.create(store, description)) {
      writer.write(
          List.of(
              new StoredRow(
                  new StoredItem.Text("q1", "Is it a dog?"),
                  new Vectors(List.of(new float[] {1, 2}), List.of(new float[] {3, 4, 5})),
                  Map.of("year", 2020L))));
    }
  }

  @Test
  void showsWhatAStoreHolds() {
    CommandRun run = CommandRun.of("store", "show", store.toString());
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("1 texts", "tiny, fingerprint f00d", "float32, width 2, share size 3, places 1")
        .contains("year int64");
    JsonNode json = CommandRun.of("store", "show", store.toString(), "--json").json();
    assertThat(json.path("size").asInt()).isEqualTo(1);
    assertThat(json.path("description").path("model").asText()).isEqualTo("f00d");
  }

  @Test
  void tellsDamage() throws IOException {
    Path data;
    try (Stream<Path> files = Files.list(store.resolve("vectors.lance/data"))) {
      data = files.findFirst().orElseThrow();
    }
    Files.write(data, new byte[] {1});
    CommandRun run = CommandRun.of("store", "show", store.toString());
    assertThat(run.code()).isEqualTo(BaseCommand.FAILED);
    assertThat(run.err()).contains(data + ": is damaged");
  }

  @Test
  void bringsRowsOutAndIn() {
    String out = folder.resolve("out").toString();
    CommandRun exported = CommandRun.of("store", "export", store.toString(), "--to", out);
    assertThat(exported.code()).as(exported.err()).isZero();
    assertThat(exported.out()).isEqualTo("1 rows in %s%n".formatted(out));

    Path other = folder.resolve("b.store");
    for (int round = 0; round < 2; round++) {
      CommandRun imported =
          CommandRun.of("store", "import", out, "--store", other.toString(), "--json");
      assertThat(imported.code()).as(imported.err()).isZero();
      assertThat(imported.json().path("rows").asInt()).isEqualTo(1);
      assertThat(imported.json().path("size").asInt()).isEqualTo(1);
    }
    try (VectorStore read = VectorStore.open(other)) {
      assertThat(read.find("q1").orElseThrow().metadata()).isEqualTo(Map.of("year", 2020L));
    }

    String small = folder.resolve("small.store").toString();
    CommandRun rounded =
        CommandRun.of("store", "import", out, "--store", small, "--precision", "int8");
    assertThat(rounded.code()).as(rounded.err()).isZero();
    assertThat(CommandRun.of("store", "show", small).out()).contains("int8, width 2, share size 3");

    CommandRun otherwise =
        CommandRun.of("store", "import", out, "--store", small, "--precision", "fp16");
    assertThat(otherwise.code()).isEqualTo(BaseCommand.FAILED);
    assertThat(otherwise.err()).contains("--precision: found fp16, allowed is int8");

    write(folder.resolve("c.store"), "beef");
    CommandRun refused =
        CommandRun.of("store", "import", out, "--store", folder.resolve("c.store").toString());
    assertThat(refused.code()).isEqualTo(BaseCommand.FAILED);
    assertThat(refused.err()).contains("fingerprint f00d").contains("fingerprint beef");
  }
}
