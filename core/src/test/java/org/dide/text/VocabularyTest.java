package org.dide.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dide.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VocabularyTest {
  @TempDir private Path folder;

  @Test
  void readsWhatItWrites() {
    List<String> tokens = List.of("[PAD]", "x", "[UNK]", "[CLS]", "[SEP]", "##é", "中");
    Path file = folder.resolve("vocab.txt");
    Vocabulary.of(tokens).write(file);
    Vocabulary read = Vocabulary.read(file);
    assertThat(read.tokens()).isEqualTo(tokens);
    assertThat(read.unknownId()).isEqualTo(2);
    assertThat(read.find("中")).hasValue(6);
    assertThat(read.find("y")).isEmpty();
  }

  @Test
  void takesAByteOrderMark() throws IOException {
    Path file = written("\uFEFF[PAD]\r\n[UNK]\r\n[CLS]\r\n[SEP]\r\n");
    assertThat(Vocabulary.read(file).tokens()).containsExactly("[PAD]", "[UNK]", "[CLS]", "[SEP]");
  }

  @Test
  void namesTheLineThatRepeatsAToken() throws IOException {
    Path file = written("[PAD]\n[UNK]\n[CLS]\n[SEP]\ndog\ncat\ndog\n");
    assertThatThrownBy(() -> Vocabulary.read(file))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll(file.toString(), "line 7 repeats the token dog of line 5");
  }

  @Test
  void namesAnEmptyLine() throws IOException {
    Path file = written("[PAD]\n[UNK]\n\n[CLS]\n[SEP]\n");
    assertThatThrownBy(() -> Vocabulary.read(file)).hasMessageContaining("line 3 is empty");
  }

  @Test
  void namesAMissingSpecialToken() throws IOException {
    Path file = written("[PAD]\n[UNK]\n[CLS]\ndog\n");
    assertThatThrownBy(() -> Vocabulary.read(file))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll(file.toString(), "no line among 4 is [SEP]");
  }

  @Test
  void needsPaddingFirst() throws IOException {
    Path file = written("dog\n[PAD]\n[UNK]\n[CLS]\n[SEP]\n");
    assertThatThrownBy(() -> Vocabulary.read(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("line 1 is dog; it must be [PAD]");
  }

  @Test
  void refusesWhatIsNotText() throws IOException {
    Path file = Files.write(folder.resolve("vocab.txt"), new byte[] {(byte) 0xC3, 0x28});
    assertThatThrownBy(() -> Vocabulary.read(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("not UTF-8");
    assertThatThrownBy(() -> Vocabulary.read(folder.resolve("missing.txt")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("missing.txt");
  }

  private Path written(String content) throws IOException {
    return Files.writeString(folder.resolve("vocab.txt"), content);
  }
}
