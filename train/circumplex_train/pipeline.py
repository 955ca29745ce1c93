# SPDX-License-Identifier: GPL-3.0-or-later
"""From collections to members: clips, inputs, the training of a fold's members and of the shipped
ones.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field

import numpy as np
import torch

from . import packs, sources, tutor
from .config import merge
from .losses import Adapters
from .loop import HOP, Bank, Begin, Clip, Cuts, Version, fit_member, moments, normalise
from .nets import Member
from .sets import CUES, step_inputs, warm_weight
from .workspace import work_folder

FOLDS = [f"fold{i}" for i in range(5)]
MEDLEYS = "medleys/p0"
RATED = ("deam", "fourq", "emopia", "ym2413", "vgmidi", "synth")
CROPS = {
    "corpus": tutor.WINDOW,
    "deam": 20,
    "fourq": 60,
    "emopia": 60,
    "ym2413": 60,
    "vgmidi": 80,
    "synth": 80,
}


def group_slices(config: dict, n_code: int) -> dict[str, slice]:
    """Where each input group lies in the step's vector."""
    n_mel = config["frontend"]["n_mel"]
    widths = {
        "code": n_code,
        "cues": len(config["model"].get("cues", CUES)),
        "chroma": 12,
        "semitones": 72,
        "melstats": 2 * n_mel,
    }
    out, at = {}, 0
    for name in config["model"]["inputs"]:
        out[name] = slice(at, at + widths[name])
        at += widths[name]
    return out


def there(collection: packs.Collection, variant: str) -> bool:
    return (work_folder("packs", collection.name) / variant / "index.npz").exists()


def versions(collection: packs.Collection, name: str, variants: list[str]) -> list[Version]:
    """A clip's renditions; bandwidths count as the production they were made of."""
    out = []
    for variant in variants:
        pack = collection.pack(variant)
        if name in pack.index:
            band = variant[0] == "r" or variant == "phone"
            production = variant if variant[0] == "v" else "0"
            out.append(
                Version(
                    f"{collection.name}/{variant}",
                    pack.rows(name),
                    packs.offset(variant),
                    production,
                    band,
                )
            )
    return out


def clips_of(collection: packs.Collection, use: tuple[str, ...]) -> list[Clip]:
    """A collection's clips with labels on the grid of their first version (start phase 0)."""
    variants = [v for v in use if there(collection, v)]
    out = []
    for name, item in collection.items.items():
        own = versions(collection, name, variants)
        if not own or own[0].rows.stop - own[0].rows.start < 6:
            continue
        hops = own[0].rows.stop - own[0].rows.start
        clip = Clip(collection.name, name, item.fold, own)
        if item.quadrant:
            valence, arousal = sources.QUADRANTS[item.quadrant]
            clip.positive = (float(valence > 0), float(arousal > 0))
        if item.times is not None:
            ends = 0.5 * np.arange(1, hops + 1)
            clip.targets = item.targets(ends)
            clip.weight = warm_weight(np.arange(hops))
        if item.campaign >= 0:
            clip.campaign = np.full(hops, item.campaign)
        out.append(clip)
    return out


@dataclass
class Material:
    """Every collection that is there, as clips."""

    config: dict
    collections: dict[str, packs.Collection] = field(default_factory=dict)
    clips: dict[str, list[Clip]] = field(default_factory=dict)
    tutor: tutor.Tutor | None = None

    @classmethod
    def load(cls, config: dict, names=None) -> "Material":
        out = cls(config)
        for name in names or (*config["train"]["collections"], *config["train"].get("unrated", [])):
            collection = packs.load(name, config)
            if collection is not None:
                out.collections[name] = collection
                out.clips[name] = clips_of(collection, tuple(config["train"]["variants"]))
        return out

    def pack(self, key: str):
        name, variant = key.split("/")
        return self.collections[name].pack(variant)

    def keys(self) -> list[str]:
        return sorted({v.pack for clips in self.clips.values() for c in clips for v in c.versions})


class Inputs:
    """Raw step vectors of every pack, and their normalisation."""

    def __init__(
        self, material: Material, config: dict, codes: dict[str, np.ndarray] | None = None
    ):
        self.config, self.material, self.codes = config, material, codes or {}
        self.cues = config["model"].get("cues", CUES)
        n_code = next(iter(self.codes.values())).shape[1] if self.codes else 0
        self.groups = group_slices(config, n_code)
        self.raw = {key: self.of(key) for key in material.keys()}
        self.n = sum(s.stop - s.start for s in self.groups.values())

    def of(self, key: str) -> np.ndarray:
        return step_inputs(
            self.material.pack(key), self.config["model"]["inputs"], self.cues, self.codes.get(key)
        )

    def fit(self, banks: list[list[Clip]]) -> tuple[np.ndarray, np.ndarray]:
        """Mean and SD, every kind of music counting the same."""
        return moments(
            [
                np.concatenate([self.raw[v.pack][v.rows] for c in clips for v in c.versions[:1]])
                for clips in banks
            ]
        )


@dataclass
class Fitted:
    """Members trained together, with what they need to read."""

    members: list[Member]
    adapters: list[Adapters]
    mean: np.ndarray
    std: np.ndarray

    @property
    def adapter(self) -> Adapters:
        """The members' adapters, averaged as their readings are."""
        out = copy.deepcopy(self.adapters[0])
        with torch.no_grad():
            for own in zip(out.parameters(), *(a.parameters() for a in self.adapters)):
                own[0].copy_(torch.stack(own[1:]).mean(0))
        return out

    def normalised(self, raw: np.ndarray) -> np.ndarray:
        return normalise(raw, self.mean, self.std)


def teach(
    material: Material, inputs: Inputs, own: dict[str, list[Clip]], keep, sizes: dict[str, int]
) -> dict[str, list[Clip]]:
    """Give the clips the tutor's soft labels -> the corpus' windows with theirs, as clips."""
    if material.tutor is None:
        material.tutor = tutor.Tutor(material, inputs)
    targets = material.tutor.targets(keep)
    for name, clips in own.items():
        for clip in clips:
            clip.tutor = targets.get(name, {}).get(clip.name)
    if "corpus" not in targets or sizes.get("corpus", 0) <= 0:
        return {}
    rows = material.tutor.rows["corpus"]
    return {
        "corpus": [
            Clip("corpus", k, "any", [Version("corpus/p0", rows[k])], tutor=t)
            for k, t in targets["corpus"].items()
        ]
    }


def cuts_of(material: Material, inputs: dict[str, np.ndarray], keep) -> Cuts | None:
    """Begins of clips within the training folds' medleys; None if there are none."""
    if MEDLEYS not in inputs:
        return None
    medleys, begins = material.collections["medleys"], []
    for name, item in medleys.items.items():
        rows = medleys.pack().rows(name)
        for begin, end, collection, clip in item.parts[1:] if keep(item.fold) else ():
            key = f"{collection}/p0"
            if key not in inputs or clip not in material.collections[collection].pack().index:
                continue
            alone, at = material.collections[collection].pack().rows(clip), round(begin / HOP)
            hops = min(round((end - begin) / HOP), alone.stop - alone.start)
            begins.append(Begin(rows, at, hops, key, alone))
    return Cuts(inputs[MEDLEYS], inputs, begins) if begins else None


def recipe(config: dict, number: int) -> dict:
    """The configuration of a member: every so many are of another kind."""
    own = config.get("variation", {})
    if not own.get("every") or number % own["every"]:
        return config
    return merge(config, {k: own[k] for k in ("model", "train") if k in own})


def train_on(
    material: Material, inputs: Inputs, config: dict, keep, seed: int, members: int, log=None
) -> Fitted:
    """Train ``members`` members on the rated clips of the folds that ``keep`` allows."""
    weights, sizes = config["train"]["weights"], config["train"]["sizes"]
    own = {
        name: [c for c in clips if c.fold == "any" or keep(c.fold)]
        for name, clips in material.clips.items()
        if name in RATED
    }
    own = {
        name: clips
        for name, clips in own.items()
        if clips and weights.get(name, 1.0) > 0 and sizes.get(name, 0) > 0
    }
    if not own:
        raise SystemExit("None of the rated collections is there (train/DATA.md).")
    mean, std = inputs.fit(list(own.values()))
    blind = [
        inputs.groups["cues"].start + inputs.cues.index(c)
        for c in config["model"].get("blind", [])
        if "cues" in inputs.groups and c in inputs.cues
    ]
    out = Fitted([], [], mean, std)
    for number in range(members):
        c = recipe(config, number)
        taught = (
            teach(material, inputs, own, keep, c["train"]["sizes"])
            if c["train"].get("tutor", 0) > 0
            else {}
        )
        clips = own | taught
        x = {
            key: normalise(inputs.raw[key], mean, std)
            for key in {v.pack for group in clips.values() for clip in group for v in clip.versions}
            | ({MEDLEYS} & set(inputs.raw))
        }
        banks = [
            Bank(name, group, x, CROPS[name], c["train"]["sizes"][name])
            for name, group in clips.items()
        ]
        member, adapter = fit_member(
            banks,
            inputs.n,
            c["model"]["temporal"],
            c["train"],
            seed + 1000 * number,
            inputs.groups,
            log,
            blind,
            cuts_of(material, x, keep),
        )
        out.members.append(member)
        out.adapters.append(adapter)
    return out
