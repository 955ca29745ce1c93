# SPDX-License-Identifier: GPL-3.0-or-later
"""Transfer tests: Grekow's excerpts and rendered VGMIDI pieces.  Never used for training.

Run ``python3 -m circumplex_train.transfer`` to render the pieces ahead of time.
"""

from __future__ import annotations

import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from . import data, metrics
from .features import Pack, make_pack, read_audio
from .workspace import Progress, work_folder

LAGS = [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0]  # seconds from a measure's start to the reading that is compared
FROM = 8.0  # seconds of a piece before readings count


def render_pieces(pieces: list[data.Piece], soundfont: str, threads: int = 1) -> dict[str, Path]:
    """Render with fluidsynth at 44.1 kHz; the mono mix is kept as FLAC in the work folder."""
    import soundfile

    folder = work_folder("vgmidi")

    def one(piece: data.Piece) -> Path:
        path = folder / f"{piece.name}.flac"
        if not path.exists():
            with tempfile.TemporaryDirectory() as scratch:
                wav = Path(scratch) / "piece.wav"
                command = ["fluidsynth", "-ni", "-q", "-F", str(wav), "-r", "44100", soundfont, str(piece.midi)]
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                audio, rate = read_audio(wav)
                partial = path.with_suffix(".partial")
                soundfile.write(str(partial), audio, int(rate), format="FLAC", subtype="PCM_16")
                partial.rename(path)
        return path

    with ThreadPoolExecutor(threads) as pool:
        paths = [path for path, _ in zip(pool.map(one, pieces), Progress(pieces, "rendering VGMIDI"))]
    return {piece.name: path for piece, path in zip(pieces, paths)}


def load_packs(config: dict) -> tuple[list[data.Excerpt], Pack, list[data.Piece], Pack]:
    """Both sets' labels and features."""
    n_mel = config["frontend"]["n_mel"]
    excerpts = data.load_grekow(Path(config["data"]["grekow"]))
    grekow = make_pack(
        work_folder("features") / "grekow", [(e.name, e.path) for e in excerpts], read_audio, "features of Grekow", n_mel=n_mel
    )
    pieces = data.load_vgmidi(Path(config["data"]["vgmidi"]))
    if not (work_folder("features") / "vgmidi" / "index.npz").exists():
        paths = render_pieces(pieces, config["data"]["soundfont"])
    else:
        paths = {p.name: p.midi for p in pieces}
    vgmidi = make_pack(
        work_folder("features") / "vgmidi", [(p.name, paths[p.name]) for p in pieces], read_audio, "features of VGMIDI", n_mel=n_mel
    )
    return excerpts, grekow, pieces, vgmidi


def grekow_figures(excerpts: list[data.Excerpt], readings: dict[str, np.ndarray]) -> dict[str, float]:
    """``readings[name]`` [T, 2]; one reading an excerpt: the mean of the estimates after 2 s."""
    p = np.array([readings[e.name][4:].mean(0) for e in excerpts])
    truth = np.array([[e.valence, e.arousal] for e in excerpts])
    genres = np.unique([e.genre for e in excerpts], return_inverse=True)[1]
    out = {}
    for axis, name in enumerate(("valence", "arousal")):
        out[f"{name}_r"] = metrics.pearson(p[:, axis], truth[:, axis])
        # Folds by genre, so that no artist stands on both sides of the affine map.
        out[f"{name}_r2"] = metrics.affine_r2(p[:, axis], truth[:, axis], genres % 5)
    return out


def at_times(curve: np.ndarray, times: np.ndarray) -> np.ndarray:
    """The last estimate made at or before each time (estimate k is made at 0.5 (k + 1) s)."""
    index = np.clip(np.floor(times / data.HOP + 1e-6).astype(int) - 1, 0, len(curve) - 1)
    return curve[index]


def vgmidi_figures(pieces: list[data.Piece], readings: dict[str, np.ndarray]) -> dict[str, float]:
    """Mean within-piece r and r of piece means; one lag for all pieces and both axes."""
    out: dict[str, float] = {}
    rows: dict[float, list[np.ndarray]] = {lag: [] for lag in LAGS}
    means, truths = [], []
    for piece in pieces:
        curve = readings[piece.name]
        stretch = len(curve) * data.HOP / piece.duration
        keep = piece.times >= FROM
        truth = piece.ratings[keep]
        for lag in LAGS:
            p = at_times(curve, (piece.times[keep] + lag) * stretch)
            rows[lag].append(np.array([metrics.pearson(p[:, a], truth[:, a]) for a in (0, 1)]))
            if lag == 0:
                means.append(p.mean(0))
                truths.append(truth.mean(0))
    within = {lag: np.nanmean(values, 0) for lag, values in rows.items()}
    best = max(LAGS, key=lambda lag: within[lag].mean())
    out["lag"] = best
    for axis, name in enumerate(("valence", "arousal")):
        out[f"{name}_within"] = float(within[best][axis])
        out[f"{name}_means"] = metrics.pearson(np.array(means)[:, axis], np.array(truths)[:, axis])
    return out


if __name__ == "__main__":
    from . import config as configuration

    chosen = configuration.load("default")
    render_pieces(data.load_vgmidi(Path(chosen["data"]["vgmidi"])), chosen["data"]["soundfont"])
