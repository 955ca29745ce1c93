# SPDX-License-Identifier: GPL-3.0-or-later
"""A ridge and extra trees on means and spreads of cues over a whole clip: rows of the yardstick
that show what a net adds.

    python3 -m circumplex_train.learners    readings of the runs `ridge` and `trees`, by folds

They are trained on 4Q, EMOPIA, YM2413 (quadrants as -1 and 1), and DEAM (its clips' mean ratings,
valence less HALO times arousal), clips of one collection weighing SHARE of that of 4Q.  One reading
a clip, held throughout; VGMIDI and the judge are read by what was taught on all folds.
"""

from __future__ import annotations

import sys

import numpy as np

from . import packs, readings
from .features import CUES
from .sources import QUADRANTS

# of the summed weight, relative to 4Q
SHARE = {"fourq": 1.0, "emopia": 0.4, "ym2413": 0.3, "deam": 0.4}
HALO = 0.4
UNIT = 0.42  # SD of the readings of 4Q, so that they are on the plane's scale
FOLDS = tuple(f"fold{k}" for k in range(5))


def aggregate(collection, variant: str = "p0") -> dict[str, np.ndarray]:
    """{clip: means and standard deviations of the cues after 2 s}; tempo in octaves."""
    pack, out = collection.pack(variant), {}
    cues = np.array(pack.arrays["cues"], np.float32)
    tempo = CUES.index("tempo")
    cues[:, tempo] = np.log2(np.maximum(cues[:, tempo], 20) / 120)
    for name in pack.names:
        rows = cues[pack.rows(name)]
        rows = rows[min(4, len(rows) - 1) :] if len(rows) else np.zeros((1, len(CUES)), np.float32)
        out[name] = np.concatenate([rows.mean(0), rows.std(0)])
    return out


def taught(name: str, collection) -> dict[str, np.ndarray]:
    """{clip: target [2]} of a collection that may be used for training."""
    out = {}
    for key, item in collection.items.items():
        if name == "deam" and item.fold.startswith("fold"):
            v, a = np.nanmean(item.ratings, 0)
            out[key] = np.array([(v - HALO * a) / 0.2, a / 0.25])
        elif item.quadrant:
            out[key] = np.array(QUADRANTS[item.quadrant], float)
    return out


def fit(kind: str, x, y, weight):
    """A learner for both axes -> predict(x) [n, 2]."""
    from sklearn.ensemble import ExtraTreesRegressor
    from sklearn.linear_model import Ridge
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(x)
    z = np.clip(scaler.transform(x), -4, 4)
    model = (
        Ridge(alpha=0.02 * len(x))
        if kind == "ridge"
        else ExtraTreesRegressor(200, min_samples_leaf=4, max_features=0.3, random_state=0)
    )
    model.fit(z, y, sample_weight=weight)
    return lambda rows: model.predict(np.clip(scaler.transform(rows), -4, 4))


def material(config=None):
    """All available material: features by collection, and the training table (x, y, weight, fold).
    """
    collections = {
        n: c
        for n in ("fourq", "emopia", "ym2413", "deam", "vgmidi")
        if (c := packs.load(n, config, ("p0",))) is not None
    }
    features = {n: aggregate(c) for n, c in collections.items()}
    x, y, weight, fold = [], [], [], []
    for name in SHARE:
        if name in collections:
            targets = taught(name, collections[name])
            for key, target in targets.items():
                x.append(features[name][key]), y.append(target), fold.append(
                    collections[name].items[key].fold
                )
                weight.append(SHARE[name] * 600 / len(targets))
    return collections, features, (np.array(x), np.array(y), np.array(weight), np.array(fold))


def run(kind: str, collections, features, table) -> None:
    """Write the readings of one kind of learner."""
    x, y, weight, fold = table
    models = {
        f: fit(kind, x[fold != f], y[fold != f], weight[fold != f])
        for f in FOLDS
        if (fold == f).any()
    }
    models["all"] = fit(kind, x, y, weight)
    raw = {}
    for name, own in features.items():
        keys = list(own)
        by_model = {f: m(np.array([own[k] for k in keys])) for f, m in models.items()}
        held = lambda k: collections[name].items[k].fold if name != "vgmidi" else "all"
        raw[name] = {
            k: by_model[held(k) if held(k) in by_model else "all"][i] for i, k in enumerate(keys)
        }
    base = np.array(list(raw.get("fourq", next(iter(raw.values()))).values()))
    zero, gain = base.mean(0), UNIT / base.std(0)
    for name, values in raw.items():
        pack = collections[name].pack("p0")
        hops = dict(zip(pack.names, pack.lengths))
        parts = {
            k: {"p": np.repeat(np.clip((v - zero) * gain, -1, 1)[None], hops[k], 0)}
            for k, v in values.items()
        }
        readings.write(readings.folder_of(kind), name, "p0", parts)


def main(arguments) -> None:
    """See the module's docstring."""
    everything = material()
    for kind in arguments or ("ridge", "trees"):
        run(kind, *everything)


if __name__ == "__main__":
    main(sys.argv[1:])
