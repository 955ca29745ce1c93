# SPDX-License-Identifier: GPL-3.0-or-later
"""The detector of new pieces (inference/change.h): its projection and its threshold.

    python3 -m circumplex_train.change MODEL...     fit, and put both into model files

The projection is a linear discriminant analysis of means over 2 s: pieces far apart, moments of
one piece close.  The threshold is the lowest with at most ``ALARMS`` detections a minute within
long pieces.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from .features import CUES

HOPS, MEMORY, LEAST, GROUPS, FLOOR = 4, 96, 32, 16, 0.5  # as in inference/change.h and change.c
DIMENSIONS = 12
ALARMS = 0.35  # a minute
GAP = 0.5  # the threshold's factor after a gap
SETTLING = 4  # hops at a piece's begin that are not used
QUIET = -30.0  # LU
NAMES = (
    "flux flux_bass flux_low flux_mid flux_high centroid spectral_spread rolloff flatness"
    " bass_share contrast register tonalness roughness"
).split()


def features(mel: np.ndarray, cues: np.ndarray, chroma: np.ndarray) -> np.ndarray:
    """[T, 58] of a piece's sounding hops: mel [T, 25, n_mel], cues [T, all], chroma [T, 12]."""
    mel = np.asarray(mel, np.float32)
    edges = [g * mel.shape[2] // GROUPS for g in range(GROUPS + 1)]

    def grouped(x):
        return np.stack([x[:, a:b].mean(1) for a, b in zip(edges, edges[1:])], 1)

    levels = grouped(mel.mean(1))
    levels -= levels.mean(1, keepdims=True)
    named = cues[:, [CUES.index(n) for n in NAMES]]
    return np.concatenate([levels, grouped(mel.std(1)), np.sqrt(chroma), named], 1)


def project(pieces: list[np.ndarray]) -> np.ndarray:
    """[DIMENSIONS, 58]; within a piece, means over HOPS hops have unit variance."""
    means, within = [], []
    for x in pieces:
        x = x[SETTLING:]
        if len(x) < 2 * HOPS:
            continue
        means.append(x.mean(0))
        within += [x[i : i + HOPS].mean(0) - means[-1] for i in range(0, len(x) - HOPS, HOPS)]
    w = np.cov(np.array(within).T) * 1.2
    w += 0.1 * np.diag(np.diag(w))
    root = np.linalg.inv(np.linalg.cholesky(w))
    _, vectors = np.linalg.eigh(root @ np.cov(np.array(means).T) @ root.T)
    return (vectors[:, ::-1][:, :DIMENSIONS].T @ root).astype(np.float32)


def novelty(z: np.ndarray) -> np.ndarray:
    """[T] the value that change.c compares with the threshold; nan if there are too few hops."""
    out = np.full(len(z), np.nan)
    if len(z) < HOPS + LEAST:
        return out
    sums = np.concatenate([np.zeros((1, z.shape[1])), np.cumsum(z, 0)])
    blocks = (sums[HOPS:] - sums[:-HOPS]) / HOPS  # [j]: hops j .. j + HOPS - 1
    for t in range(HOPS + LEAST, len(z) + 1):
        old = blocks[np.arange(t - 2 * HOPS, max(0, t - HOPS - MEMORY) - 1, -(HOPS // 2))]
        newest = [blocks[t - HOPS], *z[t - HOPS : t]]  # each hop must be as far: not just a burst
        nearest = min(((x - old) ** 2).mean(1).min() for x in newest)
        out[t - 1] = nearest / (old.var(0).mean() + FLOOR)
    return out


def alarms(curves: list[np.ndarray], threshold: float) -> float:
    """Detections a minute."""
    found = hops = 0
    for curve in curves:
        t, hops = 0, hops + len(curve)
        while t < len(curve):
            hit = curve[t] > threshold
            found, t = found + hit, t + (HOPS + LEAST if hit else 1)
    return found / max(1, hops) * 120


def fit(clips: list[np.ndarray], whole: list[np.ndarray]) -> tuple[np.ndarray, float]:
    """features() of short pieces, and of long ones that are one each -> projection, threshold."""
    weight = project(clips)
    curves = [novelty(x @ weight.T) for x in whole]
    for threshold in np.geomspace(0.5, 30, 200):
        if alarms(curves, threshold) <= ALARMS:
            return weight, round(float(threshold), 2)
    raise ValueError("no threshold keeps the alarms rare: the long pieces are not one piece each")


def heard_features(pack, piece: str) -> tuple[np.ndarray, np.ndarray]:
    """features() of a piece's hops, and which of them the detector uses."""
    rows = pack.rows(piece)
    mel, cues, chroma = (pack.arrays[k][rows] for k in ("mel", "cues", "chroma"))
    level = cues[:, CUES.index("loudness_momentary")]
    return features(mel, cues, chroma), ~pack.arrays["silent"][rows] & (level >= QUIET)


def from_packs(config) -> tuple[np.ndarray, float]:
    """fit() on 4Q's clips and the free corpus's pieces.  As in the engine, each hop's features are
    averaged with those of the hop that ended .2 s before: p2's hops, and p0's before them.
    """
    from . import packs

    def pieces(name):
        collection = packs.load(name, config, ("p0", "p2"))
        newest, before = collection.pack("p2"), collection.pack("p0")
        out = []
        for piece in newest.names:
            (x, heard), (other, also) = (heard_features(p, piece) for p in (newest, before))
            also = also[: len(x)]
            x[also] = (x[also] + other[: len(x)][also]) / 2
            out.append(x[heard])
        return out

    return fit(pieces("fourq"), [x for x in pieces("corpus") if len(x) >= 160])


def describe(threshold: float) -> dict:
    """The "change" object of a model file."""
    return {"threshold": threshold, "gap": GAP}


def put(path: Path, weight: np.ndarray, threshold: float) -> None:
    """Write both into a model file."""
    from .export import write_safetensors

    blob = path.read_bytes()
    size = int.from_bytes(blob[:8], "little")
    header = json.loads(blob[8 : 8 + size])
    metadata = header.pop("__metadata__")
    data = blob[8 + size :]
    tensors = {
        k: np.frombuffer(data[slice(*h["data_offsets"])], "<f4").reshape(h["shape"])
        for k, h in header.items()
    }
    config = json.loads(metadata["circumplex"])
    config["change"] = describe(threshold)
    metadata["circumplex"] = json.dumps(config, ensure_ascii=False)
    write_safetensors(path, {**tensors, "change.weight": weight}, metadata)


def main() -> None:
    from . import config

    weight, threshold = from_packs(config.load("default"))
    print(f"threshold {threshold:.2f} for {ALARMS} alarms a minute")
    for path in sys.argv[1:]:
        put(Path(path), weight, threshold)


if __name__ == "__main__":
    main()
