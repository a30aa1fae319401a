# Sourced by the scripts beside it, which set $runs, the folder of runs, and $more, options of every training.
# $DIDE may name another dide than that of this folder, so that this one can be built while they run.
dide=${DIDE:-./dide}

# Options: the teacher's answers in place of known ones; and, as DiDE, the attention of both models' towers.
soft="--set losses.hard=0 --set losses.soft=1"
towers="--set losses.text-to-image=1 --set losses.image-to-text=1"

# run NAME COMMAND RECIPE [OPTION]...: trains, goes on with what was begun, leaves out what is finished.
run() {
  name=$1
  command=$2
  shift 2
  if [ -f "$runs/$name/report.html" ]; then
    return
  fi
  if [ -d "$runs/$name" ]; then
    "$dide" "$command" --resume "$runs/$name"
  else
    # shellcheck disable=SC2086 # a list of options
    "$dide" "$command" "$@" $more --run "$runs/$name"
  fi
}

# settings SETTING...: sets $more to have each.
settings() {
  more=
  for setting in "$@"; do
    more="$more --set $setting"
  done
}
