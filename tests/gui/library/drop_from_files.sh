#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# drop_from_files.sh PROGRAM MAKE_SONGS MODEL: a folder dragged out of a file manager (pcmanfm) onto the library's window
# is added.  Run by with_display.sh; exit status 77: a tool is missing.
set -eu
program=$1 make_songs=$2 model=$3
for tool in xdotool xprop pcmanfm openbox; do
  command -v "$tool" >/dev/null || { echo "SKIPPED: $tool is missing"; exit 77; }
done
work=$(mktemp -d)
export HOME="$work" XDG_RUNTIME_DIR="$work" XDG_DATA_HOME="$work/data" XDG_CONFIG_HOME="$work/config"
export JACK_NO_START_SERVER=1 JACK_DEFAULT_SERVER="drop-$$" NO_AT_BRIDGE=1 GIO_USE_VFS=local CIRCUMPLEX_MODEL="$model"
pids=''
. "$(dirname "$0")/../../../scripts/end-all.sh"
finish() {
  status=$?
  trap - EXIT
  end_all $pids
  rm -rf "$work"
  exit $status
}
trap finish EXIT
trap 'exit 1' INT TERM
mkdir -p "$work/sample/music"
"$make_songs" "$work/sample/music"
openbox >/dev/null 2>&1 &
pids=$!
for _ in $(seq 300); do # a window that opens while the window manager starts may stay hidden
  xprop -root _NET_SUPPORTING_WM_CHECK 2>/dev/null | grep -q 'window id' && break
  sleep 0.1
done
"$program" --trace --scale=1 --db "$work/new.db" 2>"$work/trace" &
pids="$! $pids"
pcmanfm "$work/sample" >/dev/null 2>&1 &
pids="$! $pids"
find_window() { # find_window NAME
  for _ in $(seq 600); do # two minutes: the machine may be busy
    window=$(xdotool search --onlyvisible --name "$1" 2>/dev/null | head -n 1)
    [ -z "$window" ] || return 0
    sleep 0.2
  done
  echo "FAILED: no window called $1"
  tail -n 15 "$work/trace"
  exit 1
}
find_window '^Circumplex Library$'
library=$window
find_window '^sample$'
files=$window
xdotool windowsize "$files" 500 400 windowmove "$files" 0 0
xdotool windowmove "$library" 520 30
sleep 2
# The one folder lies somewhere in the right part of the file manager: selected by key, then found by trying.
places="220,130 220,110 205,130 235,145 260,140 230,160 260,120 300,150 250,180"
for try in $places $places $places; do
  xdotool mousemove --window "$files" "${try%,*}" "${try#*,}" mousedown 1
  for step in 1 2 3 4 5 6 7 8; do
    xdotool mousemove_relative -- $((step * 4)) 3
    sleep 0.05
  done
  xdotool mousemove --window "$library" 300 300
  sleep 0.3
  xdotool mousemove --window "$library" 310 305
  sleep 0.3
  xdotool mouseup 1
  for _ in $(seq 50); do
    if grep -q ': loaded [1-9][0-9]* songs' "$work/trace"; then
      echo "ok: $(grep -m 1 ': loaded [1-9]' "$work/trace" | sed 's/^[^:]*: //') after a folder was dropped"
      exit 0
    fi
    sleep 0.1
  done
done
echo "FAILED: nothing was added"
tail -n 15 "$work/trace"
[ -z "${CIRCUMPLEX_KEEP:-}" ] || import -silent -window root "$CIRCUMPLEX_KEEP"
exit 1
