#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Python package gives the same numbers as the command line, bit for bit.

Run as: test_package.py PROGRAM, with the package on the path.
"""
import contextlib
import inspect
import io
import json
import os
import pathlib
import pickle
import signal
import sys
import tempfile
import threading
import time
import types
import unittest
import unittest.mock
import warnings

import numpy as np

import circumplex
from circumplex import songs
from sounds import RATE, ROOT, music, rows, run, whole, write


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.holder = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.holder.name)
        cls.sound = music(14.3)
        cls.sound[int(9 * RATE):int(12 * RATE)] = 0
        cls.path = write(cls.folder / "sound.wav", cls.sound)
        cls.reading = circumplex.analyze(cls.path, attention=True)

    @classmethod
    def tearDownClass(cls):
        cls.holder.cleanup()

    def assert_same(self, a, b):
        for name, column in a.to_table().items():
            np.testing.assert_array_equal(column, b[name], name)

    def test_a_file_reads_as_the_command_line_reads_it(self):
        table = rows(self.path)
        self.assertEqual(len(table), len(self.reading))
        self.assertEqual(list(table[0])[:-3], list(self.reading.to_table()))
        for name, column in self.reading.to_table().items():
            said = [row[name] for row in table]
            if name == "state":
                self.assertEqual(said, list(column))
                self.assertEqual(set(said), {"silent", "settling", "live"})
            elif name == "time_s":
                self.assertEqual(said, [f"{t:.9g}" for t in column])
            else:
                np.testing.assert_array_equal(np.array(said, np.float32), column, name)

    def test_an_array_reads_as_its_file(self):
        for samples in (self.sound, self.sound.astype(np.int32) << 16, self.sound / 32768,
                        (self.sound / 32768).astype(np.float32), np.asfortranarray(self.sound)):
            found = circumplex.analyze(samples, RATE)
            self.assert_same(found, self.reading)
            self.assertEqual(found.summary, self.reading.summary)

    def test_mono_reads_as_two_equal_channels(self):
        left = self.sound[:, 0]
        self.assert_same(
            circumplex.analyze(left, RATE), circumplex.analyze(np.stack([left, left], 1), RATE)
        )
        self.assert_same(circumplex.analyze(left[:, None], RATE), circumplex.analyze(left, RATE))
        mono = write(self.folder / "mono.wav", left[:RATE, None])
        self.assertEqual(circumplex.analyze(mono).channels, 1)
        self.assertEqual(circumplex.load(mono).channels, 1)

    def test_any_split_into_blocks_reads_the_same(self):
        random = np.random.default_rng(3)
        for largest in (1, 37, 5000, 10**6):
            engine = circumplex.Engine(RATE, attention=True)
            parts, at = [], 0
            end = len(self.sound) if largest > 1 else RATE
            while at < end:
                n = int(random.integers(1, largest + 1))
                engine.push(self.sound[at:min(at + n, end)])
                at += n
                if random.uniform() < 0.5:
                    parts.append(engine.pop())
            parts.append(engine.pop())
            for name in ("times", "values", "cues", "attention"):
                found = np.concatenate([getattr(part, name) for part in parts])
                np.testing.assert_array_equal(found, getattr(self.reading, name)[:len(found)])
            self.assertEqual(len(found), int(2 * end / RATE))
            if largest > 1:
                self.assertEqual(parts[-1].summary, self.reading.summary)

    def test_reset_forgets(self):
        engine = circumplex.Engine(RATE)
        engine.push(self.sound[:RATE * 3])
        engine.reset()
        engine.push(self.sound)
        found = engine.pop()
        self.assert_same(found, self.reading)
        self.assertEqual(found.summary, self.reading.summary)

    def test_words_attention_and_summary_are_those_of_json(self):
        said = whole(self.path)
        self.assertEqual([row["word"] for row in said["rows"]], self.reading.words)
        self.assertEqual([row["quadrant"] for row in said["rows"]], self.reading.quadrants)
        for row, weights in zip(said["rows"], self.reading.attention):
            n = len(row["attention"])
            np.testing.assert_allclose(row["attention"], weights[len(weights) - n:], rtol=1e-4)
            self.assertFalse(weights[:len(weights) - n].any())
        for name, value in self.reading.summary.items():
            if name in said:
                self.assertEqual(
                    float(f"{value:.9g}") if isinstance(value, float) else value, said[name], name
                )
        self.assertEqual(self.reading.channels, said["channels"])
        lstm = ROOT / "models/lstm.safetensors"  # a wheel does not have it
        other = circumplex.analyze(self.path, model=lstm)
        said = whole(f"--model={lstm}", self.path)
        self.assertEqual([row["word"] for row in said["rows"]], other.words)
        self.assertEqual(said["word"], other.summary["word"])
        heard = [np.ascontiguousarray(axis[other.state > 0])
                 for axis in (other.valence, other.arousal)]
        built_in = [word for word, _ in circumplex._core.words(None, *heard)]
        self.assertNotEqual([word for word in other.words if word], built_in)

    def test_a_reading_is_shown_in_a_line(self):
        line = repr(self.reading)
        self.assertNotIn("\n", line)
        self.assertLess(len(line), 200 + len(str(self.path)))
        for part in (str(self.path), f"{len(self.reading)} half seconds",
                     self.reading.summary["word"]):
            self.assertIn(part, line)
        self.assertRegex(self.reading.summary["sound"], "^[0-9a-f]{16}$")

    def test_a_part_of_a_file(self):
        table = rows("--from=2", "--to=9.5", self.path)
        part = circumplex.analyze(self.path, start=2, end=9.5)
        np.testing.assert_array_equal(
            np.array([r["valence"] for r in table], np.float32), part.valence
        )
        self.assertEqual(part.times[0], 2.5)
        sound = circumplex.load(self.path, 2, 9.5)
        np.testing.assert_array_equal(
            sound.samples, (self.sound[2 * RATE : int(9.5 * RATE)] / 32768).astype(np.float32)
        )
        for span in ((-1, None), (2, 1), (2, 2)):
            with self.assertRaises(ValueError):
                circumplex.load(self.path, *span)

    def test_a_minus_sign_is_a_files_name(self):
        write(self.folder / "-", self.sound)
        with contextlib.chdir(self.folder):
            self.assertEqual(len(circumplex.load("-").samples), len(self.sound))

    def test_features_are_the_command_lines(self):
        out = self.folder / "f.safetensors"
        run("features", "--quiet", "--n-mel=40", self.path, "-o", out)
        data = out.read_bytes()
        size = int.from_bytes(data[:8], "little")
        header = json.loads(data[8:8 + size])
        for source in (self.path, self.sound):
            found = circumplex.features(source, None if source is self.path else RATE, n_mel=40)
            for name in ("logmel", "cues", "chroma", "semitones", "loudness"):
                a, b = header[name]["data_offsets"]
                said = np.frombuffer(data[8 + size + a : 8 + size + b], np.float32).reshape(
                    header[name]["shape"]
                )
                np.testing.assert_array_equal(said, getattr(found, name), name)
            a, b = header["flags"]["data_offsets"]
            flags = np.frombuffer(data[8 + size + a:8 + size + b], np.float32).reshape(-1, 2)
            np.testing.assert_array_equal(flags, np.stack([found.silent, found.gate_opened], 1))
        self.assertEqual(
            json.loads(header["__metadata__"]["cues"]), [cue.name for cue in circumplex.CUES]
        )

    def test_a_static_reading(self):
        said = circumplex.analyze_static(self.path)
        self.assertEqual(said.model, "static-tnn")
        self.assertLessEqual(max(abs(said.valence), abs(said.arousal)), 1)
        with self.assertRaises(circumplex.Error):
            circumplex.Model(
                pathlib.Path(circumplex.__file__).parent / "models/static-tnn.safetensors"
            )

    def fill(self, db, *batches):
        """Import rows without pyarrow, which only reads them from their file."""
        with unittest.mock.patch("circumplex.library._batches", lambda path: iter(batches)):
            with circumplex.Library(db, "a") as library:
                return library.import_parquet("songs.parquet")

    def test_each_batch_of_rows_is_imported_completely_or_not_at_all(self):
        db = self.folder / "rows.db"
        good = songs.row(self.path)
        self.assertEqual(good["mtime_ns"], os.stat(self.path).st_mtime_ns)
        with unittest.mock.patch.object(songs._core, "tags", return_value=("T", "A", "L")):
            for tags, said in ((True, ["T", "A", "L"]), (False, ["", "", ""])):
                row = songs.row(self.path, tags=tags)
                self.assertEqual([row[key] for key in ("title", "artist", "album")], said)
        for mode in ("", "x", "rw"):
            with self.assertRaises(ValueError):
                circumplex.Library(db, mode)
        other = {**good, "path": "/other.wav", "sound": "1234"}
        for wrong in ({"arousal": 1.5}, {"valence": -1.5}, {"confidence": 2.0}, {"path": "x.wav"}):
            with self.assertRaises(circumplex.Error, msg=wrong):
                self.fill(db, [good], [other, {**good, **wrong}])
        with circumplex.Library(db) as library:
            self.assertEqual([song.path for song in library.songs()], [str(self.path)])
        failed = {**dict.fromkeys(good), "path": "/bad.wav", "size": 1, "mtime_ns": 2,
                  "failure": "is no sound"}
        self.assertEqual(self.fill(db, [other], [failed]), 2)
        self.assertIn(b"/bad.wav: is no sound", run("library", "list", "--failed", f"--db={db}"))
        # Two versions of a model have one name.
        self.fill(db, [{**other, "model_hash": "0123456789abcdef"}])
        with circumplex.Library(db) as library:
            self.assertEqual(len(library.songs(model="0123")), 1)
            self.assertEqual([song.path for song, _ in library.near(0, 0, model="0123")],
                             ["/other.wav"])
            self.assertEqual(len(library.near(0, 0)), 2)
            self.assertEqual(len(library.near(0, 0, 1)), 1)
            own = {song.path: distance for song, distance in library.near(0.5, -0.25)}
            with self.assertRaisesRegex(circumplex.Error, "2 readings"):
                library.songs(model=good["model"])
        said = json.loads(run("library", "near", "0.5", "-0.25", "--json", f"--db={db}"))["songs"]
        self.assertEqual(len(said), 2)
        for song in said:
            self.assertAlmostEqual(song["distance"], own[song["path"]], delta=1e-6)

    def test_a_static_reading_in_a_library_has_no_confidence(self):
        db = self.folder / "static.db"
        run("library", "add", "--static=tnn", f"--db={db}", self.path)
        with circumplex.Library(db) as library:
            (song,) = library.songs()
        self.assertIsNone(song.confidence)

    def test_a_table_that_cannot_be_written_leaves_nothing(self):
        def write_half(table, path, **options):
            pathlib.Path(path).write_text("half")
            raise OSError("full")

        module = types.ModuleType("pyarrow")
        module.parquet = types.SimpleNamespace(write_table=write_half)
        names = {"pyarrow": module, "pyarrow.parquet": module.parquet}
        before = set(os.listdir(self.folder))
        with unittest.mock.patch.dict(sys.modules, names), self.assertRaises(OSError):
            songs.save(None, self.folder / "songs.parquet")
        self.assertEqual(set(os.listdir(self.folder)), before)

    def test_unreadable_files_are_reported(self):
        text = self.folder / "text.wav"
        text.write_text("no sound")
        short = write(self.folder / "short.wav", self.sound[:1000])
        for path in (text, short):
            with self.assertRaisesRegex(circumplex.Error, path.name):
                circumplex.analyze(path)
        with self.assertRaises(FileNotFoundError):
            circumplex.analyze(self.folder / "none.wav")
        with self.assertRaises(circumplex.Error):
            circumplex.Model("no-such-model")
        for rate in (100, 1e6, float("nan")):
            with self.assertRaises(circumplex.Error):
                circumplex.analyze(self.sound, rate)
        for wrong in (np.zeros((2, 3, 2)), self.sound.T, np.zeros((1000, 6))):
            with self.assertRaises(ValueError):
                circumplex.analyze(wrong, RATE)
        for wrong in (
            lambda: circumplex.analyze(self.sound),
            lambda: circumplex.analyze(self.path, RATE),
            lambda: circumplex.analyze(self.sound, RATE, start=1),
            lambda: circumplex.analyze(self.sound, RATE, end=1),
            lambda: circumplex.features(self.path, RATE),
            lambda: circumplex.features(self.sound),
            lambda: circumplex.analyze(np.zeros(RATE, complex), RATE),
            lambda: circumplex.analyze(np.zeros(RATE, np.int8), RATE),
        ):
            with self.assertRaises(TypeError):
                wrong()
        # counts as silence
        self.assertEqual(len(circumplex.analyze(np.full(RATE, np.nan), RATE)), 2)

    def test_a_cut_file_is_reported(self):
        cut = self.folder / "cut.wav"
        cut.write_bytes(self.path.read_bytes()[:-200000])
        with self.assertWarnsRegex(circumplex.IncompleteWarning, "cut.wav") as warned:
            found = circumplex.analyze(cut)
        self.assertEqual(warned.filename, __file__)
        self.assertEqual(songs.row(cut)["damage"], found.damage)
        self.assertEqual(found.damage, whole(cut, status=1)["damage"])
        self.assertIsNone(self.reading.damage)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.assertEqual(circumplex.load(cut).damage, found.damage)

    def test_other_threads_run_while_sound_is_read(self):
        engine = circumplex.Engine(RATE)
        long = np.tile(self.sound, (20, 1))
        thread = threading.Thread(target=engine.push, args=(long,))
        hops, refused = 0, 0
        thread.start()
        while thread.is_alive():
            try:
                hops += len(engine.pop())
            except RuntimeError:
                refused += 1
        thread.join()
        self.assertGreater(refused, 100)  # with the GIL held there would be a handful
        self.assertEqual(hops + len(engine.pop()), len(long) * 2 // RATE)

    def test_ctrl_c_ends_a_long_reading(self):
        path = write(self.folder / "long.wav", np.tile(self.sound, (60, 1)))
        # A shell starts background programs with this signal ignored.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        self.addCleanup(signal.signal, signal.SIGINT, before)
        timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
        begin = time.monotonic()
        with self.assertRaises(KeyboardInterrupt):
            timer.start()
            for _ in range(100):
                circumplex.analyze(path)
        timer.join()
        self.assertLess(time.monotonic() - begin, 200)

    def test_readings_and_models_go_to_other_processes(self):
        self.assert_same(pickle.loads(pickle.dumps(self.reading)), self.reading)
        model = circumplex.Model()
        self.assertEqual(pickle.loads(pickle.dumps(model)).hash, model.hash)
        for other in ("0" * 16, model.hash[:-1] + ("1" if model.hash.endswith("0") else "0")):
            wrong = pickle.dumps(model).replace(model.hash.encode(), other.encode())
            with self.assertRaises(circumplex.Error):
                pickle.loads(wrong)

    def test_every_column_is_an_attribute_and_everything_is_documented(self):
        for column in circumplex.COLUMNS:
            self.assertEqual(len(getattr(self.reading, column.name)), len(self.reading))
        for name in circumplex.__all__:
            thing = getattr(circumplex, name)
            if inspect.isclass(thing) or inspect.isfunction(thing):
                self.assertTrue(inspect.getdoc(thing), name)
        self.assertTrue((pathlib.Path(circumplex.__file__).parent / "py.typed").exists())
        self.assertIn(circumplex.__version__, run("--version").decode())

    def test_the_example_is_short_and_runs(self):
        text = (ROOT / "python/examples/folder_on_the_plane.py").read_text()
        self.assertLess(
            sum(bool(line) and not line.startswith("#") for line in text.splitlines()), 20
        )
        try:
            import matplotlib
        except ImportError:
            self.skipTest("no matplotlib")
        matplotlib.use("Agg")
        folder = self.folder / "music"
        folder.mkdir()
        for seed in (1, 2):
            write(folder / f"{seed}.wav", music(9, seed))
        space = {}
        os.environ["MUSIC"] = str(folder)
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(compile(text, "folder_on_the_plane.py", "exec"), space)
        self.assertEqual(len(printed.getvalue().splitlines()), 2)
        self.assertEqual(len(space["axes"].lines), 2 + 2 * 2)

    def test_the_default_model_is_the_command_lines(self):
        self.assertIn(circumplex.Model().hash, run("model", "info").decode())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
