#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Songs read by a Dask cluster of which a worker is killed: the data set is the one that one
process makes.

Run as: test_cluster.py PROGRAM, with the package on the path.  Skipped without distributed and
pyarrow.
"""
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

try:
    import dask
    import pyarrow.dataset
    from distributed import Client, LocalCluster
except ImportError as error:
    print(f"skipped: {error} (pip install distributed pyarrow)")
    sys.exit(77)

import circumplex
from circumplex import songs
from sounds import ROOT, music, run, write

sys.path.insert(0, str(ROOT / "python/examples"))
import cluster_songs  # noqa: E402

SONGS, SIZE = 16, 2
KILLED_WHILE_WRITING = """
import os, pathlib, signal, sys
import pyarrow.parquet
from circumplex import songs

def write_half(table, name, **options):
    pathlib.Path(name).write_bytes(b"PAR1")
    os.kill(os.getpid(), signal.SIGKILL)

pyarrow.parquet.write_table = write_half
songs.write_parquet([], sys.argv[1])
"""


dask.config.set({"distributed.comm.timeouts.connect": "300s"})  # on a busy machine, too


class Cluster(unittest.TestCase):
    def setUp(self):
        self.holder = tempfile.TemporaryDirectory()
        self.addCleanup(self.holder.cleanup)
        self.folder = pathlib.Path(os.path.realpath(self.holder.name))
        self.paths = [
            str(write(self.folder / f"{i:02d}.wav", music(8 + i % 3, i))) for i in range(SONGS - 1)
        ]
        bad = self.folder / "bad.wav"
        bad.write_text("no sound")
        self.paths.append(str(bad))
        self.local = self.folder / "local.parquet"
        songs.write_parquet([songs.row(path) for path in self.paths], self.local)

    def table(self, path):
        return pyarrow.dataset.dataset(str(path), format="parquet").to_table().sort_by("path")

    def test_a_killed_worker_changes_nothing(self):
        output = str(self.folder / "set")
        with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None,
                          host="127.0.0.1", silence_logs=50) as cluster, Client(cluster) as client:
            for module in (
                ROOT / "python/examples/cluster_songs.py",
                pathlib.Path(__file__).parent / "sounds.py",
            ):
                client.upload_file(str(module))
            before = client.run(os.getpid)
            killed = []

            def kill_one(_):
                """After the first part, while both have work."""
                if not killed:
                    killed.append(sorted(before.values())[0])
                    os.kill(killed[0], signal.SIGKILL)

            failed = cluster_songs.run(client, self.paths, output, size=SIZE, done=kill_one)
            self.assertEqual(failed, [])
            after = set(client.run(os.getpid).values())
        self.assertEqual(len(killed), 1)
        self.assertNotIn(killed[0], after)
        names = sorted(name for name in os.listdir(output) if name.endswith(".parquet"))
        self.assertEqual(names, [f"part-{i:06d}.parquet" for i in range(SONGS // SIZE)])
        self.assertTrue(self.table(output).equals(self.table(self.local)))

        # The library made of it equals the one that this machine makes.
        exports = []
        for source in (output, self.local):
            db = self.folder / f"{len(exports)}.db"
            with circumplex.Library(db, "a") as library:
                self.assertEqual(library.import_parquet(source), SONGS)
            text = run("library", "export", f"--db={db}", "--csv=-").decode()
            exports.append(sorted(line.split(",", 1)[1] for line in text.splitlines()))
        self.assertEqual(exports[0], exports[1])
        self.assertEqual(len(exports[0]), SONGS)

    def test_a_part_that_a_killed_worker_left_is_not_read(self):
        output = self.folder / "half"
        output.mkdir()
        songs.write_parquet([songs.row(path) for path in self.paths], output / "part-0.parquet")
        child = subprocess.run(
            [sys.executable, "-c", KILLED_WHILE_WRITING, str(output / "part-1.parquet")],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        )
        self.assertEqual(child.returncode, -signal.SIGKILL)
        self.assertEqual(len(os.listdir(output)), 2)
        self.assertTrue(self.table(output).equals(self.table(self.local)))
        with circumplex.Library(self.folder / "half.db", "a") as library:
            self.assertEqual(library.import_parquet(output), SONGS)

    def test_a_stopped_run_continues(self):
        output = self.folder / "again"
        output.mkdir()
        songs.write_parquet(
            [songs.row(path) for path in self.paths[:SIZE]], output / "part-000000.parquet"
        )
        time_before = (output / "part-000000.parquet").stat().st_mtime_ns
        for number, paths in enumerate(cluster_songs.split(self.paths, SIZE)):
            cluster_songs.read_part(number, paths, str(output), None)
        self.assertEqual((output / "part-000000.parquet").stat().st_mtime_ns, time_before)
        self.assertTrue(self.table(output).equals(self.table(self.local)))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
