# SPDX-License-Identifier: GPL-3.0-or-later
"""Write a model file (docs/model-format.md) from trained parts."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch

from . import calibrate, change, confidence, loop, pretrain, words
from .features import Pack
from .nets import Encoder, Layers, Member
from .sets import CUES, step_inputs


SONG_FROM = 16  # hops: the whole piece is read from 8 s on


@dataclass
class Trained:
    """Everything that a model file holds."""

    config: dict
    members: list[Member]
    mean: np.ndarray  # of the step's input
    std: np.ndarray
    encoder: Encoder | None = None
    confidence: Layers | None = None
    inverse_covariance: np.ndarray | None = None
    calibration: dict[str, list[float]] = field(default_factory=dict)
    words: dict[str, np.ndarray] = field(default_factory=dict)
    usual: np.ndarray | None = None  # attention by age
    change: tuple[np.ndarray, float] | None = None  # detector of a new piece: weights, threshold
    facts: dict = field(default_factory=dict)  # training facts for __metadata__


def write_safetensors(path: Path, tensors: dict[str, np.ndarray], metadata: dict[str, str]) -> None:
    """Little-endian F32 tensors without gaps, in the order given."""
    header: dict = {"__metadata__": metadata}
    at = 0
    for name, value in tensors.items():
        size = 4 * value.size
        header[name] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    partial = Path(f"{path}.partial")
    with open(partial, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for value in tensors.values():
            file.write(np.ascontiguousarray(value, "<f4").tobytes())
    partial.replace(path)


def description(trained: Trained) -> dict:
    """The ``circumplex`` metadata object."""
    model, member = trained.config["model"], trained.members[0]
    spec = member.spec
    temporal = {
        k: spec[k]
        for k in ("type", "hidden", "layers", "window", "score", "heads", "ff")
        if k in spec
    }
    out = {
        "format": 1,
        "name": trained.config["name"],
        "description": trained.config["description"],
        "licence": trained.config.get("licence", "CC-BY-NC-4.0"),
        "frontend": trained.config["frontend"],
        "inputs": model["inputs"],
        "cues": list(model.get("cues", CUES)),
        "temporal": temporal,
        "members": len(trained.members),
        "head": member.head.file_specs(),
        "song_from": SONG_FROM,
        "calibration": trained.calibration,
    }
    if trained.encoder is not None and "code" in model["inputs"]:
        out["encoder"] = {
            "type": trained.encoder.kind,
            "layers": trained.encoder.layers.file_specs(),
        }
        if trained.encoder.decoder is not None:
            out["encoder"]["decoder"] = trained.encoder.decoder.file_specs()
    if trained.confidence is not None:
        out["confidence"] = trained.confidence.file_specs()
        out["confidence_inputs"] = confidence.NAMES
        out["confidence_memory"] = confidence.MEMORY
    if trained.words:
        out["words"] = [
            {
                "word": w,
                "valence": round(float(p[0]), 3),
                "arousal": round(float(p[1]), 3),
                "landmark": words.WORDS[w][0],
            }
            for w, p in trained.words.items()
        ]
        out["neutral_radius"] = words.NEUTRAL
    if trained.change is not None:
        out["change"] = change.describe(trained.change[1])
    if trained.config["model"].get("phases", 1) != 1:
        out["phases"] = trained.config["model"]["phases"]
    return out


def tensors(trained: Trained) -> dict[str, np.ndarray]:
    out: dict[str, torch.Tensor] = {
        "input.mean": torch.from_numpy(trained.mean),
        "input.std": torch.from_numpy(trained.std),
    }
    encoder = trained.encoder
    if encoder is not None and "code" in trained.config["model"]["inputs"]:
        out["mel.mean"], out["mel.std"] = encoder.mel_mean, encoder.mel_std
        out.update(encoder.layers.tensors())
        if encoder.decoder is not None:
            out.update(encoder.decoder.tensors())
    for i, member in enumerate(trained.members):
        out.update({f"member{i}.{k}": v for k, v in member.tensors().items()})
    if trained.confidence is not None:
        out.update(trained.confidence.tensors())
    if trained.usual is not None:
        out["attention.usual"] = torch.from_numpy(trained.usual)
    if trained.change is not None:
        out["change.weight"] = torch.from_numpy(np.asarray(trained.change[0], np.float32))
    if trained.inverse_covariance is not None:
        out["maha.inv"] = torch.from_numpy(trained.inverse_covariance)
    return {k: np.asarray(v.detach().cpu().numpy(), np.float32) for k, v in out.items()}


def write_model(path: Path, trained: Trained) -> int:
    """Write the file; -> number of parameters."""
    values = tensors(trained)
    metadata = {"circumplex": json.dumps(description(trained), ensure_ascii=False), "format": "pt"}
    if trained.facts:
        metadata["training"] = json.dumps(trained.facts, ensure_ascii=False)
    write_safetensors(path, values, metadata)
    return sum(v.size for v in values.values())


def write_golden(path: Path, trained: Trained, mel: np.ndarray, cues: np.ndarray) -> None:
    """Features of some hops and what PyTorch reads from them, for tests/inference/test_models.c.

    mel [T, 25, n_mel], cues [T, n_cues] as the front end gives them; a cold start.
    """
    pack = Pack({"cues": cues, "mel": mel}, [], np.zeros(0), np.zeros(0))
    code, error = (
        pretrain.encode(trained.encoder, mel) if trained.encoder is not None else (None, None)
    )
    raw = step_inputs(
        pack,
        trained.config["model"]["inputs"],
        list(trained.config["model"].get("cues", CUES)),
        code,
    )
    x = loop.normalise(raw, trained.mean, trained.std)
    out = loop.predict(trained.members, x)
    gain = np.array([trained.calibration[a] for a in ("valence", "arousal")])
    spread = np.array([trained.calibration[f"{a}_spread"][0] for a in ("valence", "arousal")])
    shown = np.concatenate(
        [
            np.clip(out["mean"] * gain[:, 0] + gain[:, 1], -1, 1),
            np.minimum(out["spread"] * spread, 2.0),
        ],
        1,
    )
    song = running_song(shown[:, :2])
    values = {"golden.input.logmel": mel, "golden.input.cues": cues}
    for i, axis in enumerate(("valence", "arousal")):
        values[f"golden.output.{axis}"] = shown[:, i]
        values[f"golden.output.song_{axis}"] = song[:, i]
    sure = None
    if trained.confidence is not None:
        sure = confidence.apply(
            trained.confidence, confidence.inputs(x, error, shown.astype(np.float32))
        )
    spreads, sure = calibrate.limited(shown, sure)
    for i, axis in enumerate(("valence", "arousal")):
        values[f"golden.output.{axis}_spread"] = spreads[:, i]
    if sure is not None:
        values["golden.output.confidence"] = sure
    write_safetensors(
        path, {k: np.asarray(v, np.float32) for k, v in values.items()}, {"format": "pt"}
    )


def running_song(p: np.ndarray) -> np.ndarray:
    """The whole-piece estimate after each hop [T, 2]: the mean from SONG_FROM on; before that, from
    hop 4 (or the latest) on.
    """
    out = np.empty_like(p)
    for t in range(len(p)):
        out[t] = p[SONG_FROM : t + 1].mean(0) if t >= SONG_FROM else p[min(4, t) : t + 1].mean(0)
    return out


def save_state(path: Path, trained: Trained) -> None:
    torch.save(trained, path)


def load_state(path: Path) -> Trained:
    return torch.load(path)
