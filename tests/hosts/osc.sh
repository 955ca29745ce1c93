#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# OSC with real receivers, on this machine only: oscdump, Pure Data's oscparse, SuperCollider's
# language, broadcast, and multicast in a network of its own.
. "$(dirname "$0")/common.sh"
need oscdump ss
port=$(free_port)

# send HOST [CIRCUMPLEX-HOST OPTIONS...]: three seconds of readings, as long as they take.
send() {
  local to=$1
  shift
  "$HOST" --bundle "$BUNDLES/circumplex.lv2" --realtime --seconds 3.2 --quiet --osc "osc.udp://$to:$port" "$@" urn:circumplex:meter gen:music ||
    fail "circumplex-host"
}
# Until a program listens at the port.
is_taken() { ss -lun | grep -q ":$port "; }
listening() { until_true 100 is_taken || fail "nobody listens at port $port"; }
# dump_of HOST: what oscdump prints while readings go to HOST.
dump_of() {
  timeout 200 stdbuf -oL oscdump -L "$port" > "$WORK/dump" 2> /dev/null &
  local dump=$!
  CHILDREN+=($dump)
  listening
  send "$1"
  until_true 60 grep -q '/circumplex/meter/state i ' "$WORK/dump"
  kill $dump
  wait $dump 2> /dev/null
  grep -q '/circumplex/meter/arousal f ' "$WORK/dump" || fail "$1: oscdump sees no arousal: $(head -n 3 "$WORK/dump")"
  grep -q '/circumplex/meter/state i ' "$WORK/dump" || fail "$1: oscdump sees no state"
  echo "oscdump through $1: $(grep -c 'meter/arousal f' "$WORK/dump") readings"
}
dump_of 127.0.0.1
dump_of 127.255.255.255

if command -v pd > /dev/null; then
  cat > "$WORK/osc.pd" << PATCH
#N canvas 0 0 450 300 12;
#X obj 10 10 netreceive -u -b $port;
#X obj 10 40 oscparse;
#X obj 10 70 list trim;
#X obj 10 100 route circumplex;
#X obj 10 130 route meter;
#X obj 10 160 route arousal;
#X obj 10 190 print arousal;
#X connect 0 0 1 0;
#X connect 1 0 2 0;
#X connect 2 0 3 0;
#X connect 3 0 4 0;
#X connect 4 0 5 0;
#X connect 5 0 6 0;
PATCH
  timeout 200 pd -nogui -noaudio -nomidi -stderr -open "$WORK/osc.pd" > "$WORK/pd.log" 2>&1 &
  pd=$!
  CHILDREN+=($pd)
  listening
  send 127.0.0.1
  until_true 60 has_lines 4 '^arousal: [-0-9.e]*$' "$WORK/pd.log"
  kill $pd
  wait $pd 2> /dev/null
  seen=$(grep -c '^arousal: [-0-9.e]*$' "$WORK/pd.log")
  [ "$seen" -ge 4 ] || fail "Pure Data routes no arousal: $(cat "$WORK/pd.log")"
  echo "Pure Data: $seen readings"
else
  echo "(no Pure Data here)"
fi

if command -v sclang > /dev/null; then
  cat > "$WORK/osc.scd" << PATCH
OSCdef(\\arousal, { |m| ("arousal " ++ m[1]).postln }, '/circumplex/meter/arousal');
("listening " ++ thisProcess.openUDPPort($port)).postln;
PATCH
  # Its help browser does not start as root without these, nor without a screen.
  HOME=$WORK QT_QPA_PLATFORM=offscreen QTWEBENGINE_DISABLE_SANDBOX=1 \
    timeout 400 sclang "$WORK/osc.scd" > "$WORK/sc.log" 2>&1 < /dev/null &
  sclang=$!
  CHILDREN+=($sclang)
  until_true 200 grep -q '^listening true' "$WORK/sc.log"
  send 127.0.0.1
  until_true 60 has_lines 4 '^arousal -\?[0-9.]*$' "$WORK/sc.log"
  kill $sclang
  wait $sclang 2> /dev/null
  seen=$(grep -c '^arousal -\?[0-9.]*$' "$WORK/sc.log")
  [ "$seen" -ge 4 ] || fail "SuperCollider sees no arousal: $(tail -n 20 "$WORK/sc.log")"
  echo "SuperCollider: $seen readings"
else
  echo "(no SuperCollider here)"
fi

# Multicast needs a route: a network namespace has its own, and nothing leaves it.
cat > "$WORK/group.py" << 'PYTHON'
import socket, struct, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("", int(sys.argv[1])))
s.settimeout(60)
group = struct.pack("4s4s", socket.inet_aton("239.1.2.3"), socket.inet_aton("127.0.0.1"))
s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group)
sys.exit(0 if s.recv(2048).startswith(b"#bundle") else 1)
PYTHON
export HOST BUNDLES port WORK
cat > "$WORK/multicast.sh" << 'SCRIPT'
ip link set lo up multicast on && ip route add 239.0.0.0/8 dev lo || exit 77
python3 "$WORK/group.py" "$port" &
for _ in $(seq 600); do ss -lun | grep -q ":$port " && break; sleep 0.1; done
"$HOST" --bundle "$BUNDLES/circumplex.lv2" --realtime --seconds 2.2 --quiet --osc "osc.udp://239.1.2.3:$port" urn:circumplex:meter gen:music
wait $!
SCRIPT
unshare --net --map-root-user bash "$WORK/multicast.sh" > "$WORK/multicast.log" 2>&1
case $? in
  0) echo "multicast to 239.1.2.3: received" ;;
  77) echo "(no network namespace here)" ;;
  *) grep -qi "unshare" "$WORK/multicast.log" && echo "(no network namespace here)" || fail "multicast: $(cat "$WORK/multicast.log")" ;;
esac
