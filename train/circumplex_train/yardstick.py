# SPDX-License-Identifier: GPL-3.0-or-later
"""The table for all choices: how well readings agree with listeners on five collections, and how
much disturbances change them.

    python3 -m circumplex_train yardstick --run NAME [--run OTHER] [--quick] [--judge] [--json FILE]
    python3 -m circumplex_train yardstick --model FILE [--tool circumplex] [--name NAME] [--quick]
    [--judge]

With --run the readings are those of fold models (readings.py); with --model a model file reads
everything through the C engine first, which says nothing about folds: a shipped model has seen the
clips.  Every figure is followed by its 95 % interval, from drawing whole songs (artists, series)
anew 300 times.  --judge also looks at Grekow's excerpts, and counts the look in
train/grekow-looks.txt: nothing may be chosen by them.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from . import judged, readings, robust
from .workspace import write_json

ROOT = Path(__file__).resolve().parents[2]
LOOKS = ROOT / "train" / "grekow-looks.txt"
SECTIONS = (
    ("4Q: 600 songs in four quadrants", judged.fourq), ("EMOPIA: 806 piano clips", judged.emopia), ("YM2413: 638 pieces of game music", judged.ym2413),
    ("VGMIDI: 102 pieces rated measure by measure", judged.vgmidi), ("DEAM: 1,563 excerpts rated every half second", judged.deam),
    ("Turns: loops in which one thing changes", robust.turns), ("Any start", robust.jitter), ("A new piece", robust.cuts), ("Started in the middle", robust.middles), ("A softer passage", robust.dips),
    ("Something loud", robust.bursts), ("Channels", robust.channels), ("Bandwidth", robust.bands), ("Words", judged.words), ("Attention", robust.attention), ("Confidence", judged.confidence), ("Spreads", judged.spreads),
)  # fmt: skip


@dataclass
class Figure:
    """One row's value, its 95 % interval (nan: not drawn), and what is aimed at."""

    section: str
    name: str
    value: float
    low: float = float("nan")
    high: float = float("nan")
    aim: str = ""


def looks(run: str) -> int:
    """Count a use of the test set; -> the number of uses."""
    lines = LOOKS.read_text().splitlines() if LOOKS.exists() else []
    LOOKS.write_text("\n".join([*lines, run]) + "\n")
    return len(lines) + 1


def measure(run: str, judge: bool = False) -> list[Figure]:
    """All figures that a run's readings allow."""
    kept = readings.Readings(run)
    out = []
    for title, rows in SECTIONS:
        out += [Figure(title, *row) for row in rows(kept)]
    rows = judged.grekow(kept) if judge else []
    if rows:
        print(f"{run}: look number {looks(run)} at the judge", file=sys.stderr)
    return out + [
        Figure("Grekow: 324 excerpts rated by experts, a judge that nothing was chosen by", *row)
        for row in rows
    ]


def shown(figure: Figure | None) -> str:
    """Value and interval; '-' where it was not measured."""
    if figure is None or not np.isfinite(figure.value):
        return "-"
    text = (
        f"{figure.value:+.3f}"
        if figure.name.startswith("r of") or "mean of" in figure.name
        else f"{figure.value:.3f}"
    )
    return text + (f" ({figure.low:.2f}..{figure.high:.2f})" if np.isfinite(figure.low) else "")


def table(columns: dict[str, list[Figure]], head: bool = True) -> str:
    """Markdown, one column a run; sections as rows of their own."""
    keys = list(
        dict.fromkeys((f.section, f.name, f.aim) for figures in columns.values() for f in figures)
    )
    found = {run: {(f.section, f.name): f for f in figures} for run, figures in columns.items()}
    lines, section = [
        "| | " + " | ".join(columns) + " | aim |",
        "|---" * (len(columns) + 2) + "|",
    ], ""
    for title, name, aim in keys:
        if title != section:
            section = title
            lines.append(f"| **{title}** |" + " |" * (len(columns) + 1))
        lines.append(
            f"| {name} | "
            + " | ".join(shown(found[run].get((title, name))) for run in columns)
            + f" | {aim} |"
        )
    return "\n".join(lines)


def main(arguments: list[str]) -> None:
    """See the module's docstring."""
    parser = argparse.ArgumentParser(
        prog="circumplex_train yardstick", description=__doc__.splitlines()[0]
    )
    parser.add_argument(
        "--run",
        action="append",
        default=[],
        help="a run of fold models, by its folder's name; may be given again",
    )
    parser.add_argument("--model", type=Path, help="a model file, read through the C engine")
    parser.add_argument("--name", help="the run's name for --model (default: the file's)")
    parser.add_argument("--tool", type=Path, default=ROOT / "build/release/cli/circumplex")
    parser.add_argument("--kept", action="store_true", help="use what --model read the last time")
    parser.add_argument(
        "--quick", action="store_true", help="only what choices between models need"
    )
    parser.add_argument("--judge", action="store_true", help="also Grekow's excerpts; counted")
    parser.add_argument("--only", nargs="*", help="collections to read anew (with --model)")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    args = parser.parse_args(arguments)
    runs = list(args.run)
    if args.model:
        runs.append(args.name or f"engine-{args.model.stem}")
        if not args.kept:
            readings.collect_engine(
                runs[-1], args.tool, args.model, args.quick, args.only, args.judge
            )
    if not runs:
        parser.error("name a run (--run) or a model file (--model)")
    columns = {run: measure(run, args.judge) for run in runs}
    if not any(columns.values()):
        sys.exit("nothing was read: see readings.py")
    print(table(columns))
    if args.json:
        write_json(args.json, {run: [vars(f) for f in figures] for run, figures in columns.items()})


if __name__ == "__main__":
    main(sys.argv[1:])
