# SPDX-License-Identifier: GPL-3.0-or-later
"""Pretraining of the encoder without ratings: a VAE (or AE) whose code does not depend on where
hops begin.

The code is pooled over the hop's time.  Besides the reconstruction there are three losses: the same
moments at another start phase give the same code (``agree``); two windows of one piece are
distinguished from other pieces' (``tell``, InfoNCE: what lasts within a piece and differs between
pieces); and the factors of composed pieces (mode, register, articulation ...) can be read from it
(``factors``).  None of it uses a listener's rating, so every fold may use one and the same encoder.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from .loop import Clip
from .nets import Encoder

WINDOW = 4  # hops of a window whose mean code tells pieces apart
SIZE = 48  # pieces a step


def build(kind: str, n_mel: int, n_code: int, decode: bool = True) -> Encoder:
    """Two convolutions over time with the mel bands as channels, the mean over time, the code."""
    layers = [
        {"op": "conv1d", "name": "enc.0", "out": 64, "kernel": 5, "stride": 2, "padding": 2},
        {"op": "elu"},
        {"op": "conv1d", "name": "enc.1", "out": 64, "kernel": 3, "stride": 2, "padding": 1},
        {"op": "elu"},
        {"op": "meanpool"},
        {"op": "flatten"},
        {"op": "dense", "name": "enc.mu", "out": n_code},
    ]
    decoder = [
        {"op": "dense", "name": "dec.0", "out": 64},
        {"op": "elu"},
        {"op": "dense", "name": "dec.1", "out": 25 * n_mel},
    ]
    return Encoder(kind, n_mel, n_code, layers, decoder if decode else [])


def windows(
    clips: list[Clip], mels: dict[str, np.ndarray], rng
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two windows of each clip -> mel [2, b, WINDOW + 1, 25, n_mel], the first window again at
    another start phase
    [b, WINDOW, 25, n_mel] (its moments ``between`` [b] hops later; nan without another phase)."""
    first, second, other, between = [], [], [], []
    for clip in clips:
        version = clip.versions[int(rng.integers(len(clip.versions)))]
        total = version.rows.stop - version.rows.start
        a, b = (int(rng.integers(0, total - WINDOW)) for _ in range(2))
        mel = mels[version.pack]
        first.append(mel[version.rows.start + a : version.rows.start + a + WINDOW + 1])
        second.append(mel[version.rows.start + b : version.rows.start + b + WINDOW + 1])
        others = [
            v
            for v in clip.versions
            if v.production == version.production
            and v.shift > version.shift
            and v.rows.stop - v.rows.start >= a + WINDOW
        ]
        if others:
            again = others[int(rng.integers(len(others)))]
            other.append(mels[again.pack][again.rows.start + a : again.rows.start + a + WINDOW])
            between.append((again.shift - version.shift) / 0.5)
        else:
            other.append(first[-1][:WINDOW])
            between.append(np.nan)
    return (
        np.stack([np.stack(first), np.stack(second)]),
        np.stack(other),
        np.array(between, np.float32),
    )


def tell(a: torch.Tensor, b: torch.Tensor, temperature: float = 0.1) -> torch.Tensor:
    """InfoNCE of [n, d] against [n, d]."""
    score = F.normalize(a, dim=1) @ F.normalize(b, dim=1).T / temperature
    target = torch.arange(len(a))
    return (F.cross_entropy(score, target) + F.cross_entropy(score.T, target)) / 2


class Pretraining:
    """The parts that only pretraining needs, and the loss of a step."""

    def __init__(self, encoder: Encoder, n_factors: int, weights: dict):
        self.encoder, self.weights = encoder, weights
        self.project = nn.Linear(encoder.n_code, 32)
        self.ask = nn.Linear(encoder.n_code, max(1, n_factors))

    def parameters(self):
        return [*self.encoder.parameters(), *self.project.parameters(), *self.ask.parameters()]

    def code(self, z: torch.Tensor):
        """-> mu, sample, KL per value."""
        if self.encoder.kind != "vae":
            mu = self.encoder(z)
            return mu, mu, 1e-3 * (mu**2).mean()
        mu, log_var, sample = self.encoder.sample(z)
        return mu, sample, 0.5 * (mu**2 + log_var.exp() - 1 - log_var).mean()

    def loss(self, pair: np.ndarray, other: np.ndarray, between: np.ndarray, factors: tuple | None):
        e, n = self.encoder, pair.shape[1]
        z = e.normalise(
            torch.from_numpy(
                np.concatenate(
                    [pair.reshape(-1, *pair.shape[3:]), other.reshape(-1, *other.shape[2:])]
                ).astype(np.float32)
            )
        )
        mu, sample, kl = self.code(z)
        error = e.error(z, sample).mean()
        both = mu[: 2 * n * (WINDOW + 1)].view(2, n, WINDOW + 1, -1)
        again = mu[2 * n * (WINDOW + 1) :].view(n, WINDOW, -1)
        known = torch.from_numpy(np.isfinite(between))
        agree = torch.zeros(())
        if known.any():
            b = torch.from_numpy(np.nan_to_num(between))[:, None, None]
            moved = (1 - b) * both[0, :, :WINDOW] + b * both[0, :, 1:]
            agree = (
                (((moved - again) ** 2).mean((0, 1)) / (both.detach().var((0, 1, 2)) + 1e-3))[
                    None
                ].mean()
                if known.all()
                else (
                    ((moved - again)[known] ** 2).mean((0, 1))
                    / (both.detach().var((0, 1, 2)) + 1e-3)
                ).mean()
            )
        told = tell(self.project(both[0].mean(1)), self.project(both[1].mean(1)))
        total = (
            error
            + self.weights["beta"] * kl
            + self.weights["agree"] * agree
            + self.weights["tell"] * told
        )
        asked = torch.zeros(())
        if factors is not None:
            mel, truth = factors
            zf = e.normalise(torch.from_numpy(mel.reshape(-1, *mel.shape[2:]).astype(np.float32)))
            codes = self.code(zf)[0].view(len(mel), mel.shape[1], -1).mean(1)
            asked = ((self.ask(codes) - torch.from_numpy(truth)) ** 2).mean()
            total = total + self.weights["factors"] * asked
        return total, [float(v) for v in (error, kl, agree, told, asked)]


def factor_batch(
    clips: list[Clip],
    tables: dict[str, np.ndarray],
    mels: dict,
    rng,
    count: int = 32,
    hops: int = 6,
):
    """Windows of composed pieces and their (standardised) factors at the window's middle."""
    mel, truth = [], []
    for i in rng.integers(0, len(clips), count):
        clip = clips[i]
        version, table = clip.versions[int(rng.integers(len(clip.versions)))], tables[clip.name]
        total = min(version.rows.stop - version.rows.start, len(table))
        a = int(rng.integers(0, total - hops))
        mel.append(mels[version.pack][version.rows.start + a : version.rows.start + a + hops])
        truth.append(table[a + hops // 2])
    return np.stack(mel), np.stack(truth).astype(np.float32)


def pretrain(
    clips: list[Clip],
    mels: dict[str, np.ndarray],
    spec: dict,
    n_mel: int,
    seed: int,
    tables: dict[str, np.ndarray] | None = None,
) -> Encoder:
    """``clips`` of all collections (each kind of piece is drawn equally often); ``tables``: factors
    [T, n] of composed ones.
    """
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    encoder = build(spec["kind"], n_mel, spec["code"])
    clips = [c for c in clips if c.hops > WINDOW + 2]
    kinds: dict[str, list[Clip]] = {}
    for clip in clips:
        kinds.setdefault(clip.kind, []).append(clip)
    sample = [
        np.asarray(mels[c.versions[0].pack][c.versions[0].rows], np.float32)
        for group in kinds.values()
        for c in (group[i] for i in rng.choice(len(group), min(150, len(group)), replace=False))
    ]
    sample = np.concatenate([s[:: max(1, len(s) // 40)] for s in sample])
    encoder.mel_mean.copy_(torch.from_numpy(sample.mean((0, 1))))
    encoder.mel_std.copy_(torch.from_numpy(sample.std((0, 1))).clamp(min=1.0))
    composed = [c for c in clips if tables and c.name in tables]
    work = Pretraining(encoder, len(next(iter(tables.values()))[0]) if composed else 0, spec)
    optimiser = torch.optim.AdamW(work.parameters(), lr=2e-3, weight_decay=1e-4)
    steps = spec["steps"]
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2e-3, total_steps=steps + 1)
    names, sums = sorted(kinds), np.zeros(5)
    for step in range(steps):
        picked = [
            kinds[k][int(rng.integers(len(kinds[k])))]
            for k in (names[i % len(names)] for i in range(SIZE))
        ]
        factors = factor_batch(composed, tables, mels, rng) if composed else None
        total, values = work.loss(*windows(picked, mels, rng), factors)
        optimiser.zero_grad()
        total.backward()
        nn.utils.clip_grad_norm_(work.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        sums += values
        if (step + 1) % 250 == 0:
            told = sums / 250
            print(
                f"{spec['kind']} {step + 1}: error {told[0]:.3f}, KL {told[1]:.3f}, phases"
                f" {told[2]:.3f}, pieces {told[3]:.3f}, factors {told[4]:.3f}",
                flush=True,
            )
            sums[:] = 0
    return encoder.eval()


@torch.no_grad()
def encode(encoder: Encoder, mel: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """[N, 25, n_mel] -> codes [N, n_code], reconstruction errors [N] (0 without a decoder)."""
    codes, errors = [], []
    for i in range(0, len(mel), 2048):
        z = encoder.normalise(torch.from_numpy(np.asarray(mel[i : i + 2048], np.float32)))
        code = encoder(z)
        codes.append(code.numpy())
        errors.append(
            encoder.error(z, code).numpy()
            if encoder.decoder is not None
            else np.zeros(len(z), np.float32)
        )
    return np.concatenate(codes), np.concatenate(errors)
