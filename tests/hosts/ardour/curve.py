# SPDX-License-Identifier: GPL-3.0-or-later
"""curve.py CURVE.wav REFERENCE.csv: the exported curve has each reading from its time + 100 ms
on.
"""

import csv
import struct
import sys

RATE, DELAY, BLOCK, TOLERANCE = 48000, 0.1, 8192, 1e-5

blob = open(sys.argv[1], "rb").read()
at, channels = 12, 2
while blob[at:at + 4] != b"data":
    size = struct.unpack("<I", blob[at + 4:at + 8])[0]
    if blob[at:at + 4] == b"fmt ":
        code, channels, rate, _, _, bits = struct.unpack("<HHIIHH", blob[at + 8:at + 24])
        assert rate == RATE and bits == 32, (code, rate, bits)
    at += 8 + size + (size & 1)
frames = struct.unpack(
    f"<{(len(blob) - at - 8) // 4}f", blob[at + 8 : at + 8 + (len(blob) - at - 8) // 4 * 4]
)
rows = [(float(r["time_s"]), float(r["valence"]), float(r["arousal"]))
        for r in csv.DictReader(line for line in open(sys.argv[2]) if not line.startswith("#"))]
worst, checked = 0.0, 0
for time, valence, arousal in rows:
    # A block after the reading took effect, so that the block's length does not matter.
    sample = int((time + DELAY) * RATE) + BLOCK
    if (sample + 1) * channels > len(frames):
        break
    seen = frames[sample * channels], frames[sample * channels + 1]
    worst = max(worst, abs(seen[0] - valence), abs(seen[1] - arousal))
    checked += 1
print(f"export: {checked} readings, largest difference {worst:.1e}")
if checked < 10 or worst > TOLERANCE:
    sys.exit("export differs")
