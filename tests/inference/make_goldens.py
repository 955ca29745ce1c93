#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small random models, input sequences and PyTorch's results, for test_golden.c.

    python3 tests/inference/make_goldens.py [NAME...]    writes tests/inference/golden/*.safetensors
    python3 tests/inference/make_goldens.py --shipped    reads the inputs of models/goldens again

Each file is a model that also holds the tensors golden.input.* and golden.output.* (which the
reader ignores, as it does any tensor that no part of the model refers to).
"""
import json
import pathlib
import re
import sys

import numpy as np
import torch

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from reference import Reference, read_safetensors, write_safetensors  # noqa: E402

HERE = pathlib.Path(__file__).parent
N_MEL, HOPS = 16, 14
CUES = ["loudness_momentary", "mode", "tempo", "centroid", "key_clarity", "roughness", "onset_rate"]
CONV = [
    {"op": "conv2d", "name": "enc.0", "stride": [2, 2], "padding": [1, 1]},
    {"op": "batchnorm", "name": "enc.1"},
    {"op": "elu"},
    {"op": "conv2d", "name": "enc.2", "stride": [3, 1], "padding": [0, 2]},
    {"op": "gelu"},
    {"op": "flatten"},
    {"op": "dense", "name": "enc.mu"},
]
CONV_SHAPES = {
    "enc.0.weight": [5, 1, 3, 3],
    "enc.0.bias": [5],
    "enc.1": 5,
    "enc.2.weight": [3, 5, 2, 5],
    "enc.mu.weight": [6, 96],
    "enc.mu.bias": [6],
}
CONV1 = [
    {"op": "conv1d", "name": "enc.0", "stride": 2, "padding": 1},
    {"op": "relu"},
    {"op": "batchnorm", "name": "enc.1"},
    {"op": "conv1d", "name": "enc.2"},
    {"op": "meanpool"},
    {"op": "tanh"},
    {"op": "flatten"},
    {"op": "layernorm", "name": "enc.3", "eps": 1e-3},
]
CONV1_SHAPES = {
    "enc.0.weight": [9, 16, 3],
    "enc.0.bias": [9],
    "enc.1": 9,
    "enc.2.weight": [7, 9, 4],
    "enc.2.bias": [7],
    "enc.3.weight": [7],
    "enc.3.bias": [7],
}
RESHAPE = [
    {"op": "flatten"},
    {"op": "dense", "name": "enc.0"},
    {"op": "sigmoid"},
    {"op": "batchnorm", "name": "enc.1"},
    {"op": "reshape", "shape": [2, 3, 4]},
    {"op": "conv1d", "name": "enc.2"},
    {"op": "flatten"},
]
RESHAPE_SHAPES = {
    "enc.0.weight": [24, 400],
    "enc.0.bias": [24],
    "enc.1": 24,
    "enc.2.weight": [5, 8, 2],
    "enc.2.bias": [5],
}
DECODER = [{"op": "dense", "name": "dec.0"}, {"op": "elu"}, {"op": "dense", "name": "dec.1"}]
DECODER_SHAPES = {
    "dec.0.weight": [8, 6],
    "dec.0.bias": [8],
    "dec.1.weight": [400, 8],
    "dec.1.bias": [400],
}

WORDS = [
    {"word": "up", "valence": 0.1, "arousal": 0.7, "landmark": True},
    {"word": "down", "valence": -0.1, "arousal": -0.7},
    {"word": "sweet", "valence": 0.6, "arousal": 0.05},
    {"word": "sour", "valence": -0.6, "arousal": 0, "landmark": False},
]

# name: (encoder layers, shapes, code width, decoder?), inputs, temporal, further keys
ENCODERS = {
    "conv2d": (CONV, CONV_SHAPES, 6),
    "conv1d": (CONV1, CONV1_SHAPES, 7),
    "reshape": (RESHAPE, RESHAPE_SHAPES, 10),
    "none": ([], {}, 0),
}
CASES = {
    "linear": ("none", ["cues"], {"type": "none"}, {}),
    "cnn-none-all": (
        "reshape",
        ["chroma", "code", "semitones", "cues", "melstats"],
        {"type": "none"},
        {"hidden_head": True},
    ),
    "cnn-rnn": ("conv1d", ["code"], {"type": "rnn", "hidden": 9, "layers": 2}, {"song": True}),
    "vae-lstm": (
        "conv2d",
        ["code", "cues"],
        {"type": "lstm", "hidden": 10, "layers": 2},
        {"decoder": True, "confidence": True, "inverse": True, "calibrated": True},
    ),
    "none-lstm": (
        "none",
        ["melstats", "chroma"],
        {"type": "lstm", "hidden": 8},
        {"confidence": True, "members": 2},
    ),
    "vae-attentive": (
        "conv2d",
        ["code", "cues"],
        {"type": "attentive-lstm", "hidden": 11, "window": 6},
        {
            "members": 3,
            "song": True,
            "confidence": True,
            "decoder": True,
            "calibrated": True,
            "hidden_head": True,
            "width": 5,
            "age": True,
        },
    ),
    "none-attentive-noage": (
        "none",
        ["cues"],
        {"type": "attentive-lstm", "hidden": 8, "window": 120, "score": "additive", "layers": 2},
        {"width": 16},
    ),
    "none-attentive-dot": (
        "none",
        ["cues", "chroma"],
        {"type": "attentive-lstm", "hidden": 9, "window": 5, "score": "dot"},
        {"age": True, "members": 2},
    ),
    "ae-transformer": (
        "conv1d",
        ["code", "cues"],
        {"type": "transformer", "hidden": 12, "heads": 3, "ff": 20, "layers": 2, "window": 5},
        {"type": "ae", "members": 2, "song": True},
    ),
    "none-transformer-defaults": (
        "none",
        ["cues"],
        {"type": "transformer", "hidden": 8, "window": 120},
        {"hidden_head": True},
    ),
    "vae-attentive-cosine": (
        "conv2d",
        ["code", "cues", "chroma"],
        {"type": "attentive-lstm", "hidden": 9, "window": 27, "score": "cosine"},
        {
            "width": 6,
            "projected": 7,
            "members": 2,
            "hops": 40,
            "usual": True,
            "song_from": 9,
            "calibrated": True,
            "words": True,
            "decoder": True,
            "confidence": True,
            "memory": 6,
            "measures": ["reading", "slow", "distance", "x", "error"],
        },
    ),
    "none-attentive-cosine": (
        "none",
        ["cues"],
        {"type": "attentive-lstm", "hidden": 8, "window": 120, "score": "cosine"},
        {"width": 8, "projected": 8, "same": True, "change": True},
    ),
}


def make(name, seed):
    encoder, inputs, temporal, extra = CASES[name]
    random = np.random.default_rng(seed)
    draw = lambda *shape: random.normal(0, 1.0 / np.sqrt(max(1, np.prod(shape[1:]))), shape).astype(
        np.float32
    )
    layers, shapes, n_code = ENCODERS[encoder]
    shapes, members = dict(shapes), extra.get("members", 1)
    config = {
        "format": 1,
        "name": name,
        "description": "random weights",
        "licence": "CC0-1.0",
        "frontend": {"n_mel": N_MEL, "fmin": 30, "fmax": 10000},
        "inputs": inputs,
        "temporal": temporal,
        "members": members,
        "cues": CUES,
    }
    tensors = {}
    if layers:
        config["encoder"] = {"type": extra.get("type", name.split("-")[0]), "layers": layers}
        tensors["mel.mean"] = -20 + 5 * draw(N_MEL)
        tensors["mel.std"] = 8 + random.random(N_MEL).astype(np.float32)
        if extra.get("decoder"):
            config["encoder"]["decoder"] = DECODER
            shapes.update(DECODER_SHAPES)
    widths = {
        "code": n_code,
        "cues": len(CUES),
        "chroma": 12,
        "semitones": 72,
        "melstats": 2 * N_MEL,
    }
    n = sum(widths[i] for i in inputs)
    tensors["input.mean"], tensors["input.std"] = draw(n), 0.5 + random.random(n).astype(np.float32)
    h = temporal.get("hidden", n)
    seen = 2 * h if temporal["type"] == "attentive-lstm" else h
    config["head"] = [{"op": "dense", "name": "head.0"}]
    if extra.get("hidden_head"):
        config["head"] += [
            {"op": "layernorm", "name": "head.n"},
            {"op": "tanh"},
            {"op": "dense", "name": "head.1"},
        ]
    for i in range(members):
        m = {}
        if temporal["type"] in ("rnn", "lstm", "attentive-lstm"):
            cell, g = ("rnn", 1) if temporal["type"] == "rnn" else ("lstm", 4)
            for k in range(temporal.get("layers", 1)):
                m[f"{cell}.weight_ih_l{k}"], m[f"{cell}.weight_hh_l{k}"] = [g * h, h if k else n], [
                    g * h,
                    h,
                ]
                m[f"{cell}.bias_ih_l{k}"] = m[f"{cell}.bias_hh_l{k}"] = [g * h]
        if temporal["type"] == "attentive-lstm":
            w, a = temporal["window"], extra.get("width", h)
            made_from = extra.get("projected", h)
            m["attention.key"] = [a, made_from]
            if temporal.get("score") == "cosine":
                m.update(
                    {
                        "attention.query": [a, made_from],
                        "attention.input.weight": [made_from, n],
                        "attention.input.bias": [made_from],
                    }
                )
                tensors[f"member{i}.attention.tau"] = np.float32([5 + i])
            if temporal.get("score", "additive") == "additive":
                m["attention.query"], m["attention.v"] = [a, h], [a]
            if extra.get("age"):
                m["attention.age"] = [w] if temporal.get("score") == "dot" else [w, a]
        if temporal["type"] == "transformer":
            ff, w, p = temporal.get("ff", 2 * h), temporal["window"], "transformer."
            m[p + "input.weight"], m[p + "input.bias"], m[p + "norm.weight"], m[p + "norm.bias"] = (
                [h, n],
                [h],
                [h],
                [h],
            )
            for b in range(temporal.get("layers", 1)):
                q = f"{p}{b}."
                m.update(
                    {
                        q + "norm1.weight": [h],
                        q + "norm1.bias": [h],
                        q + "norm2.weight": [h],
                        q + "norm2.bias": [h],
                        q + "qkv.weight": [3 * h, h],
                        q + "qkv.bias": [3 * h],
                        q + "out.weight": [h, h],
                        q + "out.bias": [h],
                        q + "age": [temporal.get("heads", 4), w],
                        q + "ff.0.weight": [ff, h],
                        q + "ff.0.bias": [ff],
                        q + "ff.1.weight": [h, ff],
                        q + "ff.1.bias": [h],
                    }
                )
        if extra.get("hidden_head"):
            m.update(
                {
                    "head.0.weight": [10, seen],
                    "head.0.bias": [10],
                    "head.n.weight": [10],
                    "head.n.bias": [10],
                    "head.1.weight": [4, 10],
                    "head.1.bias": [4],
                }
            )
        else:
            m.update({"head.0.weight": [4, seen], "head.0.bias": [4]})
        if extra.get("song"):
            m.update({"song.0.weight": [2, seen], "song.0.bias": [2]})
        shapes.update({f"member{i}.{k}": v for k, v in m.items()})
    if extra.get("song"):
        config["song"] = [{"op": "dense", "name": "song.0"}]
    if extra.get("confidence"):
        config["confidence"] = [
            {"op": "dense", "name": "conf.0"},
            {"op": "relu"},
            {"op": "dense", "name": "conf.1"},
        ]
        measures = n + 2
        if extra.get("measures"):
            config["confidence_inputs"], config["confidence_memory"] = (
                extra["measures"],
                extra["memory"],
            )
            measures = sum({"reading": 4, "slow": n, "x": n}.get(k, 1) for k in extra["measures"])
        shapes.update(
            {
                "conf.0.weight": [4, measures],
                "conf.0.bias": [4],
                "conf.1.weight": [1, 4],
                "conf.1.bias": [1],
            }
        )
    if extra.get("inverse"):
        root = draw(n, n)
        tensors["maha.inv"] = root @ root.T
    if extra.get("usual"):
        tensors["attention.usual"] = 0.1 + random.random(temporal["window"]).astype(np.float32)
    if "song_from" in extra:
        config["song_from"] = extra["song_from"]
    if extra.get("words"):
        config["words"] = WORDS
    if extra.get("calibrated"):
        config["calibration"] = {
            "valence": [1.3, 0.05],
            "arousal": [0.9, -0.1],
            "song_valence": [1.1, 0.02],
        }
    if extra.get("calibrated") and "song_from" in extra:
        config["calibration"].update({"valence_spread": [0.3, 0], "arousal_spread": [0.5, 0]})
    for k, v in shapes.items():
        if isinstance(v, int):
            tensors.update(
                {
                    k + ".weight": 1 + 0.2 * draw(v),
                    k + ".bias": draw(v) * 0.3,
                    k + ".running_mean": draw(v) * 0.3,
                    k + ".running_var": 0.5 + random.random(v).astype(np.float32),
                }
            )
        else:
            tensors[k] = draw(*v) * 1.5
    hops = extra.get("hops", HOPS)
    if extra.get("change"):  # four ranges of the spectrum, in units of 4 dB
        config["change"] = {"threshold": 3.0, "gap": 0.5}
        weight = np.zeros((4, 58), np.float32)
        for k in range(4):
            weight[k, 4 * k:4 * k + 4] = 1 / 16
        tensors["change.weight"] = weight
    if extra.get("same"):  # similar hops attend to each other
        tensors["member0.attention.key"] = tensors["member0.attention.query"]
    sequence = {
        "logmel": (-20 + 9 * random.normal(size=(hops, 25, N_MEL))).clip(-60, 30),
        "cues": random.normal(size=(hops, len(CUES))),
        "chroma": random.random((hops, 12)),
        "semitones": random.normal(size=(hops, 72)),
    }
    sequence["cues"][:, CUES.index("tempo")] = random.uniform(0, 220, hops)
    sequence = {k: v.astype(np.float32) for k, v in sequence.items()}
    torch.set_num_threads(1)
    result = Reference(config, tensors)(**sequence)
    tensors.update({"golden.input." + k: v for k, v in sequence.items()})
    tensors.update({"golden.output." + k: v.numpy() for k, v in result.items()})
    write_safetensors(
        HERE / "golden" / (name + ".safetensors"), tensors, {"circumplex": json.dumps(config)}
    )


def shipped(path):
    """Spreads and confidence of the shipped model of a golden's name, put into the golden."""
    golden, facts = read_safetensors(path)
    tensors, metadata = read_safetensors(HERE.parents[1] / "models" / path.name)
    config = json.loads(metadata["circumplex"])
    names = re.findall(r"^  X\(\w+, \"(\w+)\"", (HERE.parents[1] / "dsp/cues.h").read_text(), re.M)
    cues = golden["golden.input.cues"][:, [names.index(n) for n in config["cues"]]]
    mel = golden["golden.input.logmel"].copy()
    empty = np.zeros((len(mel), 12), np.float32), np.zeros((len(mel), 72), np.float32)
    read = {k: v.numpy() for k, v in Reference(config, tensors)(mel, cues, *empty).items()}
    for i, axis in enumerate(("valence", "arousal")):
        assert abs(golden[f"golden.output.{axis}"] - read[axis]).max() < 1e-5
        golden[f"golden.output.{axis}_spread"] = read["spread"][:, i]
    golden["golden.output.confidence"] = read["confidence"]
    write_safetensors(path, golden, facts)


if __name__ == "__main__":
    if sys.argv[1:] == ["--shipped"]:
        torch.set_num_threads(1)
        for path in sorted((HERE.parents[1] / "models" / "goldens").glob("*.safetensors")):
            shipped(path)
        sys.exit()
    (HERE / "golden").mkdir(exist_ok=True)
    for index, case in enumerate(CASES):
        if not sys.argv[1:] or case in sys.argv[1:]:
            make(case, 1000 + index)
