# SPDX-License-Identifier: GPL-3.0-or-later
"""Cross-validation and final training of one configuration."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from . import metrics
from .loop import Stack, fit_member, moments, normalise, predict_many
from .sets import CUES, Material, step_inputs
from .workspace import work_folder

FOLDS = [f"fold{i}" for i in range(5)]
SCORED = slice(3, 20)  # hops that end at song time 32.0 .. 40.0


def group_slices(config: dict, n_mel: int, n_code: int) -> dict[str, slice]:
    """Where each input group lies in the step's vector."""
    widths = {"code": n_code, "cues": len(config["model"].get("cues", CUES)), "chroma": 12, "semitones": 72, "melstats": 2 * n_mel}
    out, at = {}, 0
    for name in config["model"]["inputs"]:
        out[name] = slice(at, at + widths[name])
        at += widths[name]
    return out


class Inputs:
    """Raw input matrices of every pack, and their normalisation from given training rows."""

    def __init__(self, material: Material, config: dict, codes: dict[str, np.ndarray] | None = None):
        self.config, self.material = config, material
        self.cues = config["model"].get("cues", CUES)
        codes = codes or {}
        n_code = next(iter(codes.values())).shape[1] if codes else 0
        self.groups = group_slices(config, config["frontend"]["n_mel"], n_code)
        self.raw = {
            name: step_inputs(pack, config["model"]["inputs"], self.cues, codes.get(name))
            for name, pack in material.packs.items()
        }
        self.n = next(iter(self.raw.values())).shape[1]

    def fit(self, sequences) -> tuple[np.ndarray, np.ndarray]:
        return moments([self.raw[s.pack][s.rows] for s in sequences])

    def normalised(self, mean, std, packs=None) -> dict[str, np.ndarray]:
        return {k: normalise(v, mean, std) for k, v in self.raw.items() if packs is None or k in packs}


def train_on(material: Material, inputs: Inputs, config: dict, keep, seed: int, members: int, log=None, prepare=None, fold=None, **more):
    """Train ``members`` members on the excerpts, set lists and extras that ``keep(fold)`` allows.

    ``prepare(mean, std)`` may return keyword arguments for ``fit_member`` (pretrained weights).
    """
    share = config["train"].get("soft", 0.0)
    own_plain = [s for s in material.excerpts if keep(s.fold)]
    own = soften(own_plain, share, fold)
    # Set lists too: in 10 s from a cold start the levels against the last minute hardly vary.
    mean, std = inputs.fit(own + [s for s in material.setlists if keep(s.fold)])
    labels = np.concatenate([s.targets for s in own])
    labels = labels[np.isfinite(labels).all(1)]
    moments_ = (labels.mean(0).tolist(), labels.std(0).tolist(), float(np.corrcoef(labels.T)[0, 1]))
    config = {**config, "train": {**config["train"], "label_moments": moments_}}
    x = inputs.normalised(mean, std)
    stacks = [Stack(own, x, aux=more.get("aux"))]
    everything = soften(
        own_plain + [s for s in material.setlists + material.extra if s.fold == "any" or keep(s.fold)], share, fold
    )[len(own_plain) :]
    lists = [s for s in everything if s.pack == "setlists"]
    if lists and config["train"].get("setlist_weight", 1.0) > 0:
        stacks.append(Stack(lists, x, config["train"].get("setlist_weight", 1.0), aux=more.get("aux")))
    kinds: dict[str, list] = {}
    for s in everything:
        if s.pack != "setlists":
            kinds.setdefault(s.kind or s.pack, []).append(s)
    for kind, sequences in kinds.items():
        weight = config["train"].get("weights", {}).get(kind, 1.0)
        if weight > 0:
            stacks.append(Stack(sequences, x, weight, aux=more.get("aux")))
    extra = prepare(mean, std) if prepare else {}
    trained = [
        fit_member(stacks, inputs.n, config["model"]["temporal"], config["train"], seed + 1000 * i, inputs.groups, std, log=log, **{**extra, **{k: v for k, v in more.items() if k in ("n_aux", "aux_weight", "init")}})
        for i in range(members)
    ]
    return trained, mean, std


def soften(sequences, share: float, fold: int | None):
    """Labels mixed with the teacher's soft labels (label smoothing by what a big network heard).

    ``fold``: the held-out fold, whose soft labels were fitted without it; None takes the mean over
    all five.  The teacher's zero is 0 for every campaign, so the campaign's mean is added.
    """
    path = work_folder("teacher") / "deam-targets.npz"
    if share <= 0:
        return sequences
    if not path.exists():
        raise SystemExit(f"{path} has not been made (DATA.md, the teacher): the configuration asks for soft labels")
    table = np.load(path)
    soft = table["soft"].astype(np.float32)
    soft = soft.mean(1) if fold is None else soft[:, fold]
    mean = {n: soft[table["index"] == i].mean(0) for i, n in enumerate(table["names"])}
    rated = [s for s in sequences if s.kind == "" and s.pack == "deam" and s.fold != f"fold{fold}"]
    zero = [np.nanmean(np.concatenate([s.targets for s in rated if s.campaign[0] == c] or [np.zeros((1, 2))]), 0) for c in range(3)]
    out = []
    for s in sequences:
        targets = s.targets.copy()
        for song in np.unique(s.segment[s.segment >= 0]):
            if str(song) in mean:
                here = s.segment == song
                c = int(s.campaign[here][0])
                if c >= 0:
                    targets[here] = (1 - share) * targets[here] + share * (mean[str(song)] + zero[c])
        out.append(replace(s, targets=targets))
    return out


def scored(sequences, predictions: np.ndarray):
    """Flat predictions, targets, song ids and campaigns of the scored points."""
    p = predictions[:, SCORED].reshape(-1, 2)
    t = np.stack([s.targets[SCORED] for s in sequences]).reshape(-1, 2)
    song = np.concatenate([s.segment[SCORED] for s in sequences])
    campaign = np.concatenate([s.campaign[SCORED] for s in sequences])
    ok = np.isfinite(t).all(1)
    return p[ok], t[ok], song[ok], campaign[ok]


def cross_validate(material: Material, inputs: Inputs, config: dict, members: int = 1, folds=FOLDS, **more):
    """-> predictions and truths of all scored points of the held-out folds."""
    parts = []
    for fold in folds:
        test = [s for s in material.excerpts if s.fold == fold]
        trained, mean, std = train_on(
            material, inputs, config, lambda f: f.startswith("fold") and f != fold, config["train"]["seed"], members, fold=int(fold[-1]), **more
        )
        x = inputs.normalised(mean, std, {"deam"})
        parts.append(scored(test, predict_many(trained, test, x)))
    return [np.concatenate(a) for a in zip(*parts)]


def headline(p, t, song, campaign) -> str:
    """A line of the figures that matter, arousal / valence."""
    out = []
    for axis, name in ((1, "A"), (0, "V")):
        f = metrics.pooled(p[:, axis], t[:, axis])
        dev = metrics.deviation_r(p[:, axis], t[:, axis], song)
        mp, mt = metrics.song_means(p[:, axis], t[:, axis], song)
        keep = (song > 1000) & (song <= 2000)
        kp, kt = metrics.song_means(p[keep, axis], t[keep, axis], song[keep])
        out.append(
            f"{name}: ccc {f['ccc']:.3f} r {f['r']:.3f} rmse {f['rmse']:.3f} sd {f['sd_ratio']:.2f} "
            f"dev {dev:.2f} mean-r {metrics.pearson(mp, mt):.3f} 2014 {metrics.pearson(kp, kt):.3f}"
        )
    return " | ".join(out)
