package org.dide.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.dide.image.PngEncoder;
import org.dide.image.RgbImage;
import org.dide.task.VqaSubmission;
import org.dide.task.VqaSubmission.Answered;
import org.dide.tensor.SafetensorsWriter;
import org.dide.tensor.Scope;
import org.dide.tensor.Tensors;
import org.dide.testing.Shared;
import org.dide.verify.CaseResult.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A case that says nothing, or says it badly, must fail: it would be met by anything. */
class SilentCaseTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> NOTHING = List.of("null", "[]", "{}", "\"\"");

  @TempDir private Path directory;

  @Test
  void normalizedAnswers() throws IOException {
    Path file = directory.resolve("normalize_word.json");
    passes(file, "{\"rows\": [[\"Two dogs.\", \"2 dogs\"]]}");
    failsWithout(file, "/rows", "/rows/0", "/rows/0/0", "/rows/0/1");
    for (String row : List.of("[\"a\"]", "1", "[\"a\", \"a\", \"a\"]", "[1, 1]")) {
      fails(file, "/rows/0", row);
    }
  }

  @Test
  void sizes() throws IOException {
    Path file = directory.resolve("size_rule.json");
    passes(file, "{\"rows\": [[384, 901, 507, 608, 352]]}");
    failsWithout(file, "/rows", "/rows/0", "/rows/0/3");
    fails(file, "/rows/0", "[384, 901, 507, 608]");
    fails(file, "/rows/0/3", "608.5");
  }

  @Test
  void tokens() throws IOException {
    Files.writeString(directory.resolve("vocab.txt"), "[PAD]\n[UNK]\n[CLS]\n[SEP]\na\n");
    Path file = directory.resolve("case.json");
    passes(
        file,
        """
        {"kind": "tokenizer", "vocab": "vocab.txt", "max_length": 4, "rows": [
          {"text": "a", "input_ids": [2, 4, 3, 0], "attention_mask": [1, 1, 1, 0],
           "tokens": ["[CLS]", "a", "[SEP]"]}]}
        """);
    failsWithout(file, "/kind", "/vocab", "/max_length", "/rows", "/rows/0");
    failsWithout(file, "/rows/0/text", "/rows/0/input_ids", "/rows/0/attention_mask");
    failsWithout(file, "/rows/0/tokens", "/rows/0/tokens/1");
    fails(file, "/rows/0/version_dependent", "true");
  }

  @Test
  void pictures() throws IOException {
    byte[] white = new byte[3 * 32 * 32];
    Arrays.fill(white, (byte) 255);
    byte[] png = PngEncoder.encode(new RgbImage(32, 32, white));
    for (String name : List.of("white.png", "randaug_input.png", "out.png")) {
      Files.write(directory.resolve(name), png);
    }
    Path file = directory.resolve("case.json");
    passes(
        file,
        """
        {"kind": "preprocess",
         "images": [{"file": "white.png", "size_wh": [32, 32], "decoded_rgb": "white.png",
           "transformed": {"32": {"shape": [3, 32, 32], "sum": 3072, "first8": [1, 1],
             "last8": [1, 1], "resized_u8": "white.png"}}}],
         "randaug": [{"op": "AutoContrast", "min": 0, "max": 1, "value": 0.3,
           "sign_random_gt_half": false, "out": "out.png"}]}
        """);
    failsWithout(file, "/images", "/images/0", "/images/0/file", "/images/0/size_wh");
    failsWithout(file, "/images/0/decoded_rgb", "/images/0/transformed");
    String at = "/images/0/transformed/32";
    failsWithout(file, at, at + "/shape", at + "/sum", at + "/first8", at + "/first8/1");
    failsWithout(file, at + "/last8", at + "/resized_u8", "/tensor224_is");
    failsWithout(file, "/randaug", "/randaug/0", "/randaug/0/op", "/randaug/0/min");
    failsWithout(file, "/randaug/0/max", "/randaug/0/value", "/randaug/0/out");
    failsWithout(file, "/randaug/0/sign_random_gt_half");
  }

  @Test
  void scores() throws IOException {
    write("tensors.safetensors", Map.of("vqa.0.logits", row(1, 0), "vqa.0.target", row(0.6f, 0)));
    Path file = directory.resolve("case.json");
    passes(
        file,
        """
        {"kind": "metrics", "expected": {"vqa_score": [
          {"step": 0.6, "running": 0.6, "score": 0.6, "total": 1}]}}
        """);
    failsWithout(file, "/expected", "/expected/vqa_score", "/expected/vqa_score/0");
    String step = "/expected/vqa_score/0";
    failsWithout(file, step + "/step", step + "/running", step + "/score", step + "/total");

    write(
        "tensors.safetensors",
        Map.of(
            "vqa.0.logits",
            row(1, 0),
            "vqa.0.target",
            row(0.6f, 0),
            "vqa.1.logits",
            row(1, 0),
            "vqa.1.target",
            row(0.6f, 0)));
    assertThat(verify(file).failures()).extracting(Quantity::name).contains("vqa_score: steps");
  }

  @Test
  void submissions() throws IOException {
    write("tensors.safetensors", Map.of("0.logits", row(1, 0)));
    Files.writeString(
        directory.resolve("vqa_submit_model.json"),
        new VqaSubmission(List.of(new Answered(7, "red"))).json());
    Path file = directory.resolve("case.json");
    passes(
        file,
        """
        {"kind": "vqa_test", "id2answer": {"0": "red", "1": "blue"},
         "batches": [{"vqa_labels": [[0]], "vqa_scores": [[0.6]], "qid": [7]}],
         "load_path": "run/model.ckpt", "submission_file": "vqa_submit_model.json",
         "logged_steps": [["vqa/val/score", 0.6]], "logged_epoch": [["vqa/val/score_epoch", 0.6]]}
        """);
    failsWithout(file, "/id2answer", "/id2answer/0", "/load_path", "/submission_file");
    failsWithout(file, "/batches", "/batches/0", "/batches/0/vqa_labels", "/batches/0/vqa_scores");
    failsWithout(file, "/batches/0/qid", "/batches/0/qid/0", "/batches/0/vqa_labels/0");
    failsWithout(file, "/batches/0/vqa_scores/0", "/batches/0/vqa_scores/0/0");
    failsWithout(file, "/logged_steps", "/logged_steps/0", "/logged_steps/0/1");
    failsWithout(file, "/logged_epoch", "/logged_epoch/0", "/logged_epoch/0/1");
    fails(file, "/logged_epoch/0/0", "\"vqa/val/loss\"");
  }

  @Test
  void vqaTables() throws IOException {
    copy(Shared.path("golden/datasets/vqa_raw"), directory.resolve("vqa_raw"));
    Path file = directory.resolve("vqa_expected.json");
    passes(file, Files.readString(Shared.path("golden/datasets/vqa_expected.json")));
    failsWithout(file, "/kind", "/answer_vocabulary", "/num_class", "/counts", "/counts/no");
    failsWithout(file, "/id2answer_of_datamodule", "/get_score", "/get_score/0", "/tables");
    failsWithout(file, "/trainable_val_rows", "/tables/vqav2_rest_val");
    for (String table : List.of("/tables/vqav2_train", "/tables/vqav2_test")) {
      failsWithout(file, table, table + "/0", table + "/0/image", table + "/0/question_id");
      failsWithout(file, table + "/0/questions", table + "/0/questions/0");
    }
    String train = "/tables/vqav2_train/0/";
    failsWithout(file, train + "answers", train + "answer_labels", train + "answer_scores");
    for (String field : List.of("answers", "answer_labels", "answer_scores")) {
      fails(file, "/tables/vqav2_test/0/" + field, "null"); // [] is what they are
    }
  }

  @Test
  void vqaItems() throws IOException {
    copy(Shared.path("golden/datasets/vqa_raw"), directory.resolve("deep/vqa_raw"));
    Path tokenizer = Files.createDirectories(directory.resolve("tokenizer"));
    Files.copy(Shared.path("golden/tokenizer/vocab.txt"), tokenizer.resolve("vocab.txt"));
    Path file = directory.resolve("deep/dataset_items.json");
    JsonNode items = JSON.readTree(Shared.path("golden/datasets/dataset_items.json").toFile());
    ((ObjectNode) items.get("items")).retain("VQAv2Dataset.val", "VQAv2Dataset.test");
    passes(file, items.toString());
    failsWithout(file, "/items", "/items/VQAv2Dataset.val", "/items/VQAv2Dataset.test");
    failsWithout(file, "/image_size", "/max_text_len");
    String item = "/items/VQAv2Dataset.val/0";
    failsWithout(file, item, item + "/qid", item + "/text", item + "/input_ids");
    failsWithout(file, item + "/vqa_answer", item + "/vqa_labels", item + "/vqa_scores");
    failsWithout(file, item + "/image_shape", item + "/image_mean");
    fails(file, "/items/VQAv2Dataset.test/0/vqa_answer", "null");
    fails(file, "/items/VQAv2Dataset.test/0/vqa_labels", "null");
    fails(file, "/items/VQAv2Dataset.test/0/vqa_scores", "null");
  }

  @Test
  void statementTables() throws IOException {
    copy(Shared.path("golden/datasets/nlvr2_raw"), directory.resolve("two/nlvr2_raw"));
    Path two = directory.resolve("two/nlvr2_expected.json");
    passes(two, Files.readString(Shared.path("golden/datasets/nlvr2_expected.json")));
    failsWithout(two, "/kind", "/tables");
    for (String table : List.of("train", "dev", "test1")) {
      String at = "/tables/nlvr2_" + table;
      failsWithout(two, at, at + "/0", at + "/0/image_0", at + "/0/image_1", at + "/0/identifier");
      failsWithout(two, at + "/0/questions", at + "/0/questions/0", at + "/0/answers/0");
    }
    fails(two, "/tables/nlvr2_dev/0/answers/0", "\"False\"");

    copy(Shared.path("golden/datasets/snli_ve_raw"), directory.resolve("one/snli_ve_raw"));
    Path one = directory.resolve("one/snli_ve_expected.json");
    passes(one, Files.readString(Shared.path("golden/datasets/snli_ve_expected.json")));
    failsWithout(one, "/kind", "/tables", "/label2id", "/label2id/neutral");
    for (String table : List.of("train", "dev", "test")) {
      String at = "/tables/snli_ve_" + table;
      failsWithout(one, at, at + "/0", at + "/0/image", at + "/0/identifier", at + "/0/answers");
      failsWithout(one, at + "/0/questions", at + "/0/questions/0", at + "/0/answers/0");
    }
  }

  @Test
  void statementItems() throws IOException {
    for (String raw : List.of("nlvr2_raw", "snli_ve_raw")) {
      copy(Shared.path("golden/datasets/" + raw), directory.resolve("deep/" + raw));
    }
    Path tokenizer = Files.createDirectories(directory.resolve("tokenizer"));
    Files.copy(Shared.path("golden/tokenizer/vocab.txt"), tokenizer.resolve("vocab.txt"));
    Path file = directory.resolve("deep/dataset_items.json");
    JsonNode items = JSON.readTree(Shared.path("golden/datasets/dataset_items.json").toFile());
    ((ObjectNode) items.get("items")).remove(List.of("VQAv2Dataset.val", "VQAv2Dataset.test"));
    passes(file, items.toString());
    for (String list : List.of("NLVR2Dataset.train", "NLVR2Dataset.val", "SNLIVEDataset.val")) {
      String item = "/items/" + list + "/0";
      failsWithout(file, "/items/" + list, item, item + "/text", item + "/input_ids");
      failsWithout(file, item + "/answers", item + "/table_name");
    }
    String pair = "/items/NLVR2Dataset.val/0/";
    failsWithout(file, pair + "image_0_shape", pair + "image_0_mean");
    failsWithout(file, pair + "image_1_shape", pair + "image_1_mean");
    fails(file, pair + "answers", "1");
    String single = "/items/SNLIVEDataset.train/0/";
    failsWithout(file, single + "image_shape", single + "image_mean");
    fails(file, single + "answers", "true");
  }

  @Test
  void tasks() throws IOException {
    copy(Shared.path("golden/vqa/student"), directory);
    Path file = directory.resolve("case.json");
    passes(file, Files.readString(file));
    failsWithout(file, "/kind", "/config", "/image_sizes_hw", "/image_sizes_hw/0", "/select_order");
    failsWithout(file, "/batch", "/batch/vqa_labels", "/batch/vqa_scores", "/batch/vqa_labels/0");
    failsWithout(file, "/expected_scalars", "/expected_scalars/total_loss", "/logged", "/logged/0");
    failsWithout(file, "/params_without_gradient/0");
    fails(file, "/params_without_gradient", "null"); // [] is what a teacher has
    fails(file, "/logged", "[[\"vqa/train/loss\", 1]]");

    write("grads.safetensors", Map.of());
    assertThat(verify(file).note()).contains("grads.safetensors", "no tensors");
    write("expected.safetensors", Map.of("text.cls_feats", row(1)));
    assertThat(verify(file).failures())
        .extracting(Quantity::name)
        .anyMatch(name -> name.startsWith("vqa_logits"))
        .anyMatch(name -> name.startsWith("vqa_targets"));
    write("expected.safetensors", Map.of());
    assertThat(verify(file).note()).contains("expected.safetensors", "no tensors");
  }

  @Test
  void trajectories() throws IOException {
    copy(Shared.path("golden/trajectory/vqa"), directory);
    Path file = directory.resolve("case.json");
    passes(file, Files.readString(file));
    failsWithout(file, "/task", "/config", "/steps", "/accumulate_grad_batches", "/num_batches");
    failsWithout(file, "/batches", "/batches/1", "/trainer", "/log", "/log/0");
    failsWithout(file, "/log/1/lr_per_group", "/log/1/lr_per_group/0", "/log/1/micro_losses");
    failsWithout(file, "/log/1/micro_losses/0", "/log/1/micro_losses/0/total");
    failsWithout(file, "/param_groups", "/param_groups/0", "/param_groups/0/params");
    failsWithout(file, "/param_groups/0/base_lr", "/param_groups/1/weight_decay");
    fails(file, "/log/1/lr_per_group", "[0.0001]");
    write("params_final.safetensors", Map.of());
    assertThat(verify(file).note()).contains("params_final.safetensors", "no tensors");
  }

  /** At a size that needs no gigabytes; its numbers are not right, but its shapes are. */
  @Test
  void baseAnchors() throws IOException {
    Path file = directory.resolve("case.json");
    Files.writeString(file, ANCHOR);
    CaseResult whole = verify(file);
    assertThat(whole.note()).isEmpty();
    assertThat(whole.quantities())
        .extracting(Quantity::name)
        .noneMatch(name -> name.contains("found"))
        .containsSubsequence(
            "text_tower_cls_first16[0]",
            "image_tower_cls_first16[0]",
            "teacher_cls_feats_first16[0]",
            "student_logits_first16[0]",
            "teacher_logits_first16[0]");
    tells(file, "/weight_check_first4", "/weight_check_first4/fusion.0.bias", "/expected/fp32");
    tells(file, "/batch", "/batch/image_sizes_hw", "/batch/text_lens", "/batch/vqa_labels");
    String at = "/expected/fp32/";
    tells(file, at + "text_tower_cls_first16", at + "image_tower_cls_first16");
    tells(file, at + "teacher_cls_feats_first16", at + "teacher_cls_feats_first16/0");
    tells(file, at + "student_logits_first16", at + "student_logits_sum");
    tells(file, at + "teacher_logits_first16", at + "teacher_logits_sum");
    tells(file, at + "losses", at + "losses/total", at + "attention_parts", at + "grads");
    tells(file, at + "seq", at + "seq/image_tokens", at + "seq/image_mask_sum");
    String gradient = at + "grads/fusion.0.bias";
    tells(file, gradient, gradient + "/max", gradient + "/norm", gradient + "/first4");
    assertThat(verify(file, at + "attention_parts", "[0]").failures())
        .extracting(Quantity::name)
        .contains("attention_parts");
  }

  private static final String ANCHOR =
      """
      {"kind": "base_anchor", "task": "vqa", "select_order": "canonical",
       "config": {"hidden_size": 8, "teacher_hidden_size": 8, "num_heads": 2, "num_layers": 1,
         "mlp_ratio": 2, "patch_size": 4, "image_size": 8, "max_text_len": 6, "vocab_size": 29000,
         "drop_rate": 0.0, "max_image_len": -1, "vqav2_label_size": 3},
       "weight_check_first4": {"fusion.0.bias": [0]},
       "batch": {"image_sizes_hw": [[8, 8]], "text_lens": [4], "vqa_labels": [[0]],
         "vqa_scores": [[1.0]]},
       "expected": {"fp32": {
         "losses": {"total": 0}, "attention_parts": [0, 0],
         "student_logits_first16": [[0, 0, 0]], "student_logits_sum": [0],
         "teacher_logits_first16": [[0, 0, 0]], "teacher_logits_sum": [0],
         "text_tower_cls_first16": [[0, 0, 0, 0, 0, 0, 0, 0]],
         "image_tower_cls_first16": [[0, 0, 0, 0, 0, 0, 0, 0]],
         "teacher_cls_feats_first16": [[0, 0, 0, 0, 0, 0, 0, 0]],
         "seq": {"image_tokens": [1, 5], "image_mask_sum": [5]},
         "grads": {"fusion.0.bias": {"max": 1, "norm": 1, "first4": [0]}}}}}
      """;

  /** What follows would prove nothing if the whole case did not pass. */
  private void passes(Path file, String json) throws IOException {
    Files.writeString(Files.createDirectories(file.resolveSibling(".")).resolve(file), json);
    CaseResult result = verify(file);
    assertThat(result.status())
        .as("%s %s", result.note(), result.failures())
        .isEqualTo(Status.PASSED);
  }

  private void failsWithout(Path file, String... pointers) throws IOException {
    for (String pointer : pointers) {
      for (String nothing : NOTHING) {
        fails(file, pointer, nothing);
      }
    }
  }

  /** Of a case that does not pass anyway. */
  private void tells(Path file, String... pointers) throws IOException {
    for (String pointer : pointers) {
      for (String nothing : NOTHING) {
        String note = verify(file, pointer, nothing).note();
        assertThat(note).as("%s = %s", pointer, nothing).containsAnyOf("needed is", "missing");
      }
    }
  }

  private void fails(Path file, String pointer, String value) throws IOException {
    CaseResult result = verify(file, pointer, value);
    assertThat(result.status()).as("%s = %s", pointer, value).isEqualTo(Status.FAILED);
    assertThat(result.note().isEmpty() && result.failures().isEmpty())
        .as("nothing is said of %s = %s", pointer, value)
        .isFalse();
  }

  /** The result with another value at one place; the file is as before afterwards. */
  private CaseResult verify(Path file, String pointer, String value) throws IOException {
    String whole = Files.readString(file);
    JsonNode root = JSON.readTree(whole);
    JsonPointer at = JsonPointer.compile(pointer);
    JsonNode parent = root.at(at.head());
    if (parent instanceof ArrayNode list) {
      list.set(at.last().getMatchingIndex(), JSON.readTree(value));
    } else {
      ((ObjectNode) parent).set(at.last().getMatchingProperty(), JSON.readTree(value));
    }
    Files.writeString(file, root.toString());
    CaseResult result = verify(file);
    Files.writeString(file, whole);
    return result;
  }

  private CaseResult verify(Path file) {
    List<CaseFile> found = CaseFile.find(file.resolveSibling("."));
    assertThat(found).hasSize(1);
    return Verifier.standard().verify(found.get(0));
  }

  private static float[] row(float... values) {
    return values;
  }

  private void write(String name, Map<String, float[]> rows) {
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      rows.forEach((key, values) -> tensors.put(key, Tensors.of(values, 1, values.length)));
      SafetensorsWriter.write(directory.resolve(name), tensors, Map.of());
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.walk(from)) {
      files = found.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      Path copy = to.resolve(from.relativize(file).toString());
      Files.createDirectories(copy.resolveSibling("."));
      Files.write(copy, Files.readAllBytes(file)); // the originals may be read-only
    }
  }
}
