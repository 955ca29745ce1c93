# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the programs that make training material.  Run: python3 -m unittest discover tests/train
"""

import random
import shutil
import struct
import sys
import unittest
from pathlib import Path

try:
    import numpy as np
    import scipy.signal
    import torch
except ImportError as missing:
    raise unittest.SkipTest(f"needs numpy, scipy and torch: {missing}")

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "train"))

from circumplex_train import augment, losses, midi, synth, teacher, turns  # noqa: E402
from circumplex_train.compose import Composer  # noqa: E402


def piece(index):
    plan = synth.Plan(index).randomise()
    composer = Composer(plan, index + 7)
    return plan, composer, composer.write().to_bytes(plan.seconds)


class Movement(unittest.TestCase):
    def test_a_loop_changes_only_at_its_turn(self):
        classes = lambda kind, begin, end: {
            data[1] % 12
            for tick, _, data in turns.compose(kind, "strings")[0]._events
            if data[0] >> 4 == 9 and begin <= tick / midi.TICKS < end
        }
        third = lambda found: (0 in found, 3 in found, 4 in found)
        self.assertEqual(third(classes("minor to major", 0, 30)), (True, True, False))
        self.assertEqual(third(classes("minor to major", 30, 60)), (True, False, True))
        self.assertEqual(third(classes("crescendo", 0, 60)), (True, False, True))

    def test_a_late_reading_costs_more_than_a_wrong_level(self):
        step = torch.zeros(1, 80, 2)
        step[:, 40:] = 0.5
        weight = torch.ones(1, 80)
        cost = lambda reading: float(losses.movement_loss(reading, step, weight))
        late = torch.zeros(1, 80, 2)
        late[:, 60:] = 0.5
        self.assertAlmostEqual(cost(step), 0.0, places=6)
        self.assertAlmostEqual(cost(step + 0.3), 0.0, places=6)
        self.assertGreater(cost(late), 0.1)
        unknown = step.clone()
        unknown[:, 30:50] = float("nan")
        self.assertTrue(np.isfinite(float(losses.movement_loss(late, unknown, weight))))


class SyntheticMusic(unittest.TestCase):
    def test_the_same_seed_gives_the_same_piece_and_another_seed_another(self):
        self.assertEqual(piece(3)[2], piece(3)[2])
        self.assertNotEqual(piece(3)[2], piece(4)[2])

    def test_targets_stay_on_the_plane_and_move(self):
        for index in range(20):
            plan, composer, _ = piece(index)
            factors, valence, arousal, mask = synth.curves(plan, composer.bars)
            hops = int(plan.seconds / synth.HOP)
            for values in (valence, arousal, mask, *factors.values()):
                self.assertEqual(len(values), hops)
            self.assertLess(max(np.abs(valence).max(), np.abs(arousal).max()), 0.95)
        spread = [np.std(synth.curves(p, c.bars)[2]) for p, c, _ in map(piece, range(20))]
        self.assertGreater(np.mean(spread), 0.1)

    def test_every_note_that_starts_ends_and_none_sounds_in_a_silence(self):
        plan = synth.probe_plan(12)
        self.assertEqual(plan.changes[0]["factor"], "break")
        composer = Composer(plan, 1)
        events = composer.write()._events
        on = [(t, e) for t, _, e in events if e[0] & 0xF0 == 0x90]
        off = [(t, e) for t, _, e in events if e[0] & 0xF0 == 0x80]
        self.assertEqual(len(on), len(off))
        start, end = (s * midi.TICKS for s in plan.silences[0])
        self.assertFalse([t for t, _ in on if start < t < end - midi.TICKS * 0.05])
        self.assertTrue([t for t, _ in on if t > end])

    def test_a_probe_turns_from_minor_to_major_at_its_middle_only(self):
        plan = synth.probe_plan(0)
        composer = Composer(plan, 1)
        composer.write()
        factors, valence, _, _ = synth.curves(plan, composer.bars)
        mode = np.array(factors["mode"])
        turn = np.flatnonzero(np.diff(mode))
        self.assertEqual(len(turn), 1)
        self.assertLess(abs(turn[0] * synth.HOP - 30.0), 5.0)  # a bar may have to end first
        self.assertGreater(valence[-1] - valence[0], 0.3)

    def test_a_midi_file_is_well_formed(self):
        data = piece(1)[2]
        self.assertEqual(data[:4], b"MThd")
        self.assertEqual(struct.unpack(">IHHH", data[4:14]), (6, 0, 1, midi.TICKS // 2))
        self.assertEqual(struct.unpack(">I", data[18:22])[0], len(data) - 22)
        self.assertEqual(data[-3:], b"\xff\x2f\x00")

    @unittest.skipUnless(
        shutil.which("fluidsynth") and midi.SOUNDFONTS["timgm"].exists(),
        "needs fluidsynth, timgm6mb",
    )
    def test_a_rendered_note_has_its_pitch(self):
        score = midi.Score()
        score.program(0, 0.0, 73)
        score.note(0, 0.2, 2.0, 69, 100)
        samples = midi.render(score, 2.0, "timgm", reverb=False)
        part = samples[midi.RENDER_RATE // 2 : midi.RENDER_RATE * 3 // 2]
        peak = np.argmax(np.abs(np.fft.rfft(part * np.hanning(len(part)))))
        self.assertLess(abs(peak - 440), 8)


class Augmentation(unittest.TestCase):
    def test_filters_do_what_their_names_say(self):
        wave = 2.0 * np.pi * np.array([50.0, 1000.0, 12000.0])
        gain = lambda section: 20 * np.log10(
            np.abs(scipy.signal.sosfreqz(section[None], wave / augment.RATE)[1]) + 1e-9
        )
        self.assertTrue(
            np.allclose(gain(augment.biquad("low_shelf", 300.0, 6.0)), [6.0, 0.0, 0.0], atol=0.6)
        )
        self.assertTrue(
            np.allclose(
                gain(augment.biquad("high_shelf", 3000.0, -6.0)), [0.0, 0.0, -6.0], atol=0.6
            )
        )
        self.assertTrue(
            np.allclose(gain(augment.biquad("peak", 1000.0, 9.0, 1.0)), [0.0, 9.0, 0.0], atol=0.3)
        )
        self.assertLess(gain(augment.biquad("high", 400.0))[0], -30.0)
        self.assertLess(gain(augment.biquad("low", 2500.0))[2], -25.0)

    def test_colour_keeps_length_and_never_clips(self):
        tone = np.sin(np.arange(64000) * 0.05).astype(np.float32)
        for seed in range(30):
            out, done = augment.colour(tone, random.Random(seed), np.random.default_rng(seed))
            self.assertEqual(len(out), len(tone))
            self.assertLessEqual(np.abs(out).max(), 0.981)
            self.assertTrue(np.isfinite(out).all() and done)

    def test_noise_falls_by_its_colour(self):
        generator = np.random.default_rng(1)
        for kind, slope in (("white", 0.0), ("pink", -3.0), ("brown", -6.0)):
            f, power = scipy.signal.welch(
                augment.coloured_noise(kind, 1 << 18, generator), augment.RATE, nperseg=4096
            )
            octave = [10 * np.log10(power[(f > a) & (f < 2 * a)].mean()) for a in (500.0, 4000.0)]
            self.assertAlmostEqual((octave[1] - octave[0]) / 3.0, slope, delta=0.5)


class Teacher(unittest.TestCase):
    def test_mel_bands_have_unit_area_and_cover_the_range(self):
        matrix = teacher.mel_matrix()
        self.assertEqual(matrix.shape, (96, 257))
        area = matrix[60:].sum(1) * teacher.RATE / teacher.FFT
        self.assertTrue(np.allclose(area, 1.0, atol=0.05))

    def test_a_tone_lights_the_band_of_its_frequency(self):
        t = np.arange(teacher.RATE) / teacher.RATE
        frames = teacher.spectrogram(np.sin(2 * np.pi * 2000.0 * t))
        self.assertEqual(frames.shape[1], 96)
        band = int(np.argmax(frames[20]))
        self.assertAlmostEqual(
            band, round(97 * teacher._slaney_mel(2000.0) / teacher._slaney_mel(8000.0)) - 1, delta=1
        )

    def test_the_network_has_the_published_shapes_and_reads_each_patch_by_itself(self):
        rng = np.random.default_rng(0)
        v = {}
        shapes = [(7, 38, 1, 204), (7, 67, 1, 204), (128, 1, 1, 51), (64, 1, 1, 51), (32, 1, 1, 51)]
        shapes += [(7, 561, 1, 64), (7, 64, 1, 64), (7, 64, 1, 64)]
        tag = lambda name, k: f"{name}_{k}" if k else name
        for k, shape in enumerate(shapes):
            v[tag("conv2d", k) + "/kernel"] = (rng.standard_normal(shape) * 0.05).astype(np.float32)
            v[tag("conv2d", k) + "/bias"] = np.zeros(shape[3], np.float32)
        for k, width in enumerate((1, 204, 204, 51, 51, 51, 64, 64, 64, 1506, 200)):
            for name, value in (
                ("gamma", 1),
                ("beta", 0),
                ("moving_mean", 0),
                ("moving_variance", 1),
            ):
                v[f"{tag('batch_normalization', k)}/{name}"] = np.full(width, value, np.float32)
        for k, shape in enumerate(((1506, 200), (200, 50))):
            v[tag("dense", k) + "/kernel"] = (rng.standard_normal(shape) * 0.05).astype(np.float32)
            v[tag("dense", k) + "/bias"] = np.zeros(shape[1], np.float32)
        model = teacher.MusiCNN(v)
        patches = torch.from_numpy(rng.standard_normal((2, teacher.PATCH, 96)).astype(np.float32))
        pools, hidden, tags = model(patches)
        self.assertEqual(
            [tuple(x.shape) for x in (pools, hidden, tags)], [(2, 1506), (2, 200), (2, 50)]
        )
        alone = model(patches[:1])[0]
        self.assertTrue(torch.allclose(pools[:1], alone, atol=1e-4))


if __name__ == "__main__":
    unittest.main()
