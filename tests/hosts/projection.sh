#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A projection by OSC: a window of GEM, Pure Data's graphics, is more red with more arousal.
if [ -z "${CIRCUMPLEX_SCREEN:-}" ]; then
  CIRCUMPLEX_SCREEN=640x480 exec sh "$(dirname "$0")/../gui/with_display.sh" bash "$0"
fi
. "$(dirname "$0")/common.sh"
need pd ss import convert
export LIBGL_ALWAYS_SOFTWARE=1 HOME=$WORK
port=$(free_port)
cat > "$WORK/red.pd" << PATCH
#N canvas 0 0 450 300 12;
#X obj 10 10 netreceive -u -b $port;
#X obj 10 40 oscparse;
#X obj 10 70 list trim;
#X obj 10 100 route circumplex;
#X obj 10 130 route meter;
#X obj 10 160 route arousal;
#X obj 10 190 expr (\$f1 + 1) / 2;
#X obj 200 10 gemhead;
#X obj 200 220 colorRGB 0 0 1;
#X obj 200 250 rectangle 4 4;
#X obj 300 10 loadbang;
#X msg 300 40 dimen 400 300 \\, create \\, 1;
#X obj 300 70 gemwin;
#X connect 0 0 1 0;
#X connect 1 0 2 0;
#X connect 2 0 3 0;
#X connect 3 0 4 0;
#X connect 4 0 5 0;
#X connect 5 0 6 0;
#X connect 6 0 8 1;
#X connect 7 0 8 0;
#X connect 8 0 9 0;
#X connect 10 0 11 0;
#X connect 11 0 12 0;
PATCH
timeout 400 pd -nogui -noaudio -nomidi -stderr -lib Gem -open "$WORK/red.pd" > "$WORK/pd.log" 2>&1 &
CHILDREN+=($!)
# The colour of a pixel of the window, as "red green blue".
pixel() {
  import -silent -window root -crop 1x1+100+100 +repage "$WORK/pixel.png" 2> /dev/null
  convert "$WORK/pixel.png" -depth 8 rgb:- | od -An -tu1
}
is_blue() { [ "$(pixel | xargs)" = "0 0 255" ]; }
until_true 60 is_blue || { grep -q "Gem: can't load library" "$WORK/pd.log" && skip "Pure Data has no GEM"; fail "no blue window: $(tail -n 3 "$WORK/pd.log")"; }
# The same music again, if the machine was too slow to see some colours.
for _ in 1 2 3 4 5 6; do
  "$HOST" --bundle "$BUNDLES/circumplex.lv2" --realtime --seconds 10 --set response=0 --osc "osc.udp://127.0.0.1:$port" \
    urn:circumplex:meter gen:music > "$WORK/outputs.csv" 2> /dev/null &
  host=$!
  CHILDREN+=($host)
  while kill -0 $host 2> /dev/null; do pixel >> "$WORK/pixels"; done
  [ "$(sort -u "$WORK/pixels" | wc -l)" -lt 6 ] || break
done
python3 - "$WORK/outputs.csv" "$WORK/pixels" << 'PYTHON' || fail "the window does not follow"
import csv, sys
read = {float(row["arousal"]) for row in csv.DictReader(open(sys.argv[1]))}
seen = {tuple(map(int, line.split())) for line in open(sys.argv[2])} - {(0, 0, 255)}
far = [min(abs(r / 255 - (a + 1) / 2) for a in read) for r, _, _ in seen]
print(f"GEM: {len(seen)} colours, farthest from a reading {max(far, default=9):.4f}")
assert len(seen) >= 3 and max(far) < 1.5 / 255 and all(color[1:] == (0, 255) for color in seen)
PYTHON
