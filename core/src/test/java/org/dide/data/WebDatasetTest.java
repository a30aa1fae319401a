package org.dide.data;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.dide.InputException;
import org.dide.image.DecodeOptions;
import org.dide.image.ImageDecoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebDatasetTest {
  private static final PictureDecoder DECODER =
      PictureDecoder.of(new ImageDecoder(DecodeOptions.defaults()));

  @TempDir private Path folder;

  private final List<String> unreadable = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();
  private final ProblemListener listener =
      new ProblemListener() {
        @Override
        public void onProblem(InputException problem) {
          throw problem;
        }

        @Override
        public void onLeftOut(String what) {
          leftOut.add(what);
        }

        @Override
        public void onUnreadable(InputException problem) {
          unreadable.add(problem.getMessage());
        }
      };

  @Test
  void readsPicturesWithTheirCaptions() throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("00/000.png", Tars.picture(10));
    files.put("00/000.txt", Tars.text("A dog.\n"));
    files.put("00/000.json", Tars.text("{\"caption\": \"not read\", \"width\": 2}"));
    files.put("00/001.2.json", Tars.text("{\"captions\": [\"One.\", \"Zwei Bären.\"]}"));
    files.put("00/001.PNG", Tars.picture(20));
    files.put("00/002.png", Tars.picture(30));
    files.put("00/002.json", Tars.text("{\"key\": \"002\", \"caption\": \"Three.\"}"));
    files.put("x".repeat(150) + "/003.png", Tars.picture(40));
    files.put("x".repeat(150) + "/003.txt", Tars.text("Four."));
    files.put("00/004.png", Tars.picture(50));
    files.put("00/005.txt", Tars.text("nothing to see"));
    files.put("00/006.png", Tars.picture(60));
    files.put("00/006.txt", Tars.text(""));
    files.put("00/007.png", Tars.picture(70));
    files.put("00/007.json", Tars.text("{\"caption\": null}"));
    Tars.write(folder.resolve("web-00000.tar"), files);
    Dataset train = read(folder, 0).train();
    assertThat(train.stream(0).map(Example::text))
        .containsExactly("A dog.", "One.", "Zwei Bären.", "Three.", "Four.");
    assertThat(train.stream(0).map(Example::id).limit(4))
        .containsExactly(
            "web-00000/00/000", "web-00000/00/001#0", "web-00000/00/001#1", "web-00000/00/002");
    assertThat(train.stream(0).map(e -> e.pictures().get(0).load().rgb()[0]))
        .containsExactly((byte) 10, (byte) 20, (byte) 20, (byte) 30, (byte) 40);
    assertThat(train.example(0, 2).pictures().get(0).name()).isEqualTo("web-00000/00/001.PNG");
    assertThat(train.example(0, 0).label()).isEqualTo(new Label.Described());
    assertThat(train.stretches()).contains(new Stretches(List.of(5), 3));
    assertThat(leftOut)
        .containsExactly(
            folder.resolve("web-00000.tar")
                + ": 1 keys without a picture are left out, the first is 00/005",
            folder.resolve("web-00000.tar")
                + ": 2 keys without a caption are left out, the first is 00/004");
    assertThat(unreadable).hasSize(1).first().asString().contains("00/007.json", "\"caption\"");
  }

  @Test
  void findsPartsInFoldersAndCutsDevWhereThereIsNone() throws IOException {
    for (String part : List.of("train/a", "train/b", "val/a", "test/a")) {
      shard(part + ".tar", 10);
    }
    Splits told = read(folder, 0.5);
    assertThat(told.parts()).extracting(Dataset::size).containsExactly(20, 10, 10);
    assertThat(told.train().stretches().orElseThrow().sizes()).containsExactly(10, 10);

    Splits cut = read(folder.resolve("train"), 0.25);
    assertThat(cut.dev().size()).isBetween(1, 10);
    assertThat(cut.train().size()).isEqualTo(20 - cut.dev().size());
    Set<String> train = new HashSet<>(cut.train().stream(0).map(Example::id).toList());
    assertThat(cut.dev().stream(0).map(Example::id)).noneMatch(train::contains);
    assertThat(read(folder.resolve("train"), 0.25).dev().stream(0).map(Example::id).toList())
        .isEqualTo(cut.dev().stream(0).map(Example::id).toList());
    assertThat(cut.train().name()).isEqualTo("train/train");
  }

  @Test
  void leavesOutBlankAndGarbledCaptions() throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (String key : List.of("blank", "both", "latin", "some", "none")) {
      files.put(key + ".png", Tars.picture(1));
    }
    files.put("blank.txt", Tars.text(" \n"));
    files.put("both.txt", Tars.text("\t"));
    files.put("both.json", Tars.text("{\"caption\": \"From the other.\"}"));
    files.put("latin.txt", "Zwei B\u00e4ren.".getBytes(ISO_8859_1));
    files.put("some.json", Tars.text("{\"captions\": [\"\", \"One.\", \" \", \"Two.\"]}"));
    files.put("none.json", Tars.text("{\"caption\": \" \"}"));
    Path tar = Tars.write(folder.resolve("a.tar"), files);
    assertThat(read(tar, 0).train().stream(0).map(e -> e.id() + " " + e.text()))
        .containsExactly("a/both From the other.", "a/some#0 One.", "a/some#1 Two.");
    assertThat(leftOut)
        .containsExactly(tar + ": 1 keys without a caption are left out, the first is blank");
    assertThat(unreadable)
        .containsExactly(
            tar + ": latin.txt: not UTF-8 text",
            tar + ": none.json: field \"caption\": found none but blanks; allowed: at least one");
  }

  @Test
  void passesOverLinksAndHiddenFiles() throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (String name : List.of("in/a", "in/._a", "__MACOSX/._in", "./b")) {
      files.put(name + ".png", Tars.picture(1));
      files.put(name + ".txt", Tars.text("This is " + name));
    }
    Map<String, String> links = new LinkedHashMap<>();
    for (String link : List.of("c.png", "c.txt", "in/d.png", "in/d.txt")) {
      links.put(link, "in/a" + link.substring(link.length() - 4));
    }
    Path tar = Tars.write(folder.resolve("a.tar"), files, links);
    assertThat(read(tar, 0).train().stream(0).map(Example::text))
        .containsExactly("This is in/a", "This is ./b");
    assertThat(leftOut).containsExactly(tar + ": 4 links are left out; plain files are read");
  }

  @Test
  void tellsOfFoldersAndFilesThatAreNotRead() throws IOException {
    for (String name : List.of("train/a-0", "train/a-2", "validation/a", "old/a", "old/b")) {
      shard(name + ".tar", 2);
    }
    Files.createDirectories(folder.resolve("empty"));
    assertThat(read(folder, 0.5).parts()).extracting(Dataset::size).containsExactly(4, 2, 0);
    assertThat(leftOut)
        .containsExactly(
            folder.resolve("old")
                + ": 2 files *.tar are left out; folders that are read: dev, test, train, val,"
                + " valid, validation");
    assertThat(unreadable).isEmpty();
    Path range = folder.resolve("train/a-{0..4}.tar");
    assertThat(read(range, 0).train().size()).isEqualTo(4);
    assertThat(unreadable)
        .containsExactly(
            range + ": 3 of the files that it names are not there, the first is a-1.tar");
    unreadable.clear();
    assertThat(read(folder.resolve("train/a-{0..4}.*"), 0).train().size()).isEqualTo(4);
    assertThat(unreadable).isEmpty();
  }

  /** What was trained on stays train, whatever comes beside it and wherever it lies. */
  @Test
  void aPictureStaysInItsPart() throws IOException {
    shard("cc/cc-0.tar", 200);
    shard("cc/cc-1.tar", 200);
    List<String> dev = ids(read(folder.resolve("cc"), 0.1).dev());
    assertThat(dev).hasSizeBetween(20, 60);
    Files.move(folder.resolve("cc"), folder.resolve("elsewhere"));
    shard("elsewhere/cc-2.tar", 100);
    shard("elsewhere/aa.tar", 100);
    Splits more = read(folder.resolve("elsewhere"), 0.1);
    assertThat(ids(more.dev())).containsAll(dev);
    assertThat(ids(more.train())).doesNotContainAnyElementsOf(dev);
    assertThat(ids(read(folder.resolve("elsewhere/cc-{0..1}.tar"), 0.1).dev())).isEqualTo(dev);
  }

  @ParameterizedTest
  @CsvSource({"1, 0.5, 0", "2, 0.5, 1", "6, 0.1, 1", "4, 0.1, 0", "3, 0.999, 2", "9, 0, 0"})
  void veryFewPicturesHaveADevToo(int pictures, double fraction, int dev) throws IOException {
    Splits few = read(shard("few.tar", pictures), fraction);
    assertThat(few.dev().size()).isEqualTo(dev);
    assertThat(few.train().size()).isEqualTo(pictures - dev);
  }

  private static List<String> ids(Dataset part) {
    return part.stream(0).map(Example::id).toList();
  }

  @Test
  void takesPatternsAndTellsWhereNothingIs() throws IOException {
    for (int i = 8; i < 12; i++) {
      shard("cc-%05d.tar".formatted(i), 1);
    }
    assertThat(read(folder.resolve("cc-{00009..00011}.tar"), 0).train().size()).isEqualTo(3);
    assertThat(read(folder.resolve("cc-*.tar"), 0).train().size()).isEqualTo(4);
    assertThat(read(folder.resolve("cc-*.tar"), 0).train().name()).isEqualTo("cc/train");
    assertThat(read(folder.resolve("cc-00008.tar"), 0).train().size()).isEqualTo(1);
    for (String nothing : List.of("dd-*.tar", "none", "cc-{00020..00030}.tar")) {
      assertThatThrownBy(() -> read(folder.resolve(nothing), 0))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("found no file *.tar");
    }
  }

  @Test
  void refusesWhatIsCompressed() throws IOException {
    Path plain = shard("plain.tar", 2);
    Path packed = folder.resolve("packed.tar");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      Files.copy(plain, out);
    }
    assertThat(read(folder, 0).train().size()).isEqualTo(2);
    assertThat(unreadable).hasSize(1).first().asString().contains("packed.tar", "gzip", "gunzip");
  }

  /** A tar that is cut anywhere keeps what lies before the cut, and says that it was cut. */
  @Test
  void losesNothingBeforeACut() throws IOException {
    Path whole = shard("whole.tar", 3);
    byte[] bytes = Files.readAllBytes(whole);
    List<Example> examples = read(whole, 0).train().stream(0).toList();
    long[] ends = ends(whole);
    Path cut = folder.resolve("cut.tar");
    int markEnd = (int) (ends[2] + 511) / 512 * 512 + 512; // with the first block of the end mark
    for (int length = 0; length <= bytes.length; length += length < 1100 ? 1 : 37) {
      Files.write(cut, Arrays.copyOf(bytes, length));
      unreadable.clear();
      Dataset left = read(cut, 0).train();
      int before = 0;
      while (before < 3 && ends[before] <= length) {
        before++;
      }
      assertThat(left.size()).as("cut to %d bytes", length).isEqualTo(before);
      for (int i = 0; i < before; i++) {
        assertThat(left.example(0, i).text()).isEqualTo(examples.get(i).text());
        assertThat(left.example(0, i).pictures().get(0).load().rgb())
            .isEqualTo(examples.get(i).pictures().get(0).load().rgb());
      }
      assertThat(unreadable).as("cut to %d bytes", length).hasSize(length < markEnd ? 1 : 0);
      assertThat(unreadable).allMatch(told -> told.contains("cut.tar: no whole tar"));
    }
  }

  @Test
  void tellsAShardThatChangedSince() throws IOException {
    Path shard = shard("a.tar", 2);
    Dataset train = read(folder, 0).train();
    Files.write(shard, new byte[700]);
    assertThatThrownBy(() -> train.example(0, 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("a/0001");
  }

  /** Where each key's last byte lies. */
  private static long[] ends(Path tar) {
    List<Long> ends = new ArrayList<>();
    org.dide.TarMembers.each(
        tar,
        member -> {
          if (member.name().endsWith(".txt")) {
            ends.add(member.offset() + member.length());
          }
        });
    return ends.stream().mapToLong(Long::longValue).toArray();
  }

  private Path shard(String name, int pictures) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (int i = 0; i < pictures; i++) {
      files.put("%04d.png".formatted(i), Tars.picture(i));
      files.put("%04d.txt".formatted(i), Tars.text("number %d of %s".formatted(i, name)));
    }
    return Tars.write(folder.resolve(name), files);
  }

  private Splits read(Path place, double devFraction) {
    return WebDataset.read(place, devFraction, 3, DECODER, listener);
  }
}
