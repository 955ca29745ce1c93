#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a core does in an hour, and what songs take: the figures of docs/large-collections.md.

    PYTHONPATH=build/release/python bench/songs_an_hour.py [FILE...]

Without FILEs a piece is made, and also coded as MP3 and FLAC where ffmpeg is there.  CPU time
counts, so a busy machine changes little. Then rows of made-up songs are written to Parquet and
taken into a library, if pyarrow is there.
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import numpy as np

import circumplex
from circumplex import songs

SONG = 240.0  # s: what is called a song here
ROWS = 5000


def cpu(task):
    begin = time.process_time()
    result = task()
    return time.process_time() - begin, result


def material(folder):
    wav = folder / "piece.wav"
    demo = pathlib.Path(__file__).resolve().parents[1] / "scripts/demo_piece.py"
    subprocess.run([sys.executable, demo, wav], check=True, stdout=subprocess.DEVNULL)
    found = [wav]
    for name, options in (("piece.mp3", ["-b:a", "256k"]), ("piece.flac", [])):
        if shutil.which("ffmpeg"):
            subprocess.run(
                ["ffmpeg", "-v", "error", "-y", "-i", wav, *options, folder / name], check=True
            )
            found.append(folder / name)
    return found


def read(paths):
    model = circumplex.Model()
    print(f"model {model.name} {model.hash}; one core; a song is {SONG:.0f} s")
    print("| file | times real time | songs an hour | bytes a song |\n|---|---|---|---|")
    for path in paths:
        circumplex.analyze(path, model=model)  # warm
        runs = [cpu(lambda p=path: circumplex.analyze(p, model=model)) for _ in range(3)]
        seconds, reading = min(runs, key=lambda run: run[0])
        length = reading.summary["duration_s"]
        size = pathlib.Path(path).stat().st_size / length * SONG
        print(
            f"| {pathlib.Path(path).suffix[1:]} | {length / seconds:.0f} |"
            f" {3600 / seconds * length / SONG:,.0f} | {size:,.0f} |"
        )
    return reading


def store(reading, folder):
    """Rows with curves that wander at random, as songs do; what repeats would be packed too
    well.
    """
    random = np.random.default_rng(1)
    row, hops = songs.row_of(reading, tags=False), int(SONG / 0.5)
    curves = np.clip(np.cumsum(random.normal(0, 900, (2 * ROWS, hops)), 1), -32767, 32767).astype(
        np.int16
    )
    rows = [
        {
            **row,
            "path": f"/songs/{i:08d}.mp3",
            "path_bytes": None,
            "sound": f"{i + 1:016x}",
            "valence_curve": curves[2 * i],
            "arousal_curve": curves[2 * i + 1],
        }
        for i in range(ROWS)
    ]
    parquet, db = folder / "songs.parquet", folder / "songs.db"
    seconds, _ = cpu(lambda: songs.write_parquet(rows, parquet))
    print(
        f"Parquet: {ROWS / seconds:,.0f} songs a second of CPU,"
        f" {parquet.stat().st_size / ROWS:,.0f} bytes a song"
    )
    with circumplex.Library(db, "a") as library:
        seconds, _ = cpu(lambda: library.import_parquet(parquet))
    print(
        f"import_parquet(): {ROWS / seconds:,.0f} songs a second of CPU,"
        f" {db.stat().st_size / ROWS:,.0f} bytes a song"
    )


def main():
    with tempfile.TemporaryDirectory() as holder:
        folder = pathlib.Path(holder)
        reading = read(sys.argv[1:] or material(folder))
        try:
            songs.schema()
        except ImportError:
            print("no pyarrow: Parquet is not measured")
            return
        store(reading, folder)


if __name__ == "__main__":
    main()
