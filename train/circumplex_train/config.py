# SPDX-License-Identifier: GPL-3.0-or-later
"""Configuration files (TOML); a file may name another as ``base`` and override parts of it."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

# folders of $CIRCUMPLEX_DATA
COLLECTIONS = ("deam", "fourq", "emopia", "ym2413", "vgmidi", "factors", "grekow")
FOLDER = Path(__file__).resolve().parents[1] / "configs"


def merge(base: dict, over: dict) -> dict:
    """``over`` laid on ``base``, tables merged."""
    out = dict(base)
    for key, value in over.items():
        out[key] = (
            merge(out[key], value)
            if isinstance(value, dict) and isinstance(out.get(key), dict)
            else value
        )
    return out


def load(path: str | Path) -> dict:
    """Read a configuration; data paths become absolute ($CIRCUMPLEX_DATA replaces their folder)."""
    path = Path(path)
    if not path.exists():
        path = FOLDER / f"{path}.toml"
    raw = tomllib.loads(path.read_text())
    base = raw.pop("base", None)
    config = merge(load(path.parent / base), raw) if base else raw
    data = os.environ.get("CIRCUMPLEX_DATA")
    root = Path(__file__).resolve().parents[2]
    for key in COLLECTIONS:
        value = Path(config["data"].get(key, f"../../shared/data/{key}"))
        config["data"][key] = str(
            Path(data) / key
            if data
            else value if value.is_absolute() else (root / "train" / value).resolve()
        )
    return config
