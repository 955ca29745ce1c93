# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that gain, sample rate, channels, block size, long runs and silence do not change
readings.

Measured through `circumplex analyze`, the same C code that the plugin runs, on real music:

    python3 -m circumplex_train.invariances --tool build/release/cli/circumplex FOLDER

prints a Markdown table (and with --json FILE the figures).  FOLDER holds whole songs of 30 s or
more.  Needs NumPy, SciPy and soundfile.  Differences are means of |difference| over all readings
from 10 s on, the greater of valence and arousal.
"""
import argparse
import csv
import io
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import scipy.signal
import soundfile

RATES = (22050, 44100, 48000, 88200, 96000, 192000)
GAINS_DB = (-12, -6, 6, 12)
BLOCKS = ("1", "7", "64", "441", "8192", "random")
SOURCE_RATE = 22050  # material is band-limited to this rate first, so that every rate can carry it
FIRST_S = 10.0
LEAD_IN_S = 60


def load(path):
    """A file as mono float32 at SOURCE_RATE, peak at 0.2 (so that +12 dB does not clip)."""
    x, rate = soundfile.read(path, dtype="float32", always_2d=True)
    x = x.mean(1)
    if rate != SOURCE_RATE:
        g = np.gcd(rate, SOURCE_RATE)
        x = scipy.signal.resample_poly(x, SOURCE_RATE // g, rate // g)
    return (0.2 * x / max(np.abs(x).max(), 1e-9)).astype(np.float32)


class Tool:
    """The command line, fed from a temporary folder."""

    def __init__(self, tool, model, folder):
        self.command = [tool, "analyze"] + (["--model", model] if model else [])
        self.path = pathlib.Path(folder) / "x.wav"

    def csv(self, x, rate, *options):
        soundfile.write(self.path, x, rate, subtype="FLOAT")
        return subprocess.run(self.command + list(options) + [str(self.path)], check=True,
                              capture_output=True, text=True).stdout

    def read(self, x, rate, *options):
        """[hops, 3]: time, valence, arousal; and the states."""
        rows = list(csv.DictReader(io.StringIO(self.csv(x, rate, *options))))
        values = np.array([[float(r[k]) for k in ("time_s", "valence", "arousal")] for r in rows])
        return values, [r["state"] for r in rows]


def difference(a, b, first=FIRST_S):
    """Greater mean |difference| of the two dimensions from `first` seconds on."""
    n = min(len(a), len(b))
    keep = a[:n, 0] > first
    return float(np.abs(a[:n, 1:] - b[:n, 1:])[keep].mean(0).max())


def resampled(x, rate):
    if rate == SOURCE_RATE:
        return x
    g = np.gcd(rate, SOURCE_RATE)
    return scipy.signal.resample_poly(x, rate // g, SOURCE_RATE // g).astype(np.float32)


def two_hours(tool, songs, rng):
    """The same passage at minute 3 and in hour 2, after the same 60 s of lead-in."""
    def filler(seconds):
        parts, total = [], 0
        while total < seconds * SOURCE_RATE:
            parts.append(songs[rng.integers(2, len(songs))])
            total += len(parts[-1])
        return np.concatenate(parts)[: int(seconds * SOURCE_RATE)]

    passage = np.concatenate([songs[0], songs[1], songs[0]])[: (LEAD_IN_S + 45) * SOURCE_RATE]
    before, between = filler(120), filler(7200 - 120 - LEAD_IN_S - len(passage) / SOURCE_RATE)
    x = np.concatenate([before, passage, between, passage])
    values, _ = tool.read(x, SOURCE_RATE)
    readings = []
    for start in (len(before), len(before) + len(passage) + len(between)):
        t = values[:, 0] - start / SOURCE_RATE
        readings.append(values[(t > LEAD_IN_S) & (t <= len(passage) / SOURCE_RATE)])
    n = min(map(len, readings))
    return (
        float(np.abs(readings[0][:n, 1:] - readings[1][:n, 1:]).mean(0).max()),
        len(x) / SOURCE_RATE,
    )


def measure(tool, songs, progress=lambda text: None):
    """All figures, as a list of (name, value, limit)."""
    rows = []
    reference = [tool.read(resampled(x, 44100), 44100)[0] for x in songs]
    for gain in GAINS_DB:
        progress(f"gain {gain:+d} dB")
        d = [difference(r, tool.read(resampled(x, 44100) * np.float32(10 ** (gain / 20)), 44100)[0])
             for r, x in zip(reference, songs)]
        rows.append((f"gain {gain:+d} dB", float(np.mean(d)), 0.03))
    for rate in RATES:
        progress(f"{rate} Hz")
        d = [difference(r, tool.read(resampled(x, rate), rate)[0], 0.0)
             for r, x in zip(reference, songs)]
        rows.append((f"{rate / 1000:g} kHz against 44.1 kHz", float(np.mean(d)), 0.02))
    progress("stereo")
    d = [difference(r, tool.read(np.stack([y := resampled(x, 44100), y], 1), 44100)[0], 0.0)
         for r, x in zip(reference, songs)]
    rows.append(("stereo of two equal channels against mono", float(np.max(d)), 0.0))
    progress("blocks")
    x = songs[0]
    whole = tool.csv(x, SOURCE_RATE)
    changed = sum(tool.csv(x, SOURCE_RATE, "--block", b) != whole for b in BLOCKS)
    rows.append(
        ("block sizes " + ", ".join(BLOCKS) + ": outputs that differ in any byte", changed, 0)
    )
    progress("two hours")
    value, seconds = two_hours(tool, songs, np.random.default_rng(1))
    rows.append((f"a passage at minute 3 and again after {seconds / 3600:.1f} h", value, 0.02))
    progress("silence")
    quiet = np.concatenate([songs[0], np.zeros(10 * SOURCE_RATE, np.float32), songs[0]])
    values, states = tool.read(quiet, SOURCE_RATE)
    inside = (values[:, 0] > len(songs[0]) / SOURCE_RATE + 2) & (
        values[:, 0] < len(songs[0]) / SOURCE_RATE + 10)
    wrong = sum(s != "silent" for s, k in zip(states, inside) if k) + int(
        not np.isfinite(values).all()
    )
    rows.append(("readings in 10 s of digital silence that are not 'silent' and finite", wrong, 0))
    return rows


def markdown(rows):
    lines = ["| what changes | mean difference | limit |", "|---|---|---|"]
    lines += [f"| {name} | {value:.4g} | {limit:g} |" for name, value, limit in rows]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", help="a folder with at least three whole songs")
    parser.add_argument("--tool", default="circumplex", help="the circumplex program")
    parser.add_argument("--model", help="a model file instead of the default")
    parser.add_argument("--json", help="also write the figures here")
    args = parser.parse_args()
    files = sorted(p for p in pathlib.Path(args.folder).iterdir()
                   if p.suffix.lower() in {".opus", ".ogg", ".mp3", ".wav", ".flac"})
    if len(files) < 3:
        sys.exit(f"{args.folder}: three songs or more are needed, {len(files)} found")
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(Tool(args.tool, args.model, folder), [load(f) for f in files],
                       lambda text: print(f"  {text}", file=sys.stderr, flush=True))
    print(markdown(rows))
    if args.json:
        pathlib.Path(args.json).write_text(json.dumps(rows, indent=1) + "\n")
    sys.exit(any(value > limit for _, value, limit in rows))


if __name__ == "__main__":
    main()
