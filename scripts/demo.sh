#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Show what Circumplex does, from a fresh checkout on Debian 12: install what is missing, build, and read a
# piece of music live - in the plugin's window where there is a display, else in the terminal.
#
#   scripts/demo.sh [--terminal] [FILE]
#
# FILE: any sound file.  Without it a piece is generated (scripts/demo_piece.py).
# --terminal: stay in the terminal; needs half of the packages.
# On a bare system: some minutes, 121 to 247 MB of packages (282 for sounds that only FFmpeg reads).
# Environment: CIRCUMPLEX_SPEED  pace of the terminal's demo (default 1)
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
build="$root/build/demo"
log="$build/log"
terminal=''
file=''
for argument in "$@"; do
  case $argument in
    -h|--help) sed -n '3,12s/^# \{0,1\}//p' "$0"; exit 0 ;;
    --terminal) terminal=1 ;;
    -*) echo "demo: what is $argument?  See $0 --help" >&2; exit 2 ;;
    *) [ -z "$file" ] || { echo "demo: one file only" >&2; exit 2; }
      file=$argument ;;
  esac
done
if [ -n "$file" ]; then
  if [ ! -f "$file" ] || [ ! -r "$file" ]; then echo "demo: cannot read $file" >&2; exit 1; fi
  file=$(realpath -- "$file")
fi
die() { echo "demo: $*" >&2; exit 1; }

# Install and build only what the demo needs.
why=
if [ -n "$terminal" ]; then
  why=asked
elif [ -z "${DISPLAY:-}" ]; then
  terminal=1 why="there is no display (DISPLAY is not set)"
fi
parts=reader options="-DCIRCUMPLEX_FFMPEG=OFF" targets=circumplex
if [ -n "$terminal" ]; then
  options="$options -DCIRCUMPLEX_PLUGIN=OFF -DCIRCUMPLEX_GUI=OFF"
else
  parts="$parts window" targets="$targets circumplex_bundle circumplex_ui"
  options="$options -DCIRCUMPLEX_PLUGIN=ON -DCIRCUMPLEX_GUI=ON"
fi
[ -n "$file" ] || parts="$parts piece"
case $(printf %s "$file" | tr '[:upper:]' '[:lower:]') in
  ''|*.wav|*.flac|*.ogg|*.oga|*.opus|*.mp3|*.aif|*.aiff) ;;
  *) parts="$parts formats" options="$options -DCIRCUMPLEX_FFMPEG=ON" ;;
esac

cd "$root"
mkdir -p "$build"
: >"$log"
[ -z "$why" ] || [ "$why" = asked ] || echo "The demo runs in the terminal: $why."
# shellcheck disable=SC2086  # lists, here and below
scripts/install-deps.sh --log "$log" $parts || exit 1
echo "Building the demo (about a minute the first time) ..."
# shellcheck disable=SC2086
{ cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCIRCUMPLEX_TESTS=OFF -DCIRCUMPLEX_BENCH=OFF \
  -DCIRCUMPLEX_LIBRARY_WINDOW=OFF -DCIRCUMPLEX_TEST_HOST=OFF -DCIRCUMPLEX_PYTHON=OFF $options &&
  cmake --build "$build" --target $targets; } >>"$log" 2>&1 ||
  die "it cannot be built.  The end of $log:
$(tail -n 15 "$log")"

if [ -z "$file" ]; then
  file="$build/demo.wav"
  if [ ! -e "$file" ] || [ scripts/demo_piece.py -nt "$file" ]; then
    echo "Making the demo piece ..."
    python3 scripts/demo_piece.py "$file" >>"$log" 2>&1 || die "the demo piece cannot be made: see $log"
  fi
fi

circumplex="$build/cli/circumplex"
echo "The whole file, read in advance:"
"$circumplex" analyze --summary --quiet "$file" || die "$file cannot be read as sound"

# However the demo ends, the last line says what to do next.
next() {
  echo
  echo "Next: $circumplex analyze SONG --plot song.png    a picture of a song's curve"
  if [ -n "$terminal" ]; then
    echo "      scripts/demo.sh on a desktop                the plugin's window (docs/window.md)"
  else
    echo "      ? in the window                             its keys (docs/window.md)"
  fi
  echo "      README.md                                   installing, hosts, collections of music"
}
trap next EXIT
trap 'exit 130' INT TERM HUP
if [ -z "$terminal" ]; then
  echo "The window opens in jalv, a small plugin host.  Close it to end the demo."
  status=0
  # In the background: a shell that waits for a command in the foreground is deaf to kill.
  CIRCUMPLEX_LV2_PATH="$build/lv2" scripts/demo-window.sh "$file" &
  window=$!
  trap 'kill "$window" 2>/dev/null && wait "$window"; exit 130' INT TERM HUP
  wait "$window" || status=$?
  trap 'exit 130' INT TERM HUP
  [ "$status" -eq 3 ] || exit "$status" # 3: could not start, and has said why
  echo "So the demo goes on in the terminal."
  terminal=1
fi
# Without a sound device (a server, a container), or at another speed, the demo is silent.
set -- --speed "${CIRCUMPLEX_SPEED:-1}"
if [ "$2" = 1 ] && { [ -e /dev/snd ] || [ -n "${PULSE_SERVER:-}" ]; }; then
  set -- --play
else
  echo "No sound is played: the reading runs silently.  q or Ctrl-C ends it."
  [ ! -t 1 ] || sleep 3 # the page covers this
fi
"$circumplex" live "$@" "$file"
