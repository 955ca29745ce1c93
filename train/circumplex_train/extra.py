# SPDX-License-Identifier: GPL-3.0-or-later
"""Further training material described by JSON files beside the audio: augmented excerpts, joined
sequences, synthetic pieces (DATA.md describes the format), and the unlabelled corpus."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from .features import Pack, make_pack, read_audio
from .sets import CAMPAIGNS, Sequence, warm_weight
from .workspace import read_lines, work_folder


def read_list(name: str) -> list[Path]:
    """Audio paths of a list in the work folder, [] if it has not been made."""
    path = work_folder() / name
    return [Path(line) for line in read_lines(path)] if path.exists() else []


def pack_of(paths: list[Path], name: str, n_mel: int) -> Pack:
    """Features of audio files, named by their stems."""
    return make_pack(work_folder("features") / name, [(p.stem, p) for p in paths], read_audio, f"features of {name}", n_mel=n_mel)


def described_sequences(paths: list[Path], pack: Pack, name: str, anchored: bool) -> list[Sequence]:
    """Sequences with the labels of ``<stem>.json``; ``anchored`` ones count as rated songs.

    Without ``split`` a sequence may be trained on in every fold.
    """
    out = []
    for path in paths:
        if path.stem not in pack.index:
            continue
        facts = json.loads(path.with_suffix(".json").read_text())
        rows = pack.rows(path.stem)
        hops = min(rows.stop - rows.start, len(facts["valence"]))
        rows = slice(rows.start, rows.start + hops)
        mask = np.array(facts["mask"][:hops], bool)
        targets = np.stack([facts["valence"][:hops], facts["arousal"][:hops]], 1).astype(np.float32)
        targets[~mask] = np.nan
        age, segment = np.arange(hops), np.full(hops, -1)
        campaign = np.full(hops, -1)
        for part in facts.get("parts", []):
            first = int(np.ceil(part["start"] / 0.5 - 1e-6))
            age[first:] = np.arange(hops - first)
            segment[first:] = int(part["song_id"])
            campaign[first:] = CAMPAIGNS.index(str(part["campaign"]))
        if anchored and not facts.get("parts"):
            segment[:] = abs(hash(path.stem)) % 10**9
        weight = warm_weight(age, 4, 0.1)
        out.append(Sequence(name, rows, facts.get("split", "any"), targets, weight, segment, campaign, np.full((hops, 2), np.nan, np.float32), age))
    return out
