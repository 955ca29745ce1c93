# SPDX-License-Identifier: GPL-3.0-or-later
"""A procedural composer: factor curves in, notes out.

Music is written bar by bar in four or three beats: functional progressions with borrowed chords,
voice-led close harmony, a bass, an accompaniment pattern, a melody made of a motif and its
variations, and drums.  Each factor (see synth.py) is read at the bar's start, dynamics at every
note, so that each of them can change within a piece while the others stay as they are.
"""

from __future__ import annotations

import random

from .midi import DRUMS, Score

SCALES = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "harmonic": (0, 2, 3, 5, 7, 8, 11),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
}
# A chord is a scale degree (0 = tonic) or a borrowed one: (semitones above the tonic, third,
# fifth).
_bVI, _bVII, _iv, _V = (8, 4, 7), (10, 4, 7), (5, 3, 7), (7, 4, 7)
PROGRESSIONS = {
    "major": (
        (0, 4, 5, 3), (0, 5, 3, 4), (0, 3, 4, 0), (0, 3, 0, 4), (3, 0, 4, 0), (0, 1, 4, 0), (0, 2, 3, 4),
        (0, 4, 3, 4), (0, 5, 1, 4), (0, 3, _iv, 0), (0, _bVII, 3, 0), (0, 0, 3, 3), (5, 3, 0, 4),
        (0, 4, 5, 2, 3, 0, 3, 4), (3, 4, 0, 0), (0, 3, 1, 4),
    ),
    "lydian": ((0, 1, 0, 1), (0, 1, 4, 0), (0, 4, 1, 0), (0, 6, 1, 0)),
    "mixolydian": ((0, 6, 3, 0), (0, 3, 6, 0), (0, 6, 0, 3), (0, 4, 6, 0)),
    "dorian": ((0, 3, 0, 3), (0, 3, 6, 0), (0, 6, 3, 0), (0, 1, 3, 0)),
    "minor": (
        (0, 5, 2, 6), (0, 3, 4, 0), (0, 6, 5, 6), (0, 3, 6, 2), (0, 5, 3, _V), (0, 0, 3, 0), (0, 6, 5, _V),
        (0, 3, 0, _V), (5, 6, 0, 0), (0, 2, 5, 6), (0, 4, 5, 3), (0, 5, 0, 4),
    ),
    "harmonic": ((0, 3, 4, 0), (0, 5, 3, 4), (0, 0, 4, 4), (0, 1, 4, 0), (0, 5, 1, 4)),
    "phrygian": ((0, 1, 0, 1), (0, 1, 6, 0), (0, 6, 1, 0), (0, 3, 1, 0)),
}  # fmt: skip

# (brightness -1..1, melody, chords, bass): General MIDI programs, ordered by our own ear for how
# strong their upper partials are.
PALETTES = (
    (-1.0, (73, 74, 75, 79), (89, 91, 52), (32, 43)),  # flutes, ocarina over warm pads
    (-0.8, (11, 12, 8), (4, 5, 89), (32, 33)),  # vibraphone, marimba, celesta, electric piano
    (-0.6, (60, 58, 71), (89, 48, 50), (43, 32)),  # horn, clarinet, soft strings
    (-0.5, (24, 46, 73), (24, 46), (32,)),  # nylon guitar, harp
    (-0.3, (42, 41, 70), (48, 49), (43, 42)),  # cello, viola, bassoon
    (-0.2, (0, 1, 4), (0, 48), (32, 33)),  # piano trio
    (0.0, (26, 65, 66), (4, 26, 18), (33, 32)),  # jazz guitar, saxophones, organ
    (0.1, (25, 22, 21), (25, 16), (33, 34)),  # steel guitar, harmonica, accordion
    (0.3, (40, 68, 45), (48, 44, 45), (43,)),  # violin, oboe, pizzicato, tremolo strings
    (0.5, (56, 61, 57), (61, 62, 48), (58, 33)),  # trumpet and brass
    (0.6, (80, 82, 53), (90, 62, 81), (38, 39)),  # square lead, synth brass
    (0.7, (6, 7, 15), (6, 7), (34, 36)),  # harpsichord, clavinet, dulcimer
    (0.9, (81, 84, 87), (81, 90), (38, 87)),  # saw leads
    (1.0, (29, 30), (29, 30), (34, 33)),  # overdriven and distorted guitar
)
MELODY, CHORDS, PAD, BASS = 0, 1, 2, 3


class Composer:
    """Writes one piece.  `plan.at(t)` gives the factors at t seconds (see synth.Plan)."""

    def __init__(self, plan, seed):
        self.plan, self.rng, self.score = plan, random.Random(seed), Score()
        self.tonic = self.rng.randrange(12)
        self.beats = 3 if self.rng.random() < 0.15 else 4
        self.swing = self.rng.choice((0.0, 0.0, 0.0, 0.12, 0.16))
        self.motifs, self.progressions = {}, {}
        self.voicing, self.mode, self.palette, self.degree = [60, 64, 67], None, None, None
        self.shape = self.rng.randrange(1000)
        self.bars = []  # (start, length, notes)

    def write(self):
        """The score; self.bars holds start, length and note count of every bar."""
        now, bar = 0.0, 0
        while now < self.plan.seconds:
            factors = self.plan.at(now)
            silence_end = self.plan.silent_until(now)
            if silence_end:
                now = silence_end
                continue
            beat = 60.0 / factors["bpm"]
            length = beat * self.beats
            limit = min(self.plan.seconds, self.plan.next_silence(now))
            self._colours(now, factors)
            count = self._bar(now, beat, bar, factors, limit)
            self.bars.append((now, min(length, limit - now), count))
            now, bar = min(now + length, limit), bar + 1
        return self.score

    # Instruments, controllers, mode

    def _colours(self, now, factors):
        if factors["scale"] != self.mode:
            # to the relative key, else the parallel one
            if self.mode is not None and self.rng.random() < 0.3:
                self.tonic = (self.tonic + self.rng.choice((3, 9))) % 12
            self.mode = factors["scale"]
            self.progression = self.rng.choice(PROGRESSIONS[self.mode])
        palette = min(PALETTES, key=lambda p: abs(p[0] - factors["brightness"]))
        if palette is not self.palette:
            self.palette = palette
            if self.plan.solo is not None:
                programs = (self.plan.solo,) * 4
            else:
                melody, chords = self.rng.choice(palette[1]), self.rng.choice(palette[2])
                programs = (
                    melody,
                    chords,
                    self.rng.choice((48, 49, 89, 50)),
                    self.rng.choice(palette[3]),
                )
            for channel, program in enumerate(programs):
                self.score.program(channel, now, program)
                self.score.control(channel, now, 7, (104, 88, 62, 98)[channel])
                self.score.control(channel, now, 10, (64, 50, 78, 64)[channel])

    def _velocity(self, time, accent=0.0):
        dynamics = self.plan.at(time)["dynamics"]
        return 70.0 + 38.0 * dynamics + accent + self.rng.gauss(0.0, 4.0)

    def _play(self, channel, time, length, pitch, limit, accent=0.0):
        time = max(0.0, time + self.rng.gauss(0.0, 0.006))
        if time < limit - 0.05:
            self.score.note(
                channel, time, min(length, limit - time), pitch, self._velocity(time, accent)
            )
            return 1
        return 0

    # Harmony

    def _pitch(self, index):
        """MIDI note of a diatonic index (0 = the tonic of octave 0)."""
        scale = SCALES[self.mode]
        return self.tonic + 12 * (index // 7) + scale[index % 7]

    def _chord(self, bar):
        """Root and pitch classes of the bar's chord."""
        symbol = self.progression[bar % len(self.progression)]
        if isinstance(symbol, tuple):
            root, third, fifth = symbol
            return (self.tonic + root) % 12, [
                (self.tonic + root + k) % 12 for k in (0, third, fifth)
            ]
        return self._pitch(symbol) % 12, [self._pitch(symbol + k) % 12 for k in (0, 2, 4)]

    def _voice(self, classes, centre):
        """Close-position notes near the last voicing and the given centre."""
        best, cost = None, 1e9
        for low in range(int(centre) - 12, int(centre) + 8):
            if low % 12 not in classes:
                continue
            notes, note = [], low
            while len(notes) < len(classes):
                if note % 12 in classes and (not notes or note > notes[-1]):
                    notes.append(note)
                note += 1
            moved = sum(abs(a - b) for a, b in zip(notes, self.voicing))
            total = moved + 2.0 * abs(sum(notes) / len(notes) - centre)
            if total < cost:
                best, cost = notes, total
        return best

    # One bar

    def _bar(self, now, beat, bar, factors, limit):
        rng, count = self.rng, 0
        root, classes = self._chord(bar)
        sharp = factors["dissonance"]
        if rng.random() < 0.25 and sharp < 0.2:  # a seventh or a ninth now and then, of the scale
            extra = rng.choice(
                [
                    p % 12
                    for p in (self._pitch(k) for k in range(7))
                    if (p - root) % 12 in (2, 10, 11)
                ]
                or [root]
            )
            if extra not in classes:
                classes = classes + [extra]
        if rng.random() < 0.35 * sharp:
            classes = [root, (root + 3) % 12, (root + 6) % 12]
        level = factors["density"]
        ratio = 0.62 - 0.38 * factors["articulation"]
        voicing = self._voice(classes, 57 + 9 * factors["register"])
        self.voicing = voicing
        notes = list(voicing)
        if rng.random() < sharp:  # minor seconds against chord tones: roughness
            notes.append(rng.choice(notes) + rng.choice((1, 1, -1, 13)))
            if rng.random() < 0.6 * sharp:
                notes.append(rng.choice(notes) + 1)
        pedal = factors["articulation"] < -0.25 and self.plan.solo is not None
        if pedal:
            self.score.control(CHORDS, now + 0.01, 64, 127)
            self.score.control(CHORDS, min(limit, now + beat * self.beats - 0.03), 64, 0)
        count += self._accompany(now, beat, notes, level, ratio, limit)
        count += self._bass(now, beat, root, bar, factors, ratio, limit)
        count += self._melody(now, beat, bar, classes, factors, ratio, limit)
        if self.plan.solo is None and factors["articulation"] < 0.2 and level > -0.6:
            for note in voicing:
                count += self._play(PAD, now, beat * self.beats * 0.98, note + 12, limit, -12)
        if factors["drums"] > 0.5:
            count += self._drums(now, beat, level, limit)
        return count

    def _at(self, now, beat, position):
        """Time of a position in beats; off-beat eighths are late if the piece swings."""
        late = self.swing if abs(position % 1.0 - 0.5) < 0.01 else 0.0
        return now + beat * (position + late)

    def _accompany(self, now, beat, notes, level, ratio, limit):
        beats, count = self.beats, 0
        style = (self.shape + int(4.0 * (level + 1.0))) % 3
        if level < -0.6:
            hits = [(0.0, beats, notes)]
        elif level < -0.2:
            hits = [(0.0, beats / 2, notes), (beats / 2, beats / 2, notes)]
            if style == 1:
                hits = [(k, 1.0, [notes[k % len(notes)]]) for k in range(beats)]
        elif level < 0.2:
            hits = [(float(k), 1.0, notes if k else notes[:1]) for k in range(beats)]
            if style == 1:
                hits = [
                    (k / 2, 0.5, [notes[(0, 2, 1, 2)[k % 4] % len(notes)]])
                    for k in range(2 * beats)
                ]
            elif style == 2:
                hits = [(k + 0.5, 0.5, notes) for k in range(beats)]
        elif level < 0.6:
            hits = [(k / 2, 0.5, [notes[k % len(notes)]]) for k in range(2 * beats)]
            if style == 1:
                hits = [(k / 2, 0.5, notes) for k in range(2 * beats)]
        else:
            order = list(range(len(notes))) + list(range(len(notes) - 2, 0, -1))
            hits = [(k / 4, 0.25, [notes[order[k % len(order)]]]) for k in range(4 * beats)]
            if style == 1:
                hits = [(k / 4, 0.25, notes) for k in range(4 * beats) if k % 4 != 1]
        for position, length, chord in hits:
            start = self._at(now, beat, position)
            for note in chord:
                count += self._play(
                    CHORDS, start, beat * length * ratio, note, limit, -6 if position % 1 else -2
                )
        return count

    def _bass(self, now, beat, root, bar, factors, ratio, limit):
        beats, level, count = self.beats, factors["density"], 0
        low = 38 + 6 * factors["register"]
        note = root + 12 * round((low - root) / 12)
        if level < -0.3:
            hits = [(0.0, beats, note)]
        elif level < 0.2:
            hits = [
                (0.0, beats / 2, note),
                (beats / 2, beats / 2, note + (7 if self.shape % 2 else 0)),
            ]
        elif self.shape % 3 == 0:
            hits = [
                (float(k), 1.0, note + (0, 4 if 4 in self._thirds(root) else 3, 7, 9)[k % 4])
                for k in range(beats)
            ]
        else:
            hits = [(k / 2, 0.5, note) for k in range(2 * beats)]
        for position, length, pitch in hits:
            count += self._play(
                BASS, self._at(now, beat, position), beat * length * ratio, pitch, limit, 3
            )
        return count

    def _thirds(self, root):
        return [(p - root) % 12 for p in (self._pitch(k) % 12 for k in range(7))]

    def _motif(self, level, bar):
        """Two bars of (position, length, step), kept so that the piece repeats itself."""
        key = (round(2 * level), bar % 2, (bar // 8) % 2)
        if key not in self.motifs:
            rng = self.rng
            grid = 1.0 if level < -0.5 else 0.5 if level < 0.45 else 0.25
            chance = 0.45 + 0.25 * (level + 1.0)
            onsets = [0.0] if rng.random() < 0.85 else []
            onsets += [k * grid for k in range(1, int(self.beats / grid)) if rng.random() < chance]
            ends = onsets[1:] + [float(self.beats)]
            steps = [rng.choice((-2, -1, -1, 0, 1, 1, 2, 3, -3)) for _ in onsets]
            self.motifs[key] = [(a, b - a, s) for a, b, s in zip(onsets, ends, steps)]
        return self.motifs[key]

    def _melody(self, now, beat, bar, classes, factors, ratio, limit):
        rng, count = self.rng, 0
        if (bar // 4 + self.shape) % 5 == 4:  # phrases in which the melody rests
            return 0
        centre = 69 + 14 * factors["register"]
        middle = round((centre - self.tonic) / 12.0 * 7.0)
        if self.degree is None or abs(self.degree - middle) > 8:
            self.degree = middle
        for position, length, step in self._motif(factors["density"], bar):
            step = step if rng.random() < 0.85 else rng.choice((-1, 1, 2))
            pull = 1 if self.degree < middle - 4 else -1 if self.degree > middle + 4 else 0
            self.degree += step + pull
            if position % 1.0 == 0.0:  # chord tones on the beat
                near = [
                    d
                    for d in range(self.degree - 2, self.degree + 3)
                    if self._pitch(d) % 12 in classes
                ]
                if near:
                    self.degree = min(near, key=lambda d: abs(d - self.degree))
            pitch = self._pitch(self.degree)
            if rng.random() < 0.35 * factors["dissonance"]:
                pitch += rng.choice((-1, 1, 6))
            start = self._at(now, beat, position)
            count += self._play(
                MELODY,
                start,
                beat * length * min(1.0, ratio + 0.05),
                pitch,
                limit,
                8 if position == 0 else 3,
            )
        return count

    def _drums(self, now, beat, level, limit):
        kick, snare, hat, ride, crash = 36, 38, 42, 51, 49
        style, hits = self.shape % 4, []
        step = 1.0 if level < -0.4 else 0.5 if level < 0.5 else 0.25
        hits += [
            (k * step, ride if style == 3 else hat, -14 + 8 * (k * step % 1 == 0))
            for k in range(int(self.beats / step))
        ]
        if style == 1:  # four on the floor
            hits += [(float(k), kick, 10) for k in range(self.beats)] + [(1.0, snare, 4)]
        else:
            hits += [(0.0, kick, 10), (2.0, kick, 6)] if self.beats == 4 else [(0.0, kick, 10)]
            hits += [(1.0, snare, 8), (3.0, snare, 8)] if self.beats == 4 else [(2.0, snare, 4)]
            if level > 0.2:
                hits += [(1.5, kick, 2), (2.5, kick, 2)]
        if level > 0.4 and self.rng.random() < 0.15:
            hits += [(0.0, crash, 6)]
        return sum(
            self._play(DRUMS, self._at(now, beat, p), 0.1, pitch, limit, accent)
            for p, pitch, accent in hits
            if p < self.beats
        )
