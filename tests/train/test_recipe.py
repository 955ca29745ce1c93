# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the recipe's losses, attention and calibration.  Run: python3 -m unittest discover
tests/train
"""

import sys
import unittest
from pathlib import Path
from types import SimpleNamespace

try:
    import numpy as np
    import torch
except ImportError as missing:
    raise unittest.SkipTest(f"needs numpy and torch: {missing}")

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "train"))

# noqa: E402
from circumplex_train import calibrate, confidence, export, loop, losses, nets, tutor, words


class Losses(unittest.TestCase):
    def setUp(self):
        torch.set_num_threads(1)
        torch.manual_seed(1)

    def test_the_halo_is_in_the_adapter_and_not_in_the_readings(self):
        reading = torch.randn(8, 20, 2) * 0.3
        adapters = losses.Adapters(halo=0.4)
        rated = torch.stack([reading[..., 0] + 0.4 * reading[..., 1], reading[..., 1]], -1)
        campaign = torch.zeros(8, 20, dtype=torch.long)
        self.assertLess(
            float((adapters.deam(reading, campaign) - rated).detach().abs().max()), 1e-6
        )

    def test_pairs_do_not_set_the_zero_but_the_zero_loss_does(self):
        positive = torch.tensor([[1.0, 1.0], [0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
        mean = 0.4 * (2 * positive - 1)
        self.assertAlmostEqual(
            float(losses.pair_loss(mean, positive)),
            float(losses.pair_loss(mean + 0.3, positive)),
            places=5,
        )
        self.assertGreater(
            float(losses.zero_loss(mean + 0.3, positive)),
            float(losses.zero_loss(mean, positive)) + 0.1,
        )
        self.assertGreater(
            float(losses.pair_loss(-mean, positive)), float(losses.pair_loss(mean, positive)) + 1
        )

    def test_valence_that_follows_arousal_costs(self):
        positive = torch.tensor([[1.0, 1.0], [0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]).repeat(8, 1)
        side = 2 * positive - 1
        apart = side + 0.01 * torch.randn(32, 2)
        follows = torch.stack([side[:, 1], side[:, 1]], 1) + 0.01 * torch.randn(32, 2)
        self.assertLess(float(losses.decorrelation_loss(apart, positive)), 0.05)
        self.assertGreater(float(losses.decorrelation_loss(follows, positive)), 0.9)

    def test_movement_counts_by_its_shape(self):
        t = torch.sin(torch.arange(80) / 8.0)[None, :, None].repeat(1, 1, 2)
        w = torch.ones(1, 80)
        self.assertLess(float(losses.movement_r_loss(0.3 * t + 0.5, t, w)), 0.05)
        self.assertGreater(float(losses.movement_r_loss(-0.3 * t, t, w)), 1.9)

    def test_attention_on_a_repetition_is_rewarded(self):
        piece = torch.tensor([[0] * 20 + [1] * 20 + [0] * 12])
        age = torch.arange(52)
        causal = (age[:, None] >= age[None]).float()
        even = causal / causal.sum(1, keepdim=True)
        same = causal * ((piece[0][:, None] == piece[0][None]).float() + 1e-3)
        same = same / same.sum(1, keepdim=True)
        self.assertLess(
            float(losses.repetition_loss(same[None], piece)),
            float(losses.repetition_loss(even[None], piece)),
        )

    def test_valence_may_follow_arousal_as_much_as_in_the_ratings(self):
        t = torch.randn(4, 40, 2)
        t[..., 0] += 0.5 * t[..., 1]
        w = torch.ones(4, 40)
        follows = torch.stack([t[..., 1], t[..., 1]], -1)
        self.assertLess(float(losses.halo_loss(t, t, w)), 1e-6)
        self.assertGreater(float(losses.halo_loss(follows, t, w)), 0.1)

    def test_agreement_is_free_of_scale(self):
        p, other, w = torch.randn(4, 20, 2), torch.randn(4, 20, 2), torch.ones(4, 20)
        once = losses.agreement_loss(p, other, w, p.var(), 0.0)
        twice = losses.agreement_loss(2 * p, 2 * other, w, (2 * p).var(), 0.0)
        self.assertAlmostEqual(float(once), float(twice), places=4)


class Reading(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(2)
        spec = {
            "type": "attentive-lstm",
            "hidden": 8,
            "window": 12,
            "score": "cosine",
            "attention_width": 4,
            "attention_project": 8,
            "head_hidden": 8,
        }
        self.member = nets.Member(5, spec).eval()
        self.x = torch.randn(1, 30, 5)

    def test_nothing_is_read_from_the_future(self):
        changed = self.x.clone()
        changed[:, 20:] += 1
        a, b = self.member(self.x), self.member(changed)
        self.assertTrue(torch.equal(a["mean"][:, :20], b["mean"][:, :20]))
        self.assertFalse(torch.equal(a["mean"][:, 20:], b["mean"][:, 20:]))

    def test_attention_depends_on_sound_and_not_on_age(self):
        again = self.x.clone()
        again[:, 19:21] = self.x[:, 11:13]
        alpha = self.member.attention.weights(again)[0]
        self.assertAlmostEqual(float(alpha[20, 20]), float(alpha[20, 12]), places=6)
        self.assertEqual(float(alpha[20, 8]), 0.0)  # beyond the window

    def test_start_phases_meet_at_the_same_moments(self):
        t = torch.arange(10.0)[None, :, None].repeat(1, 1, 2)
        moved = loop.same_moments(t, torch.tensor([0.5]))
        self.assertTrue(torch.allclose(moved[0, :-1], t[0, :-1] + 0.5))

    def test_the_whole_piece_is_read_from_eight_seconds_on(self):
        p = np.concatenate([np.full((16, 2), 0.9), np.full((4, 2), 0.1)])
        song = export.running_song(p)
        self.assertTrue(np.allclose(song[15], 0.9) and np.allclose(song[16:], 0.1))

    def test_the_running_mean_starts_immediately(self):
        x = np.arange(6.0, dtype=np.float32)[:, None]
        self.assertTrue(np.allclose(confidence.slow(x, 2)[:3, 0], [0.0, 0.5, 1.25]))


class Scale(unittest.TestCase):
    def setUp(self):
        rng = np.random.default_rng(5)
        self.positive = (rng.random((400, 2)) > 0.5).astype(float)
        self.means = (
            0.2 * (2 * self.positive - 1)
            + 0.15 * rng.standard_normal((400, 2))
            + np.array([0.3, -0.2])
        )

    def test_zero_is_between_the_classes_and_the_unit_fills_the_plane(self):
        gain = calibrate.gains({"fourq": (self.means, self.positive)}, {"fourq": self.means})
        shown = calibrate.apply(self.means, gain)
        self.assertTrue((np.abs(-gain[:, 1] / gain[:, 0] - np.array([0.3, -0.2])) < 0.06).all())
        self.assertTrue(
            (np.abs((self.means * gain[:, 0] + gain[:, 1]).std(0) - calibrate.SD) < 1e-6).all()
        )
        self.assertGreater(((shown > 0) == (self.positive > 0.5)).all(1).mean(), 0.75)

    def test_spreads_contain_their_share_of_errors(self):
        rng = np.random.default_rng(6)
        spread = rng.uniform(0.1, 0.5, (4000, 2))
        error = 3 * spread * rng.standard_normal((4000, 2))
        factor = calibrate.spread_gain(error, spread)
        self.assertTrue((np.abs(factor - 3) < 0.2).all())
        inside = np.array(calibrate.coverage(error, spread, np.arange(4000) % 5))
        self.assertTrue((np.abs(inside - [[0.68, 0.68], [0.954, 0.954]]) < 0.02).all())

    def test_two_spreads_contain_enough_of_errors_with_long_tails(self):
        rng = np.random.default_rng(9)
        spread = rng.uniform(0.1, 0.5, (6000, 2))
        error = spread * rng.standard_t(5, (6000, 2))
        one, two = np.array(calibrate.coverage(error, spread, np.arange(6000) % 5))
        self.assertTrue(((one > 0.68) & (one < 0.73)).all())
        self.assertTrue((two > 0.93).all())

    def test_words_divide_the_music(self):
        rng = np.random.default_rng(7)
        tags = [
            sorted({t for w in rng.choice(list(words.WORDS), 2) for t in words.WORDS[w][1][:2]})
            for _ in range(400)
        ]
        table = words.table(self.means, tags, [self.means])
        share = words.shares(np.array(list(table.values())), [self.means])[0]
        self.assertLessEqual(share.max(), 0.1)
        self.assertGreaterEqual((share > 0.01).sum(), 24)

    def test_words_move_to_music_without_tags_and_keep_their_sign(self):
        rng = np.random.default_rng(10)
        start = rng.uniform(-0.7, 0.7, (len(words.WORDS), 2))
        music = [rng.uniform(-0.8, 0.8, (600, 2)), rng.normal(-0.3, 0.15, (300, 2))]
        places = words.settle(start, start, music)
        before, after = (words.shares(p, music)[1] for p in (start, places))
        self.assertGreater((after > 0.01).sum(), (before > 0.01).sum() + 2)
        self.assertLess(after.max(), before.max() - 0.02)
        sure = np.abs(start) > words.SURE
        self.assertTrue((np.sign(places) == np.sign(start))[sure].all())


class Pack:
    """The parts of a pack that the tutor needs: 60 clips of 20 hops, whose cues do not depend on
    their labels.
    """

    def __init__(self):
        rng = np.random.default_rng(8)
        self.names, self.lengths = [f"c{k}" for k in range(60)], [20] * 60
        self.arrays = {
            "mel": rng.standard_normal((1200, 25, 32)).astype(np.float32),
            "silent": np.zeros(1200, bool),
        }
        self.cues = np.repeat(rng.standard_normal((60, 100)), 20, 0).astype(np.float32)

    def rows(self, name):
        return slice(20 * int(name[1:]), 20 * int(name[1:]) + 20)


class Tutoring(unittest.TestCase):
    def setUp(self):
        pack, rng = Pack(), np.random.default_rng(9)
        items = {
            n: SimpleNamespace(quadrant=int(rng.integers(1, 5)), fold=f"fold{k % 5}")
            for k, n in enumerate(pack.names)
        }
        collection = SimpleNamespace(items=items, pack=lambda variant: pack)
        material = SimpleNamespace(clips={"emopia": []}, collections={"emopia": collection})
        inputs = SimpleNamespace(groups={"cues": slice(0, 100)}, of=lambda key: pack.cues)
        self.items, self.targets = (
            items,
            tutor.Tutor(material, inputs).targets(lambda fold: fold != "fold4")["emopia"],
        )

    def test_no_soft_label_comes_from_the_clips_own_label(self):
        """With cues that do not depend on the labels, only a tutor that was fitted to the clip
        could give its label.
        """
        read = np.array([self.targets[n][1] for n in self.targets])
        label = np.array([tutor.QUADRANTS[self.items[n].quadrant][1] for n in self.targets])
        self.assertLess(np.corrcoef(read, label)[0, 1], 0.4)

    def test_folds_that_are_left_out_are_not_read(self):
        self.assertEqual({self.items[n].fold for n in self.targets}, {f"fold{k}" for k in range(4)})

    def test_its_valence_does_not_fall_as_arousal_rises(self):
        rng = np.random.default_rng(10)
        a = rng.standard_normal(500)
        read = np.stack([rng.standard_normal(500) - 0.6 * a, a], 1)
        self.assertAlmostEqual(
            float(np.corrcoef((read @ tutor.leaning(read, -0.05)).T)[0, 1]), -0.05, places=6
        )


class Sampling(unittest.TestCase):
    def test_quadrants_are_drawn_in_turn(self):
        labels = [(1.0, 1.0)] * 10 + [(0.0, 0.0)] * 2
        order = loop.alternate(labels, np.arange(12))
        self.assertEqual([labels[i] for i in order[:4]], [(1.0, 1.0), (0.0, 0.0)] * 2)



class Cuts(unittest.TestCase):
    """A medley whose hops 20 to 29 are a clip, and the same clip alone."""

    def setUp(self):
        rng = np.random.default_rng(7)
        self.medley = rng.standard_normal((40, 3)).astype(np.float32)
        self.alone = self.medley[20:30].copy()
        begin = loop.Begin(slice(0, 40), 20, 10, "own/p0", slice(0, 10))
        self.cuts = loop.Cuts(self.medley, {"own/p0": self.alone}, [begin])
        self.rng = np.random.default_rng(1)

    def test_hops_after_other_music_match_those_alone(self):
        after, cold, w = self.cuts.batch(self.rng, 4, 16, 12)
        self.assertTrue(np.array_equal(after[0, :26], self.medley[4:30]))
        self.assertTrue(np.array_equal(cold[0, :10], self.alone))
        self.assertEqual(w[0].tolist(), [1.0] * 10 + [0.0] * 2)

    def test_nothing_is_read_before_the_start_of_a_clip(self):
        after, _, _ = self.cuts.batch(self.rng, 4, 80, 12)
        self.assertTrue(np.array_equal(after[0, :30], self.medley[:30]))

    def test_depending_on_the_piece_before_costs(self):
        config = {"cut_size": 1, "cut_before": 18, "cut_after": 10}

        def cost(read):
            member = lambda x: {"mean": read(x)[..., :2]}
            return float(loop.cut_loss(member, self.cuts, config, self.rng, ()))

        self.assertEqual(cost(lambda x: x), 0.0)
        self.assertGreater(cost(lambda x: x.cumsum(1)), 0.1)


class Confidence(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        rng = np.random.default_rng(3)
        clips, hops, n = 40, 10, 8

        def sound(of_music):
            x = rng.standard_normal((clips, 1, n)) + 0.1 * rng.standard_normal((clips, hops, n))
            x[..., 0] = 3.0 if of_music else -3.0
            return x

        def group(of_music, right, share):
            reading = np.repeat(rng.uniform(-1, 1, (clips, 1, 4)), hops, 1)
            inputs = np.concatenate([sound(of_music), reading], 2).reshape(-1, n + 4)
            music = confidence.MUSIC if of_music else confidence.NO_MUSIC
            each = [right(r) for r in reading[:, 0]]
            return confidence.Group(
                *(v.astype(np.float32) for v in (inputs, np.full(clips * hops, music))),
                np.repeat(each, hops).astype(np.float32),
                share,
            )

        clear = lambda r: 0.9 if np.abs(r[:2]).min() > 0.3 else 0.4
        groups = [group(True, clear, 0.5), group(False, lambda r: np.nan, 0.5)]
        cls.layers, cls.n = confidence.fit(groups, 1), n

    def of(self, music, valence, arousal, rest=None):
        x = np.zeros((1, self.n + 4), np.float32)
        x[0, 1 : self.n] = 0 if rest is None else rest
        x[0, 0], x[0, -4:-2] = 3.0 if music else -3.0, (valence, arousal)
        return float(confidence.apply(self.layers, x)[0])

    def test_a_reading_clear_of_both_axes_counts_for_more(self):
        for v, a in ((0.7, 0.7), (-0.7, 0.7), (-0.7, -0.7), (0.7, -0.7)):
            self.assertGreater(self.of(True, v, a), self.of(True, 0.0, a) + 0.2)
            self.assertGreater(self.of(True, v, a), self.of(True, v, 0.0) + 0.2)

    def test_a_clear_reading_without_music_has_low_confidence(self):
        self.assertLess(self.of(False, 0.7, 0.7), 0.3)

    def test_no_clip_is_overfitted(self):
        rng = np.random.default_rng(4)
        other = [self.of(True, 0.7, 0.7, rng.standard_normal(self.n - 1)) for _ in range(20)]
        self.assertLess(np.std(other), 0.1)


if __name__ == "__main__":
    unittest.main()
