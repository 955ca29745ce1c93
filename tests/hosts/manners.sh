#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The behaviour of hosts that Debian does not have, in circumplex-host: Carla's strings without NUL,
# keys of another version, MOD's scaling of CV, any start phase, two dozen instances served by the
# window's thread.
. "$(dirname "$0")/common.sh"
make_song 8
meter() { "$HOST" --bundle "$BUNDLES/circumplex.lv2" "$@" || fail "circumplex-host $*"; }

# settings FOLDER: the contents of a saved session, without the name of its own file.
settings() { grep -v '^<\|lv2:appliesTo\|^$' "$1/state.ttl" | sed "s|$1||g" | sort; }
mkdir "$WORK"/{first,carla}
meter --seconds 1 --quiet --osc osc.udp://127.0.0.1:9 --property oscName=left --set hold=1 \
  --set valence_trim=0.25 --state SAVE="$WORK/first" urn:circumplex:meter gen:music 2> /dev/null
grep -q 'osc.udp://127.0.0.1:9' "$WORK/first/state.ttl" || fail "the target was not saved"
grep -q '"left"' "$WORK/first/state.ttl" || fail "the name was not saved"
settings "$WORK/first" > "$WORK/first.txt"
# A key that this version does not know.
sed -i 's|state:state \[|&\n\t\t<urn:circumplex:prop#ofAnotherVersion> "something" ;|' "$WORK/first/state.ttl"
grep -q ofAnotherVersion "$WORK/first/state.ttl" || fail "the unknown key is not there"
meter --seconds 1 --quiet --unterminated --state RESTORE="$WORK/first" --state SAVE="$WORK/carla" \
  urn:circumplex:meter gen:music 2> /dev/null
settings "$WORK/carla" > "$WORK/carla.txt"
diff "$WORK/first.txt" "$WORK/carla.txt" || fail "settings changed on the way through strings without NUL"
echo "strings without NUL, an unknown key: $(wc -l < "$WORK/first.txt") lines of settings equal"

# Readings of -1, 0 and 1 must give 0, .5 and 1 in a host that scales by the declared range.
meter --set response=0 --cv "$WORK/cv.wav" --scaled-cv urn:circumplex:meter-cv "$WORK/song.wav" > "$WORK/cv.csv" 2> /dev/null
python3 - "$WORK/cv.wav" "$WORK/cv.csv" << 'PYTHON' || fail "CV by the declared range"
import csv, struct, sys
data = open(sys.argv[1], "rb").read()
body = data[data.index(b"data") + 8:]
channels = struct.unpack("<H", data[data.index(b"fmt ") + 10:][:2])[0]
last = struct.unpack(f"<{channels}f", body[-4 * channels:])
row = list(csv.DictReader(open(sys.argv[2])))[-1]
v, a = float(row["valence"]), float(row["arousal"])
print("CV scaled:", ["%.4f" % x for x in last], "for valence %.4f, arousal %.4f" % (v, a))
assert abs(last[0] - (v + 1) / 2) < 1e-3 and abs(last[1] - (a + 1) / 2) < 1e-3
assert all(0 <= x <= 1 for x in last)
PYTHON

# A host starts at any moment: its readings are those of `analyze` from there.
"$CIRCUMPLEX" analyze -q --from 0.13 -o "$WORK/reference.csv" "$WORK/song.wav" || fail "circumplex analyze --from"
meter --skip 0.13 --set response=0 urn:circumplex:meter "$WORK/song.wav" 2> /dev/null > "$WORK/phase.csv"
python3 - "$WORK/reference.csv" "$WORK/phase.csv" << 'PYTHON' || fail "another start phase reads differently"
import csv, sys
expected = [(float(r["valence"]), float(r["arousal"])) for r in csv.DictReader(open(sys.argv[1]))]
seen = [(float(r["valence"]), float(r["arousal"])) for r in csv.DictReader(open(sys.argv[2]))]
missing = [e for e in expected[:-1] if min(max(abs(e[0] - s[0]), abs(e[1] - s[1])) for s in seen) > 2e-6]
print(f"started 0.13 s into the music: {len(expected)} readings of analyze, {len(missing)} not seen")
sys.exit(bool(missing) or len(expected) < 10)
PYTHON

meter --instances 24 --seconds 3 --worker gui urn:circumplex:meter gen:music
