# SPDX-License-Identifier: GPL-3.0-or-later
"""Features from the C engine, packed for training.

The front end of ``dsp/frontend.h`` is called in the process through ctypes; the shared library is
compiled from ``dsp/`` into the work folder when a source has changed, so that augmented audio need
not be written to files.  ``circumplex features`` runs the same source.

A *pack* holds many recordings one after the other:
  mel [N, 25, n_mel] float16 dB, cues [N, n_cues], chroma [N, 12], semitones [N, 72] float32,
  silent, opened [N] bool; names [R], starts [R], lengths [R] say which hops are whose.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .workspace import Progress, work_folder

ROOT = Path(__file__).resolve().parents[2]
FRAMES, MAX_MEL, CHROMA, SEMITONES = 25, 128, 12, 72
# The cues' names, in the engine's order, straight from its one list.
CUES = re.findall(r'^ *X\([A-Z_0-9]+, "(\w+)"', (ROOT / "dsp" / "cues.h").read_text(), re.M)


class _Spec(ctypes.Structure):
    _fields_ = [("n_mel", ctypes.c_uint), ("fmin", ctypes.c_float), ("fmax", ctypes.c_float)]


class _Hop(ctypes.Structure):
    _fields_ = [
        ("end", ctypes.c_uint64),
        ("silent", ctypes.c_bool),
        ("gate_opened", ctypes.c_bool),
        ("burst", ctypes.c_bool),
        ("loudness", ctypes.c_float),
        ("loudness_short", ctypes.c_float),
        ("loudness_slow", ctypes.c_float),
        ("logmel", ctypes.c_float * (FRAMES * MAX_MEL)),
        ("cues", ctypes.c_float * len(CUES)),
        ("chroma", ctypes.c_float * CHROMA),
        ("semitones", ctypes.c_float * SEMITONES),
    ]


_library = None


def library_digest() -> str:
    """Names the front end by its source (a library given by $CIRCUMPLEX_FRONTEND: by its name): features made by another one do not go with it."""
    if os.environ.get("CIRCUMPLEX_FRONTEND"):
        return Path(os.environ["CIRCUMPLEX_FRONTEND"]).stem.rsplit("-", 1)[-1]
    return hashlib.sha1(b"".join(p.read_bytes() for p in sorted((ROOT / "dsp").glob("*.[ch]")))).hexdigest()[:12]


def library() -> ctypes.CDLL:
    """The front end as a shared library, compiled if its sources changed."""
    global _library
    if _library is not None:
        return _library
    if os.environ.get("CIRCUMPLEX_FRONTEND"):
        path = Path(os.environ["CIRCUMPLEX_FRONTEND"])
    else:
        sources = sorted(p for p in (ROOT / "dsp").glob("*.c") if p.name != "fft_fftw.c")
        path = work_folder("frontend") / f"libfrontend-{library_digest()}.so"
        if not path.exists():
            partial = path.with_suffix(f".{os.getpid()}")
            command = ["cc", "-std=c11", "-D_POSIX_C_SOURCE=200809L", "-O3", "-march=native", "-fno-math-errno"]
            command += ["-fPIC", "-shared", f"-I{ROOT}", "-o", str(partial), *map(str, sources)]
            command += ["-lpthread", "-lm"]
            subprocess.run(command, check=True)
            partial.rename(path)
    lib = ctypes.CDLL(str(path))
    lib.frontend_new.restype = ctypes.c_void_p
    lib.frontend_new.argtypes = [ctypes.POINTER(_Spec), ctypes.c_double, ctypes.c_char_p, ctypes.c_size_t]
    lib.frontend_free.argtypes = [ctypes.c_void_p]
    lib.frontend_push.restype = ctypes.c_size_t
    lib.frontend_push.argtypes = [ctypes.c_void_p] * 3 + [ctypes.c_size_t, ctypes.POINTER(ctypes.c_bool)]
    lib.frontend_hop.restype = ctypes.POINTER(_Hop)
    lib.frontend_hop.argtypes = [ctypes.c_void_p]
    _library = lib
    return lib


def extract(audio: np.ndarray, rate: float, n_mel: int = 64, fmin: float = 30, fmax: float = 10000) -> dict:
    """Features of one recording, cold start at its first sample: dict of arrays, one row a hop."""
    lib = library()
    channels = np.ascontiguousarray(audio.T if audio.ndim == 2 else audio[None], np.float32)
    total = channels.shape[1]
    error = ctypes.create_string_buffer(256)
    fe = lib.frontend_new(ctypes.byref(_Spec(n_mel, fmin, fmax)), rate, error, 256)
    if not fe:
        raise ValueError(error.value.decode())
    done, rows = ctypes.c_bool(), []
    offset, step = 0, int(rate)
    left, right = channels[0].ctypes.data, channels[-1].ctypes.data
    try:
        while offset < total:
            n = min(step, total - offset)
            offset += lib.frontend_push(fe, left + 4 * offset, right + 4 * offset, n, ctypes.byref(done))
            if done.value:
                rows.append(np.frombuffer(ctypes.string_at(lib.frontend_hop(fe), ctypes.sizeof(_Hop)), np.uint8))
    finally:
        lib.frontend_free(fe)
    raw = np.stack(rows) if rows else np.zeros((0, ctypes.sizeof(_Hop)), np.uint8)

    def part(name: str, count: int) -> np.ndarray:
        start = getattr(_Hop, name).offset
        return np.ascontiguousarray(raw[:, start : start + 4 * count]).view(np.float32)

    return {
        "mel": part("logmel", FRAMES * n_mel).reshape(-1, FRAMES, n_mel),
        "cues": part("cues", len(CUES)),
        "chroma": part("chroma", CHROMA),
        "semitones": part("semitones", SEMITONES),
        "silent": raw[:, _Hop.silent.offset].astype(bool),
        "opened": raw[:, _Hop.gate_opened.offset].astype(bool),
    }


def read_audio(path) -> tuple[np.ndarray, float]:
    """Two channels [n, 2] (mono in both) and rate, by libsndfile; ffmpeg where that cannot read it."""
    import soundfile

    try:
        audio, rate = soundfile.read(str(path), dtype="float32", always_2d=True)
        two = audio if audio.shape[1] == 2 else np.repeat(audio.mean(1, keepdims=True), 2, 1)
        return two, float(rate)
    except RuntimeError:
        command = ["ffmpeg", "-v", "error", "-i", str(path), "-f", "f32le", "-ac", "2", "-ar", "44100", "-"]
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


def make_pack(folder: Path, jobs: list, load, label: str, threads: int = 2, n_mel: int = 64) -> Pack:
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

    library()
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
