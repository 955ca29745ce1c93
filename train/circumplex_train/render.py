# SPDX-License-Identifier: GPL-3.0-or-later
"""The rated MIDI collections as sound: every piece several times, by other sound fonts and
instruments.

    python3 -m circumplex_train.render [vNUMBER [COLLECTION ...]]

v1: variant 1 alone, by default of all three.  Without arguments, what training uses: variants 0 and
1 of emopia and ym2413; 0, 1 and 2 of vgmidi.

Variant 0 is the file as it stands, by FluidR3 with FluidSynth's own reverb and chorus: figures are
measured on it.  Variants 1, 2, ... draw a sound font, instruments, a transposition and a room, so
that training does not learn one piano or one key.  In variant 1 piano pieces get any pitched
instrument, half of them two (split by register), and move by up to 3 semitones; from variant 2 on
they stay pianos and move by up to 6.  Pieces for several instruments get others of the same kind.

Products, below the work folder: rendered/<collection>/<variant>/<piece>.wav, mono, 16 bits, 32 kHz,
and lengths.json, each MIDI file's own length in seconds (labels may be counted on another clock).
What is there is not made again.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import soundfile

from . import config as configuration
from .midi import DRUMS, SOUNDFONTS, Score
from .workspace import Progress, work_folder, write_json

COLLECTIONS = {"emopia": 2, "ym2413": 2, "vgmidi": 3}  # variants that training uses
RATE = 32000
# pieces one FluidSynth run plays: starting it and reading a sound font costs more than a short
# piece
BATCH = 8
GAP = 2.5  # seconds between two of them, for the reverb to end
TAIL = 0.5  # seconds of sound after a piece's last event
LONGEST = {"emopia": 24.0, "ym2413": 24.0}  # seconds of a clip with one label for its whole
# Instruments that may play a piano piece: those that can hold a chord and a tune.
SOLO = (
    0,
    0,
    0,
    1,
    2,
    4,
    5,
    6,
    7,
    8,
    10,
    11,
    12,
    16,
    19,
    21,
    24,
    25,
    26,
    27,
    32,
    46,
    48,
    50,
    52,
    61,
    73,
    80,
    81,
    88,
    89,
    90,
)
LOW = (0, 4, 19, 24, 32, 33, 35, 38, 42, 43, 48, 58, 70)
PIANOS = (0, 0, 0, 1, 2, 4, 5)
SPLIT = 60  # MIDI note from which the upper of two instruments plays


def events(path):
    """(seconds, message) of a MIDI file, and its length in seconds."""
    import mido

    now, out = 0.0, []
    for message in mido.MidiFile(str(path), clip=True):
        now += message.time
        if not message.is_meta:
            out.append((now, message))
    return out, now


def shortened(played, seconds, longest):
    """The events of the first `longest` seconds (the next piece's start ends what still sounds)."""
    return (
        ([e for e in played if e[0] < longest], longest) if seconds > longest else (played, seconds)
    )


class Plan:
    """How one variant plays one piece: drawn from the names, so that it is always the same."""

    def __init__(self, collection, piece, variant):
        rng = random.Random(f"{collection} {piece} {variant}")
        pianos = variant > 1
        reach = 0 if variant == 0 else 6 if pianos else 3
        self.transpose = rng.randint(-reach, reach)
        self.piano = collection != "ym2413"
        self.own = variant == 0
        self.high = rng.choice(PIANOS if pianos else SOLO)
        self.low = rng.choice(LOW) if rng.random() < 0.5 and not pianos else self.high
        self.shift = {number: self._relative(number, rng) for number in range(128)}

    @staticmethod
    def _relative(number, rng):
        """Another instrument of the same family of eight (effects stay)."""
        return number if number >= 112 else number // 8 * 8 + rng.randrange(8)

    def program(self, message):
        """The instrument that a program change asks for."""
        return (
            message.program if self.own or message.channel == DRUMS else self.shift[message.program]
        )

    def place(self, message):
        """Channel and pitch of a note."""
        if message.channel == DRUMS and not self.piano:
            return DRUMS, message.note
        if self.piano and not self.own:
            return (0 if message.note >= SPLIT else 1), message.note + self.transpose
        return message.channel, message.note + self.transpose


def silence(score, seconds):
    """No sound, and controllers as they were at first, on every channel."""
    for channel in range(16):
        score.control(channel, seconds, 120, 0)
        score.control(channel, seconds, 121, 0)


def write_piece(score, start, played, plan):
    """Add a piece's events to a score, from `start` seconds on."""
    silence(score, start - 0.2)
    for channel in range(16):
        score.event(start - 0.1, 0xE0 | channel, 0, 64)
        score.program(channel, start - 0.1, 0)
        score.control(channel, start - 0.1, 7, 100)
    if plan.piano and not plan.own:
        score.program(0, start - 0.05, plan.high)
        score.program(1, start - 0.05, plan.low)
    for time, message in played:
        now = start + time
        if message.type in ("note_on", "note_off"):
            channel, pitch = plan.place(message)
            on = message.type == "note_on" and message.velocity > 0
            score.event(
                now,
                (0x90 if on else 0x80) | channel,
                min(max(pitch, 0), 127),
                message.velocity if on else 0,
                late=on,
            )
        elif message.type == "program_change" and not (plan.piano and not plan.own):
            score.program(message.channel, now, plan.program(message))
        elif message.type == "control_change":
            for channel in (0, 1) if plan.piano and not plan.own else (message.channel,):
                score.control(channel, now, message.control, message.value)
        elif message.type == "pitchwheel" and not (plan.piano and not plan.own):
            bend = message.pitch + 8192
            score.event(now, 0xE0 | message.channel, bend & 127, bend >> 7)


def play(score, seconds, soundfont, room):
    """Mono samples of a score at RATE; `room`: FluidSynth's reverb and chorus as it ships, or
    none.
    """
    with tempfile.TemporaryDirectory(
        dir="/dev/shm" if Path("/dev/shm").is_dir() else None
    ) as folder:
        midi, wave = Path(folder) / "piece.mid", Path(folder) / "piece.wav"
        midi.write_bytes(score.to_bytes(seconds))
        command = [
            "fluidsynth",
            "-ni",
            "-q",
            "-r",
            str(RATE),
            "-R",
            str(int(room)),
            "-C",
            str(int(room)),
        ]
        command += [
            "-o",
            "synth.dynamic-sample-loading=1",
            "-o",
            "synth.polyphony=96",
            "-F",
            str(wave),
            str(SOUNDFONTS[soundfont]),
            str(midi),
        ]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return soundfile.read(str(wave), dtype="float32", always_2d=True)[0].mean(axis=1)


def render_batch(collection, variant, paths, folder):
    """Write the sound files of a few pieces; -> their lengths."""
    rng = random.Random(f"{collection} {variant} {paths[0].stem}")
    fonts = [name for name, path in SOUNDFONTS.items() if path.exists()]
    soundfont = rng.choice(fonts) if variant else "fluid"
    room = variant == 0 or rng.random() < 0.6
    score, start, starts = Score(), 0.5, []
    for path in paths:
        played, seconds = shortened(*events(path), LONGEST.get(collection, np.inf))
        write_piece(score, start, played, Plan(collection, path.stem, variant))
        starts.append((start, seconds))
        start += seconds + TAIL + GAP
    # FluidSynth plays on while any voice sounds, for ever if a note was cut off from its end
    silence(score, start - 0.2)
    sound = play(score, start, soundfont, room)
    for path, (begin, seconds) in zip(paths, starts):
        part = sound[round(begin * RATE) : round((begin + seconds + TAIL) * RATE)]
        peak = np.abs(part).max(initial=0.0)
        partial = folder / f"{path.stem}.partial"
        soundfile.write(
            str(partial),
            part * (0.7 / peak) if peak > 0 else part,
            RATE,
            format="WAV",
            subtype="PCM_16",
        )
        partial.rename(folder / f"{path.stem}.wav")
    return {path.stem: seconds for path, (_, seconds) in zip(paths, starts)}


def render(collection, variant, root):
    """All pieces of a collection; nothing if its MIDI files are not there."""
    paths = sorted((Path(root) / "midi").glob("*.mid"))
    if not paths:
        print(f"{collection}: no MIDI files in {root}/midi, skipped")
        return
    folder = work_folder("rendered", collection, str(variant))
    missing = [path for path in paths if not (folder / f"{path.stem}.wav").exists()]
    batches = [missing[i : i + BATCH] for i in range(0, len(missing), BATCH)]
    random.shuffle(batches)  # so that several processes may share the work
    for batch in Progress(batches, f"rendering {collection}, variant {variant}"):
        left = [path for path in batch if not (folder / f"{path.stem}.wav").exists()]
        if left:
            render_batch(collection, variant, left, folder)
    lengths = folder.parent / "lengths.json"
    if not lengths.exists():
        write_json(lengths, {path.stem: round(events(path)[1], 3) for path in paths})


def main(arguments):
    """See the module's docstring."""
    data = configuration.load("default")["data"]
    for collection in arguments[1:] or COLLECTIONS:
        one = [int(arguments[0].removeprefix("v"))] if arguments else None
        for variant in one or range(COLLECTIONS[collection]):
            render(collection, variant, data[collection])


if __name__ == "__main__":
    main(sys.argv[1:])
