# SPDX-License-Identifier: GPL-3.0-or-later
"""Readings of files, arrays and live sound."""
from __future__ import annotations

import os
import warnings
from dataclasses import dataclass
from typing import Any, NamedTuple, TypedDict

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _core
from .frontend import CUES
from .model import Model, as_model
from .sound import Path, check_span, file_name, split

Floats = NDArray[np.float32]


class Column(NamedTuple):
    """A column of a reading: its unit ("": none), range and meaning."""

    name: str
    unit: str
    low: float
    high: float
    meaning: str


#: the columns of Reading.values, as in CSV
COLUMNS = tuple(Column(*row) for row in _core.COLUMNS)
_PLACE = {column.name: i for i, column in enumerate(COLUMNS)}
_CUE = {cue.name: i for i, cue in enumerate(CUES)}


class IncompleteWarning(UserWarning):
    """A file is cut off or damaged and was read only in part; Reading.damage says how."""


class Summary(TypedDict):
    """Averages over a reading, named as in JSON (docs/columns.md)."""

    rate: float
    samples: int
    duration_s: float
    sound: str  # hash of the samples and their rate, 16 hexadecimal digits
    hops: int
    silent_hops: int
    live_hops: int
    mean_valence: float
    mean_arousal: float
    mean_confidence: float
    song_valence: float
    song_arousal: float
    quadrant: str
    word: str


@dataclass(frozen=True, eq=False)
class Reading:
    """A reading: one row for each 0.5 s.  Arrays are float32 [n] unless something else is given.

    times: float64 [n], s, the end of each half second.  values: [n, columns], see COLUMNS.
    cues: [n, cues], see CUES.  attention: [n, 120], the weight of each of the last half seconds;
    the last column is the row's own; None unless requested.
    damage: how a file is cut off or damaged; None if all of it was read.
    """

    times: NDArray[np.float64]
    values: Floats
    cues: Floats
    attention: Floats | None
    model: Model
    summary: Summary
    path: str | None = None
    channels: int | None = None
    damage: str | None = None
    song: dict[str, Any] | None = None  # what a library stores of it; None if all is silence

    def __len__(self) -> int:
        return len(self.times)

    def __repr__(self) -> str:
        mean = f"{self.summary['mean_valence']:+.2f}, {self.summary['mean_arousal']:+.2f}"
        part = ", damaged" if self.damage else ""
        return (f"<Reading of {self.path or 'samples'} by {self.model.name}: {len(self)} half "
                f"seconds, mean {mean} ({self.summary['word']}){part}>")

    def __getitem__(self, name: str) -> NDArray[Any]:
        """A column or cue by its name in CSV."""
        if name == "time_s":
            return self.times
        if name == "state":
            return np.array(_core.STATES)[self.state]
        if name in _PLACE:
            return self.values[:, _PLACE[name]]
        if name in _CUE:
            return self.cues[:, _CUE[name]]
        raise KeyError(name)

    @property
    def valence(self) -> Floats:
        """-1 (unpleasant) to 1 (pleasant)."""
        return self["valence"]

    @property
    def arousal(self) -> Floats:
        """-1 (calm) to 1 (excited)."""
        return self["arousal"]

    @property
    def valence_spread(self) -> Floats:
        """Standard deviation to be expected."""
        return self["valence_spread"]

    @property
    def arousal_spread(self) -> Floats:
        """Standard deviation to be expected."""
        return self["arousal_spread"]

    @property
    def confidence(self) -> Floats:
        """0 (unlike the training data) to 1."""
        return self["confidence"]

    @property
    def loudness_lufs(self) -> Floats:
        """Loudness of the last 3 s, LUFS."""
        return self["loudness_lufs"]

    @property
    def song_valence(self) -> Floats:
        """Of the whole piece so far."""
        return self["song_valence"]

    @property
    def song_arousal(self) -> Floats:
        """Of the whole piece so far."""
        return self["song_arousal"]

    @property
    def attention_age_s(self) -> Floats:
        """Mean age of the attended half seconds, s."""
        return self["attention_age_s"]

    @property
    def state(self) -> NDArray[np.uint8]:
        """0 silent, 1 settling (the first 8 s of a piece), 2 live."""
        return self.values[:, _PLACE["state"]].astype(np.uint8)

    def _named(self, which: int) -> list[str | None]:
        named = _core.words(self.model._core, np.ascontiguousarray(self.valence),
                            np.ascontiguousarray(self.arousal))
        return [pair[which] if state else None for pair, state in zip(named, self.state)]

    @property
    def words(self) -> list[str | None]:
        """The word nearest to each reading; None in silence."""
        return self._named(0)

    @property
    def quadrants(self) -> list[str | None]:
        """"Q1" to "Q4" or "neutral"; None in silence."""
        return self._named(1)

    def to_table(self) -> dict[str, NDArray[Any]]:
        """All columns under their names in CSV: ``pandas.DataFrame(reading.to_table())``."""
        names = ["time_s", *_PLACE, *_CUE]
        return {name: self[name] for name in names}


def _summary(said: dict[str, Any], model: Model) -> Summary:
    mean = [np.array([said[f"mean_{axis}"]], np.float32) for axis in ("valence", "arousal")]
    word, quadrant = _core.words(model._core, *mean)[0]
    return Summary(**said | {"sound": f"{said['sound']:016x}"}, quadrant=quadrant,
                   word="silent" if said["hops"] == said["silent_hops"] else word)


def _make(rows: _core.Rows, said: dict[str, Any], model: Model, **more: Any) -> Reading:
    positions, values, attention = rows
    packed = np.frombuffer(values, np.float32).reshape(-1, len(COLUMNS) + len(CUES))
    return Reading(
        times=np.frombuffer(positions, np.uint64).astype(np.float64) / said["rate"],
        values=packed[:, : len(COLUMNS)],
        cues=packed[:, len(COLUMNS) :],
        attention=None if attention is None
        else np.frombuffer(attention, np.float32).reshape(-1, _core.MAX_WINDOW),
        model=model, summary=_summary(said, model), **more)


def analyze(
    source: Path | ArrayLike,
    rate: float | None = None,
    *,
    model: Model | Path | None = None,
    gate: float = -60.0,
    start: float = 0.0,
    end: float | None = None,
    attention: bool = False,
) -> Reading:
    """Read a sound file, or samples [n], [n, 1] or [n, 2] with their ``rate`` (Hz).

    model: a Model, a model's name or file; None: the default model.
    gate: LUFS; silence is below it.
    start, end: the part of a file to read, s.  attention: also return the attention weights.

    Raises OSError if the file does not exist, Error if it cannot be read, has an invalid rate or is
    shorter than 0.5 s.  A file that is cut off or damaged is read as far as possible, with an
    IncompleteWarning.
    """
    model = as_model(model)
    if not isinstance(source, (str, bytes, os.PathLike)):
        if rate is None:
            raise TypeError("samples need their rate")
        if start != 0.0 or end is not None:
            raise TypeError("start and end are for files: slice the array")
        engine = Engine(rate, model=model, gate=gate, attention=attention)
        engine.push(source)
        reading = engine.pop()
        if len(reading) == 0:
            raise _core.Error("the sound is shorter than one hop of 0.5 s")
        return reading
    if rate is not None:
        raise TypeError("a file has its own rate")
    check_span(start, end)
    name = file_name(source)
    try:
        found = _core.read_file(model._core, name, gate, start, end or 0.0, attention)
    except _core.Error as error:
        raise _core.Error(f"{name}: {error}") from None
    damage: str | None = found["damage"]
    if found["summary"]["hops"] == 0:
        raise _core.Error(
            f"{name}: is shorter than one hop of 0.5 s{': it ' + damage if damage else ''}"
        )
    if damage:
        warnings.warn(f"{name}: {damage}", IncompleteWarning, stacklevel=2)
    return _make(found["rows"], found["summary"], model, path=name, channels=found["channels"],
                 damage=damage, song=found["song"])


class Engine:
    """Reads live sound: push samples, pop readings.

        engine = circumplex.Engine(48000)
        for block in blocks:
            engine.push(block)
            for valence, arousal in engine.pop().values[:, :2]:
                ...

    Readings depend only on the samples, not on the blocks.  Only one thread at a time may use an
    engine; a second one gets a RuntimeError.
    """

    def __init__(self, rate: float, *, model: Model | Path | None = None, gate: float = -60.0,
                 attention: bool = False):
        """rate: 8000 to 192000 Hz; the rest as for analyze().  Raises Error."""
        self.model = as_model(model)
        self.rate = float(rate)
        self._core = _core.Engine(self.model._core, self.rate, gate, attention)

    def push(self, samples: ArrayLike) -> None:
        """Process samples [n], [n, 1] or [n, 2].  Releases the GIL."""
        left, right = split(samples)
        self._core.push(left, right)

    def pop(self) -> Reading:
        """The half seconds completed since the last pop(): zero or more rows.  The summary is over
        everything heard."""
        return _make(self._core.pop(), self._core.summary(), self.model)

    def reset(self) -> None:
        """Forget everything heard; times start at 0 again."""
        self._core.reset()
