package org.dide.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dide.InputException;
import org.dide.evaluate.VqaSubmission.Answered;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VqaSubmissionTest {
  @Test
  void isLaidOutAsPythonDoesIt(@TempDir Path folder) throws Exception {
    VqaSubmission submission =
        new VqaSubmission(
            List.of(
                Answered.of("262148000", "don't"),
                new Answered(1, "\"é\" \\ / \t\u007f\u0001 😀")));
    String expected =
        """
        [
            {
                "question_id": 262148000,
                "answer": "don't"
            },
            {
                "question_id": 1,
                "answer": "\\"\\u00e9\\" \\\\ / \\t\\u007f\\u0001 \\ud83d\\ude00"
            }
        ]""";
    assertThat(submission.json()).isEqualTo(expected);
    Path file = folder.resolve("submission.json");
    submission.write(file);
    assertThat(Files.readString(file)).isEqualTo(expected);
    assertThat(new VqaSubmission(List.of()).json()).isEqualTo("[]");
  }

  @Test
  void isNamedAfterTheCheckpoint() {
    assertThat(VqaSubmission.fileBeside(Path.of("runs", "best.ckpt")))
        .isEqualTo(Path.of("runs", "vqa_submit_best.json"));
    assertThat(VqaSubmission.fileBeside(Path.of("ab"))).isEqualTo(Path.of("vqa_submit_.json"));
  }

  @Test
  void needsNumbersForIds() {
    assertThatThrownBy(() -> Answered.of("test/7", "yes"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("test/7");
  }
}
