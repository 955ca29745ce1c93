#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the demo piece: a few contrasting minutes as a Standard MIDI File, or as a WAV.

    scripts/demo_piece.py OUT.mid           the score
    scripts/demo_piece.py OUT.wav           the sound: by fluidsynth and a General MIDI soundfont
                                            where both are there, else by a small synthesiser
    scripts/demo_piece.py --own OUT.wav     always by the small synthesiser

Calm (F major, 66 BPM) - joyful dance (D major, 126) - tense chase (C minor, 160) - sad (A minor,
56) - silence - triumph (E flat major, 104).  The same bytes on every run.  Needs Python's standard
library only.
"""
import array
import math
import os
import random
import shutil
import struct
import subprocess
import sys
import wave

TICKS = 480  # a quarter note
DRUMS = 9    # General MIDI's percussion channel
KICK, SNARE, HAT, OPEN_HAT, CRASH, TOM = 36, 38, 42, 46, 49, 45
SOUNDFONTS = ("/usr/share/sounds/sf2/FluidR3_GM.sf2", "/usr/share/sounds/sf2/TimGM6mb.sf2",
              "/usr/share/sounds/sf2/default-GM.sf2", "/usr/share/soundfonts/default.sf2")
RATE = 44100


class Score:
    """Notes in seconds and events in ticks; time runs on from section to section."""

    def __init__(self):
        self.events = []  # (tick, order, bytes)
        # (start s, length s, channel, program, pitch, velocity), for the own synthesiser
        self.notes = []
        self.tick, self.second, self.tempo = 0, 0.0, 120.0
        self.programs = {}
        self.random = random.Random(7)  # small human inaccuracies, the same every time

    def set_tempo(self, bpm):
        self.tempo = bpm
        self.events.append((self.tick, 0, b"\xff\x51\x03" + round(60e6 / bpm).to_bytes(3, "big")))

    def program(self, channel, program, volume=100, pan=64):
        self.programs[channel] = program
        self.events.append((self.tick, 1, bytes((0xC0 | channel, program))))
        for control, value in ((7, volume), (10, pan), (91, 50)):
            self.events.append((self.tick, 1, bytes((0xB0 | channel, control, value))))

    def note(self, channel, beat, length, pitch, velocity):
        """A note `beat` quarters after the section's begin."""
        velocity = max(1, min(127, round(velocity + self.random.gauss(0, 3))))
        late = max(0, round(self.random.gauss(4, 3)))
        start = self.tick + round(beat * TICKS) + late
        end = start + max(20, round(length * TICKS * 0.95))
        self.events.append((start, 3, bytes((0x90 | channel, pitch, velocity))))
        self.events.append((end, 2, bytes((0x80 | channel, pitch, 0))))
        self.notes.append((self.second + beat * 60 / self.tempo, length * 0.95 * 60 / self.tempo,
                           channel, self.programs.get(channel, 0), pitch, velocity))

    def chord(self, channel, beat, length, pitches, velocity):
        for pitch in pitches:
            self.note(channel, beat, length, pitch, velocity)

    def advance(self, beats):
        self.tick += round(beats * TICKS)
        self.second += beats * 60 / self.tempo

    def midi(self):
        """The file's bytes: format 0, one track (Standard MIDI Files 1.0)."""
        track, last = bytearray(), 0
        for tick, _, message in sorted(self.events, key=lambda e: e[:2]):
            track += variable_length(tick - last) + message
            last = tick
        track += variable_length(max(0, self.tick - last)) + b"\xff\x2f\x00"
        return (b"MThd" + struct.pack(">IHHH", 6, 0, 1, TICKS) +
                b"MTrk" + struct.pack(">I", len(track)) + bytes(track))


def variable_length(value):
    out = [value & 0x7F]
    while value := value >> 7:
        out.append(0x80 | value & 0x7F)
    return bytes(reversed(out))


def triad(root, minor=False, seventh=None):
    notes = [root, root + (3 if minor else 4), root + 7]
    return notes + ([root + seventh] if seventh else [])


def calm(score):
    """Strings, harp-like piano and a slow flute: F major, four bars twice."""
    score.set_tempo(66)
    score.program(0, 0, 90, 54)    # piano
    score.program(1, 48, 70, 74)   # strings
    score.program(2, 73, 80, 64)   # flute
    progression = [triad(53), triad(50, True), triad(46), triad(48)] * 2
    melody = [(0, 2, 77), (2, 1, 76), (3, 1, 74), (4, 3, 72), (7, 1, 74), (8, 2, 74), (10, 2, 77),
              (12, 4, 76), (16, 2, 81), (18, 1, 79), (19, 1, 77), (20, 3, 77), (23, 1, 76),
              (24, 2, 74), (26, 1, 72), (27, 1, 70), (28, 4, 69)]
    for bar, chord in enumerate(progression):
        score.chord(1, 4 * bar, 4, chord, 44)
        score.note(1, 4 * bar, 4, chord[0] - 12, 46)
        broken = [
            chord[0],
            chord[1],
            chord[2],
            chord[0] + 12,
            chord[2],
            chord[1],
            chord[2],
            chord[1],
        ]
        for i, pitch in enumerate(broken):
            score.note(0, 4 * bar + i / 2, 1, pitch + 12, 40 + 4 * (i == 0))
    for beat, length, pitch in melody:
        score.note(2, beat, length, pitch, 54)
    score.advance(32)


def joyful(score):
    """A dance in D major: four on the floor, off-beat chords, a leaping tune."""
    score.set_tempo(126)
    score.program(3, 33, 105)      # bass
    score.program(4, 1, 95, 44)    # bright piano
    score.program(5, 61, 92, 84)   # brass section
    score.program(6, 80, 72, 60)   # square lead
    progression = [triad(62), triad(57), triad(59, True), triad(55)] * 4
    tune = [(0, .5, 78), (.5, .5, 81), (1, .5, 86), (1.5, 1, 83), (2.5, .5, 81), (3, 1, 78),
            (4, .5, 76), (4.5, .5, 78), (5, .5, 81), (5.5, 1, 85), (6.5, .5, 83), (7, 1, 81),
            (8, .5, 83), (8.5, .5, 81), (9, .5, 78), (9.5, 1, 83), (10.5, .5, 86), (11, 1, 85),
            (12, .5, 83), (12.5, .5, 79), (13, .5, 83), (13.5, .5, 86), (14, 1, 88), (15, 1, 86)]
    for bar, chord in enumerate(progression):
        at, strong = 4 * bar, 8 if bar >= 8 else 0
        for beat in range(4):
            score.note(DRUMS, at + beat, .25, KICK, 104)
            score.note(DRUMS, at + beat + .5, .25, OPEN_HAT, 78)
            score.chord(4, at + beat + .5, .4, chord, 84 + strong)
            score.note(3, at + beat, .5, chord[0] - 24, 100)
            score.note(3, at + beat + .5, .4, chord[0] - 12, 92)
            for quarter in range(4):
                score.note(DRUMS, at + beat + quarter / 4, .2, HAT, 60 + 14 * (quarter == 0))
        score.note(DRUMS, at + 1, .25, SNARE, 96)
        score.note(DRUMS, at + 3, .25, SNARE, 100)
        if bar % 4 == 0:
            score.note(DRUMS, at, 2, CRASH, 96)
        if bar >= 8:
            score.chord(5, at, .5, [n + 12 for n in chord], 96)
            score.chord(5, at + 1.5, .5, [n + 12 for n in chord], 92)
    for repeat in range(4):
        for beat, length, pitch in tune:
            score.note(6, 16 * repeat + beat, length, pitch, 88 + 4 * repeat)
    score.advance(64)


def tense(score):
    """A chase in C minor: hammered low strings, dissonant brass, toms, everything getting
    louder.
    """
    score.set_tempo(160)
    score.program(7, 48, 115, 50)  # strings
    score.program(8, 61, 115, 80)  # brass section
    score.program(10, 30, 92, 64)  # distorted guitar
    score.program(11, 57, 100, 70) # trombone
    roots = [36, 36, 37, 36, 39, 37, 36, 35] * 2
    for bar, root in enumerate(roots):
        at, loud = 4 * bar, min(127, 84 + 3 * bar)
        for eighth in range(8):
            accent = 14 if eighth in (0, 3, 6) else 0
            score.chord(7, at + eighth / 2, .3, (root, root + 12), loud - 14 + accent)
            score.chord(10, at + eighth / 2, .4, (root, root + 7), loud - 18 + accent)
            score.note(DRUMS, at + eighth / 2, .2, TOM, loud - 10 + accent)
        for beat in range(4):
            score.note(DRUMS, at + beat, .2, KICK, 112)
        for beat in (1, 3, 3.5):
            score.note(DRUMS, at + beat, .2, SNARE, loud)
        if bar % 2 == 0:
            score.note(DRUMS, at, 2, CRASH, 110)
        # Minor second and tritone over the root.
        score.chord(8, at, 1, (root + 24, root + 25, root + 30), loud)
        score.chord(8, at + 1.5, .5, (root + 25, root + 31), loud)
        score.chord(8, at + 2.5, 1, (root + 27, root + 28, root + 33), loud)
        score.note(11, at, 3.5, root + 12 + (1 if bar % 2 else 0), loud)
    score.advance(64)


def sad(score):
    """Piano and solo cello in A minor, slow and falling."""
    score.set_tempo(56)
    score.program(0, 0, 80, 58)
    score.program(12, 42, 90, 70)  # cello
    progression = [triad(57, True), triad(53), triad(50, True), triad(52)] * 2
    melody = [(0, 3, 64), (3, 1, 62), (4, 3, 60), (7, 1, 59), (8, 2, 62), (10, 2, 57), (12, 4, 56),
              (16, 3, 65), (19, 1, 64), (20, 3, 60), (23, 1, 57), (24, 3, 53), (27, 1, 52),
              (28, 4, 45)]
    for bar, chord in enumerate(progression):
        score.note(0, 4 * bar, 4, chord[0] - 12, 36)
        for i, pitch in enumerate((chord[0], chord[2], chord[1] + 12, chord[2])):
            score.note(0, 4 * bar + i, 1.5, pitch, 32)
    for beat, length, pitch in melody:
        score.note(12, beat, length, pitch, 50)
    score.advance(32)


def triumph(score):
    """Brass, strings, timpani and drums in E flat major, with a broad close."""
    score.set_tempo(104)
    score.program(13, 61, 115, 64) # brass section
    score.program(14, 48, 105, 74) # strings
    score.program(15, 47, 110, 60) # timpani
    score.program(3, 43, 100)      # contrabass
    progression = [
        triad(63),
        triad(58),
        triad(60, True),
        triad(56),
        triad(63),
        triad(56),
        triad(58),
        triad(63),
    ]
    fanfare = [(0, 1, 75), (1, .5, 75), (1.5, .5, 75), (2, 2, 79), (4, 1, 77), (5, .5, 74),
               (5.5, .5, 77), (6, 2, 82), (8, 1, 84), (9, .5, 82), (9.5, .5, 79), (10, 2, 75),
               (12, 1, 80), (13, .5, 82), (13.5, .5, 84), (14, 2, 80), (16, 1, 79), (17, .5, 79),
               (17.5, .5, 82), (18, 2, 87), (20, 1, 84), (21, .5, 80), (21.5, .5, 84), (22, 2, 87),
               (24, 1, 86), (25, 1, 82), (26, 1, 84), (27, 1, 86), (28, 4, 87)]
    for bar, chord in enumerate(progression):
        at, last = 4 * bar, bar == len(progression) - 1
        score.chord(14, at, 4, chord + [chord[0] + 12], 92)
        score.note(3, at, 4, chord[0] - 24, 96)
        score.chord(13, at, 4 if last else 1.5, chord, 100)
        score.note(15, at, 1, chord[0] - 24, 104)
        score.note(DRUMS, at, 3, CRASH, 104)
        if not last:
            score.chord(13, at + 2, 1.5, chord, 98)
            for beat in (0, 2):
                score.note(DRUMS, at + beat, .3, KICK, 108)
            for beat in (1, 3, 3.25, 3.5, 3.75):
                score.note(DRUMS, at + beat, .2, SNARE, 92)
    for beat, length, pitch in fanfare:
        score.note(13, beat, length, pitch, 112)
    score.advance(34)


def compose():
    score = Score()
    for section in (calm, joyful, tense, sad):
        section(score)
    score.set_tempo(60)
    score.advance(7)  # a break: the meter shall say "silent"
    triumph(score)
    return score


def synthesise(score, path):
    """A simple additive synthesiser with the same notes, for machines without fluidsynth."""
    length = int((score.second + 3) * RATE)
    mix = array.array("f", bytes(4 * length))
    noise = random.Random(3)
    table = [math.sin(2 * math.pi * i / 4096) for i in range(4096)]
    waves = {}
    for start, seconds, channel, program, pitch, velocity in score.notes:
        level = 0.22 * (velocity / 127) ** 2
        at = int(start * RATE)
        if channel == DRUMS:
            key, decay = ("drum", pitch), {KICK: 0.12, SNARE: 0.15, TOM: 0.2, CRASH: 0.9}.get(
                pitch, 0.05
            )
        else:
            sustained = program >= 40
            key, decay = (pitch, program, round(seconds, 2)), seconds if sustained else seconds + .4
        if key not in waves:
            waves[key] = (drum_wave(pitch, decay, noise) if channel == DRUMS else
                          tone_wave(pitch, program, seconds, decay, table))
        for i, value in enumerate(waves[key], at):
            if i < length:
                mix[i] += level * value
    peak = max(1e-9, max(abs(v) for v in mix))
    samples = array.array("h", (int(28000 * v / peak) for v in mix))
    if sys.byteorder == "big":
        samples.byteswap()
    with wave.open(path, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples.tobytes())


def drum_wave(pitch, decay, noise):
    n = int(decay * RATE)
    if pitch in (KICK, TOM):
        base = 55 if pitch == KICK else 110
        return [math.sin(2 * math.pi * base * (i / RATE + .03 * (1 - math.exp(-i / RATE * 40)))) *
                math.exp(-6 * i / n) for i in range(n)]
    return [noise.uniform(-.7, .7) * math.exp(-6 * i / n) for i in range(n)]


def tone_wave(pitch, program, seconds, decay, table):
    """Harmonics by family: few for flutes, many for brass and guitar."""
    sustained, bright = program >= 40, program in (30, 57, 61, 80)
    harmonics = [1 / h ** (0.9 if bright else 1.6) for h in range(1, 9 if bright else 5)]
    n, step = int(decay * RATE), 440 * 2 ** ((pitch - 69) / 12) * 4096 / RATE
    attack = int((.04 if sustained else .005) * RATE)
    out = []
    for i in range(n):
        envelope = min(1, i / attack, (n - i) / (.05 * RATE))
        if not sustained:
            envelope *= math.exp(-2.5 * i / n)
        phase = i * step
        out.append(envelope * sum(a * table[int(phase * (h + 1)) & 4095]
                                  for h, a in enumerate(harmonics)))
    return out


def render(score, path):
    """By fluidsynth.  Returns whether that was possible."""
    program = shutil.which("fluidsynth")
    font = next((f for f in SOUNDFONTS if os.path.exists(f)), None)
    if not program or not font:
        return False
    score_path = path + ".tmp.mid"
    with open(score_path, "wb") as out:
        out.write(score.midi())
    try:
        done = subprocess.run([program, "-ni", "-q", "-g", "0.6", "-r", str(RATE), "-O", "s16",
                               "-T", "wav", "-F", path, font, score_path],
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    finally:
        os.remove(score_path)
    if done.returncode != 0 or not os.path.exists(path):
        print("fluidsynth: " + done.stderr.decode(errors="replace").strip(), file=sys.stderr)
        return False
    return True


def main(arguments):
    own = arguments[:1] == ["--own"]
    paths = arguments[own:]
    if len(paths) != 1 or not paths[0].endswith((".mid", ".wav")):
        print(__doc__, file=sys.stderr)
        return 2
    score, path = compose(), paths[0]
    if path.endswith(".mid"):
        with open(path, "wb") as out:
            out.write(score.midi())
        return 0
    temporary = path + ".tmp.wav"
    try:
        if own or not render(score, temporary):
            if not own:
                print("no fluidsynth or soundfont: the small synthesiser plays", file=sys.stderr)
            synthesise(score, temporary)
        os.replace(temporary, path)
    finally:
        if os.path.exists(temporary):
            os.remove(temporary)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
