# SPDX-License-Identifier: GPL-3.0-or-later
"""``python3 -m circumplex_train [--config NAME] [--quick] [STAGE ...]``: the whole chain, or parts
of it.

Stages, in order: features pretrain train read static export results.  Without any, all but export.
Collections that are not on this machine are left out with a message (DATA.md says how each
collection is made).  Nothing is written into models/ unless --install says so: export writes into
the run's folder.

``python3 -m circumplex_train TOOL ...`` runs one of yardstick, packs, render, learners, factors,
corpus, synth, turns, negatives.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from pathlib import Path

import torch

from . import config as configuration
from . import static
from .stages import Run

STAGES = ("features", "pretrain", "train", "read", "static", "export", "steps", "results")
# with options of their own
TOOLS = (
    "yardstick",
    "packs",
    "render",
    "learners",
    "factors",
    "corpus",
    "synth",
    "turns",
    "negatives",
)
DEFAULT = ("features", "pretrain", "train", "read", "static", "export")


def quick(config: dict) -> dict:
    """A test run of some minutes: short training, one member, two folds, few steps of the encoder.
    """
    train, model, encoder = ({**config[k]} for k in ("train", "model", "encoder"))
    train.update(steps=120, folds=["fold0", "fold1"], variants=["p0", "p2"])
    model.update(members=1, fold_members=1)
    other = config.get("variation", {})
    if other.get("train"):
        other = {**other, "train": {**other["train"], "steps": 60}}
    encoder.update(steps=150, name="quick-" + encoder.get("name", encoder["kind"]))
    return {
        **config,
        "train": train,
        "model": model,
        "variation": other,
        "encoder": encoder,
        "name": "quick-" + config["name"],
    }


def main() -> None:
    if len(sys.argv) > 1 and sys.argv[1] in TOOLS:
        importlib.import_module(f".{sys.argv[1]}", __package__).main(sys.argv[2:])
        return
    parser = argparse.ArgumentParser(prog="circumplex_train", description=__doc__)
    parser.add_argument(
        "--config", default="default", help="a name in train/configs or a TOML file"
    )
    parser.add_argument(
        "--quick", action="store_true", help="a run of minutes, to see that everything works"
    )
    parser.add_argument(
        "--install",
        type=Path,
        metavar="FOLDER",
        help="export into this folder (models/ of the source tree) instead of the run's own",
    )
    parser.add_argument("stages", nargs="*", metavar="STAGE", help=" ".join(STAGES))
    args = parser.parse_args()
    unknown = set(args.stages) - set(STAGES)
    if unknown:
        parser.error(f"no such stage: {', '.join(sorted(unknown))}")
    config = configuration.load(args.config)
    run = Run(quick(config) if args.quick else config)
    torch.set_num_threads(config["train"]["threads"])
    target = args.install or run.folder
    for stage in args.stages or DEFAULT:
        print(f"== {stage}", flush=True)
        if stage == "features":
            run.material()
        elif stage == "pretrain":
            run.encoder()
        elif stage == "train":
            run.train()
        elif stage == "read":
            run.report()
        elif stage == "static":
            static.run_all(run, target)
        elif stage == "export":
            run.export(target)
        elif stage == "steps":
            from . import steps

            steps.run_all(run)
        elif stage == "results":
            from . import results

            results.write(run)


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
