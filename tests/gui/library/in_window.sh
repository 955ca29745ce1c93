#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The library's window as its users have it: a library made of a few songs, pointer and keys by xdotool, sound by
# a JACK server of its own.  It checks the lines of --trace, the written files, and that the picture moves.
#
#   in_window.sh PROGRAM CIRCUMPLEX MAKE_SONGS MODEL [SANITIZERS]
#
# Run by with_display.sh; exit status 77: a tool is missing.
set -eu
program=$1 circumplex=$2 make_songs=$3 model=$4 sanitizers=${5:-}
for tool in xdotool import compare; do
  command -v "$tool" >/dev/null || { echo "SKIPPED: $tool is missing"; exit 77; }
done
work=$(mktemp -d)
export HOME="$work" XDG_RUNTIME_DIR="$work" XDG_DATA_HOME="$work/data" XDG_CONFIG_HOME="$work/config"
export JACK_NO_START_SERVER=1
# ALSA without its plugins: an installed default plugin would be between the player and JACK.
if [ -e /usr/share/alsa/alsa.conf ]; then
  export ALSA_CONFIG_PATH="$work/alsa.conf"
  sed '/^@hooks/,/^]/d' /usr/share/alsa/alsa.conf >"$ALSA_CONFIG_PATH"
fi
pid= jack=
. "$(dirname "$0")/../../../scripts/end-all.sh"
name_jack
finish() {
  status=$?
  trap - EXIT
  end_all $pid $jack
  rm -rf "$work"
  exit $status
}
trap finish EXIT
trap 'exit 1' INT TERM
trace="$work/trace"
fail() {
  echo "FAILED: $*"
  tail -n 15 "$trace" || true
  import -silent -window root "${TMPDIR:-/tmp}/circumplex_library_failed.png" || true
  exit 1
}
# until_line PATTERN: wait for a new line of the trace, which becomes $line.
seen=0
until_line() {
  for _ in $(seq 900); do
    line=$(tail -n +$((seen + 1)) "$trace" | grep -n -m 1 -e "$1" || true)
    if [ -n "$line" ]; then
      seen=$((seen + ${line%%:*}))
      line=${line#*:}
      return 0
    fi
    kill -0 "$pid" 2>/dev/null || fail "the program has ended"
    sleep 0.1
  done
  fail "no line '$1'"
}
start() {
  : >"$trace"
  seen=0
  "$program" --trace --scale=1 "$@" 2>"$trace" &
  pid=$!
}
stop() {
  kill -TERM "$pid"
  code=0
  wait "$pid" || code=$?
  pid=
  [ "$code" -eq 0 ] || fail "exit status $code"
  grep -q ': closed$' "$trace" || fail "not closed in order"
}
find_window() {
  for _ in $(seq 900); do
    window=$(xdotool search --onlyvisible --name '^Circumplex Library$' 2>/dev/null | head -n 1)
    [ -n "$window" ] && break
    sleep 0.1
  done
  [ -n "$window" ] || fail "no window"
  xdotool windowfocus "$window" || true
}
# place NAME SHARE_X SHARE_Y: pixel of a place, as "x y"
place() {
  grep ": place $1 " "$trace" | tail -n 1 |
    awk -v sx="$2" -v sy="$3" '{ printf "%d %d", $4 + sx * $6, $5 + sy * $7 }'
}
sum() { awk "BEGIN { print ($1) }"; }
click() { xdotool mousemove --window "$window" $(place "$@") click 1; }

# No library: the window says what to do.
start
until_line ': absent '
echo "ok: without a library there is a window that says so"
stop
printf 'this is no library, only a text that is long enough to be looked at\n' >"$work/bad.db"
start --db "$work/bad.db"
until_line ': failed '
echo "ok: a file that is no library: $line"
stop

mkdir "$work/music"
"$make_songs" "$work/music"
"$circumplex" library add --quiet --model "$model" "$work/music" || fail "the library could not be made"
start --save "$work/list.m3u8"
until_line ': loaded 5 songs'
until_line ': answer .* all songs 5'
find_window
echo "ok: five songs are there"

click plane 0.25 0.75
until_line ': answer .* near songs 5'
until_line ': row 1 '
first=$line
click plane 0.75 0.25
until_line ': answer .* near songs 5'
until_line ': row 1 '
[ "${first##* }" != "${line##* }" ] || fail "the same song is nearest to both ends: $line"
echo "ok: the plane is asked by a click; the nearest song depends on where"

xdotool mousemove --window "$window" $(place plane 0.3 0.7) mousedown 3
xdotool mousemove --window "$window" $(place plane 0.5 0.5)
xdotool mousemove --window "$window" $(place plane 0.7 0.3) mouseup 3
until_line ': answer .* path songs 5'
echo "ok: the right button drags a path"

# Without a sound device there is a message; with one, it plays (silently).
click volume 0.01 0.5
click list 0.2 0.05
xdotool key --window "$window" space
until_line ': failed No sound\|: position '
echo "ok: ${line#*: }"
xdotool key --window "$window" Escape

# Draw: valence left open, arousal from low to high.
xdotool mousemove --window "$window" $(place arousal 0.02 0.8) mousedown 1
for i in 1 2 3 4 5 6 7 8 9 10; do
  xdotool mousemove --window "$window" $(place arousal "$(sum "0.02 + 0.095 * $i")" "$(sum "0.8 - 0.06 * $i")")
  sleep 0.03
done
xdotool mouseup 1
until_line ': answer .* match songs'
click kind 0.5 0.5
until_line ': answer .* match songs 5'
until_line ': row 1 '
[ "$(echo "$line" | sed 's/.*distance \([0-9.]*\).*/\1/')" != 0.0000 ] || fail "nothing was compared: $line"
echo "ok: a curve drawn with the mouse is compared with every song"
click list 0.2 0.2
xdotool key --window "$window" l
until_line ': answer .* match songs 5'
until_line ': row 1 distance 0.0000 '
echo "ok: a song's own curve finds itself first"

# Accents and case do not count; then the list is saved.
xdotool key --window "$window" slash
xdotool type --window "$window" --delay 30 'ETUDE bjork'
until_line ': answer .* allowed 1 '
xdotool key --window "$window" ctrl+s
until_line ': saved 1 '
grep -q '^#EXTM3U$' "$work/list.m3u8" || fail "no M3U"
grep -q "^$work/music/calm.flac\$" "$work/list.m3u8" || fail "the song is not in the playlist"
grep -q '^#EXTINF:30,Björk Ásdís - Étude in calm$' "$work/list.m3u8" || fail "no title in the playlist"
echo "ok: search finds it, Ctrl-S saves it"
xdotool key --window "$window" Escape
until_line ': answer .* allowed 5 '
xdotool key --window "$window" Tab Down Down
xdotool key --window "$window" ctrl+c
until_line ': copied '
echo "ok: keys choose a song; its path is copied"
stop

case $sanitizers in
  *thread*) echo "SKIPPED: the thread sanitizer cannot follow libjack's threads: playing is not tested"; exit 77 ;;
esac
command -v jackd >/dev/null || { echo "SKIPPED: jackd is missing: playing is not tested"; exit 77; }
jackd -n "$JACK_DEFAULT_SERVER" -r -d dummy -r 44100 -p 1024 >"$work/jack" 2>&1 &
jack=$!
for _ in $(seq 300); do
  if jack_lsp >/dev/null 2>&1 || ! kill -0 "$jack" 2>/dev/null; then break; fi
  sleep 0.1
done
# As if the table of servers were full of servers that were killed.
kill -0 "$jack" 2>/dev/null || { echo "SKIPPED: no JACK server could be started: playing is not tested"; exit 77; }
start
until_line ': answer .* all songs 5'
find_window
click list 0.2 0.05
xdotool key --window "$window" space
until_line ': play from 0.0'
until_line ': position '
import -silent -window "$window" "$work/a.png"
position() { grep ': position ' "$trace" | tail -n 1 | sed 's/.* //'; }
# keeps_pace: over some seconds the song goes on as the clock does.
keeps_pace() {
  before=$(date +%s%N) at=$(position)
  sleep 4
  after=$(date +%s%N)
  gone=$(sum "$(position) - $at")
  real=$(sum "($after - $before) / 1000000000")
  echo "it plays: $gone s of the song in $real s"
  [ "$(sum "$gone > 0.4 * $real && $gone < 1.6 * $real")" = 1 ]
}
keeps_pace || keeps_pace || keeps_pace || fail "not at the pace of the music"
import -silent -window "$window" "$work/b.png"
[ "$(compare -metric AE "$work/a.png" "$work/b.png" null: 2>&1 | sed 's/[^0-9].*//')" -gt 100 ] ||
  fail "the picture does not move"
echo "ok: the picture moves"
click song 0.5 0.5
until_line ': play from 15'
until_line ': position \(1[5-9]\|2[0-9]\)\.'
echo "ok: a click on the curve plays from there"
xdotool key --window "$window" space # at once: on a slow machine the song may end meanwhile
until_line ': stop'
xdotool key --window "$window" space
until_line ': play from'
until_line ': position '
end_all "$jack"
until_line ': failed The sound has stopped'
jack=
xdotool key --window "$window" Home
xdotool key --window "$window" ctrl+c
until_line ': copied '
echo "ok: a sound server that goes away is told of, and all else works"
stop
echo "ok: all of it ends cleanly"
