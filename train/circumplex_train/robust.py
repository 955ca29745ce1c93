# SPDX-License-Identifier: GPL-3.0-or-later
"""The yardstick's rows about changes of the sound that should not change a reading, and about those
that should: rows as in judged.py.

"SD" is that of all readings of the 4Q clips after 2 s, the mean of both axes, so that the plane's
unit changes nothing.
"""

from __future__ import annotations

import numpy as np

from . import metrics, packs
from .judged import SKIP, auc, draws, rows_of
from .turns import CHANGE, KINDS

BURST_AT = 15.0


def unit(kept) -> np.ndarray:
    """[2] SD of readings over music, valence and arousal; nan without 4Q."""
    read = kept.of("fourq")
    if read is None:
        return np.full(2, np.nan)
    return np.nanstd(np.concatenate([v[SKIP:] for v in read.values()]), 0)


def turns(kept):
    """Changes in the expected direction, in SD, within 3 s and after 8 to 20 s, in loops in which
    mode or loudness changes.
    """
    read, sd = kept.of("turns"), unit(kept)
    if read is None or not np.isfinite(sd).all():
        return []
    moves: dict = {}
    for name, curve in read.items():
        facts = turn_facts(kept, name)
        if facts is None:
            continue
        p, k, start = (
            curve[:, facts["axis"]] / sd[facts["axis"]],
            round(facts["time"] / 0.5),
            round(CHANGE / 0.5),
        )
        before = p[start - 10 : start].mean()
        kind = "mode" if facts["axis"] == 0 else facts["kind"]
        moves.setdefault(kind, []).append(
            [
                facts["sign"] * float(x - before)
                for x in (p[k + 4 : k + 6].mean(), p[k + 16 : k + 40].mean())
            ]
        )
    out = []
    for kind, values in moves.items():
        values = np.array(values)
        what = "valence" if kind == "mode" else "arousal"
        aims = (">= .35", ">= .90") if kind == "mode" else ("", "")
        for column, label in enumerate(("2 to 3 s after", "8 to 20 s after")):
            f = lambda i, column=column, values=values: float(values[i, column].mean())
            out += rows_of(
                {f"{kind}: {what} moved {label}, SD": (f, aims[column])},
                len(values),
                draws(np.arange(len(values))),
            )
    return out


def turn_facts(kept, name: str):
    """What happens in a loop: kind, axis, sign, time."""
    import json

    path = kept.items("turns")[name].path.with_suffix(".json")
    facts = json.loads(path.read_text()) if path.exists() else None
    return facts if facts and facts["kind"] in KINDS else None


def jitter(kept):
    """Readings of the same moments after different starts: SD over phases, its 95th percentile, and
    the difference of piece means.
    """
    phases = [v for v in packs.VARIANTS["jitter"] if kept.has("jitter", v)]
    sd = unit(kept)
    if len(phases) < 4 or not np.isfinite(sd).all():
        return []
    spreads, parted = [], []
    reads = {v: kept.of("jitter", v) for v in phases}
    moments = np.arange(4.0, 29.0, 0.25)
    for name in reads[phases[0]]:
        curves = []
        for v in phases:
            ends = 0.5 * np.arange(1, len(reads[v][name]) + 1) + packs.offset(v)
            last = np.searchsorted(ends, moments + 1e-6, side="right") - 1
            curves.append((reads[v][name][np.clip(last, 0, len(ends) - 1)] / sd).T)
        curves = np.array(curves)  # [phases, 2, moments]
        spreads.append(curves.std(0).ravel())
        means = curves.mean(2)
        parted.append(np.abs(means - means.mean(0)).max(0).mean())
    spreads, parted = np.array(spreads), np.array(parted)
    statistics = {
        f"SD over {len(phases)} start phases, mean": (lambda i: float(spreads[i].mean()), "<= .06"),
        "the same, 95th percentile": (lambda i: float(np.percentile(spreads[i], 95)), "<= .15"),
        "piece means: farthest phase from their middle, mean": (
            lambda i: float(parted[i].mean()),
            "<= .07",
        ),
    }
    return rows_of(statistics, len(parted), draws(np.arange(len(parted))))


def cuts(kept):
    """After three minutes of other music, compared with a cold start, in SD."""
    read, sd = kept.of("cuts"), unit(kept)
    if read is None or not np.isfinite(sd).all():
        return []
    items, at = kept.items("cuts"), {}
    for name, curve in read.items():
        facts = items[name].facts
        if facts["kind"] == "cold":
            continue
        begin, cold = round(facts["begin"] / 0.5), read[f"{facts['piece']}-cold"]
        n = min(len(cold), len(curve) - begin)
        apart = np.abs(curve[begin : begin + n] - cold[:n]) / sd
        at.setdefault(facts["kind"], []).append(
            [np.nanmean(apart[round(2 * s) - 1 : round(2 * s) + 1]) for s in (5, 10, 30)]
        )
    out = []
    for kind in ("loud", "calm"):
        values = np.array(at.get(kind, np.zeros((0, 3))))
        for k, (seconds, aim) in enumerate(((5, "<= .45"), (10, "<= .25"), (30, "<= .10"))):
            if len(values):
                name = f"after 3 min of {kind} music, {seconds} s in: apart from a cold start, SD"
                out += rows_of(
                    {name: (lambda i, k=k, v=values: float(v[i, k].mean()), aim)},
                    len(values),
                    draws(np.arange(len(values))),
                )
    return out


def middles(kept):
    """A passage read from its own beginning, compared with the same read from the piece's: how far
    apart, in SD, and the confidence of the former.
    """
    read, sure, sd = kept.of("middles"), kept.of("middles", "p0", "confidence"), unit(kept)
    if read is None or sure is None or not np.isfinite(sd).all():
        return []
    items, out = kept.items("middles"), []
    for kind, label, moments in MIDDLES:
        names = [n for n in read if n.startswith(kind) and n.endswith("-middle")]
        if not names:
            continue
        apart, confidence = [], []
        for name in names:
            begin = round(items[name].facts["before"] / 0.5)
            whole, n = read[name.removesuffix("middle") + "whole"][begin:], 2 * moments[-1]
            apart.append(np.abs(read[name][:n] - whole[:n]) / sd)
            confidence.append(sure[name][:n])
        apart, confidence = np.array(apart), np.array(confidence)
        picks = draws(np.arange(len(apart)))
        for s in moments:
            for what, values in (
                ("apart from the whole piece, SD", apart[:, 2 * s - 1].mean(1)),
                ("mean confidence", confidence[:, 2 * s - 1]),
            ):
                statistic = lambda i, v=values: float(np.nanmean(v[i]))
                out += rows_of({f"{label}, {s} s in: {what}": (statistic, "")}, len(values), picks)
        far = apart.max(2) > 0.5
        for what, which in (("more than", far), ("at most", ~far)):
            if which.any():
                name = f"{label}: mean confidence where {what} .5 apart"
                out.append((name, float(np.nanmean(confidence[which])), np.nan, np.nan, ""))
    return out


# collection, label, s after the start
MIDDLES = (
    ("fourq", "songs from 8 s on", (2, 5, 10, 20)),
    ("corpus", "free music from 60 s on", (2, 5, 10, 20, 30)),
)


def dips(kept):
    """Six seconds 15 dB softer: readings 5 and 10 s after them, compared with the same piece
    without them."""
    read, sd = kept.of("dips"), unit(kept)
    if read is None or not np.isfinite(sd).all():
        return []
    values = []
    for name in (n for n in read if n.endswith("-dip")):
        apart = np.abs(read[name] - read[name[:-4] + "-plain"]) / sd
        values.append([np.nanmean(apart[k - 1 : k + 1]) for k in (70, 80)])
    values = np.array(values)
    statistics = {
        f"{s} s after a passage 15 dB softer: apart from the same without, SD": (
            lambda i, k=k: float(values[i, k].mean()),
            "small",
        )
        for k, s in enumerate((5, 10))
    }
    return rows_of(statistics, len(values), draws(np.arange(len(values))))


def bursts(kept):
    """Seconds in which a burst changes readings by half an SD, and confidence in these seconds."""
    read, sd = kept.of("bursts"), unit(kept)
    if read is None or not np.isfinite(sd).all():
        return []
    sure, items, at = (
        kept.of("bursts", "p0", "confidence"),
        kept.items("bursts"),
        round(BURST_AT / 0.5),
    )
    out = []
    for kind in ("pop", "feedback", "sample", "integer"):
        seconds, doubt = [], []
        for name in (n for n in read if items[n].facts["kind"] == kind):
            plain = read[name[: -len(kind)] + "none"]
            off = (np.abs(read[name] - plain) / sd).max(1)[0 if kind == "integer" else at :] > 0.5
            seconds.append(0.5 * off.sum())
            if sure is not None and off.any():
                doubt.append(np.nanmean(sure[name][0 if kind == "integer" else at :][off]))
        values = np.array(seconds)
        out += rows_of(
            {
                f"{LABELS[kind]}: seconds off by more than half an SD, mean": (
                    lambda i, v=values: float(v[i].mean()),
                    "<= 3",
                )
            },
            len(values),
            draws(np.arange(len(values))),
        )
        out.append((f"{LABELS[kind]}: most seconds", float(values.max()), np.nan, np.nan, "<= 3"))
        if doubt:
            out.append(
                (
                    f"{LABELS[kind]}: confidence while off",
                    float(np.mean(doubt)),
                    np.nan,
                    np.nan,
                    "< .5",
                )
            )
    return out


LABELS = {
    "pop": "a pop",
    "feedback": "1 s of feedback",
    "sample": "one sample of 1000",
    "integer": "float samples on an integer's scale",
}


BANDS = {"phone": "telephone band", "opus32": "Opus at 32 kbit/s", "mp332": "MP3 at 32 kbit/s"}


def bands(kept):
    """The same music with less bandwidth: mean difference in SD, and confidence where it is more
    than a quarter.
    """
    plain, sd = kept.of("fourq"), unit(kept)
    out = []
    for variant in packs.BANDS + packs.ENGINE_BANDS:
        read, sure = kept.of("fourq", variant), kept.of("fourq", variant, "confidence")
        if read is None:
            continue
        keys = [k for k in plain if k in read and len(read[k]) > SKIP]
        length = {k: min(len(plain[k]), len(read[k])) for k in keys}
        apart = np.array(
            [
                np.nanmean(np.abs(read[k][SKIP : length[k]] - plain[k][SKIP : length[k]]), 0) / sd
                for k in keys
            ]
        )
        shift = np.array(
            [
                np.nanmean(read[k][SKIP : length[k]] - plain[k][SKIP : length[k]], 0) / sd
                for k in keys
            ]
        )
        label = BANDS.get(variant) or f"{int(variant[1:]) / 1000:g} kHz"
        picks = draws(np.arange(len(keys)))
        statistics = {
            f"{label}: {axis} apart, SD": (lambda i, a=a: float(apart[i, a].mean()), "<= .25")
            for a, axis in ((1, "arousal"), (0, "valence"))
        }
        statistics[f"{label}: mean of valence's shift, SD"] = (
            lambda i: float(shift[i, 0].mean()),
            "0",
        )
        out += rows_of(statistics, len(keys), picks)
        far = apart.max(1) > 0.25
        if sure is not None and far.any():
            out.append(
                (
                    f"{label}: mean confidence where more than .25 apart",
                    float(np.mean([np.nanmean(sure[k][SKIP:]) for k, x in zip(keys, far) if x])),
                    np.nan,
                    np.nan,
                    "< .5",
                )
            )
    return out


def channels(kept):
    """Stereo with one channel inverted, compared with the original; one channel twice, and once
    inverted, compared with that channel alone.
    """
    read, sd = kept.of("channels"), unit(kept)
    if read is None or not np.isfinite(sd).all():
        return []
    stems = sorted({n.rsplit("-", 1)[0] for n in read})
    picks, out = draws(np.arange(len(stems))), []
    for kind, plain, label in (
        ("inverted", "stereo", "one side inverted"),
        ("opposite", "mono", "R = -L against that channel alone"),
        ("dual", "mono", "a channel twice against once"),
    ):
        apart = np.array(
            [
                np.nanmean(np.abs(read[f"{s}-{kind}"][SKIP:] - read[f"{s}-{plain}"][SKIP:]) / sd)
                for s in stems
            ]
        )
        out += rows_of(
            {
                f"{label}: apart, SD": (
                    lambda i, apart=apart: float(apart[i].mean()),
                    "<= .10" if kind != "dual" else "0",
                )
            },
            len(stems),
            picks,
        )
    return out


def attention(kept):
    """Share of weight on the first 4 s, similarity of profiles between pieces, and attention to
    repeated parts.
    """
    out = []
    alpha = kept.of("vgmidi", "p0", "alpha")
    if alpha is not None:
        rows = [v for v in alpha.values() if len(v) >= 90]
        first, profiles = np.array([first_seconds(v) for v in rows]), np.array(
            [v[79, :80] for v in rows]
        )
        picks = draws(np.arange(len(rows)))
        alike = np.corrcoef(profiles)

        def likeness(i):
            block = alike[np.ix_(i, i)][~(i[:, None] == i[None])]
            return float(block.mean()) if len(block) else np.nan

        out += rows_of(
            {
                "share on the first 4 s, at 30 to 45 s (even: .107)": (
                    lambda i: float(first[i].mean()),
                    "<= .12",
                ),
                "r of profiles by age between pieces": (likeness, "<= .20"),
            },
            len(rows),
            picks,
        )
    repeats = kept.of("repeats", "p0", "alpha")
    if repeats is not None:
        stems = sorted({n[:-4] for n in repeats})
        lifts = np.array(
            [contrast(repeats[f"{s}-ABA"]) / contrast(repeats[f"{s}-CBA"]) for s in stems]
        )
        picks = draws(np.arange(len(stems)))
        out += rows_of({
            "A B A: weight on what returns, times what another passage gets there, median": (lambda i: float(np.median(lifts[i])), ">= 10"),
            "A B A pieces in which it is more": (lambda i: float((lifts[i] > 1).mean()), ">= .93"),
        }, len(stems), picks)  # fmt: skip
    return out


def first_seconds(alpha: np.ndarray) -> float:
    """Mean share of weight on hops 0..7 at hops 60..89; alpha [T, ages]."""
    return float(np.mean([alpha[t, t - 7 : t + 1].sum() for t in range(60, min(90, len(alpha)))]))


def contrast(alpha: np.ndarray) -> float:
    """Seen from the third passage of 12 s (after its first 2 s): weight a hop on the first over
    that on the second.
    """
    first = second = 1e-12
    for t in range(52, min(72, len(alpha))):
        first += float(alpha[t, t - 23 : t + 1].sum())  # ages of hops 23..0
        second += float(alpha[t, t - 47 : t - 23].sum())  # of hops 47..24
    return first / second
