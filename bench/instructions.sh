#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Instructions that the engine (front end, encoder, net) executes for a second of sound, counted by callgrind over 20 s.
# Unlike times they are the same on a busy machine.
#   bench/instructions.sh [BUILD] [TOP]     (build/release; TOP: also list so many functions)
set -eu
cd "$(dirname "$0")/.."
circumplex=${1:-build/release}/cli/circumplex
top=${2:-0}
command -v valgrind >/dev/null || { echo "SKIPPED: valgrind is not installed."; exit 0; }
[ -x "$circumplex" ] || { echo "no $circumplex: build first" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export CIRCUMPLEX_MODEL=${CIRCUMPLEX_MODEL:-$PWD/models/default.safetensors}
seconds=20

make_sound() { # make_sound FILE RATE CHANNELS: chords that decay, with noise that differs between the channels
  python3 - "$@" "$seconds" <<'PYTHON'
import array, math, random, sys, wave
rate, channels, seconds = map(int, sys.argv[2:])
noise, samples = random.Random(1), array.array("h")
for i in range(seconds * rate):
    t = i / rate
    notes = [110 * 2 ** (int(t / 2) % 4 * 5 / 12) * k for k in (1, 1.26, 1.5, 2)]
    chord = 3000 * sum(math.sin(2 * math.pi * hz * t) for hz in notes) * math.exp(-3 * (t % 0.5))
    samples.extend(int(chord + noise.uniform(-300, 300)) for _ in range(channels))
with wave.open(sys.argv[1], "wb") as file:
    file.setparams((channels, 2, rate, 0, "NONE", ""))
    file.writeframes(samples.tobytes())
PYTHON
}

echo "| rate, Hz | channels | instructions a second of sound |"
echo "|---:|---:|---:|"
for rate in 44100 48000; do
  for channels in 1 2; do
    make_sound "$work/sound.wav" $rate $channels
    valgrind --tool=callgrind --toggle-collect=engine_push --callgrind-out-file="$work/counts" \
      "$circumplex" analyze "$work/sound.wav" >/dev/null 2>"$work/log" || { cat "$work/log" >&2; exit 1; }
    awk -v rate=$rate -v channels=$channels -v seconds=$seconds \
      '/Collected/ { printf "| %d | %d | %.2f M |\n", rate, channels, $NF / seconds / 1e6 }' "$work/log"
    [ "$top" -eq 0 ] || callgrind_annotate "$work/counts" | sed -n '/file:function/,$p' | head -n $((top + 2))
  done
done
