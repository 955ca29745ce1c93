# SPDX-License-Identifier: GPL-3.0-or-later
"""The comparison matrix: every row trained and scored in the same five folds.

The rows share one small recipe (excerpts only, one member, ``configs/matrix.toml``), so that they
differ in nothing but what their names say; the default model has its full recipe and is shown beside them.
"""

from __future__ import annotations

import copy
import json

import numpy as np
import torch

from . import baselines, config as configuration, deletion, loop, metrics, pipeline, pretrain, stages
from .nets import Member
from .sets import CUES, Material, step_inputs
from .workspace import work_folder, write_json

SPECTRAL = ["centroid", "spectral_spread", "rolloff", "flatness", "bass_share", "contrast", "flux", "loudness_momentary"]

# name, section, inputs, cues (None: all), temporal changes, encoder, causal
ROWS = [
    ("constant mean", "baselines", ["cues"], None, "mean", None, True),
    ("ridge on cues", "baselines", ["cues"], None, "ridge", None, True),
    ("SVR on cues", "baselines", ["cues"], None, "svr", None, True),
    ("forward RNN, 10 units, cues", "baselines", ["cues"], None, {"type": "rnn", "hidden": 10}, None, True),
    ("VAE code, LSTM", "encoders", ["code"], None, {"type": "lstm"}, "vae", True),
    ("AE code, LSTM", "encoders", ["code"], None, {"type": "lstm"}, "ae", True),
    ("supervised CNN, LSTM", "encoders", ["code"], None, {"type": "lstm"}, "cnn", True),
    ("no encoder (mel statistics), LSTM", "encoders", ["melstats"], None, {"type": "lstm"}, None, True),
    ("VAE code + cues, LSTM", "temporal", ["code", "cues"], None, {"type": "lstm"}, "vae", True),
    ("VAE code + cues, attentive LSTM", "temporal", ["code", "cues"], None, {"type": "attentive-lstm"}, "vae", True),
    ("VAE code + cues, causal transformer", "temporal", ["code", "cues"], None, {"type": "transformer", "heads": 4, "layers": 1}, "vae", True),
    ("VAE code + cues, backward attention", "temporal", ["code", "cues"], None, {"type": "attentive-lstm", "backward": True}, "vae", False),
    ("VAE code + cues, BLSTM", "temporal", ["code", "cues"], None, {"type": "lstm", "bidirectional": True}, "vae", False),
    ("chroma", "features", ["chroma"], None, {"type": "attentive-lstm"}, None, True),
    ("constant-Q (semitones)", "features", ["semitones"], None, {"type": "attentive-lstm"}, None, True),
    ("spectral cues", "features", ["cues"], SPECTRAL, {"type": "attentive-lstm"}, None, True),
    ("mel statistics", "features", ["melstats"], None, {"type": "attentive-lstm"}, None, True),
    ("mel statistics + cues", "features", ["melstats", "cues"], None, {"type": "attentive-lstm"}, None, True),
    ("cues", "features", ["cues"], None, {"type": "attentive-lstm"}, None, True),
]


def slug(name: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in name.lower()).strip("-")


class CnnMember(torch.nn.Module):
    """Supervised encoder and member trained as one; used by the CNN row only."""

    def __init__(self, encoder, member):
        super().__init__()
        self.encoder, self.member = encoder, member

    def forward(self, mel: torch.Tensor):
        b, t = mel.shape[:2]
        code = self.encoder(self.encoder.normalise(mel.flatten(0, 1))).view(b, t, -1)
        return self.member(code.clamp(-6, 6))


def train_cnn(material: Material, config: dict, train, test) -> np.ndarray:
    """-> predictions [n, 20, 2] of the test excerpts."""
    from . import losses

    torch.manual_seed(config["train"]["seed"])
    rng = np.random.default_rng(config["train"]["seed"])
    mel = material.packs["deam"].arrays["mel"]
    encoder = pretrain.build("cnn", config["frontend"]["n_mel"], 32, decode=False)
    rows = np.concatenate([np.arange(s.rows.start, s.rows.start + 20) for s in train])
    sample = np.asarray(mel[rows[:: 4]], np.float32)
    encoder.mel_mean.copy_(torch.from_numpy(sample.mean((0, 1))))
    encoder.mel_std.copy_(torch.from_numpy(sample.std((0, 1))).clamp(min=1.0))
    net = CnnMember(encoder, Member(32, config["model"]["temporal"]))
    epochs, batch = config["train"]["epochs"], config["train"]["batch"]
    steps = epochs * (len(train) // batch)
    optimiser = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2e-3, total_steps=steps + 1)
    targets = np.stack([s.targets[:20] for s in train])
    weights = np.stack([s.weight[:20] for s in train])
    for step in range(steps):
        picks = rng.choice(len(train), batch, replace=False)
        x = np.stack([np.asarray(mel[train[i].rows][:20], np.float32) for i in picks])
        out = net(torch.from_numpy(x))
        t, w = torch.from_numpy(targets[picks]), torch.from_numpy(weights[picks])
        loss = losses.emotion_loss(out["mean"], t, w, config["train"]["ccc_share"])
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        schedule.step()
    net.eval()
    with torch.no_grad():
        parts = [np.stack([np.asarray(mel[s.rows][:20], np.float32) for s in test[i : i + 64]]) for i in range(0, len(test), 64)]
        return np.concatenate([net(torch.from_numpy(x))["mean"].numpy() for x in parts])


def run_row(run: "stages.Run", base: dict, row) -> dict:
    """Train and score one row in five folds."""
    name, section, inputs, cues, temporal, encoder, causal = row
    material = run.features()
    excerpts = [s for s in material.excerpts if s.fold.startswith("fold")]
    config = copy.deepcopy(base)
    config["model"]["inputs"] = inputs
    if cues:
        config["model"]["cues"] = cues
    if isinstance(temporal, dict):
        config["model"]["temporal"] = {**config["model"]["temporal"], **temporal}
    code = None
    if encoder in ("vae", "ae"):
        config["encoder"] = {**run.config["encoder"], "kind": encoder}
        code = pretrain.encode(stages.Run({**config, "name": run.config["name"]}).pretrain(), material.packs["deam"].arrays["mel"])[0]
    raw = None if encoder == "cnn" else step_inputs(material.packs["deam"], inputs, cues or CUES, code)
    parts, deletions = [], []
    for number, fold in enumerate(pipeline.FOLDS):
        train = [s for s in excerpts if s.fold != fold]
        test = [s for s in excerpts if s.fold == fold]
        if encoder == "cnn":
            predictions = train_cnn(material, config, train, test)
        else:
            mean, std = loop.moments([raw[s.rows] for s in train])
            x = {"deam": loop.normalise(raw, mean, std)}
            if temporal in ("mean", "ridge", "svr"):
                predictions = baselines.dynamic_baseline(temporal, train, test, x)
            else:
                groups = {inputs[0]: slice(0, raw.shape[1])}
                member = loop.fit_member([loop.Stack(train, x)], raw.shape[1], config["model"]["temporal"], config["train"], config["train"]["seed"], groups, std)
                predictions = loop.predict_many([member], test, x)
                if member.attention is not None or member.transformer is not None:
                    if number == 0:
                        deletions.append(deletion.deletion([member], [x["deam"][s.rows][:20] for s in test[:60]]))
                if number == 0:
                    torch.save((member, mean, std), work_folder("runs", "matrix") / f"{slug(name)}.pt")
        parts.append(pipeline.scored(test, predictions))
    p, t, song, campaign = (np.concatenate(a) for a in zip(*parts))
    figures = {"name": name, "section": section, "causal": causal}
    keep = (song > 1000) & (song <= 2000)
    for a, axis in enumerate(stages.AXES):
        figures[axis] = metrics.dynamic_report(p[:, a], t[:, a], song, 200)
        figures[axis]["means_2014_r"] = metrics.pearson(*metrics.song_means(p[keep, a], t[keep, a], song[keep]))
    if deletions:
        figures["deletion"] = deletions[0]
    return figures


def run_all(run: "stages.Run") -> None:
    """All rows and the static methods, each kept as soon as it is done."""
    base = configuration.load("matrix")
    folder = work_folder("runs", "matrix")
    torch.set_num_threads(base["train"]["threads"])
    for row in ROWS:
        path = folder / f"{slug(row[0])}.json"
        if not path.exists():
            figures = run_row(run, base, row)
            write_json(path, figures)
            print(row[0], {a: {k: round(figures[a][k], 3) for k in ("rmse", "r", "ccc")} for a in stages.AXES}, flush=True)
    if not (folder / "static.json").exists():
        material = run.features()
        excerpts = [s for s in material.excerpts if s.fold.startswith("fold")]
        raw = step_inputs(material.packs["deam"], ["cues", "chroma", "semitones", "melstats"], CUES)
        figures, (before, after, targets) = baselines.static_rows(excerpts, {"deam": loop.normalise(raw, *loop.moments([raw]))})
        np.savez(folder / "tsne.npz", before=before, after=after, targets=targets)
        write_json(folder / "static.json", figures)


def load_rows() -> list[dict]:
    """Finished rows in their order."""
    folder = work_folder("runs", "matrix")
    return [json.loads(p.read_text()) for p in (folder / f"{slug(r[0])}.json" for r in ROWS) if p.exists()]
