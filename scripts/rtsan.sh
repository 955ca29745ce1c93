#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every plugin over minutes of music under the real-time sanitizer, with parameter changes, the
# window opened and closed, model changes and restores; first a check that the sanitizer detects an error.
#   scripts/rtsan.sh [FILE...]     sound files (default: the host's generator)
# The sanitizer's runtime is libclang_rt.rtsan (package libclang-rt-19-dev).
set -eu
ROOT=$(cd "$(dirname "$0")/.." && pwd)
BUILD=${BUILD:-$ROOT/build/rtsan}
ls /usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.rtsan-*.a > /dev/null 2>&1 ||
  { echo "SKIPPED: no libclang_rt.rtsan"; exit 77; }
cmake -S "$ROOT" -B "$BUILD" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCIRCUMPLEX_RTSAN=ON \
  -DCIRCUMPLEX_TESTS=OFF > /dev/null
ninja -C "$BUILD" circumplex-host circumplex_bundle > /dev/null
HOST="$BUILD/tools/host/circumplex-host --bundle $BUILD/lv2/circumplex.lv2"
export CIRCUMPLEX_MODEL=${CIRCUMPLEX_MODEL:-$ROOT/models/default.safetensors}
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

if $HOST urn:circumplex:meter gen:noise --seconds 0.1 --quiet --rtsan --positive-control > "$WORK/log" 2>&1; then
  echo "FAILED: the positive control did not trip"; exit 1
fi
grep -qi "real-time violation" "$WORK/log" || { cat "$WORK/log"; echo "FAILED: no sanitizer report"; exit 1; }
echo "positive control: trips"

cp "$CIRCUMPLEX_MODEL" "$WORK/other.safetensors"
echo "no model" > "$WORK/bad.safetensors"
[ $# -gt 0 ] || set -- gen:music
for input in "$@"; do
  for uri in meter meter-mono meter-midi meter-cv; do
    extra=""
    [ $uri = meter-midi ] && extra="--set quadrant_events=1@5 --set cc_14bit=1@9 --set midi_channel=3@14 --set quadrant_events=2@20"
    [ $uri = meter-cv ] && extra="--set response=0@5 --set response=2@15"
    for worker in thread sync none; do
      # A synchronous worker may load a model and look up a name: the host wants that inside run().
      $HOST urn:circumplex:$uri "$input" --seconds "${SECONDS_EACH:-180}" --worker $worker --block random --quiet \
        --rtsan --free-running --ui --ui-at close@10 --ui-at open@12 --ui-at close@40 --ui-at open@41 \
        --set response=0@3 --set response=2@6 --set valence_trim=0.3@7 --set gate=-40@8 --set hold=1@16 \
        --set hold=0@18 --set enabled=0@19 --set enabled=1@21 --set reset=1@22 --set reset=0@23 \
        --set transport_reset=1@24 --set source=1@25 --set source=0@27 --set write_lanes=1@28 \
        --model "$WORK/other.safetensors@4" --model "$WORK/bad.safetensors@26" --model "$CIRCUMPLEX_MODEL@30" \
        --osc osc.udp://127.0.0.1:9@11 --osc nonsense@33 --osc osc.udp://127.0.0.1:9@34 \
        --save "$WORK/state@13" --restore "$WORK/state@17" --restore "$WORK/state@35" --restart 45 \
        $extra > "$WORK/log" 2>&1 || { cat "$WORK/log"; echo "FAILED: $uri, worker $worker, $input"; exit 1; }
    done
    echo "$uri: no violation ($input)"
  done
done
