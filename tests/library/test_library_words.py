#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `circumplex library` prints, word for word: library_words.txt has each command and its
output.

Run as: test_library_words.py PROGRAM MODEL [--write].  Standard library only.  The sounds are read
once; then made-up numbers take the place of their readings, so that the output is the same
everywhere.  --write makes library_words.txt anew: look at what has changed.
"""
import array
import difflib
import math
import os
import pathlib
import re
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile

PROGRAM, MODEL = sys.argv[1:3]
GOLDEN = pathlib.Path(__file__).with_name("library_words.txt")
RATE = 8000
SILENT = -32768
# Valence, arousal, their spreads, confidence, duration (s); the course of each axis.
READINGS = {
    1: ((0.5, 0.25, 0.125, 0.0625, 0.875, 3661.0), range(-32000, 32000, 1000), range(0, 6400, 100)),
    2: ((-0.5, 0.75, 0.25, 0.5, 0.5, 59.9), [3277, SILENT, SILENT, 6554], [0, SILENT, SILENT, -5]),
    3: ((-0.75, -0.5, 0.0, 0.03125, 0.125, 125.0), [SILENT] * 4, [SILENT] * 4),
    4: ((0.5, -0.625, 0.5, 0.25, 0.75, 3600.0), [-16384] * 20, [16384] * 20),
}
QUESTIONS = """
list
list --sort=valence -n 2
list --sort=arousal --paths
list --sort=duration --paths
list --sort=title --paths
list --quadrant=Q1 --quadrant=Q3 --paths
list --quadrant=Q4 alpha
list alpha ann --json
list --failed
list --damaged
list --missing
list --copies
list --models
list --m3u=-
near 0.5 0.25
near --like=3 -n 1
near 0.5 0.25 --json --radius=0.1
path -0.75 -0.5 0.5 0.25 -n 3
path 0.5 0.25 -0.75 -0.5 -n 12
match 0:-0.5,0.5 9:-0.5,0.5 -n 2
match 0:-0.5,- 4:-0.5,- --passage -n 2
match --song=4 --valence-only -n 2
match --song=4 --arousal-only -n 2
match 0:0,0 99:0,0 --passage
show 1 2
show 3 4 --json
export --csv=-
export --csv=- --no-guard gamma
export --json=- gamma
tag --dry-run alpha
tag --dry-run --quadrant=q2 -n 1
show nobody
show gone.wav
show bad.wav
list --model=other
remove nobody
list --failed --paths
list --damaged --null
list --sort=artist --null
list --sort=id --json -n 1
list --sort=loudness
list --artist=ann --paths
list --text=delta ALPHA --paths
list --min-duration=1:00 --max-duration=60:00 --paths
list --min-duration=1:00:00
list --max-duration=125 --paths
list --confidence=0.5 --paths
list --quadrant=neutral --paths
list --quadrant=Q5
list --model=DIGITS4 -n 1
list --model=DIGITS3 -n 1
list --model=MODEL -n 1
list --static=tnn
list -m tnn
list --limit=0
list -n 9 gamma
near -0.5 0.75 -n 2 --paths
near -0 -0 -n 1 --null
near -0 0.25 -n 1
near 0 -0 -n 1
near 0.5 0.25 --radius=0.33 --m3u=-
near --like=ann -n 1 --paths
near --like=again.wav -n 1 --paths
near --like=nobody
path -0.75 -0.5 0.5 0.25
path -0.75 -0.5 0.5 0.25 -n 2 --json
path -0.75 -0.5 0.5 -0 --paths --confidence=0.5
match --song=1 --from=2 --to=6 --passage -n 2
match --song=1 --from=0:31.5 -n 1
match --song=1 --from=32 -n 1
match --song=alpha --to=1000 -n 1
match --csv=../profile.csv
match --csv=../profile.csv --relative -n 2
match 0:0.5,-0.5 4:0.5,-0.5 --relative -n 2
match 0:0.5,-0.5 4:0.5,-0.5 --passage --whole --json -n 1
match 0:0.5,-0.5 4:0.5,-0.5 --passage --json -n 1
match 0:0.5,- 4:0.5,- --arousal-only
match --csv=none.csv
match 0:0.5
match 0:0.5,- 4:0.5,- --valence-only -n 1
near 0.5 0.25 --radius=2 --paths
list -n 1 --m3u=../list.m3u
list -n 1 --m3u=/nowhere/list.m3u
show 3
show a.wav 4
show nobody 1 --json
show 99
export --m3u=- --sort=id
export --m3u=- -n 1 ann
export --csv=- --confidence=0.8
export --json=../export.json --csv=- delta
add MUSIC
remove 2
remove MUSIC
list
"""
AFTER_MERGE = """
merge both.db one.db
merge none.db two.db
add none.wav a.wav
add --list=none.txt
add --quiet cut.wav
add a.wav moved.wav --rescan
remove 1 99
remove odd
remove cut.wav
"""
OF_SEVERAL_MODELS = """
list -n 1
list --models
list -m lstm -n 1
list -m vae-attentive -n 1
list --static=tnn
list --static=static-tnn --json
list -m static-tnn
export --static=tnn --csv=-
show 2
show 2 --json
near 0.5 -0.25 --static=tnn
near 0 0 --static=tnn --like=1
near --like=1 --static=tnn
tag --dry-run --static=tnn
match 0:0,0 4:0,0
near 1 1 --paths
near 0.25 -0.25 -n 1
path 0 0 1 1
remove 1 2 -q
remove 1 2
"""


def wav(path, seconds, pitch, part=1.0, size=0, **tags):
    samples = array.array("h", (int(9000 * math.sin(2 * math.pi * pitch * i / RATE) *
                                    math.exp(-4 * (i / RATE % 0.4)))
                                for i in range(int(seconds * RATE)))).tobytes()
    info = b"INFO"
    for name, text in tags.items():
        data = text.encode() + b"\0" * (2 - len(text.encode()) % 2)
        info += name.encode() + struct.pack("<I", len(data)) + data
    chunks = b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, RATE, 2 * RATE, 2, 16)
    chunks += b"LIST" + struct.pack("<I", len(info)) + info
    chunks += b"data" + struct.pack("<I", size or len(samples)) + samples
    data = b"RIFF" + struct.pack("<I", len(chunks) + size) + chunks
    with open(path, "wb") as out:
        out.write(data[:int(part * len(data))])
        if size:
            out.truncate(len(data) + size)  # zeros


class Words:
    def __init__(self, folder):
        self.music, self.db = os.path.join(folder, "music"), os.path.join(folder, "songs.db")
        os.mkdir(self.music)
        info = subprocess.run([PROGRAM, "model", "info", MODEL], stdout=subprocess.PIPE, check=True)
        self.digits = re.search("hash +(.*)", info.stdout.decode())[1]
        with open(os.path.join(folder, "profile.csv"), "w", encoding="ascii") as out:
            out.write("time_s,valence,arousal\n1,-0.5,0.5\n9,-0.5,0.5\n")
        self.told = []

    def at(self, name):
        return os.path.join(self.music, name)

    def ask(self, command):
        words = command.replace("MUSIC", self.music).replace("MODEL", MODEL)
        words = re.sub(r"DIGITS(\d)", lambda m: self.digits[:int(m[1])], words).split()
        done = subprocess.run(
            [PROGRAM, "library", *words, "--db=" + self.db, *["--jobs=1"] * (words[0] == "add")],
            capture_output=True, cwd=self.music, timeout=300, check=False,
            env=dict(os.environ, CIRCUMPLEX_MODEL=MODEL),
        )
        text = f"$ library {command}\n{done.stdout.decode()}"
        text += "".join(f"! {line}\n" for line in done.stderr.decode().splitlines())
        if done.returncode:
            text += f"= {done.returncode}\n"
        text = text.replace(self.music, "MUSIC").replace(self.db, "DB").replace("\0", "<NUL>\n")
        text = text.replace(MODEL, "MODEL").replace(f"'{self.digits[:3]}'", "'DIGITS3'")
        text = re.sub("installed are: .*", "installed are: ALL", text)
        text = re.sub(r"that can be read \(.*?\)", "that can be read (WHY)", text)
        text = re.sub(r"\b[0-9a-f]{16}\b", "HASH", text)
        self.told.append(re.sub(r'"version": "[^"]*"', '"version": "VERSION"', text))

    def fill(self):
        wav(self.at("a.wav"), 1.1, 220, INAM="Alpha", IART="Ann", IPRD="First")
        wav(self.at("beta.wav"), 1.2, 330)
        wav(self.at("c, d.wav"), 1.3, 440, INAM="=Gamma", IART='The "C"')
        wav(self.at("cut.wav"), 4.0, 550, part=0.5, INAM="Delta alpha")
        with open(self.at("bad.wav"), "wb") as out:
            out.write(b"rubbish")
        wav(self.at("still.wav"), 0.0, 0, size=2 * RATE * 25 * 60)  # not too long, but silent
        self.ask("add MUSIC")
        shutil.copy(self.at("a.wav"), self.at("again.wav"))
        self.ask("add MUSIC")
        db = sqlite3.connect(self.db)
        titles = dict(db.execute("SELECT title, id FROM songs"))
        order = [titles[name] for name in ("Alpha", "", "=Gamma", "Delta alpha")]
        if order != [1, 2, 3, 4]:
            raise SystemExit(f"songs are in another order: {order}")
        for song, (numbers, *course) in READINGS.items():
            points = [v for axis in course for v in axis]
            db.execute("UPDATE readings SET numbers = ? WHERE song = ?",
                       (struct.pack("<6f", *numbers), song))
            db.execute("UPDATE curves SET points = ? WHERE id = "
                       "(SELECT curve FROM readings WHERE song = ?)",
                       (struct.pack(f"<{len(points)}h", *points), song))
        db.commit()
        db.close()

    def change(self):
        """Files disappear, move and return; a song becomes a copy of another one."""
        os.rename(self.at("beta.wav"), self.at("moved.wav"))
        os.unlink(self.at("again.wav"))
        os.unlink(self.at("c, d.wav"))
        os.mkdir(self.at("odd"))
        with open(self.at("odd/notes.txt"), "w", encoding="ascii"):
            pass
        self.ask("add MUSIC")
        self.ask("list --missing")
        self.ask("show 1")
        self.ask("tag --dry-run ann")
        self.ask("add --retry --exclude=cut.* MUSIC")
        self.other_libraries()
        db = sqlite3.connect(self.db)
        db.execute("UPDATE songs SET copy_of = 1 WHERE id = 2")
        db.commit()
        db.close()
        for command in ("list --copies", "show 1", "near --like=2", "remove --missing"):
            self.ask(command)

    def other_libraries(self):
        """Two libraries that are made from a list, and merged together."""
        own = self.db
        for name, files in (("one", "a.wav\ncut.wav\n"), ("two", "moved.wav\nodd\n")):
            with open(self.at(name + ".txt"), "w", encoding="ascii") as out:
                out.write(files)
            self.db = self.at(name + ".db")
            self.ask(f"add --list={name}.txt")
        self.db = self.at("both.db")
        self.ask("merge one.db two.db")
        self.ask("list --paths --sort=id")
        for command in AFTER_MERGE.strip().splitlines():
            self.ask(command)
        self.several_models()
        for name in ("one.db", "two.db", "both.db", "models.db", "one.txt", "two.txt"):
            pathlib.Path(self.at(name)).unlink(missing_ok=True)
        self.db = own

    def several_models(self):
        """Two models that read the same songs, and a static one."""
        self.db = self.at("models.db")
        for command in ("add a.wav moved.wav", "add -m lstm a.wav moved.wav",
                        "add --static=tnn moved.wav"):
            self.ask(command)
        db = sqlite3.connect(self.db)
        for (model,) in db.execute("SELECT DISTINCT model FROM readings").fetchall():
            db.execute("UPDATE readings SET curve = NULL, numbers = ? WHERE model = ?",
                       (struct.pack("<6f", 0.125 * model, -0.25, 0.5, 0.25, 0.75, 60.0), model))
        for song in range(3, 25):  # more than are listed without a limit
            db.execute("INSERT INTO songs(id, sound, samples, title) VALUES (?1, ?1, 1, 'x' || ?1)",
                       (song,))
            db.execute("INSERT INTO files(path, size, mtime, song) VALUES (?, 0, 0, ?)",
                       (f"/{song}.wav".encode(), song))
            db.execute("INSERT INTO readings(model, song, numbers) SELECT id, ?, ? FROM models "
                       "WHERE NOT static",
                       (song, struct.pack("<6f", 0.03125 * song, 0.5, 0.5, 0.25, 0.75, 60.0)))
        db.commit()
        db.close()
        for command in OF_SEVERAL_MODELS.strip().splitlines():
            self.ask(command)


def main():
    with tempfile.TemporaryDirectory() as holder:
        words = Words(os.path.realpath(holder))
        words.fill()
        questions = QUESTIONS.strip().splitlines()
        changes = questions.index("add MUSIC")
        for command in questions[:changes]:
            words.ask(command)
        words.change()
        for command in questions[changes:]:
            words.ask(command)
    told = "\n".join(words.told)
    if "--write" in sys.argv:
        GOLDEN.write_text(told, encoding="utf-8")
        return 0
    wanted = GOLDEN.read_text(encoding="utf-8")
    sys.stdout.writelines(difflib.unified_diff(
        wanted.splitlines(True), told.splitlines(True), "library_words.txt", "what is printed"))
    return told != wanted


if __name__ == "__main__":
    sys.exit(main())
