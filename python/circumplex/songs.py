# SPDX-License-Identifier: GPL-3.0-or-later
"""Songs as tables: what a library stores of a file, as a row of Parquet.

    >>> from circumplex import songs
    >>> songs.write_parquet([songs.row(path) for path in paths], "songs.parquet")
    >>> circumplex.Library("library.db").import_parquet("songs.parquet")

Library.import_parquet() makes a library from such files, which may come from other machines.
Tables need pyarrow (``pip install circumplex[parquet]``).
"""
from __future__ import annotations

import os
import warnings
from typing import TYPE_CHECKING, Any, Iterable

import numpy as np

from . import _core
from .model import Model, as_model
from .reading import IncompleteWarning, Reading, analyze
from .sound import Path

if TYPE_CHECKING:
    import pyarrow

#: values of a curve that mean 1 and silence
CURVE_FULL, CURVE_SILENT = 32767, -32768

#: column and Arrow type, in order
FIELDS = (
    ("path", "string"), ("path_bytes", "binary"), ("size", "int64"), ("mtime_ns", "int64"),
    ("sound", "string"), ("samples", "int64"), ("rate", "float64"),
    ("title", "string"), ("artist", "string"), ("album", "string"),
    ("model", "string"), ("model_hash", "string"), ("duration_s", "float32"),
    ("valence", "float32"), ("arousal", "float32"), ("valence_spread", "float32"),
    ("arousal_spread", "float32"), ("confidence", "float32"),
    ("quadrant", "string"), ("word", "string"), ("damage", "string"), ("failure", "string"),
    ("valence_curve", "list<int16>"), ("arousal_curve", "list<int16>"),
)


def _named(name: str) -> dict[str, Any]:
    """The path, and its bytes if it is not UTF-8."""
    raw = os.fsencode(name)
    try:
        return {"path": raw.decode(), "path_bytes": None}
    except UnicodeDecodeError:
        return {"path": raw.decode(errors="replace"), "path_bytes": raw}


def row_of(reading: Reading, tags: bool = True) -> dict[str, Any]:
    """The row for a reading of a whole file.  tags: read title, artist and album."""
    if reading.path is None:
        raise ValueError("the reading is not of a file")
    name = os.path.abspath(reading.path)
    status = os.stat(name)
    row: dict[str, Any] = dict.fromkeys(field for field, _ in FIELDS)
    row |= _named(name) | {"size": status.st_size, "mtime_ns": status.st_mtime_ns,
                           "model": reading.model.name, "model_hash": reading.model.hash,
                           "rate": reading.summary["rate"], "damage": reading.damage}
    if reading.song is None:
        return row | {"failure": "is silent from end to end"}
    row |= {key: value for key, value in reading.song.items() if not key.endswith("_curve")}
    for axis in ("valence_curve", "arousal_curve"):
        row[axis] = np.frombuffer(reading.song[axis], np.int16)
    row |= {"sound": reading.summary["sound"], "samples": reading.summary["samples"],
            "quadrant": reading.summary["quadrant"], "word": reading.summary["word"]}
    title, artist, album = _core.tags(name) if tags else ("", "", "")
    return row | {"title": title, "artist": artist, "album": album}


def row(
    path: Path, model: Model | Path | None = None, gate: float = -60.0, tags: bool = True
) -> dict[str, Any]:
    """The row for a file.  A file that cannot be read also gets a row; its ``failure`` says why.

    Raises OSError only if the file does not exist.
    """
    model = as_model(model)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", IncompleteWarning)  # the row says so
            return row_of(analyze(path, model=model, gate=gate), tags)
    except _core.Error as error:
        name = os.path.abspath(os.fsdecode(path))
        status = os.stat(name)
        reason = str(error).removeprefix(f"{os.fsdecode(path)}: ")
        empty: dict[str, Any] = dict.fromkeys(field for field, _ in FIELDS)
        return (
            empty | _named(name) | {
                "size": status.st_size,
                "mtime_ns": status.st_mtime_ns,
                "model": model.name,
                "model_hash": model.hash,
                "failure": reason,
            }
        )


def schema() -> pyarrow.Schema:
    """The table's columns; docs/columns.md explains them."""
    import pyarrow

    types = {"string": pyarrow.string(), "binary": pyarrow.binary(), "int64": pyarrow.int64(),
             "float32": pyarrow.float32(), "float64": pyarrow.float64(),
             "list<int16>": pyarrow.list_(pyarrow.int16())}
    return pyarrow.schema([(name, types[kind]) for name, kind in FIELDS])


def table(rows: Iterable[dict[str, Any]]) -> pyarrow.Table:
    """Rows as a table."""
    import pyarrow

    return pyarrow.Table.from_pylist(list(rows), schema=schema())


def write_parquet(rows: Iterable[dict[str, Any]], path: Path) -> None:
    """Write rows to a Parquet file, under a temporary name until it is complete."""
    save(table(rows), path)


def save(made: pyarrow.Table, path: Path) -> None:
    """Write a table to a Parquet file, under a temporary name until it is complete."""
    import pyarrow.parquet

    name = os.fsdecode(path)
    # Readers of a data set skip names that begin with a dot: also a file of a killed process.
    folder, last = os.path.split(name)
    part = os.path.join(folder, f".{last}.{os.getpid()}.part")
    try:
        pyarrow.parquet.write_table(made, part, compression="zstd")
        os.replace(part, name)
    finally:
        if os.path.exists(part):
            os.unlink(part)
