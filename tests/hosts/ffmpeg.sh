#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# FFmpeg's lv2 filter: every variant loads, the sound passes bit for bit.
. "$(dirname "$0")/common.sh"
need ffmpeg
ffmpeg -hide_banner -filters 2> /dev/null | grep -q ' lv2 ' || skip "this ffmpeg has no lv2 filter"
export LV2_PATH=$BUNDLES
make_song 6
run() { ffmpeg -v error -y -i "$WORK/song.wav" "$@" -f f32le "$WORK/out.raw" 2> "$WORK/log" || fail "ffmpeg: $(cat "$WORK/log")"; }
for uri in meter-mono meter meter-midi meter-cv; do
  layout=aformat=channel_layouts=stereo
  [ $uri = meter-mono ] && layout='pan=mono|c0=c0'
  run -af "$layout"
  mv "$WORK/out.raw" "$WORK/straight.raw"
  run -af "$layout,lv2=p=urn\\\\:circumplex\\\\:$uri"
  cmp "$WORK/straight.raw" "$WORK/out.raw" || fail "$uri changes the sound"
done
run -af "lv2=p=urn\\\\:circumplex\\\\:meter:c=response=0|valence_range=2"
cmp "$WORK/straight.raw" "$WORK/out.raw" || fail "controls change the sound"
echo "bit-identical"
