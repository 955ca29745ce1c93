# SPDX-License-Identifier: GPL-3.0-or-later
"""The emotion that music expresses: valence and arousal, every half second.

    >>> import circumplex
    >>> reading = circumplex.analyze("song.flac")
    >>> reading.times, reading.valence, reading.arousal     # NumPy arrays, one value each 0.5 s
    >>> reading.summary["word"]
    'tender'

It is the engine of the plugin and of the command line ``circumplex``: the same numbers to the last
bit, for files and for arrays, however they are split into blocks.  Work on sound lets other threads
run, so a pool of threads uses all processors.

- :func:`analyze`: a file or an array, as a :class:`Reading`
- :class:`Engine`: sound as it comes; push samples, pop readings
- :func:`features`: what a model sees of a sound; :func:`load`: a file's samples
- :class:`Model`: a model file; :func:`analyze_static`: one reading a song
- :class:`Library`: songs kept and found; :mod:`circumplex.songs`: songs as tables (Parquet)

What each column means is in docs/columns.md.
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
