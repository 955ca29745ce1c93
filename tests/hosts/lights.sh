#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A lighting desk by OSC: QLC+ moves two dimmers with valence and arousal.  In a network of its own,
# since QLC+ takes whatever interface comes first.
. "$(dirname "$0")/common.sh"
need qlcplus oscdump unshare
export HOST CIRCUMPLEX BUNDLES WORK HERE HOME=$WORK QT_QPA_PLATFORM=offscreen
chmod 700 "$WORK"
python3 "$HERE/qlcplus.py" "$WORK/lights.qxw" 7701 7801 || fail "no workspace"
cat > "$WORK/desk.sh" << 'SCRIPT'
ip link set lo up || exit 77
timeout -k 2 300 stdbuf -oL oscdump -L 7801 > "$WORK/dimmers" 2> /dev/null &
timeout -k 2 300 qlcplus -m -n -p -o "$WORK/lights.qxw" > "$WORK/qlcplus.log" 2>&1 &
for _ in $(seq 1000); do ss -lun | grep -q ':7701 ' && break; sleep 0.1; done
ss -lun | grep -q ':7701 ' || exit 3
# The faders come some time after the socket; the same music is played until they follow.
follows() { [ "$(grep -c " /0/dmx/$1 " "$WORK/dimmers")" -ge 6 ]; }
for _ in 1 2 3 4 5 6; do
  "$HOST" --bundle "$BUNDLES/circumplex.lv2" --realtime --seconds 5.2 \
    --set response=0 --set arousal_range=0.5 --set arousal_trim=0.5 --set valence_range=0.5 --set valence_trim=0.5 \
    --osc osc.udp://127.0.0.1:7701 urn:circumplex:meter gen:music > "$WORK/outputs.csv" 2> /dev/null
  sleep 1
  follows 0 && follows 1 && break
done
kill %1 %2
wait
exit 0
SCRIPT
unshare --net --map-root-user bash "$WORK/desk.sh" 2> "$WORK/desk.log"
case $? in
  0) ;;
  3) fail "QLC+ does not listen: $(cat "$WORK/qlcplus.log")" ;;
  *) skip "no network namespace here: $(head -n 1 "$WORK/desk.log")" ;;
esac
python3 - "$WORK/outputs.csv" "$WORK/dimmers" << 'PYTHON' || fail "the dimmers do not follow"
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1])))
dimmers = {n: [float(l.split()[-1]) for l in open(sys.argv[2]) if f" /0/dmx/{n} " in l] for n in (0, 1)}
for n, name in enumerate(("valence", "arousal")):
    read = [float(r[name]) for r in rows]
    # A fader has 256 steps; UDP may lose one message, not all.
    matched = [min(abs(d - v) for v in read) for d in dimmers[n] if d > 0]
    print(f"{name}: {len(matched)} moves of the dimmer, farthest from a reading {max(matched, default=9):.4f}")
    assert len(matched) >= 4 and max(matched) < 1.5 / 255
PYTHON
