# SPDX-License-Identifier: GPL-3.0-or-later
"""Losses.  Readings p and labels t are [B, T, 2], valence first; w [B, T] are weights (0: no
label).
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

SKIP = 4  # hops of a clip that its mean leaves out: 2 s


class Adapters(nn.Module):
    """What a collection's ratings add to the reading: nuisance terms, trained with the net and not
    shipped.

    In DEAM the lively is rated as the pleasant, so its valence is predicted as V + halo A; each of
    its campaigns has a zero of its own.  VGMIDI and the tutor have a scale and a zero.  The
    composed pieces have a zero. The zero of the reading itself is where the quadrants' classes part
    (``zero_loss``).
    """

    def __init__(self, campaigns: int = 3, halo: float = 0.35):
        super().__init__()
        self.halo = nn.Parameter(torch.tensor(halo))
        self.campaign = nn.Parameter(torch.zeros(campaigns, 2))
        self.composed = nn.Parameter(torch.zeros(2))
        self.scale = nn.Parameter(torch.full((2,), 0.5413))  # softplus: 1
        self.zero = nn.Parameter(torch.zeros(2))
        self.tutor_scale, self.tutor_zero = nn.Parameter(torch.ones(2)), nn.Parameter(
            torch.zeros(2)
        )

    def lean(self, p: torch.Tensor) -> torch.Tensor:
        return torch.cat([p[..., :1] + self.halo * p[..., 1:], p[..., 1:]], -1)

    def deam(self, p: torch.Tensor, campaign: torch.Tensor) -> torch.Tensor:
        """campaign [B, T], 0 to 2."""
        return self.lean(p) + self.campaign[campaign.clamp(min=0)]

    def synth(self, p: torch.Tensor, lean: bool) -> torch.Tensor:
        return (self.lean(p) if lean else p) + self.composed

    def vgmidi(self, p: torch.Tensor) -> torch.Tensor:
        return F.softplus(self.scale) * p + self.zero

    def tutor(self, p: torch.Tensor) -> torch.Tensor:
        """On the scale of tutor.py's soft labels."""
        return torch.exp(self.tutor_scale) * p + self.tutor_zero


def weighted_ccc(p: torch.Tensor, t: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
    """CCC of weighted points, all flat."""
    total = w.sum() + 1e-9
    mp, mt = (w * p).sum() / total, (w * t).sum() / total
    vp, vt = (w * (p - mp) ** 2).sum() / total, (w * (t - mt) ** 2).sum() / total
    cov = (w * (p - mp) * (t - mt)).sum() / total
    return 2 * cov / (vp + vt + (mp - mt) ** 2 + 1e-6)


def emotion_loss(
    p: torch.Tensor, t: torch.Tensor, w: torch.Tensor, ccc_share: float = 0.5
) -> torch.Tensor:
    """ccc_share (1 - CCC) + (1 - ccc_share) MSE / .08 (the labels' usual variance), CCC pooled over
    the batch.
    """
    valid = torch.isfinite(t).all(-1) & (w > 0)
    loss, weight = p.new_zeros(()), w[valid]
    if not valid.any():
        return loss
    for axis in range(2):
        a, b = p[..., axis][valid], t[..., axis][valid]
        mse = (weight * (a - b) ** 2).sum() / (weight.sum() + 1e-9)
        loss = loss + ccc_share * (1 - weighted_ccc(a, b, weight)) + (1 - ccc_share) * mse / 0.08
    return loss / 2


def movement_loss(
    p: torch.Tensor, t: torch.Tensor, w: torch.Tensor, lags: tuple[int, ...] = (6, 12, 24)
) -> torch.Tensor:
    """MSE of the changes over some lags (hops): a reader that is late, or moves too little, pays
    here
    even where its level is right."""
    loss, valid = p.new_zeros(()), torch.isfinite(t).all(-1) & (w > 0)
    for lag in lags:
        both = valid[:, lag:] & valid[:, :-lag]
        if both.any():
            error = (p[:, lag:] - p[:, :-lag] - t[:, lag:] + t[:, :-lag])[both]
            loss = loss + (error**2).mean() / 0.08
    return loss / len(lags)


def movement_r_loss(
    p: torch.Tensor, t: torch.Tensor, w: torch.Tensor, floor: float = 0.02
) -> torch.Tensor:
    """1 - r of the deviations within a crop, weighted by how much the ratings move."""
    t = torch.nan_to_num(t)
    w = w[..., None] / w.sum(1).clamp(min=1e-6)[:, None, None]
    dp, dt = p - (w * p).sum(1, keepdim=True), t - (w * t).sum(1, keepdim=True)
    sp, st = torch.sqrt((w * dp * dp).sum(1) + floor**2), torch.sqrt((w * dt * dt).sum(1) + 1e-8)
    r = (w * dp * dt).sum(1) / (sp * st)
    return ((1 - r) * st).sum() / st.sum().clamp(min=1e-6)


def clip_mean(p: torch.Tensor, w: torch.Tensor, skip: int = SKIP) -> torch.Tensor:
    """Mean reading [B, 2] of each clip after ``skip`` hops."""
    w = w * (torch.arange(p.shape[1]) >= skip)
    return (p * w[..., None]).sum(1) / w.sum(1, keepdim=True).clamp(min=1e-6)


def pair_loss(mean: torch.Tensor, positive: torch.Tensor, slope: float = 6.0) -> torch.Tensor:
    """Every positive clip of the batch should read above every negative one, on each axis; mean,
    positive [B, 2].
    """
    each = []
    for a in (0, 1):
        up, down = mean[positive[:, a] > 0.5, a], mean[positive[:, a] < 0.5, a]
        if len(up) and len(down):
            each.append(F.softplus(-slope * (up[:, None] - down[None])).mean())
    return torch.stack(each).mean() if each else mean.new_zeros(())


def zero_loss(mean: torch.Tensor, positive: torch.Tensor, slope: float = 6.0) -> torch.Tensor:
    """Positive clips should read above 0 and negative ones below it, both classes of one weight."""
    side = 2 * positive - 1
    cost = F.softplus(-slope * side * mean)
    each = [
        cost[positive[:, a] == value, a].mean()
        for a in (0, 1)
        for value in (0, 1)
        if (positive[:, a] == value).any()
    ]
    return torch.stack(each).mean()


def decorrelation_loss(mean: torch.Tensor, positive: torch.Tensor) -> torch.Tensor:
    """Squared r of read valence and arousal, each quadrant counting the same (in the labels it is 0
    then).
    """
    quadrant = (2 * positive[:, 0] + positive[:, 1]).long()
    w = 1 / torch.bincount(quadrant, minlength=4).float()[quadrant]
    w = w / w.sum()
    z = mean - (w[:, None] * mean).sum(0)
    variance = (w[:, None] * z * z).sum(0)
    return ((w * z[:, 0] * z[:, 1]).sum() / torch.sqrt(variance[0] * variance[1] + 1e-8)) ** 2


def halo_loss(p: torch.Tensor, t: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
    """Squared difference of read and rated r of valence and arousal over the batch's rated
    points.
    """
    valid = torch.isfinite(t).all(-1) & (w > 0)
    if valid.sum() < 8:
        return p.new_zeros(())

    def r(x):
        z = x - x.mean(0)
        return (z[:, 0] * z[:, 1]).mean() / torch.sqrt(z.var(0, unbiased=False).prod() + 1e-8)

    return (r(p[valid]) - r(t[valid])) ** 2


def repetition_loss(alpha: torch.Tensor, piece: torch.Tensor, old: int = 20) -> torch.Tensor:
    """Sequences A B A C: piece [B, T] numbers the excerpt.  Where one returns: minus the log of the
    weight on
    its earlier statement among all that is older than ``old`` hops."""
    age = torch.arange(piece.shape[1])[:, None] - torch.arange(piece.shape[1])[None]
    past = (age >= old)[None]
    same = (piece[:, :, None] == piece[:, None]) & past & (piece >= 0)[:, :, None]
    share = ((alpha * same).sum(-1) + 1e-6) / ((alpha * past).sum(-1) + 1e-6)
    returns = same.any(-1)
    return -torch.log(share[returns]).mean() if returns.any() else alpha.new_zeros(())


def agreement_loss(
    p: torch.Tensor, other: torch.Tensor, w: torch.Tensor, scale: torch.Tensor, floor: float = 0.005
) -> torch.Tensor:
    """Mean squared difference of two readings of the same moments, in units of the readings'
    variance
    (``scale``), so that it does not just shrink them."""
    d = ((p - other) ** 2).mean(-1)
    return (d * w).sum() / w.sum().clamp(min=1e-6) / (scale + floor)


def spread_loss(
    p: torch.Tensor, spread: torch.Tensor, t: torch.Tensor, w: torch.Tensor
) -> torch.Tensor:
    """Gaussian negative log-likelihood of the spread; the mean gets no gradient from it."""
    valid = torch.isfinite(t).all(-1) & (w > 0)
    if not valid.any():
        return p.new_zeros(())
    error2 = (p.detach()[valid] - t[valid]) ** 2
    s = spread[valid]
    return (torch.log(s) + 0.5 * error2 / s**2).mean()
