#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of values in docs/method.md, from the default model's file and its training
configuration.

    scripts/method.py            write it
    scripts/method.py --check    exit with 1 if it is not what this would write, 77 if it is of
                                 another model

Needs Python's standard library only.
"""
import json
import pathlib
import re
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/method.md"
BLOCK = re.compile(r"(<!-- values: [^\n]*-->\n)(.*?)(<!-- end of values -->)", re.S)
NAMES = {
    "frontend": "front end",
    "model": "inputs and members",
    "model.temporal": "net over time",
    "encoder": "pretraining of the encoder",
    "train": "training",
    "train.sizes": "training: clips per step",
    "train.weights": "training: weights of the collections",
    "variation": "members taught by the tutor",
    "variation.model.temporal": "taught members: net over time",
    "variation.train": "taught members: training",
    "variation.train.sizes": "taught members: clips per step",
    "variation.train.weights": "taught members: weights of the collections",
}
LEFT_OUT = {"train": {"threads"}}


def text(value):
    if isinstance(value, list):
        return " ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def rows(config):
    """(section, values) of the configuration, flat."""
    for name, title in NAMES.items():
        table = config
        for part in name.split("."):
            table = table.get(part, {})
        values = [
            f"{key} {text(v)}"
            for key, v in table.items()
            if not isinstance(v, dict) and key not in LEFT_OUT.get(name, ())
        ]
        if values:
            yield title, "; ".join(values)


def tensors(path):
    data = path.read_bytes()
    header = json.loads(data[8:8 + int.from_bytes(data[:8], "little")])
    metadata = json.loads(header.pop("__metadata__")["circumplex"])
    return metadata, sum(len(data[slice(*t["data_offsets"])]) // 4 for t in header.values())


def table():
    config = tomllib.loads((ROOT / "train/configs/default.toml").read_text(encoding="utf-8"))
    about, weights = tensors(ROOT / "models/default.safetensors")
    found = [
        (
            "the file",
            (
                f"`models/default.safetensors`, {weights} numbers; change threshold"
                f" {about['change']['threshold']:g}, gap {about['change']['gap']:g}"
            ),
        ),
        (
            "calibration",
            "; ".join(f"{k} {v[0]:.4f} x {v[1]:+.4f}" for k, v in about["calibration"].items()),
        ),
    ]
    lines = [
        (
            "Names and values of the default model, from its file and from"
            " `train/configs/default.toml`. Rows of taught members list only what differs."
        ),
        "",
        "| section | names and values |",
        "|---|---|",
    ]
    return (
        "\n".join(lines + [f"| {title} | {values} |" for title, values in [*found, *rows(config)]])
        + "\n"
    )


def main():
    page = PAGE.read_text(encoding="utf-8")
    wanted = BLOCK.sub(lambda m: m[1] + table() + m[3], page)
    if sys.argv[1:] != ["--check"]:
        PAGE.write_text(wanted, encoding="utf-8")
        return 0
    if wanted == page:
        return 0
    own = [line for line in wanted.splitlines() if line.startswith("| calibration |")]
    print("docs/method.md: its values are not those of the default model: run scripts/method.py")
    return 1 if own[0] in page else 77


if __name__ == "__main__":
    sys.exit(main())
