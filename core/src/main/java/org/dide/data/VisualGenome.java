package org.dide.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Reads Visual Genome's descriptions of regions (Krishna et al., IJCV 2017) as captions of the
 * whole pictures, as ViLT is pre-trained on them: {@code region_descriptions.json},
 *
 * <pre>{@code
 * [{"id": 61512, "regions": [{"region_id": 1, "image_id": 61512, "phrase": "a red sign"}, ...]}, ...]
 * }</pre>
 *
 * <p>with pictures such as {@code VG_100K/61512.jpg} or {@code VG_100K_2/61512.jpg}. The file is
 * gone through picture by picture; phrases are kept as bytes.
 */
public final class VisualGenome {
  private static final String NAME = "visual-genome";
  private static final String FILE = "region_descriptions.json";
  private static final List<String> FOLDERS = List.of("VG_100K", "VG_100K_2", "");

  private final PictureRoots pictures;
  private final CaptionTable.Builder table = new CaptionTable.Builder();

  private VisualGenome(PictureRoots pictures) {
    this.pictures = pictures;
  }

  /**
   * Reads a file.
   *
   * @param path the file, or the folder that it lies in
   * @param pictures folder of the pictures, or of {@code VG_100K} and {@code VG_100K_2}; if empty,
   *     that of the file
   * @param devFraction of the pictures that become dev
   * @param decoder reads the pictures, later
   * @param problems hears of pictures that cannot be used, with all their phrases
   * @throws org.dide.InputException if the file cannot be read, or from the listener
   */
  public static Splits read(
      Path path,
      String pictures,
      double devFraction,
      PictureDecoder decoder,
      ProblemListener problems) {
    DevCut.requireFraction(devFraction);
    Path file = Files.isDirectory(path) ? path.resolve(FILE) : path;
    Path beside = file.toAbsolutePath().normalize().resolveSibling("");
    VisualGenome reader = new VisualGenome(PictureRoots.of(beside, pictures, decoder));
    JsonFiles.eachObject(file, problems, reader::add);
    CaptionTable table = reader.table.build();
    return CaptionedExamples.splits(
        NAME, table, Collections.nCopies(table.pictures(), Split.TRAIN), devFraction, 1);
  }

  private void add(JsonRecord image) {
    long id = image.integer("id");
    List<String> phrases = new ArrayList<>();
    for (JsonRecord region : image.records("regions")) {
      String phrase = region.text("phrase").strip();
      if (!phrase.isEmpty()) {
        phrases.add(phrase);
      }
    }
    if (!phrases.isEmpty()) {
      table.add(Long.toString(id), picture(image, id + ".jpg"), phrases);
    }
  }

  private Picture picture(JsonRecord image, String name) {
    return FOLDERS.stream()
        .flatMap(folder -> pictures.find(folder, name).stream())
        .findFirst()
        .orElseThrow(
            () ->
                image.problem(
                    "id",
                    "a picture of which there is no file " + name,
                    "pictures in VG_100K or VG_100K_2 below " + pictures.searched()));
  }
}
