"""Runs graphs in Python's ONNX Runtime over what OnnxReference wrote, and prints differences.

    python bench/onnx/equal.py OUT                 # OUT/graphs
    python bench/onnx/equal.py OUT --graphs INT8   # others, such as quantize.py's

Needs onnx, onnxruntime and safetensors. Checks each graph with onnx.checker too. The join is given
the vectors of the graphs' own towers.
"""
import argparse
import pathlib

import numpy
import onnx
import onnxruntime
from safetensors.numpy import load_file


def run(folder, graph, inputs, output, rows):
    path = folder / graph
    onnx.checker.check_model(path, full_check=True)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    count = len(next(iter(inputs.values())))
    parts = [session.run([output], {name: value[i:i + rows] for name, value in inputs.items()})[0]
             for i in range(0, count, rows)]
    return numpy.concatenate(parts)


def report(name, found, expected):
    difference = numpy.abs(found - expected)
    cosine = (found * expected).sum(1) / numpy.linalg.norm(found, axis=1) / numpy.linalg.norm(expected, axis=1)
    print(f"| {name} | {expected.std():.3f} | {difference.max():.2e} | {difference.mean():.2e} | {cosine.min():.6f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--graphs", type=pathlib.Path)
    parser.add_argument("--rows", type=int, default=32, help="examples at a time")
    options = parser.parse_args()
    folder = options.graphs or options.out / "graphs"
    wanted = load_file(options.out / "reference.safetensors")
    pictures = {key: wanted[key] for key in ["pixel_values", "pixel_mask"]}
    picture = run(folder, "image_tower.onnx", pictures, "pooled", options.rows)
    alone = run(folder, "image_tower.onnx", pictures, "pooled", 1)
    text = run(folder, "text_tower.onnx", {key: wanted[key] for key in ["input_ids", "attention_mask"]},
               "pooled", options.rows)
    logits = run(folder, "join.onnx", {"text": text, "picture": picture}, "logits", options.rows)
    print(f"{len(text)} examples, ONNX Runtime {onnxruntime.__version__}\n")
    print("| | deviation | largest difference | mean | smallest cosine |\n|---|---|---|---|---|")
    report("picture", picture, wanted["picture"])
    report("text", text, wanted["text"])
    report("logits", logits, wanted["logits"])
    print(f"\npicture, alone against {options.rows} at a time: {numpy.abs(alone - picture).max():.2e}")
    same = (logits.argmax(1) == wanted["logits"].argmax(1)).mean()
    print(f"same best answer: {same:.2%}")
    if "targets" in wanted:
        rows = numpy.arange(len(logits))
        for name, values in [("engine", wanted["logits"]), ("graphs", logits)]:
            print(f"score of the {name}: {wanted['targets'][rows, values.argmax(1)].mean():.2%}")


if __name__ == "__main__":
    main()
