package org.dide.data.scenes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.dide.image.RgbImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

class SceneRendererTest {
  private static final Grid GRID = new Grid(3, 3, 16);
  private static final SceneRenderer RENDERER = new SceneRenderer(GRID);
  private static final int MIDDLE = 4;

  @Test
  void anObjectStaysInItsCell() {
    RgbImage empty = render();
    for (Look look : Palette.of(java.util.EnumSet.allOf(Attribute.class)).looks()) {
      for (int offset : new int[] {-1, 0, 1}) {
        RgbImage picture = render(new SceneObject(look, MIDDLE, offset, -offset));
        for (int y = 0; y < 48; y++) {
          for (int x = 0; x < 48; x++) {
            if (x < 16 || x >= 32 || y < 16 || y >= 32) {
              assertThat(pixel(picture, x, y)).isEqualTo(pixel(empty, x, y));
            }
          }
        }
      }
    }
  }

  @Test
  void everyLookLooksDifferent() {
    List<Look> looks = Palette.of(java.util.EnumSet.allOf(Attribute.class)).looks();
    List<RgbImage> pictures = new ArrayList<>();
    looks.forEach(look -> pictures.add(render(new SceneObject(look, MIDDLE, 0, 0))));
    for (int i = 0; i < pictures.size(); i++) {
      for (int j = 0; j < i; j++) {
        assertThat(distance(pictures.get(i), pictures.get(j)))
            .as("%s and %s", looks.get(i), looks.get(j))
            .isGreaterThan(1_000);
      }
    }
  }

  @Test
  void aMiddleHasItsColour() {
    for (Colour colour : Colour.values()) {
      Look look = new Look(Size.LARGE, Texture.SOLID, colour, Shape.CIRCLE);
      int pixel = pixel(render(new SceneObject(look, MIDDLE, 0, 0)), 24, 24);
      for (int channel = 0; channel < 3; channel++) {
        assertThat((pixel >> (16 - 8 * channel)) & 0xFF).isEqualTo(colour.channel(channel));
      }
    }
  }

  @Test
  void coversHideAndClutterDoesNot() {
    Look look = new Look(Size.LARGE, Texture.SOLID, Colour.RED, Shape.SQUARE);
    SceneObject object = new SceneObject(look, MIDDLE, 0, 0);
    Patch patch = new Patch(20, 20, 4, 4, 100);
    RgbImage behind = RENDERER.render(new Scene(GRID, List.of(object), List.of(patch), List.of()));
    RgbImage before = RENDERER.render(new Scene(GRID, List.of(object), List.of(), List.of(patch)));
    assertThat(behind.rgb()).isEqualTo(render(object).rgb());
    assertThat(pixel(before, 21, 21)).isEqualTo(0x646464);
  }

  @Test
  void anotherGridIsRefused() {
    Scene scene = new Scene(new Grid(4, 4, 16), List.of(), List.of(), List.of());
    assertThatThrownBy(() -> RENDERER.render(scene)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void reportsItsSpeed(TestReporter reporter) {
    ScenesDataset train = ScenesDataset.train(ScenesSettings.DEFAULT);
    long pixels = 0;
    long start = 0;
    int warm = 5_000;
    int timed = 10_000;
    for (int i = 0; i < warm + timed; i++) {
      if (i == warm) {
        start = System.nanoTime();
      }
      pixels += train.example(100, i % train.size()).pictures().get(0).load().rgb().length;
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    reporter.publishEntry("examples drawn per second", "%.0f".formatted(timed / seconds));
    assertThat(pixels).isEqualTo((warm + timed) * 48L * 48 * 3);
  }

  private static RgbImage render(SceneObject... objects) {
    return RENDERER.render(new Scene(GRID, List.of(objects), List.of(), List.of()));
  }

  private static int pixel(RgbImage picture, int x, int y) {
    int at = (y * picture.width() + x) * 3;
    byte[] rgb = picture.rgb();
    return (rgb[at] & 0xFF) << 16 | (rgb[at + 1] & 0xFF) << 8 | (rgb[at + 2] & 0xFF);
  }

  private static int distance(RgbImage first, RgbImage second) {
    int sum = 0;
    for (int i = 0; i < first.rgb().length; i++) {
      sum += Math.abs((first.rgb()[i] & 0xFF) - (second.rgb()[i] & 0xFF));
    }
    return sum;
  }
}
