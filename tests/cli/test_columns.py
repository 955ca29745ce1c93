#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The data dictionary names what the command line writes: all of it, and nothing else.

Run as: test_columns.py PROGRAM MODEL STATIC_MODEL.  Standard library only.
"""
import array
import csv
import importlib.util
import json
import math
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest
import wave

PROGRAM, MODEL, STATIC = sys.argv[1:4]
ROOT = pathlib.Path(__file__).resolve().parents[2]
spec = importlib.util.spec_from_file_location("columns", ROOT / "scripts/columns.py")
columns = importlib.util.module_from_spec(spec)
spec.loader.exec_module(columns)
PARTS = {part.key: [c.name for c in part.columns] for part in columns.parts()}


def make_sound(path, seconds=14, rate=16000):
    noise = random.Random(2)
    samples = array.array("h", (int(9000 * math.sin(1400 * i / rate) + noise.uniform(-2000, 2000))
                                for i in range(seconds * rate)))
    with wave.open(str(path), "wb") as out:
        out.setparams((1, 2, rate, 0, "NONE", ""))
        out.writeframes(samples.tobytes())


class Columns(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.holder = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.holder.name)
        cls.sound = cls.folder / "sound.wav"
        make_sound(cls.sound)
        cls.cut = cls.folder / "cut.wav"
        cls.cut.write_bytes(cls.sound.read_bytes()[:-100000])
        cls.db = f"--db={cls.folder / 'library.db'}"
        cls.run_program("library", "add", cls.db, "--quiet", f"--model={MODEL}", cls.sound)
        cls.run_program("library", "add", cls.db, "--quiet", f"--static={STATIC}", cls.sound)

    @classmethod
    def tearDownClass(cls):
        cls.holder.cleanup()

    @classmethod
    def run_program(cls, *arguments):
        done = subprocess.run(
            [PROGRAM, *map(str, arguments)], capture_output=True, timeout=300, check=False
        )
        return done.stdout.decode()

    def analyze(self, form, *files):
        return self.run_program("analyze", f"--model={MODEL}", f"--format={form}", *files)

    def songs(self, *arguments):
        return json.loads(
            self.run_program("library", arguments[0], self.db, "--json", *arguments[1:])
        )

    def test_pages_agree_with_the_lists(self):
        done = subprocess.run([sys.executable, ROOT / "scripts/columns.py", "--check"], check=False,
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_every_column_has_a_meaning(self):
        for part in columns.parts():
            for column in part.columns:
                self.assertTrue(
                    column.meaning.endswith((".", "0.5", "]")), f"{part.key}: {column.name}"
                )

    def test_csv(self):
        header = next(csv.reader(self.analyze("csv", self.sound, self.cut).splitlines()))
        self.assertEqual(header, PARTS["csv"])

    def test_json(self):
        whole = json.loads(self.analyze("json", self.sound, self.cut))
        self.assertEqual(list(whole), PARTS["json"])
        good, cut = whole["files"]
        self.assertEqual(list(cut), PARTS["json-file"])
        self.assertEqual(list(good), PARTS["json-file"][:-1])
        self.assertEqual(list(good["rows"][-1]), PARTS["json-row"])
        lines = self.analyze("jsonl", self.sound).splitlines()
        names = PARTS["json-file"][:-1]
        self.assertEqual(list(json.loads(lines[0])), [names[0], "model", *names[1:]])

    def test_features(self):
        out = self.folder / "f.safetensors"
        self.run_program("features", "--quiet", self.sound, "-o", out)
        data = out.read_bytes()
        header = json.loads(data[8:8 + int.from_bytes(data[:8], "little")])
        metadata = header.pop("__metadata__")
        self.assertEqual(set(header), set(PARTS["features"]))
        self.assertEqual(set(metadata), set(PARTS["features-metadata"]))
        self.assertEqual(json.loads(metadata["cues"]), PARTS["cues"])

    def test_library_csv(self):
        for who in (f"--model={MODEL}", f"--static={STATIC}"):
            text = self.run_program("library", "export", self.db, who, "--csv=-")
            self.assertEqual(next(csv.reader(text.splitlines())), PARTS["library-csv"])
            row = next(csv.DictReader(text.splitlines()))
            self.assertEqual(row["confidence"] == "", who.startswith("--static"))
            self.assertNotEqual(row["arousal_spread"], "")
        models = self.run_program("library", "list", self.db, "--models").splitlines()
        self.assertEqual([line.endswith("  1 song  (static)") for line in models], [False, True])

    def test_library_json(self):
        listed = self.songs("list")
        self.assertEqual(list(listed), PARTS["library-json"])
        seen = set()
        for found in (listed, self.songs("near", "0", "0"),
                      self.songs("match", "--passage", "0:0,0", "8:0.1,0.1")):
            seen |= set(found["songs"][0])
        self.assertEqual(seen, set(PARTS["library-song"]))
        static = self.songs("list", f"--static={STATIC}")["songs"][0]
        self.assertEqual(set(listed["songs"][0]) - set(static), {"confidence"})

    def test_library_show(self):
        course, whole = self.songs("show", "1")["readings"]
        self.assertEqual(list(course), PARTS["library-show"])
        self.assertEqual([k for k in course if k not in whole],
                         ["confidence", "curve_rate", "valence_curve", "arousal_curve"])

    def test_jams_and_svl(self):
        jam = json.loads(self.analyze("jams", self.sound))
        self.assertEqual(set(jam), {name.split("[")[0].split(".")[0] for name in PARTS["jams"]})
        said = " ".join(c.meaning for p in columns.parts() if p.key == "jams" for c in p.columns)
        for name in jam["annotations"][0]["sandbox"]:
            self.assertIn(f"`{name}`", said)
        self.assertEqual(set(jam["sandbox"]) - set(PARTS["json-file"]), set())
        for name in PARTS["svl"]:
            self.assertIn(f" {name}=", self.analyze("svl", self.sound))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
