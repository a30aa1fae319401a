package org.dide.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dide.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing of a file is passed over unheard. */
class JsonFilesTest {
  @TempDir private Path folder;

  private final List<InputException> problems = new ArrayList<>();
  private final List<String> read = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(strings = {"{\"id\": \"b\"}{\"id\": \"c\"}", "{\"id\": \"b\"} rubbish", "{} ]"})
  void aLineIsOneObject(String line) throws IOException {
    JsonFiles.eachLine(
        written("{\"id\": \"a\"}  \n" + line + "\n{\"id\": \"d\"}"), problems::add, this::keep);
    assertThat(read).containsExactly("a", "d");
    assertThat(problems).hasSize(1).first().asString().contains("own.json: line 2");
  }

  @Test
  void tellsTwoObjectsInOneLine() throws IOException {
    JsonFiles.eachLine(written("{\"id\": \"a\"}{\"id\": \"b\"}"), problems::add, this::keep);
    assertThat(problems)
        .hasSize(1)
        .first()
        .asString()
        .contains("line 1: found something behind the object; allowed: nothing");
  }

  @Test
  void nothingFollowsAListOrAnObject() throws IOException {
    Path list = written("[{\"id\": \"a\"}]\n[{\"id\": \"b\"}]");
    assertThatThrownBy(() -> JsonFiles.eachInList(list, problems::add, (element, position) -> {}))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("own.json: found something behind the list; allowed: nothing");
    Path object = written("{\"all\": [{\"id\": \"a\"}], \"n\": 1}\n{\"all\": []}");
    assertThatThrownBy(() -> JsonFiles.eachRecord(object, "all", problems::add, this::keep))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("own.json: found something behind the object; allowed: nothing");
    JsonFiles.eachRecord(
        written("{\"all\": [{\"id\": \"b\"}]}\n\n"), "all", problems::add, this::keep);
    assertThat(read).containsExactly("a", "b");
    assertThat(problems).isEmpty();
  }

  private void keep(JsonRecord found) {
    read.add(found.text("id"));
  }

  private Path written(String text) throws IOException {
    return Files.writeString(folder.resolve("own.json"), text);
  }
}
