# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures of merit for dynamic (2 Hz) and static emotion prediction.

Arrays are one-dimensional floats of one quantity (valence or arousal); ``groups`` names the song
of each point.  RMSE depends on the scale (-1..1 throughout), r, R2 and CCC do not.
"""

from __future__ import annotations

import numpy as np


def pearson(x: np.ndarray, y: np.ndarray) -> float:
    """Pearson r; nan if either does not vary."""
    dx, dy = x - x.mean(), y - y.mean()
    den = np.sqrt((dx**2).sum() * (dy**2).sum())
    return float((dx * dy).sum() / den) if den > 1e-12 else float("nan")


def ccc(p: np.ndarray, t: np.ndarray) -> float:
    """Lin's concordance correlation coefficient (Lin 1989)."""
    den = p.var() + t.var() + (p.mean() - t.mean()) ** 2
    return (
        float(2 * ((p - p.mean()) * (t - t.mean())).mean() / den) if den > 1e-12 else float("nan")
    )


def kendall(p: np.ndarray, t: np.ndarray) -> float:
    """Kendall's tau-b; nan if either does not vary."""
    from scipy.stats import kendalltau

    if np.ptp(t) < 1e-9 or np.ptp(p) < 1e-9:
        return float("nan")
    return float(
        kendalltau(p, t).statistic
        if hasattr(kendalltau(p, t), "statistic")
        else kendalltau(p, t)[0]
    )


def pooled(p: np.ndarray, t: np.ndarray) -> dict[str, float]:
    """All points together: RMSE, MAE, r, R2, CCC, calibration slope (of t on p) and SD ratio."""
    error = p - t
    slope = float(np.polyfit(p, t, 1)[0]) if p.std() > 1e-9 else float("nan")
    return {
        "rmse": float(np.sqrt((error**2).mean())),
        "mae": float(np.abs(error).mean()),
        "r": pearson(p, t),
        "r2": float(1 - (error**2).sum() / ((t - t.mean()) ** 2).sum()),
        "ccc": ccc(p, t),
        "slope": slope,
        "sd_ratio": float(p.std() / t.std()),
    }


def split_by(groups: np.ndarray) -> list[np.ndarray]:
    """Index arrays, one a group, in order of first appearance."""
    _, first, inverse = np.unique(groups, return_index=True, return_inverse=True)
    order = np.argsort(first)
    return [np.flatnonzero(inverse == g) for g in order]


def per_song(p: np.ndarray, t: np.ndarray, groups: np.ndarray) -> dict[str, float]:
    """Within-song figures: mean and sd over songs of RMSE, r, CCC, tau (undefined songs left
    out).
    """
    rows: dict[str, list[float]] = {"rmse": [], "r": [], "ccc": [], "tau": []}
    for index in split_by(groups):
        a, b = p[index], t[index]
        rows["rmse"].append(float(np.sqrt(((a - b) ** 2).mean())))
        rows["r"].append(pearson(a, b))
        rows["ccc"].append(ccc(a, b))
        rows["tau"].append(kendall(a, b))
    out: dict[str, float] = {}
    for name, values in rows.items():
        v = np.asarray(values)
        v = v[np.isfinite(v)]
        out[f"song_{name}"] = float(v.mean()) if v.size else float("nan")
        out[f"song_{name}_sd"] = float(v.std()) if v.size else float("nan")
    return out


def deviation_r(p: np.ndarray, t: np.ndarray, groups: np.ndarray) -> float:
    """r of the deviations from each song's mean, all songs pooled: is movement followed?"""
    dp, dt = p.copy(), t.copy()
    for index in split_by(groups):
        dp[index] -= p[index].mean()
        dt[index] -= t[index].mean()
    return pearson(dp, dt)


def song_means(p: np.ndarray, t: np.ndarray, groups: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Means over each song's points: predicted, true."""
    index = split_by(groups)
    return np.array([p[i].mean() for i in index]), np.array([t[i].mean() for i in index])


def bootstrap(p, t, groups, figure, rounds: int = 500, seed: int = 0) -> tuple[float, float]:
    """95 % interval of ``figure(p, t)`` by resampling whole songs."""
    rng = np.random.default_rng(seed)
    songs = split_by(groups)
    values = []
    for _ in range(rounds):
        pick = np.concatenate([songs[i] for i in rng.integers(0, len(songs), len(songs))])
        values.append(figure(p[pick], t[pick]))
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return float(low), float(high)


def dynamic_report(
    p: np.ndarray, t: np.ndarray, groups: np.ndarray, rounds: int = 300
) -> dict[str, float]:
    """Pooled, per-song and interval figures of one quantity."""
    out = pooled(p, t)
    out.update(per_song(p, t, groups))
    out["dev_r"] = deviation_r(p, t, groups)
    mp, mt = song_means(p, t, groups)
    out["mean_r"] = pearson(mp, mt)
    if rounds:
        out["ccc_low"], out["ccc_high"] = bootstrap(p, t, groups, ccc, rounds)
        out["r_low"], out["r_high"] = bootstrap(p, t, groups, pearson, rounds)
    return out


def affine_r2(p: np.ndarray, t: np.ndarray, folds: np.ndarray) -> float:
    """R2 after an affine map fitted outside each fold (for data on another scale)."""
    mapped = np.empty_like(t)
    for f in np.unique(folds):
        test = folds == f
        a, b = np.polyfit(p[~test], t[~test], 1)
        mapped[test] = a * p[test] + b
    return float(1 - ((mapped - t) ** 2).sum() / ((t - t.mean()) ** 2).sum())


def auroc(positive: np.ndarray, negative: np.ndarray) -> float:
    """Area under the ROC curve: P(positive > negative), ties a half."""
    from scipy.stats import rankdata

    ranks = rankdata(np.concatenate([positive, negative]))
    n, m = len(positive), len(negative)
    return float((ranks[:n].sum() - n * (n + 1) / 2) / (n * m))
