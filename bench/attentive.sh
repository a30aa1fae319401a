#!/bin/sh
# What a join that still looks at the picture brings, on questions about generated scenes: from known
# answers, from the teacher's, and from these and its attention, over 4, 16 and all (0) vectors of a picture.
# The students with the paper's join are those of scenes.md.
# Leaves out what is finished and goes on with what was begun, seed by seed.
# Usage, from the repository's root: bench/attentive.sh [FOLDER] [SETTING...]
# Settings, such as steps=20 to try it, are given to every training.
set -eu
runs=${1:-runs/attentive}
[ $# -eq 0 ] || shift
. bench/runs.sh
settings "$@"

for seed in 1 2 3; do
  for vectors in 0 4 16; do
    for recipe in student soft distilled; do
      command=distill
      [ $recipe = student ] && command=train
      run "$recipe-$vectors-$seed" "$command" "scenes-attentive-$recipe" --seed "$seed" \
        --set "name=attentive-$recipe-$vectors" --set "model.overrides.join.vectors=$vectors"
    done
  done
done
./dide compare "$runs"/*-[123] --markdown --figures score,score/attribute,score/count,score/exists,score/relation,score/two-hop \
  --plot "$runs/attentive.svg"
