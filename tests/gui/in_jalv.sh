#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The window in a real host: jalv.gtk3 on a display and a JACK server of its own, music (a chirp) playing,
# clicks and keys by xdotool.  It checks what a user sees: after a click on Hold the plugin reports
# "held", keys and sizes reach the window, the picture moves.
#
#   in_jalv.sh LV2_FOLDER     run by with_display.sh; exit status 77: a tool is missing
set -eu
lv2=$1
for tool in jalv.gtk3 xdotool import convert jackd jack_lsp jack_connect sndfile-jackplay \
    sndfile-generate-chirp; do
  command -v "$tool" >/dev/null || { echo "SKIPPED: $tool is missing"; exit 77; }
done
[ -e "$lv2/circumplex.lv2/manifest.ttl" ] || { echo "SKIPPED: no bundle in $lv2"; exit 77; }
work=$(mktemp -d)
export XDG_RUNTIME_DIR="$work" HOME="$work" LV2_PATH="$lv2" NO_AT_BRIDGE=1 GDK_BACKEND=x11
pids=
. "$(dirname "$0")/../../scripts/end-all.sh"
name_jack
finish() {
  status=$?
  trap - EXIT
  end_all $pids
  rm -rf "$work"
  exit $status
}
trap finish EXIT
trap 'exit 1' INT TERM
fail() {
  echo "FAILED: $*"
  import -silent -window root "${TMPDIR:-/tmp}/circumplex_in_jalv_failed.png" || true
  exit 1
}

# until_true SECONDS COMMAND...: wait until it succeeds; 1 if that takes longer.
until_true() {
  tries=$(($1 * 5))
  shift
  for _ in $(seq "$tries"); do
    "$@" && return 0
    sleep 0.2
  done
  return 1
}
has_port() { jack_lsp 2>/dev/null | grep -q "^$1"; }

jackd -n "$JACK_DEFAULT_SERVER" -r -d dummy -r 48000 -p 512 >"$work/jackd.log" 2>&1 &
pids="$!"
has_jack() { jack_lsp >/dev/null 2>&1; }
until_true 30 has_jack || { echo "SKIPPED: no JACK server could be started"; exit 77; }
sndfile-generate-chirp -from 100 -to 4000 48000 20 "$work/chirp.wav" >/dev/null
jalv.gtk3 --jack-name=meter urn:circumplex:meter >"$work/jalv.log" 2>&1 &
jalv=$!
pids="$jalv $pids"
until_true 60 has_port meter:in_l || fail "jalv did not start: $(cat "$work/jalv.log")"
sndfile-jackplay -w -l=0 "$work/chirp.wav" >/dev/null 2>&1 &
pids="$! $pids"
connects() { jack_connect jackplay:out_1 "$1" 2>/dev/null; }
until_true 60 connects meter:in_l || fail "the player cannot be connected"
until_true 60 connects meter:in_r || fail "the player cannot be connected"

# The plugin's window is the 900x600 one inside jalv's.
window=
for _ in $(seq 240); do
  for id in $(xdotool search --onlyvisible --name '.*' 2>/dev/null) \
      $(xdotool search --onlyvisible --class '.*' 2>/dev/null); do
    if xdotool getwindowgeometry "$id" 2>/dev/null | grep -q 'Geometry: 900x600'; then window=$id; fi
  done
  [ -n "$window" ] && break
  sleep 0.25
done
[ -n "$window" ] || fail "no window of 900x600"
# Its frame: as wide, with jalv's menu bar above it.
top=
for id in $(xdotool search --onlyvisible --name '.*' 2>/dev/null); do
  if xdotool getwindowgeometry "$id" 2>/dev/null | grep -q 'Geometry: 900x6[1-9]'; then top=$id; fi
done
[ -n "$top" ] || fail "no frame of jalv's around the window"

# Colour at x y of the plugin's window, as "r g b".
color() {
  import -silent -window "$window" -crop "1x1+$1+$2" +repage "$work/p.png" 2>/dev/null
  convert "$work/p.png" -depth 8 rgb:- | od -An -tu1 | sed 's/^ *//; s/  */ /g'
}
# until_pill NAME SECONDS: wait for the state's pill (top right; left end, beside the text) to have a colour.
pill() {
  set -- $(color 880 30) 0 0 0 # zeros: the window could not be read
  if [ "$1" -gt 225 ] && [ "$2" -gt 225 ]; then echo settling
  elif [ "$1" -lt 140 ] && [ "$2" -gt 180 ] && [ "$3" -gt 185 ]; then echo held
  elif [ "$1" -lt 150 ] && [ "$2" -gt 180 ]; then echo live
  elif [ "$1" -gt 200 ] && [ "$3" -lt 130 ]; then echo outside
  else echo "other ($1 $2 $3)"; fi
}
until_pill() {
  for _ in $(seq "$2"); do
    now=$(pill)
    for wanted in $1; do [ "$now" = "$wanted" ] && return 0; done
    sleep 0.25
  done
  fail "the state is $now, not $1"
}
click() { xdotool mousemove --window "$window" "$1" "$2" click 1; }

until_pill "settling live outside" 240
echo "ok: estimates reach the window"
click 45 571
until_pill "held" 240
echo "ok: a click on Hold reaches the DSP and comes back"
xdotool key --window "$window" h
until_pill "settling live outside" 240
echo "ok: the key H releases it"

import -silent -window "$window" "$work/a.png"
has_moved() {
  import -silent -window "$window" "$work/b.png"
  [ "$(compare -metric AE "$work/a.png" "$work/b.png" null: 2>&1 | sed 's/[^0-9].*//')" -gt 200 ]
}
until_true 30 has_moved || fail "the picture does not move"
echo "ok: the picture moves"

# part_at X Y: what a part of the timeline looks like while the pointer is there.
part_at() {
  xdotool mousemove --window "$window" "$1" "$2"
  sleep 0.5
  import -silent -window "$window" "$work/part.png"
  convert "$work/part.png" -crop 140x70+660+400 -depth 8 rgb:- | cksum
}
shows_a_moment() { [ "$(part_at 813 395)" != "$(part_at 400 300)" ]; }
until_true 10 shows_a_moment || fail "hovering over the timeline shows nothing"
echo "ok: hovering reads a moment"

xdotool key --window "$window" f
is_stage() { [ "$(color 3 3 | cut -d' ' -f1)" -lt 12 ]; }
is_no_stage() { ! is_stage; }
until_true 30 is_stage || fail "no stage view: the ground is $(color 3 3)"
xdotool key --window "$window" Escape
until_true 30 is_no_stage || fail "Escape does not leave the stage view"
echo "ok: F and Escape change the view"

xdotool windowsize "$top" 1100 800
is_larger() { xdotool getwindowgeometry "$window" | grep -q 'Geometry: 1100x7'; }
until_true 30 is_larger ||
  fail "the window does not follow jalv's: $(xdotool getwindowgeometry "$window")"
echo "ok: the window follows its frame"
kill -0 "$jalv" || fail "jalv died: $(cat "$work/jalv.log")"
kill -TERM "$jalv"
has_ended() { ! kill -0 "$jalv" 2>/dev/null; }
until_true 60 has_ended || fail "jalv does not end"
echo "ok: jalv ends cleanly"
