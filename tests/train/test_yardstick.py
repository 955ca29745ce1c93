# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the yardstick and of the programs that make packs.  Run: python3 -m unittest discover
tests/train
"""

import os
import sys
import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace

import numpy as np

WORK = tempfile.TemporaryDirectory()
os.environ["CIRCUMPLEX_WORK"] = WORK.name
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "train"))

# noqa: E402
from circumplex_train import (
    factors,
    features,
    judged,
    packs,
    readings,
    render,
    robust,
    sources,
    yardstick,
)
from circumplex_train.midi import Score  # noqa: E402


class Kept:
    """Readings in memory, in the form of readings.Readings."""

    run = "test"

    def __init__(self, clips, arrays):
        self.clips, self.arrays_of = clips, arrays

    def items(self, name):
        return self.clips.get(name, {})

    def of(self, name, variant="p0", what="p"):
        return self.arrays_of.get((name, variant, what))

    def has(self, name, variant="p0"):
        return (name, variant, "p") in self.arrays_of


def quadrant_clips(read):
    """20 clips a quadrant whose reading is `read(valence sign, arousal sign)` and a little
    noise.
    """
    rng, clips, curves = np.random.default_rng(0), {}, {}
    for q, (v, a) in sources.QUADRANTS.items():
        for k in range(20):
            name = f"{q}-{k}"
            clips[name] = SimpleNamespace(quadrant=q, group=name, fold="fold0", tags=[])
            curves[name] = np.tile(np.array(read(v, a)) + rng.normal(0, 0.02, 2), (20, 1)).astype(
                np.float32
            )
    return Kept({"fourq": clips}, {("fourq", "p0", "p"): curves})


def figures(rows):
    return {name: value for name, value, *_ in rows}


class Judged(unittest.TestCase):
    def test_a_perfect_reader_has_every_quadrant_right(self):
        rows = figures(judged.fourq(quadrant_clips(lambda v, a: (0.4 * v, 0.4 * a))))
        self.assertEqual(rows["AUC of valence among calm clips"], 1.0)
        self.assertEqual(rows["quadrants right at the raw zero"], 1.0)
        self.assertLess(abs(rows["r of read valence with read arousal"]), 0.05)

    def test_a_reader_of_one_diagonal_is_detected(self):
        rows = figures(judged.fourq(quadrant_clips(lambda v, a: (0.4 * a, 0.4 * a))))
        self.assertGreater(rows["r of read valence with read arousal"], 0.95)
        self.assertLess(rows["AUC of valence among calm clips"], 0.7)
        self.assertAlmostEqual(rows["quadrants right at the raw zero"], 0.5, delta=0.01)

    def test_a_wrong_zero_changes_only_the_raw_zero_score(self):
        rows = figures(judged.fourq(quadrant_clips(lambda v, a: (0.4 * v + 0.6, 0.4 * a))))
        self.assertEqual(rows["quadrants right at the medians"], 1.0)
        self.assertEqual(rows["quadrants right at the raw zero"], 0.5)

    def test_auc_counts_ties_as_half(self):
        self.assertEqual(judged.auc(np.zeros(4), np.array([True, True, False, False])), 0.5)
        self.assertTrue(np.isnan(judged.auc(np.zeros(2), np.array([True, True]))))

    def test_nothing_read_gives_no_rows(self):
        kept = Kept({}, {})
        for _, rows in yardstick.SECTIONS:
            self.assertEqual(rows(kept), [])


class Robust(unittest.TestCase):
    def test_a_burst_that_lasts_is_counted_in_seconds(self):
        kept = quadrant_clips(lambda v, a: (0.4 * v, 0.4 * a))
        clips, curves = {}, {}
        for kind in ("none", "pop", "feedback", "sample", "integer"):
            clips[f"x-{kind}"] = SimpleNamespace(facts={"kind": kind})
            curves[f"x-{kind}"] = np.zeros((120, 2), np.float32)
        curves["x-pop"][30:40] = 0.9
        kept.clips["bursts"], kept.arrays_of["bursts", "p0", "p"] = clips, curves
        rows = figures(robust.bursts(kept))
        self.assertEqual(rows["a pop: most seconds"], 5.0)
        self.assertEqual(rows["1 s of feedback: most seconds"], 0.0)

    def test_a_start_in_the_middle_is_compared_at_the_same_moments(self):
        kept = quadrant_clips(lambda v, a: (0.4 * v, 0.4 * a))
        facts = {"before": 8.0}
        curve = np.zeros((58, 2), np.float32)
        curve[16:] = np.linspace(0.0, 0.1, 42)[:, None]
        middle = curve[16:].copy()
        middle[:10] += 0.4  # 5 s
        sure = np.where(np.arange(42) < 10, 0.2, 0.7).astype(np.float32)
        names = ("fourq-x-whole", "fourq-x-middle")
        kept.clips["middles"] = {n: SimpleNamespace(facts=facts) for n in names}
        kept.arrays_of["middles", "p0", "p"] = dict(zip(names, (curve, middle)))
        kept.arrays_of["middles", "p0", "confidence"] = dict(zip(names, (np.ones(58), sure)))
        rows = figures(robust.middles(kept))
        label, apart = "songs from 8 s on", "apart from the whole piece, SD"
        self.assertAlmostEqual(rows[f"{label}, 5 s in: {apart}"], 1.0, delta=0.02)
        self.assertAlmostEqual(rows[f"{label}, 10 s in: {apart}"], 0.0, delta=1e-5)
        far = rows[f"{label}: mean confidence where more than .5 apart"]
        self.assertAlmostEqual(far, 0.2, places=5)

    def test_attention_on_a_repetition_is_a_lift(self):
        aba, cba = np.full((72, 72), 0.01), np.full((72, 72), 0.01)
        for t in range(52, 72):
            aba[t, t - 23 : t + 1] = 0.1
        self.assertAlmostEqual(robust.contrast(aba) / robust.contrast(cba), 10.0, places=6)


class Packs(unittest.TestCase):
    def test_a_pack_is_written_in_parts_and_read_whole(self):
        folder, rng = Path(WORK.name) / "pack", np.random.default_rng(0)
        writer, parts = packs.Writer(folder), {}
        for name, hops in (("a", 3), ("b", 5)):
            parts[name] = {
                "mel": rng.normal(size=(hops, 25, 4)).astype(np.float32),
                "cues": rng.normal(size=(hops, 6)).astype(np.float32),
                "silent": np.zeros(hops, bool),
            }
            writer.add(name, dict(parts[name]))
        writer.close()
        pack = features.Pack.load(folder)
        self.assertEqual(pack.names, ["a", "b"])
        np.testing.assert_array_equal(pack.arrays["cues"][pack.rows("b")], parts["b"]["cues"])
        np.testing.assert_allclose(pack.arrays["mel"][pack.rows("a")], parts["a"]["mel"], atol=2e-3)

    def test_variants_leave_out_or_narrow_bands(self):
        sound = np.random.default_rng(0).normal(size=32000).astype(np.float32)
        shifted, rate = packs.changed(sound, 32000.0, "p2")
        self.assertEqual((len(sound) - len(shifted), rate), (6400, 32000.0))
        self.assertEqual(packs.changed(sound, 32000.0, "r8000")[1], 8000.0)
        self.assertEqual(packs.changed(sound[:4000], 8000.0, "r16000")[1], 8000.0)

    def test_ratings_hold_until_the_next_and_end(self):
        item = sources.Item(
            "x",
            "fold0",
            Path("x"),
            times=np.array([1.0, 2.0]),
            ratings=np.array([[0.1, 0.2], [0.3, 0.4]]),
            facts={"rated_until": 2.5},
        )
        got = item.targets(np.array([0.5, 1.5, 2.0, 3.0]))
        np.testing.assert_allclose(got[1:3], [[0.1, 0.2], [0.3, 0.4]], rtol=1e-6)
        self.assertTrue(np.isnan(got[0]).all() and np.isnan(got[3]).all())

    def test_a_missing_collection_is_left_out(self):
        config = {"data": {"fourq": "/nowhere"}}
        self.assertEqual(sources.load("fourq", config), [])
        self.assertEqual(sources.load("synth", config), [])


class Kept_on_disk(unittest.TestCase):
    def test_readings_are_returned_clip_by_clip(self):
        folder = readings.folder_of("disk")
        parts = {"a": {"p": np.ones((2, 2))}, "b": {"p": np.zeros((3, 2))}}
        readings.write(folder, "fourq", "p0", parts)
        kept = readings.Readings("disk")
        kept._items["fourq"] = {"a": None, "b": None}
        self.assertEqual(
            {n: v.shape for n, v in kept.of("fourq").items()}, {"a": (2, 2), "b": (3, 2)}
        )
        self.assertIsNone(kept.of("fourq", "p0", "confidence"))


class Render(unittest.TestCase):
    def test_a_variant_moves_every_note_alike_and_silences_its_end(self):
        plan = render.Plan("emopia", "x", 1)
        note = lambda n: SimpleNamespace(channel=0, note=n)
        self.assertEqual({plan.place(note(n))[1] - n for n in (40, 60, 80)}, {plan.transpose})
        score = Score()
        render.silence(score, 1.0)
        self.assertEqual(score.to_bytes(2.0).count(bytes([0xB3, 120, 0])), 1)

    def test_a_piece_as_it_stands_is_not_moved(self):
        plan = render.Plan("emopia", "x", 0)
        self.assertEqual(plan.place(SimpleNamespace(channel=2, note=61)), (2, 61))


class Factors(unittest.TestCase):
    def test_known_weights_are_found_again(self):
        rng, folder = np.random.default_rng(0), Path(WORK.name)
        names = ("Register", "Mode", "Tempo", "Soundlevel", "Articulation", "Timbre", "Melody")
        design = np.stack([rng.integers(1, n + 1, 200) for n in (6, 2, 5, 5, 4, 3, 4)], 1)
        happy = -2.0 * factors.spread(design[:, 1]) + factors.spread(design[:, 0])
        rows = (
            lambda head, table: head
            + "\n"
            + "\n".join(",".join(f"{x:g}" for x in row) for row in table)
        )
        (folder / "design_matrix.csv").write_text(
            rows("Nro," + ",".join(names), np.c_[range(200), design])
        )
        (folder / "mean_emotion_ratings.csv").write_text(
            rows(
                "Nro,Scary,Happy,Sad,Peaceful",
                np.c_[range(200), 0 * happy, happy, 0 * happy, 0 * happy],
            )
        )
        weights, r2 = factors.fit(folder)["valence"]
        self.assertGreater(r2, 0.999)
        self.assertAlmostEqual(weights["mode"] / weights["register"], 2.0, places=3)


if __name__ == "__main__":
    unittest.main()
