#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# PipeWire's filter-chain: the plugin loads, the sound comes through bit for bit, and readings leave by
# OSC, which the environment turns on because a filter-chain cannot set properties.
. "$(dirname "$0")/common.sh"
need pipewire wireplumber pw-cat dbus-run-session oscdump
port=$((20000 + $$ % 20000))
export LV2_PATH=$BUNDLES CIRCUMPLEX_OSC=osc.udp://127.0.0.1:$port HOME=$WORK XDG_STATE_HOME=$WORK/state
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
# start SECONDS COMMAND...: in the background, ended at the latest after so long.
start() {
  local seconds=$1
  shift
  timeout "$seconds" "$@" >> "$WORK/pipewire.log" 2>&1 &
  CHILDREN+=($!)
}
start 90 pipewire
sleep 2
pw-cli info 0 > /dev/null 2>&1 || skip "PipeWire does not start here: $(tail -n 2 "$WORK/pipewire.log")"
start 85 dbus-run-session -- wireplumber
sleep 3
start 80 pipewire -c "$WORK/chain.conf"
for _ in $(seq 20); do pw-cli ls Node | grep -q circumplex_out && break; sleep 0.5; done
pw-cli ls Node | grep -q circumplex_out || fail "no filter-chain: $(tail -n 3 "$WORK/pipewire.log")"
timeout 70 stdbuf -oL oscdump -L "$port" > "$WORK/osc.log" 2> /dev/null &
CHILDREN+=($!)
start 40 pw-cat -r --target circumplex_out --rate 48000 --channels 2 --format f32 "$WORK/recorded.wav"
recorder=$!
sleep 1
timeout 40 pw-cat -p --target circumplex_in "$WORK/song.wav" >> "$WORK/pipewire.log" 2>&1 || skip "pw-cat cannot play here"
sleep 1
kill $recorder
wait $recorder 2> /dev/null
python3 "$HERE/find_sound.py" "$WORK/song.wav" "$WORK/recorded.wav" || fail "the sound differs"
readings=$(grep '/circumplex/meter/arousal f' "$WORK/osc.log" | awk '{print $4}' | sort -u | grep -vc '^0.000000$')
[ "$readings" -ge 10 ] || fail "only $readings readings by OSC"
echo "$readings different readings by OSC"
