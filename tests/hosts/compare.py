# SPDX-License-Identifier: GPL-3.0-or-later
"""compare.py REFERENCE.csv SEEN: every pair of values from a host is a reading of
`circumplex analyze`, in order.

SEEN has lines "valence arousal"; pairs of zeros (before the first reading) are left out.
"""
import csv
import sys

TOLERANCE = 1e-5


def main():
    with open(sys.argv[1]) as f:
        rows = csv.DictReader(line for line in f if not line.startswith("#"))
        reference = [(float(r["valence"]), float(r["arousal"])) for r in rows]
    least = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    at, matched, worst = 0, set(), 0.0
    for line in open(sys.argv[2]):
        seen = tuple(float(x) for x in line.split()[:2])
        if seen == (0.0, 0.0):
            continue
        distance = [max(abs(a - b) for a, b in zip(seen, r)) for r in reference[at:]]
        best = min(range(len(distance)), key=distance.__getitem__) if distance else None
        if best is None or distance[best] > TOLERANCE:
            sys.exit(
                f"{seen} is not a reading at or after number {at} (nearest"
                f" {min(distance, default=9):.2e})"
            )
        worst = max(worst, distance[best])
        at += best
        matched.add(at)
    print(f"{len(matched)} readings seen of {len(reference)}, largest difference {worst:.1e}")
    if len(matched) < least:
        sys.exit(f"fewer than {least}")


main()
