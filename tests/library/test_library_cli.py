#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks `circumplex library` against its documentation.

Run as: test_library_cli.py PROGRAM MODEL OTHER_MODEL.  Standard library only; every sound is made
here.
"""
import array
import csv
import io
import json
import math
import os
import random
import resource
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM, MODEL, OTHER = sys.argv[1:4]
RATE = 8000
# The library waits for the disk at each transaction; no test here depends on that.
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
TAGS = {"title": b"INAM", "artist": b"IART", "album": b"IPRD"}


def tone(seconds, pitch, rate=RATE):
    """A chord that swells and beats, of another sound for each pitch."""
    out = array.array("h")
    for i in range(int(seconds * rate)):
        t = i / rate
        swell = (0.3 + 0.7 * i / (seconds * rate)) * math.exp(-4 * (t % (0.2 + 30 / pitch)))
        out.append(
            int(
                9000
                * swell
                * sum(math.sin(2 * math.pi * pitch * k * t) for k in (1, 1.26, 1.5))
                / 3
            )
        )
    return out


def wav(path, samples, rate=RATE, **tags):
    data = samples.tobytes()
    info = b"INFO"
    for name, text in tags.items():
        text = text if isinstance(text, bytes) else text.encode()
        text += b"\0" * (2 - len(text) % 2)
        info += TAGS[name] + struct.pack("<I", len(text)) + text
    chunks = b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, rate, 2 * rate, 2, 16)
    chunks += b"data" + struct.pack("<I", len(data)) + data
    if tags:
        chunks += b"LIST" + struct.pack("<I", len(info)) + info
    with open(path, "wb") as out:
        out.write(b"RIFF" + struct.pack("<I", len(chunks)) + chunks)


class Library(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.sounds = {p: tone(6, p) for p in (110, 196, 262, 330, 440, 587)}

    def setUp(self):
        self.holder = tempfile.TemporaryDirectory(dir=MEMORY)
        self.folder = os.path.realpath(self.holder.name)
        self.music = os.path.join(self.folder, "music")
        self.db = os.path.join(self.folder, "data", "library.db")
        os.mkdir(self.music)
        self.addCleanup(self.holder.cleanup)

    def at(self, *names):
        return os.path.join(self.music, *names)

    def run_it(self, *arguments, model=MODEL, db=True, **more):
        command = [PROGRAM, "library", *arguments]
        if db and arguments:
            command.append("--db=" + self.db)
        environment = dict(os.environ, CIRCUMPLEX_MODEL=model)
        return subprocess.run(
            command, capture_output=True, env=environment, timeout=300, check=False, **more
        )

    def good(self, *arguments, **more):
        done = self.run_it(*arguments, **more)
        self.assertEqual((done.returncode, done.stderr), (0, b""), arguments)
        return done.stdout

    def songs(self, *arguments, **more):
        return json.loads(self.good(*arguments, "--json", **more))["songs"]

    def titles(self, *arguments):
        return [s["title"] for s in self.songs(*arguments)]

    def query(self, sql):
        db = sqlite3.connect(self.db)
        try:
            return db.execute(sql).fetchall()
        finally:
            db.close()

    def fill(self):
        """Six songs with tags, added."""
        for i, (pitch, sound) in enumerate(self.sounds.items()):
            wav(
                self.at(f"{pitch}.wav"),
                sound,
                title=f"Song {pitch}",
                artist=f"Artist {i % 2}",
                album="Pitches",
            )
        self.good("add", self.music)

    # Command lines

    def test_every_command_has_help(self):
        for arguments in (
            [],
            ["add"],
            ["list"],
            ["show"],
            ["near"],
            ["match"],
            ["path"],
            ["export"],
            ["merge"],
            ["tag"],
            ["remove"],
        ):
            done = self.run_it(*arguments, "--help", db=False)
            self.assertEqual((done.returncode, done.stderr), (0, b""), arguments)
            self.assertTrue(done.stdout.startswith(b"Usage: circumplex library"), arguments)
            self.assertLessEqual(max(map(len, done.stdout.decode().splitlines())), 100, arguments)

    def test_wrong_usage_is_2_and_says_so(self):
        for arguments in (
            [],
            ["dance"],
            ["add"],
            ["add", "-"],
            ["add", "--nonsense", "x"],
            ["add", "-j", "0", "x"],
            ["near"],
            ["near", "0"],
            ["near", "0", "2"],
            ["near", "0", "x"],
            ["near", "0", "0", "0"],
            ["near", "0", "0", "--like", "x"],
            ["near", "0", "0", "--quadrant", "Q5"],
            ["near", "0", "0", "-n", "0"],
            ["near", "0", "0", "--radius", "-1"],
            ["match"],
            ["match", "0:0,0", "--csv", "x"],
            ["match", "rubbish"],
            ["match", "0:0,0"],
            ["match", "0:0,0", "9:0,0", "--from", "3"],
            ["match", "--song", "x", "--from", "1:60"],
            ["path", "0", "0", "1"],
            ["export"],
            ["remove"],
            ["show"],
            ["list", "--sort", "colour"],
            ["list", "--failed", "--models"],
            ["list", "--failed", "--json"],
            ["list", "--missing", "word"],
            ["list", "--models", "--paths"],
            ["list", "--missing", "--m3u=-"],
            ["export", "--m3u=-", "--csv=-"],
            ["export", "--json=-", "--csv=-"],
            ["list", "-m", "x", "--static", "y"],
            ["near", "0", "0", "--static", "tnn", "--confidence", "0.5"],
        ):
            done = self.run_it(*arguments) if arguments[:1] != ["match"] else None
            if done is None:  # profiles are checked when the library is open
                if not os.path.exists(self.db):
                    self.fill()
                done = self.run_it(*arguments)
            self.assertEqual(done.returncode, 2, (arguments, done.stderr))
            self.assertTrue(done.stderr, arguments)
            self.assertEqual(done.stdout, b"", arguments)

    def test_without_a_library_the_message_says_how_to_make_one(self):
        for arguments in (
            ["list"],
            ["near", "0", "0"],
            ["match", "0:0,0", "9:1,1"],
            ["show", "1"],
            ["remove", "1"],
        ):
            done = self.run_it(*arguments)
            self.assertEqual((done.returncode, done.stdout), (1, b""), arguments)
            self.assertIn(b"circumplex library add", done.stderr)
        self.assertFalse(os.path.exists(os.path.dirname(self.db)))

    def test_the_default_place_is_that_of_the_xdg_specification(self):
        wav(self.at("a.wav"), self.sounds[440])
        environment = dict(os.environ, CIRCUMPLEX_MODEL=MODEL, HOME=self.folder)
        for data, place in (
            (self.folder + "/xdg", "xdg"),
            ("", ".local/share"),
            ("relative", ".local/share"),
        ):
            environment["XDG_DATA_HOME"] = data
            done = subprocess.run(
                [PROGRAM, "library", "add", "-q", self.music],
                env=environment,
                timeout=300,
                capture_output=True,
                check=False,
            )
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            file = os.path.join(self.folder, place, "circumplex/library.db")
            self.assertEqual(os.stat(os.path.dirname(file)).st_mode & 0o777, 0o700)
            os.unlink(file)

    # Adding

    def test_a_second_add_reads_nothing(self):
        self.fill()
        self.assertEqual(self.query("SELECT count(*) FROM readings"), [(6,)])
        before = self.query("SELECT * FROM files") + self.query("SELECT * FROM readings")
        # A model that cannot be run would fail if any file were read; the report is checked, too.
        self.assertIn(b"0 songs read; 6 files as before", self.good("add", self.music))
        self.assertEqual(
            self.query("SELECT * FROM files") + self.query("SELECT * FROM readings"), before
        )

    def test_the_reading_is_that_of_analyze(self):
        wav(self.at("a.wav"), self.sounds[262])
        self.good("add", self.music)
        song = self.songs("list")[0]
        done = subprocess.run(
            [PROGRAM, "analyze", "-f", "json", self.at("a.wav")],
            capture_output=True,
            check=True,
            env=dict(os.environ, CIRCUMPLEX_MODEL=MODEL),
            timeout=300,
        )
        file = json.loads(done.stdout)["files"][0]
        self.assertAlmostEqual(song["valence"], file["mean_valence"], 6)
        self.assertAlmostEqual(song["arousal"], file["mean_arousal"], 6)
        self.assertAlmostEqual(song["confidence"], file["mean_confidence"], 6)
        self.assertEqual(song["duration_s"], 6)
        values = [r["arousal"] for r in file["rows"] if r["state"] != "silent"]
        spread = math.sqrt(sum((v - file["mean_arousal"]) ** 2 for v in values) / len(values))
        self.assertAlmostEqual(song["arousal_spread"], spread, 4)
        curve = json.loads(self.good("show", "1", "--json"))["readings"][0]
        self.assertEqual(curve["curve_rate"], 2)
        self.assertEqual(len(curve["arousal_curve"]), len(file["rows"]))
        for point, row in zip(curve["arousal_curve"], file["rows"]):
            self.assertAlmostEqual(point, row["arousal"], 3)
        self.assertGreater(len(set(curve["arousal_curve"])), 3)

    def test_readings_are_named_by_the_models_words(self):
        own = os.path.join(self.folder, "own.safetensors")
        words = {f'a "{i}", b' for i in range(4)} | {"neutral"}
        base = os.path.join(os.path.dirname(MODEL), "vae-attentive-cosine.safetensors")
        with open(base, "rb") as file:
            length, = struct.unpack("<Q", file.read(8))
            header, rest = json.loads(file.read(length)), file.read()
        config = json.loads(header["__metadata__"]["circumplex"])
        for i, word in enumerate(config["words"]):
            word["word"] = f'a "{i}", b'
        header["__metadata__"]["circumplex"] = json.dumps(config)
        text = json.dumps(header).encode()
        text += b" " * (-len(text) % 8)
        with open(own, "wb") as file:
            file.write(struct.pack("<Q", len(text)) + text + rest)
        wav(self.at("a.wav"), self.sounds[440])
        self.good("add", "--model", own, self.at("a.wav"))
        word = self.songs("list", model=own)[0]["word"]
        self.assertIn(word, words)
        row = next(csv.DictReader(io.StringIO(self.good("export", "--csv=-", model=own).decode())))
        self.assertEqual(row["word"], word)
        self.assertEqual(row["model_hash"], self.query("SELECT hash FROM models")[0][0])
        self.assertIn(f": {word}, ", self.good("show", "1", model=own).decode())
        # If the model's file is not found, the built-in words are used.
        self.assertNotIn(self.songs("list")[0]["word"], words - {"neutral"})

    def test_jobs_give_the_same_library(self):
        self.fill()
        one = self.songs("list", "--sort=title")
        os.unlink(self.db)
        self.good("add", "--jobs=3", self.music)
        self.assertEqual(one, self.songs("list", "--sort=title"))

    def test_tags_are_read_and_file_names_are_the_fallback(self):
        wav(
            self.at("a.wav"),
            self.sounds[110],
            title="Für Elise",
            artist="Beethoven",
            album="Bagatelles",
        )
        wav(self.at("02 No tags.wav"), self.sounds[196])
        wav(self.at("c.wav"), self.sounds[262], title="bell\x07 \x1b[31mred", artist=b"\xff\xfe")
        self.good("add", self.music)
        a, no, c = (
            self.songs("list", "--sort=id")[1],
            self.songs("list", "--sort=id")[0],
            self.songs("list")[-1],
        )
        self.assertEqual(
            (a["title"], a["artist"], a["album"]), ("Für Elise", "Beethoven", "Bagatelles")
        )
        self.assertEqual((no["title"], no["artist"]), ("02 No tags", ""))
        self.assertEqual(c["path"], self.at("c.wav"))
        for output in (self.good("list"), self.good("show", "3"), self.good("export", "--m3u=-")):
            self.assertNotIn(b"\x1b", output)
            self.assertNotIn(b"\x07", output)
            output.decode()  # UTF-8 throughout

    def test_a_renamed_file_keeps_its_reading(self):
        self.fill()
        before = json.loads(self.good("show", "3", "--json"))["readings"][0]
        os.mkdir(self.at("sub"))
        os.rename(before["path"], self.at("sub", "renamed.wav"))
        out = self.good("add", self.music)
        self.assertIn(b"0 songs read; 1 file renamed; 5 files as before", out)
        after = json.loads(self.good("show", "3", "--json"))["readings"][0]
        self.assertEqual(after.pop("path"), self.at("sub", "renamed.wav"))
        before.pop("path")
        self.assertEqual(after, before)
        self.assertEqual(self.query("SELECT count(*) FROM files"), [(6,)])

    def test_a_file_with_only_another_time_is_unchanged(self):
        self.fill()
        os.utime(self.at("440.wav"), (1, 1))
        self.assertIn(b"0 songs read; 6 files as before", self.good("add", self.music))
        os.utime(self.at("330.wav"), (1e11, 1e11))  # more nanoseconds than 63 bits
        self.assertIn(b"0 songs read; 6 files as before", self.good("add", self.music))
        self.assertIn(b"0 songs read; 6 files as before", self.good("add", self.music))

    def test_copies_are_one_song(self):
        self.fill()
        shutil.copy(self.at("110.wav"), self.at("copy.wav"))
        os.symlink(self.at("110.wav"), self.at("link.wav"))
        # the same sound, other bytes
        wav(self.at("retagged.wav"), self.sounds[110], title="Another title")
        self.assertIn(b"1 song read; 2 copies", self.good("add", self.music))
        self.assertEqual(len(self.songs("list")), 6)
        self.assertEqual(self.good("show", "110.wav").count(b".wav"), 4)
        os.unlink(self.at("link.wav"))
        os.unlink(self.at("110.wav"))
        self.good("add", self.music)
        self.assertEqual(len(self.songs("list")), 6)

    def test_the_same_samples_at_another_rate_are_another_song(self):
        wav(self.at("slow.wav"), self.sounds[440])
        wav(self.at("fast.wav"), self.sounds[440], rate=2 * RATE)
        self.assertIn(b"2 songs read", self.good("add", self.music))
        self.assertEqual([s["duration_s"] for s in self.songs("list", "--sort=duration")], [3, 6])

    def test_changed_tags_change_the_song_not_its_reading(self):
        self.fill()
        before = self.songs("list", "Song 262")[0]
        wav(self.at("262.wav"), self.sounds[262], title="New title", artist="New artist")
        self.good("add", self.music)
        after = self.songs("list", "New title")[0]
        self.assertEqual({k: v for k, v in after.items() if k not in ("title", "artist", "album")},
                         {k: v for k, v in before.items() if k not in ("title", "artist", "album")})
        self.assertEqual(
            (after["title"], after["artist"], after["album"]), ("New title", "New artist", "")
        )

    def test_a_changed_sound_is_read_again(self):
        self.fill()
        wav(self.at("262.wav"), tone(4, 700))
        self.assertIn(b"1 song read; 5 files as before", self.good("add", self.music))
        self.assertEqual(len(self.songs("list")), 6)
        self.assertEqual(self.titles("list", "Song 262"), [])
        self.assertEqual(self.query("SELECT count(*) FROM curves"), [(6,)])

    def test_a_sound_replaced_by_another_file_keeps_its_reading(self):
        self.fill()
        os.rename(self.at("262.wav"), self.at("old.wav"))
        # Two at a time: the copy is found while the new sound, of ten minutes, is still being read.
        wav(self.at("262.wav"), 60 * tone(10, 700), title="New")
        self.assertIn(
            b"1 song read; 1 copy; 5 files as before", self.good("add", "--jobs=2", self.music)
        )
        kept = [s["path"] for s in self.songs("list") if s["title"] == "Song 262"]
        self.assertEqual(kept, [self.at("old.wav")])
        self.assertEqual(len(self.songs("list")), 7)

    def test_missing_songs_are_left_out_until_they_are_back(self):
        self.fill()
        os.rename(self.music, self.folder + "/elsewhere")
        done = self.run_it("add", self.music)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"6 files are not there any more", done.stdout)
        self.assertEqual(self.songs("near", "0", "0"), [])
        self.assertEqual(len(self.good("list", "--missing").splitlines()), 6)
        os.rename(self.folder + "/elsewhere", self.music)
        self.assertIn(b"0 songs read; 6 files as before", self.good("add", self.music))
        self.assertEqual(len(self.songs("near", "0", "0")), 6)
        os.unlink(self.at("110.wav"))
        os.unlink(self.at("196.wav"))
        self.good("add", self.music)
        self.assertIn(b"2 files and 2 songs", self.good("remove", "--missing"))
        self.assertEqual(self.query("SELECT count(*) FROM readings"), [(4,)])

    def test_a_link_that_is_broken_for_a_while_keeps_its_reading(self):
        elsewhere = os.path.join(self.folder, "disk")
        os.mkdir(elsewhere)
        wav(os.path.join(elsewhere, "x.wav"), self.sounds[440])
        os.symlink(os.path.join(elsewhere, "x.wav"), self.at("link.wav"))
        self.good("add", self.music)
        os.rename(elsewhere, elsewhere + ".away")
        done = self.run_it("add", self.music)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"broken link", done.stderr)
        self.assertEqual(self.titles("list"), [])
        self.assertEqual(self.good("list", "--missing"), self.at("link.wav").encode() + b"\n")
        os.rename(elsewhere + ".away", elsewhere)
        self.assertIn(b"0 songs read; 1 file as before", self.good("add", self.music))
        self.assertEqual(self.titles("list"), ["link"])

    def test_unreadable_files_are_stored_and_not_tried_again(self):
        wav(self.at("good.wav"), self.sounds[440])
        open(self.at("empty.wav"), "wb").close()
        with open(self.at("huge.wav"), "wb") as out:
            out.truncate(1 << 40)  # a sparse terabyte of zeros
        with open(self.at("long.wav"), "wb") as out:  # a header that says a day
            size = 86400 * 2 * RATE
            out.write(
                b"RIFF"
                + struct.pack("<I", 36 + size)
                + b"WAVEfmt "
                + struct.pack("<IHHIIHH", 16, 1, 1, RATE, 2 * RATE, 2, 16)
                + b"data"
                + struct.pack("<I", size)
            )
            out.truncate(44 + size)
        with open(self.at("text.mp3"), "w", encoding="utf8") as out:
            out.write("this is no sound")
        wav(self.at("short.wav"), self.sounds[440][:1000])
        wav(self.at("silent.wav"), array.array("h", bytes(2 * 6 * RATE)))
        os.mkdir(self.at("folder.mp3"))
        os.mkfifo(self.at("fifo.wav"))
        os.symlink(self.at("nowhere"), self.at("dangling.wav"))
        os.symlink(".", self.at("loop"))
        os.symlink("self.wav", self.at("self.wav"))
        begun = time.monotonic()
        done = self.run_it("add", self.music)
        self.assertLess(time.monotonic() - begun, 200)
        self.assertEqual(done.returncode, 1)
        reasons = {
            "empty.wav": b"is empty",
            "huge.wav": b"not a sound file",
            "long.wav": b"24 hours",
            "text.mp3": b"not a sound file",
            "short.wav": b"shorter than one hop",
            "silent.wav": b"is silent",
            "fifo.wav": b"not a regular file",
            "dangling.wav": b"broken link",
            "self.wav": b"broken link",
        }
        # (libsndfile's decoders print messages of their own.)
        said = [line for line in done.stderr.splitlines() if line.startswith(b"circumplex: ")]
        said = {os.path.basename(line.split(b": ")[1]).decode(): line for line in said}
        self.assertEqual(set(said), set(reasons))
        for name, reason in reasons.items():
            self.assertIn(reason, said[name])
        self.assertEqual(self.titles("list"), ["good"])
        listed = self.good("list", "--failed")
        os.unlink(self.at("fifo.wav"))  # reported each time, but not stored
        del reasons["fifo.wav"]
        self.assertEqual(len(listed.splitlines()), len(reasons))
        self.assertIn(b"huge.wav: not a sound file", listed)
        again = self.good("add", self.music)  # and not an error any more
        self.assertIn(b"8 could not be read before", again)
        done = self.run_it("add", "--retry", self.music)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr.count(b"circumplex: "), len(reasons))
        done = self.run_it("show", self.at("empty.wav"))
        self.assertIn(b"is empty", done.stderr)
        wav(self.at("empty.wav"), self.sounds[110])  # changed: it is tried
        self.assertIn(b"1 song read", self.good("add", self.music))

    def test_a_temporary_failure_is_not_stored(self):
        wav(self.at("a.wav"), self.sounds[440])
        os.chmod(self.at("a.wav"), 0)
        someone = {}
        if os.access(self.at("a.wav"), os.R_OK):  # root may read anything
            someone = {"user": 65534, "group": 65534, "extra_groups": []}
            for folder in (self.folder, self.music):
                os.chown(folder, 65534, 65534)
            try:
                subprocess.run([PROGRAM, "--version"], check=True, capture_output=True, **someone)
            except (PermissionError, subprocess.CalledProcessError):
                self.skipTest("root may read anything, and others not the program")
        self.assertEqual(self.run_it("add", self.music, **someone).returncode, 1)
        os.chmod(self.at("a.wav"), 0o644)  # which changes neither size nor time
        self.assertIn(b"1 song read", self.good("add", self.music, **someone))

    def test_cut_files_are_reported_and_their_part_is_written(self):
        wav(self.at("cut.wav"), self.sounds[440])
        os.truncate(self.at("cut.wav"), os.path.getsize(self.at("cut.wav")) // 2)
        done = self.run_it("add", self.music)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"cut.wav", done.stderr)
        self.assertIn(b"cut", done.stderr.replace(b"cut.wav", b""))
        self.assertIn(b"cut.wav", self.good("list", "--damaged"))
        self.assertEqual(self.titles("list"), ["cut"])

    def test_a_file_that_changes_while_it_is_read_is_not_stored(self):
        path = self.at("recording.wav")
        wav(path, array.array("h", self.sounds[440].tobytes() * 50))  # five minutes
        at = 1_000_000_000
        environment = dict(os.environ, CIRCUMPLEX_MODEL=MODEL)
        command = [PROGRAM, "library", "add", self.music, "--db=" + self.db]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
        ) as adding:
            while adding.poll() is None:
                at += 10
                os.utime(path, (at, at))
            told = adding.stderr.read()
        self.assertEqual(adding.returncode, 1)
        self.assertIn(b"changed while it was read", told)
        self.assertEqual(self.titles("list"), [])
        self.assertIn(b"1 song read", self.good("add", self.music))

    def test_names_are_bytes(self):
        name = os.fsencode(self.music) + b"/caf\xe9 \xff\n.wav"
        other = os.fsencode(self.music) + b"/\xe9.wav"
        wav(name, self.sounds[440])
        wav(other, self.sounds[110])
        self.good("add", self.music)
        self.assertEqual(set(self.good("list", "-0").split(b"\0")), {name, other, b""})
        self.good("list", "--json").decode()
        self.assertIn("\N{REPLACEMENT CHARACTER}", self.good("list").decode())
        self.assertEqual(
            json.loads(self.good("show", name, "--json"))["readings"][0]["duration_s"], 6
        )
        done = self.run_it("list", "--m3u=" + self.folder + "/list.m3u")
        self.assertEqual(done.returncode, 1)  # a playlist cannot hold a line end
        self.assertIn(b"line end", done.stderr)
        with open(self.folder + "/list.m3u", "rb") as file:
            self.assertEqual(
                [line for line in file.read().splitlines() if line[:1] == b"/"], [other]
            )
        self.good("remove", name)
        self.assertEqual(len(self.songs("list")), 1)

    def test_another_model_adds_columns(self):
        self.fill()
        first = self.songs("list")
        wav(self.at("new.wav"), tone(5, 800))
        self.assertIn(b"7 songs read", self.good("add", self.music, model=OTHER))
        models = [line.split()[:3:2] for line in self.good("list", "--models").splitlines()]
        self.assertEqual([n for _, n in models], [b"7", b"6"])
        self.assertEqual(len(self.songs("list")), 7)  # by the model that has read the most
        for which in (models[1][0].decode(), models[1][0].decode()[:6], MODEL):
            self.assertEqual(self.songs("list", "--model", which), first)
        self.assertIn(models[1][0], self.good("near", "0", "0", "-m", MODEL))  # and it says which
        done = self.run_it("list", "--model", "nosuch")
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"no song in the library has a reading by 'nosuch'", done.stderr)

    def test_a_tie_of_two_models_is_reported(self):
        self.fill()
        self.good("add", self.music, model=OTHER)
        done = self.run_it("list")
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"have read equally many songs: taking", done.stderr)
        models = [line.split()[0] for line in self.good("list", "--models").splitlines()]
        self.assertEqual(len(models), 2)
        for model in models:  # no message if a model was chosen
            self.good("list", "--model", model.decode())

    def test_a_static_model_adds_columns(self):
        self.fill()
        if self.run_it("add", "--static=tnn", self.folder).returncode != 0:
            self.skipTest("there is no static model")
        before = self.songs("list")
        songs = self.songs("near", "0", "0", "--static", "tnn")
        self.assertEqual(len(songs), 6)
        self.assertEqual({s["id"] for s in songs}, {s["id"] for s in before})
        self.assertNotIn("confidence", songs[0])
        self.assertNotEqual({s["valence"] for s in songs}, {s["valence"] for s in before})
        said = self.good("list", "--static", "tnn").splitlines()[-1]
        self.assertIn(b"as read by static-tnn (", said)
        self.assertIn(said, self.good("list", "--static", said.split(b"(")[1][:8].decode()))
        self.assertEqual(len(json.loads(self.good("show", "1", "--json"))["readings"]), 2)
        self.assertIn(b"0 songs read", self.good("add", "--static=tnn", self.music))
        self.assertEqual(self.songs("list"), before)  # shown only on request
        done = self.run_it("match", "0:0,0", "3:0,0", "--static", "tnn")
        self.assertEqual(done.returncode, 2)
        os.unlink(self.db)  # a library with only static readings is not empty
        self.good("add", "--static=tnn", self.music)
        self.assertEqual({s["valence"] for s in self.songs("list")}, {s["valence"] for s in songs})
        self.assertIn(b"by static-tnn (", self.good("show", "Song 440"))
        done = self.run_it("match", "0:0,0", "3:0,0")
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertIn(b"only static models", done.stderr)

    def test_merging_copies_new_entries(self):
        self.fill()
        first = self.db
        shutil.copy(first, self.folder + "/other.db")
        six = self.songs("list")
        wav(self.at("seventh.wav"), tone(5, 800))
        self.good("add", self.music, "--db=" + self.folder + "/other.db", db=False)
        self.good("add", self.music, "--db=" + self.folder + "/other.db", db=False, model=OTHER)
        self.assertEqual(self.good("merge", self.folder + "/other.db"), b"1 song taken over.\n")
        seven = self.songs("list", "--model", MODEL)
        self.assertEqual(len(seven), 7)
        strip = lambda songs: {s["path"]: (s["valence"], s["arousal"], s["title"]) for s in songs}
        self.assertEqual({**strip(seven), **strip(six)}, strip(seven))
        self.assertEqual(self.query("SELECT count(*) FROM readings"), [(14,)])
        self.assertEqual(self.query("SELECT count(*) FROM curves"), [(14,)])
        self.check_whole()
        self.assertEqual(self.good("merge", self.folder + "/other.db"), b"0 songs taken over.\n")
        self.db = self.folder + "/fresh.db"
        self.assertEqual(self.good("merge", self.folder + "/other.db"), b"7 songs taken over.\n")
        self.assertEqual(strip(self.songs("list", "--model", MODEL)), strip(seven))
        done = self.run_it("merge", self.db)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"the library itself", done.stderr)
        done = self.run_it("merge", self.at("seventh.wav"))
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"not a library", done.stderr)

    # Searching

    def test_near_is_near(self):
        self.fill()
        songs = self.songs("list")
        target = songs[3]
        point = [str(target["valence"]), str(target["arousal"])]
        found = self.songs("near", *point)
        self.assertEqual(found[0]["id"], target["id"])
        self.assertLess(found[0]["distance"], 1e-6)
        self.assertEqual([s["distance"] for s in found], sorted(s["distance"] for s in found))
        floor = 0.1
        for s in found:
            d = floor * math.sqrt(sum((float(p) - s[k]) ** 2 / (s[k + "_spread"] ** 2 + floor ** 2)
                                      for p, k in zip(point, ("valence", "arousal"))))
            self.assertAlmostEqual(d, s["distance"], 5)
        self.assertEqual(self.songs("near", "--like", str(target["id"])), found)
        middle = (found[2]["distance"] + found[3]["distance"]) / 2
        self.assertEqual(self.songs("near", *point, "--radius", str(middle)), found[:3])
        self.assertEqual(self.songs("near", *point, "-n", "2"), found[:2])
        # negative numbers are not options, nor is -0 if a number is missing
        self.assertEqual(len(self.songs("near", "-0.5", "-.5")), 6)
        self.assertEqual(self.songs("near", "-0", "0.5"), self.songs("near", "0", "0.5"))
        self.assertEqual(self.good("near", "-0", "0", "0.5").count(b"\0"), 6)

    def test_filters_filter(self):
        self.fill()
        wav(self.at("long.wav"), tone(9, 250), title="Long")
        self.good("add", self.music)
        self.assertEqual(self.titles("near", "0", "0", "--min-duration", "0:08"), ["Long"])
        self.assertEqual(len(self.songs("near", "0", "0", "--max-duration=7")), 6)
        self.assertEqual(
            {s["artist"] for s in self.songs("near", "0", "0", "--artist", "aRTIST 1")},
            {"Artist 1"},
        )
        everything = self.songs("list")
        for q in ("Q1", "q2", "Q3", "Q4"):
            self.assertEqual(self.songs("list", "--quadrant", q),
                             [s for s in everything if s["quadrant"] == q.upper()])
        steps = sorted(s["confidence"] for s in everything)
        middle = (steps[2] + steps[3]) / 2
        self.assertEqual(self.songs("list", f"--confidence={middle}"),
                         [s for s in everything if s["confidence"] > middle])
        self.assertEqual(len(self.songs("list", f"--confidence={middle}")), 4)

    def test_a_songs_own_curve_finds_it_first(self):
        self.fill()
        for song in self.songs("list"):
            for kind in ("--whole", "--passage"):
                found = self.songs("match", "--song", str(song["id"]), kind)
                self.assertEqual(found[0]["id"], song["id"])
                self.assertLess(found[0]["distance"], 1e-4)
                self.assertGreater(found[1]["distance"], found[0]["distance"])
        part = self.songs(
            "match", "--song", "Song 330", "--from", "1", "--to", "0:04", "--passage"
        )[0]
        self.assertEqual((part["title"], part["start_s"], part["end_s"]), ("Song 330", 1, 4))
        done = self.run_it("match", "--song", "Song 330", "--from", "60")
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"6 s long", done.stderr)

    def test_a_curve_may_come_from_analyze(self):
        self.fill()
        out = self.folder + "/curve.csv"
        subprocess.run([PROGRAM, "analyze", self.at("440.wav"), "-o", out], check=True, timeout=300,
                       env=dict(os.environ, CIRCUMPLEX_MODEL=MODEL))
        self.assertEqual(self.titles("match", "--csv", out)[0], "Song 440")
        by_arousal = self.songs("match", "--csv", out, "--arousal-only")
        self.assertEqual(by_arousal[0]["title"], "Song 440")
        self.assertNotEqual(
            [s["distance"] for s in by_arousal],
            [s["distance"] for s in self.songs("match", "--csv", out, "--valence-only")],
        )
        self.assertEqual(
            len(self.songs("match", "0:-0.5,-0.6", "3:0.2,0.1", "6:0.8,0.7", "--limit=3")), 3
        )
        self.assertEqual(self.run_it("match", "--csv", self.folder + "/none.csv").returncode, 1)

    def test_a_path_leads_from_one_point_to_another(self):
        self.fill()
        songs = sorted(self.songs("list"), key=lambda s: s["arousal"])
        low, high = songs[0], songs[-1]
        ends = [f"{s[k]}" for s in (low, high) for k in ("valence", "arousal")]
        found = self.songs("path", *ends, "-n", "6")
        self.assertEqual(len({s["id"] for s in found}), 6)
        self.assertEqual((found[0]["id"], found[-1]["id"]), (low["id"], high["id"]))
        self.assertEqual(len(self.songs("path", *ends, "-n", "60")), 6)
        asked = b"6 of 6 songs (60 were asked for), as read by"
        self.assertIn(asked, self.good("path", *ends, "-n", "60"))
        self.assertNotIn(b"asked for", self.good("path", *ends))
        playlist = self.folder + "/path.m3u"
        paths = (
            self.good("path", *ends, "-n", "4", "--paths", "--m3u", playlist).decode().splitlines()
        )
        with open(playlist, encoding="utf8") as file:
            lines = file.read().splitlines()
        self.assertEqual(lines[0], "#EXTM3U")
        self.assertEqual(lines[2::2], paths)
        self.assertRegex(lines[1], r"^#EXTINF:6,Artist \d - Song \d+$")

    def test_a_song_can_be_named_in_several_ways(self):
        self.fill()
        for text in (
            "3",
            self.at("262.wav"),
            os.path.relpath(self.at("262.wav")),
            "song 262",
            "262 pitches",
        ):
            with self.subTest(text):
                out = self.run_it("show", text, cwd=os.getcwd()).stdout
                self.assertTrue(out.startswith(b"Song "), out)
        wav(self.at("more.wav"), tone(5, 900), title="Song 2")
        self.good("add", self.music)
        # although "Song 262" has the words
        self.assertTrue(self.good("show", "Song 2").startswith(b"Song 2\n"))
        done = self.run_it("show", "song")
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        for pitch in self.sounds:
            self.assertIn(b"Song %d - Artist" % pitch, done.stderr)
        self.assertIn(b"no song", self.run_it("show", "Beethoven").stderr)
        self.assertIn(b"no song", self.run_it("show", "999").stderr)
        wav(self.folder + "/outside.wav", self.sounds[110])
        self.assertIn(
            b"is not in the library", self.run_it("show", self.folder + "/outside.wav").stderr
        )

    def test_a_table_for_people_is_aligned(self):
        self.fill()
        lines = self.good("near", "0", "0").decode().splitlines()
        self.assertEqual(len(lines), 8)
        begin = lines[0].index("song")
        for line in lines[1:-1]:
            self.assertRegex(line[begin:], r"^Song \d+ - Artist \d$")
        self.assertRegex(lines[-1], r"^6 of 6 songs, as read by .+ \([0-9a-f]{16}\)\.$")

    def test_lengths_beyond_an_hour_are_shown_in_hours(self):
        wav(self.at("a.wav"), self.sounds[440], title="A")
        self.good("add", self.music)
        shown = {0.9: "0:00", 59.9: "0:59", 60: "1:00", 3599: "59:59", 3600: "1:00:00",
                 7449: "2:04:09", 90061: "25:01:01"}
        for seconds, text in shown.items():
            db = sqlite3.connect(self.db)
            db.execute(
                "UPDATE readings SET numbers = ?", (struct.pack("<6f", 0, 0, 0, 0, 0.5, seconds),)
            )
            db.commit()
            db.close()
            self.assertEqual(self.good("list").decode().splitlines()[1].split()[1], text)

    def test_export_writes_a_table(self):
        self.fill()
        rows = list(csv.DictReader(io.StringIO(self.good("export", "--csv=-", "262").decode())))
        self.assertEqual([r["title"] for r in rows], ["Song 262"])
        song = self.songs("list", "262")[0]
        for key in ("valence", "arousal", "duration_s", "confidence"):
            self.assertEqual(float(rows[0][key]), song[key])
        done = self.run_it("export", "--csv", self.folder + "/no/such/folder.csv")
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"folder.csv", done.stderr)

    def test_export_writes_json(self):
        self.fill()
        out = os.path.join(self.folder, "songs.json")
        self.good("export", "--json", out, "Artist 1")
        with open(out, encoding="utf-8") as file:
            self.assertEqual(json.load(file)["songs"], self.songs("list", "Artist 1"))

    def test_curves_may_be_compared_on_the_collections_own_scale(self):
        self.fill()
        for song in self.songs("list"):
            found = self.songs("match", "--relative", "--song", str(song["id"]))
            self.assertEqual((found[0]["id"], found[0]["distance"], len(found)), (song["id"], 0, 6))
            plain = self.songs("match", "--song", str(song["id"]))
            self.assertEqual(
                {s["id"]: s["valence"] for s in found}, {s["id"]: s["valence"] for s in plain}
            )
        # The collection's mean is 0 on its own scale, wherever it is on the plane.
        curves = [r for s in self.songs("list") for r in
                  json.loads(self.good("show", "--json", str(s["id"])))["readings"]]
        points = [v for r in curves for v in r["valence_curve"] if v is not None]
        mean = sum(points) / len(points)
        self.assertGreater(abs(mean), 0.02)
        ends = ["0:{0},-", "5:{0},-"]
        own = self.songs("match", "--relative", *(e.format(0) for e in ends))
        far = self.songs("match", "--relative", *(e.format(0.9) for e in ends))
        self.assertLess(sum(s["distance"] for s in own), sum(s["distance"] for s in far))

    def test_removing_songs(self):
        self.fill()
        os.mkdir(self.at("a"))
        wav(self.at("a", "x.wav"), tone(5, 900))
        self.good("add", self.music)
        self.assertIn(b"1 file and 1 song forgotten", self.good("remove", self.at("a")))
        self.assertIn(b"2 files and 2 songs", self.good("remove", "1", "Song 587"))
        self.assertEqual(len(self.songs("list")), 4)
        self.assertTrue(os.path.exists(self.at("a", "x.wav")))
        self.assertEqual(self.run_it("remove", "nothing such").returncode, 1)
        # An empty name does not mean the current folder.
        for command in ("remove", "show", "add"):
            done = self.run_it(command, "", cwd=self.music)
            self.assertEqual((done.returncode, bool(done.stderr)), (1, True), command)
        self.assertEqual(len(self.songs("list")), 4)
        self.assertEqual(self.good("list", "--failed"), b"")
        self.good("remove", self.music)
        self.assertEqual(
            self.query(
                "SELECT (SELECT count(*) FROM songs) + (SELECT count(*) FROM files) + "
                "(SELECT count(*) FROM readings) + (SELECT count(*) FROM curves)"
            ),
            [(0,)],
        )

    # Errors

    def test_a_library_may_have_any_file_name(self):
        wav(self.at("a.wav"), self.sounds[440])
        for name in (":memory:", "file:a?mode=memory"):
            self.good("add", self.music, "--db=" + name, db=False, cwd=self.folder)
            self.assertIn(
                b"1 of 1 songs", self.good("list", "--db=" + name, db=False, cwd=self.folder)
            )
        done = self.run_it("add", self.music, "--db=", db=False, cwd=self.folder)
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertIn(b"the library's file has no name", done.stderr)

    def test_a_list_that_cannot_be_read_is_an_error(self):
        done = self.run_it("add", "--list=" + self.music)
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertIn(b"Is a directory", done.stderr)

    def test_a_damaged_newer_or_foreign_library_is_left_alone(self):
        self.fill()
        with open(self.db, "rb") as file:
            data = file.read()
        newer = bytearray(data)
        newer[60:64] = struct.pack(">I", 1000)  # user_version
        torn = bytearray(data)
        for i in range(8192, len(torn), 8192):
            torn[i:i + 200] = b"\xa5" * 200
        for content, reason in (
            (newer, b"newer"),
            (torn, b"damaged"),
            (b"a diary, and not a database" * 9, b"not a library"),
        ):
            for arguments in (["list"], ["near", "0", "0"], ["add", self.music], ["remove", "1"]):
                with open(self.db, "wb") as file:
                    file.write(content)
                done = self.run_it(*arguments)
                self.assertEqual(done.returncode, 1, (reason, arguments))
                self.assertIn(reason, done.stderr)
                self.assertEqual(done.stderr.count(b"\n"), 1)
                with open(self.db, "rb") as file:
                    self.assertEqual(file.read(), content, (reason, arguments))

    def test_a_full_disk_is_reported_and_loses_nothing(self):
        self.fill()
        size = os.path.getsize(self.db)
        for pitch in range(700, 800):
            wav(self.at(f"{'a long name ' * 15}{pitch}.wav"), tone(1, pitch))

        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        done = self.run_it("add", self.music, preexec_fn=limit)
        self.assertEqual(done.returncode, 1)
        self.assertIn(os.fsencode(self.db), done.stderr)
        self.assertEqual(done.stderr.count(b"\n"), 1)  # once, not for each song
        self.check_whole()
        self.assertGreaterEqual(len(self.songs("list")), 6)
        self.good("add", self.music)
        self.assertEqual(len(self.songs("list")), 106)
        with open("/dev/full", "wb") as full:
            done = subprocess.run(
                [PROGRAM, "library", "list", "--db", self.db],
                stdout=full,
                stderr=subprocess.PIPE,
                timeout=300,
                check=False,
            )
        self.assertEqual(done.returncode, 1)

    def test_two_adds_at_once_share_the_work(self):
        for pitch in range(200, 260, 2):
            wav(self.at(f"{pitch}.wav"), tone(2, pitch))
        command = [PROGRAM, "library", "add", "--db", self.db, self.music]
        environment = dict(os.environ, CIRCUMPLEX_MODEL=MODEL)
        children = [
            subprocess.Popen(
                command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
            for _ in range(3)
        ]
        for _ in range(20):  # and can be searched meanwhile
            done = self.run_it("near", "0", "0")
            self.assertTrue(done.returncode == 0 or b"no library" in done.stderr, done.stderr)
        for child in children:
            _, errors = child.communicate(timeout=300)
            self.assertEqual((child.returncode, errors), (0, b""))
        self.check_whole()
        self.assertEqual(len(self.songs("list")), 30)

    def check_whole(self):
        """Nothing is incomplete: every song has a file, one reading per model, and a whole curve.
        """
        self.assertEqual(self.query("PRAGMA integrity_check"), [("ok",)])
        self.assertEqual(self.query("PRAGMA foreign_key_check"), [])
        self.assertEqual(self.query("SELECT count(*) FROM songs WHERE id NOT IN "
                                    "(SELECT song FROM files WHERE song IS NOT NULL)"), [(0,)])
        self.assertEqual(
            self.query("SELECT count(*) FROM songs WHERE id NOT IN (SELECT song FROM readings)"),
            [(0,)],
        )
        self.assertEqual(
            self.query("SELECT count(*) FROM curves WHERE id NOT IN (SELECT curve FROM readings)"),
            [(0,)],
        )
        # 8000 samples a second, four bytes every half second.
        self.assertEqual(
            self.query(
                "SELECT count(*) FROM readings JOIN songs ON songs.id = song LEFT JOIN curves "
                "ON curves.id = curve WHERE length(points) IS NOT samples / 4000 * 4"
            ),
            [(0,)],
        )

    def test_ctrl_c_stops_in_order(self):
        for pitch in range(200, 320):
            wav(self.at(f"{pitch}.wav"), tone(1, pitch))
        environment = dict(os.environ, CIRCUMPLEX_MODEL=MODEL)
        command = [PROGRAM, "library", "add", "--db", self.db, "--jobs=1", self.music]
        with subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as child:
            while child.poll() is None:
                try:
                    if self.query("SELECT count(*) FROM readings")[0][0] > 0:
                        break
                except sqlite3.Error:
                    pass
                time.sleep(0.002)
            child.send_signal(signal.SIGINT)
            errors = child.communicate(timeout=300)[1]
        if child.returncode == 0:
            self.skipTest("this machine was done before it could be stopped")
        self.assertEqual(child.returncode, 130)
        self.assertIn(b"the same command resumes here", errors)
        self.check_whole()
        done = self.query("SELECT count(*) FROM readings")[0][0]
        self.assertTrue(0 < done < 120)
        self.assertIn(b"%d songs read" % (120 - done), self.good("add", self.music))

    def test_after_a_hundred_kills_nothing_is_incomplete(self):
        rounds = int(os.environ.get("CIRCUMPLEX_KILLS", "100"))
        dice = random.Random(1)
        for i in range(200):
            wav(self.at(f"{i}.wav"), tone(0.6 + 0.1 * (i % 5), 150 + i), title=f"Song {i}")
        environment = dict(os.environ, CIRCUMPLEX_MODEL=MODEL)
        command = [PROGRAM, "library", "add", "--db", self.db, "-q", self.music]
        killed = journals = finished = grown = before = 0
        os.mkdir(self.folder + "/one")
        wav(self.folder + "/one/1.wav", tone(1, 100))
        begun = time.monotonic()
        self.good("add", self.folder + "/one")
        usual = time.monotonic() - begun  # to start, open, read and write, on this machine
        os.unlink(self.db)
        while killed < rounds:
            with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) as child:
                time.sleep(dice.uniform(0.1 * usual, 0.05 + 1.5 * usual))
                child.send_signal(signal.SIGKILL)
                errors = child.communicate()[1]
            self.assertEqual(errors, b"")
            if child.returncode == 0:  # it had finished: start again
                self.assertEqual(len(self.songs("list")), 200)
                os.unlink(self.db)
                before = 0
                finished += 1
                usual *= 0.9
                continue
            killed += 1
            usual *= 1.02  # until something is stored: the machine is not always as busy
            if not os.path.exists(self.db):
                continue
            journals += os.path.exists(self.db + "-journal")
            # Every second time our own program is the first to open the remaining file.
            if killed % 2 == 0:
                done = self.run_it("list", "--json")
                self.assertTrue(
                    done.returncode == 0 or b"no library in this file yet" in done.stderr,
                    done.stderr,
                )
            if self.query("SELECT count(*) FROM sqlite_schema")[0][0] == 0:
                continue
            self.check_whole()
            now = self.query("SELECT count(*) FROM readings")[0][0]
            self.assertGreaterEqual(now, before)  # stored songs are still there
            grown += now > before
            usual *= 0.96 if now > before else 1.0
            before = now
        self.good("add", self.music)
        self.check_whole()
        self.assertEqual(sorted(self.titles("list")), sorted(f"Song {i}" for i in range(200)))
        print(f"{killed} kills, {finished} adds that were faster, {grown} times further, "
              f"{journals} journals left behind", file=sys.stderr)
        self.assertGreater(grown, rounds // 20)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[4:], verbosity=1)
