#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does a library find a song again from a memory of its curve?

    bench/find_again.py LIBRARY.db [TRIALS] [CIRCUMPLEX]

For songs with a minute of sound or more: the curve itself; then a memory of it, stretched by up to
20 % either way and with noise of SD 0.05 (averaged over 2.5 s), of the whole song and of a passage
of 40 s.  Counts how often that song is found first.  Fixed seed.
"""

import csv
import json
import random
import subprocess
import sys
import tempfile

NOISE, STRETCH, PASSAGE, AVERAGE = 0.05, 1.2, 80, 5  # SD, factor, hops, hops


def circumplex(*arguments):
    done = subprocess.run([TOOL, "library", *arguments, "--db", DB], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr or f"circumplex library {arguments[0]} failed")
    return json.loads(done.stdout)


def remembered(rng, curve, factor):
    """Points of a curve (pairs) read at another pace, with noise."""
    n = round(len(curve) * factor)
    noise = [[rng.gauss(0.0, NOISE * AVERAGE**0.5) for _ in range(2)] for _ in range(n + AVERAGE)]
    out = []
    for i in range(n):
        at = i * (len(curve) - 1) / max(1, n - 1)
        low = min(int(at), len(curve) - 2)
        point = []
        for axis in (0, 1):
            value = curve[low][axis] + (at - low) * (curve[low + 1][axis] - curve[low][axis])
            value += sum(noise[i + k][axis] for k in range(AVERAGE)) / AVERAGE
            point.append(max(-1.0, min(1.0, value)))
        out.append(point)
    return out


def first(points, kind):
    """The song that comes first for a profile."""
    with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("time_s", "valence", "arousal"))
        rows.writerows((0.5 * (k + 1), *point) for k, point in enumerate(points))
        file.flush()
        found = circumplex("match", "--csv", file.name, kind, "--limit", "1", "--json")
    return found["songs"][0]["id"]


def main():
    rng = random.Random(1)
    listed = circumplex("list", "--json")
    songs = [s["id"] for s in listed["songs"] if s["duration_s"] >= 60.0]
    tried = 0
    counts = {"its own curve": 0, "the whole, remembered": 0, "40 s, remembered": 0}
    for song in rng.sample(songs, min(TRIALS, len(songs))):
        reading = circumplex("show", str(song), "--json")["readings"][0]
        curve = [
            p for p in zip(reading["valence_curve"], reading["arousal_curve"]) if None not in p
        ]
        if len(curve) < 120:
            continue
        tried += 1
        factor = STRETCH ** rng.uniform(-1.0, 1.0)
        start = rng.randrange(0, len(curve) - PASSAGE)
        counts["its own curve"] += (
            circumplex("match", "--song", str(song), "--limit", "1", "--json")["songs"][0]["id"]
            == song
        )
        counts["the whole, remembered"] += first(remembered(rng, curve, factor), "--whole") == song
        counts["40 s, remembered"] += (
            first(remembered(rng, curve[start : start + PASSAGE], factor), "--passage") == song
        )
    print(f"{len(listed['songs'])} songs, {tried} with a minute of sound or more tried")
    for name, count in counts.items():
        print(f"{name}: found first {count} times, {100 * count / tried:.1f} %")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    DB, TRIALS = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 200
    TOOL = sys.argv[3] if len(sys.argv) > 3 else "build/release/cli/circumplex"
    main()
