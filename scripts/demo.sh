#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Show what Circumplex does, from a fresh checkout on Debian 12: install what is missing, build, and read a
# piece of music live - in the plugin's window where there is a display, else in the terminal.
#
#   scripts/demo.sh [--terminal] [FILE]
#
# FILE: any sound file.  Without it a piece is made for the purpose (scripts/demo_piece.py).
# --terminal: stay in the terminal.  Environment: CIRCUMPLEX_SPEED  pace of the terminal's demo (default 1)
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
build="$root/build/release"
terminal=
if [ "${1:-}" = "--terminal" ]; then terminal=1; shift; fi
case ${1:-} in -h|--help) sed -n '3,10s/^# \{0,1\}//p' "$0"; exit 0 ;; esac
file=${1:-}
if [ -n "$file" ]; then
  [ -r "$file" ] || { echo "demo: cannot read $file" >&2; exit 1; }
  file=$(realpath -- "$file")
fi

cd "$root"
if [ -x scripts/install-deps.sh ]; then scripts/install-deps.sh build; fi
cmake --preset release >/dev/null
cmake --build --preset release

if [ -z "$file" ]; then
  file="$build/demo.wav"
  if [ ! -e "$file" ] || [ scripts/demo_piece.py -nt "$file" ]; then
    echo "Making the demo piece ..."
    python3 scripts/demo_piece.py "$file"
  fi
fi

circumplex="$build/cli/circumplex"
echo "$file:"
"$circumplex" analyze --summary --quiet "$file"
if [ -z "$terminal" ] && [ -n "${DISPLAY:-}" ] && [ -x scripts/demo-window.sh ]; then
  exec scripts/demo-window.sh "$file"
fi
play=
for player in pw-play paplay ffplay mpv play aplay; do
  # Where no sound can be heard (a server, a container) the reading runs silently.
  if command -v "$player" >/dev/null && { [ -e /dev/snd ] || [ -n "${PULSE_SERVER:-}" ]; }; then
    play=--play
  fi
done
exec "$circumplex" live $play --speed "${CIRCUMPLEX_SPEED:-1}" "$file"
