#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A lighting desk by OSC: QLC+ moves two dimmers with valence and arousal, which leave it by OSC,
# Art-Net and sACN.  In a network namespace of its own, because QLC+ uses the first interface.
. "$(dirname "$0")/common.sh"
need qlcplus unshare
export HOST CIRCUMPLEX BUNDLES WORK HERE HOME=$WORK QT_QPA_PLATFORM=offscreen
chmod 700 "$WORK"
python3 "$HERE/qlcplus.py" "$WORK/lights.qxw" 7701 7801 || fail "no workspace"
cat > "$WORK/desk.sh" << 'SCRIPT'
ip link set lo up multicast on && ip route add 239.0.0.0/8 dev lo || exit 77
timeout -k 2 300 python3 "$HERE/dmx_listen.py" 7801 > "$WORK/dimmers" 2> "$WORK/listen.log" &
timeout -k 2 300 qlcplus -m -n -p -o "$WORK/lights.qxw" > "$WORK/qlcplus.log" 2>&1 &
for _ in $(seq 1000); do ss -lun | grep -q ':7701 ' && break; sleep 0.1; done
ss -lun | grep -q ':7701 ' || exit 3
# The faders are ready some time after the socket; the same music is played until they follow.
follow() { for d in {OSC,ArtNet,E1.31}\ {0,1}; do [ "$(grep -c "^$d " "$WORK/dimmers")" -ge 6 ] || return 1; done; }
for _ in 1 2 3 4 5 6; do
  "$HOST" --bundle "$BUNDLES/circumplex.lv2" --realtime --seconds 5.2 \
    --set response=0 --set arousal_range=0.5 --set arousal_trim=0.5 --set valence_range=0.5 --set valence_trim=0.5 \
    --osc osc.udp://127.0.0.1:7701 urn:circumplex:meter gen:music > "$WORK/outputs.csv" 2> /dev/null
  sleep 1
  follow && break
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
moves = [line.split() for line in open(sys.argv[2])]
for way in ("OSC", "ArtNet", "E1.31"):
    for n, name in enumerate(("valence", "arousal")):
        read = [float(r[name]) for r in rows]
        # A fader has 256 steps; UDP may lose one message, not all.
        dimmer = [float(value) for w, channel, value in moves if (w, channel) == (way, str(n))]
        matched = [min(abs(d - v) for v in read) for d in dimmer if d > 0]
        print(f"{way}, {name}: {len(matched)} moves of the dimmer, farthest from a reading {max(matched, default=9):.4f}")
        assert len(matched) >= 4 and max(matched) < 1.5 / 255
PYTHON
