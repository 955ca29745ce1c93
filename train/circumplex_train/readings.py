# SPDX-License-Identifier: GPL-3.0-or-later
"""A model's readings, stored as files that the yardstick evaluates: by fold models in PyTorch, or
by a model file through the C engine.

One folder a run, runs/<run>/read/ in the work folder, one file a collection and variant
(<collection>-<variant>.npz); the clips `names`, of `lengths` hops, one after the other:
  p [N, 2]        valence, arousal as they are shown; every clip from a cold start, by a model that
  did not see its fold deam [N, 2]     the same through DEAM's adapter (DEAM alone)
  spread [N, 2], confidence [N], song [N, 2] (whole-piece estimate), alpha [N, W] (attention by age,
  now first): where there are
"""

from __future__ import annotations

import csv
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from . import packs
from .workspace import Progress, work_folder

QUICK = {name: ("p0",) for name in ("fourq", "deam", "emopia", "ym2413", "vgmidi", "turns")} | {
    "jitter": tuple(f"j{k}" for k in range(0, 10, 2))
}
FULL = {
    "fourq": ("p0", *packs.BANDS), "deam": ("p0",), "emopia": ("p0",), "ym2413": ("p0",), "vgmidi": ("p0",), "turns": ("p0",), "whole": ("p0",), "corpus": ("p0",),
    "cuts": ("p0",), "middles": ("p0",), "dips": ("p0",), "bursts": ("p0",), "repeats": ("p0",), "channels": ("p0",), "negatives-test": ("p0",), "jitter": tuple(f"j{k}" for k in range(10)),
}  # fmt: skip
CODED_EVERY = 20  # of 4Q's clips, at what is measured through the engine alone
JUDGE = {"grekow": ("p0",)}


def folder_of(run: str) -> Path:
    return work_folder("runs", run, "read")


def write(
    folder: Path, collection: str, variant: str, parts: dict[str, dict[str, np.ndarray]]
) -> None:
    """Store the readings of some clips; `parts[clip]` holds arrays of that clip's hops."""
    names = [name for name, part in parts.items() if "p" in part]
    arrays = {}
    for key in sorted({key for name in names for key in parts[name]}):
        if all(key in parts[name] for name in names):
            kind = np.float16 if key == "alpha" else np.float32
            arrays[key] = np.concatenate([np.asarray(parts[name][key], kind) for name in names])
    partial = folder / f"{collection}-{variant}.partial.npz"
    np.savez(
        partial,
        names=np.array(names),
        lengths=np.array([len(parts[n]["p"]) for n in names]),
        **arrays,
    )
    partial.rename(folder / f"{collection}-{variant}.npz")


def collect(run: str, read, quick: bool = False, only=None, judge: bool = False) -> None:
    """Let `read(fold, collection, variant, rows) -> {"p": [T, 2], ...}` read every clip that the
    yardstick evaluates.
    """
    for name, variants in ((JUDGE if judge else {}) | (QUICK if quick else FULL)).items():
        collection = packs.load(name, only=variants) if only is None or name in only else None
        for variant in variants if collection is not None else ():
            pack = collection.pack(variant)
            parts = {
                n: read(collection.items[n].fold, name, variant, pack.rows(n)) for n in pack.names
            }
            write(folder_of(run), name, variant, parts)


class Readings:
    """The stored readings of a run, with the facts about the clips."""

    def __init__(self, run: str):
        self.run, self.folder = run, folder_of(run)
        self._items: dict = {}
        self._arrays: dict = {}

    def items(self, name: str) -> dict:
        """{clip: sources.Item}."""
        if name not in self._items:
            self._items[name] = {item.name: item for item in packs.items_of(name)}
        return self._items[name]

    def has(self, name: str, variant: str = "p0") -> bool:
        return (self.folder / f"{name}-{variant}.npz").exists() and bool(self.items(name))

    def arrays(self, name: str, variant: str = "p0") -> dict[str, np.ndarray]:
        key = name, variant
        if key not in self._arrays:
            with np.load(self.folder / f"{name}-{variant}.npz") as file:
                self._arrays[key] = {k: file[k] for k in file.files}
        return self._arrays[key]

    def of(self, name: str, variant: str = "p0", what: str = "p") -> dict[str, np.ndarray] | None:
        """{clip: [T, ...]} of one array; None if the run does not have it."""
        if not self.has(name, variant) or what not in self.arrays(name, variant):
            return None
        kept = self.arrays(name, variant)
        parts = np.split(np.asarray(kept[what], np.float32), np.cumsum(kept["lengths"])[:-1])
        return {str(n): part for n, part in zip(kept["names"], parts) if str(n) in self.items(name)}


ENGINE_KEYS = {
    "p": ("valence", "arousal"),
    "spread": ("valence_spread", "arousal_spread"),
    "song": ("song_valence", "song_arousal"),
    "confidence": ("confidence",),
}


def parse(path: Path) -> dict[str, np.ndarray]:
    """The rows that `circumplex analyze` wrote, as arrays."""
    with open(path, newline="", encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    out = {}
    for key, columns in ENGINE_KEYS.items():
        if table and all(column in table[0] for column in columns):
            values = np.array(
                [[float(row[c]) if row[c] else np.nan for c in columns] for row in table],
                np.float32,
            )
            out[key] = values[:, 0] if len(columns) == 1 else values
    return out


def engine_read(tool: Path, model: Path, items, variant: str) -> dict[str, dict[str, np.ndarray]]:
    """Let the command line read some clips; -> {clip: arrays}."""
    import soundfile

    with tempfile.TemporaryDirectory(
        dir="/dev/shm" if Path("/dev/shm").is_dir() else None
    ) as scratch:
        folder, listed = Path(scratch), []
        for number, item in enumerate(items):
            sound, rate = packs.changed(*item.load(), variant)
            path = folder / f"{number}.wav"
            whole = np.abs(sound).max(initial=0.0) <= 1.0
            soundfile.write(str(path), sound, int(rate), subtype="PCM_16" if whole else "FLOAT")
            listed.append(str(path))
        (folder / "list").write_text("\n".join(listed) + "\n")
        (folder / "out").mkdir()
        command = [
            str(tool),
            "analyze",
            "--quiet",
            "--model",
            str(model),
            "--list",
            str(folder / "list"),
            "--output",
            str(folder / "out") + "/",
        ]
        subprocess.run(command, check=True)
        return {
            item.name: parse(folder / "out" / f"{number}.csv") for number, item in enumerate(items)
        }


def collect_engine(
    run: str,
    tool: Path,
    model: Path,
    quick: bool = False,
    only=None,
    judge: bool = False,
    batch: int = 40,
) -> None:
    """The same through the C engine: one model for all clips, as for users."""
    for name, variants in ((JUDGE if judge else {}) | (QUICK if quick else FULL)).items():
        items = packs.items_of(name) if only is None or name in only else []
        for variant in (
            (variants + (packs.ENGINE_BANDS if name == "fourq" and not quick else ()))
            if items
            else ()
        ):
            parts, of = {}, items[::CODED_EVERY] if variant in packs.ENGINE_BANDS else items
            for chosen in Progress(
                [of[i : i + batch] for i in range(0, len(of), batch)],
                f"the engine reads {name}, {variant}",
            ):
                parts |= engine_read(tool, model, chosen, variant)
            write(folder_of(run), name, variant, parts)
