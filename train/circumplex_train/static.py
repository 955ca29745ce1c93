# SPDX-License-Identifier: GPL-3.0-or-later
"""The static model: one reading of a whole song (``models/static-tnn.safetensors``,
``inference/static.h``).

A window's features are the means and standard deviations of the step's inputs over its sounding
hops.  A small net puts them on a unit sphere, trained with regression triplets (a positive was
rated close to the anchor, a negative far off); a ridge reads valence and arousal from there;
several such members are averaged.  A song's reading is the mean over its windows.

All collections' ratings are brought to the reading's scale first: DEAM's and VGMIDI's through the
adapters that the default model was trained with (without DEAM's halo of arousal in valence), a
quadrant as the middle of its corner. ``python3 -m circumplex_train static`` is one command, of a
minute or two.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import nn

from . import calibrate, config as configuration
from . import cards, export, metrics
from .features import Pack
from .sets import CUES, step_inputs
from .workspace import work_folder, write_json

CLIP = 6.0
EXCERPT = 20  # hops


def windows(x: np.ndarray, silent: np.ndarray, window: int) -> tuple[np.ndarray, np.ndarray]:
    """Inputs of a song's hops [T, n] -> features of its windows [k, 2 n], and how many hops each
    has.

    Silent hops are left out.  The rest counts if it is at least half a window, or if there is
    nothing else: as in the engine.
    """
    x = np.asarray(x, np.float64)[~np.asarray(silent, bool)]
    parts = [x[i : i + window] for i in range(0, len(x), window)]
    if len(parts) > 1 and 2 * len(parts[-1]) < window:
        parts.pop()
    features = [np.concatenate([p.mean(0), p.std(0)]) for p in parts]
    return np.array(features).reshape(len(parts), 2 * x.shape[1]), np.array([len(p) for p in parts])


class Embedding(nn.Module):
    """[2 n] -> a point on the unit sphere."""

    def __init__(self, n: int, c: dict):
        super().__init__()
        self.hidden, self.out = nn.Linear(n, c["hidden"]), nn.Linear(c["hidden"], c["width"])
        self.drop_in, self.drop = nn.Dropout(c["input_dropout"]), nn.Dropout(c["dropout"])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return nn.functional.normalize(
            self.out(self.drop(torch.relu(self.hidden(self.drop_in(x))))), dim=1
        )


def draw(rng: np.random.Generator, allowed: np.ndarray) -> np.ndarray:
    """One allowed column of each row, at random."""
    return (rng.random(allowed.shape, dtype=np.float32) * allowed).argmax(1)


def fit_embedding(
    x: np.ndarray, y: np.ndarray, weight: np.ndarray, c: dict, seed: int
) -> Embedding:
    """Triplets: features [N, 2 n] (normalised), ratings [N, 2], weights of the anchors [N]."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    net = Embedding(x.shape[1], c)
    # the embedding must also tell the ratings; the shipped readout is a ridge
    ask = nn.Linear(c["width"], 2)
    optimiser = torch.optim.AdamW(
        [*net.parameters(), *ask.parameters()], lr=c["lr"], weight_decay=c["weight_decay"]
    )
    inputs, ratings = (torch.from_numpy(v.astype(np.float32)) for v in (x, y))
    for _ in range(c["steps"]):
        pool = rng.permutation(len(x))[: 8 * c["batch"]]
        anchors = np.arange(min(c["batch"], len(pool)))
        distance = np.sqrt(((y[pool[anchors], None] - y[None, pool]) ** 2).sum(2))
        close, distant = distance < c["near"], distance > c["far"]
        close[anchors, anchors] = False
        ok = close.any(1) & distant.any(1)
        index = pool[np.concatenate([anchors[ok], draw(rng, close[ok]), draw(rng, distant[ok])])]
        e = net(inputs[index]).view(3, int(ok.sum()), -1)
        gap = (e[0] - e[1]).pow(2).sum(1) - (e[0] - e[2]).pow(2).sum(1) + c["margin"]
        counts = torch.from_numpy((weight / weight.mean())[pool[anchors[ok]]].astype(np.float32))
        told = ((ask(e[0]) - ratings[pool[anchors[ok]]]) ** 2).sum(1)
        loss = ((c["triplets"] * gap.clamp(min=0) + told) * counts).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return net.eval()


def ridge(
    x: np.ndarray, y: np.ndarray, strength: float, weight: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """-> weights [n, 2], offset [2]; the offset is not shrunk.  ``weight`` [N]: of the rows."""
    row = weight if weight is not None else np.ones(len(x))
    mx, my = np.average(x, axis=0, weights=row), np.average(y, axis=0, weights=row)
    centred = (x - mx) * row[:, None]
    w = np.linalg.solve(centred.T @ (x - mx) + strength * np.eye(x.shape[1]), centred.T @ (y - my))
    return w, my - mx @ w


@dataclass
class Static:
    """A trained model.  ``gains`` [2, 2]: the calibration's gain and offset of each axis."""

    mean: np.ndarray
    std: np.ndarray
    members: list[tuple[Embedding, np.ndarray, np.ndarray]]
    gains: np.ndarray = field(default_factory=lambda: np.array([[1.0, 0.0]] * 2))

    def normalised(self, x: np.ndarray) -> np.ndarray:
        return np.clip((x - self.mean) / self.std, -CLIP, CLIP)

    def raw(self, x: np.ndarray) -> np.ndarray:
        """Features of windows [k, 2 n] -> valence, arousal [k, 2] before calibration."""
        inputs = torch.from_numpy(self.normalised(x).astype(np.float32))
        with torch.no_grad():
            return np.mean([net(inputs).numpy() @ w + o for net, w, o in self.members], 0)

    def song(self, x: np.ndarray, silent: np.ndarray, window: int) -> np.ndarray:
        """Inputs of a song's hops -> valence, arousal, and the spreads of both over the windows
        [4].
        """
        features, hops = windows(x, silent, window)
        values = self.raw(features) * self.gains[:, 0] + self.gains[:, 1]
        mean = np.average(values, axis=0, weights=hops)
        spread = np.sqrt(np.average((values - mean) ** 2, axis=0, weights=hops))
        return np.concatenate([np.clip(mean, -1, 1), spread])


def fit(
    x: np.ndarray, y: np.ndarray, c: dict, members: int, seed: int, weight: np.ndarray | None = None
) -> Static:
    """``weight`` [N]: how much each window counts."""
    weight = np.ones(len(x)) if weight is None else weight
    mean = np.average(x, axis=0, weights=weight)
    std = np.sqrt(np.average((x - mean) ** 2, axis=0, weights=weight))
    model = Static(mean.astype(np.float32), np.maximum(std, 1e-6).astype(np.float32), [])
    inputs = model.normalised(x)
    for i in range(members):
        net = fit_embedding(inputs, y, weight, c, seed + 1000 * i)
        with torch.no_grad():
            e = net(torch.from_numpy(inputs.astype(np.float32))).numpy().astype(np.float64)
        model.members.append((net, *ridge(e, y, c["ridge"], weight)))
    return model


@dataclass
class Rated:
    """Windows with ratings on the reading's scale; ``weight`` evens the collections out."""

    x: np.ndarray
    y: np.ndarray
    fold: np.ndarray
    name: np.ndarray  # clip
    collection: np.ndarray
    weight: np.ndarray


def inputs_of(pack: Pack, c: dict) -> np.ndarray:
    width = pack.arrays["cues"].shape[1]
    if width != len(CUES):
        raise SystemExit(
            f"A feature pack has {width} cues, not {len(CUES)}: it is older than dsp/. Run the"
            " stage features."
        )
    return step_inputs(pack, c["model"]["inputs"], list(c["model"].get("cues", CUES)))


# of whole collections
WEIGHTS = {"deam": 1.0, "fourq": 1.0, "emopia": 0.5, "ym2413": 0.3, "vgmidi": 0.3}
CORNER = 0.45  # a quadrant's place on each axis


def on_scale(run, name: str, clip) -> np.ndarray | None:
    """A clip's rating on the reading's scale [2], or None."""
    if clip.positive is not None:
        return CORNER * (2 * np.array(clip.positive) - 1)
    mean = np.nanmean(clip.targets[3:], 0)
    if not np.isfinite(mean).all():
        return None
    adapter = run.members("final").adapter
    with torch.no_grad():
        if name == "deam":
            v, a = mean - adapter.campaign[int(clip.campaign[0])].numpy()
            raw = np.array([v - float(adapter.halo) * a, a])
        else:
            raw = (mean - adapter.zero.numpy()) / nn.functional.softplus(adapter.scale).numpy()
    gain = np.array([run.calibration()[axis] for axis in ("valence", "arousal")])
    return raw * gain[:, 0] + gain[:, 1]


def rated_windows(run, c: dict) -> Rated:
    """The windows of every rated clip, cold starts."""
    m, rows = run.material(), []
    for name in [n for n in WEIGHTS if n in m.clips]:
        pack = m.collections[name].pack("p0")
        raw, silent, own = inputs_of(pack, c), pack.arrays["silent"], []
        for clip in m.clips[name]:
            y = on_scale(run, name, clip) if clip.fold.startswith("fold") else None
            if y is not None:
                hops = pack.rows(clip.name)
                x, counts = windows(raw[hops], silent[hops], c["static"]["window"])
                own += [
                    (x[k], y, clip.fold, clip.name, name)
                    for k in range(len(counts))
                    if 2 * counts[k] >= c["static"]["window"]
                ]
        share = 2000 * WEIGHTS[name] / max(len(own), 1)
        rows += [(*row, share) for row in own]
    return Rated(*(np.array(part) for part in zip(*rows)))


def held_out(data: Rated, train) -> np.ndarray:
    """Predictions of every window by what ``train(x, y, weight)`` returns for the other folds."""
    p = np.zeros_like(data.y)
    for fold in np.unique(data.fold):
        own = data.fold == fold
        p[own] = train(data.x[~own], data.y[~own], data.weight[~own])(data.x[own])
    return p


def plain_ridge(x: np.ndarray, y: np.ndarray, weight: np.ndarray):
    """For comparison with the embedding: a ridge on the same features without it."""
    mean, std = x.mean(0), np.maximum(x.std(0), 1e-6)
    w, o = ridge(np.clip((x - mean) / std, -CLIP, CLIP), y, 1000.0, weight)
    return lambda z: np.clip((z - mean) / std, -CLIP, CLIP) @ w + o


def trees(x: np.ndarray, y: np.ndarray, weight: np.ndarray):
    """A non-linear model of the same features: extra trees."""
    from sklearn.ensemble import ExtraTreesRegressor

    forest = ExtraTreesRegressor(
        200, min_samples_leaf=3, max_features=0.3, n_jobs=1, random_state=1
    )
    return forest.fit(x, y, weight).predict


def clip_means(data: Rated, p: np.ndarray, collection: str):
    """(means [n, 2], ratings [n, 2], names) over each clip's windows."""
    own = data.collection == collection
    names, inverse = np.unique(data.name[own], return_inverse=True)
    count = np.bincount(inverse)[:, None]
    mean = np.stack([np.bincount(inverse, p[own, a]) for a in (0, 1)], 1) / count
    truth = np.stack([np.bincount(inverse, data.y[own, a]) for a in (0, 1)], 1) / count
    return mean, truth, names


def figures_of(data: Rated, p: np.ndarray) -> dict:
    """AUC of the quadrants and r of the ratings, for each axis [valence, arousal]."""
    out = {}
    for name in WEIGHTS:
        if (data.collection == name).any():
            mean, truth, _ = clip_means(data, p, name)
            if name in ("deam", "vgmidi"):
                out[f"{name}_r"] = [metrics.pearson(mean[:, a], truth[:, a]) for a in (0, 1)]
            else:
                out[f"{name}_auc"] = [
                    metrics.auroc(mean[truth[:, a] > 0, a], mean[truth[:, a] < 0, a])
                    for a in (0, 1)
                ]
                out[f"{name}_quadrants"] = float(((mean > 0) == (truth > 0)).all(1).mean())
    return out


def gains(data: Rated, p: np.ndarray) -> np.ndarray:
    """Zero and unit as the default model's, on clip means."""
    clips = {
        n: (m, (t > 0).astype(float))
        for n in calibrate.ZERO_SHARES
        if (data.collection == n).any()
        for m, t, _ in [clip_means(data, p, n)]
    }
    hops = {n: p[data.collection == n] for n in calibrate.BROAD if (data.collection == n).any()}
    return calibrate.gains(clips, hops)


def description(model: Static, c: dict) -> dict:
    """The ``circumplex`` metadata object."""
    return {
        "format": 1,
        "kind": "static",
        "name": c["name"],
        "description": c["description"],
        "licence": c.get("licence", "CC-BY-NC-4.0"),
        "frontend": c["frontend"],
        "inputs": c["model"]["inputs"],
        "cues": list(c["model"].get("cues", CUES)),
        "window": c["static"]["window"],
        "members": len(model.members),
        "embedding": [
            {"op": "dense", "name": "embedding.0"},
            {"op": "relu"},
            {"op": "dense", "name": "embedding.1"},
        ],
        "calibration": {
            name: list(map(float, model.gains[a])) for a, name in enumerate(("valence", "arousal"))
        },
    }


def write_model(path: Path, model: Static, c: dict) -> int:
    """Write the file; -> number of parameters."""
    values = {"input.mean": model.mean, "input.std": model.std}
    for i, (net, w, o) in enumerate(model.members):
        for k, layer in enumerate((net.hidden, net.out)):
            values[f"member{i}.embedding.{k}.weight"] = layer.weight.detach().numpy()
            values[f"member{i}.embedding.{k}.bias"] = layer.bias.detach().numpy()
        values[f"member{i}.readout.weight"], values[f"member{i}.readout.bias"] = w.T, o
    values = {k: np.asarray(v, np.float32) for k, v in values.items()}
    export.write_safetensors(
        path,
        values,
        {"circumplex": json.dumps(description(model, c), ensure_ascii=False), "format": "pt"},
    )
    return sum(v.size for v in values.values())


def write_golden(path: Path, model: Static, c: dict, mel: np.ndarray, cues: np.ndarray) -> None:
    """Features of some hops, and the reading after some of them, for tests/inference/test_static.c.

    The cues are named in the metadata, so that the test still holds when the engine has more.
    """
    pack = Pack({"mel": mel, "cues": cues}, [], np.zeros(0), np.zeros(0))
    x, size = inputs_of(pack, c), c["static"]["window"]
    after = [1, size // 2, size, size + size // 2 - 1, size + size // 2, len(x)]
    readings = [model.song(x[:n], np.zeros(n, bool), size) for n in after]
    names = list(c["model"].get("cues", CUES))
    values = {
        "golden.input.logmel": mel, "golden.input.cues": cues[:, [CUES.index(n) for n in names]],
        "golden.output.after": np.array(after), "golden.output.reading": np.array(readings),
    }
    export.write_safetensors(
        path,
        {k: np.asarray(v, np.float32) for k, v in values.items()},
        {"cues": " ".join(names), "format": "pt"},
    )


def run_all(run, models: Path | None) -> dict:
    """Train, score and, with a folder, export; ``run`` is the default model's, whose adapters and
    folds are used.
    """
    c = configuration.load("static")
    torch.set_num_threads(c["train"]["threads"])
    data, seed, members = rated_windows(run, c), c["train"]["seed"], c["model"]["members"]
    rows = {
        "triplet embedding + ridge": lambda x, y, w: fit(x, y, c["static"], members, seed, w).raw,
        "ridge on the same features": plain_ridge,
    }
    try:
        import sklearn  # noqa: F401

        rows["extra trees on the same features"] = trees
    except ImportError:
        print("extra trees: skipped, python3-sklearn is not installed")
    held = {name: held_out(data, train) for name, train in rows.items()}
    figures = {
        name: figures_of(data, p * g[:, 0] + g[:, 1])
        for name, p in held.items()
        for g in [gains(data, p)]
    }
    folder = work_folder("runs", "static")
    np.savez(
        folder / "held.npz",
        name=data.name,
        collection=data.collection,
        y=data.y,
        **{k.split()[0]: v for k, v in held.items()},
    )
    write_json(folder / "figures.json", figures)
    for name, row in figures.items():
        print(name, {k: np.round(v, 3).tolist() for k, v in row.items()}, flush=True)
    if models is not None:
        model = fit(data.x, data.y, c["static"], members, seed, data.weight)
        model.gains = gains(data, held["triplet embedding + ridge"])
        write_files(run, model, c, models)
        card(c, figures["triplet embedding + ridge"], models)
    return figures


def card(c: dict, figures: dict, models: Path) -> None:
    """The card beside the file; ``figures`` of held-out folds."""
    pair = lambda key: " / ".join(f"{v:.3f}".lstrip("0") for v in figures[key][::-1])
    rows = [
        (
            "kind",
            (
                "static: one valence and arousal a song, no curve; for `circumplex library add"
                " --static tnn`"
            ),
        ),
        (
            "features",
            (
                f"mean and standard deviation over {c['static']['window']} hops of:"
                f" {', '.join(c['model']['inputs'])}"
            ),
        ),
        (
            "model",
            (
                f"{c['model']['members']} embeddings of {c['static']['width']} dimensions, trained"
                " to tell ratings and on triplets, a ridge on each"
            ),
        ),
    ]
    for key, what in (
        ("fourq_auc", "4Q, held-out folds: AUC"),
        ("emopia_auc", "EMOPIA, held-out folds: AUC"),
        ("vgmidi_r", "VGMIDI, held-out folds: r of piece means"),
    ):
        if key in figures:
            rows.append((f"{what} (arousal / valence)", pair(key)))
    path = models / f"{c['name']}.safetensors"
    cards.write(
        models / f"{c['name']}.md",
        c,
        path.stat().st_size,
        rows,
        "It has no confidence: it reads speech and noise as if they were music.",
    )


def write_files(run, model: Static, c: dict, models: Path) -> None:
    """Model file and golden."""
    path = models / f"{c['name']}.safetensors"
    parameters = write_model(path, model, c)
    print(f"{path}: {parameters} parameters, {path.stat().st_size} bytes", flush=True)
    pack = run.composed_pack()
    if pack is None:
        return
    start = int(pack.starts[0]) + 45
    golden = models / "goldens" / "static" / path.name
    golden.parent.mkdir(parents=True, exist_ok=True)
    write_golden(
        golden,
        model,
        c,
        *(np.asarray(pack.arrays[k][start : start + 36], np.float32) for k in ("mel", "cues")),
    )
