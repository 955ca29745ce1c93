# SPDX-License-Identifier: GPL-3.0-or-later
"""Baselines and static predictors: constant mean, ridge, SVR; SVM, PCA + SVM, triplet net + SVM."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from . import metrics
from .sets import Sequence


def running_statistics(x: np.ndarray) -> np.ndarray:
    """Causal aggregation of one excerpt [T, n]: mean and standard deviation since its start."""
    counts = np.arange(1, len(x) + 1)[:, None]
    mean = x.cumsum(0) / counts
    return np.concatenate([mean, np.sqrt(np.maximum((x**2).cumsum(0) / counts - mean**2, 0))], 1)


def table(sequences: list[Sequence], x: dict[str, np.ndarray], step: int = 1, scored=slice(3, 20)):
    """Rows for dynamic regression: features [N, 2 n], targets [N, 2], every ``step``-th scored hop."""
    features, targets = [], []
    for s in sequences:
        rows = running_statistics(x[s.pack][s.rows])[scored][::step]
        features.append(rows)
        targets.append(s.targets[scored][::step])
    return np.concatenate(features), np.concatenate(targets)


def dynamic_baseline(kind: str, train: list[Sequence], test: list[Sequence], x: dict[str, np.ndarray]) -> np.ndarray:
    """Predictions [n, 20, 2] of the test excerpts (causal: running statistics only)."""
    from sklearn.linear_model import Ridge
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVR

    if kind == "mean":
        mean = np.nanmean(np.concatenate([s.targets for s in train]), 0)
        return np.broadcast_to(mean, (len(test), 20, 2)).copy()
    features, targets = table(train, x, step=4)
    ok = np.isfinite(targets).all(1)
    scaler = StandardScaler().fit(features[ok])
    out = np.zeros((len(test), 20, 2))
    rows = np.concatenate([running_statistics(x[s.pack][s.rows])[:20] for s in test])
    for axis in (0, 1):
        if kind == "ridge":
            model = Ridge(alpha=300.0).fit(scaler.transform(features[ok]), targets[ok, axis])
        else:
            keep = np.flatnonzero(ok)[::2]
            model = SVR(C=0.3, gamma="scale", epsilon=0.05).fit(scaler.transform(features[keep]), targets[keep, axis])
        out[:, :, axis] = model.predict(scaler.transform(rows)).reshape(len(test), 20)
    return out


class Triplets(nn.Module):
    """Embedding trained with regression triplets: a positive lies within ``near`` of the anchor in
    the valence-arousal plane, a negative beyond ``far``."""

    def __init__(self, n: int, width: int = 64):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(n, 128), nn.ReLU(), nn.Dropout(0.3), nn.Linear(128, width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return nn.functional.normalize(self.net(x), dim=1)


def fit_triplets(x: np.ndarray, y: np.ndarray, seed: int, steps: int = 400, near: float = 0.15, far: float = 0.4) -> Triplets:
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    net = Triplets(x.shape[1])
    optimiser = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=1e-2)
    distance = np.linalg.norm(y[:, None] - y[None], axis=2)
    inputs = torch.from_numpy(x.astype(np.float32))
    for _ in range(steps):
        anchors = rng.integers(0, len(x), 128)
        triples = []
        for a in anchors:
            close = np.flatnonzero(distance[a] < near)
            distant = np.flatnonzero(distance[a] > far)
            if len(close) > 1 and len(distant):
                triples.append((a, rng.choice(close), rng.choice(distant)))
        index = np.array(triples)
        e = net(inputs[index.ravel()]).view(len(index), 3, -1)
        gap = (e[:, 0] - e[:, 1]).pow(2).sum(1) - (e[:, 0] - e[:, 2]).pow(2).sum(1) + 0.2
        loss = gap.clamp(min=0).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return net.eval()


def static_rows(sequences: list[Sequence], x: dict[str, np.ndarray], seed: int = 0):
    """Whole-excerpt prediction in five folds -> (figures by method, t-SNE before, after, targets).

    Targets are the means of the dynamic labels over the scored points.
    """
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVR

    features = np.stack([np.concatenate([x[s.pack][s.rows][3:20].mean(0), x[s.pack][s.rows][3:20].std(0)]) for s in sequences])
    targets = np.stack([np.nanmean(s.targets[3:20], 0) for s in sequences])
    folds = np.array([s.fold for s in sequences])
    methods: dict[str, np.ndarray] = {k: np.zeros_like(targets) for k in ("SVM", "PCA + SVM", "triplets + SVM")}
    pictures = None
    for fold in sorted(set(folds)):
        test = folds == fold
        scaler = StandardScaler().fit(features[~test])
        a, b = scaler.transform(features[~test]), scaler.transform(features[test])
        pca = PCA(20, random_state=seed).fit(a)
        net = fit_triplets(a, targets[~test], seed)
        with torch.no_grad():
            ea, eb = net(torch.from_numpy(a.astype(np.float32))).numpy(), net(torch.from_numpy(b.astype(np.float32))).numpy()
        for name, (u, v) in {"SVM": (a, b), "PCA + SVM": (pca.transform(a), pca.transform(b)), "triplets + SVM": (ea, eb)}.items():
            for axis in (0, 1):
                methods[name][test, axis] = SVR(C=0.3, epsilon=0.05).fit(u, targets[~test, axis]).predict(v)
        if pictures is None:
            pictures = tuple(TSNE(2, random_state=seed, init="pca", learning_rate="auto").fit_transform(e) for e in (b, eb)) + (targets[test],)
    figures = {
        name: {axis: metrics.pooled(p[:, i], targets[:, i]) for i, axis in enumerate(("valence", "arousal"))}
        for name, p in methods.items()
    }
    return figures, pictures
