# SPDX-License-Identifier: GPL-3.0-or-later
"""Features from the C engine, packed for training.

The front end of ``dsp/frontend.h`` is called in the process through the Python package
(``python/``), so that augmented audio need not be written to files; the features are those of
``circumplex features`` to the last bit.

A *pack* holds many recordings one after the other:
  mel [N, 25, n_mel] float16 dB, cues [N, n_cues], chroma [N, 12], semitones [N, 72] float32,
  silent, opened [N] bool; names [R], starts [R], lengths [R] say which hops are whose.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .workspace import Progress

ROOT = Path(__file__).resolve().parents[2]
# The cues' names, in the engine's order, straight from its one list.
CUES = re.findall(r'^ *X\([A-Z_0-9]+, "(\w+)"', (ROOT / "dsp" / "cues.h").read_text(), re.M)


def library_digest() -> str:
    """A digest of the front end's source: features of another front end must not be used with it.
    ($CIRCUMPLEX_FRONTEND, if set, is the digest of the packs to use nevertheless.)
    """
    if os.environ.get("CIRCUMPLEX_FRONTEND"):
        return Path(os.environ["CIRCUMPLEX_FRONTEND"]).stem.rsplit("-", 1)[-1]
    return hashlib.sha1(
        b"".join(p.read_bytes() for p in sorted((ROOT / "dsp").glob("*.[ch]")))
    ).hexdigest()[:12]


def engine():
    """The package ``circumplex`` (python/): that of the build tree, or else the installed one."""
    built = ROOT / "build" / "release" / "python"
    library = built / "circumplex" / "_core.abi3.so"
    if library.exists():
        if any(p.stat().st_mtime > library.stat().st_mtime for p in (ROOT / "dsp").glob("*.[ch]")):
            raise SystemExit(
                "dsp/ is newer than the package circumplex: cmake --build --preset release."
            )
        if str(built) not in sys.path:
            sys.path.insert(0, str(built))
    try:
        import circumplex
    except ImportError:
        raise SystemExit(
            "The package circumplex is not there: cmake --build --preset release, or pip install ."
            " in the project's folder."
        ) from None
    return circumplex


def extract(
    audio: np.ndarray, rate: float, n_mel: int = 64, fmin: float = 30, fmax: float = 10000
) -> dict:
    """Features of one recording [n] or [n, channels] (the first and the last are used), cold start
    at its first sample: dict of arrays, one row a hop."""
    two = audio[:, [0, -1]] if audio.ndim == 2 else audio
    f = engine().features(np.asarray(two, np.float32), rate, n_mel=n_mel, fmin=fmin, fmax=fmax)
    return {
        "mel": f.logmel,
        "cues": f.cues,
        "chroma": f.chroma,
        "semitones": f.semitones,
        "silent": f.silent,
        "opened": f.gate_opened,
    }


def read_audio(path) -> tuple[np.ndarray, float]:
    """Two channels [n, 2] (mono in both) and rate, by libsndfile, or by ffmpeg if that cannot read
    it.
    """
    import soundfile

    try:
        audio, rate = soundfile.read(str(path), dtype="float32", always_2d=True)
        two = audio if audio.shape[1] == 2 else np.repeat(audio.mean(1, keepdims=True), 2, 1)
        return two, float(rate)
    except RuntimeError:
        command = [
            "ffmpeg",
            "-v",
            "error",
            "-i",
            str(path),
            "-f",
            "f32le",
            "-ac",
            "2",
            "-ar",
            "44100",
            "-",
        ]
        raw = subprocess.run(command, check=True, capture_output=True).stdout
        return np.frombuffer(raw, np.float32).reshape(-1, 2), 44100.0


@dataclass
class Pack:
    arrays: dict
    names: list[str]
    starts: np.ndarray
    lengths: np.ndarray

    def __post_init__(self):
        self.index = {name: i for i, name in enumerate(self.names)}

    def rows(self, name: str) -> slice:
        i = self.index[name]
        return slice(int(self.starts[i]), int(self.starts[i] + self.lengths[i]))

    def __len__(self) -> int:
        return len(self.names)

    @staticmethod
    def load(folder: Path) -> "Pack":
        arrays = {p.stem: np.load(p, mmap_mode="r") for p in folder.glob("*.npy")}
        table = np.load(folder / "index.npz", allow_pickle=False)
        return Pack(arrays, [str(n) for n in table["names"]], table["starts"], table["lengths"])


def make_pack(
    folder: Path, jobs: list, load, label: str, threads: int = 2, n_mel: int = 64
) -> Pack:
    """Extract features of ``jobs`` (pairs of name and item; ``load(item)`` -> audio, rate) into
    ``folder``, or read them if they are there."""
    if (folder / "index.npz").exists():
        return Pack.load(folder)
    collected: dict[str, list] = {}
    names, lengths = [], []

    def one(job):
        name, item = job
        audio, rate = load(item)
        return name, extract(audio, rate, n_mel)

    engine()
    with ThreadPoolExecutor(threads) as pool:
        for (name, part), _ in zip(pool.map(one, jobs), Progress(jobs, label)):
            names.append(name)
            lengths.append(len(part["cues"]))
            part["mel"] = part["mel"].astype(np.float16)
            for key, value in part.items():
                collected.setdefault(key, []).append(value)
    folder.mkdir(parents=True, exist_ok=True)
    for key, values in collected.items():
        np.save(folder / f"{key}.npy", np.concatenate(values))
    lengths = np.array(lengths, np.int64)
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    np.savez(folder / "index.npz", names=np.array(names), starts=starts, lengths=lengths)
    return Pack.load(folder)
