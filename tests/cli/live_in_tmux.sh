#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# live_in_tmux.sh CIRCUMPLEX MODEL FOLDER: the live page in a real terminal of 80 x 24, resized to 100 x 30 and 200 x 50
# while it runs, and as ASCII without colour; q ends it.  The screens are kept in FOLDER.
set -eu
command -v tmux >/dev/null || { echo "SKIPPED: no tmux"; exit 77; }
circumplex=$1
model=$2
folder=$3
work=$(mktemp -d)
mkdir -p "$folder"
tm() { TMUX='' tmux -L "$server" -f /dev/null "$@"; }
server=none
trap 'tm kill-server 2>/dev/null || true; rm -rf "$work"' EXIT
fail() { echo "FAILED: $*"; tm capture-pane -p 2>/dev/null || true; exit 1; }
python3 - "$work/song.wav" <<'PYTHON'
import array, math, sys, wave
rate = 22050
sound = array.array("h", (int(6000 * math.sin(2 * math.pi * (220 + 110 * (i // rate % 3)) * i / rate)
                              * math.exp(-4 * (i / rate % 0.5))) for i in range(90 * rate)))
with wave.open(sys.argv[1], "wb") as f:
    f.setparams((1, 2, rate, 0, "NONE", ""))
    f.writeframes(5 * sound.tobytes())
PYTHON

start() { # start LOCALE [VARIABLE=VALUE]...
  locale=$1
  server="circumplex-$$-$1" # its own: the one before may still be closing
  shift
  tm new-session -d -x 80 -y 24 env LC_ALL="$locale" "$@" sh -c '"$0" "$@"; sleep 1' \
    "$circumplex" live --model "$model" "$work/song.wav"
}
# A page whose last line is there and whose lines are those of the size.
wait_page() { # wait_page NAME COLUMNS ROWS PATTERN LINES
  for _ in $(seq 300); do
    tm capture-pane -p >"$folder/$1.txt" 2>/dev/null || fail "the page is gone"
    rows=$(grep -c . "$folder/$1.txt" || true)
    if head -n 1 "$folder/$1.txt" | grep -q 'song.wav .*q: quit' && grep -q '^attention' "$folder/$1.txt" &&
      grep -q -e "$4" "$folder/$1.txt" && [ "$rows" -ge "$5" ]; then
      [ "$(awk '{ if (length($0) > n) n = length($0) } END { print n + 0 }' "$folder/$1.txt")" -le "$(($2 * 3))" ] ||
        fail "$1: a line is too long"
      return
    fi
    sleep 0.2
  done
  fail "no page of $2 x $3"
}
start C.UTF-8
wait_page 80x24 80 24 valence 20
tm resize-window -x 100 -y 30
wait_page 100x30 100 30 valence 27
tm resize-window -x 200 -y 50
wait_page 200x50 200 50 valence 45
tm resize-window -x 80 -y 24
wait_page 80x24_again 80 24 valence 20
grep -q '─' "$folder/80x24.txt" || fail "no frame"
tm send-keys q
for _ in $(seq 300); do
  tm has-session 2>/dev/null || break
  sleep 0.2
done
! tm has-session 2>/dev/null || fail "q does not end it"

start C NO_COLOR=1
wait_page 80x24_ascii 80 24 valence 20
if LC_ALL=C grep -q '[^ -~]' "$folder/80x24_ascii.txt"; then fail "not ASCII"; fi
tm capture-pane -p -e >"$work/codes"
if grep -q "$(printf '\033')\[38" "$work/codes"; then fail "colour in spite of NO_COLOR"; fi
tm send-keys q
echo "the page fits 80 x 24, 100 x 30, 200 x 50 and follows the terminal"
