#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# `circumplex live --input` on a PulseAudio without a sound card: the sound of its null sink gives
# the readings of `analyze` for the file, through PulseAudio directly and through an ALSA device.
. "$(dirname "$0")/common.sh"
need pulseaudio pactl paplay
export HOME=$WORK PULSE_RUNTIME_PATH=$WORK/server PULSE_STATE_PATH=$WORK/server
unset PULSE_SERVER PULSE_SOURCE
chmod 700 "$WORK"
echo 'pcm.song { type pulse device "out.monitor" hint { show on description "song" } }' > "$WORK/.asoundrc"
"$CIRCUMPLEX" live --lines --input=pulse > "$WORK/out" 2> "$WORK/error"
[ $? -eq 1 ] && [ "$(wc -l < "$WORK/error")" -eq 1 ] || fail "without a server: $(cat "$WORK/error")"
make_song 24
# The recording starts anywhere between two half seconds, and a few starts read quite differently: there is a
# reference for each start, 10 ms apart.
for ms in $(seq -w 0 10 490); do
  "$CIRCUMPLEX" analyze -q --from "0.$ms" -o "$WORK/from_$ms.csv" "$WORK/song.wav" || fail "circumplex analyze --from"
done
pulseaudio -n --daemonize=no --exit-idle-time=-1 --use-pid-file=no -L module-native-protocol-unix \
  -L "module-null-sink sink_name=out rate=48000" > "$WORK/pulse.log" 2>&1 &
server=$!
CHILDREN+=($server)
until_true 30 quietly pactl info || skip "PulseAudio does not start here: $(tail -n 1 "$WORK/pulse.log")"
"$CIRCUMPLEX" live --lines --input=pulse:nosuch > /dev/null 2> "$WORK/error"
[ $? -eq 1 ] && [ "$(wc -l < "$WORK/error")" -eq 1 ] || fail "a source that is not there: $(cat "$WORK/error")"
# heard KIND: live on it, its lines in $WORK/KIND.
readers=()
heard() {
  stdbuf -oL "$CIRCUMPLEX" live --lines --input="$1" > "$WORK/$1" 2> "$WORK/$1.error" &
  readers+=($!)
  CHILDREN+=($!)
  for _ in $(seq 1000); do
    [ "$(grep -c LUFS "$WORK/$1")" -ge 1 ] && return
    kill -0 "${readers[-1]}" 2> /dev/null || break
    sleep 0.1
  done
  grep -q "libasound2-plugins" "$WORK/$1.error" && skip "ALSA has no plugin for PulseAudio"
  fail "$1 is not heard: $(cat "$WORK/$1.error")"
}
heard pulse
heard alsa:song
timeout 200 paplay --device=out "$WORK/song.wav" || fail "paplay cannot play"
wanted=$(($(grep -c ',live,' "$WORK/from_000.csv") - 4))
for kind in pulse alsa:song; do
  until_true 60 has_lines $wanted ' live ' "$WORK/$kind" # it reads the last seconds later than they are played
  python3 - "$WORK/$kind" "$kind" "$WORK"/from_*.csv << 'PYTHON' || fail "$(tail -n 3 "$WORK/$kind")"
import csv
import re
import sys

ROW = re.compile(r"valence (\S+) +arousal (\S+) .* (silent|settling|live) +(\S+) LUFS")


def mean(rows):
    return [sum(column) / len(rows) for column in zip(*rows)]


found = [ROW.search(line) for line in open(sys.argv[1])]
seen = [tuple(map(float, m.group(1, 2, 4))) for m in found if m and m[3] == "live"]
nearest = None
for name in sys.argv[3:]:
    with open(name) as file:
        read = [(float(r["valence"]), float(r["arousal"]), float(r["loudness_lufs"]))
                for r in csv.DictReader(file) if r["state"] == "live"]
    if len(seen) < len(read) - 4:
        sys.exit(f"only {len(seen)} live readings, of {len(read)}")
    far = [abs(a - b) for a, b in zip(mean(read), mean(seen[:len(read)]))]
    nearest = min(nearest or far, far, key=lambda f: max(f[:2]))
print(f"live --input={sys.argv[2]}: {len(seen)} readings, means differ by {nearest[0]:.3f}, {nearest[1]:.3f} and {nearest[2]:.2f} LU")
sys.exit(0 if nearest[0] < 0.1 and nearest[1] < 0.1 and nearest[2] < 0.5 else 1)
PYTHON
done
kill -INT "${readers[0]}"
wait "${readers[0]}"
[ $? -eq 130 ] || fail "an interrupt does not end it as one"
! said_more "$WORK/pulse.error" || fail "something was said: $(cat "$WORK/pulse.error")"
kill $server
wait "${readers[1]}"
[ $? -eq 1 ] || fail "the end of the server does not end it"
grep -q "its device or server is gone" "$WORK/alsa:song.error" || fail "the end: $(cat "$WORK/alsa:song.error")"
