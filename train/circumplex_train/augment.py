# SPDX-License-Identifier: GPL-3.0-or-later
"""Versions of the rated excerpts with other sound, and long sequences joined from them.

A reading must not depend on how music was recorded, so each training excerpt is also heard
filtered, in a room, noisy, driven, coded at a low rate, up to two semitones higher or lower and up
to 8 % faster or slower.  A meter runs for hours across hard cuts, so excerpts are joined into
sequences of 60 to 120 s.  The 58 official test songs take part in neither.

Products, below the work folder:
  augmented/<song>-<version>.{flac,opus,mp3} and .json, augmented.list
  joined/join<number>.flac and .json, joined.list
JSON: audio, seconds, hop (0.5 s), split (a sequence joins songs of one fold only); with one value
a hop, at the hop's end, 0.5 s first: valence, arousal (published labels, unshifted, the campaigns'
zeros untouched), mask (0 in breaks and where there is no label); parts: start (s), song_id,
campaign of each excerpt heard; and operations, what was done to the sound.

Run: python3 -m circumplex_train.augment excerpts DEAM VERSIONS [FROM TO]
     python3 -m circumplex_train.augment join DEAM COUNT [FROM]
Existing products are skipped; song and version (or number) fix the random choices.
"""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import soundfile
from scipy.signal import fftconvolve, lfilter, sosfilt

from .audio import read_mono
from .data import load_deam
from .workspace import Progress, work_folder, write_json, write_lines

RATE = 32000  # the front end looks no higher than 10 kHz
HOP = 0.5
FOLDS = ("fold0", "fold1", "fold2", "fold3", "fold4")


def biquad(kind, frequency, gain_db=0.0, quality=0.7):
    """A second-order section [b0 b1 b2 1 a1 a2] (R. Bristow-Johnson, Audio EQ Cookbook)."""
    w = 2.0 * np.pi * frequency / RATE
    c, alpha = np.cos(w), np.sin(w) / (2.0 * quality)
    a = 10.0 ** (gain_db / 40.0)
    if kind == "low":
        b, d = [(1 - c) / 2, 1 - c, (1 - c) / 2], [1 + alpha, -2 * c, 1 - alpha]
    elif kind == "high":
        b, d = [(1 + c) / 2, -1 - c, (1 + c) / 2], [1 + alpha, -2 * c, 1 - alpha]
    elif kind == "peak":
        b, d = [1 + alpha * a, -2 * c, 1 - alpha * a], [1 + alpha / a, -2 * c, 1 - alpha / a]
    else:
        sign = 1.0 if kind == "low_shelf" else -1.0
        root = 2.0 * np.sqrt(a) * alpha
        b = [
            a * ((a + 1) - sign * (a - 1) * c + root),
            sign * 2 * a * ((a - 1) - sign * (a + 1) * c),
            a * ((a + 1) - sign * (a - 1) * c - root),
        ]
        d = [
            (a + 1) + sign * (a - 1) * c + root,
            -sign * 2 * ((a - 1) + sign * (a + 1) * c),
            (a + 1) + sign * (a - 1) * c - root,
        ]
    return np.array(b + d) / d[0]


def coloured_noise(kind, count, generator):
    """White, pink (-3 dB an octave) or brown (-6 dB an octave) noise of unit RMS."""
    bins = generator.standard_normal(count // 2 + 1) + 1j * generator.standard_normal(
        count // 2 + 1
    )
    slope = {"white": 0.0, "pink": 0.5, "brown": 1.0}[kind]
    ramp = np.maximum(np.arange(len(bins)), max(1, 20 * count // RATE)) ** -slope
    noise = np.fft.irfft(bins * ramp, count)
    return (noise / np.sqrt(np.mean(noise**2) + 1e-20)).astype(np.float32)


def stretch(samples, semitones, speed):
    """Pitch and tempo changed independently, by SoX."""
    effects = []
    if semitones:
        effects += ["pitch", f"{100.0 * semitones:.1f}"]
    if speed != 1.0:
        effects += ["tempo", "-m", f"{speed:.4f}"]
    raw = ["-t", "f32", "-r", str(RATE), "-c", "1"]
    done = subprocess.run(
        ["sox", "-V1", *raw, "-", *raw, "-", *effects],
        input=samples.astype("<f4").tobytes(),
        stdout=subprocess.PIPE,
        check=True,
    )
    return np.frombuffer(done.stdout, "<f4").copy()


def colour(samples, rng, generator, strength=1.0):
    """Random filters, room, drive and noise; returns the samples and what was done."""
    done, chance = [], lambda p: rng.random() < p * strength
    level = np.sqrt(np.mean(samples**2) + 1e-12)
    sections = []
    if chance(0.7):
        for kind, low, high in (
            ("low_shelf", 80, 400),
            ("peak", 200, 6000),
            ("high_shelf", 1500, 8000),
        ):
            if rng.random() < 0.7:
                frequency, gain = low * (high / low) ** rng.random(), rng.uniform(-9.0, 9.0)
                sections.append(biquad(kind, frequency, gain, rng.uniform(0.5, 1.2)))
                done.append(f"{kind} {frequency:.0f} Hz {gain:+.1f} dB")
    if chance(0.25):
        if rng.random() < 0.6:
            frequency = rng.uniform(80.0, 400.0)
            sections.append(biquad("high", frequency))
            done.append(f"high-pass {frequency:.0f} Hz")
        if rng.random() < 0.7:
            frequency = rng.uniform(2500.0, 8000.0)
            sections += [biquad("low", frequency, 0.0, q) for q in (0.54, 1.31)]
            done.append(f"low-pass {frequency:.0f} Hz")
    if sections:
        samples = sosfilt(np.array(sections), samples).astype(np.float32)
    if chance(0.15):
        decay, wet = rng.uniform(0.2, 1.2), rng.uniform(0.1, 0.4)
        time = np.arange(int(decay * RATE)) / RATE
        tail = generator.standard_normal(len(time)) * 10.0 ** (-3.0 * time / decay)
        tail = lfilter([0.3], [1.0, -0.7], tail)
        tail /= np.sqrt(np.sum(tail**2))
        samples = ((1.0 - wet) * samples + wet * fftconvolve(samples, tail)[: len(samples)]).astype(
            np.float32
        )
        done.append(f"room {decay:.2f} s, {wet:.2f} wet")
    if chance(0.15):
        drive = rng.uniform(1.0, 4.0)
        scale = 3.0 * np.sqrt(np.mean(samples**2) + 1e-12)
        samples = (scale * np.tanh(drive * samples / scale) / drive).astype(np.float32)
        done.append(f"drive {drive:.1f}")
    if chance(0.25):
        kind, snr = rng.choice(("white", "pink", "brown")), rng.uniform(15.0, 40.0)
        now = np.sqrt(np.mean(samples**2) + 1e-12)
        samples = samples + now * 10.0 ** (-snr / 20.0) * coloured_noise(
            kind, len(samples), generator
        )
        done.append(f"{kind} noise {snr:.0f} dB below")
    gain = rng.uniform(-15.0, 0.0) if strength >= 1.0 else rng.uniform(-4.0, 2.0)
    now = np.sqrt(np.mean(samples**2) + 1e-12)
    samples = samples * (level / now) * 10.0 ** (gain / 20.0)
    done.append(f"gain {gain:+.1f} dB")
    peak = np.abs(samples).max()
    return (samples * (0.98 / peak) if peak > 0.98 else samples).astype(np.float32), done


def labels_at(song, times):
    """[n, 2] valence and arousal at song times (linear between labels) and [n] mask."""
    known = np.array(sorted(song.labels))
    values = np.array([song.labels[t] for t in known])
    times = np.asarray(times)
    curve = np.stack([np.interp(times, known, values[:, k]) for k in range(2)], 1)
    return curve, ((times >= known[0] - 0.26) & (times <= known[-1] + 0.26)).astype(float)


def write_coded(path, samples, rng):
    """Write by a lossy codec at a low rate, whole path without suffix; return path and note."""
    if rng.random() < 0.5:
        out, rate, codec = path.with_suffix(".opus"), rng.choice((12, 16, 20, 24, 32)), "libopus"
    else:
        out, rate, codec = path.with_suffix(".mp3"), rng.choice((24, 32, 40, 48, 64)), "libmp3lame"
    partial = out.with_name("partial-" + out.name)
    subprocess.run(
        [
            "ffmpeg",
            "-v",
            "error",
            "-y",
            "-threads",
            "1",
            "-f",
            "f32le",
            "-ar",
            str(RATE),
            "-ac",
            "1",
            "-i",
            "-",
        ]
        + ["-c:a", codec, "-b:a", f"{rate}k", str(partial)],
        input=samples.astype("<f4").tobytes(),
        check=True,
    )
    partial.rename(out)
    return out, f"{codec[3:]} {rate} kbit/s"


def make_version(song, version, folder):
    """Write one augmented version of an excerpt, unless it is there; return the audio's path."""
    facts = folder / f"{song.song_id}-{version}.json"
    for suffix in (".flac", ".opus", ".mp3"):
        if facts.exists() and facts.with_suffix(suffix).exists():
            return facts.with_suffix(suffix)
    rng = random.Random(1000 * song.song_id + version)
    generator = np.random.default_rng(1000 * song.song_id + version)
    samples = read_mono(song.path, RATE)
    semitones = rng.uniform(-2.0, 2.0) if rng.random() < 0.4 else 0.0
    speed = rng.uniform(0.92, 1.08) if rng.random() < 0.35 else 1.0
    operations = []
    if semitones or speed != 1.0:
        samples = stretch(samples, semitones, speed)
        operations.append(f"pitch {semitones:+.2f}, tempo x{speed:.3f}")
    samples, done = colour(samples, rng, generator)
    operations += done
    if rng.random() < 0.35:
        audio, note = write_coded(facts, samples, rng)
        operations.append(note)
    else:
        audio = facts.with_suffix(".flac")
        soundfile.write(str(audio), samples, RATE, subtype="PCM_16")
    hops = int(len(samples) / RATE / HOP)
    curve, mask = labels_at(song, song.start + speed * HOP * (np.arange(hops) + 1))
    part = {"start": 0.0, "song_id": song.song_id, "campaign": song.campaign}
    write_facts(facts, audio, song.split, len(samples) / RATE, curve, mask, [part], operations)
    return audio


def write_facts(path, audio, split, seconds, curve, mask, parts, operations):
    """Write the JSON that the module's docstring describes."""
    facts = {"audio": str(audio), "split": split, "seconds": round(seconds, 3), "hop": HOP}
    facts["valence"] = [round(float(v), 4) for v in curve[:, 0]]
    facts["arousal"] = [round(float(v), 4) for v in curve[:, 1]]
    facts["mask"] = [float(m) for m in mask]
    write_json(path, {**facts, "parts": parts, "operations": operations})


def make_join(songs, number, folder):
    """Write one joined sequence of a fold's excerpts; return the audio's path."""
    audio = folder / f"join{number:04d}.flac"
    facts = audio.with_suffix(".json")
    if audio.exists() and facts.exists():
        return audio
    rng, generator = random.Random(7_000_000 + number), np.random.default_rng(7_000_000 + number)
    split = FOLDS[number % len(FOLDS)]
    pool = [song for song in songs if song.split == split]
    aim = rng.uniform(60.0, 120.0)
    total = np.zeros(int((aim + 12.0) * RATE), np.float32)
    hops = int(aim / HOP)
    ends = HOP * (np.arange(hops) + 1)
    curve, mask, parts, operations = np.zeros((hops, 2)), np.zeros(hops), [], []
    now, heard = 0.0, []
    while now < aim:
        # Now and then a song comes back: it should read as before.
        song = rng.choice(heard) if len(heard) > 2 and rng.random() < 0.12 else rng.choice(pool)
        heard.append(song)
        samples = read_mono(song.path, RATE)
        length = min(rng.uniform(5.0, 10.0), len(samples) / RATE)
        offset = rng.uniform(0.0, len(samples) / RATE - length)
        samples, done = colour(
            samples[int(offset * RATE) : int((offset + length) * RATE)], rng, generator, 0.5
        )
        way = rng.random()
        fade = rng.uniform(0.05, 1.0) if way < 0.3 and parts else 0.005
        ramp = np.linspace(0.0, 1.0, int(fade * RATE), dtype=np.float32)
        samples[: len(ramp)] *= ramp
        samples[-len(ramp) :] *= ramp[::-1]
        start = max(0.0, now - fade) if parts else 0.0
        at = int(start * RATE)
        total[at : at + len(samples)] += samples[: len(total) - at]
        inside = (ends > start + fade / 2.0) & (ends <= start + length)
        values, known = labels_at(song, song.start + offset + ends - start)
        curve[inside], mask[inside] = values[inside], known[inside]
        parts.append({"start": round(start, 3), "song_id": song.song_id, "campaign": song.campaign})
        operations.append("; ".join(done))
        now = start + length
        if way > 0.88:
            now += rng.uniform(0.5, 4.0)
    total = total[: int(aim * RATE)]
    peak = np.abs(total).max()
    soundfile.write(str(audio), total * min(1.0, 0.98 / max(peak, 1e-9)), RATE, subtype="PCM_16")
    write_facts(facts, audio, split, len(total) / RATE, curve, mask, parts, operations)
    return audio


def main(arguments):
    """See the module's docstring."""
    what, root, count = arguments[0], Path(arguments[1]), int(arguments[2])
    songs = [song for song in load_deam(root) if song.split in FOLDS and song.labels]
    if what == "excerpts":
        folder, listing = work_folder("augmented"), "augmented.list"
        # All first versions come before the second ones, so that a part of the work is useful.
        jobs = [(song, version) for version in range(count) for song in songs]
        if len(arguments) > 4:
            jobs = jobs[int(arguments[3]) : int(arguments[4])]
        for song, version in Progress(jobs, "augment"):
            make_version(song, version, folder)
    elif what == "join":
        folder, listing = work_folder("joined"), "joined.list"
        first = int(arguments[3]) if len(arguments) > 3 else 0
        for number in Progress(range(first, first + count), "join"):
            make_join(songs, number, folder)
    else:
        raise SystemExit(f"unknown job {what!r}: excerpts or join")
    done = [
        p
        for p in sorted(folder.iterdir())
        if p.suffix != ".json" and p.with_suffix(".json").exists()
    ]
    write_lines(folder.parent / listing, done)
    print(f"{len(done)} files in {folder.parent / listing}")


if __name__ == "__main__":
    main(sys.argv[1:])
