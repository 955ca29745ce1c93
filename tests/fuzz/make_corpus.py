#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tiny seeds for the fuzzer: one model of a few kilobytes of each kind, and a few broken files.

    python3 tests/fuzz/make_corpus.py
"""
import json
import pathlib
import sys

import numpy as np

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "inference"))
from reference import write_safetensors  # noqa: E402

OUT = HERE / "corpus" / "model"
random = np.random.default_rng(7)


def seed(name, temporal, members, encoder=None, code=0, tensors=None, extra=None, inputs=("cues",)):
    n = code + (2 if "cues" in inputs else 0) + (12 if "chroma" in inputs else 0)
    seen = {"none": n, "attentive-lstm": 2 * temporal.get("hidden", 0)}.get(
        temporal["type"], temporal.get("hidden")
    )
    shapes = {"input.mean": [n], "input.std": [n], "member0.head.0.weight": [4, seen]}
    shapes.update({f"member0.{k}": v for k, v in members.items()})
    shapes.update(tensors or {})
    config = {
        "format": 1,
        "name": name,
        "frontend": {"n_mel": 16},
        "inputs": list(inputs),
        "cues": ["mode", "tempo"],
        "temporal": temporal,
        "head": [{"op": "dense", "name": "head.0"}],
    }
    if encoder:
        config["encoder"] = encoder
        shapes.update({"mel.mean": [16], "mel.std": [16]})
    config.update(extra or {})
    values = {k: np.abs(random.normal(size=v)).astype("f4") + 0.1 for k, v in shapes.items()}
    write_safetensors(OUT / name, values, {"circumplex": json.dumps(config)})


OUT.mkdir(parents=True, exist_ok=True)
seed(
    "none",
    {"type": "none"},
    {},
    extra={"confidence": [{"op": "dense", "name": "c"}], "calibration": {"valence": [1, 0.1]}},
    tensors={"c.weight": [1, 4], "maha.inv": [2, 2]},
)
seed(
    "rnn",
    {"type": "rnn", "hidden": 2},
    {
        "rnn.weight_ih_l0": [2, 2],
        "rnn.weight_hh_l0": [2, 2],
        "rnn.bias_ih_l0": [2],
        "rnn.bias_hh_l0": [2],
        "song.weight": [2, 2],
    },
    extra={"song": [{"op": "dense", "name": "song"}, {"op": "tanh"}]},
)
lstm = {
    "lstm.weight_ih_l0": [4, 2],
    "lstm.weight_hh_l0": [4, 1],
    "lstm.bias_ih_l0": [4],
    "lstm.bias_hh_l0": [4],
}
seed(
    "additive",
    {"type": "attentive-lstm", "hidden": 1, "window": 3},
    {
        **lstm,
        "attention.query": [2, 1],
        "attention.key": [2, 1],
        "attention.v": [2],
        "attention.age": [3, 2],
    },
)
seed(
    "dot",
    {"type": "attentive-lstm", "hidden": 1, "window": 2, "score": "dot"},
    {**lstm, "attention.key": [1, 1]},
)
block = {
    "norm1.weight": [2],
    "norm1.bias": [2],
    "norm2.weight": [2],
    "norm2.bias": [2],
    "qkv.weight": [6, 2],
    "qkv.bias": [6],
    "out.weight": [2, 2],
    "out.bias": [2],
    "age": [1, 2],
    "ff.0.weight": [3, 2],
    "ff.0.bias": [3],
    "ff.1.weight": [2, 3],
    "ff.1.bias": [2],
}
seed(
    "transformer",
    {"type": "transformer", "hidden": 2, "heads": 1, "ff": 3, "window": 2},
    {
        "transformer.input.weight": [2, 2],
        "transformer.input.bias": [2],
        "transformer.norm.weight": [2],
        "transformer.norm.bias": [2],
        **{"transformer.0." + k: v for k, v in block.items()},
    },
)
seed(
    "conv",
    {"type": "none"},
    {},
    code=1,
    inputs=("code", "chroma"),
    encoder={
        "type": "cnn",
        "layers": [
            {"op": "conv2d", "name": "a", "stride": [3, 3], "padding": [1, 1]},
            {"op": "batchnorm", "name": "b"},
            {"op": "elu"},
            {"op": "conv1d", "name": "d", "stride": 2},
            {"op": "meanpool"},
            {"op": "flatten"},
            {"op": "layernorm", "name": "l"},
            {"op": "reshape", "shape": [1, 1, 2]},
            {"op": "conv1d", "name": "e"},
            {"op": "flatten"},
        ],
    },
    tensors={
        "a.weight": [2, 1, 3, 3],
        "a.bias": [2],
        "b.weight": [2],
        "b.bias": [2],
        "b.running_mean": [2],
        "b.running_var": [2],
        "d.weight": [2, 12, 2],
        "l.weight": [2],
        "l.bias": [2],
        "e.weight": [1, 2, 1],
    },
)
shapes = {
    "input.mean": [4],
    "input.std": [4],
    "member0.e.weight": [2, 4],
    "member0.readout.weight": [2, 2],
    "member0.readout.bias": [2],
}
write_safetensors(
    OUT / "static",
    {k: np.abs(random.normal(size=v)).astype("f4") + 0.1 for k, v in shapes.items()},
    {
        "circumplex": json.dumps(
            {
                "format": 1,
                "kind": "static",
                "name": "static",
                "frontend": {"n_mel": 16},
                "inputs": ["cues"],
                "cues": ["mode", "tempo"],
                "window": 3,
                "members": 1,
                "embedding": [{"op": "dense", "name": "e"}, {"op": "relu"}],
                "calibration": {"valence": [1, 0.1]},
            }
        )
    },
)
good = (OUT / "none").read_bytes()
(OUT / "truncated").write_bytes(good[:-5])
(OUT / "header-too-long").write_bytes(b"\xff" * 7 + b"\x7f" + good[8:64])
(OUT / "not-finite").write_bytes(good[:-4] + b"\x00\x00\xc0\x7f")
(OUT / "empty").write_bytes(b"")
