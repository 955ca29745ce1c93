#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long `circumplex library add` takes of many songs, on a disk where fsync costs 10 ms more.

    library_add.py CIRCUMPLEX SLOW_FSYNC.so MODEL [SONGS] [JOBS]

Prints wall time, CPU time, and wall time over CPU time / jobs.
"""
import array
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
import wave

program, preload, model = map(os.path.abspath, sys.argv[1:4])
songs = int(sys.argv[4]) if len(sys.argv) > 4 else 300
jobs = int(sys.argv[5]) if len(sys.argv) > 5 else len(os.sched_getaffinity(0))

with tempfile.TemporaryDirectory() as folder:
    dice = random.Random(1)
    base = array.array("h", (dice.randrange(-9000, 9000) for _ in range(22050 * 12)))
    for i in range(songs):
        with wave.open(f"{folder}/{i}.wav", "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(22050)
            out.writeframes(base[i:].tobytes())
    begun = time.monotonic()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [program, "library", "add", "-q", f"-j{jobs}", f"--db={folder}/library.db", folder],
        check=True,
        env=dict(os.environ, LD_PRELOAD=preload, CIRCUMPLEX_MODEL=model),
    )
    wall = time.monotonic() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(
        f"{songs} songs, {jobs} jobs: wall {wall:.1f} s, CPU {cpu:.1f} s, wall / (CPU / jobs)"
        f" {wall * jobs / cpu:.2f}"
    )
