#!/bin/sh
# Trains every ablation with seeds 1 to 3, leaving out what is finished, then makes the table and the plot.
# Usage, from the repository's root: bench/ablations.sh [FOLDER]
set -eu
runs=${1:-runs/ablations}
recipes="both none no-soft hard-soft temperature t2i i2t within-text within-image whole all-layers queries-all scratch shallow"
. bench/runs.sh
settings

for seed in 1 2 3; do
  for recipe in $recipes; do
    run "$recipe-$seed" distill "ablation-$recipe" --seed "$seed"
  done
done
"$dide" compare "$runs"/*-[123] --against ablation-both --markdown --plot "$runs/ablations.svg"
