package org.dide.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.dide.InputException;
import org.dide.hub.TinyModels;
import org.dide.image.DecodeOptions;
import org.dide.image.ImageDecoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class PictureFinderTest {
  @TempDir Path folder;

  @Test
  void findsPicturesByNameAtAnyDepthInOrder() throws IOException {
    put("b/2.PNG", "b/10.jpeg", "a.webp", "b/c/d.tif", "B.gif", "notes.txt", "noending", "png");
    put(".hidden.png", ".thumbs/1.png", "b/.git/x.bmp");

    assertThat(find(folder))
        .extracting(PictureSource::id)
        .containsExactly("B.gif", "a.webp", "b/10.jpeg", "b/2.PNG", "b/c/d.tif");
  }

  @Test
  void takesWhatIsNamedItselfWhateverItsEnding() throws IOException {
    put("x/photo", "y/1.png", "y/0.png");

    assertThat(find(folder.resolve("y"), folder.resolve("x/photo")))
        .containsExactly(
            new PictureFile("0.png", folder.resolve("y/0.png")),
            new PictureFile("1.png", folder.resolve("y/1.png")),
            new PictureFile("photo", folder.resolve("x/photo")));
  }

  @Test
  void refusesTwoPicturesOfOneId() throws IOException {
    put("x/1.png", "y/1.png");

    assertRefused(List.of(folder.resolve("x"), folder.resolve("y")))
        .hasMessageContaining("picture '1.png': found twice")
        .hasMessageContaining(folder.resolve("x/1.png").toString())
        .hasMessageContaining(folder.resolve("y/1.png").toString());
    assertRefused(List.of(folder.resolve("x"), folder.resolve("x")))
        .hasMessageContaining("found twice");
  }

  @Test
  void refusesPlacesWithoutPictures() throws IOException {
    put("x/notes.txt");

    assertRefused(List.of(folder)).hasMessageContaining("holds no picture; looked for names");
    assertRefused(List.of(folder.resolve("absent")))
        .hasMessageContaining("absent: there is no such file or folder");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void followsLinksButNotForEver() throws IOException {
    put("x/1.png");
    Files.createSymbolicLink(folder.resolve("linked"), folder.resolve("x"));
    assertThat(find(folder))
        .extracting(PictureSource::id)
        .containsExactly("linked/1.png", "x/1.png");

    Files.createSymbolicLink(folder.resolve("x/loop"), folder);
    assertRefused(List.of(folder)).hasMessageContaining("cannot be listed");
  }

  @Test
  void findsWhatAPatternMatches() throws IOException {
    put("p/b/2.jpg", "p/b/c/3.jpg", "p/1.jpg", "p/x.png", "p/.t/4.jpg", "p/odd[1].jpg");

    assertThat(find(folder.resolve("p/**.jpg")))
        .extracting(PictureSource::id)
        .containsExactly("1.jpg", "b/2.jpg", "b/c/3.jpg", "odd[1].jpg");
    assertThat(find(folder.resolve("p/*/*.jpg")))
        .containsExactly(new PictureFile("b/2.jpg", folder.resolve("p/b/2.jpg")));
    assertThat(find(folder.resolve("p/odd[1].jpg")))
        .extracting(PictureSource::id)
        .as("a file of that very name")
        .containsExactly("odd[1].jpg");
    assertRefused(List.of(folder.resolve("p/*.gif")))
        .hasMessageContaining("*.gif: matches no file");
    assertRefused(List.of(folder.resolve("q/*.gif"))).hasMessageContaining("there is no folder");
  }

  @Test
  void findsWhatAListNames() throws IOException {
    put("l/b/2.jpg", "l/1.jpg");
    Path list = Files.writeString(folder.resolve("l/list.txt"), "\uFEFFb/2.jpg\n\n 1.jpg \n");

    assertThat(PictureFinder.find(List.of(), List.of(list)))
        .containsExactly(
            new PictureFile("1.jpg", folder.resolve("l/1.jpg")),
            new PictureFile("b/2.jpg", folder.resolve("l/b/2.jpg")));
    assertThatThrownBy(() -> PictureFinder.find(List.of(), List.of(folder.resolve("no.txt"))))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no.txt: cannot be read");
    Path empty = Files.writeString(folder.resolve("l/empty.txt"), "\n \n");
    assertThatThrownBy(() -> PictureFinder.find(List.of(), List.of(list, empty)))
        .isInstanceOf(InputException.class)
        .hasMessage(empty + ": names no picture");
  }

  @Test
  void readsPicturesOfATarWhereTheyLie() throws IOException {
    byte[] one =
        Files.readAllBytes(AnswererTest.png(folder.resolve("1.png"), TinyModels.picture(1)));
    byte[] two =
        Files.readAllBytes(AnswererTest.png(folder.resolve("2.png"), TinyModels.picture(2)));
    Path tar = folder.resolve("00007.tar");
    tar(tar, Map.of("a/1.png", one, "2.png", two, "2.json", new byte[] {'{', '}'}));

    List<PictureSource> found = find(tar);
    assertThat(found).extracting(PictureSource::id).containsExactly("00007/2.png", "00007/a/1.png");
    ImageDecoder decoder = new ImageDecoder(DecodeOptions.defaults());
    assertThat(found.get(0).read(decoder)).isEqualTo(two);
    assertThat(found.get(1).read(decoder)).isEqualTo(one);
    assertThat(found.get(1).place()).isEqualTo(tar + ": a/1.png");

    tar(folder.resolve("00008.tar"), Map.of("2.png", one));
    tar(folder.resolve("other.tar"), Map.of("3.png", one));
    assertThat(find(folder.resolve("0*.tar")))
        .as("of tars that a pattern matches")
        .extracting(PictureSource::id)
        .containsExactly("00007/2.png", "00007/a/1.png", "00008/2.png");

    byte[] whole = Files.readAllBytes(tar);
    Files.write(tar, Arrays.copyOf(whole, 700));
    assertRefused(List.of(tar)).hasMessageContaining("00007.tar: no whole tar");
  }

  private static void tar(Path file, Map<String, byte[]> members) throws IOException {
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> member : new TreeMap<>(members).entrySet()) {
        TarArchiveEntry entry = new TarArchiveEntry(member.getKey());
        entry.setSize(member.getValue().length);
        tar.putArchiveEntry(entry);
        tar.write(member.getValue());
        tar.closeArchiveEntry();
      }
    }
  }

  private static org.assertj.core.api.AbstractThrowableAssert<?, ?> assertRefused(
      List<Path> places) {
    return assertThatThrownBy(() -> find(places.toArray(Path[]::new)))
        .isInstanceOf(InputException.class);
  }

  private static List<PictureSource> find(Path... places) {
    return PictureFinder.find(Stream.of(places).map(Path::toString).toList());
  }

  private void put(String... names) throws IOException {
    for (String name : names) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.resolveSibling("."));
      Files.createFile(file);
    }
  }
}
