# SPDX-License-Identifier: GPL-3.0-or-later
"""A Standard MIDI File in seconds instead of ticks, and its rendering by FluidSynth."""

from __future__ import annotations

import struct
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import soundfile

TICKS = 960  # a second: 480 a quarter note at 120 BPM
DRUMS = 9  # General MIDI's percussion channel
RENDER_RATE = 22050
SOUNDFONTS = {
    "fluid": Path("/usr/share/sounds/sf2/FluidR3_GM.sf2"),  # package fluid-soundfont-gm
    "timgm": Path("/usr/share/sounds/sf2/TimGM6mb.sf2"),  # package timgm6mb-soundfont
    # package musescore-general-soundfont-small
    "musescore": Path("/usr/share/sounds/sf3/MuseScore_General_Lite.sf3"),
}


def _delta(value):
    """A variable-length quantity."""
    parts = [value & 127]
    while value > 127:
        value >>= 7
        parts.append(value & 127 | 128)
    return bytes(reversed(parts))


class Score:
    """Events of one piece; times in seconds."""

    def __init__(self):
        self._events = []  # (tick, order, bytes): note-offs go before note-ons of the same tick

    def _add(self, seconds, order, *data):
        self._events.append((max(0, round(seconds * TICKS)), order, bytes(data)))

    def note(self, channel, start, length, pitch, velocity):
        """One note; pitches outside 12..119 are moved by octaves, velocity is held in 1..127."""
        while pitch < 12:
            pitch += 12
        while pitch > 119:
            pitch -= 12
        velocity = min(127, max(1, round(velocity)))
        self._add(start, 2, 0x90 | channel, int(pitch), velocity)
        self._add(start + max(0.02, length), 0, 0x80 | channel, int(pitch), 0)

    def program(self, channel, seconds, number):
        """Choose a General MIDI instrument (0..127)."""
        self._add(seconds, 1, 0xC0 | channel, number)

    def event(self, seconds, *data, late=False):
        """Any channel message as its bytes; `late` ones follow the others of the same moment, as
        notes do.
        """
        self._add(seconds, 2 if late else 0, *data)

    def control(self, channel, seconds, number, value):
        """A controller: 7 volume, 10 pan, 11 expression, 64 sustain pedal, 91 reverb."""
        self._add(seconds, 1, 0xB0 | channel, number, min(127, max(0, round(value))))

    def to_bytes(self, seconds):
        """The file, of format 0, lasting `seconds`."""
        track, now = bytearray(b"\x00\xff\x51\x03" + (500000).to_bytes(3, "big")), 0
        for tick, _, data in sorted(self._events, key=lambda event: event[:2]):
            track += _delta(tick - now) + data
            now = tick
        track += _delta(max(0, round(seconds * TICKS) - now)) + b"\xff\x2f\x00"
        return (
            b"MThd"
            + struct.pack(">IHHH", 6, 0, 1, TICKS // 2)
            + b"MTrk"
            + struct.pack(">I", len(track))
            + bytes(track)
        )


def render(score, seconds, soundfont="fluid", reverb=True, rate=RENDER_RATE):
    """Mono samples [seconds * rate] of a score, peak 0.7 or less."""
    with tempfile.TemporaryDirectory() as folder:
        midi, wave = Path(folder) / "piece.mid", Path(folder) / "piece.wav"
        midi.write_bytes(score.to_bytes(seconds))
        subprocess.run(
            [
                "fluidsynth",
                "-ni",
                "-q",
                "-g",
                "0.4",
                "-r",
                str(rate),
                "-R",
                str(int(reverb)),
                "-C",
                "0",
            ]
            + [
                "-o",
                "synth.dynamic-sample-loading=1",
                "-F",
                str(wave),
                str(SOUNDFONTS[soundfont]),
                str(midi),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        samples, _ = soundfile.read(str(wave), dtype="float32", always_2d=True)
    samples = samples.mean(axis=1)
    wanted = round(seconds * rate)
    samples = np.pad(samples[:wanted], (0, max(0, wanted - len(samples))))
    peak = np.abs(samples).max()
    return samples * (0.7 / peak) if peak > 0.0 else samples
