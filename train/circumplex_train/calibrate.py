# SPDX-License-Identifier: GPL-3.0-or-later
"""Zero, unit and spread of a reading, fitted on held-out readings.

0 is between what listeners call pleasant and unpleasant, and lively and calm: midway between the
classes of the quadrant collections, averaged over the collections, mostly over recordings.  The
unit is such that broad music has an SD of ``SD`` on each axis.  The spreads are scaled so that
ratings, brought to this scale, lie inside one spread and inside two about as often as a normal
distribution says.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

SD = 0.42
ZERO_SHARES = {"fourq": 0.8, "emopia": 0.15, "ym2413": 0.05}  # recordings first
BROAD = ("fourq", "deam")
INSIDE = 0.68, 0.95  # shares of errors within one spread and within two
WIDEST = 3**-0.5  # SD of a uniform distribution over -1..1: nothing is known


def parting(mean: np.ndarray, positive: np.ndarray) -> float:
    """The border of two classes of clip means [n]: midway between their means."""
    return float(mean[positive > 0.5].mean() + mean[positive < 0.5].mean()) / 2


def zero(clips: dict[str, tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """``clips[collection]`` = (means [n, 2], positive [n, 2]) -> the borders of the classes [2]."""
    total, out = 0.0, np.zeros(2)
    for name, share in ZERO_SHARES.items():
        if name in clips and len(clips[name][0]) > 20:
            out += share * np.array(
                [parting(clips[name][0][:, a], clips[name][1][:, a]) for a in (0, 1)]
            )
            total += share
    return out / max(total, 1e-9)


def gains(clips: dict, readings: dict[str, np.ndarray]) -> np.ndarray:
    """[2, 2] gain and offset of each axis; ``readings[collection]`` [N, 2] of hops."""
    broad = [readings[n] for n in BROAD if n in readings] or list(readings.values())
    sd = np.sqrt(np.mean([r.var(0) for r in broad], 0))
    gain = SD / np.maximum(sd, 1e-6)
    # without quadrants: the middle of the music there is
    middle = zero(clips) if clips else np.mean([r.mean(0) for r in broad], 0)
    return np.stack([gain, -gain * middle], 1)


def spread_gain(error: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """[2] factors on the spreads of errors [N, 2]: midway between the factors for one spread and
    for two (errors have longer tails than a normal distribution)."""
    one, two = np.quantile(np.abs(error) / np.maximum(spread, 1e-6), INSIDE, axis=0)
    return (one + two / 2) / 2


def coverage(error: np.ndarray, spread: np.ndarray, fold: np.ndarray) -> list[list[float]]:
    """Shares of errors within one and within two spreads, not limited, [[valence, arousal], ...];
    the spreads' factors come from other folds.
    """
    names, inside = sorted(set(fold)), []
    for name in names:
        others = fold != name if len(names) > 1 else fold == name
        size = np.abs(error[fold == name]) / np.maximum(
            spread[fold == name] * spread_gain(error[others], spread[others]), 1e-6
        )
        inside.append(np.stack([size <= 1, size <= 2], 1))
    return np.concatenate(inside).mean(0).tolist()


def apply(p: np.ndarray, gain: np.ndarray) -> np.ndarray:
    return np.clip(p * gain[:, 0] + gain[:, 1], -1, 1)


def limited(shown: np.ndarray, confidence: np.ndarray | None):
    """net_limit() of inference/net.h: readings [T, 4] with their spreads -> spreads [T, 2] and
    confidence [T] as given out.
    """
    spread = np.minimum(shown[:, 2:], WIDEST)
    sure = ndtr(np.abs(shown[:, :2]) / spread).min(1)
    return spread, None if confidence is None else np.minimum(confidence, sure)
