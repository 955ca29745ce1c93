# SPDX-License-Identifier: GPL-3.0-or-later
"""Soft labels for the net: readings of a linear model of whole clips, for clips with labels and for
music without any.

The tutor is a ridge on MusiCNN's features (teacher.py) and on statistics of cues and mel bands over
the whole clip, fitted on the quadrants of one run's training folds.  It reads better than the net
from as few labelled clips, but only a whole clip, and MusiCNN is too large to run live: so it
teaches.  A labelled clip is read by a tutor that was not taught on its fold.  4Q's tutor also reads
DEAM's excerpts and windows of 30 s of the free corpus; EMOPIA and YM2413 have tutors of their own,
on the cues alone.

Kept in the work folder: tutor/<collection>.npz, per clip or window the mean of MusiCNN's features
(msd) over some patches.
"""

from __future__ import annotations

import subprocess
import sys

import numpy as np

from .judged import SKIP
from .sets import melstats
from .sources import QUADRANTS
from .workspace import Progress, work_folder

MODEL = "msd"
EVERY = {"fourq": 12.0, "deam": 5.0}  # s between patches, laid back from the clip's end
WINDOW = 60  # hops of a window of the corpus; its patch lies in the middle
AT = 14.0  # s from a window's start to its patch
# weight of a MusiCNN feature against a cue's; standardised values are held within +- REACH
HEARD_SHARE, REACH = 0.5, 4.0
RIDGE = {"fourq": 500.0, "emopia": 60.0, "ym2413": 200.0}
READS = {"fourq": ("deam", "corpus")}  # what a collection's tutor reads besides its own
FROM_BANDS = 20  # cosine coefficients over the mel bands


def windows(pack, rows: slice) -> list[slice]:
    """Windows of WINDOW hops with sound."""
    starts = range(rows.start, rows.stop - WINDOW + 1, WINDOW)
    silent = np.asarray(pack.arrays["silent"])
    return [slice(s, s + WINDOW) for s in starts if silent[s : s + WINDOW].mean() < 0.05]


def parts(name: str, pack) -> dict[str, slice]:
    """{key: rows}: the clips of a collection, or the windows of the corpus."""
    if name == "corpus":
        return {
            f"{n}@{w.start - pack.rows(n).start}": w
            for n in pack.names
            for w in windows(pack, pack.rows(n))
        }
    return {
        n: pack.rows(n) for n in pack.names if pack.rows(n).stop - pack.rows(n).start > 2 * SKIP
    }


def statistics(cues: np.ndarray, mel: np.ndarray) -> np.ndarray:
    """Means and spreads of a clip's cues [T, n] and of its melstats' [T, 2 n_mel] cosine
    coefficients.
    """
    from scipy.fft import dct

    cues, mel, bands = (
        cues[min(SKIP, len(cues) - 1) :],
        mel[min(SKIP, len(mel) - 1) :],
        mel.shape[1] // 2,
    )
    coefficients = dct(mel[:, :bands], norm="ortho", axis=1)[:, :FROM_BANDS]
    inside = dct(mel[:, bands:].mean(0), norm="ortho")[: FROM_BANDS // 2]
    return np.concatenate(
        [cues.mean(0), cues.std(0), coefficients.mean(0), coefficients.std(0), inside]
    )


def heard(name: str, collection, keys) -> dict[str, np.ndarray]:
    """MusiCNN's features of each clip or window; {} and a message without its weights.  Stored in
    the work folder.
    """
    path = work_folder("tutor") / f"{name}.npz"
    if not path.exists():
        try:
            found = listen(name, collection, keys)
        except (OSError, subprocess.CalledProcessError) as error:
            print(
                f"tutor: MusiCNN's weights could not be had ({error}); it reads by the cues alone",
                file=sys.stderr,
            )
            return {}
        np.savez(path, **found)
    with np.load(path) as file:
        return {k: file[k].astype(np.float32) for k in file.files}


def listen(name: str, collection, keys) -> dict[str, np.ndarray]:
    """The mean of MusiCNN's features over the patches of each clip or window, float16."""
    import torch
    from scipy.signal import resample_poly

    from . import teacher

    net, out = teacher.MusiCNN(teacher.load_weights(MODEL)), {}
    per_frame = teacher.RATE / teacher.FFT_HOP
    for item in Progress(list(collection.items.values()), f"MusiCNN hears {name}"):
        own = [k for k in keys if k.rsplit("@", 1)[0] == item.name]
        if not own:
            continue
        sound, rate = item.load()
        sound = sound if sound.ndim == 1 else sound.mean(1)
        common = int(np.gcd(int(rate), teacher.RATE))
        frames = teacher.spectrogram(
            resample_poly(sound, teacher.RATE // common, int(rate) // common)
        )
        last = len(frames) - teacher.PATCH
        for key in own:
            if "@" in key:
                starts = [round((0.5 * int(key.rsplit("@", 1)[1]) + AT) * per_frame)]
            else:
                starts = list(range(last, -1, -round(EVERY[name] * per_frame)))
            patches = [frames[s : s + teacher.PATCH] for s in starts if 0 <= s <= last]
            if patches:
                out[key] = (
                    torch.cat(net(torch.from_numpy(np.stack(patches))), 1)
                    .mean(0)
                    .numpy()
                    .astype(np.float16)
                )
    return out


def ridge(x: np.ndarray, y: np.ndarray, strength: float):
    """-> predict(x) [n, 2]; the dual form, since there are fewer clips than features."""
    middle = y.mean(0)
    weight = x.T @ np.linalg.solve(x @ x.T + strength * np.eye(len(x)), y - middle)
    return lambda rows: rows @ weight + middle


def leaning(read: np.ndarray, wanted: float = -0.1) -> np.ndarray:
    """[2, 2] that adds to valence the share of arousal with which they have r = ``wanted``: because
    it separates the classes, a ridge's valence falls as arousal rises, unlike the listeners'."""
    v, a = (read - read.mean(0)).T
    apart = v - (v @ a) / (a @ a) * a
    share = wanted / np.sqrt(1 - wanted**2) * apart.std() / a.std() - (v @ a) / (a @ a)
    return np.array([[1.0, 0.0], [share, 1.0]])


class Tutor:
    """Features of every clip and window; soft labels for one choice of training folds."""

    def __init__(self, material, inputs):
        self.material, cues = material, inputs.groups["cues"]
        names = [
            n for n in (*RIDGE, *(m for own in READS.values() for m in own)) if n in material.clips
        ]
        self.statistics, self.heard = {}, {}
        for name in names:
            key, pack = f"{name}/p0", material.collections[name].pack("p0")
            mel, raw, own = melstats(pack.arrays["mel"]), inputs.of(key)[:, cues], parts(name, pack)
            self.statistics[name] = {k: statistics(raw[rows], mel[rows]) for k, rows in own.items()}
            if name in READS or any(name in r for r in READS.values()):
                self.heard[name] = heard(name, material.collections[name], list(own))
        self.rows = {name: parts(name, material.collections[name].pack("p0")) for name in names}

    def features(self, name: str, keys: list[str], scale) -> np.ndarray:
        """[n, F] standardised by ``scale`` (means and spreads of the tutor's own collection)."""
        tables = [
            (np.array([t[name][k] for k in keys]), *own)
            for t, own in zip((self.statistics, self.heard), scale)
        ]
        return np.concatenate(
            [
                share * np.clip((x - mean) / spread, -REACH, REACH)
                for (x, mean, spread), share in zip(tables, (1.0, HEARD_SHARE))
            ],
            1,
        )

    def targets(self, keep) -> dict[str, dict[str, np.ndarray]]:
        """{collection: {clip or window: [2]}}, in SD of the readings of the first collection's
        clips; 0 is the middle of the quadrants.
        """
        out: dict[str, dict[str, np.ndarray]] = {}
        unit = None
        for name in [n for n in RIDGE if n in self.statistics]:
            items = self.material.collections[name].items
            known = [t[name] for t in (self.statistics, self.heard) if t.get(name)]
            usable = lambda n, count=len(known): [
                k for k in self.statistics[n] if count == 1 or k in self.heard.get(n, {})
            ]
            scale = [
                (v.mean(0), v.std(0) + 1e-3) for v in (np.array(list(t.values())) for t in known)
            ]
            keys = [k for k in usable(name) if items[k].quadrant and keep(items[k].fold)]
            if len(keys) < 40:
                continue
            x, fold = self.features(name, keys, scale), np.array([items[k].fold for k in keys])
            y = np.array([QUADRANTS[items[k].quadrant] for k in keys], float)
            read = np.zeros_like(y)
            for f in sorted(set(fold)):
                other = fold != f if (fold != f).any() else fold == f
                read[fold == f] = ridge(x[other], y[other], RIDGE[name])(x[fold == f])
            everything, lean = ridge(x, y, RIDGE[name]), leaning(read)
            # one for all: a tutor that knows less says less
            unit = (read @ lean).std(0) if unit is None else unit
            out[name] = dict(zip(keys, np.clip(read @ lean / unit, -3, 3).astype(np.float32)))
            for n in [n for n in READS.get(name, ()) if n in self.statistics and usable(n)]:
                own = usable(n)
                out[n] = dict(
                    zip(
                        own,
                        np.clip(
                            everything(self.features(n, own, scale)) @ lean / unit, -3, 3
                        ).astype(np.float32),
                    )
                )
        return out
