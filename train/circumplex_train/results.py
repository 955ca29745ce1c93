# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/results.md, docs/scale.md and their pictures, written from the yardstick's figures of
several runs and from nothing else.

    python3 -m circumplex_train results    columns: those of COLUMNS that readings.py has read

A run that has not been read is left out, and said to be missing.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from . import judged, plots, readings, steps, yardstick
from .workspace import work_folder, write_json

ROOT = Path(__file__).resolve().parents[2]
# run: (heading, what it is)
COLUMNS = {
    "default": (
        "default",
        (
            "the default model's recipe: five models of two members (one of each kind, NOTES.md),"
            " each taught without one fold of every collection and tested on it; the nets alone"
        ),
    ),
    "engine": (
        "default, as shipped",
        (
            "the shipped file through the C engine, with its detector of new pieces and its two"
            " staggered grids: what a user gets. It has seen the clips, so only what disturbs it is"
            " shown"
        ),
    ),
    "libre": (
        "libre",
        (
            "the same net on freely licensed material alone: composed pieces whose targets are"
            " fitted to CC0 ratings, and free music without ratings; it has seen no rated clip"
        ),
    ),
    "ridge": (
        "ridge",
        (
            "a linear model on means and spreads of the cues over the whole clip: it waits for the"
            " clip's end and cannot follow anything"
        ),
    ),
    "trees": ("extra trees", "random trees on the same: what a learner without time reaches"),
    "base": (
        "before",
        (
            "the default model of the version before, through its C engine. It was taught on DEAM,"
            " so its DEAM rows flatter it; it had not met the others"
        ),
    ),
}
KEY = """- **AUC**: of two clips, one that listeners put above the line and one below it, how often is the first read higher? 1 is always, .5 is chance. It does not care
  where the zero lies.
- **among calm / lively clips**: the same for valence, among clips that listeners called calm (or lively) alone. There a reader that takes lively for pleasant is found out.
- **quadrants right at the raw zero**: the share of clips whose valence and arousal both have the sign that listeners gave them (chance .25). **At the medians**: the same if the zero were
  put in the middle of the readings, so that only the order counts.
- **found of calm pleasant clips**: of the clips that listeners put there, the share that is read there.
- **r** (correlation): 1 if readings and ratings rise and fall together, 0 if they have nothing to do with each other. **CCC**: the same, but distance counts too: the readings must be on the
  ratings' scale.
- **r of read valence with read arousal**: should be what it is in the ratings (under "aim"): where it is far above, the plane is used along one diagonal.
- **r of piece means**: are pieces put in the right order? **mean r within a piece**: does the curve rise and fall where the listeners' does? (Two halves of the listeners agree with
  each other at .26 to .27 only.)
- **through DEAM's adapter**: DEAM's listeners call lively music pleasant (its valence holds a share of arousal) and its three campaigns have three zeros. A few numbers learnt beside the net put the
  reading on their scale; they are no part of the shipped file. **As read**: without them.
- **SD**: the unit of the robustness rows: the standard deviation of all readings of the 4Q clips, so that a model which merely says less is no better.
- **lift** (A B A: weight on what returns ...): when a passage comes back, how much more of the attention lies on its first statement than another passage would get at the same place.
- Intervals in brackets: 95 %, from drawing whole artists, songs or series anew 300 times."""
# Sections in which a model that has seen the clips may be measured.
SHIPPED = (
    "Turns: loops in which one thing changes",
    "Any start",
    "A new piece",
    "A softer passage",
    "Something loud",
    "Channels",
    "Bandwidth",
)
WHY = {
    "4Q": "Commercial recordings of 30 s, 150 in each quadrant, labelled through experts' mood words and checked by listeners; valence and arousal are independent in it by design. Readings from a cold start, the mean after 2 s.",
    "EMOPIA": "Pop piano, played from MIDI; folds by uploader.",
    "YM2413": "Game music of the 1980s played from MIDI; labels by a few listeners, so the ceiling is low.",
    "VGMIDI": "Piano arrangements of game music, rated continuously by some 30 listeners; folds by series. Readings after 8 s.",
    "DEAM": "Excerpts of 10 s from a cold start; points from 2 to 10 s.",
    "Turns": "Plain loops, by no composer of the training pieces, where at 30 s the mode turns, or loudness or instruments change. How far the reading moves in the direction meant.",
    "Any start": "The same music begun at ten moments 0.05 s apart: what stands on the screen at the same moment.",
    "A new piece": "Three minutes of lively or of calm songs, then another piece; its readings against those from a cold start.",
    "A softer passage": "A passage within a piece that is 15 dB softer must not count as a new piece.",
    "Something loud": "One thing, 15 s into a clip of a minute; how long the reading is off afterwards.",
    "Channels": "Half a minute of twenty stereo pieces of the free corpus.",
    "Bandwidth": "The 4Q clips at lower sample rates, and through a telephone's band, against themselves.",
    "Words": "The word nearest to the mean reading; its place comes from clips of other folds.",
    "Attention": "What the model says it looked at: see the map in the picture below.",
    "Grekow": "Six seconds each; nothing is trained on them, and every look is counted in `train/grekow-looks.txt`.",
    "Spreads": "The spread says how far a listeners' mean rating may lie from the reading; its size is fitted on other folds than it is tested on.",
    "Confidence": "Does it fall where the reading is wrong, and on what is no music?",
}  # fmt: skip


def split(table: str) -> list[tuple[str, list[str]]]:
    """The yardstick's table by section: title, rows."""
    out: list[tuple[str, list[str]]] = []
    for line in table.splitlines()[2:]:
        if line.startswith("| **"):
            out.append((line.split("**")[1], []))
        else:
            out[-1][1].append(line)
    return out


def sections(columns: dict[str, list]) -> str:
    """One table a section, what it is above it; columns without a figure in it are left out."""
    parts = []
    order = [title for title, _ in yardstick.SECTIONS]
    found = {f.section for figures in columns.values() for f in figures}
    for title in sorted(
        found, key=lambda title: order.index(title) if title in order else len(order)
    ):
        chosen = {
            COLUMNS[run][0]: own
            for run, figures in columns.items()
            if (own := [f for f in figures if f.section == title and np.isfinite(f.value)])
        }
        why = next((text for start, text in WHY.items() if title.startswith(start)), "")
        body = yardstick.table(chosen).splitlines()
        parts.append(f"## {title}\n\n{why}\n\n" + "\n".join(body[:2] + body[3:]))
    return "\n\n".join(parts)


def pictures(folder: Path, runs: list[str]) -> list[tuple[str, str]]:
    """(file, what it shows) of the pictures that can be drawn."""
    done = []
    kept = {run: readings.Readings(run) for run in runs}
    planes = {}
    for run in [r for r in ("base", "default") if r in kept]:
        keys, means = judged.clip_means(kept[run], "fourq")
        if keys:
            items = kept[run].items("fourq")
            planes[COLUMNS[run][0]] = (means, np.array([items[k].quadrant for k in keys]))
    if planes:
        plots.planes(folder / "results-plane.png", planes)
        done.append(
            (
                "results-plane.png",
                (
                    "Where the 4Q clips are read (mean of each clip; the colour is the quadrant"
                    " that listeners gave)."
                ),
            )
        )
    if "default" not in kept:
        return done
    loops = kept["default"].of("turns")
    if loops:
        plots.curves(
            folder / "results-turns.png",
            {
                n.replace("-", " "): (v, None)
                for n, v in sorted(loops.items())
                if n.endswith(("piano", "guitar"))
            },
            change=30.0,
        )
        done.append(
            ("results-turns.png", "Readings of the loops in which one thing changes at 30 s.")
        )
    alpha = kept["default"].of("repeats", "p0", "alpha")
    if alpha:
        chosen = {
            n.replace("-", " "): square(alpha[n])
            for n in [k for k in sorted(alpha) if k.endswith("ABA")][:2] + [
                k for k in sorted(alpha) if k.endswith("CBA")
            ][:2]
        }
        plots.attention_maps(folder / "results-attention.png", chosen)
        done.append(
            (
                "results-attention.png",
                (
                    "Attention on songs put together from passages of 12 s: where the first passage"
                    " returns (A B A) it lights up, where another comes instead (C B A) it does"
                    " not."
                ),
            )
        )
    return done


def square(by_age: np.ndarray) -> np.ndarray:
    """[T, ages] weights by age -> [T, T], query down, key across."""
    out = np.zeros((len(by_age), len(by_age)))
    for t in range(len(by_age)):
        ages = np.arange(min(t + 1, by_age.shape[1]))
        out[t, t - ages] = np.nan_to_num(by_age[t, ages])
    return out


# heading, section's begin, names of its figures (arousal / valence)
STEP_COLUMNS = (
    ("4Q AUC", "4Q", ("AUC of arousal", "AUC of valence")),
    ("valence among calm", "4Q", ("AUC of valence among calm clips",)),
    ("quadrants, raw zero", "4Q", ("quadrants right at the raw zero",)),
    ("EMOPIA AUC", "EMOPIA", ("AUC of arousal", "AUC of valence")),
    ("VGMIDI means", "VGMIDI", ("r of piece means, arousal", "r of piece means, valence")),
    (
        "VGMIDI within",
        "VGMIDI",
        ("mean r within a piece, arousal", "mean r within a piece, valence"),
    ),
    (
        "DEAM CCC, adapter",
        "DEAM",
        ("CCC of arousal through DEAM's adapter", "CCC of valence through DEAM's adapter"),
    ),
    ("start phases, SD", "Any start", ("SD over 5 start phases, mean",)),
)


def steps_section() -> str:
    """What each part gains: rows that steps.py left."""
    rows = steps.load()
    if not rows:
        return ""
    lines = [
        "| | " + " | ".join(c[0] for c in STEP_COLUMNS) + " |",
        "|---" * (len(STEP_COLUMNS) + 1) + "|",
    ]
    for row in rows:
        kept = {(section.split(":")[0], name): value for section, name, value, *_ in row["figures"]}
        cells = [
            " / ".join(
                "-" if (v := kept.get((section, name))) is None else f"{v:.3f}" for name in names
            )
            for _, section, names in STEP_COLUMNS
        ]
        lines.append(f"| {row['title']} | " + " | ".join(cells) + " |")
    return (
        "## What each part gains\n\nTwo folds, one member each; arousal / valence.\n\n"
        + "\n".join(lines)
    )


STATIC = (
    ("DEAM r", "deam_r"),
    ("4Q AUC", "fourq_auc"),
    ("4Q quadrants", "fourq_quadrants"),
    ("EMOPIA AUC", "emopia_auc"),
    ("EMOPIA quadrants", "emopia_quadrants"),
    ("YM2413 AUC", "ym2413_auc"),
    ("VGMIDI r of means", "vgmidi_r"),
)


def static_section() -> str:
    """Readers of a whole song, as static.py left their figures (valence first there)."""
    path = work_folder("runs") / "static" / "figures.json"
    if not path.exists():
        return ""
    lines = [
        "| | " + " | ".join(head for head, _ in STATIC) + " |",
        "|---" * (len(STATIC) + 1) + "|",
    ]
    for name, figures in json.loads(path.read_text()).items():
        values = [figures.get(key) for _, key in STATIC]
        cells = [
            "-" if v is None else f"{v[1]:.3f} / {v[0]:.3f}" if isinstance(v, list) else f"{v:.3f}"
            for v in values
        ]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return (
        "## Readers of a whole song\n\nThe static model (`static-tnn`) and what stands beside it,"
        " by the same folds; arousal / valence.\n\n"
        + "\n".join(lines)
    )


def even(reading: np.ndarray, positive: np.ndarray) -> float:
    """The reading at which a logistic curve gives both sides the same chance."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1e3).fit(reading[:, None], positive)
    return float(-model.intercept_[0] / model.coef_[0, 0])


def scale(run: str) -> str:
    """docs/scale.md: what a reading of +.5 means, in shares of music and in words."""
    kept = readings.Readings(run)
    keys, means = judged.clip_means(kept, "fourq")
    items = kept.items("fourq")
    positive = np.array([np.array(judged.QUADRANTS[items[k].quadrant]) > 0 for k in keys])
    rows = []
    for low, high in (
        (-1.01, -0.6),
        (-0.6, -0.4),
        (-0.4, -0.2),
        (-0.2, 0.0),
        (0.0, 0.2),
        (0.2, 0.4),
        (0.4, 0.6),
        (0.6, 1.01),
    ):
        row = [f"{max(low, -1):+.1f} to {min(high, 1):+.1f}"]
        for a in (0, 1):
            here = (means[:, a] > low) & (means[:, a] <= high)
            row += [
                f"{100 * here.mean():.0f} %",
                f"{100 * positive[here, a].mean():.0f} % of {here.sum()}" if here.any() else "-",
            ]
        rows.append("| " + " | ".join(row) + " |")
    part = [even(means[:, a], positive[:, a]) for a in (0, 1)]
    above = [f"{100 * (means[:, a] > 0.5).mean():.0f} %" for a in (0, 1)]
    edge = f"{100 * (np.abs(means[:, 0]) > 0.9).mean():.0f} %"
    sd = means.std(0)
    words = judged.word_table(kept, None)

    def nearest(v: float, a: float) -> str:
        order = np.hypot(words[1][:, 0] - v, words[1][:, 1] - a).argsort()
        return ", ".join(words[0][i] for i in order[:3])

    near = (
        ""
        if words is None
        else "\n".join(
            f"| {v:+.1f} | {a:+.1f} | {nearest(v, a)} |"
            for v in (0.5, 0.0, -0.5)
            for a in (0.5, 0.0, -0.5)
            if v or a
        )
    )
    return f"""# What a reading means

Valence says how pleasant the expressed emotion is, arousal how lively, both from -1 to 1. Written by `python3 -m circumplex_train results`; figures are those of the 600 songs of the 4Q collection,
balanced over the four quadrants, each read by a model that had not met it.

- **0 is where listeners part.** A song read above 0 is one that listeners more often call pleasant (lively) than not. (Measured: a song read at
  {part[0]:+.2f} on valence, or at {part[1]:+.2f} on arousal, is as likely to be called one as the other.)
- **The unit is music's own.** Over the songs the readings have a standard deviation of {sd[0]:.2f} (valence) and {sd[1]:.2f} (arousal). So +.5 is a little more than one such deviation: {above[0]} of the songs are read above +.5 on
  valence, {above[1]} on arousal; {edge} lie beyond .9 on either side of valence.
- **It is a best guess, not a vote.** The share of listeners' labels on the positive side, by reading:

| reading | songs read so, valence | called pleasant | songs read so, arousal | called lively |
|---|---|---|---|---|
{chr(10).join(rows)}

The spreads (`valence_spread`, `arousal_spread`) are one standard deviation of the error: about two thirds of listeners' mean ratings lie within one of them.

## Words nearby

| valence | arousal | the three nearest words |
|---|---|---|
{near}
"""


def write(run=None) -> None:
    """docs/results.md and docs/scale.md with their pictures."""
    there = [name for name in COLUMNS if any((work_folder("runs") / name / "read").glob("*.npz"))]
    missing = [COLUMNS[name][0] for name in COLUMNS if name not in there]
    columns = {name: measured(name) for name in there}
    if "engine" in columns:  # it has seen the clips
        columns["engine"] = [f for f in columns["engine"] if f.section in SHIPPED]
    judge = work_folder("runs") / "judge.json"
    columns = {name: [*figures, *judge_rows(judge, name)] for name, figures in columns.items()}
    docs = ROOT / "docs"
    shown = "\n\n".join(
        f"{what}\n\n![{what}](images/{name})" for name, what in pictures(docs / "images", there)
    )
    text = f"""# Results

How well readings agree with listeners, and what disturbs them. Written by `python3 -m circumplex_train results` (in `train/`) from what it measured; nothing here is copied by hand.
Collections, their licences and how the material is made: `train/DATA.md`. What was tried, what helped and what did not: `train/NOTES.md`. What a reading of +.5 means: [scale.md](scale.md).

## How to read the tables

Columns:

{chr(10).join(f"- **{COLUMNS[name][0]}**: {COLUMNS[name][1]}." for name in there)}
{f"{chr(10)}Not measured: {', '.join(missing)}.{chr(10)}" if missing else ""}
Rows:

{KEY}

{sections(columns)}

{steps_section()}

{static_section()}

## Pictures

{shown}
"""
    (docs / "results.md").write_text(text.replace("\n\n\n\n", "\n\n").replace("\n\n\n", "\n\n"))
    if "default" in there:
        (docs / "scale.md").write_text(scale("default"))


def measured(run: str) -> list:
    """The yardstick's figures of a run, from the last time if nothing that they rest on is
    newer.
    """
    path, own = work_folder("runs") / run / "measured.json", Path(__file__).parent
    rests_on = [
        *(path.parent / "read").glob("*.npz"),
        *path.parent.glob("words*.json"),
        own / "judged.py",
        own / "robust.py",
        own / "yardstick.py",
    ]
    if not path.exists() or path.stat().st_mtime < max(p.stat().st_mtime for p in rests_on):
        write_json(path, [vars(f) for f in yardstick.measure(run)])
    return [yardstick.Figure(**row) for row in json.loads(path.read_text())]


def judge_rows(path: Path, run: str) -> list:
    """Figures of the last looks at the judge, as `yardstick --judge --json` kept them."""
    if not path.exists():
        return []
    kept = json.loads(path.read_text()).get(run, [])
    return [yardstick.Figure(**row) for row in kept if row["section"].startswith("Grekow")]


if __name__ == "__main__":
    write()
