# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the cues for mode and tempo.  Pieces of known key and tempo in many instruments, rendered
by FluidSynth.

Ten chord loops (five major, five minor) and four tunes over a drone, each in ten settings of
instruments, figure, tonic and tempo; half of them have drums.  Printed: how often the sign of each
mode cue is right 3 s and 12 s into the piece, for major and minor apart, and how often the tempo is
(within 4 %; also with factors of 2 and 3 allowed) after 12 s.

Run: python3 -m circumplex_train.cue_check [--keep FOLDER]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from .features import CUES, extract
from .midi import DRUMS, RENDER_RATE, Score, render
from .workspace import Progress

SECONDS = 16.0
MAJOR, MINOR = (0, 4, 7), (0, 3, 7)
# mode (1 major, -1 minor), chords: root re the tonic and quality
LOOPS = {
    "I IV V I": (1, ((0, MAJOR), (5, MAJOR), (7, MAJOR), (0, MAJOR))),
    "I vi IV V": (1, ((0, MAJOR), (9, MINOR), (5, MAJOR), (7, MAJOR))),
    "I V vi IV": (1, ((0, MAJOR), (7, MAJOR), (9, MINOR), (5, MAJOR))),
    "I ii V I": (1, ((0, MAJOR), (2, MINOR), (7, MAJOR), (0, MAJOR))),
    "I iii IV V": (1, ((0, MAJOR), (4, MINOR), (5, MAJOR), (7, MAJOR))),
    "i iv V i": (-1, ((0, MINOR), (5, MINOR), (7, MAJOR), (0, MINOR))),
    "i VI III VII": (-1, ((0, MINOR), (8, MAJOR), (3, MAJOR), (10, MAJOR))),
    "i VII VI VII": (-1, ((0, MINOR), (10, MAJOR), (8, MAJOR), (10, MAJOR))),
    "i iv VII i": (-1, ((0, MINOR), (5, MINOR), (10, MAJOR), (0, MINOR))),
    "i VI iv V": (-1, ((0, MINOR), (8, MAJOR), (5, MINOR), (7, MAJOR))),
}
SCALES = {1: (0, 2, 4, 5, 7, 9, 11), -1: (0, 2, 3, 5, 7, 8, 10)}
TUNES = {"steps": (0, 1, 2, 3, 4, 2, 0, 4), "leaps": (0, 4, 2, 5, 4, 2, 1, 0)}
# name, program of the chords or the tune, of the bass
INSTRUMENTS = (
    ("piano", 0, 0),
    ("electric piano", 4, 33),
    ("harpsichord", 6, 6),
    ("vibraphone", 11, 32),
    ("church organ", 19, 19),
    ("guitar", 24, 32),
    ("strings", 48, 48),
    ("choir", 52, 48),
    ("brass", 61, 58),
    ("synth", 81, 38),
)
FIGURES = ("chords", "arpeggio", "pad")


def accompany(score, tonic, chords, bpm, program, figure, octave):
    beat, bar, now = 60.0 / bpm, 0, 0.0
    score.program(0, 0.0, program)
    while now < SECONDS:
        root, quality = chords[bar % len(chords)]
        notes = [octave + (tonic + root) % 12 + q for q in quality]
        notes = [n - 12 if n > octave + 14 else n for n in notes]
        if figure == "pad":
            for n in notes:
                score.note(0, now, 3.9 * beat, n, 80)
        elif figure == "chords":
            for k in range(4):
                for n in notes:
                    score.note(0, now + k * beat, 0.9 * beat, n, 90 if k == 0 else 75)
        else:
            for k in range(8):
                score.note(
                    0,
                    now + 0.5 * k * beat,
                    0.9 * beat,
                    notes[(0, 1, 2, 1)[k % 4]],
                    90 if k == 0 else 75,
                )
        score.note(1, now, 1.9 * beat, 36 + (tonic + root) % 12, 85)
        score.note(1, now + 2 * beat, 1.9 * beat, 36 + (tonic + root) % 12, 80)
        bar, now = bar + 1, now + 4 * beat


def tune(score, tonic, mode, degrees, bpm, program):
    beat, scale = 60.0 / bpm, SCALES[mode]
    score.program(0, 0.0, program)
    for k in range(int(SECONDS / beat)):
        degree = degrees[k % len(degrees)]
        score.note(
            0,
            k * beat,
            0.95 * beat,
            60 + tonic + scale[degree % 7] + 12 * (degree // 7),
            90 if k % 4 == 0 else 78,
        )
        if k % 4 == 0:
            score.note(1, k * beat, 3.9 * beat, 36 + tonic % 12, 75)
            score.note(1, k * beat, 3.9 * beat, 43 + tonic % 12, 65)


def drums(score, bpm):
    beat = 60.0 / bpm
    for k in range(int(SECONDS / beat)):
        score.note(DRUMS, k * beat, 0.1, 36 if k % 2 == 0 else 38, 95)
        for half in (0.0, 0.5):
            score.note(DRUMS, (k + half) * beat, 0.1, 42, 70)


def pieces():
    """Yield name, mode, BPM, has drums, score."""
    rng = np.random.default_rng(3)
    for i, (label, program, bass) in enumerate(INSTRUMENTS):
        jobs = [(name, mode, chords) for name, (mode, chords) in LOOPS.items()]
        jobs += [
            (f"{name} {'major' if mode > 0 else 'minor'}", mode, TUNES[name])
            for name in TUNES
            for mode in (1, -1)
        ]
        for j, (name, mode, material) in enumerate(jobs):
            score, bpm, tonic = Score(), float(rng.uniform(66, 168)), int(rng.integers(12))
            score.program(1, 0.0, bass)
            if name in LOOPS:
                accompany(score, tonic, material, bpm, program, FIGURES[(i + j) % 3], 55)
            else:
                tune(score, tonic, mode, material, bpm, program)
            has_drums = (i + j) % 2 == 1
            if has_drums:
                drums(score, bpm)
            yield f"{label}, {name}", mode, bpm, has_drums, score


def tempo_is_right(read, bpm):
    exact = abs(read / bpm - 1) < 0.04
    return exact, exact or any(abs(read * f / bpm - 1) < 0.04 for f in (2, 0.5, 3, 1 / 3))


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--keep", type=Path, help="keep the rendered sounds as .npy in this folder")
    options = parser.parse_args()
    rows = []
    todo = list(pieces())
    for (name, mode, bpm, has_drums, score), _ in zip(todo, Progress(todo, "pieces")):
        file = options.keep / (name.replace(" ", "_") + ".npy") if options.keep else None
        if file and file.exists():
            sound = np.load(file)
        else:
            sound = render(score, SECONDS)
            if file:
                file.parent.mkdir(parents=True, exist_ok=True)
                np.save(file, sound)
        cues = extract(sound, RENDER_RATE)["cues"]
        read = {c: cues[:, CUES.index(c)] for c in ("mode_fast", "mode", "mode_slow", "tempo")}
        rows.append((name, mode, bpm, has_drums, read))
    print("mode right at      3 s: major minor    12 s: major minor")
    for cue in ("mode_fast", "mode", "mode_slow"):
        shares = [
            np.mean([np.sign(r[4][cue][hop]) == m for r in rows if r[1] == m])
            for hop in (5, 23)
            for m in (1, -1)
        ]
        print(
            f"{cue:12s}             {shares[0]:5.2f} {shares[1]:5.2f}          {shares[2]:5.2f}"
            f" {shares[3]:5.2f}"
        )
    for name in [*LOOPS, *(f"{t} {m}" for t in TUNES for m in ("major", "minor"))]:
        mine = [r for r in rows if r[0].split(", ")[1] == name]
        print(
            f"  {name:14s} mode at 3 s"
            f" {np.mean([np.sign(r[4]['mode'][5]) == r[1] for r in mine]):.2f}, mode_slow at 12 s"
            f" {np.mean([np.sign(r[4]['mode_slow'][23]) == r[1] for r in mine]):.2f}"
        )
    for label, chosen in (
        ("all", rows),
        ("drums", [r for r in rows if r[3]]),
        ("none", [r for r in rows if not r[3]]),
    ):
        right = np.array([tempo_is_right(np.median(r[4]["tempo"][23:]), r[2]) for r in chosen])
        print(
            f"tempo right, {label:5s} {right[:, 0].mean():.2f}, with factors of 2 and 3"
            f" {right[:, 1].mean():.2f}"
        )


if __name__ == "__main__":
    main()
