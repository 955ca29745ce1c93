# SPDX-License-Identifier: GPL-3.0-or-later
"""Sounds for the tests, and what the command line makes of them."""
import csv
import io
import json
import pathlib
import subprocess
import sys
import wave

import numpy as np

PROGRAM = sys.argv[1]
ROOT = pathlib.Path(__file__).resolve().parents[2]
RATE = 22050


def music(seconds, seed=1, channels=2):
    """Chords over a beat: 16-bit integers [n, channels]."""
    noise = np.random.default_rng(seed)
    t = np.arange(int(seconds * RATE)) / RATE
    root = np.array([220.0, 261.63, 196.0, 293.66])[(t / 2 + seed).astype(int) % 4]
    tone = sum(np.sin(2 * np.pi * root * k * t) for k in (1, 1.25, 1.5)) / 6
    beat = 0.3 * noise.uniform(-1, 1, (len(t), channels)) * np.exp(-30 * (t % 0.5))[:, None]
    return np.round((tone[:, None] + beat) * 32767 * 0.9).astype(np.int16)


def write(path, samples):
    with wave.open(str(path), "wb") as out:
        out.setparams((samples.shape[1], 2, RATE, 0, "NONE", ""))
        out.writeframes(samples.tobytes())
    return path


def run(*arguments, status=0):
    """Its standard output; the status is 1 where some file is bad or in part."""
    done = subprocess.run(
        [PROGRAM, *map(str, arguments)], capture_output=True, timeout=300, check=False
    )
    if done.returncode != status:
        raise AssertionError(
            f"{arguments}: status {done.returncode}: {done.stderr.decode(errors='replace')}"
        )
    return done.stdout


def rows(*arguments):
    return list(csv.DictReader(io.StringIO(run("analyze", *arguments).decode())))


def whole(*arguments, status=0):
    """The first file's object in JSON."""
    return json.loads(run("analyze", "--format=json", *arguments, status=status))["files"][0]
