#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Songs as Parquet, and a library made of it: it equals the one of `circumplex library add`.

Run as: test_library.py PROGRAM, with the package on the path.  Skipped without pyarrow.
"""
import importlib.util
import json
import os
import pathlib
import sys
import tempfile
import unittest

try:
    import pyarrow
    import pyarrow.parquet
except ImportError:
    print("skipped: no pyarrow (pip install pyarrow)")
    sys.exit(77)

import circumplex
from circumplex import songs
from sounds import ROOT, music, run, write


class LibraryTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.holder = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(os.path.realpath(cls.holder.name))
        cls.music = cls.folder / "music"
        cls.music.mkdir()
        for seed in range(1, 4):
            write(cls.music / f"song {seed}.wav", music(9 + seed, seed))
        write(cls.music / "copy.wav", music(10, 1))
        cls.odd = cls.music / os.fsdecode(b"caf\xe9.wav")
        write(cls.odd, music(8, 5))
        (cls.music / "cut.wav").write_bytes((cls.music / "song 3.wav").read_bytes()[:-150000])
        (cls.music / "text.wav").write_text("no sound")
        write(cls.music / "silent.wav", 0 * music(3))
        cls.paths = sorted(cls.music.iterdir())
        cls.rows = [songs.row(path) for path in cls.paths]
        cls.parquet = cls.folder / "songs.parquet"
        songs.write_parquet(cls.rows, cls.parquet)

    @classmethod
    def tearDownClass(cls):
        cls.holder.cleanup()

    def export(self, db):
        return run("library", "export", f"--db={db}", "--csv=-").decode(errors="surrogateescape")

    def test_the_dictionary_names_the_columns(self):
        spec = importlib.util.spec_from_file_location("columns", ROOT / "scripts/columns.py")
        columns = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(columns)
        named = {part.key: [c.name for c in part.columns] for part in columns.parts()}
        self.assertEqual(named["parquet"], [name for name, _ in songs.FIELDS])
        self.assertEqual(pyarrow.parquet.read_schema(self.parquet).names, named["parquet"])

    def test_a_library_of_parquet_is_the_library_that_add_makes(self):
        added, imported = self.folder / "added.db", self.folder / "imported.db"
        run("library", "add", f"--db={added}", self.music, status=1)
        with circumplex.Library(imported, "a") as library:
            self.assertEqual(library.import_parquet(self.parquet), len(self.paths))
        by_path = [
            sorted(line.split(",", 1)[1] for line in self.export(db).splitlines())
            for db in (added, imported)
        ]
        self.assertEqual(by_path[0], by_path[1])
        self.assertEqual(len(by_path[0]), 1 + 5)
        failed = [run("library", "list", f"--db={db}", "--failed") for db in (added, imported)]
        for said in failed:  # why, depends on what the builds can decode
            self.assertIn(b"text.wav", said)
            self.assertIn(b"silent.wav", said)
        damaged = [run("library", "list", f"--db={db}", "--damaged") for db in (added, imported)]
        for said in damaged:
            self.assertIn(b"cut.wav", said)
        curves = []
        for db in (added, imported):
            with circumplex.Library(db) as library:
                curves.append({s.path: s.curve.tobytes() for s in library.songs(curves=True)})
        self.assertEqual(curves[0], curves[1])
        # Imported files are known: none is read again.
        run("library", "add", f"--db={imported}", self.music)
        self.assertEqual(self.export(imported).count("\n"), 1 + 5)
        with circumplex.Library(imported, "w") as library:
            library.import_parquet(self.parquet)
        self.assertEqual(self.export(imported).count("\n"), 1 + 5)

    def test_near_is_the_command_lines(self):
        db = self.folder / "near.db"
        with circumplex.Library(db, "a") as library:
            library.import_parquet(self.parquet)
            found = [(song.id, distance) for song, distance in library.near(0.2, 0.1, limit=3)]
        said = json.loads(
            run("library", "near", f"--db={db}", "0.2", "0.1", "--limit=3", "--json")
        )["songs"]
        self.assertEqual([song["id"] for song in said], [number for number, _ in found])
        for song, (_, distance) in zip(said, found):
            self.assertAlmostEqual(song["distance"], distance, places=6)

    def test_a_library_is_exported_as_parquet(self):
        db, out = self.folder / "out.db", self.folder / "out.parquet"
        with circumplex.Library(db, "a") as library:
            library.import_parquet(self.parquet)
            library.export_parquet(out)
            kept = library.songs(curves=True)
        table = pyarrow.parquet.read_table(out)
        self.assertEqual(table.column("valence").to_pylist(), [song.valence for song in kept])
        self.assertEqual(len(table.column("valence_curve")[0]), len(kept[0].curve))
        self.assertEqual(set(table.column("model_hash").to_pylist()), {circumplex.Model().hash})

    def test_an_invalid_row_is_refused_and_not_stored(self):
        good = next(
            row for row in self.rows if row["failure"] is None and row["path_bytes"] is None
        )
        for wrong in (
            {"valence": 2.0},
            {"arousal": float("nan")},
            {"path": "relative.wav"},
            {"sound": "xyz"},
            {"model_hash": "12"},
            {"samples": None},
            {"valence_curve": [1]},
            {"title": None},
        ):
            parquet, db = self.folder / "wrong.parquet", self.folder / "wrong.db"
            songs.write_parquet([self.rows[0], {**good, **wrong}], parquet)
            with circumplex.Library(db, "a") as library:
                with self.assertRaises(circumplex.Error, msg=wrong):
                    library.import_parquet(parquet)
                self.assertEqual(library.songs(), [])
            db.unlink()
        pyarrow.parquet.write_table(pyarrow.table({"path": ["/x"]}), self.folder / "few.parquet")
        (self.folder / "none.parquet").write_text("none")
        with circumplex.Library(self.folder / "wrong.db", "a") as library:
            for name in ("few.parquet", "none.parquet"):
                with self.assertRaisesRegex(circumplex.Error, name):
                    library.import_parquet(self.folder / name)
            with self.assertRaises(circumplex.Error):
                library.songs(model="no-such-model")
        with self.assertRaises(circumplex.Error):
            circumplex.Library(self.folder / "no.db")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
