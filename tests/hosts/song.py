# SPDX-License-Identifier: GPL-3.0-or-later
"""song.py OUT SECONDS [FILE]: a stereo 32-bit float WAV, cut from FILE (a WAV of that rate) or made
here. The environment variable RATE is its sample rate, 48000 by default.

The made one has chords, a pulse and a swell that change every few seconds, so that readings move.
Either begins with a second of digital silence, because hosts fade the first milliseconds of a
region in, and ends with TAIL (environment) seconds of it, by default none.
"""
import itertools
import math
import os
import random
import struct
import sys

RATE = int(os.environ.get("RATE", 48000))
LEAD = [(0.0, 0.0)] * RATE
TAIL = [(0.0, 0.0)] * (RATE * int(os.environ.get("TAIL", 0)))


def made(seconds):
    random.seed(1)
    roots = (48, 45, 41, 43)
    for i in range(int(seconds * RATE)):
        t = i / RATE
        bar = int(t / 2)
        chord = (0, 3 if (bar // 4) % 2 else 4, 7)
        tone = sum(
            math.sin(2 * math.pi * 440 * 2 ** ((roots[bar % 4] + k - 57) / 12) * t) for k in chord
        )
        swell = 0.08 * (0.4 + 0.6 * abs(math.sin(2 * math.pi * t / 14)))
        hit = (
            0.2 * math.exp(-(t % 0.5) * 40) * random.uniform(-1, 1) * (1 if (bar // 2) % 2 else 0.2)
        )
        yield swell * tone + hit, 0.8 * swell * tone + hit


def write(path, frames):
    data = b"".join(struct.pack("<2f", *frame) for frame in itertools.chain(LEAD, frames, TAIL))
    with open(path, "wb") as f:
        f.write(
            b"RIFF"
            + struct.pack("<I", 36 + len(data))
            + b"WAVEfmt "
            + struct.pack("<IHHIIHH", 16, 3, 2, RATE, RATE * 8, 8, 32)
            + b"data"
            + struct.pack("<I", len(data))
            + data
        )


def main():
    out, seconds = sys.argv[1], float(sys.argv[2]) - len(LEAD + TAIL) / RATE
    source = sys.argv[3] if len(sys.argv) > 3 else ""
    if source:
        import soundfile
        frames, rate = soundfile.read(source, always_2d=True, stop=int(seconds * RATE))
        if rate != RATE:
            sys.exit(f"{source} has {rate} samples a second, not {RATE}")
        write(out, ((x[0], x[-1]) for x in frames))
    else:
        write(out, made(seconds))


main()
