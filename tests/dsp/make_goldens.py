#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compute the expected values of the tests of dsp/ with NumPy, SciPy and librosa, into goldens.h.

Remake with:
    python3 -m venv --system-site-packages venv && venv/bin/pip install librosa
    venv/bin/python tests/dsp/make_goldens.py > tests/dsp/goldens.h

Nothing here runs or copies our own code: everything is computed in double precision from the
formulas' sources.  The test signals are made by a generator that both sides have (noise()).
"""
import sys

import librosa
import numpy as np
import scipy
import scipy.signal

OUT = []


def noise(n, seed):
    """signal_noise() of signals.c: an LCG's top 24 bits, -1 .. 1, exact in float."""
    x = np.empty(n)
    state = seed
    for i in range(n):
        state = (1664525 * state + 1013904223) % 2**32
        x[i] = (state >> 8) / 2**23 - 1.0
    return x


def emit(name, values, kind="float"):
    values = np.asarray(values).ravel()
    text = [f"{v:.8g}" for v in values] if kind == "float" else [str(int(v)) for v in values]
    if kind == "float":
        text = [t if any(c in t for c in ".e") else t + ".0" for t in text]
        text = [t + "f" for t in text]
    OUT.append(f"static const {kind} {name}[{len(text)}] = {{")
    OUT.append("    " + ", ".join(text) + "};")


def power_spectrum(x):
    """One-sided, sum over a band = mean square (Heinzel et al. 2002, eq. 23 with ENBW taken
    out).
    """
    window = scipy.signal.get_window("hann", len(x), fftbins=True)
    spectrum = np.fft.rfft(x * window)
    power = 2.0 * np.abs(spectrum) ** 2 / (len(x) * np.sum(window**2))
    power[0] /= 2.0
    if len(x) % 2 == 0:
        power[-1] /= 2.0
    return power


def stft():
    for n in (96, 63):
        emit(f"golden_stft_{n}", power_spectrum(noise(n, 1)))


def mel():
    """librosa's HTK filterbank, as (band, bin, weight); bands narrower than the bins left out."""
    for rate, n_fft, n_mel, low, high in ((48000, 1920, 64, 30.0, 10000.0),
                                          (44100, 1764, 40, 0.0, 8000.0)):
        bank = librosa.filters.mel(sr=rate, n_fft=n_fft, n_mels=n_mel, fmin=low, fmax=high,
                                   htk=True, norm=None, dtype=np.float64)
        edges = librosa.mel_frequencies(n_mels=n_mel + 2, fmin=low, fmax=high, htk=True)
        wide = np.all([np.diff(edges)[:-1] >= rate / n_fft, np.diff(edges)[1:] >= rate / n_fft],
                      axis=0)
        first = int(np.argmax(wide))
        assert wide[first:].all()
        bands, bins = np.nonzero(bank)
        keep = bands >= first
        bands, bins = bands[keep], bins[keep]
        name = f"golden_mel_{rate // 1000}"
        OUT.append(f"enum {{ {name}_first_band = {first} }};")
        emit(f"{name}_band", bands, "unsigned char")
        emit(f"{name}_bin", bins, "unsigned short")
        emit(f"{name}_weight", bank[bands, bins])
        emit(f"{name}_centre", edges[1:-1])


K_STAGES = (([1.53512485958697, -2.69169618940638, 1.19839281085285],
             [1.0, -1.69065929318241, 0.73248077421585]),
            ([1.0, -2.0, 1.0], [1.0, -1.99004745483398, 0.99007225036621]))


def k_gain(hz):
    """ITU-R BS.1770-5 annex 1, tables 1 and 2: power gain at 48 kHz."""
    gain = np.ones(len(hz))
    for b, a in K_STAGES:
        gain *= np.abs(scipy.signal.freqz(b, a, worN=hz, fs=48000)[1]) ** 2
    return gain


def k_weighting():
    hz = np.array([25.0, 50.0, 100.0, 500.0, 997.0, 2000.0, 5000.0, 10000.0, 16000.0])
    emit("golden_k_hz", hz)
    emit("golden_k_db", 10 * np.log10(k_gain(hz)))


def logmel():
    """Log-mel of frame 12 of the second hop of 1 s of noise at 48 kHz, dB re the slow loudness."""
    rate, n_fft = 48000, 1920
    x = 0.25 * noise(rate, 2)
    x[: rate // 2] *= 0.5  # two hops of different level
    padded = np.concatenate([np.zeros(n_fft), x])
    frames = [power_spectrum(padded[e: e + n_fft]) for e in range(960, rate + 1, 960)]
    k = k_gain(np.arange(n_fft // 2 + 1) * rate / n_fft)
    energy = [np.mean([k @ p for p in frames[25 * h: 25 * h + 25]]) for h in (0, 1)]
    slow = np.mean([e for e in energy if e >= 0.1 * np.mean(energy)])
    bank = librosa.filters.mel(sr=rate, n_fft=n_fft, n_mels=64, fmin=30.0, fmax=10000.0, htk=True,
                               norm=None, dtype=np.float64)
    emit("golden_logmel", 10 * np.log10(bank @ frames[25 + 12] / slow + 1e-6))
    emit("golden_logmel_lufs", [-0.691 + 10 * np.log10(slow)])


def brightness(hz, power):
    """Centroid, spread and 85 % roll-off of the specific loudness, octaves re 1 kHz.

    Bands of one ERB (Glasberg and Moore 1990), from 30 Hz to 10 kHz, each from the first bin at or
    above its lower edge; one without a bin of its own joins the band below."""
    rate = lambda f: 21.4 * np.log10(1 + 0.00437 * f)
    low, high = rate(30.0), rate(10000.0)
    n = round(high - low)
    edges = (10 ** ((low + (high - low) * np.arange(n) / n) / 21.4) - 1) / 0.00437
    bins = np.ceil(edges / hz[1] - 1e-9).astype(int)
    keep = np.append(True, np.diff(np.maximum.accumulate(bins)) > 0)
    edges, bins = np.append(edges[keep], 10000.0), np.append(
        bins[keep], int(np.ceil(10000.0 / hz[1]))
    )
    weighted = power * np.append(0.0, k_gain(hz[1:]))
    parts = np.array([weighted[a:b].sum() for a, b in zip(bins[:-1], bins[1:])])
    loudness = (parts / parts.sum() + 1e-5) ** 0.25 - 1e-5**0.25
    share, octave = loudness / loudness.sum(), np.log2(edges / 1000.0)
    middle = (octave[1:] + octave[:-1]) / 2
    centroid = np.sum(share * middle)
    spread = np.sqrt(np.sum(share * (middle - centroid) ** 2))
    rolloff = np.interp(0.85, np.append(0.0, np.cumsum(share)), octave)
    return centroid, spread, rolloff


def spectral():
    """Brightness, MPEG-7's flatness, bass share and contrast of one spectrum."""
    bin_hz, bins = 25.0, 961
    hz = np.arange(bins) * bin_hz
    power = (1e-3 + (noise(bins, 3) + 1.0) ** 2) / np.maximum(hz, bin_hz)
    emit("golden_shape_power", power[:401])  # the rest: nothing there is in a cue's range
    power = np.float64(np.float32(power))
    band = (hz >= 30) & (hz < 10000)
    p = power[band]
    centroid, spread, rolloff = brightness(hz, power)
    flat = power[(hz >= 250) & (hz < 8000)]
    flatness = 10 * np.log10(np.exp(np.mean(np.log(flat + 1e-6 * flat.mean()))) / flat.mean())
    bass = np.sum(power[band & (hz < 150)]) / np.sum(p)
    contrast = []
    for octave_index in range(5):
        low = 200.0 * 2**octave_index
        q = np.sort(power[(hz >= low) & (hz < 2 * low)])
        if len(q) < 5:
            continue
        n = max(1, len(q) // 5)
        floor = 1e-6 * p.mean()
        contrast.append(10 * np.log10((q[-n:].mean() + floor) / (q[:n].mean() + floor)))
    emit("golden_shape", [centroid, spread, rolloff, flatness, bass, np.mean(contrast)])


def roughness():
    """Sethares 1993 (JASA 94(3), eq. 3 with his fit's constants), dyads of equal pure tones.

    d = exp(-3.5 s df) - exp(-5.75 s df), s = 0.24 / (0.0207 f + 18.96), re its peak; weighed by
    the product of the amplitudes, re the sum of their squares plus itself.
    """
    x = np.linspace(0.0, 2.0, 200001)
    peak = np.max(np.exp(-3.5 * x) - np.exp(-5.75 * x))
    low = 440.0
    steps = np.array([1, 2, 3, 4, 5, 7, 12])
    high = low * 2 ** (steps / 12)
    s = 0.24 / (0.0207 * low + 18.96) * (high - low)
    r = 0.5 * (np.exp(-3.5 * s) - np.exp(-5.75 * s)) / peak
    emit("golden_rough_steps", steps, "unsigned char")
    emit("golden_rough", r / (1.0 + r))


def white():
    """White noise: equal bins of 25 Hz."""
    hz = np.arange(961) * 25.0
    centroid, spread, rolloff = brightness(hz, np.ones(961))
    emit("golden_white_centroid", [centroid])
    emit("golden_white_spread", [spread])
    emit("golden_white_rolloff", [rolloff])
    emit("golden_white_bass", [(0.150 - 0.030) / (10.0 - 0.030)])


for part in (stft, mel, k_weighting, logmel, spectral, roughness, white):
    part()

print("// SPDX-License-Identifier: GPL-3.0-or-later")
print("// Made by tests/dsp/make_goldens.py with "
      f"NumPy {np.__version__}, SciPy {scipy.__version__}, librosa {librosa.__version__}.")
print("// clang-format off")
print("#ifndef CIRCUMPLEX_TESTS_DSP_GOLDENS_H\n#define CIRCUMPLEX_TESTS_DSP_GOLDENS_H")
print("\n".join(OUT))
print("// clang-format on\n#endif")
sys.stdout.flush()
