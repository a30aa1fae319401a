#!/bin/sh
# The paper's question in small, on generated scenes: does distillation help in pre-training, in fine-tuning, in both?
# Fine-tunes the pre-trained teacher that dide brings for each task: questions, statements about one
# scene, statements about two; and the one of questions once more, to count and to compare better.
# With seeds 1 to 3, pre-trains two students on captions, without and with its help, and fine-tunes
# each with and without the help of the task's teacher.
# Leaves out what is finished and goes on with what was begun, seed by seed.
# Usage, from the repository's root: [TASKS="questions pairs"] [SEEDS="1 2"] bench/pretraining.sh [FOLDER] [SETTING...]
# Settings, such as steps=20 to try it, are given to every training.
set -eu
runs=${1:-runs/pretraining}
[ $# -eq 0 ] || shift
. bench/runs.sh
settings "$@"

tasks=${TASKS:-questions statements pairs}
pretrained=models/scenes-pretrain-teacher
for task in $tasks; do
  run "teacher-$task" train "bench/pretraining/$task.yaml"
  if [ "$task" = questions ]; then
    run teacher-better train bench/pretraining/better.yaml --set start="$runs/teacher-questions/best"
  fi
done

# student NAME COMMAND OPTION...: of $task, from the one pre-trained as $before says, with $seed.
student() {
  name=$task-$before-$1
  command=$2
  shift 2
  run "$name-$seed" "$command" "bench/pretraining/$task-student.yaml" --seed "$seed" --set name="$name" \
    --set start="$runs/$before-$seed/best" "$@"
}

for seed in ${SEEDS:-1 2 3}; do
  run "plain-$seed" train scenes-pretrain-student --seed "$seed" --set teacher="$pretrained"
  run "distilled-$seed" distill scenes-pretrain-distilled --seed "$seed" --set teacher="$pretrained"
  for task in $tasks; do
    for before in plain distilled; do
      student plain train --set "teacher=''"
      # shellcheck disable=SC2086 # lists of options
      {
        student distilled distill --set teacher="$runs/teacher-$task/best" $soft $towers
        [ "$task" != questions ] || student better distill --set teacher="$runs/teacher-better/best" $soft $towers
      }
    done
  done
done
for task in $tasks; do
  "$dide" compare "$runs/$task"-*-*-* --markdown --plot "$runs/$task.svg"
done
