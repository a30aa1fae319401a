#!/bin/sh
# The paper's question in small, on generated scenes: does distillation help in pre-training, in fine-tuning, in both?
# Fine-tunes the pre-trained teacher that dide brings for each task. With seeds 1 to 3, pre-trains two
# students on captions, without and with its help, and fine-tunes each with and without the help of
# the task's teacher.
# Leaves out what is finished and goes on with what was begun.
# Usage, from the repository's root: bench/pretraining.sh [FOLDER] [SETTING...]
# Settings, such as steps=20 to try it, are given to every training.
set -eu
runs=${1:-runs/pretraining}
[ $# -eq 0 ] || shift
. bench/runs.sh
settings "$@"

pretrained=models/scenes-pretrain-teacher
for task in "" -entailment -reasoning; do
  run "teacher$task" train "scenes$task-teacher" \
    --set start="$pretrained" --set model.overrides.max-text-length=40
done
for seed in 1 2 3; do
  run "plain-$seed" train scenes-pretrain-student --seed "$seed" --set teacher="$pretrained"
  run "distilled-$seed" distill scenes-pretrain-distilled --seed "$seed" --set teacher="$pretrained"
  for task in "" -entailment -reasoning; do
    for before in plain distilled; do
      run "$before-plain$task-$seed" train "scenes$task-student" --seed "$seed" \
        --set start="$runs/$before-$seed/best" --set "teacher=''" --set model.overrides.max-text-length=40
      run "$before-distilled$task-$seed" distill "scenes$task-distilled" --seed "$seed" \
        --set start="$runs/$before-$seed/best" --set teacher="$runs/teacher$task/best" \
        --set model.overrides.max-text-length=40
    done
  done
done
./dide compare "$runs"/*-[123] --markdown --plot "$runs/pretraining.svg"
