#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text from outside: no file name, tag or argument can control the terminal, and JSON stays valid.

Run as: test_text.py PROGRAM MODEL.  Standard library only."""
import array
import json
import os
import struct
import subprocess
import sys
import tempfile
import unittest

PROGRAM, MODEL = sys.argv[1:3]
# ESC, BEL, a C1 control (CSI), the line separator, the turn of direction, and what is no UTF-8.
BAD = {
    "esc": b"\x1b[31m",
    "bel": b"\x07",
    "c1": "\u009b2J".encode(),
    "line": b"\n",
    "separator": "\u2028".encode(),
    "turn": "\u202e".encode(),
    "no utf-8": b"\xff\xfe",
}


def wav(path, tag):
    data = array.array("h", [(i * 37) % 8000 for i in range(16000)]).tobytes()
    text = tag + b"\0" * (2 - len(tag) % 2)
    info = b"INFOINAM" + struct.pack("<I", len(text)) + text
    chunks = (
        b"WAVEfmt "
        + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16)
        + b"data"
        + struct.pack("<I", len(data))
        + data
    )
    chunks += b"LIST" + struct.pack("<I", len(info)) + info
    with open(path, "wb") as out:
        out.write(b"RIFF" + struct.pack("<I", len(chunks)) + chunks)


class Text(unittest.TestCase):
    def setUp(self):
        self.holder = tempfile.TemporaryDirectory(
            dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        )
        self.addCleanup(self.holder.cleanup)
        self.folder = os.fsencode(self.holder.name)

    def run_it(self, *arguments):
        environment = dict(os.environ, CIRCUMPLEX_MODEL=MODEL, HOME=self.holder.name)
        command = [PROGRAM, *arguments]
        return subprocess.run(
            command,
            capture_output=True,
            env=environment,
            timeout=300,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    def look(self, name, piece, done, lines=None):
        """PIECE must not be in output for people, and line ends only at the end of lines."""
        for stream, text in (("output", done.stdout), ("errors", done.stderr)):
            where = f"{name} in {stream} of {done.args[1:]}: {text!r}"
            if name == "line":
                if lines is not None and stream == "errors":
                    self.assertLessEqual(text.count(b"\n"), lines, where)
            else:
                self.assertNotIn(piece, text, where)

    def test_errors_cannot_control_a_terminal(self):
        for name, piece in BAD.items():
            path = os.path.join(self.folder, b"x" + piece + b"y")
            wrong = path + b".wav"
            with open(wrong, "wb") as out:
                out.write(b"rubbish")
            for arguments in (
                ("analyze", "-q", wrong),
                ("analyze", "-q", path + b"-gone.wav"),
                ("features", "-q", "-o", path + b".safetensors", wrong),
                ("model", path + b".safetensors"),
                ("analyze", "-m", path, wrong),
                ("analyze", "-q", "--list", path + b".m3u"),
                ("library", "list", b"--db=" + path + b".db"),
                ("library", "add", b"--db=" + wrong, self.folder),
                ("library", "match", b"--csv=" + path + b".csv", b"--db=" + path + b".db"),
            ):
                done = self.run_it(*arguments)
                self.assertNotEqual(done.returncode, 0, arguments)
                self.assertNotEqual(done.stderr, b"", arguments)
                self.look(name, piece, done, lines=3)

    def test_tables_cannot_control_a_terminal_and_json_stays_valid(self):
        for number, (name, piece) in enumerate(BAD.items()):
            music, db = os.path.join(self.folder, b"music%d" % number), os.path.join(
                self.folder, b"%d.db" % number
            )
            os.mkdir(music)
            path = os.path.join(music, b"x" + piece + b"y.wav")
            wav(path, b"title" + piece + b"end")
            self.look(name, piece, self.run_it("analyze", "-q", "-s", path))
            self.look(name, piece, self.run_it("library", "add", "-q", b"--db=" + db, music))
            for command in (("list",), ("near", "0", "0"), ("show", "1")):
                done = self.run_it("library", *command, b"--db=" + db)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.look(name, piece, done)
                songs = json.loads(self.run_it("library", *command, "--json", b"--db=" + db).stdout)
                self.assertIn("title", json.dumps(songs))
            json.loads(self.run_it("analyze", "-q", "-f", "json", path).stdout)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
