# SPDX-License-Identifier: GPL-3.0-or-later
"""Sound: loads files as samples, and converts arrays for the engine."""
from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _core

Path = str | bytes | os.PathLike[str]


@dataclass(frozen=True, eq=False)
class Sound:
    """A file's sound.

    samples: [n, 2] float32, full scale 1; mono sound is in both channels, and more than two
    channels are mixed to two by ITU-R BS.775.  rate: Hz.  channels: number in the file.  damage:
    how the file is cut off or damaged; None if it is complete.
    """

    samples: NDArray[np.float32]
    rate: float
    channels: int
    damage: str | None


def file_name(path: Path) -> str:
    """The path for the extension module; OSError if the file does not exist.  Here "-" is a file's
    name, not the standard input.
    """
    os.stat(path)
    name = os.fsdecode(path)
    return "./-" if name == "-" else name


def load(path: Path, start: float = 0.0, end: float | None = None) -> Sound:
    """Load a sound file from ``start`` to ``end`` (s), as the engine gets it.

    Raises OSError if the file does not exist, Error if it cannot be decoded.
    """
    check_span(start, end)
    left, right, rate, channels, damage = _core.load(file_name(path), start, end or 0.0)
    samples = np.stack([np.frombuffer(left, np.float32), np.frombuffer(right, np.float32)], axis=1)
    return Sound(samples, rate, channels, damage)


def check_span(start: float, end: float | None) -> None:
    if start < 0.0 or (end is not None and end <= start):
        raise ValueError("start must not be negative, and end must be after it")


def split(samples: ArrayLike) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
    """Left and right channel (None: mono) of an array [n], [n, 1] or [n, 2].

    Floats have full scale 1; 16- and 32-bit integers are scaled to it.
    """
    array: NDArray[Any] = np.asarray(samples)
    if array.ndim == 1:
        array = array[:, None]
    if array.ndim != 2 or array.shape[1] not in (1, 2):
        hint = (
            ": transpose it, a row is a sample"
            if array.ndim == 2 and array.shape[0] in (1, 2)
            else ""
        )
        raise ValueError(
            f"samples are an array [n], [n, 1] or [n, 2], not {list(array.shape)}{hint}"
        )
    if array.dtype in (np.int16, np.int32):
        array = array.astype(np.float64) / -float(np.iinfo(array.dtype).min)
    elif not np.issubdtype(array.dtype, np.floating):
        raise TypeError(f"samples are floats, 16- or 32-bit integers, not {array.dtype}")
    left = np.ascontiguousarray(array[:, 0], np.float32)
    return left, np.ascontiguousarray(array[:, 1], np.float32) if array.shape[1] == 2 else None
