#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Odd files, lists and ends: `circumplex` must handle them correctly or report them.

Run as: test_files.py PROGRAM MODEL [CLASS...].  FFmpeg's program makes most of the files; tests
that need it skip without.
"""
import array
import csv
import io
import json
import math
import os
import pty
import shutil
import signal
import stat
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unittest

import terminal

PROGRAM, MODEL = sys.argv[1:3]
FFMPEG = shutil.which("ffmpeg")
SECONDS, RATE = 16, 22050
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
# An interrupted program may end while a thread waits for a file: this is intended.
ENVIRONMENT = dict(os.environ, CIRCUMPLEX_MODEL=MODEL,
                   TSAN_OPTIONS=os.environ.get("TSAN_OPTIONS", "") + ":report_thread_leaks=0")


def run(*arguments, **more):
    more.setdefault("timeout", 300)
    return subprocess.run(
        [PROGRAM, *arguments], capture_output=True, env=ENVIRONMENT, check=False, **more
    )


def music():
    """Two channels of a chord that swells, with beats."""
    out = array.array("h")
    for i in range(SECONDS * RATE):
        t = i / RATE
        swell = (0.3 + 0.7 * i / (SECONDS * RATE)) * math.exp(-4 * (t % 0.4))
        left = sum(math.sin(2 * math.pi * 220 * k * t) for k in (1, 1.26, 1.5))
        out.append(int(8000 * swell * left / 3))
        out.append(int(8000 * swell * (left + math.sin(2 * math.pi * 90 * t)) / 4))
    return out


def header(size, riff=None, bits=16):
    rate = RATE * 2 * bits // 8
    chunk = b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 2, RATE, rate, 2 * bits // 8, bits)
    return (b"RIFF" + struct.pack("<I", size + 36 if riff is None else riff) + chunk + b"data" +
            struct.pack("<I", size))


def read(name):
    with open(name, "rb") as file:
        return file.read()


def write(name, data):
    with open(name, "wb") as file:
        file.write(data)


def size_of(path):
    try:
        return os.path.getsize(path)
    except OSError:
        return 0  # does not exist yet, or no longer


def until_it_catches(number, child):
    """Wait until the program handles that signal; before, the signal would end it."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        with open(f"/proc/{child.pid}/status", encoding="ascii", errors="replace") as status:
            caught = next(line for line in status if line.startswith("SigCgt:")).split()[1]
        if int(caught, 16) >> (number - 1) & 1:
            return
        time.sleep(0.01)


class Kit(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.holder = tempfile.TemporaryDirectory(dir=MEMORY)
        cls.sounds = cls.holder.name
        cls.pcm = music().tobytes()
        cls.base = os.path.join(cls.sounds, "base.wav")
        write(cls.base, header(len(cls.pcm)) + cls.pcm)
        cls.reading = cls.summary(cls.base)

    @classmethod
    def tearDownClass(cls):
        cls.holder.cleanup()

    def setUp(self):
        folder = tempfile.TemporaryDirectory(dir=MEMORY)
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def at(self, *names):
        return os.path.join(self.folder, *names)

    def make(self, name, *options, source=None):
        """A file that FFmpeg makes of the music, once."""
        if FFMPEG is None:
            self.skipTest("there is no ffmpeg")
        path = os.path.join(self.sounds, name)
        if not os.path.exists(path):
            subprocess.run(
                [FFMPEG, "-v", "error", "-y", "-i", source or self.base, *options, path], check=True
            )
        return path

    @staticmethod
    def summary(path, *options):
        done = run("analyze", "-q", "-f", "json", *options, path)
        if done.returncode not in (0, 1) or not done.stdout:
            raise AssertionError((path, done))
        file = json.loads(done.stdout)["files"][0]
        file["said"], file["status"] = done.stderr.decode(), done.returncode
        return file

    def check_whole(self, path, times=1, tolerance=0.02, **expected):
        file = self.summary(path)
        self.assertEqual((file["status"], file["said"], file["complete"]), (0, "", True), path)
        self.assertAlmostEqual(file["duration_s"], times * SECONDS, delta=0.7 * times, msg=path)
        if times == 1:
            for key in ("mean_valence", "mean_arousal"):
                self.assertAlmostEqual(file[key], self.reading[key], delta=tolerance, msg=path)
        return file

    def check_part(self, path, word, least=0.0):
        file = self.summary(path)
        self.assertEqual((file["status"], file["complete"]), (1, False), path)
        self.assertIn(word, file["damage"], path)
        self.assertIn(word, file["said"], path)
        self.assertGreater(file["duration_s"], least, path)
        return file

    def has_ffmpeg_libraries(self):
        path = os.path.join(self.sounds, "probe.m4a")
        write(path, b"rubbish")
        return b"without FFmpeg" not in run("analyze", "-q", "-s", path).stderr

    # What people have

    LOSSLESS = (
        ("x.flac",),
        ("x24.wav", "-c:a", "pcm_s24le"),
        ("xf.wav", "-c:a", "pcm_f32le"),
        ("x.aiff",),
        ("x.au",),
        ("x.caf",),
        ("x.w64",),
        ("rf64.wav", "-rf64", "always"),
        ("x.voc", "-c:a", "pcm_s16le"),
        ("x.wv",),
        ("x.tta",),
        ("alac.m4a", "-c:a", "alac"),
        ("flac.mka", "-c:a", "flac"),
    )
    LOSSY = (
        ("x.ogg", "-q:a", "9"),
        ("x.mp3", "-b:a", "160k"),
        ("x.m4a", "-b:a", "160k"),
        ("x.mp4", "-b:a", "160k"),
        ("x.mkv", "-c:a", "aac", "-b:a", "160k"),
        ("x.wma", "-b:a", "192k"),
        ("x.mp2", "-b:a", "160k"),
        ("x.aac", "-b:a", "160k"),
        ("x.ts", "-c:a", "aac", "-b:a", "160k"),
        ("x.avi", "-c:a", "libmp3lame", "-b:a", "160k"),
        ("bare.mp3", "-b:a", "160k", "-write_xing", "0"),
        ("x.ac3", "-ar", "44100", "-b:a", "448k"),
        ("x.eac3", "-ar", "44100", "-b:a", "448k"),
        ("x.dts", "-ar", "44100", "-strict", "-2", "-b:a", "768k"),
        ("x.opus", "-b:a", "256k"),
        ("x.webm", "-c:a", "libopus", "-b:a", "256k"),
    )

    def frames(self, path):
        """Level of each frame of 20 ms."""
        out = self.at("frames.safetensors")
        done = run("features", "-q", "-o", out, path)
        self.assertEqual(done.returncode, 0, (path, done.stderr))
        data = read(out)
        size = struct.unpack("<Q", data[:8])[0]
        about = json.loads(data[8:8 + size])["logmel"]
        begin, end = about["data_offsets"]
        values = array.array("f", data[8 + size + begin:8 + size + end])
        bands = about["shape"][2]
        return [sum(values[i:i + 20]) / 20 for i in range(0, len(values), bands)]


class Sounds(Kit):
    def test_a_folder_of_all_formats_gives_equal_readings(self):
        if not self.has_ffmpeg_libraries():
            self.skipTest("built without FFmpeg's libraries")
        os.mkdir(self.at("all"))
        for name, *options in self.LOSSLESS + self.LOSSY:
            os.link(self.make(name, *options), self.at("all", name))
        done = run("analyze", "--video", "-f", "jsonl", self.at("all"))
        files = {os.path.basename(f["file"]): f for f in map(json.loads, done.stdout.splitlines())}
        said = f"circumplex: {len(self.LOSSLESS + self.LOSSY)} files read\n"
        self.assertEqual((done.returncode, done.stderr.decode()), (0, said))
        for name, *_ in self.LOSSLESS + self.LOSSY:
            tolerance = 1e-6 if (name,) in [f[:1] for f in self.LOSSLESS] else 0.01
            self.assertTrue(files[name]["complete"], name)
            for key in ("mean_valence", "mean_arousal"):
                self.assertAlmostEqual(
                    files[name][key], self.reading[key], delta=tolerance, msg=name
                )

    def test_sound_begins_at_its_first_sample_whatever_the_coder(self):
        """Samples that coders put before the sound would shift the attacks and the hops."""
        if not self.has_ffmpeg_libraries():
            self.skipTest("built without FFmpeg's libraries")
        shift = 4 * (RATE // 200)  # bytes of 5 ms
        shifted = []
        for name, pcm in (
            ("early", self.pcm[shift:]),
            ("late", bytes(shift) + self.pcm),
            ("own", self.pcm),
        ):
            write(self.at(name + ".wav"), header(len(pcm)) + pcm)
            shifted.append(self.frames(self.at(name + ".wav")))
        for name, *options in self.LOSSY:
            other = self.frames(self.make(name, *options))
            far = [sum(abs(a - b) for a, b in zip(own, other)) / len(other) for own in shifted]
            self.assertLess(far[2], min(far[:2]), (name, far))

    def test_formats_that_this_build_cannot_read_are_counted(self):
        if self.has_ffmpeg_libraries():
            self.skipTest("built with FFmpeg's libraries")
        for name in ("a.m4a", "b.m4a", "c.WMA", "d.ape"):
            write(self.at(name), b"x")
        shutil.copy(self.base, self.at("x.wav"))
        done = run("analyze", "-s", self.folder)
        self.assertEqual((done.returncode, done.stdout.count(b"valence")), (1, 1))
        self.assertIn(
            b"1 file read; skipped 2 m4a, 1 ape, 1 wma (built without FFmpeg)", done.stderr
        )
        done = run("library", "add", "--db=" + self.at("l.db"), self.folder)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"2 m4a, 1 ape, 1 wma (built without FFmpeg)", done.stdout)

    def test_joined_files_are_read_to_their_end(self):
        for name, *options in (("x.ogg",), ("x.opus",), ("x.mp3",), ("x.flac",)):
            data = read(self.make(name, *options))
            write(self.at("joined-" + name), data + data)
            self.check_whole(self.at("joined-" + name), times=2)
        bare = self.make("plain.mp3", "-b:a", "128k", "-write_xing", "0", "-id3v2_version", "0")
        for first, second in ((self.make("x.mp3"), bare), (bare, bare), (bare, self.make("x.mp3"))):
            write(self.at("mixed.mp3"), read(first) + read(second))
            self.check_whole(self.at("mixed.mp3"), times=2)
        names = ["base.wav", "x.aiff", "x.au", "x.caf", "x.w64", "rf64.wav"]
        if self.has_ffmpeg_libraries():
            names += ["x.tta", "x.wv", "x.wma", "x.m4a", "alac.m4a"]
        options = {name: more for name, *more in self.LOSSLESS + self.LOSSY}
        for name in names:
            data = read(self.make(name, *options.get(name, ())))
            write(self.at("joined-" + name), 2 * data)
            self.check_whole(self.at("joined-" + name), times=2)
            if not name.endswith("m4a"):  # a part of MP4 without its end cannot be opened
                write(self.at("cut-" + name), data + data[:len(data) // 2])
                least = SECONDS if name == "x.caf" else 1.3 * SECONDS
                self.check_part(self.at("cut-" + name), " ", least=least - 1)
                write(self.at("lost-" + name), data[:len(data) // 2] + data)
                self.check_part(self.at("lost-" + name), "damaged")
        if self.has_ffmpeg_libraries():  # FFmpeg alone stops after two of them
            write(self.at("three.mka"), 3 * read(self.make("one.mka", "-c:a", "flac")))
            self.check_whole(self.at("three.mka"), times=3)
        live = run("live", "--speed=0", "--lines", self.at("cut-x.aiff"))
        self.assertEqual(live.returncode, 1)
        self.assertIn(b"is cut off: only 0:2", live.stderr)
        added = run("library", "add", "--db=" + self.at("l.db"), self.at("lost-x.au"))
        self.assertEqual(added.returncode, 1)
        self.assertIn(b"1 song read (1 in part)", added.stdout)

    def test_cut_files_are_read_as_far_as_possible_and_reported(self):
        data = read(self.base)
        write(self.at("cut.wav"), data[:len(data) // 2])
        file = self.check_part(self.at("cut.wav"), "0:07 of 0:15")
        self.assertAlmostEqual(file["duration_s"], SECONDS / 2, delta=0.1)
        out = self.at("cut.safetensors")
        done = run("features", "-q", self.at("cut.wav"), "-o", out)
        self.assertEqual((done.returncode, os.path.exists(out)), (1, True))
        self.assertIn(b"cut.wav: is cut off: only 0:07 of 0:15", done.stderr)
        names = ["x.flac", "x.ogg", "x.mp3", "x.aiff", "x.au"]
        for name in names + (["x.caf"] if self.has_ffmpeg_libraries() else []):
            data = read(self.make(name))
            write(self.at("cut-" + name), data[:len(data) // 2])
            self.check_part(self.at("cut-" + name), "cut off", least=5)
        if self.has_ffmpeg_libraries():
            for name, *options in self.LOSSY:
                if os.path.splitext(name)[1] in (
                    ".ac3",
                    ".ts",
                    ".avi",
                    ".mp2",
                    ".aac",
                    ".dts",
                    ".wma",
                    ".mkv",
                ):
                    data = read(self.make(name, *options))
                    write(self.at("cut-" + name), data[:len(data) * 3 // 5 | 1])
                    self.check_part(self.at("cut-" + name), " ", least=5)
            for name, *options in (("x.thd", "-c:a", "truehd"), ("x.mpg", "-c:a", "mp2")):
                data = read(self.make(name, *options, "-ar", "44100", "-strict", "-2"))
                write(self.at("cut-" + name), data[:len(data) * 3 // 5 | 1])
                self.check_part(self.at("cut-" + name), "cut off", least=5)
            write(self.at("tag.mp3"), b"ID3\3\0\0\0\x7f\x7f\x7f" + read(self.make("x.mp3")))
            self.assertIn(
                b"is cut off: it ends within the tag",
                run("analyze", "-q", self.at("tag.mp3")).stderr,
            )
        rows = list(
            csv.DictReader(io.StringIO(run("analyze", "-q", self.at("cut.wav")).stdout.decode()))
        )
        self.assertEqual({r["complete"] for r in rows}, {"false"})

    def test_mpeg_of_varying_bit_rate_is_read_to_its_end(self):
        if not self.has_ffmpeg_libraries():
            self.skipTest("built without FFmpeg's libraries")
        options = ("-af", "adelay=3000:all=1", "-q:a", "6")  # its first frames are the smallest
        bare = self.summary(self.make("vbr-bare.mp3", *options, "-write_xing", "0"))
        self.assertTrue(bare["complete"])
        self.assertAlmostEqual(bare["duration_s"], SECONDS + 3, delta=0.5)
        loud = ("-af", "areverse,apad=pad_dur=24", "-q:a", "6")  # its first frames are the largest
        bare = self.summary(self.make("loud-bare.mp3", *loud, "-write_xing", "0"))
        self.assertTrue(bare["complete"])
        self.assertAlmostEqual(bare["duration_s"], SECONDS + 24, delta=0.5)
        whole = read(self.make("vbr.mp3", *options))
        write(self.at("cut.mp3"), whole[: 3 * len(whole) // 4])
        cut = self.check_part(self.at("cut.mp3"), "cut off", 0.6 * SECONDS)
        self.assertRegex(cut["damage"], f"of 0:({SECONDS + 2}|{SECONDS + 3})")

    def test_damaged_files_are_read_and_reported(self):
        for name in ("x.mp3", "x.ogg"):
            data = read(self.make(name))
            third = len(data) // 3
            write(self.at("hole-" + name), data[:third] + bytes(5000) + data[third + 5000:])
            self.check_part(self.at("hole-" + name), "damaged", least=10)

    HOLED = (
        ("x.wma", "-b:a", "192k"),
        ("h.flv", "-c:a", "aac", "-b:a", "160k"),
        ("h3.flv", "-c:a", "libmp3lame", "-b:a", "128k"),
        ("x.avi", "-c:a", "libmp3lame", "-b:a", "160k"),
        ("v.avi", "-f", "lavfi", "-i", "testsrc=s=64x48:r=5", "-shortest", "-c:v", "mpeg4",
         "-c:a", "ac3"),
        ("h.mkv", "-c:a", "libmp3lame", "-q:a", "4"),
        ("h.webm", "-c:a", "libopus", "-b:a", "128k"),
        ("h.mp4", "-c:a", "libopus", "-b:a", "128k"),
        ("h.ts", "-c:a", "ac3", "-b:a", "192k"),
        ("h.mpg", "-c:a", "mp2", "-ar", "44100", "-b:a", "192k"),
        ("x.ac3", "-ar", "44100", "-b:a", "448k"),
        ("x.aac", "-b:a", "160k"),
        ("x.tta",),
    )

    def test_holes_are_reported_in_every_container(self):
        if not self.has_ffmpeg_libraries():
            self.skipTest("built without FFmpeg's libraries")
        for name, *options in self.HOLED:
            path = self.make(name, *options)
            self.check_whole(path, tolerance=0.05)
            data = read(path)
            begin = len(data) * 2 // 5
            for kind, hole in (("zero-", bytes(5000)), ("odd-", bytes(range(1, 251)) * 20)):
                write(self.at(kind + name), data[:begin] + hole + data[begin + 5000:])
                self.check_part(self.at(kind + name), "be read", least=8)

    def into_pipe(self, name, *options):
        """A file that FFmpeg writes without knowing its length."""
        self.make("x.flac")  # skips
        done = subprocess.run([FFMPEG, "-v", "error", "-i", self.base, *options, "-"], check=True,
                              capture_output=True)
        write(self.at(name), done.stdout)
        return self.at(name)

    def test_files_of_unknown_length_are_complete_unless_they_have_a_hole(self):
        if not self.has_ffmpeg_libraries():
            self.skipTest("built without FFmpeg's libraries")
        for name, *options in (("p.avi", "-c:a", "libmp3lame", "-f", "avi"),
                               ("p.rm", "-c:a", "ac3", "-ar", "44100", "-f", "rm"),
                               ("p.caf", "-c:a", "pcm_s16be", "-f", "caf"),
                               ("p.flv", "-c:a", "libmp3lame", "-f", "flv"),
                               ("p.mkv", "-c:a", "aac", "-f", "matroska")):
            self.check_whole(self.into_pipe(name, *options), tolerance=0.05)
        path = self.into_pipe("p.flac", "-f", "flac")
        self.check_whole(path, tolerance=1e-6)
        data = read(path)
        write(path, data[:len(data) // 2] + bytes(5000) + data[len(data) // 2 + 5000:])
        self.check_part(path, "damaged", least=10)

    def test_tags_after_frames_and_restarted_times_are_not_damage(self):
        if not self.has_ffmpeg_libraries():
            self.skipTest("built without FFmpeg's libraries")
        tag = b"TAG" + b"x" * 125
        ape = b"APETAGEX" + struct.pack("<IIII", 2000, 32, 0, 0) + bytes(8)
        made = {os.path.splitext(name)[1]: (name, *options) for name, *options in self.LOSSY}
        for ending in (".ac3", ".dts", ".aac", ".mp2"):
            data = read(self.make(*made[ending]))
            zeros = [("zeros", bytes(3000))] if ending != ".dts" else []
            for kind, tail in (("id3", tag), ("ape", ape), ("both", ape + tag), *zeros):
                write(self.at(kind + ending), data + tail)
                self.check_whole(self.at(kind + ending), tolerance=0.05)
        write(self.at("tag.wv"), read(self.make("x.wv")) + ape + tag)
        self.check_whole(self.at("tag.wv"), tolerance=1e-6)
        write(self.at("zeros.ts"), read(self.make(*made[".ts"])) + bytes(3000))
        self.check_whole(self.at("zeros.ts"), tolerance=0.05)
        for ending in (".ts", ".aac"):
            write(self.at("two" + ending), 2 * read(self.make(*made[ending])))
            self.check_whole(self.at("two" + ending), times=2)
        self.check_whole(self.make("x.roq", "-c:a", "roq_dpcm"), tolerance=0.05)

    def test_a_track_that_is_shorter_than_another_is_whole(self):
        """Most containers state only the length of the longest track."""
        if not self.has_ffmpeg_libraries():
            self.skipTest("built without FFmpeg's libraries")
        picture = ("-f", "lavfi", "-i", f"testsrc=s=64x48:r=5:d={2 * SECONDS}")
        for name, *options in (("long.mkv", "-c:v", "mpeg4"), ("long.flv", "-c:v", "flv"),
                               ("long.wmv", "-c:v", "wmv2"), ("long.avi", "-c:v", "mpeg4")):
            path = self.make(name, *picture, *options, "-b:a", "160k")
            self.check_whole(path, tolerance=0.05)
            write(self.at(name), read(path)[:os.path.getsize(path) // 3])
            self.check_part(self.at(name), "cut off", least=5)

    def test_sound_that_begins_late_is_whole(self):
        if not self.has_ffmpeg_libraries():
            self.skipTest("built without FFmpeg's libraries")
        for picture in (6, 2 * SECONDS):
            for ending, coder in (("avi", "mpeg4"), ("mkv", "mpeg4"), ("flv", "flv")):
                path = self.make(
                    f"late{picture}.{ending}", "-f", "lavfi", "-i",
                    f"testsrc=s=64x48:r=5:d={picture}", "-itsoffset", "5", "-i", self.base,
                    "-map", "1:v", "-map", "2:a", "-c:v", coder, "-b:a", "160k")
                self.check_whole(path, tolerance=0.05)

    def test_the_last_part_of_a_second_is_missed_if_the_length_is_known(self):
        if not self.has_ffmpeg_libraries():
            self.skipTest("built without FFmpeg's libraries")
        data = read(self.make("x.mkv", "-c:a", "aac", "-b:a", "160k"))
        write(self.at("x.mkv"), data[:-2000])
        self.check_part(self.at("x.mkv"), "cut off", least=SECONDS - 1)

    def test_a_lost_frame_of_flac_is_told(self):
        data = read(self.make("x.flac"))
        third = len(data) // 3
        write(self.at("lost.flac"), data[:third] + data[third + 3000:])
        # libsndfile alone stops at the hole.
        least = 10 if self.has_ffmpeg_libraries() else SECONDS / 4
        self.check_part(self.at("lost.flac"), "be read", least=least)

    def test_a_changed_byte_is_told_by_its_frames_checksum(self):
        if not self.has_ffmpeg_libraries():
            self.skipTest("built without FFmpeg's libraries")
        data = bytearray(read(self.make("x.ac3", "-ar", "44100", "-b:a", "448k")))
        data[len(data) // 2 + 10] ^= 0x55
        write(self.at("x.ac3"), data)
        self.check_part(self.at("x.ac3"), "damaged", least=SECONDS - 1)

    def test_two_tags_before_flac_do_no_harm(self):
        tag = b"ID3\3\0\0\0\0\0\x0a" + bytes(10)
        write(self.at("tags.flac"), 2 * tag + read(self.make("x.flac")))
        self.check_whole(self.at("tags.flac"), tolerance=1e-6)

    def test_other_bytes_before_a_file_are_named_as_the_reason(self):
        names = ["base.wav", "x.flac", "x.ogg", "x.aiff", "x.caf"]
        if self.has_ffmpeg_libraries():
            names += ["x.m4a", "x.wv", "x.tta", "x.wma"]
        tag = b"ID3\3\0\0\0\0\7\x76" + bytes(range(250)) * 4 + bytes(14)
        for name in names:
            data = read(self.make(name))
            for before in (bytes(4096), b"\r\n"):
                write(self.at("late-" + name), before + data)
                done = run("analyze", "-q", self.at("late-" + name))
                self.assertEqual((done.returncode, done.stdout), (1, b""), name)
                self.assertIn(b"has %d other bytes before the beginning" % len(before), done.stderr)
            write(self.at("tag-" + name), tag + data)  # but a tag is read past
            self.check_whole(self.at("tag-" + name), tolerance=0.05)
        text = b"Notes on the PLATFORM, and more text\n" * 9
        for other in (bytes(9000), text, tag + b"\0\0\0\x18ftypM4A " + bytes(2000)):
            write(self.at("none.wav"), other)
            self.assertIn(b"not a sound file", run("analyze", self.at("none.wav")).stderr)

    def test_an_ogg_page_with_a_wrong_checksum_is_reported(self):
        """Decoders skip such a page without an error."""
        for name in ("x.ogg", "x.opus"):
            data = bytearray(read(self.make(name)))
            pages = [i for i in range(len(data)) if data[i:i + 4] == b"OggS"]
            for page in (len(pages) // 2, len(pages) - 1):
                broken = bytearray(data)
                body = pages[page] + 27 + data[pages[page] + 26]
                broken[body + 5] ^= 0xFF
                write(self.at("broken-" + name), broken)
                self.check_part(self.at("broken-" + name), "damaged", least=10)

    def test_a_tag_before_an_mp4_is_skipped(self):
        if not self.has_ffmpeg_libraries():
            self.skipTest("built without FFmpeg's libraries")
        tag = b"ID3\3\0\0\0\0\0\x0a" + bytes(10)
        write(self.at("id3.m4a"), tag + read(self.make("x.m4a", "-b:a", "160k")))
        self.check_whole(self.at("id3.m4a"))

    def test_other_bytes_after_the_end_are_ignored(self):
        plain = self.make("plain.mp3", "-b:a", "128k", "-write_xing", "0", "-id3v2_version", "0")
        for name, tail in (
            ("zeros", bytes(3000)),
            ("tag", b"TAG" + bytes(125)),
            ("page", b"<html>" * 500),
            ("lyrics", b"LYRICSBEGIN" + b"IND0000210" + b"000030LYRICS200" + b"TAG" + bytes(125)),
        ):
            path = self.at(name + ".mp3")
            write(path, read(plain) + tail)
            self.check_whole(path, tolerance=0.06)

    def test_streams_of_unknown_length_are_read(self):
        for name, size, riff in (
            ("zero", 0, 0),
            ("most", 0xFFFFFFFF, 0xFFFFFFFF),
            ("half", 0x7FFFF000, 0x7FFFF024),
        ):
            write(self.at(name + ".wav"), header(size, riff) + self.pcm)
            self.check_whole(self.at(name + ".wav"), tolerance=1e-6)
        samples = array.array("h", self.pcm)
        samples.byteswap()
        for size in (0, 0xFFFFFFFF):
            head = b".snd" + struct.pack(">5I", 24, size, 3, RATE, 2)
            write(self.at("stream.au"), head + samples.tobytes())
            self.check_whole(self.at("stream.au"), tolerance=1e-6)

    def test_a_tag_before_a_wave_is_skipped(self):
        write(self.at("id3.wav"), b"ID3\3\0\0\0\0\0\x0a" + bytes(10) + read(self.base))
        self.assertEqual(
            self.check_whole(self.at("id3.wav"), tolerance=1e-6)["duration_s"], SECONDS
        )

    def test_rates_beyond_the_engines_are_converted(self):
        if not self.has_ffmpeg_libraries():
            self.skipTest("built without FFmpeg's libraries")
        high = self.check_whole(self.make("384.wav", "-ar", "384000"), tolerance=0.05)
        self.assertEqual(high["rate"], 96000)  # a quarter
        self.check_whole(self.make("6.wav", "-ar", "6000"), tolerance=0.5)
        data = bytearray(read(self.base))
        data[24:28] = struct.pack("<I", 2 ** 31 - 1)
        write(self.at("1.wav"), data)
        done = run("analyze", "-q", self.at("1.wav"))
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertIn(b"sample rate of 2147483647 Hz; 1000 Hz to 100 MHz", done.stderr)
        data[24:28] = struct.pack("<I", 1)
        write(self.at("1.wav"), data)
        done = run("analyze", "-q", self.at("1.wav"))
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertIn(b"sample rate of 1 Hz", done.stderr)

    def test_cut_files_are_stored_as_damaged_and_listed(self):
        data = read(self.base)
        write(self.at("cut.wav"), data[:len(data) // 2])
        db = "--db=" + self.at("l.db")
        done = run("library", "add", db, self.at("cut.wav"))
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"1 song read (1 in part)", done.stdout)
        self.assertIn(b"cut off: only 0:07 of 0:15", run("library", "list", "--damaged", db).stdout)
        write(self.at("cut.wav"), data)
        self.assertEqual(run("library", "add", db, self.at("cut.wav")).returncode, 0)
        self.assertEqual(run("library", "list", "--damaged", db).stdout, b"")


class Lists(Kit):
    def test_a_folder_says_what_was_left_out_and_why(self):
        shutil.copy(self.base, self.at("a.wav"))
        shutil.copy(self.base, self.at("b.wav"))
        os.mkfifo(self.at("c.wav"))
        write(self.at("film.mp4"), b"")
        write(self.at("cover.jpg"), b"")
        os.mkdir(self.at("live"))
        shutil.copy(self.base, self.at("live", "x.wav"))
        os.symlink(self.folder, self.at("live", "loop"))
        os.symlink(self.at("live"), self.at("again"))
        write(self.at(".circumplexignore"), b"# no copies\nb.*\n")
        begun = time.monotonic()
        done = run("analyze", "-s", self.folder)
        self.assertLess(time.monotonic() - begun, 200)
        said = done.stderr.decode()
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout.count(b"valence"), 2)
        for part in (
            "c.wav: is not a regular file",
            "2 files read",
            "1 jpg (not sound)",
            "1 mp4 (video",
            "1 wav (excluded)",
        ):
            self.assertIn(part, said)
        done = run("analyze", "-s", "--exclude", "live", "--exclude", "again", self.folder)
        self.assertEqual(done.stdout.count(b"valence"), 1)
        self.assertIn(b"2 folders (excluded)", done.stderr)

    def test_a_fifo_that_nobody_writes_ends_with_the_first_interrupt(self):
        os.mkfifo(self.at("x.wav"))
        for command in (["analyze", "-s", "-j2"], ["features", "-o", self.at("out") + "/"]):
            with subprocess.Popen([PROGRAM, *command, self.at("x.wav"), self.base], env=ENVIRONMENT,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
                until_it_catches(signal.SIGINT, child)
                time.sleep(1)
                child.send_signal(signal.SIGINT)
                self.assertEqual(child.wait(300), 130, command)

    def test_lists_may_be_ended_by_nul_or_be_playlists(self):
        paths = [self.at("a.wav"), self.at("b c.wav")]
        for path in paths:
            shutil.copy(self.base, path)
        write(
            self.at("list.m3u"),
            b"\xef\xbb\xbf#EXTM3U\r\n#EXTINF:1,A\r\na.wav\r\n\r\n"
            + os.fsencode(paths[1])
            + b"\r\n",
        )
        done = run("analyze", "-s", "-q", "--list", self.at("list.m3u"))
        self.assertEqual((done.returncode, done.stdout.count(b"valence")), (0, 2), done.stderr)
        write(
            self.at("urls.m3u"),
            b"#EXTM3U\nfile://"
            + os.fsencode(paths[1]).replace(b" ", b"%20")
            + b"\nhttp://localhost/x.mp3\n",
        )
        done = run("analyze", "-s", "-q", "--list", self.at("urls.m3u"))
        self.assertEqual((done.returncode, done.stdout.count(b"valence")), (1, 1))
        self.assertIn(b"http://localhost/x.mp3: is an address", done.stderr)
        done = run(
            "analyze", "-s", "-q", "--list=-", input=b"\0".join(map(os.fsencode, paths)) + b"\0"
        )
        self.assertEqual((done.returncode, done.stdout.count(b"valence")), (0, 2), done.stderr)

    def test_a_cue_sheet_splits_an_album(self):
        album = self.pcm + self.pcm[::-1][:0] + bytes(4 * RATE) + self.pcm[:4 * RATE * 9]
        write(self.at("album.wav"), header(len(album)) + album)
        second = SECONDS + 1
        write(
            self.at("album.cue"),
            'PERFORMER "The Band"\r\nTITLE "Album"\r\nFILE "album.ape" WAVE\r\n  TRACK 01'
            ' AUDIO\r\n    TITLE "Caf\xe9"\r\n    INDEX 01 00:00:00\r\n  TRACK 02 AUDIO\r\n   '
            f' TITLE "Two"\r\n    PERFORMER "Guest"\r\n    INDEX 00 00:{SECONDS}:00\r\n    INDEX 01'
            f" 00:{second}:00\r\n".encode("latin-1"),
        )
        db = "--db=" + self.at("l.db")
        done = run("library", "add", db, self.folder)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertIn(b"2 songs read", done.stdout)
        self.assertIn(b"1 wav (read by the tracks of a CUE sheet)", done.stdout)
        self.assertNotIn(b"1 cue", done.stdout)  # it was used
        songs = json.loads(run("library", "list", "--json", "--sort=id", db).stdout)["songs"]
        self.assertEqual(
            sorted((s["title"], s["artist"], s["album"], round(s["duration_s"])) for s in songs),
            [("Caf\xe9", "The Band", "Album", second), ("Two", "Guest", "Album", 9)],
        )
        self.assertIn(b"2 files as before", run("library", "add", db, self.folder).stdout)
        track = self.summary(self.at("album.cue", "02"))
        part = self.summary(self.at("album.wav"), "--from", str(second))
        self.assertEqual(track["mean_valence"], part["mean_valence"])
        # A start or an end within a track counts from its beginning; the next track is not read.
        for options in ((), ("--to", "99")):
            rows = self.summary(self.at("album.cue", "01"), "--from", "2", *options)["rows"]
            self.assertEqual(len(rows), 2 * (second - 2))
        late = run("analyze", "-q", "--from", str(second + 1), self.at("album.cue", "01"))
        self.assertEqual(late.returncode, 1)
        self.assertIn(b"ends before the requested start", late.stderr)
        self.assertEqual(
            len(
                json.loads(run("analyze", "-q", "-f", "json", self.at("album.cue")).stdout)["files"]
            ),
            2,
        )
        playlist = run("library", "export", "--m3u=-", db, "Two").stdout.decode().splitlines()
        self.assertEqual(
            playlist[2:], [f"#EXTVLCOPT:start-time={second}.000", self.at("album.wav")]
        )
        playlist = run("library", "export", "--m3u=-", db, "caf\u00e9").stdout.decode().splitlines()
        self.assertEqual(
            playlist[2:],
            ["#EXTVLCOPT:start-time=0.000", f"#EXTVLCOPT:stop-time={second}.000",
             self.at("album.wav")],
        )
        os.unlink(self.at("album.wav"))
        self.assertIn(
            b"2 files are not there any more", run("library", "add", db, self.folder).stdout
        )
        # A sheet of files that are already split changes nothing.
        write(self.at("t.wav"), read(self.base))
        write(self.at("split.cue"), b'FILE "t.wav" WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n')
        self.assertEqual(
            run("analyze", "-q", "-s", "--exclude", "album*", self.folder).stdout.count(b"valence"),
            1,
        )

    GOOD_SHEET = ('FILE "album.wav" WAVE\n TRACK 01 AUDIO\n  INDEX 01 00:00:00\n TRACK 02 AUDIO\n'
                  '  INDEX 01 00:09:00\n')

    def test_a_sheet_may_have_any_encoding_and_line_ends(self):
        shutil.copy(self.base, self.at("album.wav"))
        for text in (
            self.GOOD_SHEET,
            self.GOOD_SHEET.replace("\n", "\r\n"),
            self.GOOD_SHEET.replace("\n", "\r"),
        ):
            for data in (text.encode(), b"\xef\xbb\xbf" + text.encode(), text.encode("utf-16"),
                         b"\xfe\xff" + text.encode("utf-16-be")):
                write(self.at("album.cue"), data)
                done = run("analyze", "-q", "-s", self.folder)
                self.assertEqual(
                    (done.returncode, done.stderr, done.stdout.count(b"0:0")), (0, b"", 2), data
                )
        # A data track ends the track before, and is not a track itself.
        write(self.at("album.cue"), self.GOOD_SHEET.replace("02 AUDIO", "02 MODE1/2352").encode() +
              b" TRACK 03 AUDIO\n  INDEX 01 00:12:00\n")
        done = run("analyze", "-q", "-f", "jsonl", self.folder)
        tracks = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(
            [(os.path.basename(t["file"]), t["duration_s"]) for t in tracks],
            [("01", 9.0), ("03", 4.0)],
        )

    def test_a_sheet_may_name_its_files_as_rippers_do(self):
        for name in ("album.wav", "b.wav"):
            shutil.copy(self.base, self.at(name))
        first, second = " TRACK 01 Audio\n  INDEX 01 00:00:00\n", " TRACK 02 AUDIO\n"
        ninth, again = "  INDEX 01 00:09:00\n", 'FILE "album.wav" WAVE\n'
        gap = "  INDEX 00 00:14:00\n" + 'FILE "b.wav" WAVE\n' + "  INDEX 01 00:00:00\n"
        third = " TRACK 03 AUDIO\n" + ninth
        for text, expected in (
            # The gap before a track ends the file before.
            (again + first + second + gap + third, [("01", 16.0), ("02", 9.0), ("03", 7.0)]),
            # The same file, named for each track; the other file has no track: read as a whole.
            (again + first + again + second + ninth, [("01", 9.0), ("02", 7.0), ("b.wav", 16.0)]),
            ('FILE "b.wav" WAVE\n' + again + first + second + ninth,
             [("01", 9.0), ("02", 7.0), ("b.wav", 16.0)]),
        ):
            write(self.at("album.cue"), text.encode())
            done = run("analyze", "-q", "-f", "jsonl", self.folder)
            read = [json.loads(line) for line in done.stdout.splitlines()]
            found = sorted((os.path.basename(t["file"]), t["duration_s"]) for t in read)
            self.assertEqual((done.returncode, done.stderr, found), (0, b"", expected), text)

    def test_a_bad_sheet_is_reported_and_its_sound_is_read_as_a_whole(self):
        shutil.copy(self.base, self.at("album.wav"))
        good = self.GOOD_SHEET
        for said, data in (
            ("line 5: an INDEX", good.replace("00:09:00", "00:9x:00")),
            ("line 5: an INDEX", good.replace("00:09:00", "00:75:00")),
            ("line 4: a TRACK without INDEX 01", good.replace("INDEX 01 00:09", "INDEX 00 00:09")),
            ("line 4: a TRACK that begins no later", good.replace("00:09:00", "00:00:00")),
            ("line 1: a TRACK before any FILE", good.split("\n", 1)[1]),
            ("line 4: a TRACK whose number occurs twice", good.replace("02", "01", 1)),
            ("line 2: an INDEX before any TRACK", good.replace(" TRACK 01 AUDIO\n", "")),
            ("line 4: a TRACK whose", good.replace(" 02 ", " 00 ")),
            ("line 1: a FILE without", good.replace("album.wav", "")),
            ("is not a CUE sheet", ""),
            ("is not a CUE sheet", "rubbish"),
            ("is not text", "FILE\0"),
            ("is not valid UTF-16", b"\xff\xfeF"),
        ):
            write(self.at("album.cue"), data if isinstance(data, bytes) else data.encode())
            done = run("analyze", "-s", self.folder)
            self.assertEqual((done.returncode, done.stdout.count(b"album.wav: 0:16")), (1, 1), said)
            self.assertIn(f"album.cue: {said}", done.stderr.decode())
            self.assertIn(b"1 file read", done.stderr)
            done = run("analyze", "-s", self.at("album.cue"))
            self.assertEqual((done.returncode, done.stdout), (1, b""))
            self.assertIn(said, done.stderr.decode())
        # A track after the end of the sound, and a missing file.
        write(
            self.at("album.cue"),
            good.replace("00:09:00", "10:09:00").encode()
            + b'FILE "b.wav" WAVE\nTRACK 03 AUDIO\nINDEX 01 00:00:00\n',
        )
        done = run("analyze", "-s", self.folder)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"album.cue/02: begins at 10:09.00, where album.wav has ended", done.stderr)
        self.assertIn(b"its file 'b.wav' does not exist", done.stderr)
        # Other files beside songs that are already split are not an error.
        write(self.at("album.cue"), good.replace("album", "other").encode())
        done = run("analyze", "-s", self.folder)
        self.assertEqual((done.returncode, done.stdout.count(b"valence")), (0, 1))
        self.assertIn(b"skipped 1 cue (splitting no further file)", done.stderr)

    def test_tracks_are_written_beside_their_sheet(self):
        shutil.copy(self.base, self.at("album.wav"))
        write(self.at("album.cue"), self.GOOD_SHEET.encode())
        for command in (("analyze", self.at("album.cue")), ("analyze", self.folder),
                        ("features", self.at("album.cue"))):
            done = run(*command, "-q", "-o", self.folder)
            self.assertEqual((done.returncode, done.stderr), (0, b""), command)
        self.assertEqual(sorted(os.listdir(self.at("album"))),
                         ["01.csv", "01.safetensors", "02.csv", "02.safetensors"])

    def test_other_things_named_like_a_sheet_are_reported_or_walked(self):
        os.mkdir(self.at("live.cue"))
        shutil.copy(self.base, self.at("live.cue", "a.wav"))
        done = run("analyze", "-s", self.folder)
        self.assertEqual((done.returncode, done.stdout.count(b"valence")), (0, 1), done.stderr)
        os.mkfifo(self.at("pipe.cue"))
        done = run("analyze", "-s", self.folder)
        self.assertEqual((done.returncode, done.stdout.count(b"valence")), (1, 1))
        self.assertIn(b"pipe.cue: is not a regular file", done.stderr)

    def test_a_track_that_cannot_be_read_has_the_real_reason(self):
        write(self.at("album.cue"), self.GOOD_SHEET.encode())
        data = read(self.base)
        for content, said in ((data[:len(data) // 4], b"where album.wav is cut off: only 0:03 of"),
                              (b"rubbish" * 100, b"album.wav: not a sound file")):
            write(self.at("album.wav"), content)
            done = run("analyze", "-s", "-q", self.at("album.cue", "02"))
            self.assertEqual(done.returncode, 1)
            self.assertIn(said, done.stderr)

    def test_a_file_that_is_slightly_cut_says_by_how_much(self):
        whole, there = (4 * int(seconds * RATE) for seconds in (15.95, 15.35))
        write(self.at("cut.wav"), header(whole) + self.pcm[:there])
        self.check_part(self.at("cut.wav"), "only 0:15.3 of 0:15.9", least=15)

    def test_tracks_of_sheets_are_not_tagging_errors(self):
        shutil.copy(self.base, self.at("album.wav"))
        write(self.at("album.cue"), self.GOOD_SHEET.encode())
        db = "--db=" + self.at("l.db")
        self.assertEqual(run("library", "add", "-q", db, self.folder).returncode, 0)
        for option in (["--dry-run"], []):
            done = run("library", "tag", *option, db)
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            self.assertIn(b"2 tracks of CUE sheets", done.stdout)
        run("library", "remove", db, self.at("album.cue", "02"))
        self.assertIn(b"1 track of CUE sheets: ", run("library", "tag", db).stdout)
        self.assertEqual(read(self.at("album.wav")), read(self.base))

    def test_playlists_of_other_systems_are_understood(self):
        os.mkdir(self.at("My Music"))
        for name in ("caf\u00e9.wav", "My Music/b.wav"):
            shutil.copy(self.base, self.at(name))
        for data in (
            "caf\u00e9.wav\r\nMy Music\\b.wav\r\n".encode("latin-1"),
            "#EXTM3U\ncaf\u00e9.wav\nMy Music/b.wav\n".encode("utf-16"),
        ):
            write(self.at("list.m3u"), data)
            done = run("analyze", "-q", "-s", "--list", self.at("list.m3u"))
            self.assertEqual(
                (done.returncode, done.stdout.count(b"valence"), done.stderr), (0, 2, b""), data
            )
        done = run("analyze", "-s", self.at("list.m3u"), self.base)
        self.assertEqual((done.returncode, done.stdout.count(b"valence")), (1, 1))
        self.assertIn(b"list.m3u: is a playlist: use --list to read its files", done.stderr)
        write(self.at("list.m3u"), b"none\xe9.wav\n")
        done = run("analyze", "-q", "-s", "--list", self.at("list.m3u"))
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"No such file", done.stderr)


class Outputs(Kit):
    def test_json_is_closed_or_not_begun(self):
        write(self.at("page.mp3"), b"<html>404 not found</html>\n" * 50)
        done = run("analyze", "-q", "-f", "json", self.at("page.mp3"))
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        done = run(
            "analyze", "-q", "-f", "json", self.at("page.mp3"), self.base, self.at("none.wav")
        )
        self.assertEqual(len(json.loads(done.stdout)["files"]), 1)
        lines = run("analyze", "-q", "-f", "jsonl", self.base, self.base).stdout.splitlines()
        self.assertEqual([json.loads(line)["hops"] for line in lines], 2 * [2 * SECONDS])

    def test_an_interrupt_keeps_finished_files_and_resume_continues(self):
        for i in range(20):
            os.symlink(self.base, self.at(f"{i:02}.wav"))
        for form, numbers in (("csv", (signal.SIGINT, signal.SIGKILL)), ("json", (signal.SIGTERM,)),
                              ("jsonl", (signal.SIGKILL,))):
            whole = run("analyze", "-q", "-f", form, self.folder).stdout
            for number in numbers:
                out = os.path.join(self.sounds, f"table.{form}")
                command = ["analyze", "-q", "-j1", "-f", form, "-o", out, self.folder]
                with subprocess.Popen(
                    [PROGRAM, *command], env=ENVIRONMENT, stderr=subprocess.DEVNULL
                ) as child:
                    end = time.monotonic() + 120
                    while (
                        time.monotonic() < end
                        and child.poll() is None
                        and size_of(out + ".part") <= 20000
                    ):
                        time.sleep(0.005)
                    child.send_signal(number)
                    child.wait(300)
                if number != signal.SIGKILL and child.returncode != 0:
                    self.assertEqual(child.returncode, 130)
                    text = read(out).decode()
                    if form == "csv":
                        self.assertGreater(
                            len({r["file"] for r in csv.DictReader(io.StringIO(text))}), 0
                        )
                    elif form == "json":
                        self.assertGreater(len(json.loads(text)["files"]), 0)
                done = run(*command, "--resume")
                self.assertEqual((done.returncode, done.stderr), (0, b""))
                self.assertEqual(read(out), whole, (form, number))
                self.assertFalse(os.path.exists(out + ".part"))
                os.unlink(out)

    def test_the_ending_of_the_output_names_its_format(self):
        for ending in ("csv", "json", "jsonl", "jams", "svl", "JSON"):
            name = self.at("out." + ending)
            self.assertEqual(run("analyze", "-q", self.base, "-o", name).returncode, 0)
            own = run("analyze", "-q", self.base, "-f", ending.lower()).stdout
            self.assertEqual(read(name), own, ending)
        # No ending of a format; a folder; a file in that folder.
        for name in ("out.txt", "out", "x.json/", "x.json/out"):
            self.assertEqual(run("analyze", "-q", self.base, "-o", self.at(name)).returncode, 0)
        own = run("analyze", "-q", self.base).stdout
        for name in ("out.txt", "out", "x.json/base.csv", "x.json/out"):
            self.assertEqual(read(self.at(name)), own, name)
        self.assertEqual(run("analyze", "-q", self.base, "-f", "csv", "-o",
                             self.at("named.json")).returncode, 0)
        self.assertEqual(read(self.at("named.json")), own)

    def test_protected_files_are_not_replaced(self):
        write(self.at("own.csv"), b"mine")
        os.chmod(self.at("own.csv"), 0o444)
        write(self.at("target.csv"), b"mine")
        os.symlink("target.csv", self.at("link.csv"))
        for name in ("own.csv", "link.csv"):
            done = run("analyze", "-q", self.base, "-o", self.at(name))
            self.assertEqual((done.returncode, read(self.at(name))), (1, b"mine"))
            self.assertIn(b"--force", done.stderr)
            self.assertEqual(
                run("analyze", "-q", self.base, "--force", "-o", self.at(name)).returncode, 0
            )
        self.assertEqual(read(self.at("target.csv")), b"mine")

    def test_a_sound_file_is_never_overwritten(self):
        path, plain = self.at("song.wav"), self.at("song")
        for name in (path, plain):
            shutil.copy(self.base, name)
        db = "--db=" + self.at("l.db")
        run("library", "add", "-q", db, path)
        for command in (
            ["analyze", path, "-o", path],
            ["analyze", plain, "-o", plain],
            ["analyze", "--force", plain, "-o", plain],
            ["features", path, "-o", path],
            ["features", plain, "-o", plain],
            ["library", "export", db, "--m3u=" + path],
            ["library", "export", db, "--csv=" + path],
        ):
            done = run(*command)
            self.assertIn(done.returncode, (1, 2), command)
            self.assertNotEqual(done.stderr, b"", command)
            self.assertEqual(read(path), read(self.base), command)
            self.assertEqual(read(plain), read(self.base), command)
        for command in ("analyze", "features"):
            with open(plain, "rb") as sound:
                done = run(command, "-", "-o", plain, stdin=sound)
            self.assertEqual((done.returncode, read(plain)), (2, read(self.base)), command)
            self.assertIn(b"is an input file", done.stderr)

    def test_names_that_are_no_text_are_written_once_whatever_is_resumed(self):
        for name in (b"a\xff.wav", b"b.wav", b"a\xfe.wav"):
            os.link(self.base, os.path.join(self.folder.encode(), name))
        for form in ("csv", "json", "jsonl"):
            table = self.at("t." + form)
            self.assertEqual(run("analyze", "-q", self.folder, "-o", table).returncode, 0)
            before = read(table)
            done = run("analyze", "-q", self.folder, "-o", table, "--resume")
            self.assertEqual((done.returncode, form), (0, form))
            if form == "csv":
                self.assertEqual(read(table), before)
            else:  # of two names that look alike one may be read again, none is left out
                self.assertLess(len(read(table)), 1.4 * len(before))
        done = run("features", "-q", os.path.join(self.folder.encode(), b"a\xff.wav"), "-o",
                   self.at("f.safetensors"))
        self.assertEqual((done.returncode, done.stderr), (0, b""))

    def test_a_table_of_other_columns_or_models_is_not_resumed(self):
        for name in ("1.wav", "2.wav"):
            os.link(self.base, self.at(name))
        with open(MODEL, "rb") as file:  # the same columns, another hash
            data = file.read().replace(b"random weights", b"other  weights")
        write(self.at("m.safetensors"), data)
        other = ["-m", self.at("m.safetensors")]
        for form in ("csv", "json", "jsonl"):
            for first, then in ((["1.wav"], ["-m", MODEL, "-m", MODEL]),
                                (["1.wav", "2.wav"], other)):
                table = self.at("t." + form)
                paths = [self.at(name) for name in first]
                self.assertEqual(run("analyze", "-q", *paths, "-o", table).returncode, 0)
                before = read(table)
                done = run("analyze", "-q", "--resume", self.folder, "-o", table, *then)
                self.assertEqual((done.returncode, read(table)), (1, before), (form, first))
                self.assertIn(b"has other columns or models", done.stderr)
                os.unlink(table)
        for form in ("csv", "json", "jsonl", "jams", "svl"):  # a folder, and one document
            out = self.at("out-" + form) + "/"
            first = run("analyze", "-q", "-f", form, self.at("1.wav"), "-o", out)
            self.assertEqual(first.returncode, 0)
            command = ["analyze", "-q", "-f", form, "--resume", self.folder, "-o", out]
            done = run(*command, *other)
            self.assertEqual((done.returncode, os.listdir(out)), (1, ["1." + form]), form)
            self.assertIn(b"has other columns or models", done.stderr)
            self.assertEqual(run(*command).returncode, 0)
            self.assertEqual(len(os.listdir(out)), 2)
            if form in ("jams", "svl"):
                one = [*command[:5], self.at("1.wav"), "-o", out + "1." + form]
                self.assertEqual(run(*one).returncode, 0)
                self.assertEqual(run(*one, *other).returncode, 1)

    def test_two_pictures_need_two_files(self):
        done = run("analyze", self.base, "--plot=" + self.at("p.png"),
                   "--attention=" + self.at("p.png"))
        self.assertEqual((done.returncode, os.path.exists(self.at("p.png"))), (2, False))

    def test_a_pipe_or_a_device_is_never_replaced_by_a_file(self):
        os.mkfifo(self.at("out"))
        done = run("features", "-q", self.base, "-o", self.at("out"))
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"is not a regular file", done.stderr)
        self.assertTrue(stat.S_ISFIFO(os.stat(self.at("out")).st_mode))

    def test_a_limit_of_file_sizes_is_reported_like_a_full_disk(self):
        for i in range(4):
            os.link(self.base, self.at(f"{i}.wav"))
        done = subprocess.run(
            ["bash", "-c", 'ulimit -f 32; exec "$0" "$@"', PROGRAM, "analyze", "-q", "-j1",
             self.folder, "-o", self.at("out.csv")],
            capture_output=True, env=ENVIRONMENT, timeout=300, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"File too large", done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1)  # not one for each further file
        rows = list(csv.DictReader(io.StringIO(read(self.at("out.csv")).decode())))
        files = {row["file"] for row in rows}
        self.assertEqual(len(rows), 2 * SECONDS * len(files))
        self.assertIn(len(files), (1, 2, 3))

    def test_a_full_disk_ends_live_with_the_reason(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("there is no /dev/full")
        with open("/dev/full", "wb") as full:
            done = subprocess.run([PROGRAM, "live", "--lines", "--speed=0", self.base], stdout=full,
                                  stderr=subprocess.PIPE, env=ENVIRONMENT, timeout=300, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"standard output: No space left", done.stderr)

    def test_a_closed_output_is_an_error(self):
        for options in ("-q", "-q -s", "-q -f json"):
            done = subprocess.run(
                ["sh", "-c", f'"$0" analyze {options} "$1" >&-', PROGRAM, self.base],
                capture_output=True,
                env=ENVIRONMENT,
                timeout=300,
                check=False,
            )
            self.assertEqual(done.returncode, 1, options)
            self.assertIn(b"standard output", done.stderr, options)

    def test_a_reader_of_the_pipe_that_stops_is_not_reported(self):
        done = subprocess.run(
            ["sh", "-c", '"$0" analyze -q "$@" | head -n 1', PROGRAM] + 20 * [self.base],
            capture_output=True,
            env=ENVIRONMENT,
            timeout=300,
            check=False,
        )
        self.assertEqual((len(done.stdout.splitlines()), done.stderr), (1, b""))


class Parts(Kit):
    def test_a_pipe_reads_like_the_file_or_is_refused(self):
        for path in (
            self.base,
            self.make("s24.wav", "-c:a", "pcm_s24le", "-rf64", "always"),
            self.make("x.flac"),
        ):
            done = run("analyze", "-q", "-f", "csv", "-", input=read(path))
            if done.returncode != 0:
                self.assertIn(b"from a pipe", done.stderr)
                self.assertEqual(done.stdout, b"")
            else:
                self.assertEqual(done.stdout, run("analyze", "-q", path).stdout, path)

    def test_any_format_through_a_pipe_reads_like_the_file_or_is_refused(self):
        for name, *options in self.LOSSLESS + self.LOSSY:
            path = self.make(name, *options)
            done = run("analyze", "-q", "-f", "json", "-", input=read(path))
            if done.returncode == 0:
                self.assertEqual(done.stderr, b"", name)
                piped, file = json.loads(done.stdout)["files"][0], self.summary(path)
                self.assertEqual((piped["complete"], piped["hops"]), (True, file["hops"]), name)
                # by another decoder: FFmpeg's, not libsndfile's
                for key in ("mean_valence", "mean_arousal"):
                    self.assertAlmostEqual(piped[key], file[key], delta=0.005, msg=name)
                for one, other in zip(piped["rows"], file["rows"]):
                    for key in ("valence", "arousal"):
                        if other["state"] != "silent":
                            self.assertAlmostEqual(
                                one[key], other[key], delta=0.01, msg=(name, one["time_s"])
                            )
            else:
                self.assertIn(b"cannot be read from a pipe", done.stderr, name)
                self.assertEqual(done.stdout, b"", name)

    def test_a_pipe_that_breaks_off_is_told(self):
        names = [("cut.wav", "-c:a", "pcm_s16le"), ("cut.au", "-c:a", "pcm_mulaw")]
        if self.has_ffmpeg_libraries():
            names += [("cut-adpcm.wav", "-c:a", "adpcm_ms"), ("cut.flac",),
                      ("cut.mkv", "-c:a", "aac"), ("x.mp3",), ("x.ogg",), ("x.opus",),
                      ("bare.mp3", "-b:a", "160k", "-write_xing", "0")]
        for name, *options in names:
            data = read(self.make(name, *options))
            done = run("analyze", "-q", "-", input=data[:len(data) // 2])
            self.assertEqual(done.returncode, 1, name)
            how = b" at 0:0" if name in ("x.ogg", "x.opus", "bare.mp3") else b": only 0:0"
            self.assertIn(b"is cut off" + how, done.stderr, name)
            self.assertIn(b",false,", done.stdout.splitlines()[-1], name)
            done = run("live", "--lines", "--speed=0", "-", input=data[:len(data) // 2])
            self.assertEqual((done.returncode, b"is cut off" in done.stderr), (1, True), name)
        done = run("analyze", "-q", "-", input=header(0x80000000) + self.pcm)  # arecord's
        self.assertEqual((done.returncode, done.stderr), (0, b""))

    def test_a_second_file_in_a_pipe_is_told(self):
        names = ["base.wav", "x.au"]
        if self.has_ffmpeg_libraries():
            names += ["x.aiff", "x.caf", "x.w64", "x.tta", "x.wv", "x.wma"]
        for name in names:
            done = run("analyze", "-q", "-", input=2 * read(self.make(name)))
            self.assertEqual(done.returncode, 1, name)
            self.assertIn(b"is followed by another file", done.stderr, name)
            self.assertIn(b",false,", done.stdout.splitlines()[-1], name)

    def test_joined_files_in_a_pipe_that_are_all_read_are_not_called_damaged(self):
        if not self.has_ffmpeg_libraries():
            self.skipTest("FFmpeg reads these")
        for name in ("x.flac", "x.mp3", "x.opus"):
            path = self.make(name)
            done = run("analyze", "-q", "-", input=2 * read(path))
            rows = len(done.stdout.splitlines()) - 1
            self.assertAlmostEqual(rows, 2 * self.summary(path)["hops"], delta=2, msg=name)
            self.assertNotIn(b"damaged", done.stderr, name)
            if name != "x.opus":
                self.assertIn(b"holds several files", done.stderr, name)
                self.assertIn(b",false,", done.stdout.splitlines()[-1], name)

    def test_a_part_is_read_with_the_times_of_the_whole(self):
        done = run("analyze", "-q", "--from", "10", "--to", "0:15", self.base)
        rows = list(csv.DictReader(io.StringIO(done.stdout.decode())))
        self.assertEqual([float(r["time_s"]) for r in rows], [10.5 + 0.5 * i for i in range(10)])
        self.assertEqual(
            run("analyze", "-q", "--from", "20", "--to", "15", self.base).returncode, 2
        )

    def test_a_part_of_a_compressed_file_is_that_of_the_original(self):
        def loudness(path):
            done = run("analyze", "-q", "--from", "10", "--to", "15", path)
            rows = csv.DictReader(io.StringIO(done.stdout.decode()))
            return [float(row["loudness_lufs"]) for row in rows]

        expected = loudness(self.base)
        self.assertEqual(len(expected), 10)
        for name, *options in (("x.opus", "-b:a", "256k"), ("x.ogg", "-q:a", "9"), ("x.flac",)):
            for one, other in zip(loudness(self.make(name, *options)), expected, strict=True):
                self.assertAlmostEqual(one, other, delta=0.2, msg=name)


class Models(Kit):
    def test_several_models_give_columns_side_by_side(self):
        def table(*options):
            done = run("analyze", "-q", *options, self.base)
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            return list(csv.DictReader(io.StringIO(done.stdout.decode())))
        own, lstm, whole = table(), table("-m", "lstm"), table("-m", "tnn")
        self.assertEqual((len(whole), float(whole[0]["time_s"])), (1, SECONDS))
        part = table("-m", "tnn", "--from", "2", "--to", "11")
        self.assertEqual((len(part), float(part[0]["time_s"])), (1, 11))
        both = table("-m", MODEL, "-m", "tnn", "-m", "lstm")
        self.assertEqual(len(both), 2 * SECONDS)
        for row, first, second in zip(both, own, lstm):
            self.assertEqual({k: row[k] for k in first}, first)
            for key in ("valence", "arousal", "confidence"):
                if second["state"] != "silent":
                    self.assertEqual(row["lstm." + key], second[key])
            for key in ("valence", "arousal", "valence_spread"):
                self.assertEqual(row["static-tnn." + key], whole[0][key])
        done = json.loads(
            run("analyze", "-q", "-f", "json", "-m", "static-tnn", "-m", "lstm", self.base).stdout
        )
        self.assertEqual(done["model"]["name"], "lstm")
        self.assertEqual([m["name"] for m in done["further_models"]], ["static-tnn"])
        self.assertEqual(
            done["files"][0]["rows"][-1]["static-tnn.valence"], float(whole[0]["valence"])
        )
        self.assertIn(
            b"static-tnn: valence", run("analyze", "-q", "-s", "-m", "tnn", self.base).stdout
        )
        for wrong in (
            ["-m", "lstm", "-m", "tnn", "-"],
            ["-m", "tnn", "--plot", "x.png", self.base],
        ):
            self.assertEqual(run("analyze", *wrong, input=b"").returncode, 2)
        done = run("analyze", "-m", "nosuch", self.base)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"there is no model 'nosuch'; installed are: ", done.stderr)

    def test_live_takes_one_model_that_gives_a_curve(self):
        live = ["live", "--speed=0", "--lines"]
        done = run(*live, "-m", "lstm", "-m", MODEL, self.base)
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assertIn(b"one model at a time", done.stderr)
        done = run(*live, "-m", "tnn", self.base)
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertIn(b"tnn is a static model, which reads a song as a whole", done.stderr)


class Merging(Kit):
    def test_a_failed_merge_creates_no_library(self):
        write(self.at("other.db"), b"no database at all")
        for other in ("other.db", "none.db"):
            done = run("library", "merge", "--db=" + self.at("new.db"), self.at(other))
            self.assertEqual(done.returncode, 1)
            self.assertIn(other.encode(), done.stderr)
            self.assertEqual([n for n in os.listdir(self.folder) if n.startswith("new")], [])

    def test_no_passage_is_explained(self):
        db = "--db=" + self.at("l.db")
        run("library", "add", "-q", db, self.base)
        done = run("library", "match", db, "--passage", "0:0,0", "60:0.5,0.5")
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"lasts 0:48 at least, and the longest song 0:16", done.stderr)
        self.assertEqual(run("library", "match", db, "--passage", "0:0,0", "8:0.5,0.5").stderr, b"")


class Texts(Kit):
    def test_sound_that_is_not_music_has_no_word(self):
        noise, state = array.array("h"), 1
        for _ in range(20 * RATE):  # a pure tone: not a spectrum of music
            state = state * 1103515245 + 12345 & 0x7FFFFFFF
            noise.append((state >> 12) % 20000 - 10000)
            noise.append(noise[-1])
        write(self.at("noise.wav"), header(2 * len(noise)) + noise.tobytes())
        file = self.summary(self.at("noise.wav"))
        line = run("analyze", "-q", "-s", self.at("noise.wav")).stdout.decode()
        said = "(not like mixed music)" if file["mean_confidence"] < 0.25 else file["word"] + ")"
        self.assertIn(said, line)
        rows = [row for row in file["rows"] if row["state"] == "live"]
        lines = run("live", "--speed=0", "--lines", self.at("noise.wav")).stdout.decode()
        low = sum(row["confidence"] < 0.25 for row in rows)
        self.assertEqual(lines.count("not like mixed music"), low)

    def test_names_cannot_control_a_terminal(self):
        path = self.at("x\x1b]0;pwned\x07\u202e.wav")
        shutil.copy(self.base, path)
        write(self.at("bad\x1b[31m.wav"), b"rubbish")
        for done in (
            run("analyze", "-s", "-q", path),
            run("analyze", "-q", self.at("bad\x1b[31m.wav")),
            run("library", "add", "--db=" + self.at("l.db"), self.folder),
            run("library", "show", "--db=" + self.at("l.db"), path),
        ):
            for mark in (b"\x1b", b"\x07", "\u202e".encode()):
                self.assertNotIn(mark, done.stdout + done.stderr)

    MARKS = "\x1b]0;x\x07\x9b31m\x85\r\n\u202e\u2066\u2028"

    def at_terminal(self, *command, **more):
        """What a program shows on a terminal."""
        return terminal.shown(command, dict(ENVIRONMENT, NO_COLOR="1", **more))[0]

    def test_either_q_ends_live_and_the_terminal_is_as_before(self):
        for key in (b"q", b"Q"):
            ours, theirs = pty.openpty()
            before = termios.tcgetattr(theirs)
            with subprocess.Popen([PROGRAM, "live", "--speed=0.01", self.base], stdin=theirs,
                                  stdout=theirs, stderr=theirs,
                                  env=dict(ENVIRONMENT, TERM="xterm")) as child:
                os.set_blocking(ours, False)
                shown, is_asked, deadline = b"", False, time.monotonic() + 100
                while child.poll() is None and time.monotonic() < deadline:
                    try:
                        shown += os.read(ours, 65536)
                    except OSError:  # nothing yet
                        time.sleep(0.01)
                    if not is_asked and b"\x1b[2J" in shown:
                        is_asked = os.write(ours, key) == 1
                child.kill()
                self.assertEqual(child.wait(), 0)
                try:
                    shown += os.read(ours, 65536)
                except OSError:  # all of it was read above
                    pass
                self.assertIn(b"\x1b[?1049l", shown)
            self.assertEqual(termios.tcgetattr(theirs), before)
            os.close(theirs)
            os.close(ours)

    def test_live_says_that_a_sound_is_too_short(self):
        write(self.at("short.wav"), header(RATE) + self.pcm[:RATE])  # a quarter of a second
        done = run("live", "--speed=0", "--lines", self.at("short.wav"))
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertIn(b"short.wav: is shorter than one hop of 0.5 s", done.stderr)

    def test_live_prints_lines_on_a_dumb_terminal(self):
        live = [PROGRAM, "live", "--speed=0", self.base]
        lines = self.at_terminal(*live, TERM="dumb")
        self.assertNotIn(b"\x1b", lines)
        self.assertEqual(lines.count(b" s  valence "), 2 * SECONDS)
        self.assertIn(b"\x1b[H", self.at_terminal(*live, TERM="xterm"))

    def test_no_name_can_control_a_terminal_in_any_command(self):
        good, bad = self.at(f"g{self.MARKS}.wav"), self.at(f"b{self.MARKS}.mp3")
        shutil.copy(self.base, good)
        write(os.fsencode(bad) + b"\xff\xfe.wav", b"rubbish")
        db = "--db=" + self.at("l.db")
        commands = [
            ["analyze", "-q", self.folder],
            ["analyze", "-q", "-s", self.folder],
            ["analyze", "-q", "-f", "json", good],
            ["analyze", "-q", "-f", "jsonl", self.folder],
            ["features", "-q", good, "-o", self.at("none", "x.safetensors")],
            ["library", "add", "-q", db, self.folder],
            ["library", "list", db],
            ["library", "list", "--failed", db],
            ["library", "list", "--paths", db],
            ["library", "list", "--json", db],
            ["library", "show", db, good],
            ["library", "export", "--csv=-", db],
            ["library", "export", "--m3u=-", db],
            ["library", "tag", db],
            ["library", "remove", db, "nothing" + self.MARKS],
            ["model", "info", bad],
            ["analyze", "-m", bad, good],
            ["live", "--speed", "0", "--lines", good],
        ]
        for command in commands:
            shown = self.at_terminal(PROGRAM, *command).decode("utf-8", "strict")
            for mark in set(self.MARKS) - {"\n"} - set("]0;x31m"):
                self.assertNotIn(mark, shown, command)
        host = os.path.join(os.path.dirname(PROGRAM), "..", "tools", "host", "circumplex-host")
        if os.path.exists(host):
            bundles = dict(
                ENVIRONMENT, LV2_PATH=os.path.join(os.path.dirname(PROGRAM), "..", "lv2")
            )
            done = subprocess.run(
                [
                    host,
                    "--property",
                    "model=" + bad,
                    "--seconds",
                    "1",
                    "--quiet",
                    "urn:circumplex:meter",
                    "gen:music",
                ],
                capture_output=True,
                env=bundles,
                timeout=300,
                check=False,
            )
            for mark in ("\x1b", "\x07", "\x9b", "\u202e"):
                self.assertNotIn(mark, (done.stdout + done.stderr).decode("utf-8", "strict"))
            self.assertIn(b".mp3", done.stderr)
        # A file or another program gets the names unchanged.
        self.assertEqual(
            json.loads(run("analyze", "-q", "-f", "json", good).stdout)["files"][0]["file"], good
        )
        self.assertIn(os.fsencode(good), run("library", "list", "--paths", "-0", db).stdout)

    def test_exported_cells_are_not_formulas(self):
        for i, first in enumerate("=+-@"):
            part = self.pcm[4 * RATE * 3 * i:]  # of different lengths: different songs
            write(self.at(f"{first}cmd.wav"), header(len(part)) + part)
        self.assertEqual(
            run("library", "add", "-q", "--db=" + self.at("l.db"), self.folder).returncode, 0
        )
        export = ["library", "export", "--csv=-", "--db=" + self.at("l.db")]
        titles = [r["title"] for r in csv.DictReader(io.StringIO(run(*export).stdout.decode()))]
        self.assertEqual(sorted(titles), sorted(f"'{c}cmd" for c in "=+-@"))
        titles = [
            r["title"]
            for r in csv.DictReader(io.StringIO(run(*export, "--no-guard").stdout.decode()))
        ]
        self.assertEqual(sorted(titles), sorted(f"{c}cmd" for c in "=+-@"))

    def test_accents_do_not_count_in_the_library(self):
        write(self.at("Motörhead.wav"), read(self.base))
        write(self.at("Cafe\u0301.wav"), header(len(self.pcm) // 2) + self.pcm[:len(self.pcm) // 2])
        self.assertEqual(
            run("library", "add", "-q", "--db=" + self.at("l.db"), self.folder).returncode, 0
        )
        for word in ("motorhead", "MOTÖRHEAD", "café", "CAFE"):
            done = run("library", "list", "--paths", "--db=" + self.at("l.db"), word)
            self.assertEqual(len(done.stdout.splitlines()), 1, word)

    def test_the_same_song_in_two_formats_is_listed_once(self):
        shutil.copy(self.base, self.at("song.wav"))
        shutil.copy(self.make("x.mp3", "-b:a", "160k"), self.at("other.mp3"))
        shutil.copy(self.make("named.flac", "-metadata", "title=Another song"), self.at("z.flac"))
        half = self.pcm[:len(self.pcm) // 2]
        write(self.at("half.wav"), header(len(half)) + half)
        db = "--db=" + self.at("l.db")
        done = run("library", "add", "-j1", db, self.folder)
        self.assertIn(b"2 of them are known in other formats", done.stdout)
        paths = {
            os.path.basename(p)
            for p in run("library", "list", "--paths", db).stdout.decode().split()
        }
        # the first file by name, and files that are not copies
        self.assertEqual(paths, {"other.mp3", "half.wav"})
        copies = run("library", "list", "--copies", db).stdout.decode()
        self.assertIn("song.wav: copy of " + self.at("other.mp3"), copies)
        shown = run("library", "show", db, self.at("other.mp3")).stdout.decode()
        self.assertRegex(shown, "copy +" + self.at("song.wav"))
        near = json.loads(
            run("library", "near", "--json", db, "--like", self.at("song.wav")).stdout
        )["songs"]
        self.assertEqual(near[0]["path"], self.at("other.mp3"))
        # The same for a merged library.
        both = ["--db=" + self.at("a.db"), "--db=" + self.at("b.db")]
        run("library", "add", "-q", both[0], self.at("song.wav"))
        run("library", "add", "-q", both[1], self.at("other.mp3"))
        merged = run("library", "merge", both[0], self.at("b.db"))
        self.assertEqual(merged.stdout, b"1 song taken over; 1 known in another format.\n")
        self.assertEqual(
            run("library", "list", "--paths", both[0]).stdout.split(),
            [os.fsencode(self.at("song.wav"))],
        )
        os.unlink(self.at("other.mp3"))
        run("library", "add", db, self.folder)
        paths = {
            os.path.basename(p)
            for p in run("library", "list", "--paths", db).stdout.decode().split()
        }
        self.assertIn("song.wav", paths)

    def test_rescan_finds_tags_that_were_edited_in_place(self):
        path = self.at("a.flac")
        shutil.copy(self.make("tagged.flac", "-metadata", "title=OLD1"), path)
        db = "--db=" + self.at("l.db")
        self.assertEqual(run("library", "add", "-q", db, path).returncode, 0)
        status = os.stat(path)
        write(path, read(path).replace(b"OLD1", b"NEW1"))
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
        for again in ("--quiet", "--retry"):
            self.assertEqual(run("library", "add", "-q", again, db, path).returncode, 0)
            self.assertEqual(run("library", "list", "--paths", db, "NEW1").stdout, b"")
        self.assertEqual(run("library", "add", "-q", "--rescan", db, path).returncode, 0)
        self.assertEqual(len(run("library", "list", "--paths", db, "NEW1").stdout.splitlines()), 1)


class Tags(Kit):
    TAGGED = (
        ("t.mp3", b"TXXX"),
        ("t.flac", b"VALENCE="),
        ("t.ogg", b"VALENCE="),
        ("t.opus", b"VALENCE="),
        ("t.m4a", b"com.apple.iTunes"),
        ("t.wv", b"VALENCE"),
        ("t.wav", b"TXXX"),
        ("t.aiff", b"TXXX"),
    )

    def test_tags_are_written_and_nothing_else_changes(self):
        for i, (name, _) in enumerate(self.TAGGED):
            # With other lengths and names: different songs.
            shutil.copy(
                self.make(name, "-t", str(10 + 0.25 * i), "-metadata", f"title=T{i}"), self.at(name)
            )
        db = "--db=" + self.at("l.db")
        run("library", "add", "-q", db, self.folder)
        songs = {os.path.basename(s["path"]): s for s in
                 json.loads(run("library", "list", "--json", db).stdout)["songs"]}
        # not all without FFmpeg's libraries
        names = [name for name, _ in self.TAGGED if name in songs]
        self.assertGreaterEqual(len(names), 6)
        before = {name: read(self.at(name)) for name in names}
        times = {name: os.stat(self.at(name)).st_mtime_ns for name in names}
        done = run("library", "tag", "--dry-run", db)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertIn(f"{len(names)} files would be tagged".encode(), done.stdout)
        self.assertEqual({name: read(self.at(name)) for name in names}, before)
        done = run("library", "tag", "--keep-time", db)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        for name, mark in self.TAGGED:
            if name not in names:
                continue
            data = read(self.at(name))
            for part in (
                mark,
                b"AROUSAL",
                b"MOOD",
                f"{songs[name]['valence']:.3f}".encode(),
                songs[name]["word"].encode(),
            ):
                self.assertIn(part.decode(), data.replace(b"\0", b"").decode("latin-1"), name)
            self.assertEqual(os.stat(self.at(name)).st_mtime_ns, times[name])
        self.assertIn(
            b"0 files tagged, %d as before" % len(names), run("library", "tag", db).stdout
        )
        # The library has the files' new state, with the same sound and title.
        self.assertIn(
            b"0 songs read; %d files as before" % len(names),
            run("library", "add", db, self.folder).stdout,
        )
        self.assertIn(
            b"%d files as before" % len(names),
            run("library", "add", "--rescan", db, self.folder).stdout,
        )
        self.assertEqual(
            {s["title"] for s in json.loads(run("library", "list", "--json", db).stdout)["songs"]},
            {s["title"] for s in songs.values()},
        )
        self.assertEqual([n for n in os.listdir(self.folder) if n.startswith(".")], [])

    def test_files_that_must_not_be_tagged_stay_as_they_are(self):
        data = read(self.make("mood.flac", "-metadata", "title=T", "-metadata", "MOOD=theirs"))
        for name, content in (("own.flac", data), ("cut.flac", data[:len(data) * 2 // 3])):
            write(self.at(name), content)
        os.chmod(self.at("own.flac"), 0o444)
        db = "--db=" + self.at("l.db")
        run("library", "add", "-q", db, self.folder)
        done = run("library", "tag", db)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"own.flac: is a read-only file", done.stderr)
        self.assertIn(b"cut.flac: is cut off", done.stderr)
        self.assertEqual(read(self.at("own.flac")), data)
        os.chmod(self.at("own.flac"), 0o644)
        os.mkdir(self.at("links"))
        os.symlink("../own.flac", self.at("links", "link.flac"))
        run("library", "tag", db)
        self.assertIn(b"MOOD=theirs", read(self.at("own.flac")))
        self.assertIn(b"VALENCE=", read(self.at("own.flac")))
        self.assertTrue(os.path.islink(self.at("links", "link.flac")))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
