package org.dide.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.dide.InputException;
import org.dide.task.VqaSubmission.Answered;
import org.junit.jupiter.api.Test;

class VqaSubmissionTest {
  @Test
  void isLaidOutAsPythonDoesIt() {
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
    assertThat(new VqaSubmission(List.of()).json()).isEqualTo("[]");
  }

  @Test
  void isNamedAfterTheCheckpoint() {
    assertThat(VqaSubmission.fileBeside(Path.of("runs", "best.ckpt")))
        .isEqualTo(Path.of("runs", "vqa_submit_best.json"));
    assertThat(VqaSubmission.fileBeside(Path.of("ab"))).isEqualTo(Path.of("vqa_submit_.json"));
  }

  @Test
  void otherTasksWriteALineForEachAnswer() {
    Submission reasoning = new VisualReasoning().submission();
    reasoning.add("test1-0-1-0", "true");
    reasoning.add("test1-0-1-1", "false");
    assertThat(reasoning.content()).isEqualTo("test1-0-1-0,True\ntest1-0-1-1,False\n");
    Submission entailment = new VisualEntailment().submission();
    entailment.add("7.jpg#2r1c", "contradiction");
    assertThat(entailment.content())
        .isEqualTo("{\"pairID\":\"7.jpg#2r1c\",\"gold_label\":\"contradiction\"}\n");
  }

  @Test
  void needsNumbersForIds() {
    assertThatThrownBy(() -> Answered.of("test/7", "yes"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("test/7");
  }
}
