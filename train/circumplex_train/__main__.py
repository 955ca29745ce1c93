# SPDX-License-Identifier: GPL-3.0-or-later
"""``python3 -m circumplex_train [--config NAME] [STAGE ...]``: the whole chain, or parts of it.

Stages, in order: features pretrain train evaluate export static steps matrix results.  Without any, all of them.
Material that other modules make (corpus, teacher, synth, augment, negatives: see DATA.md) is used
where it has been made, and the run says what is missing.

``python3 -m circumplex_train TOOL ...`` runs one of yardstick, packs, render, learners, factors, corpus, synth, turns, negatives.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from pathlib import Path

import torch

from . import config as configuration
from . import matrix, results, static, steps
from .stages import LISTS, Run
from .workspace import work_folder

STAGES = ("features", "pretrain", "train", "evaluate", "export", "static", "steps", "matrix", "results")


# Tools of their own, with their own options.
TOOLS = ("yardstick", "packs", "render", "learners", "factors", "corpus", "synth", "turns", "negatives")


def main() -> None:
    if len(sys.argv) > 1 and sys.argv[1] in TOOLS:
        importlib.import_module(f".{sys.argv[1]}", __package__).main(sys.argv[2:])
        return
    parser = argparse.ArgumentParser(prog="circumplex_train", description=__doc__)
    parser.add_argument("--config", default="default", help="a name in train/configs or a TOML file")
    parser.add_argument("--models", type=Path, default=Path(__file__).resolve().parents[2] / "models", help="where model files go")
    parser.add_argument("stages", nargs="*", metavar="STAGE", help=" ".join(STAGES))
    args = parser.parse_args()
    unknown = set(args.stages) - set(STAGES)
    if unknown:
        parser.error(f"no such stage: {', '.join(sorted(unknown))}")
    config = configuration.load(args.config)
    torch.set_num_threads(config["train"]["threads"])
    run = Run(config)
    for name in config["train"].get("extra", []):
        if not (work_folder() / LISTS[name]).exists():
            print(f"{LISTS[name]} has not been made (DATA.md): training goes on without it")
    for stage in args.stages or STAGES:
        print(f"== {stage}", flush=True)
        if stage == "features":
            run.features()
        elif stage == "pretrain":
            run.pretrain()
        elif stage == "train":
            run.train()
        elif stage == "evaluate":
            run.evaluate()
        elif stage == "export":
            run.export(args.models)
            results.card(run, args.models)
        elif stage == "static":
            static.run_all(run, args.models)
        elif stage == "steps":
            steps.run_all(run)
        elif stage == "matrix":
            matrix.run_all(run)
        elif stage == "results":
            results.write(run, args.models)


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
