package org.dide.exchange;

import java.util.Locale;
import org.dide.hub.ModelCard;
import org.dide.hub.ModelKind;
import org.dide.hub.TrainedModel;
import org.dide.model.Head;

/** Writes the model card of a folder of the transformers library, with the Python that opens it. */
final class HuggingFaceCard {
  private HuggingFaceCard() {}

  static String of(TrainedModel trained) {
    return ModelCard.of(trained, "transformers", use(trained));
  }

  private static String use(TrainedModel trained) {
    String code =
        ModelKind.of(trained.model()) == ModelKind.FUSION ? teacher(trained) : student(trained);
    return """
        ## Use

        In this folder, with transformers and PyTorch for Python:

        ```python
        %s```
        """
        .formatted(code);
  }

  private static String teacher(TrainedModel trained) {
    HuggingFaceClass type = HuggingFaceClass.of(trained.task().name());
    String pictures =
        type == HuggingFaceClass.IMAGES_AND_TEXT
            ? "pictures[\"pixel_values\"][None], pixel_mask=pictures[\"pixel_mask\"][None]"
            : "pictures[\"pixel_values\"], pixel_mask=pictures[\"pixel_mask\"]";
    String files =
        type == HuggingFaceClass.IMAGES_AND_TEXT
            ? "[Image.open(\"left.jpg\"), Image.open(\"right.jpg\")]"
            : "Image.open(\"picture.jpg\")";
    return """
        import torch
        from PIL import Image
        from transformers import BertTokenizer, ViltImageProcessor, %1$s

        model = %1$s.from_pretrained(".").eval()
        text = BertTokenizer.from_pretrained(".")("what is there?", return_tensors="pt")
        pictures = ViltImageProcessor.from_pretrained(".")(%2$s, return_tensors="pt")
        with torch.no_grad():
            print(model(**text, pixel_values=%3$s).logits)
        """
        .formatted(type.written(), files, pictures);
  }

  private static String student(TrainedModel trained) {
    Head head = trained.task().head();
    return """
        import torch
        from safetensors.torch import load_file
        from torch import nn
        from transformers import BertTokenizer, ViltConfig, ViltImageProcessor, ViltModel


        def layers(inputs, hidden, outputs):
            return nn.Sequential(
                nn.Linear(inputs, hidden), nn.LayerNorm(hidden), nn.GELU(), nn.Linear(hidden, outputs)
            )


        class Student(nn.Module):
            def __init__(self, config):
                super().__init__()
                width = config.hidden_size
                self.image_encoder = ViltModel(config)
                self.text_encoder = ViltModel(ViltConfig.from_dict({**config.to_dict(), "modality_type_vocab_size": 2}))
        %s
            def encode(self, tower, states, mask):
                bias = (1.0 - mask[:, None, None, :].float()) * torch.finfo(torch.float32).min
                states = tower.encoder(states, attention_mask=bias).last_hidden_state
                return tower.pooler(tower.layernorm(states))

            def texts(self, input_ids, attention_mask):
                embeddings = self.text_encoder.embeddings
                states = embeddings.text_embeddings(input_ids) + embeddings.token_type_embeddings.weight[0]
                return self.encode(self.text_encoder, states, attention_mask)

            def pictures(self, pixel_values, pixel_mask, place=0):
                embeddings = self.image_encoder.embeddings
                states, mask, _ = embeddings.visual_embed(pixel_values, pixel_mask, -1)
                states = states + embeddings.token_type_embeddings.weight[1 + place]
                return self.encode(self.image_encoder, states, mask)

        %s

        model = Student(ViltConfig.from_pretrained(".")).eval()
        _, unexpected = model.load_state_dict(load_file("model.safetensors"), strict=False)
        assert not unexpected  # what is missing, a tower never uses

        tokenizer = BertTokenizer.from_pretrained(".")
        processor = ViltImageProcessor.from_pretrained(".")
        """
        .formatted(
            head instanceof Head.Classifier classifier ? joinParts(classifier) : SIMILARITY_PARTS,
            head instanceof Head.Classifier classifier ? join(classifier) : SIMILARITY);
  }

  private static String joinParts(Head.Classifier head) {
    return String.format(
        Locale.ROOT,
        """
                self.fusion = layers(2 * width, 2 * width, width)
                self.%s = layers(%d * width, 2 * width, %d)
        """,
        head.name(),
        head.pictures(),
        head.classes());
  }

  private static String join(Head.Classifier head) {
    return """
            def forward(self, text, *pictures):
                joined = [self.fusion(torch.cat([text, picture], 1)) for picture in pictures]
                return self.%s(torch.cat(joined, 1))
        """
        .formatted(head.name());
  }

  private static final String SIMILARITY_PARTS =
      """
              self.similarity = nn.ModuleDict({side: nn.Linear(width, width, bias=False) for side in ("text", "image")})
              self.similarity.register_parameter("log_scale", nn.Parameter(torch.zeros(1)))
      """;

  private static final String SIMILARITY =
      """
          def forward(self, text, picture):
              text = nn.functional.normalize(self.similarity["text"](text))
              picture = nn.functional.normalize(self.similarity["image"](picture))
              return self.similarity.log_scale.exp() * text @ picture.T
      """;
}
