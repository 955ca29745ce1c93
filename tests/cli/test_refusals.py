#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each thing that the command line does not do is refused with its own reason.

Run as: test_refusals.py PROGRAM MODEL STATIC_MODEL.  Standard library only.
"""
import array
import math
import os
import struct
import subprocess
import sys
import tempfile
import unittest

PROGRAM, MODEL, STATIC = sys.argv[1:4]
RATE = 8000


def wav(path, seconds, pitch=220.0, title=""):
    samples = array.array(
        "h",
        (
            int(9000 * math.sin(2 * math.pi * pitch * i / RATE) * math.exp(-4 * (i / RATE % 0.4)))
            for i in range(int(seconds * RATE))
        ),
    ).tobytes()
    chunks = b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, RATE, 2 * RATE, 2, 16)
    chunks += b"data" + struct.pack("<I", len(samples)) + samples
    if title:
        text = title.encode() + b"\0" * (2 - len(title) % 2)
        chunks += b"LIST" + struct.pack("<I", len(text) + 12) + b"INFOINAM"
        chunks += struct.pack("<I", len(text)) + text
    with open(path, "wb") as out:
        out.write(b"RIFF" + struct.pack("<I", len(chunks)) + chunks)


class Refusals(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.holder = tempfile.TemporaryDirectory()
        cls.folder = cls.holder.name
        cls.sound, cls.other = cls.at("a.wav"), cls.at("b.wav")
        wav(cls.sound, 3)
        wav(cls.other, 3, 330.0)
        cls.db = cls.at("songs.db")

    @classmethod
    def tearDownClass(cls):
        cls.holder.cleanup()

    @classmethod
    def at(cls, *names):
        return os.path.join(cls.folder, *names)

    def run_it(self, *arguments, data=b""):
        return subprocess.run(
            [PROGRAM, *arguments],
            input=data,
            capture_output=True,
            check=False,
            timeout=300,
            env=dict(os.environ, CIRCUMPLEX_MODEL=MODEL),
        )

    def refused(self, reason, *arguments, status=2, output=b""):
        done = self.run_it(*arguments)
        self.assertEqual(done.returncode, status, (arguments, done.stderr))
        self.assertIn(reason, done.stderr.decode(), arguments)
        self.assertEqual(done.stdout, output, arguments)

    def test_analyze_refuses(self):
        a, b = self.sound, self.other
        for reason, *arguments in (
            ("no sound file is named",),
            ("there is no option -z\n", "-qz", a),
            ("there is no option --quit\n", "--quit", a),
            ("option --quiet takes no value\n", "--quiet=1", a),
            ("option --output needs a value\n", a, "-o"),
            ("'0' is not a value for --jobs, which takes a whole number from 1 to 256", "-j0", a),
            ("'x' is not a value for --gate, which takes a number from -120 to 0", "--gate=x", a),
            ("'1:60' is not a value for --from, which takes seconds or MINUTES:SECONDS",
             "--from=1:60", a),
            ("'xml' is not a value for --format=FORMAT: csv", "-f", "xml", a),
            ("--to must be after --from", "--from", "2", "--to", "2", a),
            ("--to must be after --from", "--from", "2", "--to", "1", a),
            ("--resume needs a file or a folder: -o OUT", "--resume", a),
            ("--resume needs a file or a folder: -o OUT", "--resume", "-o", "-", a),
            (f"{a} is an input file; name another output", "-o", a, a),
            (f"{b} is an input file; name another output", "-o", b, a, b),
            ("several files need a folder: --plot=", "--plot", self.at("x.png"), a, b),
            ("several files need a folder: --attention=", "--attention", self.at("x.png"), a, b),
            ("several files need a folder: a .jams is for one file: -o OUT/", "-f", "jams", a, b),
            ("several files need a folder: a .svl is for one file", "-o", self.at("x.svl"), a, b),
            ("a picture's name ends in .png, .svg or .pdf", "--plot", self.at("x.gif"), a),
            ("each model reads the file separately", "-m", MODEL, "-m", STATIC, "-"),
            ("holds one model's reading: name one", "-m", MODEL, "-m", STATIC, "-f", "jams", a),
            ("a static model has no curve to draw", "-m", STATIC, "--plot",
             self.at("x.png"), a),
            ("a static model has no curve to draw", "-m", STATIC, "-f", "svl", a),
        ):
            self.refused(reason, "analyze", *arguments)
        self.assertFalse(os.path.exists(self.at("x.png")))

    def test_an_input_file_is_never_the_output_under_any_name(self):
        link = self.at("link.wav")
        os.link(self.sound, link)
        self.refused("is an input file; name another output", "analyze", "--force", "-o", link,
                     self.sound)

    def test_no_more_models_than_there_is_room_for(self):
        done = self.run_it("analyze", *["-m", MODEL] * 8, self.sound)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.refused("--model", "analyze", *["-m", MODEL] * 9, self.sound)

    def test_short_or_silent_clips_have_no_row(self):
        brief, still = self.at("brief.wav"), self.at("still.wav")
        wav(brief, 0.45)
        wav(still, 3, 0.0)
        for model, reason, sounds in (
            (MODEL, "is shorter than one hop of 0.5 s", [brief]),
            (STATIC, "is silent, or shorter than one hop of 0.5 s", [brief, still]),
        ):
            for sound in sounds:
                self.refused(f"{sound}: {reason}", "analyze", "-m", model, sound, status=1)
        self.refused(f"{brief}: is shorter than one hop", "live", "--speed=0", brief, status=1)

    def test_a_folder_tells_how_many_failed(self):
        folder = self.at("mixed")
        os.mkdir(folder)
        wav(os.path.join(folder, "good.wav"), 1)
        for i in (1, 2):
            wav(os.path.join(folder, f"brief{i}.wav"), 0.3)
            done = self.run_it("analyze", folder)
            self.assertIn(f"1 file read, {i} failed\n", done.stderr.decode())
        self.assertNotIn(b"file read", self.run_it("analyze", "--quiet", folder).stderr)
        self.refused("number from 1 to 256", "analyze", "--jobs=257", folder)

    def test_features_refuse(self):
        out = self.at("x.safetensors")
        for reason, *arguments in (
            ("-o OUT is missing", self.sound),
            ("no sound file is named", "-o", out),
            ("several files need a folder: -o ", self.sound, self.other, "-o", out),
            ("--fmax must be above --fmin", "--fmin", "300", "--fmax", "300", self.sound,
             "-o", out),
            ("--to must be after --from", "--from", "2", "--to", "2", self.sound, "-o", out),
            ("'0:02' is not a value for --seconds, which takes a number from 0.5 to", "--seconds",
             "0:02", self.sound, "-o", out),
        ):
            self.refused(reason, "features", *arguments)

    def test_live_refuses(self):
        for reason, *arguments in (
            ("one FILE is needed",),
            ("one FILE is needed", self.sound, self.sound),
            ("--input is read in place of a FILE", "--input", "pulse", self.sound),
            ("--play needs a file: you hear --input already", "--play", "--input", "pulse"),
            ("--play needs a file, not standard input", "--play", "-"),
            ("--play is at the speed of the music", "--play", "--speed", "2", self.sound),
            ("--play is at the speed of the music", "--play", "--speed", "0.5", self.sound),
            ("one model at a time", "-m", MODEL, "-m", MODEL, self.sound),
        ):
            self.refused(reason, "live", *arguments)
        self.refused("'drum' is none of jack, pulse and alsa", "live", "--input", "drum", status=1)

    def test_model_refuses(self):
        self.refused("'info' or 'check' is needed", "model")
        self.refused("'info' or 'check' is needed", "model", "look")
        for models in (("nosuch", MODEL), (MODEL, "nosuch"), (self.sound, MODEL)):
            self.refused("circumplex: ", "model", "check", *models, status=1,
                         output=f"{MODEL}: good\n".encode())

    def library(self, reason, *arguments, status=2, output=b""):
        self.refused(reason, "library", *arguments, "--db=" + self.db, status=status, output=output)

    def test_the_library_refuses(self):
        five = "give only one of --failed, --damaged, --missing, --copies and --models"
        none = "list no songs: only --paths can be combined with the first four"
        for reason, *arguments in (
            ("no folder or sound file is named", "add"),
            ("standard input cannot be read again later; name a file", "add", "-"),
            ("--model and --static cannot be combined", "add", "x", "-m", "a",
             "--static", "b"),
            ("--model and --static cannot be combined", "list", "-m", "a",
             "--static", "b"),
            ("a static model gives no confidence", "list", "--static", "b",
             "--confidence", "0.1"),
            (five, "list", "--failed", "--models"),
            (five, "list", "--damaged", "--copies"),
            (five, "list", "--missing", "--failed"),
            (none, "list", "--failed", "word"),
            (none, "list", "--damaged", "--json"),
            (none, "list", "--missing", "--m3u=-"),
            (none, "list", "--copies", "word"),
            (none, "list", "--models", "--paths"),
            ("no song is named", "show"),
            ("no song or folder is named", "remove"),
            ("no other library is named", "merge"),
            ("--m3u=FILE, --csv=FILE or --json=FILE is needed", "export"),
            ("standard output takes one of them, not several", "export", "--m3u=-", "--csv=-"),
            ("a point is needed: VALENCE AROUSAL (-1 to 1), or --like=SONG", "near", "0"),
            ("1.01 is outside -1 to 1", "near", "0", "1.01"),
            ("-3 is outside -1 to 1", "near", "-3", "4"),
            ("sad is not a number from -1 to 1", "near", "0", "sad"),
            ("a point is needed: VALENCE AROUSAL (-1 to 1), or --like=SONG", "near", "0", "0",
             "--like=x"),
            ("two points are needed", "path", "0", "0", "1"),
            ("-1.01 is outside -1 to 1", "path", "0", "0", "1", "-1.01"),
            ("a profile is needed: points, --csv=FILE or --song=SONG", "match"),
            ("a profile is needed", "match", "0:0,0", "9:0,0", "--song=x"),
            ("--from and --to need --song", "match", "0:0,0", "9:0,0", "--from=3"),
            ("--from and --to need --song", "match", "0:0,0", "9:0,0", "--to=3"),
            ("--valence-only and --arousal-only cannot be combined", "match", "0:0,0", "9:0,0",
             "--valence-only", "--arousal-only"),
            ("a static model has no curve to compare", "match", "0:0,0", "9:0,0",
             "--static=x"),
        ):
            self.library(reason, *arguments)
        self.assertFalse(os.path.exists(self.db))

    def test_an_ambiguous_song_is_not_chosen(self):
        songs = self.at("songs")
        os.mkdir(songs)
        # Words that cannot occur in a temporary folder's name, because paths are searched, too.
        words = "alpha bravo charlie delta echo foxtrot golf hotel india juliet alpha".split()
        for i, word in enumerate(words):
            title = f"Same {word} " + ("tenfold" if i < 10 else "otherwise")
            wav(os.path.join(songs, f"{i}.wav"), 2.1, 200.0 + 30 * i, title)
        self.db = self.at("told.db")
        added = self.run_it("library", "add", songs, "-q", "--db=" + self.db)
        self.assertEqual(added.returncode, 0, added.stderr)
        for name, n in (("Same", 11), ("tenfold", 10), ("same alpha", 2)):
            done = self.run_it("library", "show", name, "--db=" + self.db)
            self.assertEqual((done.returncode, done.stdout), (1, b""), name)
            lines = done.stderr.decode().splitlines()
            self.assertIn(f"'{name}' fits several songs:", lines[0])
            self.assertEqual(lines[-1], "Add a word, or give the id.")
            self.assertEqual([line for line in lines if line.startswith("  and")],
                             ["  and 1 more"] if n > 10 else [])
            self.assertEqual(len(lines), 2 + n)
        done = self.run_it("library", "show", "SAME foxtrot", "--db=" + self.db)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(done.stdout.startswith(b"Same foxtrot tenfold\n"))
        self.library("no song in the library is called 'nobody'", "show", "nobody", status=1)
        self.library(f"{self.sound}: is not in the library", "show", self.sound, status=1)
        self.library("too many words", "list", *["alphabet"] * 500)
        self.library("the song has no such part: it is 2 s",
                     "match", "--song=1", "--from=60", status=1)
        self.library("is the library itself", "merge", self.db, status=1)
        for kind in ("m3u", "csv", "json"):
            self.library("/nowhere/x: No such file", "export", f"--{kind}=/nowhere/x", status=1)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
