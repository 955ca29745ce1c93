#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Ardour 7, headless: live readings and the export's are those of `circumplex analyze`; the Lua
# script moves a reverb; MIDI arrives at a later plugin; the automation lanes fill.
. "$(dirname "$0")/common.sh"
need ardour7-lua ardour7-export
export SECONDS_OF_SONG=12 SESSION=$WORK/session
export LV2_PATH=/usr/lib/lv2:$BUNDLES
make_song $SECONDS_OF_SONG
make_reference
scripts=$WORK/config/ardour7/scripts
mkdir -p "$scripts"
cp "$HERE/../../plugin/hosts/circumplex_modulator.lua" "$HERE/ardour/tap.lua" "$HERE/ardour/counter.lua" "$scripts"
export HOME=$WORK
ardour7-lua "$HERE/ardour/record.lua" > "$WORK/record.log" 2>&1 || { cat "$WORK/record.log"; skip "Ardour cannot record here"; }
grep -q ^region "$WORK/record.log" || { cat "$WORK/record.log"; skip "Ardour recorded nothing"; }
python3 "$HERE/ardour/fill.py" "$WORK/song.wav" "$SESSION" || fail "the session's files"
rm -rf "$SESSION"/peaks
ardour7-lua "$HERE/ardour/play.lua" > "$WORK/play.log" 2>&1 || { cat "$WORK/play.log"; fail "playing"; }
grep -a ^seen "$WORK/play.log" | cut -d' ' -f2- > "$WORK/seen"
python3 "$HERE/compare.py" "$WORK/reference.csv" "$WORK/seen" 8 || fail "live readings differ"
echo "late readings: $(awk '/^late/{print $2}' "$WORK/play.log")"
awk '/^target/{exit !($3 - $2 > 0.005)}' "$WORK/play.log" || fail "the Lua script moved nothing: $(grep -a ^target "$WORK/play.log")"
echo "reverb parameter moved: $(grep -a ^target "$WORK/play.log" | cut -f2-)"
awk '/^midi/{exit !($2 >= 5)}' "$WORK/play.log" || fail "no MIDI at the later plugin: $(grep -a ^midi "$WORK/play.log")"
echo "controllers at a later plugin: $(awk '/^midi/{print $2}' "$WORK/play.log")"
awk '/^lane/{n++; if ($2 < 15) bad=1} END{exit !(n == 2 && !bad)}' "$WORK/play.log" || fail "lanes: $(grep -a ^lane "$WORK/play.log")"
echo "automation points: $(awk '/^lane/{print $2}' "$WORK/play.log" | paste -sd' ')"

# The export, faster than real time.  Ardour 7.3 sometimes aborts in it ("double free or corruption"), in sessions
# without plugins too: then it is repeated.
for attempt in 1 2 3 4 5; do
  timeout 100 ardour7-export -b float -o "$WORK/curve.wav" -s 48000 "$SESSION" song > "$WORK/export.log" 2>&1 && break
  echo "export $attempt: $(tail -n 1 "$WORK/export.log" | tail -c 60)"
done
[ -s "$WORK/curve.wav" ] || { cat "$WORK/export.log"; fail "nothing exported"; }
python3 "$HERE/ardour/curve.py" "$WORK/curve.wav" "$WORK/reference.csv" || fail "the export's curve differs"

# Opened again: settings are the saved ones, readings go to the session's OSC target, and the plugin is
# removed while it plays.
port=$(free_port)
state=$(grep -l 'urn:circumplex' "$SESSION"/plugins/*/state*/state.ttl | tail -n 1)
[ -n "$state" ] || fail "no saved state of the plugin"
if command -v oscdump > /dev/null; then
  grep -q 'urn:circumplex:property#osc>' "$state" || fail "the session has no OSC target: $(cat "$state")"
  sed -i "s|\(urn:circumplex:property#osc>\) \"[^\"]*\"|\1 \"osc.udp://127.0.0.1:$port\"|" "$state"
  timeout 200 stdbuf -oL oscdump -L "$port" > "$WORK/dump" 2> /dev/null &
  CHILDREN+=($!)
fi
ardour7-lua "$HERE/ardour/reload.lua" > "$WORK/reload.log" 2>&1 || { cat "$WORK/reload.log"; fail "opening the session again"; }
grep -a '^control ' "$WORK/play.log" > "$WORK/saved"
grep -a '^control ' "$WORK/reload.log" > "$WORK/loaded"
for setting in "Response 0" "Reset_on_Transport 1" "Write_Lanes 1" "MIDI_Channel 3" "First_Note_or_Program 40"; do
  grep -q "^control $setting$" "$WORK/saved" || fail "not set: $setting; $(cat "$WORK/saved")"
done
diff "$WORK/saved" "$WORK/loaded" || fail "settings are not as saved"
grep -aq "^removed while playing.true" "$WORK/reload.log" || fail "removing while playing: $(tail -n 5 "$WORK/reload.log")"
if command -v oscdump > /dev/null; then
  sent=$(grep -c '/circumplex/meter/arousal f' "$WORK/dump")
  [ "$sent" -ge 4 ] || fail "the session's OSC target got $sent messages"
fi
echo "opened again: $(wc -l < "$WORK/loaded") settings as saved, OSC to the saved target (${sent:-not tried}), removed while playing"
