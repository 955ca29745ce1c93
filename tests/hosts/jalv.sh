#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# jalv on a dummy JACK, live: the control outputs are the readings of `circumplex analyze`, and
# MIDI leaves the plugin.
. "$(dirname "$0")/common.sh"
need jackd jalv jack_lsp jack_midi_dump
FEED=${FEED:-$BUILD/tests/hosts/jack_feed}
[ -x "$FEED" ] || skip "no $FEED (needs the JACK headers)"
make_song 14
make_reference
export JACK_NO_AUDIO_RESERVATION=1 JACK_DEFAULT_SERVER=circumplex-$$ LV2_PATH=$BUNDLES
jackd -n "$JACK_DEFAULT_SERVER" -S -d dummy -r 48000 -p 1024 > "$WORK/jackd.log" 2>&1 &
CHILDREN+=($!)
for _ in $(seq 50); do jack_lsp > /dev/null 2>&1 && break; sleep 0.1; done
jack_lsp > /dev/null 2>&1 || skip "jackd does not start here"

# One pass of the music through a fresh jalv.  Returns 2 if JACK missed cycles.
play() {
  rm -f "$WORK/ctl"
  mkfifo "$WORK/ctl"
  jalv -n meter urn:circumplex:meter-midi < "$WORK/ctl" > "$WORK/jalv.log" 2>&1 &
  local jalv=$!
  CHILDREN+=($jalv)
  exec 9> "$WORK/ctl"
  for _ in $(seq 200); do jack_lsp | grep -q meter:in_r && break; sleep 0.1; done
  jack_lsp | grep -q meter:in_r || fail "jalv does not come up: $(cat "$WORK/jalv.log")"
  echo "set response 0" >&9
  echo "set transport_reset 1" >&9
  stdbuf -oL jack_midi_dump > "$WORK/midi.log" 2>&1 &
  local dump=$!
  CHILDREN+=($dump)
  # The monitor's port can be seen before it can be connected.
  for _ in $(seq 100); do jack_connect meter:notify midi-monitor:input 2> /dev/null && break; sleep 0.1; done
  jack_lsp -c meter:notify | grep -q midi-monitor:input || fail "the MIDI monitor cannot be connected"
  "$FEED" "$WORK/song.wav" meter:in_l meter:in_r &
  local feeder=$!
  CHILDREN+=($feeder)
  while kill -0 $feeder 2> /dev/null; do sleep 0.25; echo monitors >&9; done
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
sed 's/^> //' "$WORK/jalv.log" | awk '/^valence = /{v=$3} /^arousal = /{print v, $3}' > "$WORK/seen"
# After the file's end the transport has stopped: only silence follows, which is not compared.
head -n 54 "$WORK/seen" > "$WORK/seen.song"
python3 "$HERE/compare.py" "$WORK/reference.csv" "$WORK/seen.song" 10 || fail "readings differ"
grep -aq "b0 14" "$WORK/midi.log" || fail "no controller 20 at the MIDI output: $(head -5 "$WORK/midi.log")"
late=$(sed -n 's/^late = //p' "$WORK/jalv.log" | tail -1)
echo "late readings: $late; MIDI messages: $(grep -ac ' b0 ' "$WORK/midi.log")"
