# SPDX-License-Identifier: GPL-3.0-or-later
"""The training loop of the temporal part: from normalised input vectors to members.

Every step takes a batch of each kind of material, each with its own losses and weight
(``losses.py``), at random start phases and productions; besides, readings of the same music at two
start phases should agree, a piece after a hard cut should read as from a cold start, and attention
should find what comes back.
"""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass, field

import numpy as np
import torch

from . import losses
from .nets import CLAMP, CosineAttention, Member

HOP = 0.5
LEAST_BEFORE = 16  # hops of other music before a cut


@dataclass
class Version:
    """One rendition of a clip: rows of a pack.  ``shift``: seconds of the clip before the first
    sample (a start phase).
    """

    pack: str
    rows: slice
    shift: float = 0.0
    production: str = ""  # versions of one production differ by shift and bandwidth alone
    band: bool = False  # of narrower bandwidth


@dataclass
class Clip:
    """One piece of rated music in all its versions.  ``targets`` [T, 2] at 0.5 (k + 1) s, nan where
    unknown.
    """

    kind: str
    name: str
    fold: str
    versions: list[Version]
    targets: np.ndarray | None = None
    weight: np.ndarray | None = None
    positive: tuple[float, float] | None = None  # quadrant: valence, arousal 0 or 1
    campaign: np.ndarray | None = None  # [T]
    tutor: np.ndarray | None = None  # [2] what the tutor reads of the whole clip

    @property
    def hops(self) -> int:
        return min(v.rows.stop - v.rows.start for v in self.versions)


@dataclass
class Bank:
    """All clips of one kind, with the inputs they point to."""

    kind: str
    clips: list[Clip]
    inputs: dict[str, np.ndarray]
    crop: int
    size: int  # clips a step
    narrow: float = 0.15  # share of clips taken at a narrower bandwidth, where there is one
    order: list[int] = field(default_factory=list)

    def picks(self, rng: np.random.Generator, count: int) -> list[int]:
        """The next ``count`` clips of a shuffled order; quadrants alternate where there are any."""
        count = min(count, len(self.clips))
        if len(self.order) < count:
            order = rng.permutation(len(self.clips))
            if self.clips[0].positive is not None:
                order = alternate([self.clips[i].positive for i in order], order)
            self.order = list(order)
        out, self.order = self.order[:count], self.order[count:]
        return out

    def batch(self, rng: np.random.Generator, twice: bool = False) -> dict[str, torch.Tensor]:
        """x [B, T, n], t, w, campaign, positive; with ``twice`` also x2, the same music at another
        start phase, and
        ``between`` [B], how far (in hops) its moments lie after x's (nan: no other phase)."""
        chosen = [self.clips[i] for i in self.picks(rng, self.size)]
        n, b = next(iter(self.inputs.values())).shape[1], len(chosen)
        length = min(self.crop, max(c.hops for c in chosen))
        x = np.zeros((b, length, n), np.float32)
        t, w = np.full((b, length, 2), np.nan, np.float32), np.zeros((b, length), np.float32)
        campaign, between = np.full((b, length), -1, np.int64), np.full(b, np.nan, np.float32)
        x2 = np.zeros_like(x) if twice else None
        for i, clip in enumerate(chosen):
            version = pick_version(clip, rng, self.narrow)
            total = version.rows.stop - version.rows.start
            start = int(rng.integers(0, total - length + 1)) if total > length else 0
            m = min(length, total - start)
            x[i, :m] = self.inputs[version.pack][
                version.rows.start + start : version.rows.start + start + m
            ]
            w[i, :m] = 1.0 if clip.weight is None else fit(clip.weight[start : start + m], m)
            if clip.targets is not None:
                t[i, :m] = at_shift(clip.targets, start, m, version.shift)
            if clip.campaign is not None:
                campaign[i, :m] = fit(clip.campaign[start : start + m], m, -1)
            if twice:
                others = [
                    v
                    for v in clip.versions
                    if v.production == version.production
                    and (v.shift, v.band) != (version.shift, version.band)
                ]
                if others:
                    other = others[int(rng.integers(len(others)))]
                    k = min(m, other.rows.stop - other.rows.start - start)
                    if k > 4:
                        x2[i, :k] = self.inputs[other.pack][
                            other.rows.start + start : other.rows.start + start + k
                        ]
                        between[i] = (other.shift - version.shift) / HOP
        out = {"x": x, "t": t, "w": w, "campaign": campaign}
        out["tutor"] = np.array(
            [np.full(2, np.nan) if c.tutor is None else c.tutor for c in chosen], np.float32
        )
        if chosen[0].positive is not None:
            out["positive"] = np.array([c.positive for c in chosen], np.float32)
        if twice:
            out["x2"], out["between"] = x2, between
        return {k: torch.from_numpy(v) for k, v in out.items()}


@dataclass
class Begin:
    """Where a clip begins within a medley."""

    medley: slice
    at: int  # hop of the medley
    hops: int  # for which the clip sounds
    pack: str  # the clip alone
    alone: slice


@dataclass
class Cuts:
    """Clips right after other music, whose inputs remember that music too."""

    medleys: np.ndarray
    inputs: dict[str, np.ndarray]
    begins: list[Begin]

    def batch(self, rng: np.random.Generator, size: int, before: int, after: int):
        """Up to ``size`` clips with (at most) the ``before`` hops before them
        [B, before + after, n], alone [B, after, n], and w [B, after], 1 where they sound."""
        before = min(before, max(b.at for b in self.begins))
        usable = [b for b in self.begins if b.at >= before]
        own = [usable[i] for i in rng.permutation(len(usable))[:size]]
        cut = [self.medleys[b.medley][b.at - before : b.at + min(after, b.hops)] for b in own]
        cold = [self.inputs[b.pack][b.alone][: min(after, b.hops)] for b in own]
        w = np.stack([fit(np.ones(len(c), np.float32), after) for c in cold])
        cut, cold = (
            np.stack([fit(rows, length) for rows in x])
            for x, length in ((cut, before + after), (cold, after))
        )
        return tuple(torch.from_numpy(x) for x in (cut, cold, w))


def pick_version(clip: Clip, rng: np.random.Generator, narrow: float) -> Version:
    full, bands = [v for v in clip.versions if not v.band], [v for v in clip.versions if v.band]
    own = bands if bands and (not full or rng.random() < narrow) else full
    return own[int(rng.integers(len(own)))]


def alternate(labels: list, order: np.ndarray) -> np.ndarray:
    """Reorder so that quadrants come in turn; rarer ones are repeated."""
    groups: dict = {}
    for label, index in zip(labels, order):
        groups.setdefault(tuple(label), []).append(index)
    longest = max(len(g) for g in groups.values())
    rows = [[g[i % len(g)] for i in range(longest)] for g in groups.values()]
    return np.array(rows).T.ravel()


def fit(values: np.ndarray, length: int, fill: float = 0.0) -> np.ndarray:
    """``values`` cut or filled to ``length``."""
    out = np.full((length, *values.shape[1:]), fill, values.dtype)
    out[: len(values)] = values[:length]
    return out


def at_shift(targets: np.ndarray, start: int, length: int, shift: float) -> np.ndarray:
    """Labels at the hop ends of a version that begins ``shift`` seconds late."""
    here = fit(targets[start : start + length + 1], length + 1, np.nan)
    part = shift / HOP
    if part <= 0:
        return here[:length]
    mixed = (1 - part) * here[:length] + part * here[1:]
    return np.where(np.isfinite(mixed), mixed, here[:length])


def moments(parts: list[np.ndarray], floor: float = 1e-3) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation over the rows of several matrices, each matrix counting the
    same.
    """
    mean = np.mean([p.mean(0, dtype=np.float64) for p in parts], 0)
    square = np.mean([(p.astype(np.float64) ** 2).mean(0) for p in parts], 0)
    return mean.astype(np.float32), np.maximum(
        np.sqrt(np.maximum(square - mean**2, 0)), floor
    ).astype(np.float32)


def normalise(x: np.ndarray, mean: np.ndarray, std: np.ndarray) -> np.ndarray:
    return np.clip((x - mean) / std, -CLAMP, CLAMP).astype(np.float32)


def hide_groups(x: torch.Tensor, groups: dict[str, slice], rate: float) -> torch.Tensor:
    """Hide whole input groups of some sequences, so that no group is leaned on alone."""
    if rate <= 0 or len(groups) < 2:
        return x
    x = x.clone()
    for name, s in groups.items():
        keep = (torch.rand(x.shape[0], 1, 1) >= rate * (0.3 if name == "cues" else 1.0)).float()
        x[..., s] = x[..., s] * keep
    return x


class Costs:
    """The losses of each kind of material."""

    def __init__(self, config: dict):
        self.config, self.weights = config, config["weights"]
        self.adapters = losses.Adapters(halo=config.get("halo", 0.35))
        self.adapters.halo.requires_grad_(config.get("halo_free", True))

    def deam(self, out, part):
        shifted = self.adapters.deam(out["mean"], part["campaign"])
        w = part["w"]
        return losses.emotion_loss(shifted, part["t"], w, self.config["ccc_share"]) + self.config[
            "spread"
        ] * losses.spread_loss(shifted, out["spread"], part["t"], w)

    def setlists(self, out, part):
        return self.deam(out, part)

    def synth(self, out, part):
        shifted = self.adapters.synth(out["mean"], self.config.get("synth_lean", False))
        level = losses.emotion_loss(shifted, part["t"], part["w"], self.config["ccc_share"])
        return level + self.config["movement"] * losses.movement_loss(shifted, part["t"], part["w"])

    def vgmidi(self, out, part):
        """Label lag .5 s, the first 8 s left out."""
        p, t = self.adapters.vgmidi(out["mean"]), part["t"].roll(1, 1)
        w = part["w"] * (torch.arange(p.shape[1]) >= 16) * torch.isfinite(t).all(-1)
        loss = losses.emotion_loss(p, t, w, self.config["ccc_share"]) + self.config[
            "spread"
        ] * losses.spread_loss(p, out["spread"], t, w)
        loss = loss + self.config["movement_r"] * losses.movement_r_loss(out["mean"], t, w)
        return loss + self.config.get("vgmidi_halo", 0.0) * losses.halo_loss(out["mean"], t, w)

    def quadrants(self, out, part):
        mean = losses.clip_mean(out["mean"], part["w"])
        loss = losses.pair_loss(mean, part["positive"], self.config["pair_slope"])
        if self.config["zero"] > 0:
            loss = loss + self.config["zero"] * losses.zero_loss(mean, part["positive"])
        if self.config["decorrelation"] > 0:
            loss = loss + self.config["decorrelation"] * losses.decorrelation_loss(
                mean, part["positive"]
            )
        return loss

    fourq = emopia = ym2413 = quadrants

    def corpus(self, out, part):
        """Music without labels: there is the tutor alone."""
        return out["mean"].new_zeros(())

    def tutor(self, out, part):
        """Readings of whole clips against the tutor's, where it has read them."""
        known = torch.isfinite(part["tutor"]).all(1)
        if not known.any():
            return out["mean"].new_zeros(())
        mean = losses.clip_mean(out["mean"], part["w"])[known]
        return ((self.adapters.tutor(mean) - part["tutor"][known]) ** 2).mean()


def same_moments(p: torch.Tensor, between: torch.Tensor) -> torch.Tensor:
    """Readings p [B, T, 2] taken ``between`` [B] hops (-1..1) later, by interpolation; the ends
    hold.
    """
    later = torch.cat([p[:, 1:], p[:, -1:]], 1)
    earlier = torch.cat([p[:, :1], p[:, :-1]], 1)
    b = between[:, None, None]
    return torch.where(b >= 0, (1 - b) * p + b * later, (1 + b) * p - b * earlier)


def train_step(
    member: Member, banks: list[Bank], costs: Costs, config: dict, rng, groups, blind=(), cuts=None
) -> float:
    """Losses of one batch of every bank, one backward pass."""
    parts = [
        (bank, bank.batch(rng, config["consistency"] > 0 and bank.kind in config["twice"]))
        for bank in banks
    ]
    for _, part in parts:
        for key in ("x", "x2"):
            if key in part:
                part[key][..., list(blind)] = 0
    total, by_length = torch.zeros(()), {}
    for bank, part in parts:
        by_length.setdefault(part["x"].shape[1] > 40, []).append((bank, part))
    noise = config.get("noise", 0.0)
    for together in by_length.values():
        length = max(p["x"].shape[1] for _, p in together)
        stack = [
            torch.nn.functional.pad(p[key], (0, 0, 0, length - p["x"].shape[1]))
            for _, p in together
            for key in ("x", "x2")
            if key in p
        ]
        x = torch.cat(stack)
        x = hide_groups(x, groups, config.get("group_dropout", 0.0))
        out = member(x + noise * torch.randn_like(x) if noise else x)
        at = 0
        for bank, part in together:
            b, t = part["x"].shape[:2]
            own = {k: out[k][at : at + b, :t] for k in ("mean", "spread")}
            at += b
            total = total + costs.weights.get(bank.kind, 1.0) * getattr(costs, bank.kind)(own, part)
            if config.get("tutor", 0) > 0:
                total = total + config["tutor"] * costs.tutor(own, part)
            if "x2" in part:
                other = out["mean"][at : at + b, :t]
                at += b
                known = torch.isfinite(part["between"])
                if known.any():
                    moved = same_moments(own["mean"], torch.nan_to_num(part["between"]))
                    w = part["w"] * known[:, None]
                    w = w * (torch.arange(t) >= 3) * (torch.arange(t) < t - 1)
                    total = total + config["consistency"] * losses.agreement_loss(
                        moved, other, w, own["mean"].detach().var((0, 1)).mean()
                    )
    if config["cut"] > 0 and cuts is not None:
        total = total + config["cut"] * cut_loss(member, cuts, config, rng, blind)
    if config["repetition"] > 0 and member.attention is not None:
        total = total + config["repetition"] * returns_loss(member, parts, config, rng)
    total.backward()
    return float(total)


def cut_loss(member: Member, cuts: Cuts, config: dict, rng, blind) -> torch.Tensor:
    """After a hard cut a clip should read as it does from a cold start."""
    before = int(rng.integers(LEAST_BEFORE, config["cut_before"] + 1))
    after, cold, w = cuts.batch(rng, config["cut_size"], before, config["cut_after"])
    for x in (after, cold):
        x[..., list(blind)] = 0
    length = cold.shape[1]
    read, wanted = member(after)["mean"][:, -length:], member(cold)["mean"].detach()
    w = w * torch.linspace(0.3, 1.0, length)
    return losses.agreement_loss(read, wanted, w, wanted.var((0, 1)).mean())


def returns_loss(member: Member, parts: list, config: dict, rng) -> torch.Tensor:
    """A B A C, A B C A, A B C B, A B A B of excerpts of the batch: attention should find what came
    back.
    """
    pool = []  # excerpts of 10 s, each with itself at another start phase where there is one
    for _, part in parts:
        for i in range(len(part["x"])):
            if float(part["w"][i, :20].min()) > 0:
                again = (
                    part["x2"][i, :20]
                    if "x2" in part and bool(torch.isfinite(part["between"][i]))
                    else part["x"][i, :20]
                )
                pool.append((part["x"][i, :20], again))
    rows, numbers = [], []
    for _ in range(config["repetition_size"]):
        abc = [pool[i] for i in rng.choice(len(pool), 3, replace=False)]
        plan = ((0, 1, 0, 2), (0, 1, 2, 0), (0, 1, 2, 1), (0, 1, 0, 1))[int(rng.integers(4))]
        spans = [20 - int(rng.integers(0, 9)) for _ in plan]
        rows.append(
            torch.cat(
                [abc[k][int(k in plan[:i])][:s] for i, (k, s) in enumerate(zip(plan, spans))]
            )[:52]
        )
        numbers.append(torch.cat([torch.full((s,), k) for k, s in zip(plan, spans)])[:52])
    length = min(len(r) for r in rows)
    x = torch.stack([r[:length] for r in rows])
    x = x + 0.1 * torch.randn_like(x)
    piece = torch.stack([n[:length] for n in numbers])
    return losses.repetition_loss(member.attention.weights(x), piece, 20)


def fit_member(
    banks: list[Bank],
    n_inputs: int,
    temporal: dict,
    config: dict,
    seed: int,
    groups: dict[str, slice],
    log=None,
    blind=(),
    cuts: Cuts | None = None,
) -> tuple[Member, losses.Adapters]:
    """Train one member for ``config["steps"]`` steps -> the average of its weights, and the
    adapters.

    ``blind``: inputs that the member must not use (the confidence may)."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    torch.set_num_threads(config["threads"])
    for bank in banks:
        bank.order = []
    member, costs = Member(n_inputs, temporal), Costs(config)
    decay = [p for p in member.parameters() if p.ndim > 1]
    plain = [p for p in member.parameters() if p.ndim <= 1]
    optimiser = torch.optim.AdamW(
        [
            {"params": decay, "weight_decay": config["weight_decay"]},
            {"params": plain, "weight_decay": 0.0},
            {"params": costs.adapters.parameters(), "weight_decay": 0.0},
        ],
        lr=config["lr"],
    )
    steps = config["steps"]
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser,
        lambda i: min(1, (i + 1) / 40) * 0.5 * (1 + math.cos(math.pi * min(1, i / steps))) + 1e-3,
    )
    average, running = copy.deepcopy(member), 0.0
    for step in range(steps):
        member.train()
        optimiser.zero_grad()
        running += train_step(member, banks, costs, config, rng, groups, blind, cuts)
        torch.nn.utils.clip_grad_norm_(member.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        with torch.no_grad():
            rate = min(config["ema"], (step + 1) / (step + 10))
            for a, p in zip(average.state_dict().values(), member.state_dict().values()):
                a.lerp_(p, 1 - rate)
        if log is not None and (step + 1) % 50 == 0:
            log(step + 1, running / 50)
            running = 0.0
    with torch.no_grad():
        for weight in average.input_weights():
            weight[:, list(blind)] = 0
        if isinstance(average.attention, CosineAttention):
            average.attention.log_tau += math.log(temporal.get("attention_sharpen", 1.0))
    average.eval()
    return average, costs.adapters


@torch.no_grad()
def predict(members: list[Member], x: np.ndarray) -> dict[str, np.ndarray]:
    """One sequence [T, n_inputs] (normalised), cold start: mean [T, 2], spread [T, 2],
    attention.
    """
    from .nets import average

    out = average([m.eval()(torch.from_numpy(x)[None]) for m in members])
    return {k: v[0].numpy() for k, v in out.items() if v is not None}


@torch.no_grad()
def predict_many(
    members: list[Member], sequences: list[np.ndarray], batch: int = 64
) -> list[np.ndarray]:
    """Readings [T, 4] (valence, arousal, their spreads) of normalised sequences of any length, cold
    starts.
    """
    order = np.argsort([len(s) for s in sequences])
    out: list = [None] * len(sequences)
    for at in range(0, len(order), batch):
        index = order[at : at + batch]
        longest = max(len(sequences[i]) for i in index)
        size = max(1, int(batch * 120 / max(longest, 120)))
        for part in range(0, len(index), size):
            own = index[part : part + size]
            length = max(len(sequences[i]) for i in own)
            x = np.zeros((len(own), length, sequences[0].shape[1]), np.float32)
            for row, i in enumerate(own):
                x[row, : len(sequences[i])] = sequences[i]
            read = [m.eval()(torch.from_numpy(x)) for m in members]
            values = np.mean(
                [np.concatenate([r["mean"].numpy(), r["spread"].numpy()], -1) for r in read], 0
            )
            for row, i in enumerate(own):
                out[i] = values[row, : len(sequences[i])]
    return out
