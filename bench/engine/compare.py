"""Runs the same cases in this project and in Python's PyTorch by turns; prints a Markdown table.

    mvn -q -DskipTests package && python bench/engine/compare.py --threads 2 --rounds 5

Needs torch for Python. Every case is run once on each side to warm up, then ROUNDS times by turns;
the table gives medians and the median of the pairwise ratios. Times on a shared machine mean
little, the ratios more.
"""
import argparse
import datetime
import os
import pathlib
import statistics
import subprocess
import sys

CASES = [
    "vilt-b32 fusion 1 40 fp32", "vilt-b32 fusion 8 40 fp32", "vilt-b32 fusion 8 40 bf16",
    "vilt-b32 image 1 40 fp32", "vilt-b32 image 8 40 fp32",
    "vilt-b32 text 1 40 fp32", "vilt-b32 text 8 40 fp32",
    "small train 64 40 fp32", "small train 64 40 bf16",
    "tiny train 128 12 fp32",
    "vilt-b32 train 8 40 fp32", "vilt-b32 train 8 40 bf16",
]


def start(command):
    environment = dict(os.environ, GOMP_SPINCOUNT="0")
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)


def ask(process, case):
    process.stdin.write(case + "\n")
    process.stdin.flush()
    return float(process.stdout.readline())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", default="2")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="run the cases that contain this")
    options = parser.parse_args()
    bench = pathlib.Path(__file__).resolve().parent.parent
    classpath = os.pathsep.join([str(bench / "target" / "classes"), str(bench / "target" / "lib" / "*")])
    java = start(["java", "-Xmx4g", "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0", "-cp", classpath,
                  "org.dide.bench.EngineRates", options.threads])
    python = start([sys.executable, str(pathlib.Path(__file__).with_name("peer.py")), options.threads])
    print(f"{datetime.date.today()}, {options.threads} threads, {options.rounds} rounds\n")
    print("| case | this project, ms | PyTorch, ms | ratio |\n|---|---|---|---|")
    for case in [case for case in CASES if options.only in case]:
        ask(java, case), ask(python, case)
        ours, theirs = [], []
        for turn in range(options.rounds):
            sides = [(java, ours), (python, theirs)]
            for process, times in sides if turn % 2 == 0 else reversed(sides):
                times.append(ask(process, case))
        ratio = statistics.median(a / b for a, b in zip(ours, theirs))
        print(f"| {case} | {1000 * statistics.median(ours):.1f} | {1000 * statistics.median(theirs):.1f} | {ratio:.2f} |",
              flush=True)
    java.stdin.close()
    python.stdin.close()


if __name__ == "__main__":
    main()
