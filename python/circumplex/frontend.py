# SPDX-License-Identifier: GPL-3.0-or-later
"""Features of a sound, the input of models."""
from __future__ import annotations

import os
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _core
from .sound import Path, load, split


class Cue(NamedTuple):
    """A musical cue: its unit ("1": none), its display range, and its group."""

    name: str
    unit: str
    low: float
    high: float
    group: str


#: all cues, in the order of their columns
CUES = tuple(Cue(*row) for row in _core.CUES)


@dataclass(frozen=True, eq=False)
class Features:
    """Features of a sound, float32, one row for each 0.5 s, as `circumplex features` writes them.

    logmel [n, 25, n_mel] dB and semitones [n, 72] dB re the slow loudness; cues [n, 34] (CUES);
    chroma [n, 12] shares; loudness [n, 3] LUFS (momentary, 3 s, slow); silent, gate_opened [n]
    bool.
    """

    logmel: NDArray[np.float32]
    cues: NDArray[np.float32]
    chroma: NDArray[np.float32]
    semitones: NDArray[np.float32]
    loudness: NDArray[np.float32]
    silent: NDArray[np.bool_]
    gate_opened: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.cues)


def features(
    source: Path | ArrayLike,
    rate: float | None = None,
    *,
    n_mel: int = 64,
    fmin: float = 30.0,
    fmax: float = 10000.0,
    gate: float = -60.0,
) -> Features:
    """Compute the features of a file, or of samples with their ``rate`` (Hz).

    n_mel: number of mel bands (16 to 128) from fmin to fmax (Hz).  Sound below ``gate`` (LUFS) is
    silence.  An incomplete last hop is left out.  Raises Error if the rate or the bands are
    invalid.
    """
    if isinstance(source, (str, bytes, os.PathLike)):
        if rate is not None:
            raise TypeError("a file has its own rate")
        sound = load(source)
        source, rate = sound.samples, sound.rate
    if rate is None:
        raise TypeError("samples need their rate")
    left, right = split(source)
    parts = {name: np.frombuffer(data, np.float32)
             for name, data in _core.features(left, right, rate, n_mel, fmin, fmax, gate).items()}
    flags = parts["flags"].reshape(-1, 2) != 0.0
    return Features(
        logmel=parts["logmel"].reshape(-1, 25, n_mel),
        cues=parts["cues"].reshape(-1, len(CUES)),
        chroma=parts["chroma"].reshape(-1, 12),
        semitones=parts["semitones"].reshape(-1, 72),
        loudness=parts["loudness"].reshape(-1, 3),
        silent=flags[:, 0].copy(),
        gate_opened=flags[:, 1].copy(),
    )
