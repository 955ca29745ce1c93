# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the emotion that music expresses: valence and arousal, every half second.

    >>> import circumplex
    >>> reading = circumplex.analyze("song.flac")
    >>> reading.times, reading.valence, reading.arousal     # NumPy arrays, one value each 0.5 s
    >>> reading.summary["word"]
    'tender'

It uses the same engine as the plugin and the command line ``circumplex``: results are
bit-identical, for files and for arrays, and for any split into blocks.  Functions that process
sound release the GIL, so a pool of threads uses all processors.

- :func:`analyze`: read a file or an array; returns a :class:`Reading`
- :class:`Engine`: for live sound; push samples, pop readings
- :func:`features`: the input of a model; :func:`load`: a file's samples
- :class:`Model`: a model file; :func:`analyze_static`: one reading per song
- :class:`Library`: a library of songs; :mod:`circumplex.songs`: songs as tables (Parquet)

docs/columns.md explains each column.
"""
from . import songs
from ._core import VERSION as __version__
from ._core import Error
from .frontend import CUES, Cue, Features, features
from .library import Library, LibrarySong
from .model import Model, StaticReading, analyze_static
from .reading import COLUMNS, Column, Engine, IncompleteWarning, Reading, Summary, analyze
from .sound import Sound, load

__all__ = [
    "COLUMNS",
    "CUES",
    "Column",
    "Cue",
    "Engine",
    "Error",
    "Features",
    "IncompleteWarning",
    "Library",
    "LibrarySong",
    "Model",
    "Reading",
    "Sound",
    "StaticReading",
    "Summary",
    "__version__",
    "analyze",
    "analyze_static",
    "features",
    "load",
    "songs",
]
