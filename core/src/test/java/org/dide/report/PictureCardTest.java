package org.dide.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.dide.image.RgbImage;
import org.dide.report.PictureCard.Given;
import org.dide.report.PictureCard.Verdict;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

class PictureCardTest {
  @Test
  void showsThePictureEnlargedAndEachAnswer() throws Exception {
    RgbImage picture = picture(48, 24);
    Element card =
        Pages.parse(
            new PictureCard(
                    picture,
                    "is <it> red?",
                    "yes",
                    List.of(
                        new Given("teacher", "yes", 0.9876, Verdict.RIGHT),
                        new Given("student", "no", 0.5, Verdict.WRONG)))
                .markup());
    Element image = Pages.elements(card, "img").get(0);
    assertThat(image.getAttribute("width")).isEqualTo("192");
    assertThat(image.getAttribute("height")).isEqualTo("96");
    assertThat(image.getAttribute("class")).isEqualTo("plain");
    assertThat(Pages.picture(image.getAttribute("src")).rgb()).isEqualTo(picture.rgb());
    assertThat(Pages.texts(card, "figcaption")).containsExactly("is <it> red?");
    assertThat(Pages.texts(card, "td"))
        .containsExactly("yes", "98.8 %", "✓ right", "no", "50.0 %", "✗ wrong", "yes");
  }

  @Test
  void shrinksLargePicturesAndTellsNoVerdictWithoutAnAnswer() throws Exception {
    Element card =
        Pages.parse(
            new PictureCard(
                    picture(1000, 500),
                    "what?",
                    "",
                    List.of(new Given("model", "dog", 0.2, Verdict.UNKNOWN)))
                .markup());
    Element image = Pages.elements(card, "img").get(0);
    assertThat(image.getAttribute("width")).isEqualTo("192");
    assertThat(image.getAttribute("class")).isEqualTo("smooth");
    assertThat(Pages.picture(image.getAttribute("src")).width()).isEqualTo(384);
    assertThat(Pages.texts(card, "td")).containsExactly("dog", "20.0 %", "");
  }

  @Test
  void showsAnswersWithoutAPicture() throws Exception {
    Element card =
        Pages.parse(
            new PictureCard(
                    Optional.empty(),
                    "what?",
                    "",
                    List.of(new Given("model", "dog", 0.2, Verdict.UNKNOWN)))
                .markup());
    assertThat(Pages.elements(card, "img")).isEmpty();
    assertThat(Pages.texts(card, "p")).containsExactly("no picture");
    assertThat(Pages.texts(card, "td")).containsExactly("dog", "20.0 %", "");
  }

  @Test
  void judgesByScore() {
    assertThat(List.of(Verdict.of(1), Verdict.of(0.5), Verdict.of(0.3), Verdict.of(0)))
        .containsExactly(Verdict.RIGHT, Verdict.RIGHT, Verdict.PARTLY, Verdict.WRONG);
  }

  static RgbImage picture(int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (i * 31);
    }
    return new RgbImage(width, height, rgb);
  }
}
