# SPDX-License-Identifier: GPL-3.0-or-later
"""The static model: one reading of a whole song (``models/static-tnn.safetensors``, ``inference/static.h``).

A window's features are the means and standard deviations of the step's inputs over its sounding hops.  A small net puts them on
a unit sphere, trained with regression triplets (a positive was rated close to the anchor, a negative far off); a ridge reads
valence and arousal from there; several such members are averaged.  A song's reading is the mean over its windows.

Training hears every excerpt four times: from a cold start, and within three set lists, since most windows of a song come when the
normaliser and the slow cues have long settled.  ``python3 -m circumplex_train static`` is one command, of a minute or two.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import nn

from . import config as configuration
from . import export, losses, metrics, pipeline, stages, transfer
from .sets import CUES, Pack, step_inputs
from .workspace import work_folder, write_json

AXES = stages.AXES
CLIP = 6.0
EXCERPT = 20  # hops


def windows(x: np.ndarray, silent: np.ndarray, window: int) -> tuple[np.ndarray, np.ndarray]:
    """Inputs of a song's hops [T, n] -> features of its windows [k, 2 n], and how many hops each has.

    Silent hops are left out.  What is left over counts from half a window on, or if there is nothing else: as in the engine.
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
        return nn.functional.normalize(self.out(self.drop(torch.relu(self.hidden(self.drop_in(x))))), dim=1)


def draw(rng: np.random.Generator, allowed: np.ndarray) -> np.ndarray:
    """One allowed column of each row, at random."""
    return (rng.random(allowed.shape, dtype=np.float32) * allowed).argmax(1)


def freed(y: np.ndarray, strength: float) -> np.ndarray:
    """Weights [N] under which valence and arousal of the ratings are (more nearly) independent."""
    moments = (y.mean(0).tolist(), y.std(0).tolist(), float(np.corrcoef(y.T)[0, 1]))
    return losses.balance(torch.from_numpy(y), moments, strength).numpy()


def fit_embedding(x: np.ndarray, y: np.ndarray, weight: np.ndarray, c: dict, seed: int) -> Embedding:
    """Triplets: features [N, 2 n] (normalised), ratings [N, 2], weights of the anchors [N]."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    net = Embedding(x.shape[1], c)
    optimiser = torch.optim.AdamW(net.parameters(), lr=c["lr"], weight_decay=c["weight_decay"])
    inputs = torch.from_numpy(x.astype(np.float32))
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
        loss = (gap.clamp(min=0) * torch.from_numpy(weight[pool[anchors[ok]]].astype(np.float32))).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return net.eval()


def ridge(x: np.ndarray, y: np.ndarray, strength: float, weight: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """-> weights [n, 2], offset [2]; the offset is not shrunk.  ``weight`` [N]: of the rows, for valence only."""
    w, offset = np.zeros((x.shape[1], 2)), np.zeros(2)
    for axis in (0, 1):
        row = weight if axis == 0 and weight is not None else np.ones(len(x))
        mx, my = np.average(x, axis=0, weights=row), np.average(y[:, axis], weights=row)
        centred = (x - mx) * row[:, None]
        w[:, axis] = np.linalg.solve(centred.T @ (x - mx) + strength * np.eye(x.shape[1]), centred.T @ (y[:, axis] - my))
        offset[axis] = my - mx @ w[:, axis]
    return w, offset


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
        """Inputs of a song's hops -> valence, arousal, and the spreads of both over the windows [4]."""
        features, hops = windows(x, silent, window)
        values = self.raw(features) * self.gains[:, 0] + self.gains[:, 1]
        mean = np.average(values, axis=0, weights=hops)
        spread = np.sqrt(np.average((values - mean) ** 2, axis=0, weights=hops))
        return np.concatenate([np.clip(mean, -1, 1), spread])


def fit(x: np.ndarray, y: np.ndarray, c: dict, members: int, seed: int) -> Static:
    model = Static(x.mean(0).astype(np.float32), np.maximum(x.std(0), 1e-6).astype(np.float32), [])
    inputs, weight = model.normalised(x), freed(y, c["balance"])
    for i in range(members):
        net = fit_embedding(inputs, y, weight, c, seed + 1000 * i)
        with torch.no_grad():
            e = net(torch.from_numpy(inputs.astype(np.float32))).numpy().astype(np.float64)
        model.members.append((net, *ridge(e, y, c["ridge"], weight)))
    return model


@dataclass
class Rated:
    """Windows with ratings.  ``cold``: read from a cold start, as the excerpts are scored."""

    x: np.ndarray
    y: np.ndarray
    fold: np.ndarray
    song: np.ndarray
    cold: np.ndarray


def inputs_of(pack: Pack, c: dict) -> np.ndarray:
    width = pack.arrays["cues"].shape[1]
    if width != len(CUES):
        raise SystemExit(f"a feature pack has {width} cues, not {len(CUES)}: it is older than dsp/; remove it and run the stage features")
    return step_inputs(pack, c["model"]["inputs"], list(c["model"].get("cues", CUES)))


def rated_windows(material, c: dict) -> Rated:
    """One window an excerpt and one for each time that it is in a set list; rated with its mean over the scored points."""
    raw = {n: inputs_of(material.packs[n], c) for n in ("deam", "setlists")}
    silent = {n: material.packs[n].arrays["silent"] for n in raw}
    size = c["static"]["window"]
    rows, targets = [], {}

    def add(pack: str, hops: slice, fold: str, song: int):
        x, counts = windows(raw[pack][hops], silent[pack][hops], size)
        if len(counts) and 2 * counts[0] >= size and song in targets:
            rows.append((x[0], targets[song], fold, song, pack == "deam"))

    for s in material.excerpts:
        if s.fold.startswith("fold"):
            targets[int(s.segment[0])] = np.nanmean(s.targets[pipeline.SCORED], 0)
            add("deam", slice(s.rows.start, s.rows.start + EXCERPT), s.fold, int(s.segment[0]))
    for s in material.setlists:
        for at in range(0, len(s.segment) - EXCERPT + 1, EXCERPT):
            start = s.rows.start + at
            add("setlists", slice(start, start + EXCERPT), s.fold, int(s.segment[at]))
    return Rated(*(np.array(part) for part in zip(*rows)))


def held_out(data: Rated, train) -> np.ndarray:
    """Predictions of every window by what ``train(x, y)`` made of the other folds."""
    p = np.zeros_like(data.y)
    for fold in np.unique(data.fold):
        own = data.fold == fold
        p[own] = train(data.x[~own], data.y[~own])(data.x[own])
    return p


def plain_ridge(x: np.ndarray, y: np.ndarray, balance: float):
    """What the embedding is worth: a ridge on the same features without it."""
    mean, std = x.mean(0), np.maximum(x.std(0), 1e-6)
    w, o = ridge(np.clip((x - mean) / std, -CLIP, CLIP), y, 1000.0, freed(y, balance))
    return lambda z: np.clip((z - mean) / std, -CLIP, CLIP) @ w + o


def calibrated(p: np.ndarray, data: Rated, ratio: float) -> tuple[np.ndarray, np.ndarray]:
    """The range opened by a gain fitted on the other folds' cold windows; and the gains for the final model [2, 2]."""
    out = p.copy()
    for fold in np.unique(data.fold):
        own, others = data.fold == fold, data.cold & (data.fold != fold)
        for a in (0, 1):
            gain, offset = stages.range_map(p[others, a], data.y[others, a], ratio)
            out[own, a] = gain * p[own, a] + offset
    gains = [stages.range_map(p[data.cold, a], data.y[data.cold, a], ratio) for a in (0, 1)]
    return np.clip(out, -1, 1), np.array(gains)


def figures_of(p: np.ndarray, t: np.ndarray, song: np.ndarray) -> dict:
    out, keep = {}, (song > 1000) & (song <= 2000)
    for a, name in enumerate(AXES):
        out[name] = metrics.pooled(p[:, a], t[:, a])
        for key, figure in (("ccc", metrics.ccc), ("r", metrics.pearson)):
            out[name][f"{key}_low"], out[name][f"{key}_high"] = metrics.bootstrap(p[:, a], t[:, a], song, figure)
        out[name]["r_2014"] = metrics.pearson(p[keep, a], t[keep, a])
    return out


def difference(p: np.ndarray, q: np.ndarray, t: np.ndarray, song: np.ndarray) -> dict:
    """CCC of ``p`` less that of ``q`` on the same songs, with its interval."""
    out = {}
    for a, name in enumerate(AXES):
        both = np.stack([p[:, a], q[:, a]], 1)
        gap = lambda values, truth: metrics.ccc(values[:, 0], truth) - metrics.ccc(values[:, 1], truth)
        out[name] = [gap(both, t[:, a]), *metrics.bootstrap(both, t[:, a], song, gap)]
    return out


def default_means(run, data: Rated) -> np.ndarray | None:
    """Means of the default model's held-out curves over the scored points, for the cold windows in their order."""
    if not all((run.folder / f"{f}.npz").exists() for f in pipeline.FOLDS):
        return None
    h, _ = run.calibrated()
    mean = {int(s): h["p"][h["song"] == s].mean(0) for s in np.unique(h["song"])}
    return np.array([mean.get(int(s), [np.nan, np.nan]) for s in data.song[data.cold]])


def compare(run, data: Rated, p: np.ndarray, q: np.ndarray) -> dict:
    """Rows of figures on the excerpts: static, ridge without embedding, and the default model's curve."""
    cold = data.cold
    t, song = data.y[cold], data.song[cold]
    rows = {"triplet embedding + ridge": figures_of(p[cold], t, song), "ridge on the same features": figures_of(q[cold], t, song)}
    out = {"rows": rows, "warm": figures_of(p[~cold], data.y[~cold], data.song[~cold])}
    means = default_means(run, data)
    if means is not None:
        ok = np.isfinite(means).all(1)
        rows["mean of the default model's curve"] = figures_of(means[ok], t[ok], song[ok])
        rows["mean of the two"] = figures_of((means + p[cold])[ok] / 2, t[ok], song[ok])
        out["difference"] = difference(p[cold][ok], means[ok], t[ok], song[ok])
    return out


def other_music(run, model: Static, c: dict) -> dict:
    """Grekow's excerpts and VGMIDI's pieces by the final model, and the default model's figures on them."""
    excerpts, grekow, pieces, vgmidi = transfer.load_packs(c)
    size, out = c["static"]["window"], {}

    def read(pack: Pack, names: list[str]) -> np.ndarray:
        x, silent = inputs_of(pack, c), pack.arrays["silent"]
        return np.array([model.song(x[pack.rows(n)], silent[pack.rows(n)], size)[:2] for n in names])

    p = read(grekow, [e.name for e in excerpts])
    m = read(vgmidi, [e.name for e in pieces])
    default = run.folder / "figures.json"
    curve = json.loads(default.read_text()) if default.exists() else {}
    for a, name in enumerate(AXES):
        out[f"grekow_{name}"] = metrics.pearson(p[:, a], np.array([getattr(e, name) for e in excerpts]))
        out[f"vgmidi_{name}"] = metrics.pearson(m[:, a], np.array([e.ratings[e.times >= transfer.FROM].mean(0)[a] for e in pieces]))
        out[f"default_grekow_{name}"] = curve.get("grekow", {}).get(f"{name}_r")
        out[f"default_vgmidi_{name}"] = curve.get("vgmidi", {}).get(f"{name}_means")
    return out


def description(model: Static, c: dict) -> dict:
    """The ``circumplex`` metadata object."""
    return {
        "format": 1, "kind": "static", "name": c["name"], "description": c["description"], "licence": c.get("licence", "CC-BY-NC-4.0"),
        "frontend": c["frontend"], "inputs": c["model"]["inputs"], "cues": list(c["model"].get("cues", CUES)),
        "window": c["static"]["window"], "members": len(model.members),
        "embedding": [{"op": "dense", "name": "embedding.0"}, {"op": "relu"}, {"op": "dense", "name": "embedding.1"}],
        "calibration": {name: list(map(float, model.gains[a])) for a, name in enumerate(AXES)},
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
    export.write_safetensors(path, values, {"circumplex": json.dumps(description(model, c), ensure_ascii=False), "format": "pt"})
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
    export.write_safetensors(path, {k: np.asarray(v, np.float32) for k, v in values.items()}, {"cues": " ".join(names), "format": "pt"})


def card(figures: dict, c: dict, models: Path, parameters: int) -> None:
    """models/<name>.md."""
    from .results import f

    own, other = figures["rows"]["triplet embedding + ridge"], figures["other"]
    ccc = ", ".join(f"{a} {f(own[a]['ccc'])} ({f(own[a]['ccc_low'])}-{f(own[a]['ccc_high'])})" for a in ("arousal", "valence"))
    (models / f"{c['name']}.md").write_text(f"""# {c['name']}

{c['description']}. Written by `python3 -m circumplex_train static`.

| | |
|---|---|
| file | `{c['name']}.safetensors`, {parameters} parameters |
| kind | static: one valence and arousal a song, no curve; for `circumplex library add --static tnn` |
| licence of the weights | CC-BY-NC-4.0, since DEAM's annotations are for non-commercial research |
| rated music | DEAM / MediaEval "Emotion in Music" (Aljanaki, Yang, Soleymani 2017): 1,563 excerpts, Creative Commons music |
| front end | {c['frontend']['n_mel']} mel bands, {c['frontend']['fmin']:g}-{c['frontend']['fmax']:g} Hz, relative to the gated loudness of the last 60 s |
| features | mean and standard deviation over {c['static']['window']} hops of: {', '.join(c['model']['inputs'])} |
| model | {c['model']['members']} embeddings of {c['static']['width']} dimensions trained on triplets, a ridge on each |
| CCC of excerpt means, five artist-disjoint folds | {ccc} |
| never trained on | Grekow r {f(other['grekow_arousal'])} / {f(other['grekow_valence'])}; VGMIDI piece means r {f(other['vgmidi_arousal'])} / {f(other['vgmidi_valence'])} (arousal / valence) |

Limits: those of the default model, and it has no confidence: it reads speech and noise as if they were music. The spread is how far the windows of
the song lie apart. All figures: `docs/results.md`.
""")


def section() -> str:
    """The part of docs/results.md."""
    from .results import f, table

    path = work_folder("runs", "static") / "figures.json"
    if not path.exists():
        return "Not run."
    axes, figures = ("arousal", "valence"), json.loads(path.read_text())
    pair = lambda x, key: " / ".join(f(x[a][key]) for a in axes)
    span = lambda x: ", ".join(f"{f(x[a]['ccc_low'], 2)}-{f(x[a]['ccc_high'], 2)}" for a in axes)
    rows = [[name, pair(x, "rmse"), pair(x, "r"), pair(x, "r2"), pair(x, "ccc"), span(x), pair(x, "r_2014")] for name, x in figures["rows"].items()]
    w, o = figures["warm"], figures["other"]
    rows.append(["the first, on the same excerpts within set lists", pair(w, "rmse"), pair(w, "r"), pair(w, "r2"), pair(w, "ccc"), span(w), pair(w, "r_2014")])
    text = table(["A / V", "RMSE", "r", "R2", "CCC", "95 % of CCC", "r, songs 1001-2000"], rows)
    if "difference" in figures:
        gaps = ", ".join(f"{a} {figures['difference'][a][0]:+.3f} ({figures['difference'][a][1]:+.3f} to {figures['difference'][a][2]:+.3f})" for a in axes)
        text += f"\n\nCCC of the first less that of the default model's curve, on the same songs: {gaps}."
    other = [
        [title] + [" / ".join(f(o[f"{kind}{data}_{a}"]) for a in axes) for data in ("grekow", "vgmidi")]
        for title, kind in (("triplet embedding + ridge", ""), ("mean of the default model's curve", "default_"))
    ]
    return text + "\n\n" + table(["r, never trained on (A / V)", "Grekow, 324 excerpts", "VGMIDI, piece means"], other)


def run_all(run, models: Path) -> None:
    """Train, evaluate and export; ``run`` is the default model's, whose curves are compared with."""
    c = configuration.load("static")
    torch.set_num_threads(c["train"]["threads"])
    data = rated_windows(run.features(), c)
    seed, members = c["train"]["seed"], c["model"]["members"]
    p = held_out(data, lambda x, y: fit(x, y, c["static"], members, seed).raw)
    p, gains = calibrated(p, data, c["train"].get("sd_ratio", 0.9))
    q, _ = calibrated(held_out(data, lambda x, y: plain_ridge(x, y, c["static"]["balance"])), data, c["train"].get("sd_ratio", 0.9))
    model = fit(data.x, data.y, c["static"], members, seed)
    model.gains = gains
    figures = compare(run, data, p, q)
    figures["other"] = other_music(run, model, c)
    write_json(work_folder("runs", "static") / "figures.json", figures)
    path = models / f"{c['name']}.safetensors"
    parameters = write_model(path, model, c)
    probe = work_folder("features") / "probe"
    if (probe / "index.npz").exists():
        pack = Pack.load(probe)
        rows = slice(pack.rows(pack.names[0]).start + 45, pack.rows(pack.names[0]).start + 45 + 36)
        golden = models / "goldens" / "static" / path.name
        golden.parent.mkdir(parents=True, exist_ok=True)
        write_golden(golden, model, c, *(np.asarray(pack.arrays[k][rows], np.float32) for k in ("mel", "cues")))
    card(figures, c, models, parameters)
    print(f"{path}: {parameters} parameters, {path.stat().st_size} bytes\n\n{section()}", flush=True)
