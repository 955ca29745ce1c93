# SPDX-License-Identifier: GPL-3.0-or-later
"""The static model's windows and triplets.  Run: python3 -m unittest discover tests/train"""

import sys
import unittest
from pathlib import Path

try:
    import numpy as np
    import torch
except ImportError as missing:
    raise unittest.SkipTest(f"needs numpy and torch: {missing}")

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "train"))

from circumplex_train import config, metrics, static  # noqa: E402


class Windows(unittest.TestCase):
    def test_a_window_is_mean_and_deviation_of_its_sounding_hops(self):
        x = np.arange(12.0).reshape(6, 2)
        silent = np.array([0, 1, 0, 0, 0, 0], bool)
        features, hops = static.windows(x, silent, 4)
        self.assertEqual(hops.tolist(), [4])  # a fifth hop is less than half a window
        heard = x[[0, 2, 3, 4]]
        self.assertTrue(np.allclose(features[0], np.concatenate([heard.mean(0), heard.std(0)])))

    def test_the_rest_counts_from_half_a_window_on_or_alone(self):
        for hops, expected in (
            (1, [1]),
            (3, [3]),
            (4, [4]),
            (5, [4]),
            (6, [4, 2]),
            (8, [4, 4]),
            (9, [4, 4]),
        ):
            counts = static.windows(np.zeros((hops, 3)), np.zeros(hops, bool), 4)[1]
            self.assertEqual(counts.tolist(), expected)

    def test_silence_alone_has_no_window(self):
        features, hops = static.windows(np.zeros((5, 3)), np.ones(5, bool), 4)
        self.assertEqual((features.shape, len(hops)), ((0, 6), 0))


class Embedding(unittest.TestCase):
    def setUp(self):
        torch.set_num_threads(1)
        rng = np.random.default_rng(3)
        self.y = rng.uniform(-0.8, 0.8, (600, 2))
        self.x = np.concatenate(
            [self.y + 0.1 * rng.standard_normal((600, 2)), rng.standard_normal((600, 20))], 1
        )
        self.c = {**config.load("static")["static"], "steps": 150}

    def test_triplets_find_the_plane_in_noise(self):
        model = static.fit(self.x[:400], self.y[:400], self.c, 2, 1)
        p = model.raw(self.x[400:])
        for axis in (0, 1):
            self.assertGreater(metrics.pearson(p[:, axis], self.y[400:, axis]), 0.9)
        # The control: nothing can be learnt from shuffled ratings.
        shuffled = np.random.default_rng(4).permutation(self.y[:400])
        q = static.fit(self.x[:400], shuffled, self.c, 2, 1).raw(self.x[400:])
        self.assertLess(abs(metrics.pearson(q[:, 0], self.y[400:, 0])), 0.5)

    def test_the_same_seed_gives_the_same_model(self):
        a, b = (
            static.fit(self.x, self.y, {**self.c, "steps": 5}, 1, 7).raw(self.x) for _ in range(2)
        )
        self.assertTrue((a == b).all())

    def test_held_out_predictions_never_saw_their_fold(self):
        fold = np.array(["fold0", "fold1"] * 300)
        data = static.Rated(
            self.x, self.y, fold, np.arange(600), np.full(600, "deam"), np.ones(600)
        )
        seen = []

        def train(x, y, weight):
            seen.append(x)
            return lambda z: np.zeros((len(z), 2))

        static.held_out(data, train)
        for name, x in zip(("fold0", "fold1"), seen):
            self.assertTrue(np.array_equal(x, self.x[fold != name]))


if __name__ == "__main__":
    unittest.main()
