#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# PipeWire's filter-chain: the plugin loads, the sound passes bit for bit, and readings are sent by
# OSC and the web page, which the environment turns on, because a filter-chain cannot set properties.
# Then jalv through pw-jack: the same PipeWire, with MIDI.
. "$(dirname "$0")/common.sh"
need pipewire wireplumber pw-cat pw-link dbus-run-session oscdump
port=$(free_port)
page=http://127.0.0.1:$(free_port)
export LV2_PATH=$BUNDLES CIRCUMPLEX_OSC=osc.udp://127.0.0.1:$port CIRCUMPLEX_WEB=$page HOME=$WORK XDG_STATE_HOME=$WORK/state
chmod 700 "$WORK"
make_song 10
cat > "$WORK/chain.conf" << 'CONF'
context.spa-libs = { audio.convert.* = audioconvert/libspa-audioconvert support.* = support/libspa-support }
context.modules = [
  { name = libpipewire-module-protocol-native }
  { name = libpipewire-module-client-node }
  { name = libpipewire-module-adapter }
  { name = libpipewire-module-filter-chain
    args = {
      node.description = "Circumplex"
      filter.graph = { nodes = [ { type = lv2 name = meter plugin = "urn:circumplex:meter" control = { "response" = 0.0 } } ] }
      audio.rate = 48000 audio.channels = 2 audio.position = [ FL FR ]
      capture.props = { node.name = "circumplex_in" media.class = Audio/Sink }
      playback.props = { node.name = "circumplex_out" media.class = Audio/Source }
    }
  }
]
CONF
# start SECONDS COMMAND...: in the background, for at most this time.
start() {
  local seconds=$1
  shift
  timeout "$seconds" "$@" >> "$WORK/pipewire.log" 2>&1 &
  CHILDREN+=($!)
}
start 380 pipewire
until_true 30 quietly pw-cli info 0 || skip "PipeWire does not start here: $(tail -n 2 "$WORK/pipewire.log")"
has_object() { pw-cli ls "$1" | grep -q "$2"; }
start 380 dbus-run-session -- wireplumber
until_true 60 has_object Client WirePlumber
start 380 pipewire -c "$WORK/chain.conf"
until_true 60 has_object Node circumplex_out || fail "no filter-chain: $(tail -n 3 "$WORK/pipewire.log")"
timeout 380 stdbuf -oL oscdump -L "$port" > "$WORK/osc.log" 2> /dev/null &
CHILDREN+=($!)
# The page while the music plays.
python3 - "$page" << 'PYTHON' &
import json
import sys
import time
import urllib.request
reading = {"n": 0, "arousal": 0}
for _ in range(1000):
    try:
        reading = json.load(urllib.request.urlopen(sys.argv[1] + "/reading.json", timeout=60))
    except OSError:
        pass  # the plugin does not listen yet
    if reading["n"] >= 10 and reading["arousal"] != 0:
        break
    time.sleep(0.1)
page = urllib.request.urlopen(sys.argv[1] + "/", timeout=60).read()
print(f"web page: {len(page)} bytes; reading {reading['n']}, arousal {reading['arousal']:.3f}")
sys.exit(0 if reading["n"] >= 10 and reading["arousal"] != 0 and page.startswith(b"<!doctype html>") else 1)
PYTHON
viewer=$!
CHILDREN+=($viewer)
is_recording() { pw-link -l | grep -A 2 circumplex_out | grep -q pw-cat; }
# If the machine is so busy that PipeWire misses a cycle, the recording has a hole: try again.
play_and_record() {
  start 100 pw-cat -r --target circumplex_out --rate 48000 --channels 2 --format f32 "$WORK/recorded.wav"
  local recorder=$!
  until_true 30 is_recording || fail "the recorder is not connected: $(tail -n 3 "$WORK/pipewire.log")"
  timeout 100 pw-cat -p --target circumplex_in "$WORK/song.wav" >> "$WORK/pipewire.log" 2>&1 || skip "pw-cat cannot play here"
  sleep 1
  kill $recorder
  wait $recorder 2> /dev/null
  python3 "$HERE/find_sound.py" "$WORK/song.wav" "$WORK/recorded.wav"
}
play_and_record || play_and_record || play_and_record || fail "the sound differs"
wait $viewer || fail "the web page of the filter-chain does not show the music"
readings=$(grep '/circumplex/meter/arousal f' "$WORK/osc.log" | awk '{print $4}' | sort -u | grep -vc '^0.000000$')
[ "$readings" -ge 10 ] || fail "only $readings readings by OSC"
echo "$readings different readings by OSC"

unset CIRCUMPLEX_OSC CIRCUMPLEX_WEB
for tool in pw-jack pw-link jalv jack_midi_dump jack_connect; do
  command -v $tool > /dev/null || { echo "MIDI through pw-jack not tried: no $tool"; exit 0; }
done
mkfifo "$WORK/prompt"
timeout 380 pw-jack jalv -n meter urn:circumplex:meter-midi < "$WORK/prompt" > "$WORK/jalv.log" 2>&1 &
CHILDREN+=($!)
exec 9> "$WORK/prompt"
timeout 380 pw-jack jack_midi_dump > "$WORK/midi.log" 2>&1 &
CHILDREN+=($!)
# appears PORTS PATTERN: wait for a port.
has_port() { pw-link "$1" | grep -q "$2"; }
appears() { until_true 60 has_port "$1" "$2" || fail "no port $2: $(tail -n 2 "$WORK/jalv.log")"; }
appears -i meter:in_r
appears -i midi-monitor:input
pw-jack jack_connect meter:notify midi-monitor:input || fail "the MIDI output cannot be connected"
timeout 100 pw-cat -p --target 0 "$WORK/song.wav" >> "$WORK/pipewire.log" 2>&1 &
player=$!
CHILDREN+=($player)
appears -o pw-cat:output_FR
pw-link pw-cat:output_FL meter:in_l && pw-link pw-cat:output_FR meter:in_r || fail "the player cannot be connected"
wait $player
control="control change (channel  0): controller  2[01]"
until_true 30 has_lines 10 "$control" "$WORK/midi.log"
controls=$(grep -c "$control" "$WORK/midi.log")
[ "$controls" -ge 10 ] || fail "only $controls control changes through pw-jack: $(tail -n 2 "$WORK/midi.log")"
echo "$controls control changes through pw-jack"
