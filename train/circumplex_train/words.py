# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the words of the plane stand: at the mean reading of the clips that experts tagged so.

Each word has a set of AllMusic's mood words (its near synonyms) that stand for it in the 4Q collection.  It starts at the
shrunken mean reading of those clips, stretched by one factor so that the means use the plane as the readings do, and is then moved as
little as is needed for no word to name too much music or none.
"""

from __future__ import annotations

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
MOST, LEAST = 0.085, 0.013  # shares of the clips that a word should name, at most and at least


def table(means: np.ndarray, tags: list[list[str]], readings: np.ndarray) -> dict[str, np.ndarray]:
    """Clip means [n, 2] with their tags, and readings [N, 2] of broad music -> word: place."""
    centre = means.mean(0)
    places, names = [], []
    for word, (_, synonyms) in WORDS.items():
        own = np.array([bool(set(t) & set(synonyms)) for t in tags])
        n = own.sum()
        shrunk = (means[own].sum(0) + 3 * centre) / (n + 3)
        places.append(shrunk)
        names.append(word)
    places = np.array(places)
    stretch = means.std(0) / places.std(0)
    start = centre + (places - centre) * stretch * 0.9
    return dict(zip(names, spread_out(start, readings)))


def shares(places: np.ndarray, readings: np.ndarray) -> np.ndarray:
    return np.bincount(nearest(places, readings), minlength=len(places)) / len(readings)


def nearest(places: np.ndarray, readings: np.ndarray) -> np.ndarray:
    return ((readings[:, None] - places[None]) ** 2).sum(2).argmin(1)


def spread_out(start: np.ndarray, readings: np.ndarray, steps: int = 400) -> np.ndarray:
    """Moved as little as is needed: a word that names too much draws its neighbours nearer, one that names too little is
    drawn to the readings nearest to it, and all are tied to where they began."""
    places = start.copy()
    for step in range(steps):
        share = shares(places, readings)
        rate = 0.08 * (1 - step / steps) + 0.01
        owner = nearest(places, readings)
        move = 0.03 * (start - places)
        for i in np.flatnonzero(share > MOST):
            own = readings[owner == i]
            distance = ((places - places[i]) ** 2).sum(1)
            for j in np.argsort(distance)[1:4]:
                move[j] += rate * (share[i] / MOST - 1) * (own.mean(0) - places[j])
        for i in np.flatnonzero(share < LEAST):
            near = readings[np.argsort(((readings - places[i]) ** 2).sum(1))[: max(8, len(readings) // 40)]]
            move[i] += rate * (near.mean(0) - places[i])
        places = np.clip(places + np.clip(move, -0.1, 0.1), -0.97, 0.97)
    return places
