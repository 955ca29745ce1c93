#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports of `circumplex` word for word, names and permissions of its files, and its exit
statuses.

Run as: test_words.py PROGRAM MODEL STATIC_MODEL.  Standard library only; every sound is made here.
"""
import array
import csv
import io
import json
import math
import os
import re
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest

import terminal

PROGRAM, MODEL, STATIC = sys.argv[1:4]
RATE = 8000
SIDE = ["valence", "arousal", "valence_spread", "arousal_spread", "confidence"]
CUT = "is cut off: only 0:01 of 0:04 could be read"


def read(path):
    with open(path, "rb") as file:
        return file.read()


def wav(path, seconds, pitch, part=1.0, channels=1, silent=(0, 0)):
    """A sound with beats; `silent` is a part without sound, s."""
    samples = array.array("h")
    for i in range(int(seconds * RATE)):
        level = 9000 * math.sin(2 * math.pi * pitch * i / RATE) * math.exp(-4 * (i / RATE % 0.4))
        samples.extend(channels * [0 if silent[0] <= i / RATE < silent[1] else int(level)])
    data = samples.tobytes()
    chunks = b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, channels, RATE, 2 * RATE * channels,
                                       2 * channels, 16)
    chunks += b"data" + struct.pack("<I", len(data)) + data
    data = b"RIFF" + struct.pack("<I", len(chunks)) + chunks
    with open(path, "wb") as out:
        out.write(data[:int(part * len(data))])


class Words(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = holder.name
        os.mkdir(self.at("in"))
        self.sound = self.at("in", "a.wav")
        wav(self.sound, 3, 220)

    def at(self, *names):
        return os.path.join(self.folder, *names)

    def run_it(self, *arguments):
        done = subprocess.run(
            [PROGRAM, *arguments], capture_output=True, check=False, timeout=300, cwd=self.folder,
            env=dict(os.environ, CIRCUMPLEX_MODEL=MODEL), umask=0o022)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def make_mixed_folder(self):
        wav(self.at("in", "cut.wav"), 4, 330, part=0.5)
        for name in ("bad.wav", "notes.txt"):
            with open(self.at("in", name), "wb") as out:
                out.write(b"rubbish")

    def test_a_folder_is_reported_in_one_line(self):
        self.make_mixed_folder()
        status, rows, said = self.run_it("analyze", "-j1", "in")
        said = re.sub(r" \(.*?\)\n", " (WHY)\n", said, count=1)
        self.assertEqual((status, said.splitlines()), (1, [
            "circumplex: in/bad.wav: not a sound file that can be read (WHY)",
            f"circumplex: in/cut.wav: {CUT}",
            "circumplex: 2 files read (1 in part), 1 failed; skipped 1 txt (not sound)"]))
        complete = {(r["file"], r["complete"]) for r in csv.DictReader(io.StringIO(rows))}
        self.assertEqual(complete, {("in/a.wav", "true"), ("in/cut.wav", "false")})
        with open(self.at("in", "worse.wav"), "wb") as out:
            out.write(b"rubbish")
        self.assertIn("2 files read (1 in part), 2 failed;", self.run_it("analyze", "in")[2])
        os.unlink(self.at("in", "worse.wav"))
        said = self.run_it("analyze", "-q", "-j1", "in")[2]
        self.assertEqual(said.count("\n"), 2)  # no report
        os.unlink(self.at("in", "bad.wav"))
        os.unlink(self.at("in", "cut.wav"))
        status, rows, said = self.run_it("analyze", "in")
        self.assertEqual((status, said),
                         (0, "circumplex: 1 file read; skipped 1 txt (not sound)\n"))
        self.assertTrue(rows.startswith("file,time_s,"))  # one file, but of a folder

    def test_tables_and_pictures_of_a_folder_have_the_names_of_their_sounds(self):
        self.make_mixed_folder()
        status, out, said = self.run_it("analyze", "-q", "in", "-o", "out/", "--plot", "p/",
                                        "--attention", "p/", "-s")
        if "has no pictures" in said:
            self.skipTest("this build has no pictures")
        self.assertEqual((status, out.count("valence")), (1, 2))
        self.assertEqual(sorted(os.listdir(self.at("out"))), ["a.csv", "cut.csv"])
        self.assertEqual(sorted(os.listdir(self.at("p"))),
                         ["a-attention.png", "a.png", "cut-attention.png", "cut.png"])
        for name, complete in (("a.csv", b"true"), ("cut.csv", b"false")):
            rows = read(self.at("out", name)).splitlines()[1:]
            self.assertEqual({row.split(b",")[-3] for row in rows}, {complete})
        self.assertEqual(os.stat(self.at("out")).st_mode & 0o777, 0o755)
        self.assertEqual(os.stat(self.at("out", "a.csv")).st_mode & 0o777, 0o644)
        self.assertEqual(struct.unpack(">II", read(self.at("p", "a.png"))[16:24]), (2400, 1350))
        # --resume reads files that have no table yet.
        os.unlink(self.at("out", "cut.csv"))
        before = os.stat(self.at("out", "a.csv"))
        said = self.run_it("analyze", "in", "-o", "out/", "--resume")[2]
        self.assertIn("1 file read (1 in part), 1 in the output already, 1 failed;", said)
        self.assertEqual(sorted(os.listdir(self.at("out"))), ["a.csv", "cut.csv"])
        self.assertEqual(os.stat(self.at("out", "a.csv")), before)
        # It refuses a folder with other tables.
        with open(self.at("out", "a.csv"), "wb") as file:
            file.write(b"mine")
        os.unlink(self.at("out", "cut.csv"))
        status, out, said = self.run_it("analyze", "-q", "in", "-o", "out/", "--resume")
        self.assertEqual((status, out, os.listdir(self.at("out"))), (1, "", ["a.csv"]))
        self.assertIn("out/a.csv: has other columns or models", said)
        self.assertEqual(read(self.at("out", "a.csv")), b"mine")
        for ending, mark in (("svg", b"<?xml"), ("pdf", b"%PDF"), ("PNG", b"\x89PNG")):
            course, attention = self.at("c." + ending), self.at("t." + ending)
            self.assertEqual(self.run_it("analyze", "--plot", course, "--attention", attention,
                                         self.sound), (0, "", ""))
            # The plane beside the curves is an image within the picture.
            self.assertEqual((read(course)[:len(mark)], read(attention)[:len(mark)]), (mark, mark))
            self.assertGreater(len(read(course)), 2 * len(read(attention)))

    def test_a_static_reading_has_the_time_and_the_damage_of_its_sound(self):
        wav(self.at("two.wav"), 4, 330, channels=2)
        wav(self.at("cut.wav"), 4, 330, part=0.5)
        for name, options, expected in (
            ("two.wav", (), (4, 8000, 2, 4, True, None)),
            ("two.wav", ("--from=1",), (4, 8000, 2, 3, True, None)),
            ("two.wav", ("--from=1", "--to=3"), (3, 8000, 2, 2, True, None)),
            ("cut.wav", (), (1.99725, 8000, 1, 1.99725, False, CUT)),
        ):
            text = self.run_it("analyze", "-m", STATIC, "-f", "json", *options, name)[1]
            file = json.loads(text)["files"][0]
            self.assertTrue(file["static"])
            told = (file["rows"][0]["time_s"], *(file.get(key) for key in (
                "rate", "channels", "duration_s", "complete", "damage")))
            for one, other in zip(told, expected, strict=True):
                if isinstance(one, float):
                    self.assertAlmostEqual(one, other, delta=0.01, msg=told)
                else:
                    self.assertEqual(one, other, told)

    def test_every_model_reads_the_same_part(self):
        wav(self.at("long.wav"), 9, 330, silent=(3, 6))
        whole = dict(zip(("static-tnn." + name for name in SIDE[:4]), 4 * [""]))
        part = ("--from=1.5", "--to=8", "--gate=-50", "long.wav")
        for options in (("long.wav",), part):
            def table(*models):
                text = self.run_it("analyze", *[w for m in models for w in ("-m", m)], *options)[1]
                return list(csv.DictReader(io.StringIO(text)))
            alone, own, twice = table(STATIC), table(MODEL), table(MODEL, STATIC, MODEL)
            self.assertEqual({len(own), len(twice)}, {13 if options is part else 18})
            self.assertEqual({row["state"] for row in own}, {"silent", "settling"})
            self.assertNotEqual({name: alone[0][name.split(".")[1]] for name in whole}, whole)
            whole = {name: alone[0][name.split(".")[1]] for name in whole}
            for row, one in zip(twice, own):
                self.assertEqual({name: row[name] for name in whole}, whole)
                for name in SIDE:
                    is_there = row["state"] != "silent" or name == "confidence"
                    self.assertEqual(row["vae-attentive." + name], one[name] if is_there else "")
            deaf = self.run_it("analyze", "--gate=0", "-m", MODEL, "-m", MODEL, *options[-1:])[1]
            for row in csv.DictReader(io.StringIO(deaf)):
                self.assertEqual([row["vae-attentive." + name] for name in SIDE[:4]], 4 * [""])
            status, out, said = self.run_it("analyze", "-s", "-m", MODEL, "-m", MODEL, *options)
            first, second = out.splitlines()
            self.assertEqual(second, "  vae-attentive: " + re.search(
                r"valence .*?\)", first)[0])

    def are_read(self, pipe, child, seconds):
        """Whether somebody opens the pipe to read it; its other end stays open."""
        end = time.monotonic() + seconds
        while child.poll() is None and time.monotonic() < end:
            try:
                self.addCleanup(os.close, os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
                return True
            except OSError:  # nobody yet
                time.sleep(0.01)
        return False

    def test_as_many_files_are_read_at_a_time_as_asked_for(self):
        for command in ("analyze", "features"):
            for jobs in (1, 3):
                pipes = [self.at(f"{command}{jobs}{i}.wav") for i in range(jobs + 1)]
                for pipe in pipes:
                    os.mkfifo(pipe)
                options = [f"-j{jobs}", "-o", self.at("out/")]
                with subprocess.Popen([PROGRAM, command, *options, *pipes],
                                      env=dict(os.environ, CIRCUMPLEX_MODEL=MODEL)) as child:
                    read = [self.are_read(pipe, child, 100) for pipe in pipes[:jobs]]
                    read.append(self.are_read(pipes[jobs], child, 0.2))
                    child.kill()
                self.assertEqual(read, jobs * [True] + [False], (command, jobs))

    def test_a_table_that_cannot_be_written_is_the_only_one_missing(self):
        wav(self.at("in", "b.wav"), 1, 330)
        os.mkdir(self.at("out"))
        with open(self.at("out", "a.csv"), "wb") as file:
            file.write(b"mine")
        os.chmod(self.at("out", "a.csv"), 0o444)
        command = ("analyze", "in", "-o", "out", "-s")
        status, out, said = self.run_it(*command)
        self.assertEqual((status, said.splitlines()), (1, [
            "circumplex: in/a.wav: out/a.csv: is a read-only file; --force replaces it",
            "circumplex: 1 file read, 1 failed"]))
        self.assertTrue(out.startswith("in/b.wav: 0:01, valence "), out)
        self.assertEqual(sorted(os.listdir(self.at("out"))), ["a.csv", "b.csv"])
        self.assertEqual(read(self.at("out", "a.csv")), b"mine")
        self.assertEqual(self.run_it(*command, "--force")[0], 0)
        self.assertTrue(read(self.at("out", "a.csv")).startswith(b"time_s,"))
        # The same for pictures, and for a temporary file that is not the program's.
        command = ("analyze", "-q", self.sound, "--plot")
        status, out, said = self.run_it(*command, "p.svg")
        if "has no pictures" not in said:
            os.chmod(self.at("p.svg"), 0o444)
            self.assertEqual(self.run_it(*command, "p.svg")[::2], (
                1, "circumplex: p.svg: is a read-only file; --force replaces it\n"))
            self.assertEqual(self.run_it(*command, "p.svg", "--force"), (0, "", ""))
        os.symlink("a.csv", self.at("out", "c.csv.part"))
        status, out, said = self.run_it("analyze", "-q", self.sound, "-o", "out/c.csv")
        self.assertEqual((status, os.readlink(self.at("out", "c.csv.part"))), (1, "a.csv"))
        self.assertIn("circumplex: out/c.csv: ", said)

    def test_features_of_damaged_and_unreadable_files_are_reported(self):
        self.make_mixed_folder()
        status, out, said = self.run_it("features", "-q", "-j1", "in", "-o", "f/")
        self.assertEqual((status, out, sorted(os.listdir(self.at("f")))),
                         (1, "", ["a.safetensors", "cut.safetensors"]))
        bad, cut = said.splitlines()
        self.assertTrue(bad.startswith("circumplex: in/bad.wav: not a sound file"), bad)
        self.assertEqual(cut, f"circumplex: in/cut.wav: {CUT}")
        os.chmod(self.at("f", "a.safetensors"), 0o444)
        command = ("features", self.sound, "-o", "f")
        self.assertEqual(self.run_it(*command), (
            1, "", "circumplex: f/a.safetensors: is a read-only file; --force replaces it\n"))
        self.assertEqual(self.run_it(*command, "--force"), (0, "", ""))
        wav(self.at("brief.wav"), 0.45, 220)
        self.assertEqual(self.run_it("features", "brief.wav", "-o", "f"),
                         (1, "", "circumplex: brief.wav: is shorter than one hop of 0.5 s\n"))
        self.assertFalse(os.path.exists(self.at("f", "brief.safetensors")))

    def test_each_model_has_columns_of_its_own(self):
        static = ["static-tnn." + name for name in SIDE[:4]]
        for models, first, last in (
            ((STATIC,), ["time_s", *SIDE[:4]], ["complete", "model", "model_hash"]),
            ((STATIC, STATIC), ["time_s", *SIDE[:4], *static],
             ["complete", "model", "model_hash", "static-tnn.model_hash"]),
            ((STATIC, MODEL), ["time_s", *SIDE], [*static, "complete", "model", "model_hash",
                                                  "static-tnn.model_hash"]),
        ):
            options = [word for model in models for word in ("-m", model)]
            header, *rows = self.run_it("analyze", *options, self.sound)[1].splitlines()
            header = header.split(",")
            self.assertEqual((header[:len(first)], header[-len(last):]), (first, last))
            if MODEL not in models:
                self.assertEqual((header, len(rows)), (first + last, 1))
            hashes = [re.search("hash +(.*)", self.run_it("model", "info", model)[1])[1]
                      for model in sorted(models, key=[MODEL, STATIC].index)]
            for row in csv.DictReader(io.StringIO("\n".join([",".join(header), *rows]))):
                self.assertEqual([text for name, text in row.items() if name.endswith("hash")],
                                 hashes)

    def test_a_picture_is_named_by_the_file_alone(self):
        os.mkdir(self.at("other"))
        os.link(self.sound, self.at("other", "a.wav"))
        os.link(self.sound, self.at("b.wav"))
        pictures = []
        for sound in (self.sound, self.at("other", "a.wav"), self.at("b.wav")):
            said = self.run_it("analyze", "--plot", "x.png", sound)[2]
            if "has no pictures" in said:
                self.skipTest("this build has no pictures")
            pictures.append(read(self.at("x.png")))
        self.assertEqual(pictures[0], pictures[1])
        self.assertNotEqual(pictures[0], pictures[2])
        # The only half second of a sound is shown.
        for option in ("--plot", "--attention"):
            pictures = []
            for silent in ((0, 0), (0, 1)):
                wav(self.sound, 0.5, 220, silent=silent)
                self.assertEqual(self.run_it("analyze", option, "x.png", self.sound), (0, "", ""))
                pictures.append(read(self.at("x.png")))
            self.assertNotEqual(pictures[0], pictures[1])

    def test_files_come_from_arguments_folders_and_lists(self):
        os.link(self.sound, self.at("b.wav"))
        os.link(self.sound, self.at("in", "film.mp4"))
        with open(self.at("list.txt"), "w", encoding="ascii") as out:
            out.write("b.wav\n")
        for options, names in (((), ["in/a.wav"]), (("--list=list.txt",), ["b.wav", "in/a.wav"]),
                               (("--video",), ["in/a.wav", "in/film.mp4"])):
            status, out, said = self.run_it("analyze", "-q", "-s", "in", *options)
            self.assertEqual((status, said), (0, ""))
            self.assertEqual(sorted(line.split(":")[0] for line in out.splitlines()), names)

    def test_a_path_with_a_line_end_is_in_no_playlist(self):
        wav(self.at("in", "b\nc.wav"), 3, 330)
        self.assertEqual(self.run_it("library", "add", "-q", "--db=l.db", "in"), (0, "", ""))
        status, out, said = self.run_it("library", "list", "--db=l.db", "--m3u=-")
        self.assertEqual((status, out), (1, f"#EXTM3U\n#EXTINF:3,a\n{self.sound}\n"))
        self.assertEqual(said, "circumplex: 'b c' is left out of the playlist: its path has a line "
                               "end in it\n")

    def test_a_format_does_not_add_rows_to_a_summary(self):
        told = self.run_it("analyze", "-s", self.sound)
        self.assertEqual((told[0], told[1].count("\n"), told[2]), (0, 1, ""))
        self.assertEqual(self.run_it("analyze", "-s", "-f", "csv", self.sound), told)

    def test_a_document_that_is_there_is_not_made_again(self):
        command = ("analyze", "-q", self.sound, "--resume", "-o")
        for name in ("x.jams", "x.svl"):
            self.assertEqual(self.run_it(*command, name), (0, "", ""))
            if name.endswith("jams"):
                about = json.loads(read(self.at(name)))["file_metadata"]
                self.assertEqual((about["title"], about["duration"]), ("a.wav", 3))
            else:
                self.assertIn(b'start="0" end="24000" ', read(self.at(name)))
            before = os.stat(self.at(name))
            self.assertEqual(self.run_it(*command, name), (0, "", ""))
            after = os.stat(self.at(name))
            self.assertEqual((after.st_ino, after.st_mtime_ns), (before.st_ino, before.st_mtime_ns))
            os.unlink(self.at(name))
            self.assertEqual(self.run_it(*command, name), (0, "", ""))
            self.assertGreater(len(read(self.at(name))), 100)

    def test_each_file_has_a_line_of_its_own_by_the_static_model(self):
        status, out, said = self.run_it("analyze", "-m", STATIC, "-s", self.sound)
        self.assertEqual((status, said), (0, ""))
        self.assertRegex(out, rf"^{re.escape(self.sound)}:  static-\w+: valence [+-]\d\.\d\d, "
                              r"arousal [+-]\d\.\d\d \((Q[1-4]|neutral), \w+\)\n$")

    def test_a_model_is_described_line_by_line(self):
        status, out, said = self.run_it("model", "info", MODEL, STATIC)
        self.assertEqual((status, said), (0, ""))
        own, static = out.split("\n\n")
        own = re.sub("compute .*", "compute      ?", own)
        self.assertEqual(own.splitlines(), [
            f"file         {MODEL}",
            "name         vae-attentive",
            "description  random weights",
            "licence      CC0-1.0",
            f"hash         {re.search('hash +([0-9a-f]{16})', own)[1]}",
            "front end    16 mel bands, 30 to 10000 Hz",
            "encoder      vae",
            "temporal     attentive-lstm, 11 hidden, 13 inputs",
            "attention    6 hops (3 s)",
            "parameters   9472",
            "bytes        75264",
            "compute      ?"])
        self.assertRegex(static, "static +one reading a song, the mean of windows of 10 s\n")
        self.assertEqual(self.run_it("model", "info"), self.run_it("model", "info", MODEL))
        self.assertEqual(self.run_it("model", "check", MODEL, STATIC),
                         (0, f"{MODEL}: good\n{STATIC}: good\n", ""))
        self.assertRegex(self.run_it("model", "check", "lstm")[1], r"^/.*/lstm\..*: good\n$")

    def test_wrong_usage_points_to_the_help(self):
        for arguments, said in (
            (["dance"], "there is no command 'dance'\nTry 'circumplex --help'.\n"),
            (["library", "dance"],
             "there is no library command 'dance'\nTry 'circumplex library --help'.\n"),
            (["analyze"], "no sound file is named\nTry 'circumplex analyze --help'.\n"),
            (["library", "show"], "no song is named\nTry 'circumplex library show --help'.\n"),
        ):
            self.assertEqual(self.run_it(*arguments), (2, "", "circumplex: " + said))
        for arguments in ([], ["library"]):
            status, out, said = self.run_it(*arguments)
            self.assertEqual((status, out), (2, ""))
            self.assertEqual(self.run_it(*arguments, "--help"), (0, said, ""))
            self.assertEqual(self.run_it(*arguments, "-h"), (0, said, ""))
        self.assertEqual(self.run_it("-V"), self.run_it("--version"))

    def test_features_say_what_part_they_are_of(self):
        out = self.at("f.safetensors")
        wav(self.sound, 3.25, 220)
        for options, start, duration in (((), "0", "3.25"), (("--from=0.5",), "0.5", "2.75"),
                                         (("--start=1", "--to=2.5"), "1", "1.5")):
            self.assertEqual(self.run_it("features", *options, "--fmin=40", "--fmax=3000",
                                         "-o", out, self.sound), (0, "", ""))
            data = read(out)
            about = json.loads(data[8:8 + struct.unpack("<Q", data[:8])[0]])["__metadata__"]
            self.assertEqual([about[key] for key in ("start", "duration", "rate", "fmin", "fmax",
                                                     "file")],
                             [start, duration, "8000", "40", "3000", self.sound])

    def test_a_signal_ends_the_program_as_the_shell_expects(self):
        wav(self.sound, 60, 220)
        for number in (signal.SIGINT, signal.SIGTERM):
            with subprocess.Popen([PROGRAM, "live", "--lines", self.sound], stdout=subprocess.PIPE,
                                  env=dict(os.environ, CIRCUMPLEX_MODEL=MODEL)) as child:
                self.assertIn(b"valence", child.stdout.readline())
                child.send_signal(number)
                self.assertEqual(child.wait(300), 130)

    def test_live_says_what_analyze_says(self):
        wav(self.at("long.wav"), 9, 330, silent=(3, 6))
        for model in (MODEL, "lstm"):
            status, out, said = self.run_it("live", "--speed=0", "-m", model, "long.wav")
            self.assertEqual((status, said), (0, ""))
            text = self.run_it("analyze", "-f", "json", "-m", model, "long.wav")[1]
            rows = json.loads(text)["files"][0]["rows"]
            after = "silent"
            for line, row in zip(out.splitlines(), rows, strict=True):
                is_silent = row["state"] == "silent"
                begin = f"{row['time_s']:7.1f} s  " + "  ".join(
                    f"{axis} " + ("    -" if is_silent else f"{row[axis]:+.2f}")
                    for axis in ("valence", "arousal")) + f"  {row['quadrant'] or '':7} "
                end = f" {row['state']:8} {row['loudness_lufs']:6.1f} LUFS"
                self.assertEqual((line[:len(begin)], line[-len(end):]), (begin, end))
                word = line[len(begin):-len(end)].strip()
                if after == "silent":  # else a word may stay for a while
                    self.assertEqual(word, row["word"] or "silence")
                after = row["state"]
        wav(self.at("cut.wav"), 4, 330, part=0.5)
        status, out, said = self.run_it("live", "--speed=0", "cut.wav")
        self.assertEqual((status, len(out.splitlines()), said),
                         (1, 3, f"circumplex: cut.wav: {CUT}\n"))

    def test_a_terminal_has_only_what_it_can_show(self):
        for place, is_plain in (("C", True), ("C.UTF-8", False)):
            for colour in ({}, {"NO_COLOR": "1"}):
                shown = self.at_terminal("live", "--speed=0", self.sound, LC_ALL=place, **colour)
                self.assertEqual(shown.isascii(), is_plain)
                self.assertEqual("\x1b[38;5;" in shown, not colour)

    def at_terminal(self, *arguments, **environment):
        """What is shown on a terminal."""
        own = {name: text for name, text in os.environ.items() if name != "NO_COLOR"}
        own |= {"CIRCUMPLEX_MODEL": MODEL, "TERM": "xterm", **environment}
        shown, status = terminal.shown([PROGRAM, *arguments], own)
        self.assertEqual(status, 0)
        return shown.decode()

    def test_the_page_of_live_leaves_the_terminal_as_it_was_and_a_last_line(self):
        shown = self.at_terminal("live", "--speed=0", self.sound)
        self.assertTrue(shown.startswith("\x1b[?1049h\x1b[?25l\x1b[2J\x1b[H"))
        self.assertIn("a.wav  0:03 / 0:03  model vae-attentiv  q: quit", shown)
        line = shown.split("\x1b[?25h\x1b[?1049l")[1]  # the cursor, then the page before
        self.assertRegex(line, r"^ +3\.0 s  valence [+-]0\.\d\d +arousal .* LUFS\n$")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[4:])
