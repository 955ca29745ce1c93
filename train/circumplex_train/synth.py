# SPDX-License-Identifier: GPL-3.0-or-later
"""Synthetic music with known emotional cues.

Each piece has factor curves (mode, tempo, register, dynamics, articulation, brightness, density,
dissonance, drums) that vary independently between pieces and within a piece, by steps and ramps;
compose.py turns them into music, midi.py renders it.  Targets for valence and arousal are sums of
the factors with the weights below, fitted to listeners' ratings of such factors: see DATA.md.

Products, below the work folder's synth/<set>/:
  <piece>.flac   mono, 22050 Hz
  <piece>.json   audio, seconds, hop (0.5 s); lists with one value a hop, at the hop's end, 0.5 s
                 first: valence, arousal (-1..1, no listener's delay), mask (0 in silences) and
                 factors {name: list}; and facts (seed, solo instrument, sound font)
  ../<set>.list  the audio paths

Sets: `train` (any number of pieces) and `probe` (one factor changes at the middle, all others
stay; `changes` in the JSON says which and when: generated tests of movement).

Run: python3 -m circumplex_train.synth SET COUNT [FIRST]
Piece k is always the same piece; existing pieces are skipped.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

import numpy as np
import soundfile

from .compose import Composer
from .midi import RENDER_RATE, render
from .workspace import Progress, work_folder, write_json, write_lines

HOP = 0.5
SLOPE_FACTORS = ("tempo", "register", "dynamics", "articulation", "brightness", "density")  # -1..1
SLOWEST, FASTEST = 50.0, 180.0  # BPM at tempo -1 and +1, geometric between
MAJORNESS = {
    "lydian": 0.9,
    "major": 1.0,
    "mixolydian": 0.5,
    "dorian": -0.45,
    "minor": -0.85,
    "harmonic": -1.0,
    "phrygian": -0.95,
}
BRIGHT_SCALES = ("major",) * 6 + ("lydian", "mixolydian", "mixolydian")
DARK_SCALES = ("minor",) * 5 + ("harmonic",) * 2 + ("dorian", "phrygian")

# Standard deviations of valence and arousal per unit of factor.  The first five are what factors.py
# fits to the ratings of Eerola, Friberg and Bresin (2013); the others were not in that study and
# are judgement (DATA.md).
VALENCE = {
    "mode": 0.681,
    "tempo": 0.206,
    "register": 0.536,
    "dynamics": -0.272,
    "articulation": 0.145,
    "brightness": 0.0,
    "density": 0.10,
    "dissonance": -0.85,
    "drums": 0.15,
}
AROUSAL = {
    "mode": 0.422,
    "tempo": 0.752,
    "register": -0.142,
    "dynamics": 0.410,
    "articulation": 0.241,
    "brightness": 0.30,
    "density": 0.50,
    "dissonance": 0.35,
    "drums": 0.50,
}
# Valence and arousal of the corners that segments are drawn around; the two that the factors seldom
# reach count double.
CORNERS = ((1.0, 1.0), (-1.0, -1.0)) + 2 * ((1.0, -1.0), (-1.0, 1.0))
UNIT = 0.44  # of the targets in one such deviation: they spread by about .4 over the pieces drawn
VALENCE_MEAN, AROUSAL_MEAN = 0.02, -0.08  # added to the sums, so that both targets centre on zero
MEMORY = 60.0  # seconds over which listeners (and the front end) get used to a level


class Plan:
    """The factor curves of one piece: steps and ramps, read by time."""

    def __init__(self, seed, seconds=None):
        rng = self.rng = random.Random(seed)
        self.seconds = seconds or round(rng.uniform(60.0, 120.0), 1)
        self.solo = None
        if rng.random() < 0.4:
            self.solo = rng.choice((0, 0, 0, 0, 0, 0, 1, 4, 24, 46, 6, 19))
        self.silences, self.knots = [], {}

    def randomise(self):
        """Draw independent factors with changes every 10 to 40 s."""
        rng = self.rng
        turns, now = [0.0], rng.uniform(10.0, 40.0)
        while now < self.seconds - 8.0:
            turns.append(now)
            now += rng.uniform(10.0, 40.0)
        aims = [self._aim() for _ in turns]
        for name in SLOPE_FACTORS:
            pull = [
                (AROUSAL[name] * a[1] + VALENCE[name] * a[0]) * 4.0 * UNIT if a else 0.0
                for a in aims
            ]
            draw = lambda k: max(
                -1.0, min(1.0, rng.uniform(-1.0, 1.0) * (0.6 if aims[k] else 1.0) + pull[k])
            )
            value = draw(0)
            knots = [(0.0, value)]
            for k, turn in enumerate(turns[1:], 1):
                if rng.random() > (0.75 if aims[k] else 0.45):
                    continue
                ramp = (
                    rng.uniform(4.0, 18.0)
                    if rng.random() < (0.5 if name in ("tempo", "dynamics") else 0.15)
                    else 0.0
                )
                knots.append((turn, value))
                value = draw(k)
                knots.append((turn + ramp, value))
            self.knots[name] = knots
        if rng.random() < 0.4:  # a crescendo or diminuendo over the whole piece
            a, b = rng.uniform(-1.0, 0.0), rng.uniform(0.0, 1.0)
            self.knots["dynamics"] = (
                [(0.0, a), (self.seconds, b)]
                if rng.random() < 0.6
                else [(0.0, b), (self.seconds, a)]
            )
        self._steps("scale", turns, 0.5, lambda k: self._scale(aims[k]))
        rough = lambda k: (
            rng.uniform(0.15, 1.0)
            if rng.random() < (0.3 if not aims[k] or aims[k][0] < 0 else 0.05)
            else 0.0
        )
        self._steps("dissonance", turns, 0.5, rough)
        has_drums = self.solo is None and rng.random() < 0.75
        beats = lambda k: float(
            has_drums and rng.random() < (0.6 if not aims[k] else 0.8 if aims[k][1] > 0 else 0.2)
        )
        self._steps("drums", turns, 0.6, beats)
        if rng.random() < 0.35:  # a break: everything stops
            start = rng.uniform(12.0, self.seconds - 12.0)
            self.silences.append((start, start + rng.uniform(1.5, 4.0)))
        return self

    def _aim(self):
        """Half of the segments are drawn around a corner of the plane, so that its edges and all
        corners occur.
        """
        if self.rng.random() < 0.55:
            return self.rng.choice(CORNERS)
        return None

    def _scale(self, aim):
        bright = self.rng.random() < (0.5 if aim is None else 0.9 if aim[0] > 0 else 0.1)
        return self.rng.choice(BRIGHT_SCALES if bright else DARK_SCALES)

    def _steps(self, name, turns, chance, draw):
        """Piecewise constant: a new draw at some of the turns."""
        self.knots[name] = [(0.0, draw(0))]
        for k, turn in enumerate(turns[1:], 1):
            if self.rng.random() < chance:
                self.knots[name].append((turn, draw(k)))

    def at(self, time):
        """All factors at a time; `bpm` and `scale` beside the numbers."""
        factors = {name: self._value(name, time) for name in SLOPE_FACTORS}
        for name in ("scale", "dissonance", "drums"):
            factors[name] = [value for start, value in self.knots[name] if start <= time + 1e-9][-1]
        factors["bpm"] = SLOWEST * (FASTEST / SLOWEST) ** ((factors["tempo"] + 1.0) / 2.0)
        return factors

    def _value(self, name, time):
        knots = self.knots[name]
        before = [k for k in knots if k[0] <= time]
        after = [k for k in knots if k[0] > time]
        if not after:
            return before[-1][1]
        (t0, v0), (t1, v1) = before[-1], after[0]
        return v0 + (v1 - v0) * (time - t0) / (t1 - t0) if t1 > t0 else v1

    def silent_until(self, time):
        """The end of the silence that `time` lies in, or 0."""
        return next((end for start, end in self.silences if start <= time + 1e-6 < end), 0.0)

    def next_silence(self, time):
        """Start of the next silence after `time`, or the piece's end."""
        return min([start for start, _ in self.silences if start > time] + [self.seconds])


def probe_plan(index):
    """A piece in which one thing changes in the middle. `index` runs over changes and settings."""
    changes = (
        ("scale", "minor", "major"), ("scale", "major", "minor"), ("dynamics", -0.8, 0.8), ("dynamics", 0.8, -0.8),
        ("crescendo", -0.9, 0.9), ("tempo", -0.6, 0.6), ("tempo", 0.6, -0.6), ("register", -0.8, 0.8),
        ("density", -0.8, 0.7), ("dissonance", 0.0, 0.9), ("drums", 0.0, 1.0), ("drums", 1.0, 0.0), ("break", 0, 0),
    )  # fmt: skip
    name, before, after = changes[index % len(changes)]
    plan = Plan(900000 + index, 60.0)
    plan.solo = None if name == "drums" or (index // len(changes)) % 2 else 0
    middle = plan.seconds / 2.0
    for factor in SLOPE_FACTORS:
        plan.knots[factor] = [(0.0, plan.rng.uniform(-0.25, 0.25))]
    plan.knots["scale"] = [(0.0, plan.rng.choice(("major", "minor")))]
    plan.knots["dissonance"], plan.knots["drums"] = [(0.0, 0.0)], [(0.0, 0.0)]
    if name == "crescendo":
        plan.knots["dynamics"] = [(0.0, before), (middle - 10.0, before), (middle + 10.0, after)]
    elif name == "break":
        plan.silences = [(middle, middle + 3.0)]
    elif name in SLOPE_FACTORS:
        plan.knots[name] = [(0.0, before), (middle, before), (middle, after)]
    else:
        plan.knots[name] = [(0.0, before), (middle, after)]
    plan.changes = [{"factor": name, "time": middle, "before": before, "after": after}]
    return plan


def curves(plan, bars):
    """Factor curves as they sound (a bar holds its factors), targets and mask, at hop ends."""
    hops = int(plan.seconds / HOP)
    factors = {name: [] for name in ("mode", "bpm", *SLOPE_FACTORS, "dissonance", "drums")}
    mask, bar = [], 0
    for k in range(hops):
        time = (k + 1) * HOP - HOP / 2.0  # the hop's middle
        while bar + 1 < len(bars) and bars[bar + 1][0] <= time:
            bar += 1
        now = plan.at(bars[bar][0])
        now["dynamics"] = plan.at(time)["dynamics"]
        now["mode"] = MAJORNESS[now["scale"]]
        if plan.solo is not None:
            now["brightness"], now["drums"] = 0.0, 0.0
        for name, values in factors.items():
            values.append(now[name])
        mask.append(0.0 if plan.silent_until(time) else 1.0)
    return factors, *targets(factors, mask), mask


def targets(factors, mask):
    """Valence and arousal for factor curves."""
    heard = dict(factors)
    heard["dynamics"] = heard_dynamics(np.array(factors["dynamics"]), np.array(mask))
    valence, arousal = (
        sum(weight * np.array(heard[name]) for name, weight in w.items())
        for w in (VALENCE, AROUSAL)
    )
    sums = (UNIT * valence + VALENCE_MEAN, UNIT * arousal + AROUSAL_MEAN)
    return [0.95 * np.tanh(total / 0.95) for total in sums]


def heard_dynamics(dynamics, mask):
    """Half of the dynamics counts absolutely (it changes the timbre), half relative to the last
    minute."""
    kept = np.empty(len(dynamics))
    slow = total = 0.0
    for k, (level, sound) in enumerate(zip(dynamics, mask)):
        fade = np.exp(-HOP / MEMORY)
        slow, total = slow * fade + sound * level, total * fade + sound
        kept[k] = 0.5 * level + 0.5 * (level - slow / max(total, 1e-9))
    return kept


def make_piece(kind, index, folder):
    """Write one piece's audio and JSON, unless they are there (then only the targets are computed
    anew); return the audio's path.
    """
    audio = folder / f"{kind}{index:05d}.flac"
    facts = audio.with_suffix(".json")
    short = lambda values: [round(float(v), 4) for v in values]
    if audio.exists() and facts.exists():
        piece = json.loads(facts.read_text())
        valence, arousal = targets(piece["factors"], piece["mask"])
        write_json(facts, {**piece, "valence": short(valence), "arousal": short(arousal)})
        return audio
    plan = probe_plan(index) if kind == "probe" else Plan(index).randomise()
    composer = Composer(plan, index + 7)
    score = composer.write()
    soundfont = "timgm" if plan.rng.random() < 0.35 else "fluid"
    samples = render(score, plan.seconds, soundfont, reverb=plan.rng.random() < 0.7)
    soundfile.write(str(audio), samples, RENDER_RATE, subtype="PCM_16")
    factors, valence, arousal, mask = curves(plan, composer.bars)
    write_json(
        facts,
        {
            "audio": str(audio),
            "seconds": plan.seconds,
            "hop": HOP,
            "valence": short(valence),
            "arousal": short(arousal),
            "mask": short(mask),
            "factors": {name: short(values) for name, values in factors.items()},
            "changes": getattr(plan, "changes", []),
            "facts": {"seed": index, "solo": plan.solo, "soundfont": soundfont},
        },
    )
    return audio


def main(arguments):
    """See the module's docstring."""
    kind, count = arguments[0], int(arguments[1])
    first = int(arguments[2]) if len(arguments) > 2 else 0
    folder = work_folder("synth", kind)
    for index in Progress(range(first, first + count), f"synth {kind}"):
        make_piece(kind, index, folder)
    done = sorted(path for path in folder.glob("*.flac") if path.with_suffix(".json").exists())
    write_lines(folder.parent / f"{kind}.list", done)
    report(done)


def report(paths):
    """Print how the targets of a set are distributed."""
    values = {"valence": [], "arousal": []}
    within = {"valence": [], "arousal": []}
    hours = 0.0
    for path in paths:
        piece = json.loads(Path(path).with_suffix(".json").read_text())
        hours += piece["seconds"] / 3600.0
        for name in values:
            values[name].append(piece[name])
            within[name].append(np.std(piece[name]))
    flat = {name: np.concatenate([np.array(v) for v in lists]) for name, lists in values.items()}
    print(f"{len(paths)} pieces, {hours:.2f} h")
    for name in values:
        print(
            f"{name}: mean {flat[name].mean():.3f}, SD {flat[name].std():.3f}, SD within"
            f" {np.mean(within[name]):.3f}"
        )
    print(f"r(valence, arousal) = {np.corrcoef(flat['valence'], flat['arousal'])[0, 1]:.2f}")


if __name__ == "__main__":
    main(sys.argv[1:])
