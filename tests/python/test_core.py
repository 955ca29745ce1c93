#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The compiled part of the Python package: each value in its place, and what it refuses.

Run as: test_core.py PROGRAM, with the package on the path.
"""
import array
import pathlib
import sqlite3
import struct
import tempfile
import unittest

from circumplex import _core
from sounds import ROOT

MODEL = ROOT / "tests/inference/golden/vae-attentive.safetensors"
HASH, OTHER = "0123456789abcdef", "fedcba9876543210"
# duration, valence, arousal, their spreads, confidence
NUMBERS = {"a": (61.5, 0.5, -0.25, 0.125, 0.0625, 0.875), "b": (2.0, -0.5, 0.75, 0.25, 0.5, 0.375)}
CURVES = (struct.pack("<3h", 1, -32768, 3), struct.pack("<3h", 4, -32768, -6))


class Core(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)
        self.path = self.folder / "l.db"

    def put(self, store, name, sound, model=("m", HASH), damage=None):
        store.put((f"/{name}.wav", 100, 7, damage), (sound, 8000, f"T{name}", f"A{name}", "L"),
                  model, NUMBERS[name], CURVES)

    def test_a_library_holds_what_was_put_into_it(self):
        store = _core.Store(self.path, 1)
        self.put(store, "a", 1)
        self.put(store, "b", 2 ** 63 + 5, damage="is cut")
        store.put_failure(("/c.wav", 9, 8, None), "is empty")
        self.assertEqual(store.models(),
                         [{"name": "m", "hash": HASH, "static": False, "songs": 2}])
        model, rows = store.songs(None, True)
        self.assertEqual(model, {"name": "m", "hash": HASH, "static": False})
        for i, (name, row) in enumerate(zip("ab", rows, strict=True), 1):
            self.assertEqual(row[:5], (i, f"/{name}.wav", f"T{name}", f"A{name}", "L"))
            self.assertEqual(row[5:11], NUMBERS[name])
            self.assertEqual(tuple(map(bytes, row[11])), CURVES)
        self.assertIsNone(store.songs(HASH, False)[1][0][11])
        self.assertEqual([i for i, _ in store.near(None, -0.5, 0.75, 5)], [2, 1])
        self.assertEqual(store.near(HASH, 0.5, -0.25, 1), [(1, 0.0)])
        store.close()
        store.close()
        with self.assertRaisesRegex(ValueError, "the library is closed"):
            store.models()
        db = sqlite3.connect(self.path)
        files = db.execute("SELECT CAST(path AS TEXT), size, mtime, damage, failure FROM files")
        self.assertEqual(files.fetchall(), [("/a.wav", 100, 7, None, None),
                                            ("/b.wav", 100, 7, "is cut", None),
                                            ("/c.wav", 9, 8, None, "is empty")])
        db.close()

    def test_a_transaction_is_kept_or_discarded(self):
        store = _core.Store(self.path, 1)
        for keep, n in ((False, 0), (True, 1)):
            store.begin()
            self.put(store, "a", 1)
            store.end(keep)
            self.assertEqual(len(store.songs(None, False)[1]), n)
        store.close()
        store = _core.Store(self.path, 0)  # to read
        with self.assertRaises(_core.Error):
            self.put(store, "b", 2)

    def test_invalid_input_is_refused(self):
        with self.assertRaisesRegex(_core.Error, "there is no library yet"):
            _core.Store(self.path, 0)
        store = _core.Store(self.path, 1)
        for digits in ("0123456789abcde", "0123456789abcdeg", "0123456789ABCDEF"):
            with self.assertRaisesRegex(ValueError, "16 hexadecimal digits"):
                self.put(store, "a", 1, model=("m", digits))
        for curves in ((b"12", b"1234"), (b"123", b"123")):
            with self.assertRaisesRegex(ValueError, "the curves have different lengths"):
                store.put(("/a.wav", 1, 1, None), (1, 1, "", "", ""), ("m", HASH), NUMBERS["a"],
                          curves)
        floats = array.array("f", [0.0] * 8)
        for left, right, error in ((array.array("d", [0.0]), None, TypeError),
                                   (floats, floats[:7], ValueError),
                                   (floats[:7], floats, ValueError), (b"1234", None, TypeError)):
            with self.assertRaises(error):
                _core.Engine(_core.Model(MODEL), 8000.0, -60.0, False).push(left, right)
        with self.assertRaises(TypeError):
            _core.Engine(store, 8000.0, -60.0, False)

    def test_constants_are_those_of_the_engine(self):
        self.assertEqual(_core.STATES, ("silent", "settling", "live"))
        self.assertEqual(_core.MAX_WINDOW, 120)
        columns = {row[0]: row[1:4] for row in _core.COLUMNS}
        self.assertEqual(list(columns)[:2], ["valence", "arousal"])
        self.assertEqual(columns["valence"], ("", -1.0, 1.0))
        for name, unit, low, high, meaning in _core.COLUMNS + _core.CUES:
            self.assertLess(low, high, name)
            self.assertFalse(unit.startswith("="), name)
            self.assertTrue(meaning, name)

    def test_an_engine_forgets_with_a_reset_and_has_a_gate(self):
        sound = array.array("f", [((i * 7919) % 97 - 48) / 200 for i in range(3 * 8000)])
        model = _core.Model(MODEL)
        self.assertEqual({k: model.info()[k] for k in ("n_mel", "fmin", "fmax", "window")},
                         {"n_mel": 16, "fmin": 30.0, "fmax": 10000.0, "window": 6})
        self.assertEqual(model.words()[0], ("neutral", 0.0, 0.0))
        calm = next(row for row in model.words() if row[0] == "calm")
        self.assertTrue(calm[1] > 0 > calm[2])
        engine = _core.Engine(model, 8000.0, -60.0, False)
        engine.push(sound)
        first, said = engine.pop(), engine.summary()
        self.assertIsNone(first[2])
        self.assertEqual((said["samples"], said["hops"], said["silent_hops"]), (24000, 6, 0))
        engine.push(sound[:12000])
        engine.reset()
        engine.push(sound)
        self.assertEqual((engine.pop(), engine.summary()), (first, said))
        deaf = _core.Engine(model, 8000.0, 0.0, True)
        deaf.push(sound)
        positions, values, attention = deaf.pop()
        self.assertEqual(list(memoryview(positions).cast("Q")), [4000 * i for i in range(1, 7)])
        self.assertEqual(len(attention), 6 * 120 * 4)
        self.assertEqual(deaf.summary()["silent_hops"], 6)
        loud = _core.features(sound, sound, 8000.0, 16, 30.0, 3000.0, -60.0)
        still = _core.features(sound, sound, 8000.0, 16, 30.0, 3000.0, 0.0)
        flags = [list(memoryview(f["flags"]).cast("f")) for f in (loud, still)]
        self.assertEqual(flags, [[0.0, 1.0] + [0.0] * 10, [1.0, 0.0] * 6])
        levels = memoryview(loud["loudness"]).cast("f").tolist()
        self.assertEqual(len(values), 6 * 4 * (len(_core.COLUMNS) + len(_core.CUES)))
        place = [row[0] for row in _core.COLUMNS].index("loudness_lufs")
        first = memoryview(first[1]).cast("f")
        width = len(_core.COLUMNS) + len(_core.CUES)
        self.assertEqual([first[width * i + place] for i in range(6)], levels[1::3])


if __name__ == "__main__":
    unittest.main(argv=["test_core.py"])
