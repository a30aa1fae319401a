#!/bin/sh
# What a join that still looks at the picture brings: students with the paper's join (mlp) and with one
# that looks at 4, 16 and all (0) vectors of a picture, from known answers, from the teacher's, and from
# these and its attention: that of its towers for the paper's join, that of its last layer for the other.
# Trains each task's teacher first; that of statements about scenes starts from the teacher of questions that
# dide brings, and its students from one of questions: the paper's join from that which dide brings, another
# from that of its seed which learnt attention, so those of scenes must be there.
# Leaves out what is finished and goes on with what was begun, seed by seed.
# Usage, from the repository's root:
#   [TASKS="scenes nlvr"] [SEEDS="1 2"] [JOINS="mlp 16"] bench/attentive.sh [FOLDER] [SETTING...]
# Settings, such as steps=20 to try it, are given to every training. SNLI-VE asks for one:
#   TASKS=snli-ve-tiny bench/attentive.sh runs/attentive data.picture-folder=data/flickr8k/images
set -eu
root=${1:-runs/attentive}
[ $# -eq 0 ] || shift
. bench/runs.sh
settings "$@"

# student NAME COMMAND OPTION...: of $task, with $seed and $vectors.
student() {
  name=$1
  command=$2
  shift 2
  # shellcheck disable=SC2086 # a list of options
  run "$name-$vectors-$seed" "$command" "$recipe" --seed "$seed" --set teacher="$teacher" \
    --set "name=attentive-$name-$vectors" $short $join "$@"
}

scenes="--set start=models/scenes-teacher --set model.overrides.max-text-length=20"
for task in ${TASKS:-scenes scenes-entailment scenes-reasoning easy-vqa nlvr}; do
  runs=$root/$task
  teacher=$runs/teacher/best
  recipe=$task-student
  # Shorter than their recipes, so that each task takes hours instead of days.
  short="--set batch.size=64 --set batch.micro=64"
  # shellcheck disable=SC2086 # a list of options
  case $task in
    scenes)
      teacher=models/scenes-teacher
      short=
      ;;
    scenes-entailment)
      run teacher train bench/pretraining/statements.yaml $scenes --set steps=3000
      short="$short --set steps=1500 --set optimizer.rate=1e-3"
      ;;
    scenes-reasoning)
      run teacher train bench/pretraining/pairs.yaml $scenes
      # Pairs of single objects first: asked all kinds at once, a student stays at chance.
      recipe=bench/pretraining/pairs-student.yaml
      short="--set optimizer.rate=1e-3 --set model.overrides.max-text-length=20"
      ;;
    easy-vqa)
      run teacher train easy-vqa-teacher --set steps=2500
      short="$short --set steps=500"
      ;;
    *)
      run teacher train "$task-teacher"
      short="$short --set steps=300"
      ;;
  esac
  for seed in ${SEEDS:-1 2 3}; do
    for vectors in ${JOINS:-mlp 4 16 0}; do
      if [ $vectors = mlp ]; then
        join=
        taught=$towers
        questions=models/scenes-student
      else
        join="--set model.overrides.join.layers=1 --set model.overrides.join.vectors=$vectors"
        taught="--set losses.join-attention=1"
        questions=$root/scenes/distilled-$vectors-$seed/best
      fi
      case $task in
        scenes-*) join="$join --set start=$questions" ;;
      esac
      student student train
      # shellcheck disable=SC2086 # lists of options
      {
        student soft distill $soft
        student distilled distill $soft $taught
      }
    done
  done
  "$dide" compare "$runs"/*-*-* --markdown --plot "$runs/attentive.svg"
done
