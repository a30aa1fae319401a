package org.dide.verify;

import static org.bytedeco.pytorch.global.torch.cross_entropy_loss;
import static org.bytedeco.pytorch.global.torch.where;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.dide.distill.WordPatchAlignment;
import org.dide.hub.ReferenceNames;
import org.dide.image.PixelBatch;
import org.dide.model.Absent;
import org.dide.model.FusionModel;
import org.dide.model.FusionView;
import org.dide.model.Head;
import org.dide.model.Initialisation;
import org.dide.model.Inputs;
import org.dide.model.Look;
import org.dide.model.Mode;
import org.dide.model.Pairs;
import org.dide.tensor.Device;
import org.dide.tensor.Tensors;
import org.dide.text.HiddenWords;
import org.dide.text.TokenBatch;

/** One step of ViLT's pre-training: hidden words, matching, and words laid onto patches. */
final class PretrainingVerifier implements CaseVerifier {
  private static final int MODALITIES = 2;
  private static final long NOT_HIDDEN = -100;
  private static final String ALIGNMENT = "itm_wpa_loss";

  @Override
  public boolean handles(GoldenCase golden) {
    return golden.kind().equals("pretrain");
  }

  @Override
  public void verify(GoldenCase golden, Comparison comparison) {
    Map<String, Tensor> weights =
        ReferenceNames.fusionEncoder(golden.tensors("weights.safetensors"));
    try (FusionModel model = model(golden, weights)) {
      model.parameters().setTrainable(true);
      Step step =
          new Step(
              golden,
              model,
              golden.tensors("inputs.safetensors"),
              golden.tensors("expected.safetensors"),
              comparison);
      step.run();
      Map<String, Tensor> given =
          model.parameters().tensors().entrySet().stream()
              .filter(parameter -> weights.containsKey(parameter.getKey()))
              .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
      Gradients.compare(golden, given, comparison);
    }
  }

  /** A case of one objective has no head for the other, which is then drawn and not used. */
  private static FusionModel model(GoldenCase golden, Map<String, Tensor> weights) {
    Absent heads =
        new Absent(
            name -> name.startsWith("mlm_score.") || name.startsWith("itm_score."),
            0,
            Initialisation.PUBLISHED);
    return FusionModel.loaded(
        golden.config().architecture(MODALITIES, weights),
        new Head.Matcher(true),
        weights,
        heads,
        golden.sibling("weights.safetensors").toString(),
        Device.CPU);
  }

  /** The step of a case. */
  private static final class Step {
    private final GoldenCase golden;
    private final FusionModel model;
    private final Map<String, Tensor> inputs;
    private final Map<String, Tensor> expected;
    private final Comparison comparison;
    private final Map<String, Tensor> outputs = new HashMap<>();
    private final Map<String, Double> scalars = new HashMap<>();
    private final Map<String, Double> accuracies = new HashMap<>();
    private Optional<Tensor> total = Optional.empty();
    private double carried; // what right and wrong pairs cost, added up

    Step(
        GoldenCase golden,
        FusionModel model,
        Map<String, Tensor> inputs,
        Map<String, Tensor> expected,
        Comparison comparison) {
      this.golden = golden;
      this.model = model;
      this.inputs = inputs;
      this.expected = expected;
      this.comparison = comparison;
    }

    void run() {
      Map<String, Double> losses = Json.numbers(golden.field("losses"), "losses");
      if (losses.containsKey("mlm")) {
        words();
      }
      if (losses.containsKey("itm")) {
        match();
      }
      Tensor sum = total.orElseThrow();
      scalars.put("total_loss", sum.item_double());
      comparison.all(outputs, expected, Set.of("mlm_ids", "mlm_labels", "itm_labels"));
      compareScalars();
      sum.backward();
    }

    /**
     * Word-patch alignment is the difference of what right and wrong pairs cost, and is as exact as
     * these two are: the reference's own costs and plans, added up in double precision, differ from
     * its loss by more than a ten-millionth of it.
     */
    private void compareScalars() {
      Map<String, Double> wanted =
          Json.numbers(golden.field("expected_scalars"), "expected_scalars");
      Map<String, Double> bounds = new HashMap<>();
      wanted.forEach(
          (name, value) ->
              bounds.put(
                  name, Tolerance.LOSS * (name.equals(ALIGNMENT) ? carried : Math.abs(value))));
      comparison.scalars(scalars, wanted, bounds);
      accuracies.forEach(
          (name, value) -> {
            for (double logged : Json.logged(golden.field("logged"), "logged", name)) {
              comparison.number(name, value, logged, Tolerance.ROUNDING);
            }
          });
    }

    /** The logits of all tokens are compared, the loss is that of the hidden ones. */
    private void words() {
      Tensor ids = GoldenCase.tensor(inputs, "text_ids_mlm"); // (B, T)
      Tensor labels = GoldenCase.tensor(inputs, "text_labels_mlm").flatten(); // (B * T)
      TokenBatch texts = ReferenceInputs.texts(ids, GoldenCase.tensor(inputs, "text_masks"));
      Look look = view(texts, pictures("image", "image_sizes_hw")).words(everyToken(texts));
      outputs.put("mlm_ids", ids);
      outputs.put("mlm_labels", GoldenCase.tensor(inputs, "text_labels_mlm"));
      outputs.put("mlm_logits", look.logits().view(ids.size(0), ids.size(1), -1));
      Tensor hidden = labels.ne(new Scalar(NOT_HIDDEN)).nonzero().squeeze(1); // (M)
      Tensor logits = look.logits().index_select(0, hidden); // (M, V)
      Tensor words = labels.index_select(0, hidden); // (M)
      add("mlm_loss", cross_entropy_loss(logits, words));
      accuracies.put("mlm/train/accuracy", accuracy(logits, words));
    }

    private static HiddenWords everyToken(TokenBatch texts) {
      long batch = texts.ids().size(0);
      long count = batch * texts.length();
      long[] places = LongStream.range(0, count).toArray();
      long[] rows = LongStream.of(places).map(place -> place / texts.length()).toArray();
      return new HiddenWords(
          texts, Tensors.of(places, count), Tensors.of(rows, count), texts.ids().flatten());
    }

    private void match() {
      Tensor labels = GoldenCase.tensor(expected, "itm_labels"); // (B)
      TokenBatch texts =
          ReferenceInputs.texts(
              GoldenCase.tensor(inputs, "text_ids"), GoldenCase.tensor(inputs, "text_masks"));
      PixelBatch pictures = exchanged(labels);
      Look look = view(texts, pictures).match(Pairs.own(pictures.size()));
      WordPatchAlignment.Transport transport = WordPatchAlignment.transport(look);
      carried = WordPatchAlignment.WEIGHT * transport.distance().mean().item_double();
      outputs.put("itm_labels", labels);
      outputs.put("itm_logits", look.logits());
      outputs.put("itm.cost_text_by_image", transport.cost());
      outputs.put("itm.transport_image_by_text", transport.plan());
      Tensor classes = labels.to(ScalarType.Long);
      add("itm_loss", cross_entropy_loss(look.logits(), classes));
      add(ALIGNMENT, WordPatchAlignment.loss(look, labels));
      accuracies.put("itm/train/accuracy", accuracy(look.logits(), classes));
    }

    /** The pictures that the reference showed: each text's own where its label is 1. */
    private PixelBatch exchanged(Tensor labels) {
      PixelBatch own = pictures("image", "image_sizes_hw");
      PixelBatch wrong = pictures("false_image_0", "false_image_sizes_hw");
      Tensor match = labels.ne(new Scalar(0.0)); // (B)
      float[] matches = Tensors.floats(labels);
      return new PixelBatch(
          where(match.view(-1, 1, 1, 1), own.pixels(), wrong.pixels()),
          chosen(matches, own.heights(), wrong.heights()),
          chosen(matches, own.widths(), wrong.widths()));
    }

    private static int[] chosen(float[] matches, int[] own, int[] wrong) {
      int[] chosen = new int[matches.length];
      Arrays.setAll(chosen, i -> matches[i] == 1 ? own[i] : wrong[i]);
      return chosen;
    }

    private FusionView view(TokenBatch texts, PixelBatch pictures) {
      Inputs seen = new Inputs(texts, List.of(pictures));
      Selection selection =
          Selection.of(golden, pictures, model.architecture(), expected, "visual_embed.select");
      return model.view(seen, List.of(selection.plan()), Mode.EVALUATION);
    }

    private PixelBatch pictures(String name, String sizes) {
      return ReferenceInputs.pictures(GoldenCase.tensor(inputs, name), golden.field(sizes));
    }

    private void add(String name, Tensor loss) {
      scalars.put(name, loss.item_double());
      total = Optional.of(total.map(sum -> sum.add(loss)).orElse(loss));
    }

    private static double accuracy(Tensor logits, Tensor classes) {
      return logits
          .argmax(new LongOptional(1), false)
          .eq(classes)
          .to(ScalarType.Float)
          .mean()
          .item_double();
    }
  }
}
