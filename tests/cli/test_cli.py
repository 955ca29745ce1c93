#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the program against what the documentation of the command line says.

Run as: test_cli.py PROGRAM MODEL.  Standard library only; every sound is made here.
"""
import array
import csv
import io
import json
import math
import os
import random
import re
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest
from xml.etree import ElementTree

PROGRAM, MODEL = sys.argv[1:3]
BEGIN = ["time_s", "valence", "arousal", "valence_spread", "arousal_spread", "confidence", "state",
         "loudness_lufs", "song_valence", "song_arousal", "attention_age_s"]


def run(*arguments, data=None, environment=()):
    environment = dict(os.environ, CIRCUMPLEX_MODEL=MODEL, **dict(environment))
    return subprocess.run([PROGRAM, *arguments], input=data, capture_output=True,
                          env=environment, timeout=300, check=False)


def music(seconds, rate=22050):
    """Chords over a beat, mono."""
    noise = random.Random(1)
    out = array.array("f")
    for i in range(int(seconds * rate)):
        t = i / rate
        root = (220.0, 261.63, 196.0, 293.66)[int(t / 2) % 4]
        tone = sum(math.sin(2 * math.pi * root * k * t) for k in (1, 1.25, 1.5)) / 6
        out.append(tone + 0.3 * noise.uniform(-1, 1) * math.exp(-30 * (t % 0.5)))
    return out


def wav(path, channels, rate=22050):
    """A float WAV; `channels` is a list of arrays."""
    n = len(channels)
    data = array.array("f", (v for frame in zip(*channels) for v in frame)).tobytes()
    with open(path, "wb") as out:
        out.write(b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVEfmt " +
                  struct.pack("<IHHIIHH", 16, 3, n, rate, rate * 4 * n, 4 * n, 32) +
                  b"data" + struct.pack("<I", len(data)) + data)


def rows(output):
    return list(csv.DictReader(io.StringIO(output.decode())))


def tensors(path):
    with open(path, "rb") as file:
        data = file.read()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + size])
    metadata = header.pop("__metadata__")
    values = {}
    for name, entry in header.items():
        a, b = entry["data_offsets"]
        values[name] = (entry["shape"], array.array("f", data[8 + size + a:8 + size + b]))
    return metadata, values


class CommandLine(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.holder = tempfile.TemporaryDirectory()
        cls.folder = cls.holder.name
        cls.sound = music(12.3)
        cls.mono = cls.path("mono.wav")
        wav(cls.mono, [cls.sound])

    @classmethod
    def tearDownClass(cls):
        cls.holder.cleanup()

    @classmethod
    def path(cls, *names):
        return os.path.join(cls.folder, *names)

    def make_folder(self, name):
        os.makedirs(self.path(name), exist_ok=True)
        return self.path(name)

    def test_every_command_has_help(self):
        for arguments in ([], ["analyze"], ["live"], ["features"], ["model"]):
            done = run(*arguments, "--help")
            self.assertEqual(done.returncode, 0, arguments)
            self.assertTrue(done.stdout.startswith(b"Usage: circumplex"), arguments)
            if arguments:
                self.assertLessEqual(max(map(len, done.stdout.decode().splitlines())), 80)
        self.assertRegex(
            run("--version").stdout,
            rb"^circumplex \d+\.\d+\.\d+\ncompute: (avx2?|generic|openblas)\n$",
        )

    def test_wrong_usage_is_2_and_says_so(self):
        for arguments in (
            [],
            ["dance"],
            ["analyze"],
            ["analyze", "--nonsense"],
            ["analyze", "-f", "xml", self.mono],
            ["analyze", "--block", "0", self.mono],
            ["analyze", "-j", "-1", self.mono],
            ["features", self.mono],
            ["features", self.mono, self.mono, "-o", self.path("one.safetensors")],
            ["analyze", "--plot", self.path("x.bmp"), self.mono],
            ["model"],
            ["live"],
            ["live", "--play", "-"],
            ["live", "--play", "--speed", "2", self.mono],
        ):
            done = run(*arguments)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertTrue(done.stderr, arguments)
            self.assertEqual(done.stdout, b"", arguments)

    def test_live_continues_without_a_sound_device(self):
        done = run("live", "--play", "--lines", self.mono,
                   environment={"ALSA_CONFIG_PATH": "/dev/null", "JACK_NO_START_SERVER": "1"})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(b"No sound", done.stderr)
        self.assertGreater(len(done.stdout.splitlines()), 3)

    def test_two_files_of_one_name_get_two_tables(self):
        folder = self.make_folder("twins")
        for name in ("a.wav", "sub/a.wav", "a.aif.wav"):
            os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
            wav(os.path.join(folder, name), [self.sound[:22050 * 2]])
        out = self.path("twin-tables") + "/"
        files = [os.path.join(folder, name) for name in ("a.wav", "sub/a.wav", "a.wav", "a.wav")]
        done = run("analyze", "-o", out, *files)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertEqual(sorted(os.listdir(out)), ["a-2.csv", "a-3.csv", "a.csv", "a.wav.csv"])

    def test_csv_has_a_row_every_half_second(self):
        done = run("analyze", self.mono)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        table = rows(done.stdout)
        self.assertEqual(list(table[0])[:len(BEGIN)], BEGIN)
        self.assertEqual(list(table[0])[-4:], ["bandwidth", "complete", "model", "model_hash"])
        self.assertEqual({r["complete"] for r in table}, {"true"})
        self.assertEqual([float(r["time_s"]) for r in table], [0.5 * (i + 1) for i in range(24)])
        self.assertEqual({r["state"] for r in table}, {"settling", "live"})
        for row in table:
            self.assertLessEqual(abs(float(row["valence"])), 1)
            self.assertTrue(
                all(
                    math.isfinite(float(v))
                    for k, v in row.items()
                    if k not in ("state", "complete", "model", "model_hash")
                )
            )
        # A reading that moves, or this test would hold for a constant.
        self.assertGreater(len({r["arousal"] for r in table}), 12)

    def test_blocks_of_any_size_give_the_same_bytes(self):
        expected = run("analyze", self.mono).stdout
        self.assertGreater(len(expected), 5000)
        for size in ("1", "7", "64", "441", "8192", "random"):
            self.assertEqual(run("analyze", "--block", size, self.mono).stdout, expected, size)

    def test_equal_channels_read_as_mono(self):
        expected = run("analyze", self.mono).stdout
        for n in (2, 3, 6):
            path = self.path(f"channels{n}.wav")
            wav(path, [self.sound] * n)
            self.assertEqual(run("analyze", path).stdout, expected, n)

    def test_an_inverted_channel_gives_the_same_reading(self):
        path = self.path("antiphase.wav")
        wav(path, [self.sound, array.array("f", [-x for x in self.sound])])
        ours, theirs = rows(run("analyze", path).stdout), rows(run("analyze", self.mono).stdout)
        self.assertEqual([r["state"] for r in ours], [r["state"] for r in theirs])
        for a, b in zip(ours, theirs):
            for name in ("valence", "arousal", "loudness_lufs"):
                self.assertAlmostEqual(float(a[name]), float(b[name]), delta=0.01)

    def test_standard_input_reads_as_the_file(self):
        expected = run("analyze", self.mono).stdout
        with open(self.mono, "rb") as file:
            data = file.read()
        self.assertEqual(run("analyze", "-", data=data).stdout, expected)
        self.assertEqual(run("analyze", "--raw", "22050", "-", data=self.sound.tobytes()).stdout,
                         expected)

    def test_silence_is_silent(self):
        path = self.path("silence.wav")
        wav(path, [array.array("f", bytes(4 * 22050 * 5))])
        table = rows(run("analyze", path).stdout)
        self.assertEqual([r["state"] for r in table], ["silent"] * 10)
        self.assertEqual({(float(r["valence"]), float(r["arousal"])) for r in table}, {(0.0, 0.0)})

    def test_a_burst_of_nan_counts_as_silence(self):
        broken, muted = array.array("f", self.sound), array.array("f", self.sound)
        for i in range(60000, 60400):
            broken[i], muted[i] = (math.nan, math.inf, -math.inf)[i % 3], 0.0
        wav(self.path("nan.wav"), [broken])
        wav(self.path("muted.wav"), [muted])
        done = run("analyze", self.path("nan.wav"))
        self.assertNotIn(b"nan", done.stdout)
        self.assertEqual(done.stdout, run("analyze", self.path("muted.wav")).stdout)

    def test_unreadable_files_are_reported_and_the_others_read(self):
        bad = self.path("bad.wav")
        with open(bad, "wb") as out:
            out.write(b"this is no sound")
        wav(self.path("slow.wav"), [self.sound], rate=900)
        wav(self.path("short.wav"), [self.sound[:1000]])
        done = run("analyze", bad, self.path("none.wav"), self.mono, self.path("slow.wav"),
                   self.path("short.wav"))
        self.assertEqual(done.returncode, 1)
        self.assertEqual({r["file"] for r in rows(done.stdout)}, {self.mono})
        for name in (b"bad.wav", b"none.wav", b"slow.wav", b"short.wav"):
            self.assertIn(name, done.stderr)
        self.assertIn(b"900 Hz", done.stderr)

    def test_a_folder_is_walked_in_order_whatever_the_jobs(self):
        folder = self.make_folder("walk")
        os.makedirs(os.path.join(folder, "b", ".hidden"), exist_ok=True)
        for name in ("c.wav", "a.wav", "b/x.wav", "b/.hidden/no.wav", ".no.wav"):
            wav(os.path.join(folder, name), [self.sound[:22050 * 3]])
        with open(os.path.join(folder, "notes.txt"), "w", encoding="utf8") as out:
            out.write("no sound")
        done = run("analyze", "--jobs", "1", folder)
        self.assertEqual((done.returncode, done.stderr),
                         (0, b"circumplex: 3 files read; skipped 1 txt (not sound)\n"))
        names = [r["file"][len(folder) + 1:] for r in rows(done.stdout)]
        self.assertEqual(names, ["a.wav"] * 6 + ["b/x.wav"] * 6 + ["c.wav"] * 6)
        self.assertEqual(run("analyze", "--jobs", "3", folder).stdout, done.stdout)
        out = self.path("readings") + "/"
        self.assertEqual(run("analyze", folder, "-o", out).returncode, 0)
        self.assertEqual(sorted(os.listdir(out)), ["a.csv", "b", "c.csv"])
        self.assertEqual(os.listdir(os.path.join(out, "b")), ["x.csv"])

    def test_names_are_quoted(self):
        name = self.path('a, "b".wav')
        wav(name, [self.sound[:22050 * 2]])
        self.assertEqual({r["file"] for r in rows(run("analyze", name, self.mono).stdout)},
                         {name, self.mono})
        both = json.loads(run("analyze", "-f", "json", name, self.mono).stdout)
        self.assertEqual([f["file"] for f in both["files"]], [name, self.mono])

    def test_json_agrees_with_csv(self):
        table = rows(run("analyze", self.mono).stdout)
        whole = json.loads(run("analyze", "--format", "json", self.mono).stdout)["files"][0]
        self.assertEqual(len(whole["rows"]), whole["hops"])
        for a, b in zip(table, whole["rows"]):
            word, quadrant, attention = (b.pop(key) for key in ("word", "quadrant", "attention"))
            self.assertEqual(list(a)[:-3], list(b))
            for key, value in b.items():
                self.assertEqual(a[key] if key == "state" else float(a[key]), value)
            self.assertIn(quadrant, ("Q1", "Q2", "Q3", "Q4", "neutral"))
            self.assertTrue(word)
            self.assertAlmostEqual(sum(attention), 1.0, places=3)
        # The weights' mean age is what the column says.
        age = sum(w * 0.5 * (len(attention) - 1 - i) for i, w in enumerate(attention))
        self.assertAlmostEqual(age, float(table[-1]["attention_age_s"]), places=2)

    def test_a_silent_row_has_no_word(self):
        name = self.path("hush.wav")
        wav(name, [self.sound[:22050 * 2] + array.array("f", [0.0] * 22050 * 4)])
        last = json.loads(run("analyze", "-f", "json", name).stdout)["files"][0]["rows"][-1]
        self.assertEqual((last["state"], last["word"], last["quadrant"], last["attention"]),
                         ("silent", None, None, []))

    def test_jams_agrees_with_csv(self):
        table = rows(run("analyze", self.mono).stdout)
        jam = json.loads(run("analyze", "--format", "jams", self.mono).stdout)
        course, words = jam["annotations"]
        self.assertEqual((course["namespace"], words["namespace"]), ("mood_thayer", "tag_open"))
        self.assertEqual([[o["time"] + 0.5, *o["value"], o["confidence"]] for o in course["data"]],
                         [[float(r[k]) for k in ("time_s", "valence", "arousal", "confidence")]
                          for r in table])
        self.assertEqual(course["sandbox"]["valence_spread"],
                         [float(r["valence_spread"]) for r in table])
        self.assertAlmostEqual(sum(o["duration"] for o in words["data"]), 0.5 * len(table))
        self.assertAlmostEqual(jam["file_metadata"]["duration"], len(self.sound) / 22050)

    def test_sonic_visualiser_layers_agree_with_csv(self):
        table = rows(run("analyze", self.mono).stdout)
        layers = ElementTree.fromstring(run("analyze", "--format", "svl", self.mono).stdout)
        for key, points in zip(("valence", "arousal"), layers.findall("data/dataset")):
            self.assertEqual([(int(p.get("frame")) / 22050, float(p.get("value"))) for p in points],
                             [(float(r["time_s"]), float(r[key])) for r in table])
        self.assertEqual([m.get("dataset") for m in layers.findall("data/model")],
                         [d.get("id") for d in layers.findall("data/dataset")])

    def test_a_document_holds_one_file(self):
        done = run("analyze", "--format", "jams", self.mono, self.mono)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"folder", done.stderr)
        done = run("analyze", "-m", MODEL, "-m", MODEL, "-f", "svl", self.mono)
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assertIn(b"one model", done.stderr)
        out = self.path("documents") + "/"
        folder = self.make_folder("scores")
        for name in ("a.wav", "b.wav"):
            wav(os.path.join(folder, name), [self.sound])
        self.assertEqual(run("analyze", "-f", "svl", folder, "-o", out).returncode, 0)
        self.assertEqual(sorted(os.listdir(out)), ["a.svl", "b.svl"])
        name = self.path("one.jams")
        for _ in range(2):
            self.assertEqual(
                run("analyze", "-f", "jams", self.mono, "--resume", "-o", name).returncode, 0
            )
            json.load(open(name, encoding="utf8"))

    def test_summary_is_a_line_a_file(self):
        lines = run("analyze", "--summary", self.mono, self.path("none.wav")).stdout.splitlines()
        self.assertEqual(len(lines), 1)
        self.assertIn(b"valence", lines[0])

    def test_output_that_cannot_be_written_is_reported(self):
        done = run("analyze", self.mono, "-o", self.path("no", "folder", "x.csv"))
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"x.csv", done.stderr)
        with open("/dev/full", "w", encoding="utf8") as full:
            done = subprocess.run([PROGRAM, "analyze", "--model", MODEL, self.mono], stdout=full,
                                  stderr=subprocess.PIPE, timeout=300, check=False)
        self.assertEqual(done.returncode, 1)

    def test_ctrl_c_leaves_no_half_file(self):
        folder = self.make_folder("interrupted")
        with subprocess.Popen([PROGRAM, "analyze", "--model", MODEL, "--raw", "22050", "-", "-o",
                               os.path.join(folder, "x.csv")], stdin=subprocess.PIPE) as child:
            child.stdin.write(self.sound.tobytes())
            child.stdin.flush()
            end = time.monotonic() + 120
            while not os.listdir(folder) and time.monotonic() < end:
                time.sleep(0.01)
            self.assertEqual(len(os.listdir(folder)), 1)  # under a temporary name
            self.assertNotIn("x.csv", os.listdir(folder))
            child.send_signal(signal.SIGINT)
            time.sleep(0.1)
            try:
                for _ in range(3):  # more sound: it must not go on with it
                    child.stdin.write(self.sound.tobytes())
                child.stdin.close()
            except BrokenPipeError:
                pass
            self.assertEqual(child.wait(300), 130)
        self.assertEqual(os.listdir(folder), [])

    def test_features_are_tensors_of_the_promised_shapes(self):
        out = self.path("f.safetensors")
        done = run("features", self.mono, "-o", out, "--n-mel", "40")
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        metadata, values = tensors(out)
        cues = json.loads(metadata["cues"])
        self.assertEqual({k: v[0] for k, v in values.items()},
                         {"logmel": [24, 25, 40], "cues": [24, len(cues)], "chroma": [24, 12],
                          "semitones": [24, 72], "loudness": [24, 3], "flags": [24, 2]})
        self.assertEqual((metadata["rate"], metadata["n_mel"], metadata["hop"]),
                         ("22050", "40", "0.5"))
        self.assertAlmostEqual(float(metadata["duration"]), 12.0, delta=0.5)
        for name, (_, data) in values.items():
            self.assertTrue(all(map(math.isfinite, data)), name)
        # The cues are those that analyze prints, by a front end of the model's mel bands (flux is
        # over them).
        spec = re.search(rb"front end +(\d+) mel bands, (\S+) to (\S+) Hz",
                         run("model", "info", MODEL).stdout)
        n_mel, fmin, fmax = (v.decode() for v in spec.groups())
        self.assertEqual(run("features", self.mono, "-o", out, "--n-mel", n_mel, "--fmin", fmin,
                             "--fmax", fmax).returncode, 0)
        values = tensors(out)[1]
        table = rows(run("analyze", self.mono).stdout)
        for hop, row in enumerate(table):
            for i, cue in enumerate(cues):
                self.assertEqual(struct.pack("f", float(row[cue])),
                                 struct.pack("f", values["cues"][1][hop * len(cues) + i]), cue)

    def test_features_of_a_part_and_of_a_list(self):
        wav(self.path("part.wav"), [self.sound[22050 * 4:22050 * 7]])
        with open(self.path("list.txt"), "w", encoding="utf8") as out:
            out.write(self.mono + "\n\n" + self.path("gone.wav") + "\n")
        done = run("features", "--list", self.path("list.txt"), "-o", self.path("parts") + "/",
                   "--start", "4", "--seconds", "3")
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"gone.wav", done.stderr)
        self.assertEqual(run("features", self.path("part.wav"), "-o",
                             self.path("part.safetensors")).returncode, 0)
        run("features", self.mono, "-o", self.path("span.safetensors"), "--from=4", "--to=7")
        for part in (self.path("parts", "mono.safetensors"), self.path("span.safetensors")):
            self.assertEqual(tensors(part)[1], tensors(self.path("part.safetensors"))[1])

    def test_features_of_a_file_do_not_depend_on_those_before_it(self):
        folder = self.make_folder("several")
        for name, rate in (("a", 22050), ("b", 44100), ("c", 44100), ("d", 22050),
                           ("e", 24000)):
            wav(os.path.join(folder, name + ".wav"), [self.sound[22050:22050 * 4]], rate)
        done = run("features", "-j1", "-q", folder, "-o", self.path("together") + "/")
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        for name in "abcde":
            alone = self.path(name + "-alone.safetensors")
            run("features", "-q", os.path.join(folder, name + ".wav"), "-o", alone)
            self.assertEqual(tensors(self.path("together", name + ".safetensors"))[1],
                             tensors(alone)[1], name)

    def test_features_hold_levels_silence_and_where_the_gate_opens(self):
        sound, out = self.path("gap.wav"), self.path("gap.safetensors")
        wav(sound, [array.array("f", bytes(4 * 33075)) + self.sound[:22050 * 5]])
        silent = {}
        for gate in ("-60", "0"):
            self.assertEqual(run("features", sound, "-o", out, "--gate", gate).returncode, 0)
            values = tensors(out)[1]
            silent[gate] = values["flags"][1][0::2]
            opened = list(values["flags"][1][1::2])
            table = rows(run("analyze", sound, "--gate", gate).stdout)
            for hop, row in enumerate(table):
                self.assertEqual(row["state"] == "silent", silent[gate][hop] == 1, hop)
                level = values["loudness"][1][3 * hop + 1]
                self.assertAlmostEqual(float(row["loudness_lufs"]), level, delta=1e-3)
            self.assertEqual(opened, [0] * 3 + [1] + [0] * 9 if gate == "-60" else [0] * 13)
        self.assertEqual(list(silent["-60"]), [1] * 3 + [0] * 10)
        self.assertEqual(set(silent["0"]), {1})

    def test_models_are_described_and_checked(self):
        self.assertIn(b"parameters", run("model", "info", MODEL).stdout)
        self.assertEqual(run("model", "check", MODEL).returncode, 0)
        done = run("model", "check", self.mono, MODEL)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"mono.wav", done.stderr)
        self.assertIn(b": good", done.stdout)

    def test_static_models_are_described_and_checked_too(self):
        static = os.path.join(
            os.path.dirname(os.path.abspath(__file__)), "../../models/static-tnn.safetensors"
        )
        self.assertIn(b"one reading a song", run("model", "info", static).stdout)
        self.assertEqual(run("model", "check", static, MODEL).returncode, 0)
        done = run("live", "--model", static, self.mono)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"is a static model, which reads a song as a whole", done.stderr)
        done = run("analyze", "--model", static, self.mono)
        self.assertEqual((done.returncode, len(done.stdout.splitlines())), (0, 2))

    def test_live_prints_lines_when_there_is_no_terminal(self):
        done = run("live", "--speed", "0", self.mono)
        self.assertEqual(done.returncode, 0)
        self.assertEqual(len(done.stdout.splitlines()), 24)
        self.assertNotIn(b"\x1b", done.stdout)

    def test_a_stream_sets_the_pace_itself(self):
        with open(self.mono, "rb") as file:
            data = file.read()
        done = run("live", "--speed", "0.01", "-", data=data)  # the file would take 20 minutes
        self.assertEqual((done.returncode, len(done.stdout.splitlines())), (0, 24))

    def test_live_has_a_gate(self):
        done = run("live", "--speed", "0", "--gate", "0", self.mono)
        self.assertEqual(done.stdout.count(b" silence     silent "), 24, done.stdout)
        self.assertEqual(done.stdout.count(b"  valence     -  arousal     -   "), 24, done.stdout)
        self.assertNotIn(b"neutral", done.stdout)

    def test_live_keeps_the_pace(self):
        begun = time.monotonic()
        self.assertEqual(run("live", "--speed", "12.3", self.mono).returncode, 0)
        self.assertGreater(time.monotonic() - begun, 0.95)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
