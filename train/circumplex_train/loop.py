# SPDX-License-Identifier: GPL-3.0-or-later
"""The training loop of the temporal part: from normalised input vectors to members.

Every step takes one batch of excerpts (cold start) and one of each further kind of material (set
lists with carried state, augmented copies, synthetic pieces), each with its own weight.
"""

from __future__ import annotations

import copy
import math

import numpy as np
import torch

from . import losses
from .nets import CLAMP, Member
from .sets import Sequence


class Stack:
    """Sequences of one kind padded to one length, as tensors; inputs are gathered per batch."""

    def __init__(self, sequences: list[Sequence], inputs: dict[str, np.ndarray], scale: float = 1.0, aux=None):
        self.sequences, self.inputs, self.scale = sequences, inputs, scale
        self.length = max(len(s.weight) for s in sequences)
        self.aux = aux  # name -> [N, n_aux] teacher targets aligned with the pack's rows, nan where none

    def __len__(self) -> int:
        return len(self.sequences)

    def batch(self, picks, crop: int = 0, rng: np.random.Generator | None = None) -> dict[str, torch.Tensor]:
        """``crop`` > 0 takes that many hops from a random place (a reset in mid-song)."""
        length = min(self.length, crop) if crop else self.length
        n = next(iter(self.inputs.values())).shape[1]
        b = len(picks)
        x = np.zeros((b, length, n), np.float32)
        out = {
            "t": np.full((b, length, 2), np.nan, np.float32),
            "w": np.zeros((b, length), np.float32),
            "segment": np.full((b, length), -1, np.int64),
            "campaign": np.full((b, length), -1, np.int64),
            "static": np.full((b, length, 2), np.nan, np.float32),
        }
        if self.aux is not None:
            out["aux"] = np.full((b, length, next(iter(self.aux.values())).shape[1]), np.nan, np.float32)
        for i, pick in enumerate(picks):
            s = self.sequences[pick]
            total = len(s.weight)
            start = int(rng.integers(0, total - length + 1)) if total > length else 0
            here = slice(start, min(start + length, total))
            rows = slice(s.rows.start + here.start, s.rows.start + here.stop)
            m = here.stop - here.start
            x[i, :m] = self.inputs[s.pack][rows]
            out["t"][i, :m], out["w"][i, :m] = s.targets[here], s.weight[here]
            out["segment"][i, :m], out["campaign"][i, :m] = s.segment[here], s.campaign[here]
            if start == 0:
                out["static"][i, :m] = s.static[here]
            if self.aux is not None and s.pack in self.aux:
                out["aux"][i, :m] = self.aux[s.pack][rows]
        return {"x": torch.from_numpy(x), **{k: torch.from_numpy(v) for k, v in out.items()}}


def moments(inputs: list[np.ndarray], floor: float = 1e-3) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation over rows of several matrices."""
    joined = np.concatenate(inputs)
    return joined.mean(0), np.maximum(joined.std(0), floor)


def normalise(x: np.ndarray, mean: np.ndarray, std: np.ndarray) -> np.ndarray:
    return np.clip((x - mean) / std, -CLAMP, CLAMP).astype(np.float32)


class Tilt:
    """Spectral colouring in feature space: a smooth random curve over mel bands and semitones,
    one a sequence, as a microphone, a codec or a mastering engineer would add."""

    def __init__(self, groups: dict[str, slice], std: np.ndarray, amount: float):
        self.groups, self.amount = groups, amount
        self.std = torch.from_numpy(std.astype(np.float32))

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        if self.amount <= 0:
            return x
        x = x.clone()
        for name in ("melstats", "semitones"):
            if name not in self.groups:
                continue
            s = self.groups[name]
            width = (s.stop - s.start) // (2 if name == "melstats" else 1)
            knots = torch.randn(x.shape[0], 1, 5) * self.amount
            curve = torch.nn.functional.interpolate(knots, size=width, mode="linear", align_corners=True)
            where = slice(s.start, s.start + width)
            x[..., where] += curve / self.std[where]
        return x


def drop_groups(x: torch.Tensor, groups: dict[str, slice], rate: float) -> torch.Tensor:
    """Hide whole input groups of some sequences, so that no group is leaned on alone."""
    if rate <= 0:
        return x
    x = x.clone()
    for name, s in groups.items():
        keep = (torch.rand(x.shape[0], 1, 1) >= rate * (0.5 if name == "cues" else 1.0)).float()
        x[..., s] = x[..., s] * keep
    return x


def cost(member: Member, batch: dict, config: dict, offsets: torch.Tensor, aux_weight: float) -> torch.Tensor:
    out = member(batch["x"])
    mean, t, w = out["mean"], batch["t"], batch["w"]
    total = mean.new_zeros(())
    if torch.isfinite(t).any():
        shifted = mean
        if config["campaign_offsets"]:
            table = torch.cat([offsets - offsets.mean(0), offsets.new_zeros(1, 2)])
            shifted = mean + table[batch["campaign"]]
        valence_weight = None
        if config.get("balance", 0.0) > 0:
            valence_weight = losses.balance(t, config["label_moments"], config["balance"])
            valence_weight = torch.where(batch["segment"] >= 0, valence_weight, torch.ones_like(w))
        total = losses.emotion_loss(shifted, t, w, config["ccc_share"], valence_weight)
        total = total + config["within"] * losses.within_loss(mean, t, w, batch["segment"])
        if config.get("movement", 0.0) > 0 and (batch["segment"] < 0).all():  # composed pieces: only there labels move
            total = total + config["movement"] * losses.movement_loss(mean, t, w)
        total = total + config["spread"] * losses.spread_loss(mean, out["spread"], t, w)
        total = total + config["song"] * losses.song_loss(out["song"], batch["static"], w)
    if aux_weight > 0 and "aux" in batch and member.aux is not None:
        valid = torch.isfinite(batch["aux"]).all(-1)
        if valid.any():
            total = total + aux_weight * ((out["aux"][valid] - batch["aux"][valid]) ** 2).mean()
    return total


def fit_member(
    stacks: list[Stack],
    n_inputs: int,
    temporal: dict,
    config: dict,
    seed: int,
    groups: dict[str, slice],
    std: np.ndarray,
    init: dict | None = None,
    n_aux: int = 0,
    aux_weight: float = 0.0,
    epochs: int | None = None,
    log=None,
) -> Member:
    """Train one member.  The first stack sets the length of an epoch."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    torch.set_num_threads(config["threads"])
    member = Member(n_inputs, temporal, n_aux)
    if init is not None:
        member.load_state_dict(init, strict=False)
    offsets = torch.zeros(3, 2, requires_grad=True)
    decay = [p for n, p in member.named_parameters() if p.ndim > 1]
    plain = [p for n, p in member.named_parameters() if p.ndim <= 1]
    optimiser = torch.optim.AdamW(
        [{"params": decay, "weight_decay": config["weight_decay"]}, {"params": plain + [offsets], "weight_decay": 0.0}],
        lr=config["lr"],
    )
    batch, epochs = config["batch"], epochs or config["epochs"]
    steps = max(1, len(stacks[0]) // batch)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser,
        lambda i: min(1, (i + 1) / (2 * steps)) * 0.5 * (1 + math.cos(math.pi * min(1, i / (epochs * steps)))) + 1e-3,
    )
    tilt = Tilt(groups, std, config.get("tilt", 0.0))
    average, decay_rate = copy.deepcopy(member), config["ema"]
    orders: list[list[int]] = [[] for _ in stacks]
    for epoch in range(epochs):
        member.train()
        running = 0.0
        for _ in range(steps):
            optimiser.zero_grad()
            total = 0.0
            for i, stack in enumerate(stacks):
                size = max(1, round(batch * 20 * stack_share(stack, config) / min(stack.length, config.get("crop", 240))))
                size = min(size, len(stack))
                if len(orders[i]) < size:
                    orders[i] = list(rng.permutation(len(stack)))
                picks, orders[i] = orders[i][:size], orders[i][size:]
                part = stack.batch(picks, config.get("crop", 240), rng)
                part["x"] = drop_groups(tilt(part["x"]), groups, config.get("group_dropout", 0.0))
                noise = config.get("noise", 0.0)
                if noise:
                    part["x"] = part["x"] + noise * torch.randn_like(part["x"])
                loss = stack.scale * cost(member, part, config, offsets, aux_weight)
                if loss.requires_grad:
                    loss.backward()
                total += float(loss)
            torch.nn.utils.clip_grad_norm_(member.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            running += total
            with torch.no_grad():
                for a, p in zip(average.state_dict().values(), member.state_dict().values()):
                    a.lerp_(p, 1 - decay_rate)
        if log is not None:
            log(epoch, running / steps, average)
    average.eval()
    return average


def stack_share(stack: Stack, config: dict) -> float:
    """Hops a batch relative to the excerpts' (long sequences would otherwise dominate the time)."""
    return 1.0 if stack.length <= 40 else config.get("long_share", 1.5)


@torch.no_grad()
def predict(members: list[Member], x: np.ndarray) -> dict[str, np.ndarray]:
    """One sequence [T, n_inputs] (normalised), cold start: valence/arousal mean, spread, song."""
    from .nets import average

    out = average([m.eval()(torch.from_numpy(x)[None]) for m in members])
    return {k: v[0].numpy() for k, v in out.items() if v is not None}


@torch.no_grad()
def predict_many(members: list[Member], sequences: list[Sequence], inputs: dict[str, np.ndarray]) -> np.ndarray:
    """Equal-length sequences in one batch: [n, T, 2]."""
    length = min(len(s.weight) for s in sequences)
    x = np.stack([inputs[s.pack][s.rows.start : s.rows.start + length] for s in sequences])
    return np.mean([m.eval()(torch.from_numpy(x))["mean"].numpy() for m in members], 0)
