# SPDX-License-Identifier: GPL-3.0-or-later
"""The effect of mode, tempo, register and others on listeners, fitted to the factorial melodies of
Eerola, Friberg and Bresin.

Source: 2013, Frontiers in Psychology 4:487; 200 melodies rated by 46 listeners, data under CC0
($CIRCUMPLEX_DATA/factors). Valence = happy + peaceful - sad - scary and arousal = happy + scary -
sad - peaceful, each of the means over listeners and divided by its standard deviation over the
melodies; a linear model on the factors, their levels spread evenly over -1..1, and the four
melodies as classes.

    python3 -m circumplex_train.factors     prints the table that synth.py holds
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from . import config as configuration

# Column of the design, our name, sign (level 1 of `Mode` is major).
FACTORS = (
    ("Mode", "mode", -1),
    ("Tempo", "tempo", 1),
    ("Register", "register", 1),
    ("Soundlevel", "dynamics", 1),
    ("Articulation", "articulation", 1),
)
RATINGS = {
    "valence": {"Happy": 1, "Peaceful": 1, "Sad": -1, "Scary": -1},
    "arousal": {"Happy": 1, "Scary": 1, "Sad": -1, "Peaceful": -1},
}


def read(path):
    """Columns of a CSV of numbers, by name."""
    table = np.genfromtxt(path, delimiter=",", names=True)
    return {name: table[name] for name in table.dtype.names}


def spread(levels):
    """1..n -> -1..1."""
    return (levels - levels.min()) / np.ptp(levels) * 2 - 1


def fit(root):
    """{axis: ({factor: SD per unit of factor}, R2)}."""
    design, rated = read(Path(root) / "design_matrix.csv"), read(
        Path(root) / "mean_emotion_ratings.csv"
    )
    columns = [sign * spread(design[name]) for name, _, sign in FACTORS]
    classes = [
        design[name] == level
        for name in ("Melody", "Timbre")
        for level in np.unique(design[name])[1:]
    ]
    x = np.stack([*columns, *classes, np.ones(len(columns[0]))], 1).astype(float)
    out = {}
    for axis, signs in RATINGS.items():
        y = sum(sign * rated[name] for name, sign in signs.items())
        y = (y - y.mean()) / y.std()
        weights = np.linalg.lstsq(x, y, rcond=None)[0]
        r2 = 1 - ((y - x @ weights) ** 2).sum() / (y**2).sum()
        out[axis] = ({name: float(w) for (_, name, _), w in zip(FACTORS, weights)}, float(r2))
    return out


def main(_arguments=()):
    """See the module's docstring."""
    for axis, (weights, r2) in fit(configuration.load("default")["data"]["factors"]).items():
        print(
            f"{axis}: "
            + ", ".join(f"{name} {w:+.3f}" for name, w in weights.items())
            + f"; R2 {r2:.3f}"
        )


if __name__ == "__main__":
    main()
