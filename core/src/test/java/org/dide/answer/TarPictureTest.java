package org.dide.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.dide.data.Tars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TarPictureTest {
  @TempDir private Path folder;

  @Test
  void linksAndHiddenFilesAreNoPictures() throws IOException {
    byte[] picture = Tars.picture(1);
    Path tar =
        Tars.write(
            folder.resolve("trip.tar"),
            Map.of("in/a.png", picture, "in/._a.png", picture),
            Map.of("b.png", "in/a.png", "c.png", "in/a.png"));
    assertThat(TarPicture.in(tar, PictureFinder::isPicture))
        .extracting(PictureSource::id)
        .containsExactly("trip/in/a.png");
  }
}
