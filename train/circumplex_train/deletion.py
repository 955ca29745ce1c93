# SPDX-License-Identifier: GPL-3.0-or-later
"""Deletion test of attention: what happens to the reading when the most attended hops are replaced
by the mean hop, against as many random hops.  If attention says anything, the first is larger."""

from __future__ import annotations

import numpy as np
import torch

from .nets import Member, average


@torch.no_grad()
def deletion(members: list[Member], sequences: list[np.ndarray], share: float = 0.2, seed: int = 0) -> dict[str, float]:
    """``sequences``: normalised inputs [T, n].  The last reading of each is watched.

    -> mean |change| with the most attended hops deleted, random hops (mean of 5 draws), the least attended ones.
    The current hop is never deleted.
    """
    rng = np.random.default_rng(seed)
    changes: dict[str, list[float]] = {"most": [], "random": [], "least": []}

    def last(x: np.ndarray) -> np.ndarray:
        return average([m.eval()(torch.from_numpy(x)[None]) for m in members])["mean"][0, -1].numpy()

    for x in sequences:
        out = average([m.eval()(torch.from_numpy(x)[None]) for m in members])
        alpha = out["attention"][0, -1, :-1].numpy()
        base = out["mean"][0, -1].numpy()
        k = max(1, int(share * len(alpha)))
        order = np.argsort(alpha)
        for name, picks in (("most", [order[-k:]]), ("least", [order[:k]]), ("random", [rng.choice(len(alpha), k, False) for _ in range(5)])):
            values = []
            for pick in picks:
                changed = x.copy()
                changed[pick] = 0.0  # inputs are normalised: 0 is the mean
                values.append(np.abs(last(changed) - base).mean())
            changes[name].append(float(np.mean(values)))
    return {name: float(np.mean(v)) for name, v in changes.items()} | {
        "most_over_random": float(np.mean(changes["most"]) / max(np.mean(changes["random"]), 1e-9))
    }
