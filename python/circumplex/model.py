# SPDX-License-Identifier: GPL-3.0-or-later
"""Model files."""
from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

from . import _core
from .sound import Path, file_name


class Model:
    """A model file, opened: ``Model()`` is the default one, ``Model("name-or-file.safetensors")``
    another.

    Opening the same file again costs nothing.  Raises Error if it is no model of running readings.
    """

    def __init__(self, source: Path | None = None):
        self._source = None if source is None else os.fsdecode(source)
        self._core = _core.Model(self._source)
        info = self._core.info()
        #: its name and the hash of its file, 16 hexadecimal digits
        self.name: str = info["name"]
        self.hash: str = info["hash"]
        self.description: str = info["description"]
        self.licence: str = info["licence"]
        #: number of weights
        self.parameters: int = info["parameters"]
        #: hops that attention reaches back; 0: none
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
    """A model that another process had: the same file must be here."""
    model = Model(source)
    if model.hash != model_hash:
        raise _core.Error(
            f"{source or 'the default model'} is another one here ({model.hash}) than there"
            f" ({model_hash})"
        )
    return model


def as_model(model: Model | Path | None) -> Model:
    return model if isinstance(model, Model) else Model(model)


@dataclass(frozen=True)
class StaticReading:
    """One reading of a whole song, by a static model (a mean over windows of 10 s).

    The spreads say how far the song strays, not how sure the model is.
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
    """Read a file as a whole, by a static model: "tnn" comes with the package, or a file.

    Raises OSError if there is no such file, Error if it cannot be read or is all silence.
    """
    return StaticReading(**_core.static_file(os.fsdecode(model), file_name(path), gate))
