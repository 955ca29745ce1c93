# SPDX-License-Identifier: GPL-3.0-or-later
"""The yardstick's rows that compare readings with listeners: quadrants, movement, ratings, words,
confidence.

A row is (name, value, low, high, aim); low..high contains 95 % of the values over resampled songs.
Every function takes a run's `readings.Readings` and returns no rows if the collection was not read.
"""

from __future__ import annotations

import json

import numpy as np
from scipy.stats import rankdata

from . import metrics
from .sources import QUADRANTS
from .workspace import work_folder

ROUNDS = 300
SKIP = 4  # hops (2 s) that a clip's mean leaves out
FROM = 16  # hops (8 s) that a piece's movement leaves out
# s from a measure's start to the reading; one for all pieces
LAGS = tuple(0.5 * k for k in range(7))
ENDS = 0.5 * np.arange(4, 21)  # s of a DEAM excerpt at which hops 3..19 end: those that are scored
NAMES = ("valence", "arousal")
SHORT = ("V", "A")


def auc(values: np.ndarray, positive: np.ndarray) -> float:
    """P(a positive clip is read higher than a negative one)."""
    n = int(positive.sum())
    if n == 0 or n == len(positive):
        return float("nan")
    return float((rankdata(values)[positive].sum() - n * (n + 1) / 2) / (n * (len(values) - n)))


def draws(groups: np.ndarray, rounds: int = ROUNDS) -> list[np.ndarray]:
    """Indices of resampled songs, whole groups at once."""
    rng, members = np.random.default_rng(0), metrics.split_by(groups)
    return [
        np.concatenate([members[i] for i in rng.integers(0, len(members), len(members))])
        for _ in range(rounds)
    ]


def interval(statistic, picks) -> tuple[float, float]:
    """2.5 and 97.5 % of a statistic over the draws."""
    with np.errstate(all="ignore"):
        values = [statistic(pick) for pick in picks]
    return (
        tuple(float(x) for x in np.nanpercentile(values, [2.5, 97.5]))
        if np.isfinite(values).any()
        else (np.nan, np.nan)
    )


def rows_of(statistics: dict, n: int, picks) -> list[tuple]:
    """Rows of named statistics (name: (function of indices, aim))."""
    whole = np.arange(n)
    return [
        (name, float(f(whole)), *interval(f, picks), aim) for name, (f, aim) in statistics.items()
    ]


def clip_means(kept, name: str, variant: str = "p0", what: str = "p", skip: int = SKIP):
    """Names and mean readings [n, 2] of a collection's clips, without their first seconds."""
    read = kept.of(name, variant, what)
    if read is None:
        return [], np.zeros((0, 2))
    keys = [k for k, v in read.items() if len(v)]
    return keys, np.array([np.nanmean(read[k][min(skip, len(read[k]) - 1) :], 0) for k in keys])


def quadrant_rows(kept, name: str, aims: dict[str, str]) -> list[tuple]:
    """AUC, quadrants and independence of a collection of labelled clips."""
    keys, mean = clip_means(kept, name)
    if not keys:
        return []
    items = kept.items(name)
    quadrant = np.array([items[k].quadrant for k in keys])
    sign = np.array([QUADRANTS[q] for q in quadrant]) > 0
    lively = sign[:, 1]
    middle = lambda i: np.median(mean[i], 0)
    right = lambda i, zero: float(((mean[i] > zero) == sign[i]).all(1).mean())
    found = lambda i, q, zero: float(
        ((mean[i] > zero) == (np.array(QUADRANTS[q]) > 0)).all(1)[quadrant[i] == q].mean()
    )
    statistics = {
        "AUC of arousal": (lambda i: auc(mean[i, 1], sign[i, 1]), ""),
        "AUC of valence": (lambda i: auc(mean[i, 0], sign[i, 0]), ""),
        "AUC of valence among lively clips": (
            lambda i: auc(mean[i[lively[i]], 0], sign[i[lively[i]], 0]),
            "",
        ),
        "AUC of valence among calm clips": (
            lambda i: auc(mean[i[~lively[i]], 0], sign[i[~lively[i]], 0]),
            "",
        ),
        "quadrants right at the raw zero": (lambda i: right(i, 0.0), ""),
        "quadrants right at the medians": (lambda i: right(i, middle(i)), ""),
    }
    for q, label in (
        (1, "lively pleasant"),
        (2, "lively unpleasant"),
        (3, "calm unpleasant"),
        (4, "calm pleasant"),
    ):
        statistics[f"found of {label} clips, raw zero"] = (lambda i, q=q: found(i, q, 0.0), "")
    statistics["found of calm pleasant clips, medians"] = (lambda i: found(i, 4, middle(i)), "")
    statistics["r of read valence with read arousal"] = (
        lambda i: metrics.pearson(mean[i, 0], mean[i, 1]),
        f"{metrics.pearson(*sign.T.astype(float)):+.2f} +- .15",
    )
    for a in (1, 0):
        statistics[f"SD of clip means, {NAMES[a]}"] = (lambda i, a=a: float(mean[i, a].std()), "")
        statistics[f"mean of clip means, {NAMES[a]}"] = (
            lambda i, a=a: float(mean[i, a].mean()),
            "",
        )
    statistics = {k: (f, aims.get(k, aim)) for k, (f, aim) in statistics.items()}
    return rows_of(statistics, len(keys), draws(np.array([items[k].group for k in keys])))


def fourq(kept):
    return quadrant_rows(kept, "fourq", {
        "AUC of arousal": ".95", "AUC of valence": ".84", "AUC of valence among calm clips": ".70", "quadrants right at the raw zero": ".64",
        "quadrants right at the medians": ".66", "found of calm pleasant clips, raw zero": ".50", "SD of clip means, arousal": ".40-.45", "SD of clip means, valence": ".40-.45",
    })  # fmt: skip


def emopia(kept):
    return quadrant_rows(
        kept,
        "emopia",
        {
            "AUC of arousal": ".90",
            "AUC of valence": ".85",
            "quadrants right at the raw zero": ".52",
            "quadrants right at the medians": ".60",
        },
    )


def ym2413(kept):
    return quadrant_rows(kept, "ym2413", {})


def piece_table(kept):
    """Of VGMIDI: per piece its group, means read and rated [2], and r within it at every lag [lags,
    2].
    """
    read = kept.of("vgmidi")
    groups, means, truths, within = [], [], [], []
    for name, curve in (read or {}).items():
        item = kept.items("vgmidi")[name]
        keep = item.times >= FROM * 0.5
        if keep.sum() < 3 or len(curve) <= FROM:
            continue
        rated, row = item.ratings[keep], []
        for lag in LAGS:
            index = np.clip(
                np.floor((item.times[keep] + lag) / 0.5 + 1e-6).astype(int) - 1, 0, len(curve) - 1
            )
            row.append(
                [
                    (
                        metrics.pearson(curve[index, a], rated[:, a])
                        if np.ptp(curve[index, a]) > 1e-4
                        else np.nan
                    )
                    for a in (0, 1)
                ]
            )
        groups.append(item.group), within.append(row)
        means.append(curve[FROM:].mean(0)), truths.append(rated.mean(0))
    return np.array(groups), np.array(means), np.array(truths), np.array(within)


def mean_of(values: np.ndarray) -> float:
    """Mean of the known values; nan if there are none."""
    return float(np.nanmean(values)) if np.isfinite(values).any() else float("nan")


def vgmidi(kept):
    """r of piece means, r within a piece at the best lag (one for all pieces and both axes),
    independence.
    """
    groups, means, truths, within = piece_table(kept)
    if not len(groups):
        return []
    lag = int(np.nan_to_num(within).mean((0, 2)).argmax())
    statistics = {}
    for a, aims in ((1, (".68", ".30")), (0, (".75", ".24"))):
        statistics[f"r of piece means, {NAMES[a]}"] = (
            lambda i, a=a: metrics.pearson(means[i, a], truths[i, a]),
            aims[0],
        )
        statistics[f"mean r within a piece, {NAMES[a]}"] = (
            lambda i, a=a: mean_of(within[i, lag, a]),
            aims[1],
        )
    rated = metrics.pearson(*truths.T)
    statistics["r of read valence with read arousal"] = (
        lambda i: metrics.pearson(*means[i].T),
        f"{rated:+.2f} +- .15",
    )
    return rows_of(statistics, len(groups), draws(groups))


def deam(kept):
    """Points of 2 to 10 s of the excerpts of the five folds."""
    read = kept.of("deam")
    if read is None:
        return []
    items = kept.items("deam")
    adapted = kept.of("deam", "p0", "deam")
    names = [n for n in read if items[n].fold.startswith("fold")]
    truth = {n: items[n].targets(ENDS) for n in names}
    names = [n for n in names if np.isfinite(truth[n]).all() and len(read[n]) >= 20]
    t = np.array([truth[n] for n in names])
    picks, statistics = draws(np.array([items[n].group for n in names]), 100), {}
    for label, source in (("through DEAM's adapter", adapted), ("as read", read)):
        if source is None:
            continue
        p = np.array([source[n][3:20] for n in names])
        for a in (1, 0):
            x, y = p[:, :, a], t[:, :, a]
            aims = (".77", ".62")[1 - a] if source is adapted else ""
            statistics[f"CCC of {NAMES[a]} {label}"] = (
                lambda i, x=x, y=y: metrics.ccc(x[i].ravel(), y[i].ravel()),
                aims,
            )
            statistics[f"r of {NAMES[a]} {label}"] = (
                lambda i, x=x, y=y: metrics.pearson(x[i].ravel(), y[i].ravel()),
                "",
            )
    means, rated = np.array([read[n][3:20].mean(0) for n in names]), t.mean(1)
    statistics["r of read valence with read arousal"] = (
        lambda i: metrics.pearson(*means[i].T),
        f"rated {metrics.pearson(*rated.T):+.2f}",
    )
    for a in (1, 0):
        statistics[f"SD of clip means, {NAMES[a]}"] = (
            lambda i, a=a: float(means[i, a].std()),
            ".40-.45",
        )
    return rows_of(statistics, len(names), picks)


def places(table: list[dict]) -> tuple[list[str], np.ndarray]:
    return [w["word"] for w in table], np.array([[w["valence"], w["arousal"]] for w in table])


def word_table(kept, fold: str | None):
    """The words' positions: those fitted without a fold if the run has them (words-<fold>.json),
    else words.json; None without.
    """
    for name in ((f"words-{fold}.json",) if fold else ()) + ("words.json",):
        path = work_folder("runs", kept.run) / name
        if path.exists():
            return places(json.loads(path.read_text()))
    return None


def words(kept):
    """The words that clips get, and whether they are near the experts' tags."""
    keys, mean = clip_means(kept, "fourq")
    if not keys or word_table(kept, None) is None:
        return []
    items = kept.items("fourq")
    tables = {f: word_table(kept, f) for f in {items[k].fold for k in keys}}
    nearest = np.array(
        [int(np.hypot(*(tables[items[k].fold][1] - m).T).argmin()) for k, m in zip(keys, mean)]
    )
    names = word_table(kept, None)[0]
    out = share_rows(nearest, len(names), "of 4Q clips")
    tags = tag_places(items, keys, mean)
    shown = np.array([tables[items[k].fold][1][w] for k, w in zip(keys, nearest)])
    distance = np.array(
        [
            min(
                [
                    np.hypot(*(shown[i] - tags[items[k].fold][t]))
                    for t in items[k].tags
                    if t in tags[items[k].fold]
                ],
                default=np.nan,
            )
            for i, k in enumerate(keys)
        ]
    )
    rng, chance = np.random.default_rng(0), []
    for _ in range(20):
        order = rng.permutation(len(keys))
        chance.append(
            np.nanmean(
                [
                    min(
                        [
                            np.hypot(*(shown[j] - tags[items[k].fold][t]))
                            for t in items[k].tags
                            if t in tags[items[k].fold]
                        ],
                        default=np.nan,
                    )
                    for j, k in zip(order, keys)
                ]
            )
        )
    picks = draws(np.array([items[k].group for k in keys]))
    f = lambda i: float(1 - np.nanmean(distance[i]) / np.mean(chance))
    out.append(
        (
            "shown word nearer to the clip's own tags than another clip's, by",
            f(np.arange(len(keys))),
            *interval(f, picks),
            "",
        )
    )
    corpus, means = clip_means(kept, "corpus")
    if corpus:
        place = word_table(kept, None)[1]
        out += share_rows(
            np.array([int(np.hypot(*(place - m).T).argmin()) for m in means]),
            len(names),
            "of the free corpus",
        )
    return out


def share_rows(nearest, count, of):
    share = np.bincount(nearest, minlength=count) / len(nearest)
    nan = float("nan")
    return [
        (f"largest share of one word, {of}", float(share.max()), nan, nan, "<= .10"),
        (
            f"words for more than 1 % {of} (out of {count})",
            float((share > 0.01).sum()),
            nan,
            nan,
            ">= 24",
        ),
    ]


def tag_places(items, keys, mean):
    """{fold: {tag: mean reading of the other folds' clips that have it}} for tags of 8 clips or
    more.
    """
    out = {}
    for fold in sorted({items[k].fold for k in keys}):
        seen: dict[str, list] = {}
        for k, m in zip(keys, mean):
            if items[k].fold != fold:
                for tag in items[k].tags:
                    seen.setdefault(tag, []).append(m)
        out[fold] = {tag: np.mean(v, 0) for tag, v in seen.items() if len(v) >= 8}
    return out


def spreads(kept):
    """The shares of ratings of DEAM and VGMIDI (on the reading's scale) within one and two spreads.
    """
    path = work_folder("runs", kept.run) / "coverage.json"
    if not path.exists():
        return []
    rows = zip(
        (("one spread", ".63-.73"), ("two spreads", ".93-.97")), json.loads(path.read_text())
    )
    return [
        (f"ratings within {what} of the reading, {NAMES[a]}", share[a], np.nan, np.nan, aim)
        for (what, aim), share in rows
        for a in (1, 0)
    ]


def confidence(kept):
    """Correct quadrants by third of confidence, confidence by quadrant, both some seconds after the
    start, and music compared with other sounds.
    """
    read, keys = kept.of("fourq", "p0", "confidence"), clip_means(kept, "fourq")[0]
    if read is None:
        return []
    items, mean = kept.items("fourq"), clip_means(kept, "fourq")[1]
    sure = np.array([np.nanmean(read[k][SKIP:]) for k in keys])
    quadrant = np.array([items[k].quadrant for k in keys])
    sign = np.array([QUADRANTS[q] for q in quadrant]) > 0
    right = ((mean > 0) == sign).all(1)
    picks = draws(np.array([items[k].group for k in keys]))

    def third(i, part):
        order = i[np.argsort(sure[i])]
        return float(right[order[len(order) * part // 3 : len(order) * (part + 1) // 3]].mean())

    statistics = {
        f"quadrants right, {label} third of confidence": (lambda i, k=k: third(i, k), aim)
        for k, (label, aim) in enumerate(
            (("lowest", ""), ("middle", "rising"), ("highest", "rising"))
        )
    }
    for q, label in (
        (1, "lively pleasant"),
        (2, "lively unpleasant"),
        (3, "calm unpleasant"),
        (4, "calm pleasant"),
    ):
        statistics[f"mean confidence, {label}"] = (
            lambda i, q=q: float(sure[i][quadrant[i] == q].mean()),
            "alike",
        )
    for s in (2, 5, 10, 20):
        then, trust = (
            np.array([of[k][min(2 * s, len(of[k])) - 1] for k in keys])
            for of in (kept.of("fourq"), read)
        )
        hit = ((then > 0) == sign).all(1)
        statistics[f"quadrants right, {s} s in"] = (lambda i, v=hit: float(v[i].mean()), "")
        mean_trust = lambda i, v=trust: float(np.nanmean(v[i]))
        statistics[f"mean confidence, {s} s in"] = (mean_trust, "share right")
    out = rows_of(statistics, len(keys), picks)
    none = kept.of("negatives-test", "p0", "confidence")
    if none is not None:
        values = {n: np.nanmean(v) for n, v in none.items() if np.isfinite(v).any()}
        out.append(
            (
                "AUROC of confidence, 4Q against no music",
                metrics.auroc(sure, np.array(list(values.values()))),
                np.nan,
                np.nan,
                ">= .97",
            )
        )
        for kind in ("bass", "drums", "speech"):
            own = [v for n, v in values.items() if n.startswith(kind)]
            if own:
                out.append(
                    (f"mean confidence, {kind} alone", float(np.mean(own)), np.nan, np.nan, "< .5")
                )
    return out


def grekow(kept):
    """r with experts' ratings; the mean of the readings after 2 s."""
    keys, mean = clip_means(kept, "grekow")
    if not keys:
        return []
    items = kept.items("grekow")
    rated = np.array([[items[k].facts["valence"], items[k].facts["arousal"]] for k in keys])
    statistics = {
        f"r of {NAMES[a]}": (lambda i, a=a: metrics.pearson(mean[i, a], rated[i, a]), aim)
        for a, aim in ((1, ".83"), (0, ".55"))
    }
    statistics["r of read valence with read arousal"] = (
        lambda i: metrics.pearson(*mean[i].T),
        f"{metrics.pearson(*rated.T):+.2f} +- .15",
    )
    return rows_of(statistics, len(keys), draws(np.array(keys)))
