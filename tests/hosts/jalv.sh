#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# jalv on a dummy JACK, live: the control outputs are the readings of `circumplex analyze`, MIDI and
# CV leave the plugin, and a saved session is restored with its OSC target.
. "$(dirname "$0")/common.sh"
need jackd jalv jack_lsp jack_midi_dump
FEED=${FEED:-$BUILD/tests/hosts/jack_feed}
[ -x "$FEED" ] || skip "no $FEED (needs the JACK headers)"
TAIL=3 make_song 17 # so whatever is read after its end is silence
make_reference
name_jack
export LV2_PATH=$BUNDLES
jackd -n "$JACK_DEFAULT_SERVER" -S -d dummy -r 48000 -p 1024 > "$WORK/jackd.log" 2>&1 &
CHILDREN+=($!)
until_true 30 quietly jack_lsp || skip "jackd does not start here"
# has_port NAME
has_port() { jack_lsp | grep -q "$1"; }
is_connected() { jack_lsp -c "$1" | grep -q "$2"; }

# One pass of the music through a fresh jalv.  Returns 2 if JACK missed cycles.
play() {
  rm -f "$WORK/ctl"
  mkfifo "$WORK/ctl"
  jalv -n meter urn:circumplex:meter-midi < "$WORK/ctl" > "$WORK/jalv.log" 2>&1 &
  local jalv=$!
  CHILDREN+=($jalv)
  exec 9> "$WORK/ctl"
  until_true 60 has_port meter:in_r || fail "jalv does not come up: $(cat "$WORK/jalv.log")"
  echo "set response 0" >&9
  echo "set transport_reset 1" >&9
  stdbuf -oL jack_midi_dump > "$WORK/midi.log" 2>&1 &
  local dump=$!
  CHILDREN+=($dump)
  # The monitor's port can be seen before it can be connected.
  until_true 60 quietly jack_connect meter:notify midi-monitor:input
  is_connected meter:notify midi-monitor:input || fail "the MIDI monitor cannot be connected"
  "$FEED" "$WORK/song.wav" meter:in_l meter:in_r &
  local feeder=$!
  CHILDREN+=($feeder)
  # Twice: jalv may read valence just before a new reading and arousal just after it.
  while kill -0 $feeder 2> /dev/null; do sleep 0.25; printf 'monitors\nmonitors\n' >&9; done
  wait $feeder
  local status=$?
  kill -INT $jalv $dump
  wait $jalv $dump 2> /dev/null
  return $status
}
for attempt in 1 2 3; do
  play
  status=$?
  [ $status -eq 0 ] && break
  [ $status -eq 2 ] || fail "jack_feed"
done
[ $status -eq 0 ] || skip "three passes, each with missed cycles: the machine is too busy"
sed 's/^> //' "$WORK/jalv.log" |
  awk '/^valence = /{v=$3} /^arousal = /{now=v " " $3; if (now == before) print now; before=now}' > "$WORK/seen"
python3 "$HERE/compare.py" "$WORK/reference.csv" "$WORK/seen" 10 || fail "readings differ"
grep -aq "b0 14" "$WORK/midi.log" || fail "no controller 20 at the MIDI output: $(head -5 "$WORK/midi.log")"
late=$(sed -n 's/^late = //p' "$WORK/jalv.log" | tail -1)
echo "late readings: $late; MIDI messages: $(grep -ac ' b0 ' "$WORK/midi.log")"

# A session of the test host: jalv has its settings and sends to its OSC target.
if command -v oscdump > /dev/null; then
  port=$(free_port)
  mkdir "$WORK/state"
  "$HOST" --bundle "$BUNDLES/circumplex.lv2" --seconds 1 --quiet --set response=0 --set arousal_trim=0.25 \
    --set valence_range=1.5 --set gate=-50 --set transport_reset=1 --set source=1 \
    --osc "osc.udp://127.0.0.1:$port" --state SAVE="$WORK/state" urn:circumplex:meter gen:music 2> /dev/null || fail "circumplex-host"
  timeout 200 stdbuf -oL oscdump -L "$port" > "$WORK/dump" 2> /dev/null &
  CHILDREN+=($!)
  rm -f "$WORK/ctl"
  mkfifo "$WORK/ctl"
  stdbuf -oL jalv -n restored -l "$WORK/state" < "$WORK/ctl" > "$WORK/restored.log" 2>&1 &
  restored=$!
  CHILDREN+=($restored)
  exec 9> "$WORK/ctl"
  until_true 60 has_port restored:in_r || fail "jalv does not load the state: $(cat "$WORK/restored.log")"
  "$FEED" "$WORK/song.wav" restored:in_l restored:in_r > /dev/null 2>&1
  echo controls >&9
  until_true 60 grep -q '^\(> \)\?lane_arousal = ' "$WORK/restored.log"
  kill -INT $restored
  wait $restored 2> /dev/null
  settings=$(python3 - "$WORK/state/state.ttl" "$WORK/restored.log" << 'PYTHON'
import re, sys
saved = dict(re.findall(r'lv2:symbol "(\w+)" ;\s+pset:value (\S+)', open(sys.argv[1]).read()))
saved.pop("freewheel")  # the host's own
shown = dict(re.findall(r"^(?:> )?(\w+) = (\S+)$", open(sys.argv[2]).read(), re.M))
other = [name for name in saved if name not in shown or float(shown[name]) != float(saved[name])]
print(f"not as saved: {other}" if other else f"{len(saved)} settings as saved")
sys.exit(bool(other) or len(saved) < 14 or saved["gate"] != "-50.0")
PYTHON
  ) || fail "$settings"
  sent=$(grep -c '/circumplex/meter/arousal f' "$WORK/dump")
  [ "$sent" -ge 4 ] || fail "the session's OSC target got $sent messages"
  echo "a saved session in jalv: $settings, $sent readings by OSC"
fi

# CV as JACK audio.
if command -v jack_capture > /dev/null; then
  rm -f "$WORK/ctl"
  mkfifo "$WORK/ctl"
  jalv -n cv urn:circumplex:meter-cv < "$WORK/ctl" > "$WORK/cv.log" 2>&1 &
  CHILDREN+=($!)
  exec 9> "$WORK/ctl"
  until_true 60 has_port cv:cv_arousal || fail "jalv does not come up: $(cat "$WORK/cv.log")"
  timeout 100 jack_capture -p cv:cv_arousal -c 1 -d 14 -b FLOAT -dc -fn "$WORK/cv.wav" > "$WORK/capture.log" 2>&1 < /dev/null &
  capture=$!
  CHILDREN+=($capture)
  until_true 60 is_connected cv:cv_arousal jack_capture || fail "jack_capture does not come up: $(cat "$WORK/capture.log")"
  "$FEED" "$WORK/song.wav" cv:in_l cv:in_r > /dev/null 2>&1
  wait $capture
  python3 - "$WORK/cv.wav" << 'PYTHON' || fail "no CV at cv_arousal"
import struct, sys
data = open(sys.argv[1], "rb").read()
body = data[data.index(b"data") + 8:]
values = struct.unpack(f"<{len(body) // 4}f", body[: len(body) // 4 * 4])
print(f"CV at JACK: {len(values)} samples, {len(set(values))} values, {min(values):.3f} to {max(values):.3f}")
assert len(set(values)) > 4 and -1 <= min(values) and max(values) <= 1
PYTHON
fi
