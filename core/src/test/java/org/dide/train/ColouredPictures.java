package org.dide.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dide.data.Split;
import org.dide.image.PngEncoder;
import org.dide.image.RgbImage;

/** Pictures in eight colours with four captions each, as one's own data has them. */
final class ColouredPictures {
  private static final List<String> COLOURS =
      List.of("black", "blue", "green", "cyan", "red", "pink", "yellow", "white");
  private static final List<String> CAPTIONS =
      List.of("it is %s", "a %s picture", "all of this is %s", "%s everywhere");

  private ColouredPictures() {}

  /**
   * One picture of each colour for each part, a little darker in each, beside a file of captions.
   */
  static void write(Path folder) throws IOException {
    List<String> lines = new ArrayList<>();
    int darker = 0;
    for (Split split : Split.values()) {
      darker += 5;
      for (int colour = 0; colour < COLOURS.size(); colour++) {
        byte[] rgb = new byte[32 * 32 * 3];
        for (int i = 0; i < rgb.length; i++) {
          boolean on = (colour >> (2 - i % 3) & 1) == 1;
          rgb[i] = (byte) (on ? 255 - 3 * darker : darker);
        }
        String name = "%s-%s.png".formatted(split, COLOURS.get(colour));
        Files.write(folder.resolve(name), PngEncoder.encode(new RgbImage(32, 32, rgb)));
        String said = COLOURS.get(colour);
        List<String> captions =
            CAPTIONS.stream().map(caption -> '"' + caption.formatted(said) + '"').toList();
        lines.add(
            "{\"id\": \"%s\", \"image\": \"%s\", \"captions\": %s, \"split\": \"%s\"}"
                .formatted(name, name, captions, split));
      }
    }
    Files.write(folder.resolve("own.jsonl"), lines);
  }
}
