# SPDX-License-Identifier: GPL-3.0-or-later
"""Features of every collection, at several start phases and bandwidths, made anew by one command.

    python3 -m circumplex_train.packs [COLLECTION ...]    all by default; what fits is kept

Products, below the work folder: packs/<collection>/<variant>/*.npy (features.py says what a pack
holds), and in packs/<collection>/frontend the digest of the front end that they were made by: when
dsp/ has changed they are made again.

Variants: `p0`..`p4` leave out the first 0, .1, .2, .3, .4 s (the same music on another half-second
grid); `v1`, `v2` are other renderings of MIDI pieces; `r8000`, `r11025`, `r16000`, `r22050` the
sound at that rate (so low-passed at its half), `phone` a telephone's band (300 to 3400 Hz at 8
kHz), `opus32`, `mp332` coded by ffmpeg at 32 kbit/s.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from scipy import signal

from . import config as configuration
from . import joined, sources
from .features import Pack, extract, library_digest
from .sets import Sequence, warm_weight
from .sources import Item
from .workspace import Progress, work_folder

HOP = 0.5
PHASES = ("p0", "p2")
PHASE_STEP = 0.1  # s
BANDS = ("r8000", "r11025", "r16000", "phone")
# a file's ending, ffmpeg's encoder
CODED = {"opus32": ("opus", "libopus"), "mp332": ("mp3", "libmp3lame")}
ENGINE_BANDS = ("r22050", *CODED)  # measured through the C engine alone
OTHERS = ("v1", "v2", "v3")  # those that have been rendered
VARIANTS = {
    "fourq": PHASES + BANDS, "deam": PHASES + BANDS, "emopia": PHASES + OTHERS, "ym2413": PHASES + OTHERS, "vgmidi": PHASES + OTHERS,
    "synth": ("p0", "p2"), "corpus": ("p0",), "medleys": ("p0",), "jitter": tuple(f"j{k}" for k in range(10)),
}  # fmt: skip
COLLECTIONS = (
    "fourq",
    "deam",
    "whole",
    "emopia",
    "ym2413",
    "vgmidi",
    "grekow",
    "turns",
    "probe",
    "negatives-train",
    "negatives-test",
    "synth",
    "corpus",
)
THREADS = 2


def offset(variant: str) -> float:
    """Seconds of the sound that a variant leaves out."""
    return (
        PHASE_STEP * int(variant[1:])
        if variant[0] == "p" and variant[1:].isdigit()
        else 0.05 * int(variant[1:]) if variant[0] == "j" else 0.0
    )


def telephone(mono: np.ndarray, rate: float):
    """300 to 3400 Hz, at 8 kHz."""
    low, new = resampled(mono, rate, 8000)
    return (
        signal.sosfilt(
            signal.butter(4, (300.0, 3400.0), "bandpass", fs=new, output="sos"), low, 0
        ).astype(np.float32),
        new,
    )


def resampled(mono: np.ndarray, rate: float, new: int):
    """The sound at a lower rate; as it is if it has no more."""
    if rate <= new:
        return mono, rate
    common = int(np.gcd(int(rate), new))
    return signal.resample_poly(mono, new // common, int(rate) // common).astype(np.float32), float(
        new
    )


def coded(mono: np.ndarray, rate: float, codec: str):
    """Coded at 32 kbit/s and decoded again."""
    import soundfile

    ending, encoder = CODED[codec]
    with tempfile.TemporaryDirectory() as folder:
        plain, small, back = (
            f"{folder}/{name}" for name in ("plain.wav", f"small.{ending}", "back.wav")
        )
        soundfile.write(plain, mono, int(rate), subtype="PCM_16")
        for command in (
            [plain, "-c:a", encoder, "-b:a", "32k", small],
            [small, "-ar", str(int(rate)), back],
        ):
            subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-i", *command], check=True)
        return soundfile.read(back, dtype="float32")[0], rate


def changed(mono: np.ndarray, rate: float, variant: str):
    """A variant's sound."""
    if variant in CODED:
        return coded(mono, rate, variant)
    if variant == "phone":
        return telephone(mono, rate)
    if variant[0] == "r":
        return resampled(mono, rate, int(variant[1:]))
    return mono[round(offset(variant) * rate) :], rate


@dataclass
class Collection:
    """A collection's clips and the packs of its variants (opened when asked for)."""

    name: str
    items: dict[str, Item]
    variants: tuple[str, ...]

    def __post_init__(self):
        self._packs: dict[str, Pack] = {}

    def pack(self, variant: str = "p0") -> Pack:
        if variant not in self._packs:
            self._packs[variant] = Pack.load(work_folder("packs", self.name) / variant)
        return self._packs[variant]

    def ends(self, variant: str, name: str) -> np.ndarray:
        """[T] second of the sound file at which each hop ends."""
        rows = self.pack(variant).rows(name)
        return HOP * np.arange(1, rows.stop - rows.start + 1) + offset(variant)

    def targets(self, variant: str, name: str, lag: float = 0.0) -> np.ndarray:
        """[T, 2] rated valence and arousal at each hop; nan where unknown."""
        return self.items[name].targets(self.ends(variant, name), lag)

    def sequences(self, variant: str = "p0", lag: float = 0.0) -> list[Sequence]:
        """All clips of a variant as training sequences; `pack` is "<collection>/<variant>"."""
        out, pack = [], self.pack(variant)
        for number, name in enumerate(pack.names):
            item, rows = self.items[name], pack.rows(name)
            hops = rows.stop - rows.start
            age = np.arange(hops)
            static = np.full((hops, 2), np.nan, np.float32)
            static[:] = item.facts.get("static", np.nan)
            out.append(
                Sequence(
                    f"{self.name}/{variant}",
                    rows,
                    item.fold,
                    self.targets(variant, name, lag),
                    warm_weight(age),
                    np.full(hops, number),
                    np.full(hops, item.campaign),
                    static,
                    age,
                    self.name,
                )
            )
        return out


class Writer:
    """A variant's pack, row by row into files (16 hours of mel frames would fill the memory)."""

    def __init__(self, folder):
        self.folder, self.files, self.shapes, self.names, self.lengths = folder, {}, {}, [], []
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)

    def add(self, name, part):
        part["mel"] = part["mel"].astype(np.float16)
        for key, value in part.items():
            if key not in self.files:
                self.files[key] = open(self.folder / f"{key}.npy", "wb")
                self.files[key].write(b"\0" * 128)
                self.shapes[key] = (value.dtype, value.shape[1:])
            self.files[key].write(np.ascontiguousarray(value).tobytes())
        self.names.append(name)
        self.lengths.append(len(part["cues"]))

    def close(self):
        lengths = np.array(self.lengths, np.int64)
        for key, file in self.files.items():
            dtype, shape = self.shapes[key]
            text = (
                f"{{'descr': '{np.lib.format.dtype_to_descr(dtype)}', 'fortran_order': False,"
                f" 'shape': {(int(lengths.sum()), *shape)}, }}"
            )
            file.seek(0)
            file.write(
                b"\x93NUMPY\x01\x00"
                + (118).to_bytes(2, "little")
                + text.ljust(117).encode()
                + b"\n"
            )
            file.close()
        np.savez(
            self.folder / "index.npz",
            names=np.array(self.names),
            starts=np.concatenate([[0], np.cumsum(lengths)[:-1]]),
            lengths=lengths,
        )


def rendering_of(name: str, item: Item, variant: str) -> bool:
    """Whether a clip has been rendered so."""
    return (work_folder("rendered") / name / variant[1:] / f"{item.name}.wav").exists()


def variants_of(name: str, items: list[Item]) -> tuple[str, ...]:
    """The variants that can be made now."""
    return tuple(
        v
        for v in VARIANTS.get(name, ("p0",))
        if v not in OTHERS or any(rendering_of(name, item, v) for item in items)
    )


def make(
    name: str, items: list[Item], n_mel: int, only: tuple[str, ...] | None = None
) -> Collection:
    """Extract what is missing of a collection's packs, of all that can be made or of some."""
    folder, digest = work_folder("packs", name), library_digest()
    mark = folder / "frontend"
    if not mark.exists() or mark.read_text() != digest:
        for old in folder.glob("*"):
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    variants = variants_of(name, items)
    missing = [v for v in only or variants if not (folder / v / "index.npz").exists()]
    if missing:
        extract_into(folder, items, missing, n_mel, f"features of {name}")
    if not mark.exists():
        partial = folder / "frontend.partial"
        partial.write_text(digest)
        partial.rename(mark)
    return Collection(name, {item.name: item for item in items}, variants)


def features_of(collection: str, item: Item, variants: list[str], n_mel: int):
    """(variant, features) of one clip, its sound read once."""
    out, sound = [], None
    for variant in variants:
        if variant in OTHERS:
            if not rendering_of(collection, item, variant):
                continue
            out.append((variant, extract(*item.load(int(variant[1:])), n_mel)))
            continue
        sound = item.load() if sound is None else sound
        out.append((variant, extract(*changed(*sound, variant), n_mel)))
    return out


def extract_into(folder, items, variants, n_mel, label):
    """The packs of some variants, all clips in order; a few clips at once, so that little waits in
    memory.
    """
    writers = {variant: Writer(folder / variant) for variant in variants}
    waiting: deque = deque()
    with ThreadPoolExecutor(THREADS) as pool:
        for item in Progress(items, label):
            waiting.append(
                (item.name, pool.submit(features_of, folder.name, item, variants, n_mel))
            )
            while len(waiting) > 2 * THREADS or (waiting and item is items[-1]):
                name, done = waiting.popleft()
                for variant, part in done.result():
                    writers[variant].add(name, part)
    for writer in writers.values():
        writer.close()


def items_of(name: str, config: dict | None = None) -> list[Item]:
    """A collection's clips; [] and a sentence if it is not on this machine."""
    config = config or configuration.load("default")
    return joined.items(name, config) if name in joined.SETS else sources.load(name, config)


def load(
    name: str, config: dict | None = None, only: tuple[str, ...] | None = None
) -> Collection | None:
    """A collection with its packs (`only`: no others than these are made if missing); None (and a
    sentence) if it is not on this machine.
    """
    config = config or configuration.load("default")
    items = items_of(name, config)
    return make(name, items, config["frontend"]["n_mel"], only) if items else None


def main(arguments):
    """See the module's docstring."""
    config = configuration.load("default")
    for name in arguments or COLLECTIONS + tuple(joined.SETS):
        collection = load(name, config)
        if collection is not None:
            hours = sum(collection.pack(v).lengths.sum() for v in collection.variants) / 7200
            print(
                f"{name}: {len(collection.items)} clips, {', '.join(collection.variants)},"
                f" {hours:.1f} h",
                flush=True,
            )


if __name__ == "__main__":
    main(sys.argv[1:])
