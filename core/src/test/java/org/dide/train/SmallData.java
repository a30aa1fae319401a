package org.dide.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.dide.data.Tars;
import org.dide.image.PngEncoder;
import org.dide.image.RgbImage;

/** A few pictures and texts in each of the formats that recipes read. */
final class SmallData {
  private static final byte[] RED = picture(64, 64);
  private static final byte[] DRAWING = picture(400, 100);

  private SmallData() {}

  /** Ten pictures for each part, two questions of each. */
  static void writeEasyVqa(Path data) throws IOException {
    for (String split : List.of("train", "test")) {
      List<String> questions = new ArrayList<>();
      for (int number = 0; number < 10; number++) {
        write(data.resolve(split).resolve("images/%d.png".formatted(number)), RED);
        questions.add("[\"what color is the circle?\", \"red\", %d]".formatted(number));
        questions.add("[\"is there a red shape?\", \"yes\", %d]".formatted(number));
      }
      Files.writeString(data.resolve(split).resolve("questions.json"), questions.toString());
    }
    Files.writeString(data.resolve("answers.txt"), "circle\nred\nyes\nno\n");
  }

  /** A question about each of ten pictures. */
  static void writeOwn(Path data) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int number = 0; number < 10; number++) {
      write(data.resolve("images/%d.png".formatted(number)), RED);
      lines.add(
          """
          {"id": "%d", "image": "images/%d.png", "question": "what is it?", "answer": "%s", "split": "%s"}\
          """
              .formatted(
                  number, number, number % 2 == 0 ? "red" : "round", number < 6 ? "train" : "dev"));
    }
    Files.write(data.resolve("own.jsonl"), lines);
  }

  /** Four pictures for each part, two captions of each, as Flickr8k and as Karpathy has them. */
  static void writeCaptions(Path data) throws IOException {
    List<String> tokens = new ArrayList<>();
    List<String> records = new ArrayList<>();
    for (String split : List.of("train", "dev", "test")) {
      List<String> names = new ArrayList<>();
      for (int number = 0; number < 4; number++) {
        String name = split + number + ".png";
        write(data.resolve("images").resolve(name), RED);
        names.add(name);
        tokens.add(name + "#0\tit is red");
        tokens.add(name + "#1\ta bright picture");
        records.add(
            """
            {"filename": "%s", "split": "%s", "sentences": [{"raw": "it is red"}, {"raw": "bright"}]}
            """
                .formatted(name, split.equals("dev") ? "val" : split));
      }
      Files.write(data.resolve("Flickr_8k." + split + "Images.txt"), names);
    }
    Files.write(data.resolve("Flickr8k.token.txt"), tokens);
    Files.writeString(
        data.resolve("dataset.json"), "{\"images\": [%s]}".formatted(String.join(",", records)));
  }

  /** Six pictures with a caption each, as WebDataset has them. */
  static void writeShards(Path data) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (int key = 0; key < 6; key++) {
      files.put(key + ".png", Tars.picture(40 * key));
      files.put(key + ".txt", Tars.text("a grey picture"));
    }
    for (String split : List.of("train", "dev", "test")) {
      Tars.write(data.resolve(split).resolve("0.tar"), files);
    }
  }

  /** Ten questions of one answer, which is then frequent enough, for each of two parts. */
  static void writeVqaV2(Path data) throws IOException {
    for (String part : List.of("train2014", "val2014")) {
      for (int image = 0; image < 10; image++) {
        write(data.resolve(part).resolve("COCO_%s_%012d.jpg".formatted(part, image)), RED);
      }
      Files.writeString(
          data.resolve("v2_OpenEnded_mscoco_" + part + "_questions.json"),
          "{\"questions\": [%s]}"
              .formatted(
                  ten(
                      """
                      {"image_id": %1$d, "question": "what is it?", "question_id": %1$d}\
                      """)));
      Files.writeString(
          data.resolve("v2_mscoco_" + part + "_annotations.json"),
          "{\"annotations\": [%s]}"
              .formatted(
                  ten(
                      """
                      {"question_id": %1$d, "multiple_choice_answer": "red", "answer_type": "other",
                       "answers": [{"answer": "red"}, {"answer": "red"}, {"answer": "pink"}]}\
                      """)));
    }
  }

  /** Five pairs for each part, two statements about each. */
  static void writeNlvr2(Path data) throws IOException {
    for (String part : List.of("train", "dev", "test1")) {
      List<String> lines = new ArrayList<>();
      Path images = data.resolve(part.equals("train") ? "images/train/7" : part);
      for (int pair = 0; pair < 5; pair++) {
        for (int side = 0; side < 2; side++) {
          write(images.resolve("%s-%d-0-img%d.png".formatted(part, pair, side)), RED);
        }
        for (int statement = 0; statement < 2; statement++) {
          lines.add(
              """
              {"identifier": "%s-%d-0-%d", "sentence": "Both are red.", "label": "%s", "directory": "7"}\
              """
                  .formatted(part, pair, statement, pair % 2 == 0 ? "True" : "False"));
        }
      }
      Files.write(data.resolve(part + ".json"), lines);
    }
  }

  /** Ten statements about five photographs for each part. */
  static void writeSnliVe(Path data) throws IOException {
    List<String> labels = List.of("entailment", "neutral", "contradiction");
    for (String part : List.of("train", "dev", "test")) {
      List<String> lines = new ArrayList<>();
      for (int number = 0; number < 10; number++) {
        String photograph = part + number / 2;
        write(data.resolve("images").resolve(photograph + ".jpg"), RED);
        lines.add(
            """
            {"image": "%s", "sentence": "It is red.", "label": "%s"}\
            """
                .formatted(photograph, labels.get(number % labels.size())));
      }
      Files.writeString(data.resolve(part + ".json"), "[%s]".formatted(String.join(",", lines)));
    }
  }

  /** Ten drawings for each part. */
  static void writeNlvr(Path data) throws IOException {
    for (String part : List.of("dev", "hidden", "test")) {
      List<String> lines = new ArrayList<>();
      for (int number = 0; number < 10; number++) {
        write(data.resolve(part).resolve("images/%s-%d-0-0.png".formatted(part, number)), DRAWING);
        lines.add(
            """
            {"identifier": "%d-0", "sentence": "Box %d has a circle.", "label": "%s"}\
            """
                .formatted(number, number, number % 2 == 0));
      }
      Files.write(data.resolve(part).resolve(part + ".json"), lines);
    }
  }

  /** Twenty questions about ten pictures, of which two are looked at in the end. */
  static void writeVqaRad(Path data) throws IOException {
    List<String> records = new ArrayList<>();
    for (int number = 0; number < 20; number++) {
      String name = "synpic%d.jpg".formatted(number / 2);
      write(data.resolve("images").resolve(name), RED);
      records.add(
          """
          {"qid": %d, "image_name": "%s", "question": "Is there a mass?", "answer": "%s",
           "phrase_type": "%s", "answer_type": "CLOSED", "question_type": "PRES"}\
          """
              .formatted(
                  number,
                  name,
                  number % 3 == 0 ? "No" : "Yes",
                  number % 10 == 0 ? "test_freeform" : "freeform"));
    }
    Files.writeString(data.resolve("VQA_RAD Dataset Public.json"), records.toString());
  }

  private static String ten(String template) {
    return IntStream.range(0, 10).mapToObj(template::formatted).collect(Collectors.joining(","));
  }

  private static void write(Path file, byte[] content) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, content);
  }

  private static byte[] picture(int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < rgb.length; i += 3) {
      rgb[i] = (byte) 200;
    }
    return PngEncoder.encode(new RgbImage(width, height, rgb));
  }
}
