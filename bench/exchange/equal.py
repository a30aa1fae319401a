"""Opens a folder that `dide export` wrote and compares what it computes with what is known.

    python bench/exchange/equal.py [--as CLASS] FOLDER INPUTS EXPECTED

FOLDER holds a teacher, which the transformers library opens, or a student, whose model card's Python
is run. INPUTS and EXPECTED are safetensors files: input_ids, attention_mask, pixel_values and
pixel_mask (or the reference's text_ids, text_masks and image, image_0, image_1, padded with zeros);
logits, or the reference's itm_logits, of which a score of matching is the log-odds. Without a head,
as ViltModel, pooler_output and the words' part of last_hidden_state (or the reference's cls_feats
and text_feats) are compared instead: the library draws the order of the patches. Needs torch, transformers and safetensors.
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


def known(tensors, headless, words):
    if headless:
        pooled = tensors["pooler_output" if "pooler_output" in tensors else "cls_feats"]
        states = tensors["last_hidden_state" if "last_hidden_state" in tensors else "text_feats"]
        return {"pooler_output": pooled, "last_hidden_state": states[:, :words]}
    if "itm_logits" in tensors:
        return {"logits": tensors["itm_logits"][:, 1:] - tensors["itm_logits"][:, :1]}
    return {"logits": tensors["logits"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("folder", "inputs", "expected"):
        parser.add_argument(name, type=pathlib.Path)
    parser.add_argument("--as", dest="opened", help="a class of the library, if not the one that the folder names")
    options = parser.parse_args()
    inputs = inputs_of(load_file(options.inputs))
    config = json.loads((options.folder / "config.json").read_text())
    opened = options.opened or config.get("architectures", [""])[0]
    expected = known(load_file(options.expected), opened == "ViltModel", inputs["input_ids"].shape[1])
    os.chdir(options.folder)
    with torch.no_grad():
        if opened:
            model = getattr(transformers, opened).from_pretrained(".").eval()
            found = model(**inputs)
        else:
            found = {"logits": student_logits(pathlib.Path("README.md").read_text(), inputs)}
    for name, values in expected.items():
        computed = found[name][:, :values.shape[1]]
        print(f"{options.folder.name}: {opened} {name}: transformers {transformers.__version__}, "
              f"torch {torch.__version__}: largest difference {(computed - values).abs().max():.1e} "
              f"of {values.abs().max():.1f}")


if __name__ == "__main__":
    main()
