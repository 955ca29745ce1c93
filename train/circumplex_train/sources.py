# SPDX-License-Identifier: GPL-3.0-or-later
"""All collections in one form: the clips, the facts about each, and how to load its sound.

An `Item` is one clip: its name, fold, sound (`load()` -> samples, rate), the group that is
resampled as one (artist, uploader, series), and what listeners said: a quadrant for the whole clip,
tags, or curves over the sound file's own time.  A collection that is not on this machine is left
out with a message, so that every stage runs on what there is.

Opus files are decoded once, to 16 bits, below the work folder (decoded/<collection>/): most clips
are heard many times over.
"""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from . import data, features
from .workspace import read_lines, work_folder

# Sign of valence and arousal by quadrant.
QUADRANTS = {1: (1, 1), 2: (-1, 1), 3: (-1, -1), 4: (1, -1)}


@dataclass
class Item:
    """One clip.  `times` [n] s of the sound file and `ratings` [n, 2] valence, arousal hold from a
    time to the next.
    """

    name: str
    fold: str
    path: Path
    group: str = ""
    quadrant: int = 0  # 1..4; 0 where unknown
    tags: list[str] = field(default_factory=list)
    times: np.ndarray | None = None
    ratings: np.ndarray | None = None
    campaign: int = -1  # DEAM's rating campaign: 0, 1, 2
    # a joined item's (begin s, end s, collection, clip, source's own second)
    parts: list = field(default_factory=list)
    facts: dict = field(default_factory=dict)

    def load(self, variant: int = 0):
        """Samples, [n] or [n, 2], and rate; `variant` chooses a rendering where there are
        several.
        """
        path = (
            self.path if variant == 0 else self.path.parent.parent / str(variant) / self.path.name
        )
        return read_audio(path)

    def targets(self, ends: np.ndarray, lag: float = 0.0) -> np.ndarray:
        """[len(ends), 2] the ratings `lag` seconds before each of the given times; nan without a
        rating.
        """
        out = np.full((len(ends), 2), np.nan, np.float32)
        if self.times is not None and len(self.times):
            index = np.searchsorted(self.times, ends - lag + 1e-6, side="right") - 1
            ok = (index >= 0) & (ends - lag <= self.facts.get("rated_until", np.inf) + 1e-6)
            out[ok] = self.ratings[index[ok]]
        return out


def read_audio(path) -> tuple[np.ndarray, float]:
    """Samples, [n] of one channel or [n, 2] of two, and rate."""
    audio, rate = features.read_audio(path)
    return (audio[:, 0] if (audio[:, 0] == audio[:, 1]).all() else audio), rate


def decoded(collection: str, path: Path) -> Path:
    """The sound file as 16-bit WAV in the work folder, made if it is not there."""
    import soundfile

    out = work_folder("decoded", collection) / f"{path.stem}.wav"
    if not out.exists():
        audio, rate = read_audio(path)
        partial = out.with_suffix(".partial")
        soundfile.write(
            str(partial), np.clip(audio, -1, 1), int(rate), format="WAV", subtype="PCM_16"
        )
        partial.rename(out)
    return out


def rows(path: Path) -> list[dict[str, str]]:
    """A CSV's rows."""
    with open(path, newline="", encoding="utf-8", errors="replace") as file:
        return list(csv.DictReader(file))


def tagged(
    root: Path, table: str, name: str, group: str, tags: str, separator: str, sound
) -> list[Item]:
    """Clips with a quadrant, from one CSV."""
    out = []
    for row in rows(root / table):
        words = [
            word.strip().lower() for word in row.get(tags, "").split(separator) if word.strip()
        ]
        path = sound(row[name])
        if path is not None:
            out.append(
                Item(
                    row[name],
                    row["fold"],
                    path,
                    row[group],
                    int(row["quadrant"][1]),
                    words,
                    facts=dict(row),
                )
            )
    return out


def rendered(collection: str, name: str) -> Path | None:
    """Variant 0 of a rendered piece, None if it has not been rendered."""
    path = work_folder("rendered", collection, "0") / f"{name}.wav"
    return path if path.exists() else None


def fourq(root: Path) -> list[Item]:
    audio = root / "audio"
    return tagged(
        root,
        "clips.csv",
        "clip",
        "artist",
        "moods",
        ";",
        lambda n: decoded("fourq", audio / f"{n}.opus"),
    )


def emopia(root: Path) -> list[Item]:
    return tagged(root, "clips.csv", "clip", "song", "-", ";", lambda n: rendered("emopia", n))


def ym2413(root: Path) -> list[Item]:
    return tagged(
        root, "pieces.csv", "piece", "piece", "moods", ",", lambda n: rendered("ym2413", n)
    )


def vgmidi(root: Path) -> list[Item]:
    """Ratings by measure; times are stretched from the rating's clock to the rendered file's."""
    lengths_file = work_folder("rendered", "vgmidi") / "lengths.json"
    lengths = json.loads(lengths_file.read_text()) if lengths_file.exists() else {}
    folds = {row["piece"]: row for row in rows(root / "pieces.csv")}
    out = []
    for piece in data.load_vgmidi(root):
        path = rendered("vgmidi", piece.name)
        if path is not None:
            facts = folds[piece.name]
            stretch = lengths.get(piece.name, piece.duration) / piece.duration
            out.append(
                Item(
                    piece.name,
                    facts["fold"],
                    path,
                    facts["series"],
                    times=piece.times * stretch,
                    ratings=piece.ratings,
                    facts={**facts, "stretch": stretch},
                )
            )
    return out


def _deam(root: Path, whole: bool) -> list[Item]:
    out = []
    for song in data.load_deam(root, whole=whole):
        times = np.array(sorted(song.labels))
        ratings = np.array([song.labels[t] for t in times]).reshape(-1, 2)
        facts = {
            "start": song.start,
            "static": song.static.tolist(),
            "rated_until": float(times[-1] - song.start) if len(times) else 0.0,
        }
        path = decoded("whole" if whole else "deam", song.path)
        out.append(
            Item(
                str(song.song_id),
                song.split,
                path,
                song.artist or str(song.song_id),
                times=times - song.start,
                ratings=ratings,
                campaign=["2013", "2014", "2015"].index(song.campaign),
                facts=facts,
            )
        )
    return out


def deam(root: Path) -> list[Item]:
    return _deam(root, False)


def whole(root: Path) -> list[Item]:
    return _deam(root, True) if (root / "audio_45s").is_dir() else []


def grekow(root: Path) -> list[Item]:
    """A test set: never used for training or for any choice."""
    return [
        Item(e.name, "judge", e.path, e.genre, facts={"valence": e.valence, "arousal": e.arousal})
        for e in data.load_grekow(root)
    ]


def _listed(name: str, described: bool) -> list[Item]:
    """Sounds of a list in the work folder; with `described`, curves at 2 Hz from the JSON beside
    each.
    """
    path = work_folder() / name
    if not path.exists():
        raise FileNotFoundError(path)
    out = []
    for line in read_lines(path):
        sound, times, ratings, facts = Path(line), None, None, {}
        if described:
            facts = json.loads(sound.with_suffix(".json").read_text())
            ratings = np.stack([facts["valence"], facts["arousal"]], 1).astype(np.float32)
            ratings[~np.array(facts["mask"], bool)[: len(ratings)]] = np.nan
            times = 0.5 * np.arange(1, len(ratings) + 1)
        out.append(
            Item(sound.stem, "any", sound, sound.stem, times=times, ratings=ratings, facts=facts)
        )
    return out


COLLECTIONS = {
    "fourq": fourq, "deam": deam, "whole": whole, "emopia": emopia, "ym2413": ym2413, "vgmidi": vgmidi, "grekow": grekow,
    "synth": lambda _: _listed("synth/train.list", True), "probe": lambda _: _listed("synth/probe.list", True),
    "turns": lambda _: _listed("synth/turns.list", False), "corpus": lambda _: _listed("corpus.list", False),
    "negatives-train": lambda _: _listed("negatives/train.list", False), "negatives-test": lambda _: _listed("negatives/test.list", False),
}  # fmt: skip
FOLDER_OF = {"whole": "deam"}  # others lie in the folder of their name


def load(name: str, config: dict) -> list[Item]:
    """A collection's clips; [] and a message if it is not on this machine."""
    root = Path(config["data"].get(FOLDER_OF.get(name, name), "."))
    try:
        items = COLLECTIONS[name](root)
    except (FileNotFoundError, StopIteration) as error:
        items, missing = [], getattr(error, "filename", None) or error
        print(
            f"{name}: skipped, {missing} is not there (train/DATA.md says how it is made)",
            file=sys.stderr,
        )
        return items
    if not items:
        print(f"{name}: skipped, nothing of it is in {root} or the work folder", file=sys.stderr)
    return items
