# SPDX-License-Identifier: GPL-3.0-or-later
"""Model files, and the static reading."""
from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

from . import _core
from .sound import Path, file_name


class Model:
    """An open model file: ``Model()`` is the default model, ``Model("name-or-file.safetensors")``
    another.

    Objects of the same file share its weights.  Raises Error if the file is not a model of running
    readings.
    """

    def __init__(self, source: Path | None = None):
        self._source = None if source is None else os.fsdecode(source)
        self._core = _core.Model(self._source)
        info = self._core.info()
        #: its name, and the hash of its file as 16 hexadecimal digits
        self.name: str = info["name"]
        self.hash: str = info["hash"]
        self.description: str = info["description"]
        self.licence: str = info["licence"]
        #: number of weights
        self.parameters: int = info["parameters"]
        #: number of hops that attention reaches back; 0: no attention
        self.window: int = info["window"]

    @property
    def words(self) -> list[tuple[str, float, float]]:
        """The words for its readings: (word, valence, arousal)."""
        return self._core.words()

    def __repr__(self) -> str:
        return f"<circumplex.Model {self.name} {self.hash}>"

    def __reduce__(self) -> tuple[Any, tuple[str | None, str]]:
        return _reopen, (self._source, self.hash)


def _reopen(source: str | None, model_hash: str) -> Model:
    """Open a model that another process used; it must have the same hash here."""
    model = Model(source)
    if model.hash != model_hash:
        raise _core.Error(
            f"{source or 'the default model'} differs from the other process's:"
            f" {model.hash} here, {model_hash} there"
        )
    return model


def as_model(model: Model | Path | None) -> Model:
    return model if isinstance(model, Model) else Model(model)


@dataclass(frozen=True)
class StaticReading:
    """One reading of a whole song, by a static model (a mean over windows of 10 s).

    The spreads say how much the song varies, not how certain the model is.
    """

    model: str
    model_hash: str
    valence: float
    arousal: float
    valence_spread: float
    arousal_spread: float
    windows: int
    damage: str | None


def analyze_static(path: Path, model: Path = "tnn", gate: float = -60.0) -> StaticReading:
    """Read a whole file with a static model: "tnn", which comes with the package, or a file.

    Raises OSError if the file does not exist, Error if it cannot be read or is silent.
    """
    return StaticReading(**_core.static_file(os.fsdecode(model), file_name(path), gate))
