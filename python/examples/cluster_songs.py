#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read many songs on many machines with Dask, into a partitioned Parquet data set.

    cluster_songs.py --list PATHS --output FOLDER --scheduler tcp://HOST:8786
    cluster_songs.py --list PATHS --output FOLDER --workers 2    (processes of this machine)

PATHS has a path on each line; all workers must find the files (and, with --model, the model) under
the same names, and FOLDER too.  Each task reads --songs files and writes one part,
FOLDER/part-NNNNNN.parquet, which has its name only once it is complete.  A worker that dies costs
the songs of its tasks, which others then do again; a run that was stopped goes on where it was:
parts that are there are left as they are.  So call it with the same list again.  Then, on one
machine:

    circumplex.Library("songs.db", "a").import_parquet(FOLDER)

Exit status: 0 all parts are there, 1 some are not (each is named).
"""
from __future__ import annotations

import argparse
import os
import sys

import circumplex
from circumplex import songs


def part_name(output: str, number: int) -> str:
    return os.path.join(output, f"part-{number:06d}.parquet")


def read_part(number: int, paths: list[str], output: str, model: str | None) -> int:
    """The task: read files, write a part.  A file that is gone or bad has a row that says so."""
    name = part_name(output, number)
    if not os.path.exists(name):
        opened = circumplex.Model(model)
        rows = []
        for path in paths:
            try:
                rows.append(songs.row(path, opened))  # one that cannot be read says why
            except OSError as error:
                print(f"{path}: {error.strerror}", file=sys.stderr)
        songs.write_parquet(rows, name)
    return len(paths)


def split(paths: list[str], size: int) -> list[list[str]]:
    return [paths[i:i + size] for i in range(0, len(paths), size)]


def run(
    client,
    paths: list[str],
    output: str,
    model: str | None = None,
    size: int = 100,
    done=lambda songs: None,
) -> list[int]:
    """Have all parts made.  ``done`` is called with the songs of each part.  Returns the parts that
    failed.
    """
    from distributed import as_completed

    os.makedirs(output, exist_ok=True)
    parts = split(paths, size)
    futures = client.map(
        read_part, range(len(parts)), parts, output=output, model=model, pure=False, retries=2
    )
    numbers = {future.key: number for number, future in enumerate(futures)}
    failed = []
    for future in as_completed(futures):
        if future.status == "finished":
            done(future.result())
        else:
            failed.append(numbers[future.key])
            print(f"part {numbers[future.key]}: {future.exception()!r}", file=sys.stderr)
    return sorted(failed)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--list", required=True, help="a file with a path on each line")
    parser.add_argument("--output", required=True, help="the data set's folder")
    parser.add_argument("--scheduler", help="address of a Dask scheduler")
    parser.add_argument(
        "--workers",
        type=int,
        default=os.cpu_count(),
        help="processes on this machine, without --scheduler",
    )
    parser.add_argument("--model", help="a model's name or file")
    parser.add_argument("--songs", type=int, default=100, help="files a part (100)")
    options = parser.parse_args()
    from distributed import Client, LocalCluster

    with open(options.list, encoding="utf-8", errors="surrogateescape") as file:
        paths = [line.rstrip("\n") for line in file if line.strip()]
    if options.scheduler:
        client = Client(options.scheduler)
    else:
        client = Client(
            LocalCluster(n_workers=options.workers, threads_per_worker=1, processes=True)
        )
    count = 0

    def show(songs_done: int) -> None:
        nonlocal count
        count += songs_done
        print(f"\r{count} of {len(paths)} songs", end="", file=sys.stderr)

    with client:
        failed = run(client, paths, options.output, options.model, options.songs, show)
    print(file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
