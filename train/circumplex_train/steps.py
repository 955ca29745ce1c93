# SPDX-License-Identifier: GPL-3.0-or-later
"""What each part of the recipe gains: rows that differ from the default in one thing, one member
each, on folds 0 and 1, measured by the yardstick.

    python3 -m circumplex_train steps
"""

from __future__ import annotations

import copy
import json

from . import config as configuration
from .stages import Run
from .workspace import work_folder, write_json

FOLDS = ["fold0", "fold1"]

# slug, what it is, changes of [model], [model.temporal] and [train]
ROWS = (
    ("default", "the default recipe", {}, {}, {}),
    ("cues", "without the VAE's code", {"inputs": ["cues"]}, {}, {}),
    ("code", "the VAE's code alone", {"inputs": ["code"]}, {}, {}),
    ("no-halo", "DEAM's valence taken as it is (no halo adapter)", {}, {}, {"halo": 0.0, "halo_free": False}),
    ("deam", "DEAM alone", {}, {}, {"weights": {"fourq": 0.0, "emopia": 0.0, "ym2413": 0.0, "vgmidi": 0.0, "synth": 0.0}}),
    ("no-piano", "without EMOPIA and YM2413", {}, {}, {"weights": {"emopia": 0.0, "ym2413": 0.0}}),
    ("no-vgmidi", "without VGMIDI", {}, {}, {"weights": {"vgmidi": 0.0}}),
    ("no-synth", "without composed pieces", {}, {}, {"weights": {"synth": 0.0}}),
    ("no-zero", "without the zero's loss", {}, {}, {"zero": 0.0}),
    ("no-consistency", "without agreement of start phases", {}, {}, {"consistency": 0.0}),
    ("no-cut", "without hard cuts", {}, {}, {"cut": 0.0}),
    ("no-repetition", "without the repetition loss", {}, {}, {"repetition": 0.0}),
    ("additive", "additive score with an age table", {}, {"score": "additive"}, {"repetition": 0.0}),
    ("lstm", "LSTM without attention", {}, {"type": "lstm"}, {"repetition": 0.0}),
)  # fmt: skip


def run_row(base: dict, row) -> dict:
    """Train on two folds and measure; kept in runs/step-<slug>/figures.json."""
    slug, title, model, temporal, train = row
    config = copy.deepcopy(base)
    config["name"] = f"step-{slug}"
    config["model"].update(model)
    config["model"]["temporal"].update(temporal)
    for key, value in train.items():
        config["train"][key] = (
            {**config["train"][key], **value} if isinstance(value, dict) else value
        )
    config["train"]["folds"] = FOLDS
    run = Run(config)
    path = run.folder / "figures.json"
    if not path.exists():
        run.train(FOLDS, final=False)
        run.report(quick=True)
        figures = json.loads((run.folder / "yardstick.json").read_text())
        write_json(path, {"title": title, "figures": figures})
    return json.loads(path.read_text())


def run_all(run: Run, rows=None) -> None:
    """Every row, stored as soon as it is done."""
    for row in ROWS:
        if rows is None or row[0] in rows:
            run_row(run.config, row)
            print(row[1], flush=True)


def load() -> list[dict]:
    """Finished rows in their order."""
    paths = [work_folder("runs") / f"step-{row[0]}" / "figures.json" for row in ROWS]
    return [json.loads(p.read_text()) for p in paths if p.exists()]


if __name__ == "__main__":
    run_all(Run(configuration.load("default")))
