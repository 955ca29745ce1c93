# SPDX-License-Identifier: GPL-3.0-or-later
"""What each part of the recipe gains: parts are added one by one, one member each, scored on folds 0 and 1
and on the sets that are never trained on."""

from __future__ import annotations

import copy
import json

import numpy as np

from . import loop, metrics, pipeline, transfer, turns
from .workspace import work_folder, write_json

FOLDS = ("fold0", "fold1")
PLAIN = {"movement": 0.0, "soft": 0.0, "campaign_offsets": False, "balance": 0.0, "setlist_weight": 0.0, "extra": [], "weights": {}}

# name, what changes against the step before
STEPS = (
    ("VAE code + cues, excerpts alone", {}),
    ("+ campaign offsets as nuisance terms", {"campaign_offsets": True}),
    ("+ set lists (joined excerpts, hard cuts)", {"setlist_weight": 0.3}),
    ("+ valence freed from arousal (balance)", {"balance": 0.4}),
    ("+ composed pieces, weight 0.1", {"extra": ["synth"], "weights": {"synth": 0.1}}),
    ("+ their changes count (movement 5), weight 0.4", {"movement": 5.0, "weights": {"synth": 0.4}}),
    ("+ soft labels from the teacher, 40 % (tried, not taken)", {"soft": 0.4}),
)


def score(run, train: dict) -> dict:
    """Train one member a fold with the recipe ``train``; -> the figures of the table."""
    config = copy.deepcopy(run.config)
    config["train"].update(train)
    material, inputs = run.features(), run.inputs()
    own = copy.copy(material)
    own.extra = [s for s in material.extra if (s.kind or s.pack) in train["extra"]]
    parts, readings, out = [], {}, {}
    others = [pack for pack in ("grekow", "vgmidi", "turns") if pack in material.packs]
    for number, fold in enumerate(FOLDS):
        test = [s for s in material.excerpts if s.fold == fold]
        members, mean, std = pipeline.train_on(own, inputs, config, lambda f: f.startswith("fold") and f != fold, config["train"]["seed"], 1, fold=number)
        parts.append(pipeline.scored(test, loop.predict_many(members, test, inputs.normalised(mean, std, {"deam"}))))
        x = inputs.normalised(mean, std, set(others))
        for pack in others:
            for n in material.packs[pack].names:
                readings.setdefault(pack, {}).setdefault(n, []).append(loop.predict(members, x[pack][material.packs[pack].rows(n)])["mean"])
    p, t, song, _ = (np.concatenate(a) for a in zip(*parts))
    for a, axis in enumerate(("valence", "arousal")):
        out[axis] = {"r": metrics.pearson(p[:, a], t[:, a]), "ccc": metrics.ccc(p[:, a], t[:, a])}
    mean_of = {pack: {n: np.mean(v, 0) for n, v in named.items()} for pack, named in readings.items()}
    out["grekow"] = transfer.grekow_figures(run.grekow, mean_of["grekow"])
    out["vgmidi"] = transfer.vgmidi_figures(run.pieces, mean_of["vgmidi"])
    if "turns" in mean_of:
        out["turns"] = turns.figures(mean_of["turns"])
    return out


def run_all(run) -> None:
    """Each step is kept as soon as it is done."""
    folder = work_folder("runs", "steps")
    train = dict(PLAIN)
    for number, (name, change) in enumerate(STEPS):
        train.update(change)
        path = folder / f"{number}.json"
        if not path.exists():
            write_json(path, {"name": name, **score(run, train)})
            print(name, path.read_text()[:200], flush=True)


def load() -> list[dict]:
    folder = work_folder("runs", "steps")
    return [json.loads(p.read_text()) for p in sorted(folder.glob("*.json"))]
