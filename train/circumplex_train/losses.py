# SPDX-License-Identifier: GPL-3.0-or-later
"""Losses.  Points without a label (nan) or weight count for nothing."""

from __future__ import annotations

import torch


def weighted_ccc(p: torch.Tensor, t: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
    """CCC of weighted points, all flat."""
    total = w.sum() + 1e-9
    mp, mt = (w * p).sum() / total, (w * t).sum() / total
    vp, vt = (w * (p - mp) ** 2).sum() / total, (w * (t - mt) ** 2).sum() / total
    cov = (w * (p - mp) * (t - mt)).sum() / total
    return 2 * cov / (vp + vt + (mp - mt) ** 2 + 1e-6)


def balance(t: torch.Tensor, moments: tuple, strength: float) -> torch.Tensor:
    """Weights that make valence and arousal of the labels independent: (p(v) p(a) / p(v, a))^strength
    for a bivariate normal with ``moments`` (mean [2], sd [2], rho), between 0.2 and 4.

    In most collections the lively is also the pleasant (here rho is about 0.5), so valence could be read
    from loudness and density alone; elsewhere that fails.
    """
    mean, sd, rho = moments
    z = ((t - t.new_tensor(mean)) / t.new_tensor(sd)).clamp(-3, 3)
    v, a = z[..., 0], z[..., 1]
    joint = -(v**2 - 2 * rho * v * a + a**2) / (2 * (1 - rho**2))
    apart = -(v**2 + a**2) / 2
    return torch.exp(strength * (apart - joint)).clamp(0.2, 4.0)


def emotion_loss(
    p: torch.Tensor, t: torch.Tensor, w: torch.Tensor, ccc_share: float = 0.5, valence_weight: torch.Tensor | None = None
) -> torch.Tensor:
    """ccc_share (1 - CCC) + (1 - ccc_share) MSE / var, CCC pooled over the batch.

    p, t [B, T, 2], w [B, T]; the MSE is scaled by the labels' usual variance (0.08), so that both
    terms are of one size.  ``valence_weight`` [B, T] multiplies the weights of valence.
    """
    loss = p.new_zeros(())
    valid = torch.isfinite(t).all(-1) & (w > 0)
    for axis in range(2):
        weights = w * valence_weight if axis == 0 and valence_weight is not None else w
        a, b, weight = p[..., axis][valid], t[..., axis][valid], weights[valid]
        mse = (weight * (a - b) ** 2).sum() / (weight.sum() + 1e-9)
        loss = loss + ccc_share * (1 - weighted_ccc(a, b, weight)) + (1 - ccc_share) * mse / 0.08
    return loss / 2


def within_loss(p: torch.Tensor, t: torch.Tensor, w: torch.Tensor, segment: torch.Tensor) -> torch.Tensor:
    """MSE of the deviations from each segment's (song's) mean; segment [B, T] ids, -1 for none."""
    valid = torch.isfinite(t).all(-1) & (w > 0) & (segment >= 0)
    if not valid.any():
        return p.new_zeros(())
    keys = torch.unique(segment[valid], return_inverse=True)[1]
    n = int(keys.max()) + 1
    counts = p.new_zeros(n).index_add_(0, keys, torch.ones_like(w[valid]))[:, None]
    dp, dt = p[valid], t[valid]
    dp = dp - (p.new_zeros(n, 2).index_add_(0, keys, dp) / counts)[keys]
    dt = dt - (p.new_zeros(n, 2).index_add_(0, keys, dt) / counts)[keys]
    return ((dp - dt) ** 2).mean() / 0.005


def movement_loss(p: torch.Tensor, t: torch.Tensor, w: torch.Tensor, lags: tuple[int, ...] = (6, 12, 24)) -> torch.Tensor:
    """MSE of the changes over some lags (hops): a reader that is late, or moves too little, pays here
    even where its level is right.  p, t [B, T, 2], w [B, T]."""
    loss, valid = p.new_zeros(()), torch.isfinite(t).all(-1) & (w > 0)
    for lag in lags:
        both = valid[:, lag:] & valid[:, :-lag]
        if both.any():
            error = (p[:, lag:] - p[:, :-lag] - t[:, lag:] + t[:, :-lag])[both]
            loss = loss + (error**2).mean() / 0.08
    return loss / len(lags)


def spread_loss(p: torch.Tensor, spread: torch.Tensor, t: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
    """Gaussian negative log-likelihood of the spread; the mean gets no gradient from it."""
    valid = torch.isfinite(t).all(-1) & (w > 0)
    error2 = (p.detach()[valid] - t[valid]) ** 2
    s = spread[valid]
    return (torch.log(s) + 0.5 * error2 / s**2).mean()


def song_loss(p: torch.Tensor, t: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
    """MSE of the running whole-song estimate; t [B, T, 2] with nan where unknown."""
    valid = torch.isfinite(t).all(-1) & (w > 0)
    return ((p[valid] - t[valid]) ** 2).mean() / 0.08 if valid.any() else p.new_zeros(())
