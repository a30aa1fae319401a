package org.dide.task;

import static org.bytedeco.pytorch.global.torch.binary_cross_entropy_with_logits;
import static org.bytedeco.pytorch.global.torch.eye;
import static org.bytedeco.pytorch.global.torch.isneginf;
import static org.bytedeco.pytorch.global.torch.where;
import static org.bytedeco.pytorch.global.torch.zeros_like;

import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.dide.InputException;
import org.dide.data.Example;
import org.dide.data.TaskName;
import org.dide.model.Head;
import org.dide.model.Observation;
import org.dide.model.Pairing;
import org.dide.random.Draws;
import org.dide.tensor.Tensors;

/**
 * Finding the picture that a caption describes, and the captions that describe a picture. Logits
 * are scores of each text of a batch with each of its pictures; {@code docs/retrieval.md} derives
 * the losses.
 */
public final class Retrieval implements Task {
  private static final List<String> CLASSES = TaskName.RETRIEVAL.classes();
  private static final long SUM = 2; // libtorch's Reduction::Sum

  private final TaskName name;
  private final Head head;

  private Retrieval(TaskName name, Head head) {
    this.name = name;
    this.head = head;
  }

  /** Retrieval alone. */
  public Retrieval() {
    this(TaskName.RETRIEVAL, new Head.Matcher());
  }

  /** What a pre-trained model does: it retrieves, and predicts the words that a text hides. */
  public static Retrieval pretraining() {
    return new Retrieval(TaskName.PRETRAINING, new Head.Matcher(true));
  }

  @Override
  public TaskName name() {
    return name;
  }

  @Override
  public List<String> answers() {
    return CLASSES;
  }

  @Override
  public Head head() {
    return head;
  }

  @Override
  public Pairing pairing(int others, int batch, Draws draws) {
    return others == 0 ? Pairing.all(batch) : Pairing.drawn(batch, others, draws);
  }

  /** 1 where the picture of the column is that of the row's text: {@code (B, B)} float32. */
  @Override
  public Tensor targets(List<Example> examples) {
    List<String> pictures = examples.stream().map(e -> e.pictures().get(0).name()).toList();
    int size = examples.size();
    float[] targets = new float[size * size];
    for (int cell = 0; cell < targets.length; cell++) {
      targets[cell] = pictures.get(cell / size).equals(pictures.get(cell % size)) ? 1 : 0;
    }
    return Tensors.of(targets, size, size);
  }

  /** Matching where a model looked at pairs one by one, contrastive where all meet all. */
  @Override
  public Tensor hardLoss(Observation learnt, Tensor targets) {
    return learnt
        .pairing()
        .map(pairs -> matchingLoss(pairs.entries(learnt.logits()), pairs.entries(targets)))
        .orElseGet(() -> hardLoss(learnt.logits(), targets));
  }

  /**
   * The contrastive loss (InfoNCE), both ways, averaged. The other captions of a picture are no
   * rivals of its own: they are left out of the row and the column.
   */
  @Override
  public Tensor hardLoss(Tensor logits, Tensor targets) {
    Tensor self = eye(logits.size(0)).to(logits.device(), ScalarType.Bool); // (B, B)
    Tensor twins = targets.to(ScalarType.Bool).logical_and(self.logical_not());
    Tensor rivals = logits.masked_fill(twins, never());
    return mean(rivals.log_softmax(1).diagonal().mean(), rivals.log_softmax(0).diagonal().mean())
        .neg();
  }

  /** Binary cross-entropy of log-odds; matches and others weigh the same, however many they are. */
  private static Tensor matchingLoss(Tensor logOdds, Tensor targets) {
    Tensor others = targets.neg().add(new Scalar(1.0));
    Tensor weights =
        targets.div(targets.sum()).add(others.div(others.sum().clamp_min(new Scalar(1.0))));
    return binary_cross_entropy_with_logits(
            logOdds, targets, new TensorOptional(weights), new TensorOptional(), SUM)
        .mul(new Scalar(0.5));
  }

  /**
   * KL(teacher ‖ student) between softmaxes over the pictures of each text and over the texts of
   * each picture, averaged over texts, pictures and the two ways. What either did not score takes
   * no part.
   */
  @Override
  public Tensor softLoss(Tensor logits, Tensor teacherLogits) {
    Tensor absent = isneginf(teacherLogits).logical_or(isneginf(logits)); // (B, B)
    Tensor learnt = logits.masked_fill(absent, never());
    Tensor wanted = teacherLogits.detach().masked_fill(absent, never());
    return mean(divergence(learnt, wanted, absent, 1), divergence(learnt, wanted, absent, 0));
  }

  /** Minus infinity less minus infinity is not a number; what is absent costs nothing. */
  private static Tensor divergence(Tensor learnt, Tensor wanted, Tensor absent, int dimension) {
    Tensor target = wanted.log_softmax(dimension);
    Tensor difference = target.sub(learnt.log_softmax(dimension)); // (B, B)
    Tensor terms = target.exp().mul(where(absent, zeros_like(difference), difference));
    return terms.sum().div(new Scalar((double) learnt.size(0)));
  }

  private static Scalar never() {
    return new Scalar(Double.NEGATIVE_INFINITY);
  }

  private static Tensor mean(Tensor one, Tensor other) {
    return one.add(other).mul(new Scalar(0.5));
  }

  /** 1 where no other picture of the batch scores as high with a text as its own. */
  @Override
  public float[] scores(Tensor logits, Tensor targets) {
    Tensor own = logits.diagonal().unsqueeze(1); // (B, 1)
    Tensor rivals = logits.ge(own).logical_and(targets.to(ScalarType.Bool).logical_not());
    return Tensors.floats(rivals.any(1).logical_not());
  }

  /** Whether the row's first picture matches: what a fusion encoder says of a single pair. */
  @Override
  public List<Answer> answers(float[] logits, int count) {
    double match = 1 / (1 + Math.exp(-logits[0]));
    List<Answer> answers =
        List.of(new Answer(CLASSES.get(1), match), new Answer(CLASSES.get(0), 1 - match));
    List<Answer> ranked = match >= 0.5 ? answers : List.of(answers.get(1), answers.get(0));
    return ranked.subList(0, Math.min(count, ranked.size()));
  }

  @Override
  public Submission submission() {
    throw new InputException("task %s: has no answers that could be submitted".formatted(name()));
  }
}
