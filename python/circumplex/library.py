# SPDX-License-Identifier: GPL-3.0-or-later
"""The library: a file of songs and their readings, as `circumplex library` and its window use it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Iterator

import numpy as np
from numpy.typing import NDArray

from . import _core, songs
from .sound import Path

if TYPE_CHECKING:
    import pyarrow

_BATCH = 1000  # songs in one transaction
_NUMBERS = ("duration_s", "valence", "arousal", "valence_spread", "arousal_spread", "confidence")


@dataclass(frozen=True, eq=False)
class LibrarySong:
    """A song as one model reads it; valence and arousal are means over the song, with the spread.

    curve: [n, 2] float32, valence and arousal every 0.5 s, NaN in silence; None unless requested.
    """

    id: int
    path: str
    title: str
    artist: str
    album: str
    duration_s: float
    valence: float
    arousal: float
    valence_spread: float
    arousal_spread: float
    confidence: float | None  # None: a static model gives no confidence
    curve: NDArray[np.float32] | None


def _curve(packed: tuple[bytearray, bytearray] | None) -> NDArray[np.float32] | None:
    if packed is None:
        return None
    whole = np.stack([np.frombuffer(axis, np.int16) for axis in packed], axis=1)
    return np.where(whole == songs.CURVE_SILENT, np.nan, whole / songs.CURVE_FULL).astype(
        np.float32
    )


class Library:
    """A library file; without a path, the default one of `circumplex library`.

    mode: "r" to read, "w" to write an existing file, "a" to write or create one.  Raises Error.
    Only one thread at a time may use a library; several processes may have the file open.

        with circumplex.Library() as library:
            for song, distance in library.near(0.6, -0.4, limit=10):
                print(song.title, distance)
    """

    def __init__(self, path: Path | None = None, mode: str = "r"):
        if mode not in ("r", "a", "w"):
            raise ValueError('mode is "r", "w" or "a"')
        self._store = _core.Store(None if path is None else os.fsdecode(path), "raw".index(mode))

    def close(self) -> None:
        self._store.close()

    def __enter__(self) -> Library:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()

    def models(self) -> list[dict[str, Any]]:
        """The models whose readings it has: name, hash, static, songs."""
        return self._store.models()

    def _hash(self, model: str | None) -> str | None:
        """The hash of the model with that name, or with a hash that begins with it."""
        if model is None:
            return None
        found = {
            m["hash"] for m in self.models() if m["name"] == model or m["hash"].startswith(model)
        }
        if len(found) != 1:
            raise _core.Error(
                f"the library has {len(found) or 'no'} readings by models called '{model}'"
            )
        return found.pop()

    def songs(self, model: str | None = None, curves: bool = False) -> list[LibrarySong]:
        """All songs read by one model, in the order of id, without songs with missing files.

        model: its name or the start of its hash; None: the model with the most songs.
        """
        who, rows = self._store.songs(self._hash(model), curves)
        return [
            LibrarySong(*row[:-2], None if who["static"] else row[-2], _curve(row[-1]))
            for row in rows
        ]

    def near(self, valence: float, arousal: float, limit: int = 20,
             model: str | None = None) -> list[tuple[LibrarySong, float]]:
        """The songs nearest to a point of the plane and their distances, like `circumplex library
        near`.
        """
        hits = self._store.near(self._hash(model), valence, arousal, limit)
        by_id = {song.id: song for song in self.songs(model)} if hits else {}
        return [(by_id[number], distance) for number, distance in hits]

    def to_table(self, model: str | None = None, curves: bool = True) -> pyarrow.Table:
        """The songs as an Arrow table: the columns of LibrarySong, curves as lists of floats, and
        model and model_hash."""
        import pyarrow

        who, rows = self._store.songs(self._hash(model), curves)
        names = ("id", "path", "title", "artist", "album", *_NUMBERS)
        types = [pyarrow.int64()] + 4 * [pyarrow.string()] + 6 * [pyarrow.float32()]
        columns = [
            pyarrow.array(
                [
                    os.fsencode(r[i]).decode(errors="replace") if names[i] == "path" else r[i]
                    for r in rows
                ],
                kind,
            )
            for i, kind in enumerate(types)
        ]
        made = pyarrow.table(dict(zip(names, columns)))
        for name, key in (("model", "name"), ("model_hash", "hash")):
            made = made.append_column(name, pyarrow.array([who[key]] * len(rows), pyarrow.string()))
        for axis, name in enumerate(("valence_curve", "arousal_curve")):
            if curves:
                values = [_curve(r[-1])[:, axis] for r in rows]
                made = made.append_column(
                    name, pyarrow.array(values, pyarrow.list_(pyarrow.float32()))
                )
        return made

    def export_parquet(self, path: Path, model: str | None = None, curves: bool = True) -> None:
        """Write to_table() to a Parquet file, under a temporary name until it is complete."""
        songs.save(self.to_table(model, curves), path)

    def import_parquet(self, path: Path) -> int:
        """Import songs from Parquet, a file or a folder of files, as circumplex.songs writes it.

        Existing songs are unchanged; failures are stored too.  There is one transaction for every
        1000 songs.  Returns the number of rows.  Raises Error for an invalid row; then nothing of
        its transaction is stored.
        """
        count = 0
        for rows in _batches(path):
            self._store.begin()
            try:
                for row in rows:
                    self._put(row)
            except BaseException:
                self._store.end(False)
                raise
            self._store.end(True)
            count += len(rows)
        return count

    def _put(self, row: dict[str, Any]) -> None:
        name = os.fsdecode(row["path_bytes"] or row["path"] or "")
        if not os.path.isabs(name):
            raise _core.Error(f"'{name}' is not an absolute path")
        try:
            file = (name, row["size"], row["mtime_ns"], row["damage"])
            if row["failure"] is not None:
                self._store.put_failure(file, row["failure"])
                return
            numbers = tuple(row[key] for key in _NUMBERS)
            _check(numbers)
            curves = tuple(
                np.asarray(row[f"{axis}_curve"], np.int16).tobytes()
                for axis in ("valence", "arousal")
            )
            self._store.put(
                file,
                (int(row["sound"], 16), row["samples"], row["title"], row["artist"], row["album"]),
                (row["model"], row["model_hash"]),
                numbers,
                curves,
            )
        except (TypeError, ValueError) as error:
            raise _core.Error(f"{name}: the row cannot be stored: {error}") from None


def _check(numbers: tuple[float, ...]) -> None:
    duration, valence, arousal, *shares = numbers
    if not (0.0 <= duration < 1e6 and abs(valence) <= 1.0 and abs(arousal) <= 1.0
            and all(0.0 <= share <= 1.0 for share in shares)):
        raise ValueError(f"numbers out of range: {numbers}")


def _batches(path: Path) -> Iterator[list[dict[str, Any]]]:
    import pyarrow
    import pyarrow.dataset

    try:
        found = pyarrow.dataset.dataset(os.fsdecode(path), format="parquet", schema=songs.schema())
        missing = set(songs.schema().names) - set(
            pyarrow.dataset.dataset(os.fsdecode(path), format="parquet").schema.names
        )
        if missing:
            raise _core.Error(f"{os.fsdecode(path)}: no columns {', '.join(sorted(missing))}")
        for batch in found.to_batches(batch_size=_BATCH):
            if batch.num_rows:
                yield batch.to_pylist()
    except pyarrow.ArrowException as error:
        raise _core.Error(f"{os.fsdecode(path)}: {error}") from None
