# SPDX-License-Identifier: GPL-3.0-or-later
"""Training and test material: packs of features joined with labels into sequences.

Set lists are excerpts of one fold played one after the other without a pause, through one front
end, as a real set would be: hard cuts teach movement and carried state.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from . import data
from .features import CUES, Pack, make_pack, read_audio
from .workspace import work_folder

SEED = 20240


def melstats(mel: np.ndarray) -> np.ndarray:
    """[N, 25, n_mel] -> means then standard deviations over the hop's frames [N, 2 n_mel]."""
    out = np.empty((len(mel), 2 * mel.shape[2]), np.float32)
    for i in range(0, len(mel), 8192):
        block = np.asarray(mel[i : i + 8192], np.float32)
        out[i : i + 8192] = np.concatenate([block.mean(1), block.std(1)], 1)
    return out


def step_inputs(
    pack: Pack, inputs: list[str], cues: list[str], code: np.ndarray | None = None
) -> np.ndarray:
    """The step's input vectors [N, n_inputs], in the order of the model file, not normalised."""
    parts = []
    for name in inputs:
        if name == "code":
            parts.append(code)
        elif name == "cues":
            columns = []
            for cue in cues:
                value = np.asarray(pack.arrays["cues"][:, CUES.index(cue)], np.float32)
                columns.append(np.log2(np.maximum(value, 20) / 120) if cue == "tempo" else value)
            parts.append(np.stack(columns, 1))
        elif name == "melstats":
            if "melstats" not in pack.arrays:
                pack.arrays["melstats"] = melstats(pack.arrays["mel"])
            parts.append(pack.arrays["melstats"])
        else:
            parts.append(np.asarray(pack.arrays[name], np.float32))
    return np.concatenate(parts, 1)


@dataclass
class Sequence:
    """Rows of a pack with what is known about them.  Times run at 2 Hz."""

    pack: str
    rows: slice
    fold: str
    targets: np.ndarray  # [T, 2] valence, arousal; nan where unknown
    weight: np.ndarray  # [T]
    segment: np.ndarray  # [T] song number, -1 for none
    campaign: np.ndarray  # [T] 0, 1, 2 for 2013, 2014, 2015; -1 for none
    static: np.ndarray  # [T, 2] whole-song rating; nan where a running estimate has no meaning
    age: np.ndarray  # [T] hops since the song began
    kind: str = ""  # material of one kind is batched together; the pack's name if empty


CAMPAIGNS = ["2013", "2014", "2015"]


def warm_weight(age: np.ndarray, warm: int = 4, floor: float = 0.25) -> np.ndarray:
    """Less weight on the first two seconds of a song, which are not scored."""
    return np.where(age < warm - 1, floor, 1.0).astype(np.float32)


def excerpt_sequences(
    songs: list[data.Song], pack: Pack, name: str, scale: float = 1.0
) -> list[Sequence]:
    out = []
    for song in songs:
        if str(song.song_id) not in pack.index:
            continue
        rows = pack.rows(str(song.song_id))
        hops = rows.stop - rows.start
        age = np.arange(hops)
        out.append(
            Sequence(
                name, rows, song.split, song.targets(hops), warm_weight(age) * scale,
                np.full(hops, song.song_id), np.full(hops, CAMPAIGNS.index(song.campaign)),
                np.repeat(song.static[None], hops, 0), age,
            )
        )
    return out


def setlist_plan(
    songs: list[data.Song], rounds: int, length: int
) -> list[tuple[str, list[data.Song]]]:
    """For each fold, ``rounds`` random orders of its songs cut into lists of ``length``."""
    rng = np.random.default_rng(SEED)
    plan = []
    for split in sorted({s.split for s in songs if s.split.startswith("fold")}):
        mine = [s for s in songs if s.split == split]
        for r in range(rounds):
            order = rng.permutation(len(mine))
            for i in range(0, len(order), length):
                plan.append(
                    (f"{split}-{r}-{i // length}", [mine[k] for k in order[i : i + length]])
                )
    return plan


@functools.cache
def decoded(path: Path) -> tuple[np.ndarray, float]:
    """Audio kept in memory at 16 bits: set lists use every excerpt several times."""
    audio, rate = read_audio(path)
    return np.round(np.clip(audio, -1, 1) * 32767).astype(np.int16), rate


def load_setlist(songs: list[data.Song]) -> tuple[np.ndarray, float]:
    parts = []
    for song in songs:
        audio, rate = decoded(song.path)
        audio = audio.astype(np.float32) / 32767
        seconds = int(len(audio) / rate / data.HOP) * data.HOP
        parts.append(audio[: int(seconds * rate)])
    return np.concatenate(parts), rate


def setlist_sequences(
    plan, pack: Pack, name: str, hops: int = 20, scale: float = 1.0
) -> list[Sequence]:
    out = []
    for key, songs in plan:
        if key not in pack.index:
            continue
        rows = pack.rows(key)
        total = rows.stop - rows.start
        targets = np.concatenate([s.targets(hops) for s in songs])[:total]
        age = np.tile(np.arange(hops), len(songs))[:total]
        segment = np.repeat([s.song_id for s in songs], hops)[:total]
        campaign = np.repeat([CAMPAIGNS.index(s.campaign) for s in songs], hops)[:total]
        static = np.full((total, 2), np.nan, np.float32)
        out.append(
            Sequence(
                name,
                rows,
                songs[0].split,
                targets,
                warm_weight(age, 5, 0.1) * scale,
                segment,
                campaign,
                static,
                age,
            )
        )
    return out


class Material:
    """DEAM's packs and sequences; other packs are added by name."""

    def __init__(self, config: dict):
        self.config = config
        root = Path(config["data"]["deam"])
        self.songs = data.load_deam(root)
        self.packs: dict[str, Pack] = {}
        feats = work_folder("features")
        n_mel = config["frontend"]["n_mel"]
        jobs = [(str(s.song_id), s.path) for s in self.songs]
        self.packs["deam"] = make_pack(
            feats / "deam", jobs, read_audio, "features of DEAM", n_mel=n_mel
        )
        whole = data.load_deam(root, whole=True) if (root / "audio_45s").is_dir() else []
        self.whole = whole
        if whole:
            jobs = [(str(s.song_id), s.path) for s in whole]
            self.packs["whole"] = make_pack(
                feats / "whole", jobs, read_audio, "features of whole songs", n_mel=n_mel
            )
        training = [s for s in self.songs if s.split.startswith("fold")]
        self.plan = setlist_plan(
            training, config["train"]["setlist_rounds"], config["train"]["setlist_songs"]
        )
        self.packs["setlists"] = make_pack(
            feats / "setlists", self.plan, load_setlist, "features of set lists", n_mel=n_mel
        )
        self.excerpts = excerpt_sequences(self.songs, self.packs["deam"], "deam")
        self.setlists = setlist_sequences(self.plan, self.packs["setlists"], "setlists")
        self.extra: list[Sequence] = []  # further training sequences (augmented, synthetic)
