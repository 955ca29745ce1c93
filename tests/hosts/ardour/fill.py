# SPDX-License-Identifier: GPL-3.0-or-later
"""fill.py SONG FOLDER: put the song's channels into the session's recorded files, sample for
sample.
"""

import glob
import struct
import sys


def read(path):
    with open(path, "rb") as f:
        return bytearray(f.read())


def data_of(blob):
    """Start and size of the data chunk of a WAV or RF64."""
    at = 12
    while at + 8 <= len(blob):
        name, size = blob[at:at + 4], struct.unpack("<I", blob[at + 4:at + 8])[0]
        if name == b"data":
            return at + 8, min(size, len(blob) - at - 8)
        at += 8 + size + (size & 1)
    sys.exit("no data chunk")


song = read(sys.argv[1])
start, size = data_of(song)
frames = struct.unpack(f"<{size // 4}f", song[start:start + size])
files = sorted(glob.glob(sys.argv[2] + "/interchange/*/audiofiles/*.wav"))
if len(files) != 2:
    sys.exit(f"not two files but {files}")
for channel, path in enumerate(files):  # ...%L.wav, ...%R.wav
    blob = read(path)
    at, room = data_of(blob)
    samples = frames[channel::2]
    n = room // 4
    samples = (samples + (0.0,) * n)[:n]
    blob[at:at + 4 * n] = struct.pack(f"<{n}f", *samples)
    with open(path, "wb") as f:
        f.write(blob)
