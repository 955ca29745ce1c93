#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""circumplex-host: what each of its options does, what it prints and writes, and what it refuses.

test_host.py CIRCUMPLEX_HOST BUNDLES MODEL RUDE (the binary of rude.c in its bundle)
"""

import csv
import io
import os
import re
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest

HOST, BUNDLES, MODEL, RUDE = (os.path.abspath(path) for path in sys.argv[1:5])
BUNDLE = os.path.join(BUNDLES, "circumplex.lv2")
URI = "urn:circumplex:meter"
RATE = 48000
GOOD = "audio: identical"


def host(*options, uri=URI, sound="gen:silence", seconds="0.4"):
    """Run it on a sound.  Returns the finished process, with texts."""
    bundle = os.path.dirname(RUDE) if uri.endswith(":rude") else BUNDLE
    return subprocess.run(
        [HOST, "--bundle", bundle, "--seconds", seconds, *options, uri, sound],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        env=dict(os.environ, CIRCUMPLEX_MODEL=MODEL),
    )


def variable(data, at):
    """A number of a MIDI file, and where the next thing is."""
    value = 0
    while True:
        value = value << 7 | data[at] & 127
        at += 1
        if data[at - 1] < 128:
            return value, at


def midi_events(data):
    """[(seconds, message)] of a file whose messages are controllers."""
    assert data[:14] == b"MThd" + struct.pack(">IHHH", 6, 0, 1, 960), data[:14]
    assert data[14:22] == b"MTrk" + struct.pack(">I", len(data) - 22), data[14:22]
    assert data[-4:] == b"\0\xff\x2f\0"
    at, tick, events = 22, 0, []
    while at < len(data) - 4:
        step, at = variable(data, at)
        tick += step
        events.append((tick / 1920, tuple(data[at : at + 3])))
        at += 3
    return events


def last_frame(data):
    """The last values of a WAV file of floats."""
    channels = struct.unpack("<H", data[data.index(b"fmt ") + 10 :][:2])[0]
    return struct.unpack(f"<{channels}f", data[-4 * channels :])


def write_wav(path, frames, rate=RATE):
    """Frames of two 16-bit samples."""
    body = b"".join(struct.pack("<hh", *frame) for frame in frames)
    with open(path, "wb") as file:
        file.write(b"RIFF" + struct.pack("<I", 36 + len(body)) + b"WAVEfmt ")
        file.write(struct.pack("<IHHIIHH", 16, 1, 2, rate, 4 * rate, 4, 16))
        file.write(b"data" + struct.pack("<I", len(body)) + body)


class Host(unittest.TestCase):
    LANES = ("--set", "source=1", "--set", "response=0")

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def at(self, name):
        return os.path.join(self.folder, name)

    def rows(self, *options, **named):
        """The rows of a run that goes well, without the header."""
        done = host(*options, **named)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("audio: identical", done.stderr)
        return list(csv.DictReader(io.StringIO(done.stdout)))

    def says(self, text, *options, status=0, **named):
        done = host(*options, **named)
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertRegex(done.stderr, text)
        return done

    def saved(self, name):
        with open(os.path.join(self.at(name), "state.ttl"), encoding="utf-8") as file:
            return file.read()

    def settings(self, name):
        """{symbol: value} of the control ports in a saved state."""
        found = re.findall(r'lv2:symbol "(\w+)" ;\s*pset:value "?([-\d.e]+)', self.saved(name))
        return {symbol: float(value) for symbol, value in found}

    # Rows and time.

    def test_a_row_for_each_block_or_each_change(self):
        rows = self.rows("--block", "1000", "--rate", "44100", "--all", seconds="0.1")
        self.assertEqual([r["sample"] for r in rows], ["1000", "2000", "3000", "4000", "4410"])
        self.assertEqual([r["time"] for r in rows][-1], "0.100000")
        rows = self.rows("--block", "8000", "--rate", "44100", "--all", seconds="1.1")
        self.assertEqual(rows[-1]["sample"], "48510")
        rows = self.rows("--rate", "44100", "--all", seconds="0.0001")  # 4.41 frames
        self.assertEqual(rows[-1]["sample"], "5")
        self.assertEqual(list(rows[0])[2:4], ["valence", "arousal"])
        changes = self.rows(*self.LANES, "--set", "lane_valence=0.5@0.2", "--block", "480")
        self.assertEqual(
            [(r["sample"], r["valence"]) for r in changes], [("480", "0"), ("10080", "0.5")]
        )
        self.assertEqual(self.rows("--quiet"), [])

    def test_random_blocks_have_any_length(self):
        ends = [0] + [
            int(r["sample"]) for r in self.rows("--block", "random", "--all", seconds="1")
        ]
        lengths = {b - a for a, b in zip(ends, ends[1:])}
        self.assertEqual(ends[-1], RATE)
        self.assertTrue(len(lengths) > 5 and min(lengths) >= 1 and max(lengths) <= 8192)

    def test_a_generator_ends_after_ten_seconds(self):
        done = subprocess.run(
            [
                HOST,
                "--bundle",
                BUNDLE + "/",
                "--block",
                "8192",
                "--time",
                "--quiet",
                URI,
                "gen:silence",
            ],
            capture_output=True,
            text=True,
            timeout=600,
            check=True,
            env=dict(os.environ, CIRCUMPLEX_MODEL=MODEL),
        )
        self.assertIn(f"block 8192: {-(-10 * RATE // 8192)} runs, mean ", done.stderr)

    def test_of_a_hundred_runs_p99_is_the_slowest(self):
        done = self.says("100 runs, mean ", "--block", "480", "--time", "--quiet", seconds="1")
        names = ("mean", "p50", "p99", "p99.9", "max")
        time_of = {n: float(re.search(rf"{n} ([0-9.]+)", done.stderr)[1]) for n in names}
        self.assertEqual([time_of["p99"], time_of["p99.9"]], 2 * [time_of["max"]])
        self.assertLess(time_of["p50"], time_of["max"])
        self.assertLess(time_of["mean"], time_of["max"])

    def test_real_time_takes_its_time(self):
        before = time.monotonic()
        self.rows("--realtime", seconds="0.5")
        self.assertGreater(time.monotonic() - before, 0.45)

    def test_instances_are_counted(self):
        self.says("^2 instances, block 256: run", "--instances", "2", seconds="1")
        self.says("^1 instances, block 64: run", "--instances", "1", "--block", "64", seconds="0.2")

    # Sounds.

    def sound(self, name, seconds, left=True, right=True):
        seed, frames = 1, []
        for _ in range(int(seconds * RATE)):
            seed = (seed * 1664525 + 1013904223) % 2**32
            value = (seed >> 18) - 8192
            frames.append((value * left, value * right))
        write_wav(self.at(name), frames)
        return self.at(name)

    def test_a_file_is_read_to_its_end_and_from_the_given_start(self):
        whole = self.sound("whole.wav", 1.7)
        rows = self.rows("--all", sound=whole, seconds="100")
        self.assertEqual(int(rows[-1]["sample"]), int(1.7 * RATE))
        self.assertGreater(float(rows[-1]["loudness"]), -40)
        with open(whole, "rb") as file:
            data = file.read()
        rest = data[44 + 4 * RATE // 2 :]
        write_wav(self.at("rest.wav"), struct.iter_unpack("<hh", rest))
        self.assertEqual(
            self.rows("--skip", "0.5", sound=whole, seconds="9"),
            self.rows(sound=self.at("rest.wav"), seconds="9"),
        )

    def test_both_channels_of_a_file_are_read(self):
        loudness = []
        for sides in ((True, False), (False, True)):
            path = self.sound("side.wav", 1.2, *sides)
            loudness.append(self.rows(sound=path, seconds="9")[-1]["loudness"])
        self.assertEqual(*loudness)
        self.assertGreater(float(loudness[0]), -60)

    def test_each_generator_makes_its_sound(self):
        heard = {}
        for name in ("music", "noise", "sine", "silence"):
            heard[name] = float(self.rows(sound="gen:" + name, seconds="1")[-1]["loudness"])
        self.assertLess(heard["silence"], -100)
        self.assertEqual(len(set(heard.values())), 4)
        self.says('no generator "drum"', sound="gen:drum", status=1)
        self.says("none.wav", sound=self.at("none.wav"), status=1)
        path = self.sound("fast.wav", 0.1)
        self.says("48000 samples a second, not 44100", "--rate", "44100", sound=path, status=1)

    # What happens during the run.

    def test_a_setting_that_cannot_be_applied_is_reported(self):
        for option in ("nothing=1", "valence=1"):
            self.says(f'{option.split("=")[0]}="1" could not be applied', "--set", option, status=1)
        self.says('nothing="x" could not be applied', "--property", "nothing=x", status=1)

    def test_properties_reach_the_plugin_with_their_type(self):
        texts = ("--property", "oscName=l@mp@0.1", "--osc", "osc.udp://127.0.0.1:9@0")
        self.says(GOOD, *texts, "--property", "oscSingle=1", "--state", "SAVE=" + self.at("a"))
        text = self.saved("a")
        self.assertIn('"l@mp"', text)
        self.assertIn('"osc.udp://127.0.0.1:9"', text)
        self.assertIn("oscSingle> true", text)
        switch = ("--property", "oscSingle=1", "--property", "oscSingle=0@0.2")
        self.says(GOOD, *switch, "--state", "SAVE=" + self.at("off"))
        self.assertIn("oscSingle> false", self.saved("off"))
        # Alone: the plugin reads it on another thread.
        self.says(GOOD, "--model", MODEL, "--state", "SAVE=" + self.at("b"))
        self.assertRegex(self.saved("b"), "#model> <.*" + os.path.basename(MODEL))

    def test_a_restart_starts_again(self):
        rows = self.rows(
            "--set",
            "source=1",
            "--set",
            "response=2",
            "--set",
            "lane_valence=1",
            "--restart",
            "0.2",
            "--all",
            "--block",
            "480",
        )
        valence = {int(r["sample"]): float(r["valence"]) for r in rows}
        self.assertGreater(valence[9600], 0.05)
        self.assertLess(valence[10080], 0.02)
        self.assertGreater(valence[19200], 0.05)

    def test_a_window_gets_messages_while_it_is_open(self):
        def levels(*options):
            done = self.says("window: ", "--ui", *options, seconds="1", sound="gen:music")
            return int(re.search(r"(\d+) levels", done.stderr)[1])

        whole = levels()
        self.assertTrue(20 <= whole <= 26)
        self.assertTrue(8 <= levels("--ui-at", "close@0.4") <= 12)
        both = levels("--ui-at", "close@0.4", "--ui-at", "open@0.6")
        self.assertTrue(16 <= both < whole)
        self.assertEqual(levels("--notify", "0"), 0)
        done = self.says('status: model "', "--ui", seconds="2.7", sound="gen:music")
        self.assertRegex(done.stderr, "window: 5 estimate messages with 5 records, ")

    def test_a_buffer_without_room_for_a_message_stays_within_its_bounds(self):
        for size in ("1", "15", "16", "40"):
            done = host("--ui", "--quiet", "--notify", size, seconds="1.2")
            self.assertIn(done.returncode, (0, 1), (size, done.stderr))

    def test_readings_do_not_depend_on_the_worker(self):
        runs = [
            self.rows("--worker", name, "--set", "response=0", seconds="2.2", sound="gen:music")
            for name in ("thread", "sync", "none", "gui")
        ]
        runs.append(
            self.rows("--freewheel", "--set", "response=0", seconds="2.2", sound="gen:music")
        )
        runs.append(
            self.rows("--in-place", "--set", "response=0", seconds="2.2", sound="gen:music")
        )
        self.assertTrue(any(float(r["valence"]) for r in runs[0]))
        for run in runs[1:]:
            self.assertEqual(run, runs[0])

    def test_each_worker_behaves_like_its_hosts(self):
        # A worker called inside run() must not send; without a worker no property is set.
        for name, sets, sends in (
            ("thread", True, True),
            ("gui", True, True),
            ("sync", True, False),
            ("none", False, False),
        ):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as lamp:
                lamp.bind(("127.0.0.1", 0))
                lamp.setblocking(False)
                to = ("--osc", f"osc.udp://127.0.0.1:{lamp.getsockname()[1]}")
                options = ("--worker", name, "--property", "oscName=lamp", *to)
                self.says(GOOD, *options, "--state", "SAVE=" + self.at(name), seconds="2.2")
                self.assertEqual('"lamp"' in self.saved(name), sets, name)
                try:
                    arrived = len(lamp.recv(2048)) > 0
                except BlockingIOError:
                    arrived = False
                self.assertEqual(arrived, sends, name)

    def test_flags_are_independent(self):
        before = time.monotonic()
        self.rows("--free-running", "--quiet", seconds="100")
        self.assertLess(time.monotonic() - before, 90)
        for flag, value in (("--freewheel", 1), ("--in-place", 0)):
            self.says(GOOD, flag, "--state", "SAVE=" + self.at(flag))
            self.assertEqual(self.settings(flag)["freewheel"], value)

    # Sessions and presets.

    def test_a_session_is_saved_and_restored_when_asked(self):
        first, second = self.at("first"), self.at("second")
        self.says(
            GOOD,
            "--set",
            "gate=-70",
            "--set",
            "gate=-75@0.2",
            "--set",
            "valence_trim=0.25",
            "--property",
            "oscName=lamp",
            "--save",
            first + "@0.1",
            "--state",
            "SAVE=" + second,
        )
        self.assertEqual(self.settings("first")["gate"], -70)
        self.assertEqual(self.settings("second")["gate"], -75)
        for i, options in enumerate(
            (
                ("--state", "RESTORE=" + second),
                ("--restore", second + "@0.1"),
                ("--unterminated", "--restore", second + "@0.1"),
            )
        ):
            again = f"again{i}"
            self.says(GOOD, *options, "--state", "SAVE=" + self.at(again))
            self.assertEqual(self.settings(again), self.settings("second"))
            self.assertIn('"lamp"', self.saved(again))
        self.says("no state in", "--state", "RESTORE=" + self.at("none"), status=1)
        self.says("could not be applied", "--restore", self.at("none") + "@0.1", status=1)
        self.says("could not be applied", "--state", "SAVE=/proc/none", status=1)

    def test_a_preset_is_found_by_its_name_and_its_uri(self):
        for i, name in enumerate(("Lighting", "urn:circumplex:preset:meter:lighting")):
            self.says(GOOD, "--preset", name, "--state", f"SAVE={self.at(str(i))}")
            self.assertAlmostEqual(self.settings(str(i))["response"], 0.3)
        self.says('no preset "Dark"', "--preset", "Dark", status=1)

    # MIDI and CV.

    def test_midi_is_written_at_its_time(self):
        path = self.at("out.mid")
        done = self.says(
            GOOD,
            *self.LANES,
            "--set",
            "lane_valence=1@0.1",
            "--set",
            "lane_valence=-1@0.25",
            "--midi",
            path,
            "--quiet",
            uri="urn:circumplex:meter-midi",
        )
        with open(path, "rb") as file:
            events = midi_events(file.read())
        self.assertIn(f"MIDI: {len(events)} messages", done.stderr)
        valence = [(t, m[2]) for t, m in events if m[:2] == (0xB0, 20)]
        self.assertEqual([value for _, value in valence], [64, 127, 0])
        self.assertAlmostEqual(valence[0][0], 0.0, delta=0.001)
        self.assertAlmostEqual(valence[1][0], 0.1, delta=0.02)
        self.assertAlmostEqual(valence[2][0], 0.25, delta=0.02)
        self.assertEqual(
            host("--midi", "/proc/none", uri="urn:circumplex:meter-midi").returncode, 1
        )
        if os.path.exists("/dev/full"):
            self.assertEqual(
                host("--midi", "/dev/full", uri="urn:circumplex:meter-midi").returncode, 1
            )

    def test_cv_is_written_as_it_is_or_scaled(self):
        lanes = (*self.LANES, "--set", "lane_valence=0.5", "--set", "lane_arousal=-0.5", "--quiet")
        for scaled, expected in (
            ((), (0.5, -0.5, 0.0, 0.75, 0.25)),
            (("--scaled-cv",), (0.75, 0.25, 0.0, 0.75, 0.25)),
        ):
            self.says(
                GOOD, *lanes, *scaled, "--cv", self.at("cv.wav"), uri="urn:circumplex:meter-cv"
            )
            with open(self.at("cv.wav"), "rb") as file:
                for value, wanted in zip(last_frame(file.read()), expected, strict=True):
                    self.assertAlmostEqual(value, wanted, places=3)

    # A plugin that misbehaves (rude.c).

    def test_changed_audio_is_noticed(self):
        for options in ((), ("--in-place",)):
            self.says(GOOD, *options, uri="urn:circumplex:rude", sound="gen:noise")
            for side in "12":
                change = ("--set", f"side={side}@0.3", *options)
                self.says("audio: DIFFERS", *change, uri="urn:circumplex:rude", status=1)

    def test_ports_without_a_default_begin_at_zero(self):
        rows = self.rows("--all", "--state", "SAVE=" + self.at("a"), uri="urn:circumplex:rude")
        self.assertEqual({row["unwritten"] for row in rows}, {"0"})
        self.assertEqual(self.settings("a"), {"side": 0})

    def test_without_a_worker_there_is_no_worker_feature(self):
        for worker in ("thread", "gui", "sync", "none"):
            self.says(GOOD, "--worker", worker, uri="urn:circumplex:rude")

    def test_atom_outputs_are_connected_unless_they_have_no_room(self):
        for linked, *options in (("1",), ("0", "--notify", "0")):
            rows = self.rows(*options, uri="urn:circumplex:rude")
            self.assertEqual(rows[-1]["linked"], linked)

    def test_restored_paths_end_with_nul_unless_asked(self):
        session = self.at("a")
        self.says(GOOD, "--state", "SAVE=" + session, uri="urn:circumplex:rude")
        for size, *options in (("6",), ("5", "--unterminated")):
            restored = (*options, "--state", "RESTORE=" + session)
            rows = self.rows(*restored, uri="urn:circumplex:rude")
            self.assertEqual(rows[-1]["size"], size)

    # Refused arguments.

    def test_an_invalid_command_line_is_refused(self):
        wrong = [
            ("--seconds", "0"),
            ("--set", "gate"),
            ("--set", "gate=1@soon"),
            ("--block", "0"),
            ("--block", "8193"),
            ("--worker", "other"),
            ("--state", "KEEP=x"),
            ("--restart", "-1"),
            ("--ui-at", "half@0.1"),
            ("--instances", "0"),
            ("--instances", "257"),
            ("--notify", "x"),
            ("--set", "x" * 5000),
            ("--set", "x" * 128 + "=1"),
            ("--save", "x@"),
        ]
        for options in (*wrong, ("--set", "gate=-60") * 65):
            done = host(*options)
            self.assertEqual(done.returncode, 2, options)
            self.assertIn("circumplex-host: ", done.stderr)
        self.assertEqual(host(*("--set", "gate=-60") * 64).returncode, 0)
        for arguments in ((), (URI, "gen:sine", "more")):
            done = subprocess.run([HOST, *arguments], capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 2)
            self.assertIn("a plugin's URI is needed, and at most one input", done.stderr)
        self.says("No plugin <urn:none> in ", uri="urn:none", status=1)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
