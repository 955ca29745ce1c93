# SPDX-License-Identifier: GPL-3.0-or-later
"""Targets for distillation out of what the teacher heard: compact features and soft labels.

For each set that teacher.py has described, below the work folder:
  teacher/<set>-targets.npz
    names [F]          stems of the files
    index [n], end [n] which file a patch belongs to, and its end in seconds
    code [n, 64]       whitened principal components of the pooled features (both models), float16
    soft [n, 5, 2]     valence, arousal by a ridge on the pooled features; column k was fitted
                       without fold k, for use in the model that is tested on fold k
Labels are centred by campaign before the fit, so `soft` is about a zero of 0.

The components are fitted on the DEAM fold excerpts without their labels.

Run: python3 -m circumplex_train.distil DEAM SET [SET ...]   (after the teacher has done set `deam`)
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from .augment import FOLDS
from .data import load_deam
from .workspace import Progress, work_folder

COMPONENTS = 64
RIDGE = 3000.0  # for standardised features; near the best in cross-validation over decades


def pooled(product):
    """[patches, 3012] pooled features of both models."""
    return np.concatenate([product["mtt_pool"], product["msd_pool"]], 1).astype(np.float32)


def gather(name):
    """Stems, file index, patch ends and pooled features of a set."""
    paths = [p for p in sorted(work_folder("teacher", name).glob("*.npz")) if ".partial" not in p.name]
    index, ends, features = [], [], []
    for number, path in enumerate(Progress(paths, f"read {name}")):
        with np.load(path) as product:
            features.append(pooled(product))
            ends.append(product["end"])
        index.append(np.full(len(ends[-1]), number, np.int32))
    if not paths:
        raise SystemExit(f"teacher.py has not described the set {name!r} yet")
    return [p.stem for p in paths], np.concatenate(index), np.concatenate(ends), np.concatenate(features)


class Reader:
    """Standardisation, principal components, and a ridge for each left-out fold."""

    def __init__(self, songs, names, index, features):
        by_name = {str(song.song_id): song for song in songs}
        used = [k for k, name in enumerate(names) if name in by_name]
        mean = np.stack([features[index == k].mean(0) for k in used])
        chosen = [by_name[names[k]] for k in used]
        self.mean, self.scale = mean.mean(0), mean.std(0) + 1e-6
        x = (mean - self.mean) / self.scale
        _, spread, axes = np.linalg.svd(x, full_matrices=False)
        self.axes = axes[:COMPONENTS].T / (spread[:COMPONENTS] / np.sqrt(len(x)))
        y = np.array([np.mean([v for t, v in song.labels.items() if t >= 32.0 and t <= 40.0], 0) for song in chosen])
        campaign = np.array([song.campaign for song in chosen])
        for name in set(campaign):
            y[campaign == name] -= y[campaign == name].mean(0)
        fold = np.array([song.split for song in chosen])
        self.ridges, held = [], np.zeros_like(y)
        for k, name in enumerate(FOLDS):
            train = fold != name
            gram = x[train] @ x[train].T + RIDGE * np.eye(train.sum())
            middle = y[train].mean(0)
            weight = x[train].T @ np.linalg.solve(gram, y[train] - middle)
            self.ridges.append((weight.astype(np.float32), middle.astype(np.float32)))
            held[~train] = x[~train] @ weight + middle
        self.agreement = [np.corrcoef(held[:, k], y[:, k])[0, 1] for k in range(2)]

    def read(self, features):
        """Codes [n, 64] and soft labels [n, 5, 2]."""
        codes, soft = [], []
        for start in range(0, len(features), 4096):
            x = (features[start : start + 4096] - self.mean) / self.scale
            codes.append((x @ self.axes).astype(np.float16))
            soft.append(np.stack([x @ weight + middle for weight, middle in self.ridges], 1))
        return np.concatenate(codes), np.concatenate(soft).astype(np.float32)


def main(arguments):
    """See the module's docstring."""
    songs = [song for song in load_deam(Path(arguments[0])) if song.split in FOLDS and song.labels]
    names, index, ends, features = gather("deam")
    reader = Reader(songs, names, index, features)
    print("held-out excerpt means, campaigns centred: valence r {:.3f}, arousal r {:.3f}".format(*reader.agreement))
    for name in arguments[1:]:
        if name != "deam":
            names, index, ends, features = gather(name)
        code, soft = reader.read(features)
        out = work_folder("teacher") / f"{name}-targets.npz"
        np.savez(out, names=np.array(names), index=index, end=ends, code=code, soft=soft)
        print(f"{out}: {len(names)} files, {len(code)} patches")


if __name__ == "__main__":
    main(sys.argv[1:])
