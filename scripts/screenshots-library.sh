#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Remake docs/images/library-*.png: the library's window on a display and a JACK server of its own.
#
#   scripts/screenshots-library.sh MUSIC...
#
# MUSIC: folders or files to make a library of (some hundred songs make good pictures).
# Environment: CIRCUMPLEX_BUILD       build folder (default: build/release)
#              CIRCUMPLEX_LIBRARY_DB  an existing library, instead of MUSIC
#              CIRCUMPLEX_IMAGES      where the pictures go (default: docs/images)
# Needs xvfb xdotool imagemagick x11-utils jackd2.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
if [ "${CIRCUMPLEX_SHOTS:-}" != inside ]; then
  CIRCUMPLEX_SCREEN=2400x1600 CIRCUMPLEX_SHOTS=inside exec "$root/tests/gui/with_display.sh" "$0" "$@"
fi
for tool in xdotool import xprop jackd; do
  command -v "$tool" >/dev/null || { echo "screenshots-library: $tool is missing" >&2; exit 1; }
done
build=${CIRCUMPLEX_BUILD:-$root/build/release}
folder=${CIRCUMPLEX_IMAGES:-$root/docs/images}
db=${CIRCUMPLEX_LIBRARY_DB:-}
work=$(mktemp -d)
export HOME="$work" XDG_RUNTIME_DIR="$work" JACK_NO_START_SERVER=1
pid= jack=
. "$root/scripts/end-all.sh"
name_jack
finish() {
  trap - EXIT
  end_all $pid $jack
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM
if [ -z "$db" ]; then
  [ $# -gt 0 ] || { echo "usage: $0 MUSIC..." >&2; exit 2; }
  db="$work/library.db"
  "$build/cli/circumplex" library add --db "$db" --model "$root/models/default.safetensors" "$@"
fi
jackd -n "$JACK_DEFAULT_SERVER" -r -d dummy -r 48000 -p 1024 >/dev/null 2>&1 &
jack=$!

# open_window SCALE [OPTION]...
open_window() {
  xprop -root -f RESOURCE_MANAGER 8s -set RESOURCE_MANAGER "Xft.dpi: $((96 * $1))"
  shift
  "$build/gui/library/circumplex-library" --db "$db" --trace "$@" 2>"$work/trace" &
  pid=$!
  for _ in $(seq 100); do grep -q ': answer ' "$work/trace" && break; sleep 0.2; done
  window=$(xdotool search --onlyvisible --name '^Circumplex Library$' | head -n 1)
  xdotool windowfocus "$window" || true
}
close_window() {
  kill "$pid"
  wait "$pid" || true
  pid=
}
place() {
  grep ": place $1 " "$work/trace" | tail -n 1 |
    awk -v sx="$2" -v sy="$3" '{ printf "%d %d", $4 + sx * $6, $5 + sy * $7 }'
}
click() { xdotool mousemove --window "$window" $(place "$@") click 1; sleep 0.4; }
key() { xdotool key --window "$window" "$@"; sleep 0.3; }
# draw LANE X,Y...: a stroke through shares of the lane
draw() {
  lane=$1
  shift
  down=
  for point in "$@"; do
    xdotool mousemove --window "$window" $(place "$lane" "${point%,*}" "${point#*,}")
    [ -n "$down" ] || { xdotool mousedown 1; down=1; }
    sleep 0.05
  done
  xdotool mouseup 1
  sleep 0.5
}
shot() {
  sleep 0.6
  import -silent -window "$window" "$folder/library-$1.png"
  ! command -v pngquant >/dev/null || pngquant --force --ext .png --speed 1 256 "$folder/library-$1.png" || true
  echo "$folder/library-$1.png"
}
away() { xdotool mousemove 2399 1599; sleep 0.4; }

near() {
  click plane 0.80 0.45
  click list 0.3 0.16
  away
}
curve() {
  draw valence 0.01,0.62 0.15,0.6 0.3,0.58 0.45,0.52 0.6,0.44 0.75,0.38 0.9,0.34 0.99,0.33
  draw arousal 0.01,0.72 0.15,0.7 0.3,0.66 0.45,0.55 0.6,0.42 0.75,0.33 0.9,0.28 0.99,0.27
  for _ in $(seq 100); do grep -q ': answer .* match' "$work/trace" && break; sleep 0.1; done
  click list 0.3 0.05
  away
}

open_window 1
xdotool mousemove --window "$window" $(place plane 0.32 0.64) mousedown 3
for step in 0.36,0.60 0.45,0.50 0.55,0.40 0.66,0.32; do
  xdotool mousemove --window "$window" $(place plane "${step%,*}" "${step#*,}")
  sleep 0.1
done
xdotool mouseup 3
away
shot path
curve
key space
sleep 24
shot playing
key space
close_window
open_window 1
near
shot near
close_window
