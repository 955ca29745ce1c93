#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# GStreamer's lv2 element: two channels, defaults as declared, the readings of `circumplex analyze`
# at three sample rates, the sound bit for bit.
. "$(dirname "$0")/common.sh"
need gst-inspect-1.0
/usr/bin/python3 -c 'import gi; gi.require_version("Gst", "1.0")' 2> /dev/null || skip "no python3-gst-1.0"
export LV2_PATH=$BUNDLES GST_REGISTRY=$WORK/registry.bin
gst-inspect-1.0 lv2 > "$WORK/plugins" 2>&1 || skip "no lv2 elements (gstreamer1.0-plugins-bad)"
for uri in meter meter-mono meter-midi meter-cv; do
  gst-inspect-1.0 "urn-circumplex-$uri" > "$WORK/element" 2>&1 || fail "no element urn-circumplex-$uri"
  channels=2
  [ $uri = meter-mono ] && channels=1
  [ "$(grep -c "channels: $channels\$" "$WORK/element")" = 2 ] || fail "$uri: not $channels in, $channels out"
done
for rate in 44100 48000 96000; do
  export RATE=$rate
  make_song 14
  make_reference
  /usr/bin/python3 "$HERE/gstreamer.py" "$WORK/song.wav" > "$WORK/seen" 2> "$WORK/log" || fail "$rate Hz: $(tail -n 1 "$WORK/log")"
  python3 "$HERE/compare.py" "$WORK/reference.csv" "$WORK/seen" 24 || fail "$rate Hz: readings differ"
done
