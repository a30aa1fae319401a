"""Opens a folder that `dide export` wrote and compares its logits with known ones.

    python bench/exchange/equal.py FOLDER INPUTS EXPECTED

FOLDER holds a teacher, which the transformers library opens, or a student, whose model card's Python
is run. INPUTS and EXPECTED are safetensors files: input_ids, attention_mask, pixel_values and
pixel_mask (or the reference's text_ids, text_masks and image, image_0, image_1, padded with zeros);
logits. Needs torch, transformers and safetensors.
"""
import argparse
import json
import os
import pathlib
import re

import torch
import transformers
from safetensors.torch import load_file


def inputs_of(tensors):
    if "input_ids" in tensors:
        return tensors
    pictures = [tensors[name] for name in ("image", "image_0", "image_1") if name in tensors]
    masks = [(picture != 0).any(1).long() for picture in pictures]
    one = len(pictures) == 1
    return {"input_ids": tensors["text_ids"], "attention_mask": tensors["text_masks"],
            "pixel_values": pictures[0] if one else torch.stack(pictures, 1),
            "pixel_mask": masks[0] if one else torch.stack(masks, 1)}


def student_logits(card, inputs):
    code = re.search(r"```python\n(.*?)```", card, re.S).group(1)
    names = {}
    exec(code, names)
    model = names["model"]
    text = model.texts(inputs["input_ids"], inputs["attention_mask"])
    pixels, mask = inputs["pixel_values"], inputs["pixel_mask"]
    if pixels.dim() == 4:
        pixels, mask = pixels[:, None], mask[:, None]
    pictures = [model.pictures(pixels[:, i], mask[:, i], i) for i in range(pixels.shape[1])]
    return model(text, *pictures)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("folder", "inputs", "expected"):
        parser.add_argument(name, type=pathlib.Path)
    options = parser.parse_args()
    inputs = inputs_of(load_file(options.inputs))
    expected = load_file(options.expected)["logits"]
    config = json.loads((options.folder / "config.json").read_text())
    os.chdir(options.folder)
    with torch.no_grad():
        if "architectures" in config:
            model = getattr(transformers, config["architectures"][0]).from_pretrained(".").eval()
            logits = model(**inputs).logits
        else:
            logits = student_logits(pathlib.Path("README.md").read_text(), inputs)
    print(f"{options.folder.name}: transformers {transformers.__version__}, torch {torch.__version__}: "
          f"largest difference {(logits - expected).abs().max():.1e} of {expected.abs().max():.1f}")


if __name__ == "__main__":
    main()
