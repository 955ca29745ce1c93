#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How steady readings are: over start phases, over hard cuts, over quiet passages within a piece.

    bench/steadiness.py --tool build/release/cli/circumplex --clips FOLDER [--model FILE]
                        [phases] [cuts] [passages]

FOLDER has clips.csv (columns clip, quadrant: Q1..Q4) and audio/CLIP.opus, of 28 s or more.
Differences are in SD of all readings of the clips from a cold start, so that another unit
changes nothing.
"""
import argparse
import csv
import io
import subprocess
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

import numpy as np

RATE = 44100
HOP = RATE // 2
COLUMNS = ("valence", "arousal", "confidence")
QUADRANTS = ("Q1", "Q2", "Q3", "Q4")
BEFORE = 180  # s
DIP = 10 ** (-15 / 20)


def decode(path: Path) -> np.ndarray:
    """[samples, 2]"""
    command = ["ffmpeg", "-v", "error", "-i", str(path)]
    command += ["-f", "f32le", "-ac", "2", "-ar", str(RATE), "-"]
    raw = subprocess.run(command, check=True, capture_output=True).stdout
    return np.frombuffer(raw, np.float32).reshape(-1, 2)


def read(args, sound: np.ndarray) -> np.ndarray:
    """[steps, 3]: valence, arousal, confidence; NaN in silence."""
    command = [args.tool, "analyze", "-q", "--raw=%d:2:f32" % RATE, "-"]
    command += ["-m", args.model] if args.model else []
    raw = np.ascontiguousarray(sound, np.float32).tobytes()
    done = subprocess.run(command, check=True, capture_output=True, input=raw)
    text = io.StringIO(done.stdout.decode())
    rows = list(csv.DictReader(line for line in text if not line.startswith("#")))
    values = [[float(r[k] or "nan") for k in COLUMNS] for r in rows]
    return np.array([v if r["state"] != "silent" else [np.nan] * 3 for r, v in zip(rows, values)])


def clips(folder: Path, per_quadrant: int) -> dict:
    """Quadrant -> sounds, the first so many of each."""
    with open(folder / "clips.csv") as file:
        rows = list(csv.DictReader(file))
    chosen = []
    for quadrant in QUADRANTS:
        chosen += [r for r in rows if r["quadrant"] == quadrant][:per_quadrant]
    with ThreadPoolExecutor(2) as pool:
        sounds = list(pool.map(lambda r: decode(folder / "audio" / (r["clip"] + ".opus")), chosen))
    out: dict = {}
    for row, sound in zip(chosen, sounds):
        out.setdefault(row["quadrant"], []).append(sound)
    return out


def each(function, items):
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(function, items))


def show(label: str, values) -> None:
    print(f"{label:44s} " + "  ".join(f"{v:7.3f}" for v in values), flush=True)


def phases(args, sounds, sd) -> None:
    """Ten starts within half a second: readings at the same moments, and clip means."""

    def clip(sound):
        curves = []
        for k in range(10):
            r = read(args, sound[k * HOP // 10:])
            curves.append((k * 0.05 + 0.5 * np.arange(1, len(r) + 1), r[:, :2]))
        moments = np.arange(8, 26, 0.25)

        def at(when, times, r):
            return np.stack([np.interp(when, times, r[:, i]) for i in (0, 1)], 1)

        def halves(times, r, other, o):  # with what another start read half a unit earlier
            return at(moments, times, (r + at(times - 0.25, other, o)) / 2)

        one = np.stack([at(moments, *c) for c in curves])
        two = np.stack([halves(*curves[k], *curves[(k + 5) % 10]) for k in range(10)])
        return [(x.std(0), x.mean(1)) for x in (one, two)]

    results = each(clip, sounds)
    print("jitter, mean and 95th percentile; range of clip means")
    for name, which in (("as it is", 0), ("averaged with a second, half a unit later", 1)):
        jitter = np.concatenate([r[which][0] for r in results]) / sd
        mean = np.stack([np.ptp(r[which][1], axis=0) for r in results]) / sd
        show(name, [jitter.mean(), np.percentile(jitter, 95), mean.mean()])


def change(warm: np.ndarray, cold: np.ndarray, sd: np.ndarray) -> np.ndarray:
    n = min(len(warm), len(cold))
    return np.abs(warm[:n, :2] - cold[:n, :2]) / sd


def cuts(args, by_quadrant, sd) -> None:
    """Three minutes of one kind, a cut, another piece: compared with the other piece alone."""
    pools = {"loud": by_quadrant["Q1"] + by_quadrant["Q2"]}
    pools["calm"] = by_quadrant["Q3"] + by_quadrant["Q4"]
    print("mean |difference| from a cold start, 2, 5, 10, 20 and 28 s after a cut")
    for first, second, gap in product(pools, pools, (0.0, 1.0)):

        def pair(i):
            pool, piece = pools[first], pools[second][(i + 3) % len(pools[second])]
            before = np.concatenate([pool[(i + 4 + k) % len(pool)] for k in range(7)])
            silence = np.zeros((int(gap * RATE), 2), np.float32)
            warm = read(args, np.concatenate([before[: BEFORE * RATE], silence, piece]))
            return change(warm[int(2 * (BEFORE + gap)) :], read(args, piece), sd)[:56]

        results = each(pair, range(args.pairs))
        n = min(map(len, results))
        mean = np.stack([r[:n] for r in results]).mean((0, 2))
        at = [mean[2 * s - 1] for s in (2, 5, 10, 20, 28)]
        show(f"{first} to {second}, gap {gap:g} s", at)


def passages(args, sounds, sd) -> None:
    """A passage of 10 s, 15 dB quieter, 25 s into a piece: compared with the unchanged piece."""

    def piece(sound):
        whole = np.concatenate([sound, sound])
        quiet = whole.copy()
        quiet[25 * RATE : 35 * RATE] *= DIP
        plain, dipped = read(args, whole), read(args, quiet)
        arousal = (dipped[59, 1] - plain[59, 1]) / sd[1]
        return [*change(dipped, plain, sd)[[59, 79, 99]].mean(1), arousal]

    print("a quiet passage: |off| 5 s into it, 5 and 15 s after it; arousal 5 s into it")
    show("15 dB quieter for 10 s", np.mean(each(piece, sounds), axis=0))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tool", required=True)
    parser.add_argument("--clips", type=Path, required=True)
    parser.add_argument("--model")
    parser.add_argument("--per-quadrant", type=int, default=8)
    parser.add_argument("--pairs", type=int, default=12)
    parser.add_argument("what", nargs="*", default=["phases", "cuts", "passages"])
    args = parser.parse_args()
    by_quadrant = clips(args.clips, args.per_quadrant)
    sounds = [s for q in by_quadrant.values() for s in q]
    sd = np.concatenate([r[4:, :2] for r in each(lambda s: read(args, s), sounds)])
    sd = np.nanstd(sd, axis=0)
    show("SD of readings: valence, arousal", sd)
    if "phases" in args.what:
        phases(args, sounds, sd)
    if "cuts" in args.what:
        cuts(args, by_quadrant, sd)
    if "passages" in args.what:
        passages(args, sounds, sd)


if __name__ == "__main__":
    main()
