#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Compares the time of run() with x42's EBU R128 meter (package x42-plugins), in the same host with the
# same music; then 64 instances with their analysis in one process, and the memory of a further one.
#   bench/run_cost.sh [BUILD]      (BUILD: build/release)
# Needs root, or permission for SCHED_FIFO; otherwise the worker could interrupt run() and be measured, too.
set -eu
BUILD=$(realpath "${1:-$(dirname "$0")/../build/release}")
HOST=$BUILD/tools/host/circumplex-host
METER=urn:circumplex:meter
R128=http://gareus.org/oss/lv2/meters#EBUr128
[ -x "$HOST" ] || { echo "SKIPPED: no $HOST"; exit 77; }
export CIRCUMPLEX_MODEL=${CIRCUMPLEX_MODEL:-$(cd "$(dirname "$0")/.." && pwd)/models/default.safetensors}
rt() { if chrt -f 50 true 2> /dev/null; then chrt -f 50 "$@"; else "$@"; fi; }

export LV2_PATH=/usr/lib/lv2:$BUILD/lv2
for block in 64 256 1024; do
  for uri in $METER $R128; do
    # The best of some runs each, because other load can only add time.
    for _ in $(seq 12); do
      rt "$HOST" "$uri" gen:music --seconds 60 --block $block --time --quiet 2>&1 | grep "runs, mean" || true
    done | sort -t, -k2.7n | head -1 | tee -a "${TMPDIR:-/tmp}/run_cost.$$"
  done
done
awk '/block 256/ {match($0, /mean [0-9.]+/); m[/circumplex/] = substr($0, RSTART + 5, RLENGTH - 5)}
     END {if (m[0] > 0) printf "mean at 256 frames: %.3f of the EBU R128 meter (aim: at most 0.2)\n", m[1] / m[0]
          else print "SKIPPED: no x42 EBU R128 meter (package x42-plugins)"}' "${TMPDIR:-/tmp}/run_cost.$$"
rm -f "${TMPDIR:-/tmp}/run_cost.$$"
echo "64 instances, analysis inside run() (aim: under 10 % of a core, under 1536 KiB each):"
rt "$HOST" --bundle "$BUILD/lv2/circumplex.lv2" $METER gen:music --seconds 20 --instances 64 --block 256 --freewheel
