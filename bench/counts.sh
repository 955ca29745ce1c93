#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Counts instructions with callgrind: they hardly depend on the load of the machine.
#   bench/counts.sh [BUILD]            print the table (build/release)
#   bench/counts.sh --check [BUILD]    fail if a count is more than 5 % above bench/counts.txt
#   bench/counts.sh --keep [BUILD]     write bench/counts.txt
# Counts depend on the compiler and the libraries: write them again if these change.
set -eu
cd "$(dirname "$0")/.."
mode=print
case ${1:-} in --check) mode=check; shift ;; --keep) mode=keep; shift ;; esac
build=$(cd "${1:-build/release}" && pwd) || exit 2
command -v valgrind >/dev/null || { echo "SKIPPED: no valgrind"; exit 77; }
export CIRCUMPLEX_MODEL=${CIRCUMPLEX_MODEL:-$PWD/models/default.safetensors}
export LV2_PATH=/usr/lib/lv2:$build/lv2
METER=urn:circumplex:meter

collected() { # collected FUNCTION COMMAND...: instructions inside that function and what it calls
  local function=$1
  shift
  valgrind --tool=callgrind --callgrind-out-file=/dev/null --collect-atstart=no "--toggle-collect=$function" "$@" 2>&1 |
    sed -n 's/^==[0-9]*== Collected : \([0-9]*\).*/\1/p'
}
# For one second: the difference of two runs, because starting costs the same in both.
chain() { echo $((($(collected read_chain "$build/bench/chain" "$CIRCUMPLEX_MODEL" "$1" 6) -
  $(collected read_chain "$build/bench/chain" "$CIRCUMPLEX_MODEL" "$1" 2)) / 4)); }
host() { # host URI WORKER
  local long short
  long=$(collected host_run "$build/tools/host/circumplex-host" "$1" gen:music --seconds 6 --block 256 --worker "$2" --quiet)
  short=$(collected host_run "$build/tools/host/circumplex-host" "$1" gen:music --seconds 2 --block 256 --worker "$2" --quiet)
  echo $(((long - short) / 4))
}

table() {
  echo "chain_48000 $(chain 48000)"
  echo "chain_44100 $(chain 44100)"
  echo "run_256 $(host $METER thread)"
  echo "run_and_analysis_256 $(host $METER none)"
  # The window at 900 x 600: the updates for two estimates, that is for one second.
  [ ! -x "$build/bench/gui_draw" ] || echo "window_updates $(($(collected draw_estimate "$build/bench/gui_draw" 100) / 50))"
}

counts=$(table)
if [ $mode = keep ]; then
  printf '%s\n' "# Instructions for a second of stereo sound; bench/counts.sh --keep" "$counts" >bench/counts.txt
  exit 0
fi
if [ $mode = check ]; then
  printf '%s\n' "$counts" | awk 'NR == FNR { if ($1 != "#") kept[$1] = $2; next }
    { grown = 100 * ($2 / kept[$1] - 1); printf "%-24s %10d  kept %10d  %+.1f %%\n", $1, $2, kept[$1], grown
      if (!($1 in kept) || grown > 5) bad = 1 } END { exit bad }' bench/counts.txt -
  exit
fi
printf '%s\n' "$counts" | awk '{ printf "%-24s %8.2f M instructions a second\n", $1, $2 / 1e6 }'
for peer in EBUr128 K20stereo spectr30stereo; do
  other=$(host "http://gareus.org/oss/lv2/meters#$peer" none) || other=0
  [ "${other:-0}" -gt 0 ] || { echo "SKIPPED: no x42 $peer (package x42-plugins)"; continue; }
  printf '%s\n' "$counts" | awk -v other="$other" -v name="$peer" '{ c[$1] = $2 }
    END { printf "x42 %-20s %8.2f M instructions a second; beside it run() %.2f, run() and analysis %.2f\n", name,
            other / 1e6, c["run_256"] / other, c["run_and_analysis_256"] / other }'
done
