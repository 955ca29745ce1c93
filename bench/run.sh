#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs all measurements; prints them and writes them to docs/performance.md below its text.
#   bench/run.sh [BUILD] [OUTPUT]     (build/release, docs/performance.md)
# Takes some ten minutes on an idle machine; says so if the machine is not idle.
set -u
cd "$(dirname "$0")/.."
build=$(cd "${1:-build/release}" && pwd) || exit 2
output=${2:-docs/performance.md}
circumplex=$build/cli/circumplex
[ -x "$circumplex" ] || { echo "no $circumplex: build first" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export CIRCUMPLEX_MODEL=${CIRCUMPLEX_MODEL:-$PWD/models/default.safetensors}

seconds_of() { # seconds_of COMMAND...: wall seconds, CPU seconds, largest resident size in KiB (0: no GNU time), status
  local status=0 TIMEFORMAT='%R %U %S' memory=()
  [ -x /usr/bin/time ] && memory=(/usr/bin/time -f %M -o "$work/memory")
  echo 0 >"$work/memory"
  { time "${memory[@]}" "$@" >/dev/null 2>&1; } 2>"$work/times" || status=1
  awk -v status=$status -v memory="$(tail -n 1 "$work/memory")" '{print $1, $2 + $3, memory, status}' "$work/times"
}

# Files of an hour and of ten minutes: the same minute of generated sound, as 16-bit WAV.
make_music() { # make_music FILE MINUTES
  python3 - "$1" "$2" <<'PYTHON'
import array, math, sys, wave
rate, minutes = 44100, int(sys.argv[2])
minute = array.array("h")
for i in range(60 * rate):
    t = i / rate
    root = 110 * 2 ** (int(t / 2) % 4 * 5 / 12)
    x = sum(math.sin(2 * math.pi * root * k * t) / k for k in (1, 1.26, 1.5, 2))
    v = int(5000 * x * math.exp(-3 * (t % 0.5)))
    minute.extend((v, v * 4 // 5))
with wave.open(sys.argv[1], "wb") as f:
    f.setparams((2, 2, rate, 0, "NONE", ""))
    for _ in range(minutes):
        f.writeframes(minute.tobytes())
PYTHON
}

main() {
  echo "Measured by \`bench/run.sh\` on $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores," \
    "$(uname -sr), $(${CC:-cc} --version | head -n 1); load $(cut -d' ' -f1 /proc/loadavg) at the start."
  awk '{ if ($1 > 0.5) print "\nThe machine was not idle: wall times and worst cases are upper bounds; CPU times and ratios hold." }' /proc/loadavg

  printf '\n### The engine, stage by stage\n\n'
  "$build/bench/circumplex-bench" --markdown

  printf '\n### Beside aubio\n\n'
  if pkg-config --exists aubio && ${CC:-cc} -O2 -std=c11 -D_POSIX_C_SOURCE=200809L -I. bench/peer_aubio.c "$build/libcircumplex_core.a" \
    $(pkg-config --cflags --libs aubio jansson) -lpthread -ldl -lm -o "$work/peer"; then
    "$work/peer"
  else
    echo "SKIPPED: libaubio-dev is not installed."
  fi

  printf '\n### Instructions\n\n```\n'
  bench/counts.sh "$build" || true
  printf '```\n'
  printf '\n### The longest block\n\nAll instances in one process; the shortest of several identical runs (`bench/worst_block.c`).\n\n```\n'
  if [ -x "$build/bench/worst_block" ]; then
    for case in "96000 32 1 stalled" "96000 32 1 none" "48000 64 16 stalled" "48000 64 16 none" "48000 256 1 prompt" "48000 256 1 none"; do
      # shellcheck disable=SC2086  # a list
      "$build/bench/worst_block" $case 6 15
    done
  else
    echo "SKIPPED: no worst_block."
  fi
  printf '```\n\nThe slices of run(), each done without a break:\n\n```\n'
  "$build/bench/slices" "$CIRCUMPLEX_MODEL" 48000
  "$build/bench/slices" "$CIRCUMPLEX_MODEL" 96000
  printf '```\n\n### run() in a host\n\n```\n'
  timeout 900 bench/run_cost.sh "$build" 2>&1 || echo "SKIPPED: run_cost.sh"
  if [ -x "$build/bench/first_run" ]; then "$build/bench/first_run"; else echo "SKIPPED: no first_run"; fi
  printf '```\n\n### Without AVX2\n\n```\n'
  "$build/bench/paths" "$CIRCUMPLEX_MODEL"
  printf '```\n\n### Drawing\n\n```\n'
  if [ -x "$build/bench/gui_draw" ]; then "$build/bench/gui_draw" || echo "A median is above its target."; else echo "SKIPPED: no gui_draw"; fi
  printf '```\n\n### Searching a library\n\n```\n'
  if [ -x "$build/bench/library_search" ]; then
    "$build/bench/library_search" || echo "A median is above its target, or a result differs."
  else
    echo "SKIPPED: no library_search."
  fi
  printf '```\n\nFrom its file, and in its window:\n\n```\n'
  for bench in "$build/bench/library_store $work/library.db" "$build/bench/library_window 100000"; do
    if [ -x "${bench%% *}" ]; then $bench; else echo "SKIPPED: no ${bench%% *}"; fi
  done
  printf '```\n\n### The command line\n\n'
  make_music "$work/hour.wav" 60
  for i in 1 2 3 4 5 6; do ln -s "$work/ten.wav" "$work/ten$i.wav"; done
  make_music "$work/ten.wav" 10
  echo "| command | wall s | CPU s | x real time | resident MiB |"
  echo "|---|---:|---:|---:|---:|"
  row() { # row NAME AUDIO_SECONDS COMMAND...
    local name=$1 audio=$2
    shift 2
    seconds_of "$@" | awk -v name="$name" -v audio="$audio" \
      '{speed = (audio > 0) ? sprintf("%.0f", audio / $1) : "-"; failed = $4 ? " FAILED" : ""
         memory = ($3 > 0) ? sprintf("%.0f", $3 / 1024) : "-"
         printf "| %s | %.3f | %.3f | %s | %s |%s\n", name, $1, $2, speed, memory, failed}'
  }
  row "start-up (\`--version\`)" 0 "$circumplex" --version
  row "start-up with the model (\`model info\`)" 0 "$circumplex" model info
  row "an hour of stereo music" 3600 "$circumplex" analyze "$work/hour.wav" -o "$work/out.csv"
  row "six files of ten minutes, \`--jobs 1\`" 3600 "$circumplex" analyze --summary --jobs 1 "$work"/ten[1-6].wav
  row "six files of ten minutes, \`--jobs 2\`" 3600 "$circumplex" analyze --summary --jobs 2 "$work"/ten[1-6].wav
  printf '\nCompressed files beside their decoding alone, by FFmpeg:\n\n| file | CPU s | decode s | WAV s | beside decode + WAV |\n|---|---:|---:|---:|---:|\n'
  if command -v ffmpeg >/dev/null; then
    local kind decode whole wav
    wav=$(seconds_of "$circumplex" analyze "$work/ten.wav" -o "$work/out.csv" | cut -d' ' -f2)
    for kind in opus ogg mp3 flac m4a; do
      ffmpeg -v error -y -i "$work/ten.wav" "$work/ten.$kind" 2>/dev/null || { echo "| $kind | SKIPPED: no encoder |"; continue; }
      decode=$(seconds_of ffmpeg -v error -threads 1 -i "$work/ten.$kind" -f f32le -y /dev/null | cut -d' ' -f2)
      whole=$(seconds_of "$circumplex" analyze "$work/ten.$kind" -o "$work/out.csv" | cut -d' ' -f2)
      awk -v k="$kind" -v a="$whole" -v d="$decode" -v w="$wav" 'BEGIN { printf "| %s | %.2f | %.2f | %.2f | %.2f |\n", k, a, d, w, a / (d + w) }'
    done
  else
    echo "| SKIPPED: no ffmpeg |"
  fi
  printf '\nAdding songs where the disk takes 10 ms to say that it has written:\n\n```\n'
  if [ -f "$build/bench/libslow_fsync.so" ] || cmake --build "$build" --target slow_fsync >/dev/null 2>&1; then
    python3 bench/library_add.py "$circumplex" "$build"/bench/libslow_fsync.so "$CIRCUMPLEX_MODEL"
  else
    echo "SKIPPED: no slow_fsync."
  fi
  printf '```\n'
  if [ -x "$build/tests/soak/soak" ]; then
    printf '\n### An hour and a half through the plugin\n\n```\n'
    "$build/tests/soak/soak" 1.5
    printf '```\n'
  fi
}

main | tee "$work/figures.md"
marker='<!-- figures: bench/run.sh writes what follows -->'
if [ -f "$output" ] && grep -qF "$marker" "$output"; then
  awk -v marker="$marker" '{ print } $0 == marker { exit }' "$output" >"$work/page.md"
else
  printf '# Performance\n\n%s\n' "$marker" >"$work/page.md"
fi
{ cat "$work/page.md"; echo; cat "$work/figures.md"; } >"$output"
echo "written: $output" >&2
