# SPDX-License-Identifier: GPL-3.0-or-later
"""The positions of the words on the plane: the mean readings of the clips that experts tagged with
them.

Each word has a set of AllMusic's mood words (its near synonyms) that represent it in the 4Q
collection.  It starts at the shrunken mean reading of those clips, stretched by one factor so that
the means use the plane as the readings do, and is then moved as little as needed, so that no word
names too much music or none: of the tagged clips first, of other music as far as that goes.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

# word: (landmark, tags that stand for it)
WORDS: dict[str, tuple[bool, tuple[str, ...]]] = {
    "excited": (True, ("exciting", "energetic", "giddy", "rousing")),
    "joyful": (False, ("joyous", "celebratory", "exuberant")),
    "happy": (True, ("happy", "cheerful", "fun")),
    "upbeat": (True, ("lively", "positive", "summery", "optimistic")),
    "playful": (False, ("playful", "humorous", "witty", "whimsical")),
    "triumphant": (False, ("strong", "uplifting", "brassy", "rousing")),
    "fiery": (False, ("fiery", "passionate", "spicy", "sexy")),
    "powerful": (False, ("intense", "cathartic", "gutsy", "boisterous")),
    "warm": (True, ("warm", "amiable", "good-natured", "sweet")),
    "tender": (False, ("gentle", "delicate", "intimate", "sentimental", "romantic")),
    "peaceful": (True, ("peaceful", "soothing", "reverent")),
    "calm": (True, ("calm", "relaxed", "laid-back", "mellow")),
    "dreamy": (False, ("dreamy", "ethereal", "atmospheric", "spacey")),
    "nostalgic": (False, ("nostalgic", "wistful", "bittersweet", "autumnal")),
    "solemn": (False, ("somber", "serious", "austere", "stately", "spiritual")),
    "melancholy": (True, ("melancholy", "plaintive", "poignant", "yearning", "reflective")),
    "sad": (True, ("sad", "anguished", "distraught")),
    "gloomy": (False, ("gloomy", "brooding")),
    "lonely": (False, ("lonely", "cold", "wintry", "detached")),
    "bleak": (False, ("bleak", "weary", "bitter")),
    "sleepy": (True, ("quiet", "soft", "reserved", "restrained", "sparse")),
    "eerie": (False, ("eerie", "spooky", "unsettling")),
    "ominous": (False, ("ominous", "menacing", "malevolent")),
    "nervous": (False, ("nervous", "jittery", "paranoid")),
    "tense": (True, ("tense", "negative")),
    "anxious": (False, ("anxious", "angst-ridden")),
    "angry": (True, ("angry", "hostile", "outraged")),
    "aggressive": (False, ("aggressive", "fierce", "confrontational", "harsh")),
    "furious": (False, ("volatile", "explosive", "visceral", "reckless")),
    "intense": (True, ("intense", "urgent", "rebellious", "fierce")),
    "dramatic": (False, ("dramatic", "theatrical")),
    "mysterious": (False, ("nocturnal", "hypnotic", "trippy", "cerebral", "searching")),
}
# radius within which a reading is called neutral: QUADRANT_NEUTRAL_RADIUS of affect/quadrant.h
NEUTRAL = 0.12
MOST, LEAST = 0.08, 0.017  # shares of the clips that a word should name, at most and at least
ELSEWHERE = 0.0127  # at least, of music without tags; it counts half
# a word that begins farther than this from an axis keeps to its side, and half of its distance
SURE = 0.1
ROUNDS, TIE = 12000, 400.0  # moves tried, and what a word's squared distance from its start costs
OVER = 80.0  # what a share above MOST costs
APART, CROWD = 0.12, 1.0  # landmarks nearer to each other than this cost so much, as they are drawn


def table(
    means: np.ndarray, tags: list[list[str]], music: list[np.ndarray]
) -> dict[str, np.ndarray]:
    """Clip means [n, 2] with their tags, and clip means of several kinds of music [N, 2] -> word:
    place.
    """
    centre = means.mean(0)
    places, names = [], []
    for word, (_, synonyms) in WORDS.items():
        own = np.array([bool(set(t) & set(synonyms)) for t in tags])
        shrunk = (means[own].sum(0) + 3 * centre) / (own.sum() + 3)
        places.append(shrunk)
        names.append(word)
    places = np.array(places)
    start = centre + (places - centre) * 0.9 * means.std(0) / places.std(0)
    return dict(zip(names, settle(spread_out(start, music), start, music)))


def table_source(rows: list[dict]) -> str:
    """The compiled-in table (affect/words_table.h) of a model file's words: for models without
    words of their own.
    """
    lines = "".join(
        f'    {{"{r["word"]}", {r["valence"]:.3f}f, {r["arousal"]:.3f}f,'
        f' {str(r["landmark"]).lower()}}},\n'
        for r in rows
    )
    return (
        "// SPDX-License-Identifier: GPL-3.0-or-later\n/// \\file\n"
        "/// Positions of the words, from the default model: python3 -m circumplex_train.words"
        " writes this.\n"
        "static const Word words[] = {\n    // clang-format off\n"
        f'    {{"neutral", 0.0f, 0.0f, false}},\n{lines}    // clang-format on\n}};\n'
    )


def nearest(places: np.ndarray, readings: np.ndarray) -> np.ndarray:
    return ((readings[:, None] - places[None]) ** 2).sum(2).argmin(1)


def shares(places: np.ndarray, music: list[np.ndarray]) -> np.ndarray:
    """[kinds of music, words]: the share of its clips that each word names."""
    return np.array(
        [np.bincount(nearest(places, m), minlength=len(places)) / len(m) for m in music]
    )


def spread_out(start: np.ndarray, music: list[np.ndarray], steps: int = 500) -> np.ndarray:
    """Positions moved as little as needed: the neighbours of a word that names too much move nearer
    to it, a word that names too little moves to the readings nearest to it, and all are pulled to
    their start."""
    places, everything = start.copy(), np.concatenate(music)
    best, least_bad = places, np.inf
    for step in range(steps):
        share = shares(places, music)
        most, least = share.max(0), share[0]
        bad = (
            np.maximum(most - MOST, 0).sum() * 10
            + (least < LEAST).sum()
            + 1.0 * np.sqrt(((places - start) ** 2).sum(1)).mean()
        )
        if bad < least_bad:
            best, least_bad = places.copy(), bad
        rate = 0.10 * (1 - step / steps) + 0.01
        owner = nearest(places, everything)
        move = 0.03 * (start - places)
        for i in np.flatnonzero(most > MOST):
            own = everything[owner == i]
            for j in np.argsort(((places - places[i]) ** 2).sum(1))[1:4]:
                move[j] += rate * (most[i] / MOST - 1) * (own.mean(0) - places[j])
        for i in np.flatnonzero(least < LEAST):
            near = music[0][
                np.argsort(((music[0] - places[i]) ** 2).sum(1))[: max(8, len(music[0]) // 40)]
            ]
            apart = places[i] - places[np.argsort(((places - places[i]) ** 2).sum(1))[1]]
            move[i] += rate * (near.mean(0) - places[i]) + 0.3 * rate * apart / max(
                np.hypot(*apart), 0.02
            )
        places = np.clip(places + np.clip(move, -0.1, 0.1), -0.97, 0.97)
    return best


def settle(places: np.ndarray, start: np.ndarray, music: list[np.ndarray]) -> np.ndarray:
    """Positions moved one at a time, by random steps that become smaller, if that lowers the cost:
    shares above MOST, words that name too little of one kind of music, landmarks that cover each
    other, and distance from the start."""
    landmarks = np.array([landmark for landmark, _ in WORDS.values()])
    drawn = np.triu(landmarks[:, None] & landmarks, 1)  # pairs of words that are drawn
    rng, places = np.random.default_rng(0), places.copy()
    apart = [((m[:, None] - places[None]) ** 2).sum(2) for m in music]
    wanted = [(LEAST, 1.0), *[(ELSEWHERE, 0.5)] * (len(music) - 1)]

    def cost() -> float:
        between = np.sqrt(((places[:, None] - places[None]) ** 2).sum(2))
        total = TIE * ((places - start) ** 2).sum(1).mean()
        total += CROWD * np.maximum(1 - between[drawn] / APART, 0).sum()
        for d, (least, weight) in zip(apart, wanted):
            share = np.bincount(d.argmin(1), minlength=len(places)) / len(d)
            total += (
                OVER * np.maximum(share - MOST, 0).sum()
                + weight * np.maximum(1 - share / least, 0).sum()
            )
        return total

    best = cost()
    for k in range(ROUNDS):
        i, size = rng.integers(len(places)), 0.15 * (1 - k / ROUNDS) + 0.02
        before, columns = places[i].copy(), [d[:, i].copy() for d in apart]
        moved = np.clip(before + rng.normal(0, size, 2), -0.97, 0.97)
        if ((np.abs(start[i]) > SURE) & (moved * np.sign(start[i]) < 0.5 * np.abs(start[i]))).any():
            continue
        places[i] = moved
        for d, m in zip(apart, music):
            d[:, i] = ((m - places[i]) ** 2).sum(1)
        now = cost()
        if now <= best:
            best = now
            continue
        places[i] = before
        for d, column in zip(apart, columns):
            d[:, i] = column
    return places


def main() -> None:
    """Write affect/words_table.h from the words of models/default.safetensors."""
    root = Path(__file__).resolve().parents[2]
    data = (root / "models/default.safetensors").read_bytes()
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    model = json.loads(header["__metadata__"]["circumplex"])
    (root / "affect/words_table.h").write_text(table_source(model["words"]))


if __name__ == "__main__":
    main()
