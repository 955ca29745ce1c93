# SPDX-License-Identifier: GPL-3.0-or-later
"""The card beside a model file: what it was trained on, under which terms, and its figures as the
yardstick printed them.
"""

from __future__ import annotations

import json
from pathlib import Path

# collection: what it is, its terms
TERMS = {
    "deam": ("DEAM / MediaEval \"Emotion in Music\" (Aljanaki, Yang, Soleymani 2017): 1,563 excerpts rated every half second", "Creative Commons music; annotations for non-commercial research"),
    "fourq": ("4Q audio emotion data set (Panda, Malheiro, Paiva 2018): 600 clips in four quadrants with mood words", "research use"),
    "emopia": ("EMOPIA (Hung et al. 2021): 806 piano clips in four quadrants", "CC BY-NC-SA 4.0"),
    "ym2413": ("YM2413-MDB (Choi et al. 2022): 638 pieces of game music in four quadrants", "research use"),
    "vgmidi": ("VGMIDI (Ferreira, Whitehead 2019): 102 pieces rated measure by measure", "research use"),
    "synth": ("composed pieces (`train/circumplex_train/synth.py`); targets fitted to the ratings of Eerola, Friberg, Bresin 2013", "own work; ratings CC0; sound fonts FluidR3 (MIT), TimGM6mb (GPL-2)"),
    "corpus": ("16 h of free music from Debian packages, without ratings (encoder)", "free licences, each named in `train/DATA.md`"),
}  # fmt: skip
TUTOR = (
    "soft labels of a ridge on MusiCNN's features (Pons, Serra 2019; ISC) and on cues, fitted to"
    " the quadrants above (`train/circumplex_train/tutor.py`); nothing of MusiCNN is in the file"
)
LIMITS = """Limits: it is for mixed music. It does not work for speech, noise, test tones and single instruments; `confidence` is then low, but not always. Music below the
gate (-60 LUFS) counts as silence. Listeners differ, and the spread is only a rough estimate. Valence is less certain than arousal, especially in calm music.
`docs/results.md` has all figures with their intervals."""


def used(config: dict) -> list[str]:
    """Collections that a model was trained on, rated ones first."""
    train = config["train"]
    rated = [n for n in train["collections"] if train["weights"].get(n, 1.0) > 0]
    encoder = (
        config.get("encoder", {}).get("collections", [])
        if "code" in config["model"]["inputs"]
        else []
    )
    return rated + [n for n in encoder if n not in rated]


# collection, section's begin, what, names of arousal's and valence's figure (or one name)
ROWS = (
    ("fourq", "4Q", "AUC", ("AUC of arousal", "AUC of valence")),
    ("fourq", "4Q", "", ("quadrants right at the raw zero",)),
    ("emopia", "EMOPIA", "AUC", ("AUC of arousal", "AUC of valence")),
    ("vgmidi", "VGMIDI", "r of piece means", ("r of piece means, arousal", "r of piece means, valence")),
    ("vgmidi", "VGMIDI", "r within a piece", ("mean r within a piece, arousal", "mean r within a piece, valence")),
    ("deam", "DEAM", "CCC through its adapter", ("CCC of arousal through DEAM's adapter", "CCC of valence through DEAM's adapter")),
)  # fmt: skip


def figures(folder: Path, trained_on: list[str]) -> list[tuple[str, str]]:
    """Rows of the card from the yardstick's figures of a run; [] if it has not been measured."""
    path = folder / "yardstick.json"
    if not path.exists():
        return []
    kept = {(row[0].split(":")[0], row[1]): row[2] for row in json.loads(path.read_text())}
    out = []
    for collection, section, what, names in ROWS:
        values = [kept.get((section, name)) for name in names]
        if all(v is not None for v in values):
            how = "held-out folds" if collection in trained_on else "never trained on"
            label = f"{section}, {how}: {what or names[0]}" + (
                " (arousal / valence)" if len(values) == 2 else ""
            )
            out.append((label, " / ".join(f"{v:.3f}".lstrip("0") for v in values)))
    return out


def write(path: Path, config: dict, size: int, rows: list[tuple[str, str]], note: str = "") -> None:
    """``rows``: (what, figure) lines of the table, as printed elsewhere."""
    lines = [
        f"# {config['name']}",
        "",
        f"{config['description']}. Written by `python3 -m circumplex_train`.",
        "",
        "| | |",
        "|---|---|",
    ]
    lines += [
        f"| file | `{config['name']}.safetensors`, {size / 1e6:.2f} MB |",
        (
            f"| licence of the weights | {config['licence']}: the most restrictive terms of what it"
            " was trained on |"
        ),
    ]
    lines += [
        f"| trained on | {TERMS[name][0]}. Terms: {TERMS[name][1]} |" for name in used(config)
    ]
    if config.get("variation", {}).get("every") and "fourq" in config["train"]["collections"]:
        lines.append(f"| taught by | {TUTOR} |")
    lines += [f"| {what} | {figure} |" for what, figure in rows]
    lines += ["", *([note, ""] if note else []), LIMITS, ""]
    path.write_text("\n".join(lines))
