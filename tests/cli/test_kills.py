#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ends of every kind, at random moments of `analyze FOLDER -o` and `library add`: nothing that was
finished is lost, nothing invalid is left, and the same command goes on from there.

Run as: test_kills.py PROGRAM MODEL [ROUNDS].  ROUNDS of each kind (4; 100 for all that was
promised): kill -9, Ctrl-C, SIGTERM, SIGPIPE and a disk that is full (a small tmpfs where that may
be mounted, else a limit on a file's size).
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

PROGRAM, MODEL = map(os.path.abspath, sys.argv[1:3])
ROUNDS = int(sys.argv[3]) if len(sys.argv) > 3 else 4
SONGS, RATE = 24, 8000
SIGNALS = {
    "kill -9": signal.SIGKILL,
    "Ctrl-C": signal.SIGINT,
    "SIGTERM": signal.SIGTERM,
    "SIGPIPE": signal.SIGPIPE,
}
ENVIRONMENT = dict(os.environ, CIRCUMPLEX_MODEL=MODEL,
                   TSAN_OPTIONS=os.environ.get("TSAN_OPTIONS", "") + ":report_thread_leaks=0")
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
dice = random.Random(20)


def fail(*what):
    raise SystemExit("FAILED: " + " ".join(map(str, what)))


def check(is_good, *what):
    if not is_good:
        fail(*what)


def sound(path, pitch, seconds):
    data = array.array("h")
    for i in range(int(seconds * RATE)):
        t = i / RATE
        data.append(int(9000 * math.exp(-4 * (t % 0.37)) * math.sin(2 * math.pi * pitch * t)))
    bytes_ = data.tobytes()
    with open(path, "wb") as out:
        out.write(
            b"RIFF"
            + struct.pack("<I", 36 + len(bytes_))
            + b"WAVEfmt "
            + struct.pack("<IHHIIHH", 16, 1, 1, RATE, 2 * RATE, 2, 16)
            + b"data"
            + struct.pack("<I", len(bytes_))
            + bytes_
        )


def start(command, limit=None):
    """Start the program; limit: most bytes of a file."""
    def before():
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell's background work has it ignored
        if limit is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    return subprocess.Popen(
        [PROGRAM, *command],
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        restore_signals=limit is None,
        preexec_fn=before,
    )


def finish(command):
    with start(command) as child:
        out, errors = child.communicate(timeout=300)
    check(child.returncode == 0 and errors == b"", command, child.returncode, errors)
    return out


def files_in(form, text):
    """The files of a table, each with its rows; an exception if the table is not valid."""
    if form == "csv":
        found = {}
        for row in csv.DictReader(io.StringIO(text), strict=True):
            check(None not in row and None not in row.values(), "torn row", row)
            found.setdefault(row["file"], []).append(tuple(row.values()))
        return found
    if form == "json":
        return {f["file"]: f for f in json.loads(text)["files"]}
    return {f["file"]: f for f in map(json.loads, text.splitlines())}


class Analyze:
    """A table of a folder."""
    name = "analyze"

    def __init__(self, music, folder):
        self.music, self.folder = music, folder
        self.whole = {}
        begun = time.monotonic()
        for form in ("csv", "json", "jsonl"):
            self.whole[form] = finish(["analyze", "-q", "-f", form, music]).decode()
        self.usual = (time.monotonic() - begun) / 3
        self.best = 0

    def begin(self):
        self.form = dice.choice(("csv", "json", "jsonl"))
        self.out = os.path.join(self.folder, "table." + self.form)
        self.command = [
            "analyze",
            "-q",
            f"-j{dice.choice((1, 2))}",
            "-f",
            self.form,
            "-o",
            self.out,
            self.music,
        ]

    def marked(self):
        """The finished files in an output that is still being written."""
        try:
            with open(self.out + ".part", encoding="utf-8") as part:
                return part.read().count('{"file"') if self.form != "csv" else len({
                    line.split(",")[0] for line in part.read().splitlines()[1:-1]}) - 1
        except OSError:
            return 0

    def look(self, finished, is_killed):
        """finished: files before the end."""
        all_ = files_in(self.form, self.whole[self.form])
        if os.path.exists(self.out):
            with open(self.out, encoding="utf-8") as out:
                kept = files_in(self.form, out.read())
            for name, rows in kept.items():
                check(rows == all_[name], "another reading of", name)
            check(
                len(kept) >= min(finished, SONGS),
                "lost:",
                finished,
                "files were finished,",
                len(kept),
                "are kept",
            )
            self.best = max(self.best, len(kept) if len(kept) < SONGS else 0)
        else:
            check(is_killed or finished <= 0, "lost:", finished, "finished files")
            self.best = max(self.best, self.marked() if is_killed else 0)
        check(is_killed or not os.path.exists(self.out + ".part"), "a part is left")

    def go_on(self):
        finish([*self.command, "--resume"])
        with open(self.out, encoding="utf-8") as out:
            text = out.read()
        # A file that was ended amid its work comes behind those that others had finished meanwhile.
        check(
            files_in(self.form, text) == files_in(self.form, self.whole[self.form]),
            "resumed to another table",
            self.command,
        )
        check(
            len(text) == len(self.whole[self.form]), "resumed to more than there is", self.command
        )
        check(not os.path.exists(self.out + ".part"), "a part is left")
        os.unlink(self.out)


class Add:
    """A library of a folder."""
    name = "library add"

    def __init__(self, music, folder):
        self.music, self.folder = music, folder
        self.db = os.path.join(folder, "l.db")
        begun = time.monotonic()
        self.begin()
        finish(self.command)
        self.usual = time.monotonic() - begun
        self.whole = self.songs()
        check(len(self.whole) == SONGS, "only", len(self.whole), "songs")
        os.unlink(self.db)
        self.best = 0

    def begin(self):
        self.command = [
            "library",
            "add",
            "-q",
            f"-j{dice.choice((1, 2))}",
            "--db",
            self.db,
            self.music,
        ]

    def songs(self):
        db = sqlite3.connect(self.db)
        try:
            check(db.execute("PRAGMA integrity_check").fetchall() == [("ok",)], "damaged")
            check(db.execute("PRAGMA foreign_key_check").fetchall() == [], "rows that lead nowhere")
            if db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 0:
                return set()
            count = db.execute("SELECT count(*) FROM songs").fetchone()[0]
            rows = db.execute(
                "SELECT f.path, s.sound, s.samples, r.numbers, c.points FROM files f JOIN songs s"
                " ON s.id = f.song JOIN readings r ON r.song = s.id JOIN curves c ON c.id = r.curve"
            ).fetchall()
            check(len(rows) == count, "half a song")
            return set(rows)
        finally:
            db.close()

    def marked(self):
        return 0  # what is stored is seen afterwards

    def look(self, _finished, _is_killed):
        if os.path.exists(self.db):
            songs = self.songs()
            check(songs <= self.whole, "another reading")
            self.best = max(self.best, len(songs) if len(songs) < SONGS else 0)

    def go_on(self):
        before = self.songs() if os.path.exists(self.db) else set()
        finish(self.command)
        check(self.songs() == self.whole and before <= self.whole, "not all songs in the end")
        os.unlink(self.db)


def is_silent_of(errors, number):
    """An end by a signal prints no error, only one line about what is kept."""
    return b"stopped" in errors or errors == b"" or number == signal.SIGKILL


def end_by(task, number):
    task.begin()
    with start(task.command) as child:
        time.sleep(dice.uniform(0.0, task.usual))
        finished = task.marked()
        child.send_signal(number)
        errors = child.communicate(timeout=300)[1]
    good = (
        (0,)
        if number == signal.SIGPIPE
        else (0, 130) if number != signal.SIGKILL else (0, -signal.SIGKILL)
    )
    # Before the program handles the signal, it ends the program like any other.
    check(child.returncode in (*good, -number), task.name, number, child.returncode, errors)
    check(is_silent_of(errors, number), errors)
    task.look(finished if child.returncode != -number else 0, child.returncode == -number)
    task.go_on()
    is_early = child.returncode != 0
    task.usual *= 1.04 if is_early else 0.9  # the machine is not always as busy
    return is_early


def fill_disk(task, small):
    """small: a tmpfs to fill, or None."""
    task.begin()
    if small is None:
        limit = dice.randrange(1000, 60000 if task.name == "analyze" else 120000)
        with start(task.command, limit) as child:
            errors = child.communicate(timeout=300)[1]
    else:
        with open(os.path.join(small, "ballast"), "wb") as ballast:
            free = os.statvfs(small)
            room = free.f_bavail * free.f_frsize
            ballast.write(bytes(room - dice.randrange(0, room * 3 // 4)))
        with start(task.command) as child:
            errors = child.communicate(timeout=300)[1]
    check(child.returncode in (0, 1), task.name, "full disk", child.returncode, errors)
    check((errors == b"") == (child.returncode == 0), "full disk:", child.returncode, errors)
    task.look(0, False)
    if small is not None:
        os.unlink(os.path.join(small, "ballast"))
    task.go_on()
    return child.returncode != 0


def mount_small(folder):
    """A tmpfs of 400 kB that only this process sees: its path, or None."""
    small = os.path.join(folder, "small")
    os.mkdir(small)
    done = (
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=400k", "none", small],
            capture_output=True,
            check=False,
        )
        if os.environ.get("OWN_MOUNTS") and shutil.which("mount")
        else None
    )
    return small if done is not None and done.returncode == 0 else None


def own_mounts():
    """Continue in a mount namespace of our own, if that is allowed."""
    command = ["unshare", "-m", sys.executable, *sys.argv]
    if os.environ.get("OWN_MOUNTS") or os.geteuid() != 0 or shutil.which("unshare") is None:
        return
    if subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode == 0:
        os.execvpe(command[0], command, dict(os.environ, OWN_MOUNTS="1"))


def main():
    own_mounts()
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        music, plain = os.path.join(folder, "music"), os.path.join(folder, "plain")
        os.mkdir(music)
        os.mkdir(plain)
        for i in range(SONGS):
            sound(os.path.join(music, f"{i:02}.wav"), 150 + 37 * i, 1.6 + 0.5 * (i % 3))
        small = mount_small(folder)
        try:
            for kind in (Analyze, Add):
                task = kind(music, plain)
                for name, number in SIGNALS.items():
                    ended = sum(end_by(task, number) for _ in range(ROUNDS))
                    print(
                        f"{task.name}: {name}: {ROUNDS} times, {ended} before the end", flush=True
                    )
                task = kind(music, small or plain)
                ended = sum(fill_disk(task, small) for _ in range(ROUNDS))
                print(
                    f"{task.name}: full disk ({'tmpfs' if small else 'limit'}): {ROUNDS} times,"
                    f" {ended} too full",
                    flush=True,
                )
        finally:
            if small is not None:
                subprocess.run(["umount", small], check=False)


if __name__ == "__main__":
    main()
