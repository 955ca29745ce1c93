#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Open the meter's window in jalv with a music file playing through it.
#
#   scripts/demo-window.sh FILE [SECONDS]
#
# FILE: anything that libsndfile reads.  SECONDS: close the window after this time (default: when the
# user closes it).  A running JACK (or PipeWire's, through pw-jack) is used; without one, a dummy JACK server is
# started: then the meter moves, but there is no sound.
# Exit status 3: the window could not be shown; standard error says why.
# Environment: CIRCUMPLEX_LV2_PATH  folder that holds circumplex.lv2 (default: a build tree, else LV2_PATH)
#              CIRCUMPLEX_JALV      jalv.gtk3 (default), jalv.qt5, ...
#              CIRCUMPLEX_URI       plugin (default urn:circumplex:meter)
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
file=${1:-}
seconds=${2:-0}
uri=${CIRCUMPLEX_URI:-urn:circumplex:meter}

die() { echo "The window cannot be shown: $*." >&2; exit 3; }
[ -n "$file" ] || { echo "usage: $0 FILE [SECONDS]" >&2; exit 2; }
[ -r "$file" ] || die "cannot read $file"
[ -n "${DISPLAY:-}" ] || die "there is no display (DISPLAY is not set)"
command -v sndfile-jackplay >/dev/null || die "sndfile-jackplay is missing: install sndfile-tools"
command -v sndfile-info >/dev/null || die "sndfile-info is missing: install sndfile-programs"

jalv=${CIRCUMPLEX_JALV:-}
for candidate in jalv.gtk3 jalv.qt5 jalv.qt6; do
  [ -n "$jalv" ] && break
  command -v "$candidate" >/dev/null && jalv=$candidate
done
[ -n "$jalv" ] || die "jalv.gtk3 or jalv.qt5 is missing: install jalv"

command -v jackd >/dev/null || command -v pw-jack >/dev/null || die "jackd is missing: install jackd2"

lv2=${CIRCUMPLEX_LV2_PATH:-}
if [ -z "$lv2" ]; then
  for bundle in "$root"/build/release/lv2 "$root"/build/lv2 "$root"/build/*/lv2; do
    if [ -e "$bundle/circumplex.lv2/circumplex_ui.so" ]; then lv2=$bundle; break; fi
  done
fi
default_path="${HOME:-}/.lv2:/usr/local/lib/lv2:/usr/lib/lv2:/usr/lib/$(uname -m)-linux-gnu/lv2"
[ -z "$lv2" ] || export LV2_PATH="$lv2:${LV2_PATH:-$default_path}"

# sndfile-jackplay does not resample: a dummy server takes the file's rate, and with another's server the file is
# converted first.  The rate as libsndfile has it: an Opus file has two.
sample_rate() {
  sndfile-info "$file" | sed -n 's/^Sample Rate *: *\([0-9]*\).*/\1/p' | head -n 1
}

jackd_pid= jalv_pid= play_pid=
work=$(mktemp -d)
. "$root/scripts/end-all.sh"
finish() {
  trap - EXIT INT TERM HUP
  end_all $play_pid $jalv_pid
  end_all $jackd_pid # not before its clients: they would wait for it
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM HUP

[ -n "${XDG_RUNTIME_DIR:-}" ] || export XDG_RUNTIME_DIR="$work"
# The message of a program that did not start: its error, else its last line.
reason() {
  { grep -iE 'cannot|fail|error|refused|denied' "$1" || tail -n 1 "$1"; } | head -n 1 | sed 's/[.[:space:]]*$//'
}
through=
if ! jack_lsp >/dev/null 2>&1; then
  if command -v pw-jack >/dev/null && pw-jack jack_lsp >/dev/null 2>&1; then
    through=pw-jack
  else
    command -v jackd >/dev/null || die "no JACK is running and jackd is missing: install jackd2"
    rate=$(sample_rate)
    [ -n "$rate" ] || die "libsndfile cannot read $file"
    echo "No JACK is running: starting a dummy server (nothing will be heard)."
    JACK_NO_AUDIO_RESERVATION=1 jackd -r -d dummy -r "$rate" -p 512 >"$work/jackd" 2>&1 &
    jackd_pid=$!
    for _ in $(seq 240); do
      jack_lsp >/dev/null 2>&1 && break
      kill -0 "$jackd_pid" 2>/dev/null || die "JACK does not start ($(reason "$work/jackd"))"
      sleep 0.25
    done
    jack_lsp >/dev/null 2>&1 || die "JACK does not answer after a minute ($(reason "$work/jackd"))"
  fi
fi

server_rate=$($through jack_samplerate 2>/dev/null | sed -n 's/^\([0-9][0-9]*\).*/\1/p' | head -n 1)
if [ -n "$server_rate" ] && [ "$server_rate" != "$(sample_rate)" ]; then
  command -v ffmpeg >/dev/null || die "JACK runs at $server_rate Hz and the file at $(sample_rate): install ffmpeg, which converts it"
  ffmpeg -v error -nostdin -i "$file" -vn -ar "$server_rate" "$work/converted.wav" || die "ffmpeg cannot convert $file"
  file=$work/converted.wav
fi

name=circumplex-$$
$through "$jalv" --jack-name="$name" "$uri" >"$work/jalv" 2>&1 &
jalv_pid=$!
wait_for() {
  for _ in $(seq 240); do
    $through jack_lsp 2>/dev/null | grep -q "^$1" && return 0
    kill -0 "$jalv_pid" 2>/dev/null || die "$jalv does not start ($(reason "$work/jalv"))"
    sleep 0.25
  done
  die "no JACK port $1 after a minute ($(reason "$work/jalv"))"
}
# jalv.qt5 always gives its client the plugin's name.
case $jalv in *qt*) name=Circumplex ;; esac
wait_for "$name:in_l"
$through sndfile-jackplay -w -l=0 "$file" >/dev/null 2>&1 &
play_pid=$!
wait_for "jackplay:out_1"
right=jackplay:out_2
$through jack_lsp | grep -q "^$right" || right=jackplay:out_1
$through jack_connect jackplay:out_1 "$name:in_l"
$through jack_connect "$right" "$name:in_r"
if $through jack_lsp | grep -q '^system:playback_1'; then
  $through jack_connect "$name:out_l" system:playback_1 2>/dev/null || true
  $through jack_connect "$name:out_r" system:playback_2 2>/dev/null || true
fi
# sndfile-jackplay -w waits for its ports to be connected; -l=0 plays the file again and again.
if [ "$seconds" -gt 0 ] 2>/dev/null; then
  sleep "$seconds"
else
  wait "$jalv_pid" || true
fi
