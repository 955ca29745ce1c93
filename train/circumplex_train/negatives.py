# SPDX-License-Identifier: GPL-3.0-or-later
"""Sounds that are not a music mix, for the confidence: speech, noise, test signals, single stems.

Two disjoint sets: `train` and `test` differ in voices, languages, texts, sound fonts, frequencies
and patterns, so that the test needs more than memory of the training set.

Products, below the work folder's negatives/<set>/:
  <kind>-<number>.flac   mono, 22050 Hz, 16 s
  ../<set>.list, ../<set>.json   the paths; and {audio, kind, detail, seconds} of each

Run: python3 -m circumplex_train.negatives SET
Every sound is made again from its own seed, in a minute or so.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import soundfile
from scipy.signal import butter, chirp, resample_poly, sawtooth, sosfilt, square

from .augment import coloured_noise
from .midi import DRUMS, RENDER_RATE, Score, render
from .workspace import Progress, work_folder, write_json, write_lines

RATE = RENDER_RATE
SECONDS = 16.0
COUNT = int(RATE * SECONDS)
QUIET = "noise floor"  # these sounds keep their level, all others are given a random one

TEXTS = {
    "en": (
        "The ferry leaves at nine, and the last train home runs shortly after midnight. Please keep"
        " your tickets ready, and mind the gap between the platform and the step. Tomorrow will be"
        " dry with light wind."
    ),
    "de": (
        "Der Zug nach Hamburg fährt heute von Gleis sieben. Bitte achten Sie auf Ihr Gepäck und"
        " steigen Sie rechtzeitig ein. Morgen wird es trocken, am Abend zieht von Westen Regen auf."
    ),
    "fr": (
        "Le marché ouvre à huit heures, et les boulangers arrivent bien avant le jour. Prenez la"
        " deuxième rue à gauche, puis traversez le pont. Il fera beau demain sur toute la côte."
    ),
    "es": (
        "La biblioteca cierra a las ocho de la tarde y abre mañana temprano. Los libros nuevos"
        " están en el segundo piso, junto a la ventana grande. Hoy no hay clases por la fiesta del"
        " barrio."
    ),
    "it": (
        "Il negozio apre alle nove e chiude per il pranzo. La strada per il lago passa dietro la"
        " chiesa, poi scende fra gli alberi. Domani il tempo sarà sereno su tutta la regione."
    ),
    "nl": (
        "De boot vertrekt om negen uur en de brug gaat daarna open. Neem een warme jas mee, want op"
        " het water waait het hard. Morgen blijft het droog met af en toe zon."
    ),
    "pt": (
        "A feira começa cedo e termina ao meio-dia. O pão sai do forno às sete, e o café fica"
        " pronto logo depois. Amanhã vai chover no norte e fazer sol no sul."
    ),
    "pl": (
        "Pociąg do Krakowa odjeżdża z peronu trzeciego. Proszę przygotować bilety do kontroli."
        " Jutro będzie ciepło, a wieczorem możliwe są burze."
    ),
    "sv": (
        "Båten går klockan nio och bron öppnar strax därefter. Ta med en varm jacka, för det blåser"
        " ute på sjön. I morgon blir det torrt med lite sol."
    ),
}
VOICES = {
    "train": [("en-us", "m1"), ("en-gb", "f2"), ("de", "m3"), ("fr", "f1"), ("es", "m2"), ("it", "f3"), ("en-us", "f4"),
              ("de", "f1"), ("fr", "m1"), ("en-gb", "m7"), ("es", "f2"), ("it", "m1")],
    "test": [("en-gb-scotland", "m4"), ("nl", "f5"), ("pt", "m5"), ("pl", "f2"), ("sv", "m6"), ("en-us", "whisper"),
             ("nl", "m3"), ("pt", "f1"), ("pl", "m2"), ("sv", "f3"), ("en-gb-scotland", "f1"), ("en-us", "croak")],
}  # fmt: skip


def speech(kind, number, rng):
    """espeak-ng reading one of our texts, sentences in random order."""
    language, variant = VOICES[kind][number % len(VOICES[kind])]
    sentences = TEXTS[language[:2]].split(". ")
    rng.shuffle(sentences)
    speed, pitch = rng.randrange(120, 210), rng.randrange(25, 75)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "speech.wav"
        subprocess.run(
            [
                "espeak-ng",
                "-v",
                f"{language}+{variant}",
                "-s",
                str(speed),
                "-p",
                str(pitch),
                "-w",
                str(out),
                ". ".join(sentences * 3),
            ],
            check=True,
        )
        samples, rate = soundfile.read(str(out), dtype="float32")
    if rate != RATE:
        samples = resample_poly(samples, RATE, rate)
    return samples, f"{language}+{variant} {speed} wpm pitch {pitch}"


def noise(kind, number, rng):
    """White, pink or brown noise, steady or (in `test`) with a changing level."""
    colour = ("white", "pink", "brown")[number % 3]
    samples = coloured_noise(colour, COUNT, np.random.default_rng(rng.randrange(1 << 30)))
    if kind == "test" and number % 2:
        period = rng.uniform(2.0, 9.0)
        samples = samples * (0.6 + 0.4 * np.sin(2.0 * np.pi * _time() / period))
        return samples, f"{colour}, level moving every {period:.1f} s"
    low, high = (40.0, 10000.0) if kind == "train" or number % 4 else (300.0, 3400.0)
    return (
        sosfilt(butter(2, (low, high), "bandpass", fs=RATE, output="sos"), samples),
        f"{colour} {low:.0f}-{high:.0f} Hz",
    )


def tones(kind, number, rng):
    """Sines, sweeps, square and sawtooth tones, steps, clicks and pulse trains."""
    t, base = _time(), rng.choice(
        (100.0, 440.0, 1000.0, 4000.0) if kind == "train" else (60.0, 250.0, 777.0, 3150.0)
    )
    shape = number % 7
    if shape == 0:
        return np.sin(2.0 * np.pi * base * t), f"sine {base:.0f} Hz"
    if shape == 1:
        period, way = rng.uniform(2.0, 8.0), "logarithmic" if kind == "train" else "linear"
        return (
            chirp(t % period, 40.0, period, 9000.0, method=way),
            f"{way} sweep every {period:.1f} s",
        )
    if shape == 2:
        return 0.5 * square(2.0 * np.pi * base * t), f"square {base:.0f} Hz"
    if shape == 3:
        on = (t % 1.0) < rng.uniform(0.1, 0.6)
        return np.sin(2.0 * np.pi * base * t) * on, f"beeps {base:.0f} Hz"
    if shape == 4:
        every = rng.uniform(0.25, 1.5)
        samples = np.zeros(COUNT)
        samples[:: int(every * RATE)] = 1.0
        return (
            sosfilt(butter(2, 5000.0, fs=RATE, output="sos"), samples),
            f"clicks every {every:.2f} s",
        )
    if shape == 5:
        steps = np.array([rng.uniform(200.0, 3000.0) for _ in range(64)])
        frequency = steps[(t / (0.25 if kind == "train" else 0.1)).astype(int) % 64]
        return np.sin(2.0 * np.pi * np.cumsum(frequency) / RATE), "random steps"
    return (
        0.5 * sawtooth(2.0 * np.pi * base * t * (1.0 + 0.01 * np.sin(2.0 * np.pi * 5.0 * t))),
        f"sawtooth {base:.0f} Hz",
    )


def drum_line(kind, number, rng):
    """A drum kit alone."""
    score, beat = Score(), 60.0 / rng.uniform(60.0, 170.0)
    grid = rng.choice((2, 3, 4) if kind == "train" else (2, 4, 6))
    voices = [36, 38, 42] + rng.sample((44, 45, 46, 48, 49, 51, 54, 56, 60, 62, 64, 70), 2)
    chances = [rng.uniform(0.1, 0.7) for _ in voices]
    pattern = [[rng.random() < chance for chance in chances] for _ in range(4 * grid)]
    score.program(DRUMS, 0.0, rng.choice((0, 8, 16) if kind == "train" else (24, 25, 32, 40)))
    step, now, k = beat / grid, 0.0, 0
    while now < SECONDS:
        for voice, hit in zip(voices, pattern[k % len(pattern)]):
            if hit or (voice == 36 and k % (2 * grid) == 0):
                score.note(DRUMS, now, 0.1, voice, rng.gauss(90, 12))
        now, k = now + step, k + 1
    return _rendered(score, kind, rng), f"{60.0 / beat:.0f} BPM, {grid} a beat"


def bass_line(kind, number, rng):
    """A bass alone."""
    score, beat = Score(), 60.0 / rng.uniform(60.0, 150.0)
    program = rng.choice((32, 33, 34, 36) if kind == "train" else (35, 37, 38, 39, 43))
    scale, tonic = rng.choice(
        ((0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10), (0, 3, 5, 7, 10))
    ), rng.randrange(28, 40)
    riff = [rng.randrange(len(scale)) for _ in range(8)]
    step = beat / rng.choice((1, 2) if kind == "train" else (1, 2, 3))
    score.program(0, 0.0, program)
    now, k = 0.0, 0
    while now < SECONDS:
        if rng.random() < 0.85:
            score.note(0, now, 0.9 * step, tonic + scale[riff[k % 8]], rng.gauss(95, 8))
        now, k = now + step, k + 1
    return _rendered(score, kind, rng), f"program {program}, {60.0 / beat:.0f} BPM"


def hum(kind, number, rng):
    """Mains hum with harmonics and a little hiss."""
    mains = (50.0 if number % 2 else 60.0) * (1.0 if kind == "train" else rng.uniform(0.98, 1.02))
    t = _time()
    samples = sum(
        rng.uniform(0.1, 1.0) / k * np.sin(2.0 * np.pi * mains * k * t) for k in range(1, 12)
    )
    hiss = coloured_noise("white", COUNT, np.random.default_rng(rng.randrange(1 << 30)))
    return samples + rng.uniform(0.005, 0.05) * hiss, f"{mains:.1f} Hz"


def crowd(kind, number, rng):
    """Applause or rain: many short bursts of filtered noise."""
    generator = np.random.default_rng(rng.randrange(1 << 30))
    rain = number % 2 == 1
    rate = rng.uniform(100.0, 400.0) if kind == "train" else rng.uniform(30.0, 90.0)
    impulses = np.zeros(COUNT)
    at = generator.integers(0, COUNT, int(rate * SECONDS))
    np.add.at(impulses, at, generator.lognormal(0.0, 0.7, len(at)))
    decay = np.exp(-np.arange(int(0.02 * RATE)) / (RATE * (0.001 if rain else 0.006)))
    burst = decay * generator.standard_normal(len(decay))
    samples = np.convolve(impulses, burst)[:COUNT]
    low, high = (2000.0, 9000.0) if rain else (600.0, 4000.0)
    samples = sosfilt(butter(2, (low, high), "bandpass", fs=RATE, output="sos"), samples)
    return samples, f"{'rain' if rain else 'applause'}, {rate:.0f} bursts a second"


def quiet(kind, number, rng):
    """A noise floor with long silences: an idle input."""
    samples = coloured_noise(
        rng.choice(("white", "pink")), COUNT, np.random.default_rng(rng.randrange(1 << 30))
    )
    gate = (_time() % rng.uniform(4.0, 8.0)) < rng.uniform(1.0, 3.0)
    level = rng.uniform(0.0008, 0.003) if kind == "train" else rng.uniform(0.001, 0.006)
    return samples * gate * level, QUIET


KINDS = {
    "speech": (speech, 12),
    "noise": (noise, 9),
    "tones": (tones, 14),
    "drums": (drum_line, 10),
    "bass": (bass_line, 10),
    "hum": (hum, 3),
    "crowd": (crowd, 4),
    "quiet": (quiet, 3),
}


def _time():
    return np.arange(COUNT) / RATE


def _rendered(score, kind, rng):
    return render(
        score, SECONDS, "fluid" if kind == "train" else "timgm", reverb=rng.random() < 0.5
    )


def main(arguments):
    """See the module's docstring."""
    kind = arguments[0]
    if kind not in VOICES:
        raise SystemExit(f"unknown set {kind!r}: train or test")
    folder, listed = work_folder("negatives", kind), []
    jobs = [(name, make, k) for name, (make, count) in KINDS.items() for k in range(count)]
    for name, make, number in Progress(jobs, f"negatives {kind}"):
        rng = random.Random(f"{kind} {name} {number}")
        samples, detail = make(kind, number, rng)
        samples = np.resize(np.asarray(samples, np.float32), COUNT)
        if detail != QUIET:
            rms = np.sqrt(np.mean(samples**2) + 1e-12)
            samples = np.clip(
                samples * (10.0 ** (rng.uniform(-30.0, -16.0) / 20.0) / rms), -0.99, 0.99
            )
        audio = folder / f"{name}-{number:02d}.flac"
        soundfile.write(str(audio), samples, RATE, subtype="PCM_16")
        listed.append({"audio": str(audio), "kind": name, "detail": detail, "seconds": SECONDS})
    write_json(folder.parent / f"{kind}.json", listed)
    write_lines(folder.parent / f"{kind}.list", [item["audio"] for item in listed])
    print(f"{len(listed)} sounds, {len(listed) * SECONDS / 60.0:.1f} min")


if __name__ == "__main__":
    main(sys.argv[1:])
