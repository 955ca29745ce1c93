# SPDX-License-Identifier: GPL-3.0-or-later
"""Confidence: is this a music mix, and how often is such a reading right?

A small net on what the model file's ``confidence_inputs`` name: reconstruction error, distance, the
step's input, its running mean, and the reading with its spreads.  It is trained on music against
sounds that are no music mix (``negatives/train``), where the target for music of known quadrant is
how near a held-out reading is to the right one, and narrow bandwidths count for less.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from .nets import Layers

NAMES = ["error", "distance", "x", "slow", "reading"]
MEMORY = 10  # hops of the running mean
NO_MUSIC = 0.03


def slow(x: np.ndarray, memory: int = MEMORY) -> np.ndarray:
    """Running mean of a recording's inputs [T, n], as the engine makes it."""
    out, state = np.empty_like(x), np.zeros(x.shape[1], np.float32)
    for t in range(len(x)):
        state = state + (x[t] - state) / np.float32(min(t + 1, memory))
        out[t] = state
    return out


def inputs(x: np.ndarray, errors: np.ndarray | None, reading: np.ndarray) -> np.ndarray:
    """One recording: x [T, n], errors [T] or None, reading [T, 4] as given out -> [T, 2 + 2 n +
    4].
    """
    first = np.zeros(len(x), np.float32) if errors is None else np.log(errors + 1e-6)
    distance = np.log((x**2).mean(1) + 1e-6)
    return np.concatenate([first[:, None], distance[:, None], x, slow(x), reading], 1).astype(
        np.float32
    )


def quality(mean: np.ndarray, positive: np.ndarray) -> float:
    """How right a clip's mean reading is, 0 to 1: both signs right and clear of the middle, or
    not.
    """
    side = 2 * positive - 1
    return float(np.prod(1 / (1 + np.exp(-8 * side * mean))))


def fit(
    groups: list[tuple[np.ndarray, np.ndarray, float]], seed: int = 0, steps: int = 1500
) -> Layers:
    """``groups``: (inputs [N, n], targets [N], share of a batch)."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    n = groups[0][0].shape[1]
    layers = Layers(
        [
            {"op": "dense", "name": "conf.0", "out": 24},
            {"op": "tanh"},
            {"op": "dense", "name": "conf.1", "out": 1},
        ],
        (n,),
    )
    optimiser = torch.optim.AdamW(layers.parameters(), lr=3e-3, weight_decay=0.1)
    loss = nn.BCEWithLogitsLoss()
    for step in range(steps):
        optimiser.param_groups[0]["lr"] = 3e-3 * (1 - step / steps) + 1e-5
        picks = [rng.integers(0, len(x), max(1, round(256 * share))) for x, _, share in groups]
        x = torch.from_numpy(np.concatenate([g[0][p] for g, p in zip(groups, picks)]))
        y = torch.from_numpy(
            np.concatenate([g[1][p] for g, p in zip(groups, picks)]).astype(np.float32)
        )
        # Much noise and many hidden inputs: the rated clips are few, and would be learnt by heart.
        # The reading itself is kept.
        kept, noise = (torch.rand_like(x) > 0.5).float(), torch.randn_like(x)
        kept[:, -4:], noise[:, -4:] = 1, 0.1 * noise[:, -4:]
        x = (x + noise) * kept
        optimiser.zero_grad()
        loss(layers(x)[:, 0], y).backward()
        optimiser.step()
    return layers.eval()


@torch.no_grad()
def apply(layers: Layers, values: np.ndarray) -> np.ndarray:
    return torch.sigmoid(layers(torch.from_numpy(values))[:, 0]).numpy()
