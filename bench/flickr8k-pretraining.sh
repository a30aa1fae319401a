#!/bin/sh
# Pre-training on Flickr8k's captions, and what it is worth: for statements about photographs (SNLI-VE's, of
# which only those in Flickr8k are used) and for retrieval.
# Pre-trains a teacher and, from it, two students, without and with its help. With seeds 1 to 3, fine-tunes
# the teacher, and each student with and without the help of the fine-tuned teacher, beside models that
# start from nothing. The photographs of all dev and test parts stay out of pre-training.
# Leaves out what is finished and goes on with what was begun.
# Usage, from the repository's root: [DATA=data] [SEEDS="1 2 3"] bench/flickr8k-pretraining.sh [FOLDER] [SETTING...]
# $DATA has the folders flickr8k and snli-ve. Settings, such as steps=20 to try it, are given to every training.
set -eu
runs=${1:-runs/flickr8k-pretraining}
[ $# -eq 0 ] || shift
. bench/runs.sh
settings "$@"

photos=${DATA:-data}/flickr8k
statements=${DATA:-data}/snli-ve
mkdir -p "$runs"
sed 's/.*"image": "\([^"]*\)".*/\1/' "$statements"/*_dev.jsonl "$statements"/*_test.jsonl | sort -u > "$runs/snli-ve-photos.txt"
"$dide" data vocabulary --format flickr8k "$photos" --out "$runs/captions.txt"
"$dide" data vocabulary --format snli_ve "$statements" --picture-folder "$photos/images" \
  --after "$runs/captions.txt" --out "$runs/vocab.txt"

pretrain() {
  run "$@" --data "$photos" --set "data.without=[$runs/snli-ve-photos.txt]"
}
pretrain teacher train flickr8k-pretrain-teacher --set data.vocabulary="$runs/vocab.txt"
pretrain plain train flickr8k-pretrain-student --set teacher="$runs/teacher/best"
pretrain distilled distill flickr8k-pretrain-distilled --set teacher="$runs/teacher/best"

# entailment NAME COMMAND OPTION...: SNLI-VE, with $seed.
entailment() {
  name=entailment-$1
  command=$2
  shift 2
  run "$name-$seed" "$command" snli-ve-tiny-teacher --seed "$seed" --set name="$name" --data "$statements" \
    --set data.picture-folder="$photos/images" "$@"
}

# retrieval NAME OPTION...: Flickr8k, with $seed.
retrieval() {
  name=retrieval-$1
  shift
  run "$name-$seed" train flickr8k-student --seed "$seed" --set name="$name" --data "$photos" \
    --set model.overrides.max-text-length=32 --set steps=750 "$@"
}

nothing="--set teacher='' --set data.vocabulary=$runs/vocab.txt"
for seed in ${SEEDS:-1 2 3}; do
  # shellcheck disable=SC2086 # lists of options
  {
    entailment teacher-scratch train $nothing
    entailment teacher train --set start="$runs/teacher/best"
    entailment scratch train --set model.kind=dual $nothing
    for before in plain distilled; do
      start="--set model.kind=dual --set start=$runs/$before/best"
      entailment $before-plain train $start --set "teacher=''"
      entailment $before-distilled distill $start --set teacher="$runs/entailment-teacher-$seed/best" $soft $towers
    done
    retrieval scratch --set start=scratch $nothing
    for before in plain distilled; do
      retrieval $before --set start="$runs/$before/best" --set "teacher=''"
    done
  }
done
"$dide" compare "$runs"/entailment-*-[123] --markdown --plot "$runs/entailment.svg"
"$dide" compare "$runs"/retrieval-*-[123] --markdown --plot "$runs/retrieval.svg"
