# SPDX-License-Identifier: GPL-3.0-or-later
"""Sound joined from clips: medleys for training, and pieces that each test one thing.

All clips of one joined item come from one fold, so that a model that was trained without the fold
can be tested on it.

  medleys   passages of several collections one after the other; half of them return (A B A C ...)
  cuts      3 minutes of loud or calm music, then another piece (with a gap in half of them);
  `facts["piece"]` says which
  middles   a passage of a piece, read from the piece's beginning and from the passage's own;
  `facts["before"]` is the seconds between
  dips      a piece with 6 s of it 15 dB softer in its middle, and the same without
  bursts    a clip twice over with one thing 15 s into it: a pop, a second of feedback, one absurd
  sample; or on an integer's scale
  repeats   A B A and, as a control, C B A, of 12 s each
  jitter    clips of 30 s, extracted at ten start phases
  channels  stereo pieces as they are, with one side inverted, as one channel, as that channel
  twice, and once inverted

Every set is always the same one: it is drawn from a seed and from the collections that are there.
"""

from __future__ import annotations

import random
import sys

import numpy as np

from . import sources
from .sources import Item
from .workspace import work_folder

RATE = 32000
HOP = 0.5
FOLDS = tuple(f"fold{k}" for k in range(5))
# how often each is drawn from
MEDLEY_SOURCES = {"fourq": 4, "deam": 2, "emopia": 1, "ym2413": 1, "vgmidi": 1}
MEDLEYS = 60  # a fold
FORMS = ("ABAC", "ABCA", "ABCB", "ABAB", "ABCDE", "ABCDEF", "ABCD", "ABCDEFG")
BURSTS = ("none", "pop", "feedback", "sample", "integer")
BURST_AT = 15.0  # s
DIP_AT, DIP_S, DIP_DB = 24.0, 6.0, -15.0
CHANNELS = ("stereo", "inverted", "mono", "dual", "opposite")
CUT_S = 180.0  # s of the piece before
# pieces of a collection, s before the passage, s of the passage
MIDDLES = {"fourq": (40, 8.0, 21.0), "corpus": (40, 60.0, 32.0)}


class Joined(Item):
    """An item whose sound is put together when it is read."""

    def load(self, variant: int = 0):
        return self.facts["build"](self), float(RATE)


def sound_of(item: Item, begin: float = 0.0, seconds: float | None = None) -> np.ndarray:
    """A passage of a clip at RATE, its loudest sample at .5."""
    from scipy.signal import resample_poly

    mono, rate = sources.read_audio(item.path)
    mono = mono if mono.ndim == 1 else mono.mean(1)
    end = len(mono) if seconds is None else round((begin + seconds) * rate)
    mono = mono[round(begin * rate) : end]
    if rate != RATE:
        common = int(np.gcd(int(rate), RATE))
        mono = resample_poly(mono, RATE // common, int(rate) // common).astype(np.float32)
    return 0.5 * mono / max(np.abs(mono).max(initial=0.0), 1e-9)


def exactly(sound: np.ndarray, seconds: float) -> np.ndarray:
    """Cut or padded to a length."""
    wanted = round(seconds * RATE)
    return np.pad(sound[:wanted], (0, max(0, wanted - len(sound))))


def seconds_of(item: Item) -> float:
    import soundfile

    info = soundfile.info(str(item.path))
    return info.frames / info.samplerate


def by_fold(config, names) -> dict[str, dict[str, list[Item]]]:
    """{collection: {fold: clips}} of the collections that are there."""
    out = {}
    for name in names:
        for item in sources.load(name, config):
            out.setdefault(name, {}).setdefault(item.fold, []).append(item)
    return out


def build_parts(item: Joined) -> np.ndarray:
    """The sound of a medley: passages and gaps."""
    out = np.zeros(round(item.parts[-1][1] * RATE), np.float32)
    for begin, end, collection, clip in item.parts:
        part = (
            sound_of(item.facts["clips"][collection, clip], 0.0, end - begin)
            * item.facts["gain"][collection, clip]
        )
        out[round(begin * RATE) : round(begin * RATE) + len(part)] = part
    return out


def medley(rng: random.Random, fold: str, number: int, there) -> Joined | None:
    """One medley of a fold."""
    form = rng.choice(FORMS)
    names = [n for n in there if fold in there[n]]
    if not names:
        return None
    passages = {}
    for letter in sorted(set(form)):
        for _ in range(20):
            name = rng.choices(names, [MEDLEY_SOURCES[n] for n in names])[0]
            clip = rng.choice(there[name][fold])
            length = seconds_of(clip)
            if length >= 8.0:
                break
        passages[letter] = (name, clip, int(2 * min(length, rng.uniform(8.0, 30.0))) / 2)
    now, parts = 0.0, []
    for letter in form:
        name, clip, seconds = passages[letter]
        parts.append((now, now + seconds, name, clip.name))
        now += seconds + (rng.choice((0.5, 1.0, 2.0, 3.0)) if rng.random() < 0.25 else 0.0)
    clips = {(name, clip.name): clip for name, clip, _ in passages.values()}
    gain = {key: 10 ** (rng.uniform(-12, 0) / 20) for key in clips}
    return Joined(
        f"{fold}-{number:03d}",
        fold,
        work_folder(),
        f"{fold}-{number:03d}",
        parts=parts,
        facts={"form": form, "clips": clips, "gain": gain, "build": build_parts},
    )


def medleys(config) -> list[Item]:
    there = by_fold(config, MEDLEY_SOURCES)
    rng = random.Random(1)
    return [medley(rng, fold, k, there) for fold in FOLDS for k in range(MEDLEYS)] if there else []


def build_cut(item: Joined) -> np.ndarray:
    """The music before, the gap, and the piece."""
    parts = [exactly(sound_of(clip), 30.0) * 0.8 for clip in item.facts["before"]]
    gap = [np.zeros(round(item.facts["gap"] * RATE), np.float32)]
    return np.concatenate(
        ([*parts, *gap] if parts else []) + [exactly(sound_of(item.facts["clip"]), 45.0)]
    )


def cuts(config) -> list[Item]:
    """Per piece three items: from a cold start, after loud music, after calm music."""
    there = by_fold(config, ("fourq", "whole", "vgmidi", "emopia"))
    if "fourq" not in there:
        return []
    rng, out = random.Random(2), []
    for fold in FOLDS:
        pieces = list(there.get("whole", {}).get(fold, []))
        for name in ("vgmidi", "emopia"):
            long = [i for i in there.get(name, {}).get(fold, []) if seconds_of(i) >= 39.0]
            pieces += rng.sample(long, min(2, len(long)))
        for piece in pieces[:6]:
            for kind, quadrants in (("cold", ()), ("loud", (1, 2)), ("calm", (3, 4))):
                pool = [i for i in there["fourq"][fold] if i.quadrant in quadrants]
                facts = {
                    "piece": piece.name,
                    "kind": kind,
                    "clip": piece,
                    "gap": 2.0 * (len(out) % 2) if kind != "cold" else 0.0,
                    "build": build_cut,
                }
                facts["before"] = rng.sample(pool, int(CUT_S / 30)) if quadrants else []
                facts["begin"] = (CUT_S + facts["gap"]) if quadrants else 0.0
                out.append(
                    Joined(f"{piece.name}-{kind}", fold, work_folder(), piece.name, facts=facts)
                )
    return out


def build_middle(item: Joined) -> np.ndarray:
    facts = item.facts
    sound = sound_of(facts["clip"], 0.0, facts["before"] + facts["seconds"])
    return sound[round(facts["before"] * RATE) :] if facts["kind"] == "middle" else sound


def middles(config) -> list[Item]:
    """Per piece two items: from its beginning, and from its middle on."""
    rng, out = random.Random(8), []
    for name, (count, before, seconds) in MIDDLES.items():
        clips = sources.load(name, config)
        long = [i for i in clips if seconds_of(i) >= before + seconds]
        for clip in rng.sample(long, min(count, len(long))):
            facts = {"from": name, "before": before, "seconds": seconds, "clip": clip}
            for kind in ("whole", "middle"):
                own = {**facts, "kind": kind, "build": build_middle}
                stem = f"{name}-{clip.name}-{kind}"
                out.append(Joined(stem, clip.fold, work_folder(), clip.name, facts=own))
    return out


def build_dip(item: Joined) -> np.ndarray:
    sound = exactly(sound_of(item.facts["clip"]), 45.0)
    if item.facts["kind"] == "dip":
        sound[round(DIP_AT * RATE) : round((DIP_AT + DIP_S) * RATE)] *= 10 ** (DIP_DB / 20)
    return sound


def dips(config) -> list[Item]:
    rng, out = random.Random(3), []
    for name, folds in by_fold(config, ("vgmidi", "emopia", "whole")).items():
        for fold, clips in folds.items():
            long = [i for i in clips if seconds_of(i) >= 39.0]
            for clip in rng.sample(long, min(2, len(long))):
                for kind in ("plain", "dip"):
                    out.append(
                        Joined(
                            f"{clip.name}-{kind}",
                            fold,
                            work_folder(),
                            clip.name,
                            facts={"kind": kind, "clip": clip, "build": build_dip},
                        )
                    )
    return out


def build_burst(item: Joined) -> np.ndarray:
    sound = exactly(sound_of(item.facts["clip"]), 30.0)
    sound, at = np.concatenate([sound, sound]) * 0.3, round(BURST_AT * RATE)
    kind = item.facts["kind"]
    if kind == "pop":
        sound *= 0.1  # on quiet music
        sound[at : at + 320] += 0.9 * np.hanning(320).astype(np.float32)
    elif kind == "feedback":
        sound[at : at + RATE] += 10.0 * np.sin(2 * np.pi * 2500 * np.arange(RATE) / RATE).astype(
            np.float32
        )
    elif kind == "sample":
        sound[at] = 1000.0
    elif kind == "integer":
        sound = sound * 32768
    return sound.astype(np.float32)


def bursts(config) -> list[Item]:
    rng, out = random.Random(4), []
    for fold, clips in by_fold(config, ("fourq",)).get("fourq", {}).items():
        for clip in rng.sample(clips, 4):
            out += [
                Joined(
                    f"{clip.name}-{kind}",
                    fold,
                    work_folder(),
                    clip.name,
                    facts={"kind": kind, "clip": clip, "build": build_burst},
                )
                for kind in BURSTS
            ]
    return out


def build_repeat(item: Joined) -> np.ndarray:
    return np.concatenate(
        [exactly(sound_of(clip, at), 12.0) for clip, at in item.facts["passages"]]
    )


def repeats(config) -> list[Item]:
    """A B A and C B A, a pair each; passages of three clips."""
    rng, out = random.Random(5), []
    for fold, clips in by_fold(config, ("fourq",)).get("fourq", {}).items():
        for number in range(12):
            a, b, c = ((clip, rng.uniform(0.0, 16.0)) for clip in rng.sample(clips, 3))
            for kind, passages in (("ABA", (a, b, a)), ("CBA", (c, b, a))):
                out.append(
                    Joined(
                        f"{fold}-{number}-{kind}",
                        fold,
                        work_folder(),
                        f"{fold}-{number}",
                        facts={"kind": kind, "passages": passages, "build": build_repeat},
                    )
                )
    return out


def build_clip(item: Joined) -> np.ndarray:
    return sound_of(item.facts["clip"], 0.0, 30.5)


def jitter(config) -> list[Item]:
    rng, out = random.Random(6), []
    for name, count in (("fourq", 5), ("vgmidi", 2), ("emopia", 1)):
        for fold, clips in by_fold(config, (name,)).get(name, {}).items():
            for clip in rng.sample(clips, min(count, len(clips))):
                out.append(
                    Joined(
                        f"{name}-{clip.name}",
                        fold,
                        work_folder(),
                        clip.name,
                        facts={"clip": clip, "build": build_clip},
                    )
                )
    return out


def build_channels(item: Joined) -> np.ndarray:
    import soundfile
    from scipy.signal import resample_poly

    path = str(item.facts["clip"].path)
    rate = soundfile.info(path).samplerate
    sound = soundfile.read(path, 30 * rate, 30 * rate, dtype="float32", always_2d=True)[0]
    common = int(np.gcd(int(rate), RATE))
    sound = resample_poly(sound, RATE // common, int(rate) // common).astype(np.float32)
    sound = 0.4 * sound / max(np.abs(sound).max(initial=0.0), 1e-9)
    mono, kind = sound.mean(1), item.facts["kind"]
    return {
        "stereo": sound,
        "inverted": sound * [1, -1],
        "mono": mono,
        "dual": np.stack([mono, mono], 1),
        "opposite": np.stack([mono, -mono], 1),
    }[kind].astype(np.float32)


def channels(config) -> list[Item]:
    """Twenty stereo pieces of the free corpus, half a minute of each."""
    import soundfile

    there = [
        i
        for i in sources.load("corpus", config)
        if (info := soundfile.info(str(i.path))).channels == 2
        and info.frames > 65 * info.samplerate
    ]
    chosen = random.Random(7).sample(there, min(20, len(there)))
    return [
        Joined(
            f"{c.name}-{kind}",
            "any",
            work_folder(),
            c.name,
            facts={"kind": kind, "clip": c, "build": build_channels},
        )
        for c in chosen
        for kind in CHANNELS
    ]


SETS = {
    "medleys": medleys,
    "cuts": cuts,
    "middles": middles,
    "dips": dips,
    "bursts": bursts,
    "repeats": repeats,
    "jitter": jitter,
    "channels": channels,
}


def items(name: str, config) -> list[Item]:
    """A joined set's items; [] and a message without its collections."""
    out = [item for item in SETS[name](config) if item is not None]
    if not out:
        print(f"{name}: skipped, none of the collections it is made of is there", file=sys.stderr)
    return out
