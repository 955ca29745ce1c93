# SPDX-License-Identifier: GPL-3.0-or-later
"""Confidence: how much a hop is like the music that was learned, against things that are no music mix.

A small net on [log reconstruction error, log distance, input vector] (docs/model-format.md),
trained on music (rated excerpts, free music, synthetic pieces) against ``negatives/train``.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from .metrics import auroc
from .nets import Layers


def inputs(x: np.ndarray, errors: np.ndarray | None) -> np.ndarray:
    """[N, 2 + n]: what the first confidence layer sees; ``errors`` None without a decoder."""
    first = np.zeros(len(x), np.float32) if errors is None else np.log(errors + 1e-6)
    return np.concatenate([first[:, None], np.log((x**2).mean(1) + 1e-6)[:, None], x], 1).astype(np.float32)


def fit(music: list[np.ndarray], negatives: np.ndarray, seed: int = 0, steps: int = 600) -> Layers:
    """Train on equal shares of each kind of music and as many negatives as music."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    n = negatives.shape[1]
    layers = Layers(
        [{"op": "dense", "name": "conf.0", "out": 16}, {"op": "tanh"}, {"op": "dense", "name": "conf.1", "out": 1}], (n,)
    )
    optimiser = torch.optim.AdamW(layers.parameters(), lr=3e-3, weight_decay=0.05)
    loss = nn.BCEWithLogitsLoss()
    share = 128 // len(music)
    for step in range(steps):
        optimiser.param_groups[0]["lr"] = 3e-3 * (1 - step / steps) + 1e-5
        parts = [m[rng.integers(0, len(m), share)] for m in music] + [negatives[rng.integers(0, len(negatives), share * len(music))]]
        x = torch.from_numpy(np.concatenate(parts))
        # Noise and hidden inputs, so that no single input decides.
        x = (x + 0.2 * torch.randn_like(x)) * (torch.rand_like(x) > 0.1)
        y = torch.cat([torch.full((share * len(music),), 0.97), torch.full((share * len(music),), 0.03)])
        optimiser.zero_grad()
        loss(layers(x)[:, 0], y).backward()
        optimiser.step()
    return layers.eval()


@torch.no_grad()
def apply(layers: Layers, values: np.ndarray) -> np.ndarray:
    return torch.sigmoid(layers(torch.from_numpy(values))[:, 0]).numpy()


def by_kind(layers: Layers, music: list[np.ndarray], negatives: dict[str, list[np.ndarray]]) -> dict[str, float]:
    """AUROC of file means: held-out music against all negatives and each kind of them."""
    good = np.array([apply(layers, m).mean() for m in music])
    bad = {kind: np.array([apply(layers, m).mean() for m in files]) for kind, files in negatives.items()}
    out = {"all": auroc(good, np.concatenate(list(bad.values())))}
    out.update({kind: auroc(good, values) for kind, values in bad.items()})
    out["music_mean"] = float(good.mean())
    out.update({f"{kind}_mean": float(values.mean()) for kind, values in bad.items()})
    return out
