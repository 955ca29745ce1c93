# SPDX-License-Identifier: GPL-3.0-or-later
"""Confidence: whether the sound is a music mix, and how often such a reading is right.

A small net of two parts, whose outputs add up to the logit.  The first distinguishes music from
sounds that are not a music mix (``negatives/train``) by the step's input, its running mean, its
distance from the training data and the reconstruction error; narrow bandwidths count for less.  The
second sees only the reading: far from both axes it is right more often than near them.  It is
fitted to held-out readings of music of known quadrant, while the first part is fixed.  A single net
would overfit to the few rated clips.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from .nets import Layers

NAMES = ["error", "distance", "x", "slow", "reading"]
MEMORY = 10  # hops of the running mean
MUSIC, NARROW, NO_MUSIC = 0.85, 0.38, 0.03  # targets of the first part
HIDDEN, HIDDEN_READING = 24, 8
CLEAR = 6.0  # the second part's scale of valence and arousal


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
    """Target of the second part, from .35 to .95: how correct a clip's mean reading is: whether
    both signs are right and not near the middle.
    """
    side = 2 * positive - 1
    return 0.35 + 0.6 * float(np.prod(1 / (1 + np.exp(-8 * side * mean))))


@dataclass
class Group:
    """Hops of one kind of sound."""

    inputs: np.ndarray  # [N, n]
    music: np.ndarray  # [N] target of the first part
    right: np.ndarray  # [N] of the second; nan where nobody labelled the quadrant
    share: float  # of a batch


def hidden(n: int, width: int) -> Layers:
    """One hidden layer, one output: a logit."""
    return Layers(
        [
            {"op": "dense", "name": "conf.0", "out": width},
            {"op": "tanh"},
            {"op": "dense", "name": "conf.1", "out": 1},
        ],
        (n,),
    )


def train(
    layers: Layers, groups: list[Group], steps: int, lr: float, decay: float, seed: int, logit
) -> None:
    """Fit ``logit``(inputs) -> (logits, targets) of batches of all groups; changes ``layers``."""
    rng = np.random.default_rng(seed)
    optimiser = torch.optim.AdamW(layers.parameters(), lr=lr, weight_decay=decay)
    loss = nn.BCEWithLogitsLoss()
    for step in range(steps):
        optimiser.param_groups[0]["lr"] = lr * (1 - step / steps) + 1e-5
        picks = [rng.integers(0, len(g.inputs), max(1, round(256 * g.share))) for g in groups]
        x, music, right = (
            torch.from_numpy(np.concatenate([getattr(g, k)[p] for g, p in zip(groups, picks)]))
            for k in ("inputs", "music", "right")
        )
        optimiser.zero_grad()
        loss(*logit(x, music, right)).backward()
        optimiser.step()


def fit(groups: list[Group], seed: int = 0) -> Layers:
    """-> both parts as one list of layers."""
    torch.manual_seed(seed)
    n = groups[0].inputs.shape[1]
    sound, reading = hidden(n, HIDDEN), hidden(n, HIDDEN_READING)
    seen = torch.zeros(n)
    seen[-4:-2] = CLEAR  # valence and arousal

    def of_sound(x, music, right):
        # Much noise and many hidden inputs, so that it does not overfit to clips.
        x = (x + torch.randn_like(x)) * (torch.rand_like(x) > 0.5)
        x[:, -4:] = 0
        return sound(x)[:, 0], music

    def of_reading(x, music, right):
        with torch.no_grad():
            known = sound(torch.cat([x[:, :-4], torch.zeros_like(x[:, -4:])], 1))[:, 0]
        return known + reading(x * seen)[:, 0], right

    train(sound, groups, 1500, 3e-3, 0.1, seed, of_sound)
    labelled = [g for g in groups if np.isfinite(g.right).all()]
    if labelled:
        train(reading, labelled, 3000, 1e-2, 1e-3, seed, of_reading)
    return joined(sound.eval(), reading.eval() if labelled else None, seen)


def joined(sound: Layers, reading: Layers | None, seen: torch.Tensor) -> Layers:
    """Two hidden layers side by side, their outputs added."""
    state = {k: v.clone() for k, v in sound.state_dict().items()}
    first, second = (f"parts.conf/{k}." for k in (0, 1))
    state[first + "weight"][:, -4:] = 0
    if reading is not None:
        other = reading.state_dict()
        other[first + "weight"] *= seen
        for key, axis in ((first + "weight", 0), (first + "bias", 0), (second + "weight", 1)):
            state[key] = torch.cat([state[key], other[key]], axis)
        state[second + "bias"] += other[second + "bias"]
    out = hidden(state[first + "weight"].shape[1], state[first + "weight"].shape[0])
    out.load_state_dict(state)
    return out.eval()


@torch.no_grad()
def apply(layers: Layers, values: np.ndarray) -> np.ndarray:
    return torch.sigmoid(layers(torch.from_numpy(values))[:, 0]).numpy()
