# SPDX-License-Identifier: GPL-3.0-or-later
"""Simple loops in which one thing changes: does the reading change, and how soon?

Unlike the probes of synth.py these are not by the composer of the training pieces: a chord loop for
four instrumentations in turn, and one change in each piece, with nothing else going on:
  minor to major, major to minor   the same loop in the parallel key
  crescendo                        velocity 30 to 120 in 10 s
  drop, break                      a soft pad to a full band with drums, and back

Products: synth/turns/<piece>.flac and .json (kind, axis, sign, and `time`, when the change is
complete), synth/turns.list.

Run: python3 -m circumplex_train.turns
"""

from __future__ import annotations

import json

import numpy as np
import soundfile

from .midi import DRUMS, RENDER_RATE, Score, render
from .workspace import Progress, read_lines, work_folder, write_json, write_lines

SECONDS, CHANGE, RAMP = 60.0, 30.0, 10.0
LOOPS = {  # major, minor: four chords, semitones above the tonic
    "cadence": (
        ((0, 4, 7), (5, 9, 12), (7, 11, 14), (0, 4, 7)),
        ((0, 3, 7), (5, 8, 12), (7, 11, 14), (0, 3, 7)),
    ),
    "turnaround": (
        ((0, 4, 7), (9, 12, 16), (5, 9, 12), (7, 11, 14)),
        ((0, 3, 7), (8, 12, 15), (3, 7, 10), (10, 14, 17)),
    ),
}
SCALES = ((0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10))
TUNE = (0, 2, 4, 2, 5, 4, 2, 1)  # scale degrees, one a beat
# name: program of the chords and of the tune, figure, BPM, tonic, loop
SETTINGS = {
    "piano": (0, 0, "chords", 100.0, 60, "cadence"),
    "arpeggio": (0, 0, "arpeggio", 80.0, 57, "turnaround"),
    "strings": (48, 73, "pad", 90.0, 60, "cadence"),
    "guitar": (24, 73, "arpeggio", 110.0, 52, "cadence"),
}
KINDS = {  # axis (0 valence, 1 arousal), sign
    "minor to major": (0, 1),
    "major to minor": (0, -1),
    "crescendo": (1, 1),
    "drop": (1, 1),
    "break": (1, -1),
}


def play(score, channel, program, begin, end, tonic, chords, bpm, velocity, figure):
    """A loop from begin to end; `velocity` is a function of time."""
    beat, bar, now = 60.0 / bpm, 0, begin
    score.program(channel, begin, program)
    while now < end - 0.01:
        chord = chords[bar % 4]
        note = lambda at, length, pitch: at < end and score.note(
            channel, at, min(length, end - at), pitch, velocity(at)
        )
        if figure == "pad":
            for pitch in chord:
                note(now, 4 * beat, tonic + pitch)
        elif figure == "chords":
            for k in range(4):
                for pitch in chord:
                    note(now + k * beat, 0.9 * beat, tonic + pitch)
        else:
            for k in range(8):
                note(now + k * beat / 2, 0.6 * beat, tonic + chord[k % 3] + 12 * (k % 4 == 3))
        note(now, 3.6 * beat, tonic + chord[0] - 24)
        now, bar = now + 4 * beat, bar + 1


def tune(score, channel, program, begin, end, tonic, minor, bpm):
    beat = 60.0 / bpm
    score.program(channel, begin, program)
    for k in range(int((end - begin) / beat)):
        score.note(
            channel, begin + k * beat, 0.9 * beat, tonic + 12 + SCALES[minor][TUNE[k % 8]], 80
        )


def drums(score, begin, end, bpm):
    beat = 60.0 / bpm
    for k in range(int((end - begin) / beat)):
        now = begin + k * beat
        score.note(DRUMS, now, 0.1, 38 if k % 2 else 36, 100)
        score.note(DRUMS, now, 0.1, 42, 80)
        score.note(DRUMS, now + beat / 2, 0.1, 42, 70)


def compose(kind, setting):
    """-> the score, and when its change is complete."""
    program, lead, figure, bpm, tonic, loop = SETTINGS[setting]
    score, (major, minor), parts = Score(), LOOPS[loop], ((0.0, CHANGE), (CHANGE, SECONDS))
    if kind.endswith("jor") or kind.endswith("nor"):
        for (begin, end), is_minor in zip(
            parts, (kind == "minor to major", kind == "major to minor")
        ):
            play(
                score,
                0,
                program,
                begin,
                end,
                tonic,
                minor if is_minor else major,
                bpm,
                lambda t: 80,
                figure,
            )
            tune(score, 1, lead, begin, end, tonic, is_minor, bpm)
    elif kind == "crescendo":
        swell = lambda t: 30 + 90 * min(1.0, max(0.0, (t - CHANGE) / RAMP))
        play(score, 0, program, 0.0, SECONDS, tonic, major, bpm, swell, figure)
        return score, CHANGE + RAMP
    else:
        soft, full = parts if kind == "drop" else parts[::-1]
        play(score, 0, program, *soft, tonic, major, bpm, lambda t: 55, "pad")
        play(score, 1, program, *full, tonic, major, 1.2 * bpm, lambda t: 105, "arpeggio")
        play(score, 2, 30, *full, tonic, major, 1.2 * bpm, lambda t: 95, "chords")
        drums(score, *full, 1.2 * bpm)
    return score, CHANGE


def figures(readings):
    """Changes in the expected direction, by kind: after 3 s, after 8-20 s, the smallest of the
    first, how many have the right sign.

    ``readings[stem]`` [T, 2].  Moves are against the mean of the 5 s before the change.
    """
    rows = {}
    for path in read_lines(work_folder("synth") / "turns.list"):
        stem = path.rsplit("/", 1)[-1].removesuffix(".flac")
        facts = json.loads((work_folder("synth", "turns") / f"{stem}.json").read_text())
        p, k, start = (
            readings[stem][:, facts["axis"]],
            round(facts["time"] / 0.5),
            round(CHANGE / 0.5),
        )
        before = p[start - 10 : start].mean()
        rows.setdefault(facts["kind"], []).append(
            [
                facts["sign"] * float(x - before)
                for x in (p[k + 5 : k + 7].mean(), p[k + 16 : k + 40].mean())
            ]
        )
    out = {}
    for kind in KINDS:
        moves = np.array(rows[kind])
        out[kind] = {
            "soon": moves[:, 0].mean(),
            "late": moves[:, 1].mean(),
            "least": moves[:, 0].min(),
            "right": int((moves[:, 0] > 0).sum()),
            "pieces": len(moves),
        }
    return out


def main(_arguments=()):
    """See the module's docstring."""
    folder, done = work_folder("synth", "turns"), []
    for kind, setting in Progress([(k, s) for k in KINDS for s in SETTINGS], "turns"):
        audio = folder / f"{kind.replace(' ', '-')}-{setting}.flac"
        score, time = compose(kind, setting)
        if not audio.exists():
            soundfile.write(str(audio), render(score, SECONDS), RENDER_RATE, subtype="PCM_16")
        axis, sign = KINDS[kind]
        write_json(
            audio.with_suffix(".json"), {"kind": kind, "axis": axis, "sign": sign, "time": time}
        )
        done.append(audio)
    write_lines(folder.parent / "turns.list", done)


if __name__ == "__main__":
    main()
