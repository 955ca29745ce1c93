# SPDX-License-Identifier: GPL-3.0-or-later
"""The rated data sets: DEAM (excerpts or the original layout), Grekow's excerpts, VGMIDI.

Only labels and file names are read here; features come from ``features.py``.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

HOP = 0.5  # seconds an estimate
EXCERPT_START = 30.0  # song time of an excerpt's first sample
SCORE_FROM, SCORE_TO = 32.0, 40.0  # song time of the scored 2 Hz points, both included


@dataclass
class Song:
    """One rated recording.  ``labels[time]`` = (valence, arousal) at a song time on the 0.5 s
    grid.
    """

    song_id: int
    split: str
    campaign: str
    path: Path
    start: float  # song time of the file's first sample
    static: np.ndarray  # whole-song valence, arousal, mapped from 1..9 to -1..1
    static_sd: np.ndarray  # rater standard deviations on the same scale
    artist: str = ""
    labels: dict[float, tuple[float, float]] = field(default_factory=dict)

    def targets(self, hops: int) -> np.ndarray:
        """[hops, 2] label at each hop's end; nan where there is none."""
        nan = (np.nan, np.nan)
        return np.array(
            [self.labels.get(self.start + HOP * (k + 1), nan) for k in range(hops)], np.float32
        )


def _rows(path: Path) -> list[dict[str, str]]:
    with open(path, newline="", encoding="utf-8", errors="replace") as file:
        return [
            {k.strip(): (v or "").strip() for k, v in row.items() if k}
            for row in csv.DictReader(file)
        ]


def load_deam(root: Path, whole: bool = False) -> list[Song]:
    """The excerpts (or, with ``whole``, the songs that are there at full length).

    A folder in the original DEAM layout (``MEMD_audio`` and ``annotations``) is read too.
    """
    if (root / "MEMD_audio").is_dir():
        return load_deam_original(root)
    labels: dict[int, dict[float, tuple[float, float]]] = {}
    for row in _rows(root / "dynamic.csv"):
        labels.setdefault(int(row["song_id"]), {})[float(row["time_s"])] = (
            float(row["valence"]),
            float(row["arousal"]),
        )
    songs = []
    for row in _rows(root / "songs.csv"):
        song_id = int(row["song_id"])
        path = root / ("audio_45s" if whole else "audio") / f"{song_id}.opus"
        if not path.exists():
            continue
        songs.append(
            Song(
                song_id=song_id,
                split=row["split"],
                campaign=row["campaign"],
                artist=row["artist"],
                path=path,
                # The whole clips are 45 s long and begin where the labels' clock does minus 15 s.
                start=0.0 if whole else EXCERPT_START,
                static=np.array(
                    [(float(row["valence_mean"]) - 5) / 4, (float(row["arousal_mean"]) - 5) / 4],
                    np.float32,
                ),
                static_sd=np.array(
                    [float(row["valence_std"]) / 4, float(row["arousal_std"]) / 4], np.float32
                ),
                labels=labels.get(song_id, {}),
            )
        )
    return align_static(songs)


def align_static(songs: list[Song]) -> list[Song]:
    """Put the whole-song ratings on the dynamic labels' scale, campaign by campaign and axis by
    axis.

    The two scales have different zeros and units (a song at dynamic arousal -0.1 may be rated 3.4
    of 9); one affine map each, fitted on the songs of the folds, gives the whole-piece estimate the
    same zero as the live one.
    """
    for campaign in {s.campaign for s in songs}:
        own = [s for s in songs if s.campaign == campaign]
        rated = [s for s in own if s.labels and s.split.startswith("fold")] or [
            s for s in own if s.labels
        ]
        if len(rated) < 20:
            continue
        means = np.array([np.mean(list(s.labels.values()), axis=0) for s in rated])
        statics = np.array([s.static for s in rated])
        for axis in range(2):
            gain, offset = np.polyfit(statics[:, axis], means[:, axis], 1)
            for s in own:
                s.static[axis] = gain * s.static[axis] + offset
                s.static_sd[axis] *= abs(gain)
    return songs


def load_deam_original(root: Path, folds: int = 5) -> list[Song]:
    """DEAM as published: 45 s mp3 in ``MEMD_audio``, dynamic CSVs one row a song, static CSVs.

    Valence and arousal are swapped back in the published static file for ids <= 1000.  Without
    artist names the folds are by song id blocks of ten (neighbouring ids often share an artist).
    """
    dynamic: dict[int, dict[float, list[float]]] = {}
    for axis, name in enumerate(("valence", "arousal")):
        path = next(root.rglob(f"{name}.csv"))
        for row in _rows(path):
            song_id = int(float(row.pop("song_id")))
            for key, value in row.items():
                match = re.fullmatch(r"sample_(\d+)ms", key)
                if match and value:
                    time = int(match.group(1)) / 1000
                    dynamic.setdefault(song_id, {}).setdefault(time, [np.nan, np.nan])[axis] = (
                        float(value)
                    )
    static: dict[int, tuple[np.ndarray, np.ndarray]] = {}
    for path in sorted(root.rglob("static_annotations_averaged_songs_*.csv")):
        for row in _rows(path):
            song_id = int(float(row["song_id"]))
            mean = np.array([float(row["valence_mean"]), float(row["arousal_mean"])], np.float32)
            sd = np.array([float(row["valence_std"]), float(row["arousal_std"])], np.float32)
            if song_id <= 1000:
                mean, sd = mean[::-1].copy(), sd[::-1].copy()
            static[song_id] = ((mean - 5) / 4, sd / 4)
    songs = []
    for song_id, points in sorted(dynamic.items()):
        path = root / "MEMD_audio" / f"{song_id}.mp3"
        if not path.exists() or song_id not in static:
            continue
        songs.append(
            Song(
                song_id=song_id,
                split="official" if song_id > 2000 else f"fold{(song_id // 10) % folds}",
                campaign="2013" if song_id <= 1000 else "2014" if song_id <= 2000 else "2015",
                path=path,
                start=0.0,
                static=static[song_id][0],
                static_sd=static[song_id][1],
                labels={t: (v[0], v[1]) for t, v in points.items()},
            )
        )
    return songs


@dataclass
class Excerpt:
    """One of Grekow's rated excerpts."""

    name: str
    path: Path
    valence: float
    arousal: float
    genre: str


def load_grekow(root: Path) -> list[Excerpt]:
    out = []
    for row in _rows(root / "annotations.csv"):
        paths = sorted((root / "audio").glob(row["Name"] + ".*"))
        if len(paths) == 1 or (paths := [p for p in paths if p.stem == row["Name"]]):
            genre = row["Name"].split("_", 1)[-1].split(".")[0]
            out.append(
                Excerpt(row["Name"], paths[0], float(row["Valence"]), float(row["Arousal"]), genre)
            )
    return out


@dataclass
class Piece:
    """One VGMIDI piece: measure starts (s) and mean ratings there, [measures, 2] valence,
    arousal.
    """

    name: str
    midi: Path
    duration: float
    times: np.ndarray
    ratings: np.ndarray


def load_vgmidi(root: Path) -> list[Piece]:
    rows: dict[str, list[tuple[float, float, float]]] = {}
    for row in _rows(root / "labels.csv"):
        rows.setdefault(row["piece"], []).append(
            (float(row["time_s"]), float(row["valence_mean"]), float(row["arousal_mean"]))
        )
    out = []
    for row in _rows(root / "pieces.csv"):
        table = np.array(sorted(rows[row["piece"]]), np.float64)
        path = root / "midi" / f"{row['piece']}.mid"
        out.append(Piece(row["piece"], path, float(row["duration_s"]), table[:, 0], table[:, 1:]))
    return out
