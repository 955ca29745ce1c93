# SPDX-License-Identifier: GPL-3.0-or-later
"""Pretraining of the encoder without labels: VAE (or AE) on single hops of free music.

Besides the reconstruction, the code is asked (if ``teacher/corpus-targets.npz`` is there) what the
teacher heard in the last 3 s: a linear map of the mean and spread of six codes predicts the
teacher's compact features.  DEAM, Grekow and VGMIDI audio takes no part, so every fold may use one
and the same encoder.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from .features import Pack
from .nets import Encoder
from .workspace import Progress, work_folder

TEACHER_HOPS = 6  # a patch of 3 s


def build(kind: str, n_mel: int, n_code: int, decode: bool = True) -> Encoder:
    """The encoder that all configurations share: two convolutions over time, mel bands as channels."""
    layers = [
        {"op": "conv1d", "name": "enc.0", "out": 64, "kernel": 5, "stride": 2, "padding": 2},
        {"op": "elu"},
        {"op": "conv1d", "name": "enc.1", "out": 64, "kernel": 3, "stride": 2, "padding": 1},
        {"op": "elu"},
        {"op": "flatten"},
        {"op": "dense", "name": "enc.mu", "out": n_code},
    ]
    decoder = [
        {"op": "dense", "name": "dec.0", "out": 64},
        {"op": "elu"},
        {"op": "dense", "name": "dec.1", "out": 25 * n_mel},
    ]
    return Encoder(kind, n_mel, n_code, layers, decoder if decode else [])


def teacher_patches(pack: Pack) -> tuple[np.ndarray, np.ndarray] | None:
    """Rows of the pack where a teacher's patch ends, and its compact features [n, 64]."""
    path = work_folder("teacher") / "corpus-targets.npz"
    if not path.exists():
        return None
    table = np.load(path)
    rows, codes = [], []
    for file, end, code in zip(table["index"], table["end"], table["code"]):
        name = str(table["names"][file])
        if name not in pack.index:
            continue
        hop = int(round(float(end) / 0.5)) - 1
        where = pack.rows(name)
        if TEACHER_HOPS <= hop + 1 and where.start + hop < where.stop:
            rows.append(where.start + hop)
            codes.append(code)
    return (np.array(rows), np.array(codes, np.float32)) if rows else None


def pretrain(pack: Pack, kind: str, n_mel: int, n_code: int, epochs: int, seed: int, beta: float = 0.02, teacher: float = 1.0) -> Encoder:
    """Train an encoder on every sounding hop of the pack."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    mel = pack.arrays["mel"]
    used = np.flatnonzero(~np.asarray(pack.arrays["silent"]))
    encoder = build(kind, n_mel, n_code)
    sample = np.asarray(mel[np.sort(rng.choice(used, min(len(used), 20000), replace=False))], np.float32)
    encoder.mel_mean.copy_(torch.from_numpy(sample.mean((0, 1))))
    encoder.mel_std.copy_(torch.from_numpy(sample.std((0, 1))).clamp(min=1.0))
    patches = teacher_patches(pack)
    ask = nn.Linear(2 * n_code, 64)
    optimiser = torch.optim.AdamW([*encoder.parameters(), *ask.parameters()], lr=2e-3, weight_decay=1e-4)
    batch = 256
    steps = len(used) // batch
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2e-3, total_steps=epochs * steps + 1)
    for epoch in range(epochs):
        order = rng.permutation(used)
        sums = np.zeros(3)
        for i in Progress(range(steps), f"{kind} epoch {epoch + 1}/{epochs}"):
            rows = np.sort(order[i * batch : (i + 1) * batch])
            z = encoder.normalise(torch.from_numpy(np.asarray(mel[rows], np.float32)))
            if encoder.kind == "vae":
                mu, log_var, code = encoder.sample(z)
                kl = 0.5 * (mu**2 + log_var.exp() - 1 - log_var).sum(1).mean() / n_code
            else:
                code = encoder(z)
                kl = 1e-3 * (code**2).mean()
            error = encoder.error(z, code).mean()
            loss = error + beta * kl
            asked = torch.zeros(())
            if patches is not None and teacher > 0:
                pick = rng.integers(0, len(patches[0]), 32)
                window = patches[0][pick][:, None] - np.arange(TEACHER_HOPS)[None]
                zt = encoder.normalise(torch.from_numpy(np.asarray(mel[window.ravel()], np.float32)))
                codes = encoder(zt).view(32, TEACHER_HOPS, n_code)
                told = ask(torch.cat([codes.mean(1), codes.std(1)], 1))
                asked = ((told - torch.from_numpy(patches[1][pick])) ** 2).mean()
                loss = loss + teacher * 0.3 * asked
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            sums += [float(error), float(kl), float(asked)]
        print(f"{kind}: epoch {epoch + 1}: reconstruction {sums[0] / steps:.3f}, KL {sums[1] / steps:.3f}, teacher {sums[2] / steps:.3f}", flush=True)
    return encoder.eval()


@torch.no_grad()
def encode(encoder: Encoder, mel: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """[N, 25, n_mel] -> codes [N, n_code], reconstruction errors [N] (0 without a decoder)."""
    codes, errors = [], []
    for i in range(0, len(mel), 2048):
        z = encoder.normalise(torch.from_numpy(np.asarray(mel[i : i + 2048], np.float32)))
        code = encoder(z)
        codes.append(code.numpy())
        errors.append(encoder.error(z, code).numpy() if encoder.decoder is not None else np.zeros(len(z), np.float32))
    return np.concatenate(codes), np.concatenate(errors)
