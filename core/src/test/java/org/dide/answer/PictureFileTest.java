package org.dide.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dide.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class PictureFileTest {
  @TempDir Path folder;

  @Test
  void findsPicturesByNameAtAnyDepthInOrder() throws IOException {
    put("b/2.PNG", "b/10.jpeg", "a.webp", "b/c/d.tif", "B.gif", "notes.txt", "noending", "png");
    put(".hidden.png", ".thumbs/1.png", "b/.git/x.bmp");

    assertThat(PictureFile.find(List.of(folder)))
        .extracting(PictureFile::id)
        .containsExactly("B.gif", "a.webp", "b/10.jpeg", "b/2.PNG", "b/c/d.tif");
  }

  @Test
  void takesWhatIsNamedItselfWhateverItsEnding() throws IOException {
    put("x/photo", "y/1.png", "y/0.png");

    assertThat(PictureFile.find(List.of(folder.resolve("y"), folder.resolve("x/photo"))))
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
    assertThat(PictureFile.find(List.of(folder)))
        .extracting(PictureFile::id)
        .containsExactly("linked/1.png", "x/1.png");

    Files.createSymbolicLink(folder.resolve("x/loop"), folder);
    assertRefused(List.of(folder)).hasMessageContaining("cannot be listed");
  }

  private static org.assertj.core.api.AbstractThrowableAssert<?, ?> assertRefused(
      List<Path> places) {
    return assertThatThrownBy(() -> PictureFile.find(places)).isInstanceOf(InputException.class);
  }

  private void put(String... names) throws IOException {
    for (String name : names) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.resolveSibling("."));
      Files.createFile(file);
    }
  }
}
