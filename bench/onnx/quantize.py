"""Makes int8 graphs of exported ones: weights and activations of matrix products in 8 bits.

    python bench/onnx/quantize.py GRAPHS INT8

Needs onnx and onnxruntime. Weights are rounded once, per output channel; activations while
running, by their range ("dynamic"). What is no product with a weight stays float32: embeddings,
norms, attention itself, and the stretching of position embeddings, whose table is data rather than
a layer.
"""
import argparse
import pathlib
import shutil

import onnx
from onnxruntime.quantization import QuantType, quantize_dynamic

GRAPHS = ["image_tower.onnx", "text_tower.onnx", "join.onnx"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("graphs", type=pathlib.Path)
    parser.add_argument("int8", type=pathlib.Path)
    parser.add_argument("--keep", default="", help="leave nodes whose names contain this in float32, such as /mlp/fc2/")
    options = parser.parse_args()
    options.int8.mkdir(parents=True, exist_ok=True)
    for other in options.graphs.iterdir():
        if other.name not in GRAPHS:
            shutil.copy(other, options.int8)
    for name in GRAPHS:
        source, target = options.graphs / name, options.int8 / name
        nodes = [node.name for node in onnx.load(source).graph.node if node.op_type == "MatMul"]
        kept = [node for node in nodes if "/pos_embed/" in node or (options.keep and options.keep in node)]
        quantize_dynamic(source, target, op_types_to_quantize=["MatMul"], per_channel=True,
                         weight_type=QuantType.QInt8, nodes_to_exclude=kept)
        print(f"{name}: {source.stat().st_size / 2**20:.1f} MiB -> {target.stat().st_size / 2**20:.1f} MiB")


if __name__ == "__main__":
    main()
