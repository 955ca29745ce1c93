# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/results.md, docs/scale.md and their pictures, written only from the yardstick's figures of
several runs.

    python3 -m circumplex_train results    columns: those of COLUMNS that readings.py has read

A run without readings is left out, and reported as missing.
"""

from __future__ import annotations

import json
import re
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
            "five models that were trained like the default model, with two members each (one of"
            " each kind, see train/NOTES.md). Each was trained without one fold of every"
            " collection and tested on that fold. Only the nets are tested here"
        ),
    ),
    "engine": (
        "default, as shipped",
        (
            "the shipped file in the C engine, with its detector of new pieces and its two"
            " staggered series of hops: what a user gets. It was trained on these clips, so only"
            " the tests of robustness are shown"
        ),
    ),
    "libre": (
        "libre",
        (
            "the same net, trained only on freely licensed material: composed pieces with targets"
            " from CC0 ratings, and free music without ratings. No rated clip was used"
        ),
    ),
    "ridge": (
        "ridge",
        (
            "a linear model of the cues' means and spreads over the whole clip. It needs the"
            " whole clip, so it cannot follow changes"
        ),
    ),
    "trees": (
        "extra trees",
        "random trees of the same values: what a model without time reaches",
    ),
    "base": (
        "before",
        (
            "the default model of the previous version, in its C engine. It was trained on DEAM,"
            " so its DEAM rows are too good; it was not trained on the other collections"
        ),
    ),
}
KEY = """- **AUC**: take one clip that listeners rated positive and one that they rated negative. AUC is the share of such pairs in which the first has the higher reading: 1 is always, .5 is chance.
  It does not depend on where the zero is.
- **among calm / excited clips**: the same for valence, only among clips that listeners called calm (or excited). It shows whether a model confuses excited with pleasant.
- **quadrants right at the raw zero**: the share of clips whose valence and arousal both have the sign that listeners gave them (chance .25). **At the medians**: the same with
  the zero at the median of the readings, so that only their order counts.
- **recall, calm pleasant**: of the clips that listeners called calm and pleasant, the share whose reading is in that quadrant, too.
- **r** (correlation): 1 if readings and ratings rise and fall together, 0 if they are unrelated. **CCC**: the same, but the readings must also be on the
  scale of the ratings.
- **r of read valence with read arousal**: should be as in the ratings (under "aim"). If it is much higher, the readings use only one diagonal of the plane.
- **r of piece means**: whether pieces are in the right order. **mean r within a piece**: whether the curve rises and falls where the listeners' curve does. (Two halves of the listeners agree
  only with r = .26 to .27.)
- **through DEAM's adapter**: in DEAM, valence contains a share of arousal, and each of its three campaigns has its own zero. A few numbers, learnt beside the net, convert the
  reading to DEAM's scale; they are not in the shipped file. **As read**: without them.
- **SD**: the unit of the robustness rows: the standard deviation of all readings of the 4Q clips. So a model does not become better by smaller readings.
- **difference**: how far the reading is from the one it is compared with, on average, whether higher or lower.
- **lift** (A B A): when a passage returns, the attention on its first occurrence, divided by the attention that another passage gets at the same place.
- Intervals in brackets: 95 %, by bootstrap over artists, songs or series, 300 times."""
# Sections in which a model that has seen the clips may be measured.
SHIPPED = (
    "Turns: loops in which one thing changes",
    "Any start",
    "A new piece",
    "Started in the middle",
    "A softer passage",
    "Something loud",
    "Channels",
    "Bandwidth",
)
WHY = {
    "4Q": "Commercial recordings of 30 s, 150 in each quadrant, labelled by experts' mood words and checked by listeners. Valence and arousal are independent by design. Each clip is read from a cold start; the reading is the mean after 2 s.",
    "EMOPIA": "Pop piano, played from MIDI; folds by uploader.",
    "YM2413": "Game music of the 1980s played from MIDI. Few listeners made the labels, so no model can reach high values.",
    "VGMIDI": "Piano arrangements of game music, rated continuously by some 30 listeners; folds by series. Readings after 8 s.",
    "DEAM": "Excerpts of 10 s, read from a cold start; readings from 2 to 10 s.",
    "Turns": "Simple loops, not composed like the training pieces, in which the mode, loudness or instruments change at 30 s. How far the reading moves in the expected direction.",
    "Any start": "The same music, started at ten times 0.05 s apart; the readings at the same moment are compared.",
    "A new piece": "Three minutes of excited or calm songs, then another piece. Its readings are compared with those from a cold start.",
    "Started in the middle": "The same passage, read from its own beginning and from that of its piece; confidence is that of the former. Songs: 40 of 4Q; free music: 40 pieces of the free corpus. Confidence is low while the readings differ, and not above the share of 4Q's clips that are right so early (shipped file, trained on them): 2, 5, 10, 20 s after the start .558, .683, .722, .753 of the quadrants are right, mean confidence is .508, .581, .631, .639.",
    "A softer passage": "A passage that is 15 dB softer than the rest of its piece must not count as a new piece.",
    "Something loud": "One loud sound, 15 s after the start of a clip of a minute. How long it changes the reading.",
    "Channels": "Half a minute of each of twenty stereo pieces of the free corpus, with changed channels.",
    "Bandwidth": "The 4Q clips at lower sample rates, and through a telephone's band, compared with the original clips. The shipped file's rows of this page are of the present engine, but those here and under \"Channels\" of the one before (*loud hop* below), and those of Grekow and all other columns of the one with *mean edge* (train/NOTES.md, \"A false edge in dark music\").",
    "Words": "The word nearest to the mean reading; the words' positions come from clips of other folds.",
    "Attention": "Where the model's attention lies: see the picture below.",
    "Grekow": "Six seconds each. Nothing is trained on them, and each use of them is listed in `train/grekow-looks.txt`.",
    "Spreads": "The spread says how far the listeners' mean rating may be from the reading. It is fitted and tested on different folds. These are the spreads before they are limited to .577 ([scale.md](scale.md)). The limit changes the shipped file's shares, on the music that it was trained on, as follows. DEAM: within one spread .732 / .693 (arousal / valence) to .732 / .672, within two .952 / .948 to .952 / .944; VGMIDI: .701 / .755 to .696 / .714, .938 / .975 to .938 / .973.",
    "Confidence": "Whether it is lower if the reading is wrong, or if the sound is not music. These rows were measured before confidence was limited by the spreads ([scale.md](scale.md)). The limit changes the shipped file's thirds on 4Q, which it was trained on, from .670, .750, .855 to .650, .705, .920, and its mean confidence in the four quadrants from .660, .749, .605, .610 to .632, .701, .552, .565.",
}  # fmt: skip


# What changes of the engine alone did: `yardstick --model models/default.safetensors`, each tool.
ENGINES = """## The same file in three engines

All rows are of the shipped file, which was trained on this music: they only compare engines. *Mean edge*: a sound lacks its upper bands if the mean spectrum says so (the engine of the models' training). *Loud hop*: a loud hop above
the edge shows that nothing is missing. *Now*: besides, the detector of new pieces forgets what it heard when other bands are filled. All clips of 4Q and VGMIDI, 286 of EMOPIA and 212 of YM2413, drawn at random; so a
few pieces under "Any start" are not those of the column *default*. DEAM was not read. The changes of
*now* from *mean edge* in the rows of EMOPIA, YM2413 and VGMIDI are within chance (95 % of the paired differences include 0).

| | mean edge | loud hop | now |
|---|---|---|---|
| 4Q: AUC of arousal / valence | .967 / .916 | .967 / .916 | .967 / .916 |
| 4Q: quadrants right, raw zero / medians | .760 / .768 | .758 / .770 | .758 / .770 |
| EMOPIA: AUC of arousal / valence | .943 / .837 | .942 / .832 | .941 / .834 |
| EMOPIA: quadrants right, raw zero / medians | .668 / .703 | .678 / .710 | .682 / .710 |
| YM2413: AUC of arousal / valence | .757 / .786 | .758 / .786 | .758 / .786 |
| YM2413: quadrants right, raw zero / medians | .528 / .462 | .528 / .458 | .528 / .458 |
| VGMIDI: r of piece means, arousal / valence | .864 / .852 | .860 / .838 | .862 / .844 |
| VGMIDI: r within a piece, arousal / valence | .307 / .309 | .303 / .294 | .304 / .313 |
| mode: valence moved after 2 to 3 s / 8 to 20 s, SD | .169 / .972 | .165 / 1.011 | .165 / 1.011 |
| crescendo: arousal moved after 2 to 3 s / 8 to 20 s, SD | .635 / .382 | .507 / .309 | .576 / .354 |
| drop: arousal moved after 2 to 3 s / 8 to 20 s, SD | .617 / 1.066 | .633 / 1.073 | .633 / 1.073 |
| break: arousal moved after 2 to 3 s / 8 to 20 s, SD | 1.011 / 1.102 | 1.015 / 1.148 | 1.015 / 1.148 |
| start phases: mean / 95th percentile / piece means, SD | .053 / .149 / .072 | .052 / .153 / .075 | .049 / .131 / .070 |
| a new piece after excited music, 5 / 10 / 30 s in, SD | .182 / .175 / .093 | .193 / .145 / .084 | .189 / .164 / .091 |
| a new piece after calm music, 5 / 10 / 30 s in, SD | .232 / .156 / .098 | .234 / .176 / .091 | .273 / .173 / .076 |
| 5 / 10 s after a softer passage, SD | .102 / .069 | .126 / .127 | .086 / .061 |

With *loud hop*, edges came and went within dark piano music, and the detector took this for a new piece (of 14 pieces with a softer passage, 3). Channels were measured with *loud hop*: all differences are 0, as before."""


# The yardstick's names of rows, which are keys of kept figures -> what the page prints for them.
PRINTED = tuple((re.compile(find, re.M), text) for find, text in (
    (r"^\| found of (.*?) clips, ", r"| recall, \1, "),
    (r"^(\| .*): apart from the same without, SD", r"\1: difference from the same piece without it, SD"),
    (r"^(\| .*): apart from (a cold start|the whole piece), SD", r"\1: difference from \2, SD"),
    (r"^(\| .*): apart, SD", r"\1: difference, SD"),
    (r"^(\| .*): (arousal|valence) apart, SD", r"\1: difference of \2, SD"),
    (r"^(\| .*) where (more than|at most) (\.\d+) apart", r"\1 where the difference is \2 \3 SD"),
    (r"^(\| .*): seconds off by more than half an SD", r"\1: seconds with a difference of more than half an SD"),
    (r"^(\| .*): confidence while off", r"\1: confidence in these seconds"),
    (r"^\| piece means: farthest phase from their middle, mean", "| means of a piece: largest difference of a start phase from their mean, on average"),
    (r"^\| A B A: weight on what .*?, median", "| A B A: lift, median"),
    (r"^\| A B A pieces in which it is more", "| A B A: share of pieces with a lift above 1"),
    (r"^\| r of profiles by age between pieces", "| r between pieces of the attention by age"),
    (r"^\| shown word nearer .*?, by \|", "| distance of the shown word from the clip's own tags is smaller than from another clip's tags, by this share |"),
    (r"^(\| .*)\blively\b", r"\1excited"),
    (r"^\| after 3 min of loud music", "| after 3 min of excited music"),
    (r"^(\| words for .*\| \d+)\.000 ", r"\1 "),
    (r", a judge that nothing was chosen by$", ", not used for any choice"),
))  # fmt: skip


def printed(page: str) -> str:
    """Tables of the yardstick with the names that readers see."""
    for find, text in PRINTED:
        page = find.sub(text, page)
    return page


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
    """One table per section with a description above it; columns without figures are left out."""
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
                    "The mean reading of each 4Q clip; the colour is the quadrant that listeners"
                    " chose."
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
            f"{' '.join(n[-3:])}, song {int(n.split('-')[1]) + 1}": square(alpha[n])
            for n in [k for k in sorted(alpha) if k.endswith("ABA")][:2] + [
                k for k in sorted(alpha) if k.endswith("CBA")
            ][:2]
        }
        plots.attention_maps(folder / "results-attention.png", chosen)
        done.append(
            (
                "results-attention.png",
                (
                    "Attention on songs made of passages of 12 s: if the first passage returns"
                    " (A B A), the attention on it is high; if another comes instead (C B A), it"
                    " is not."
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
    """What each part contributes: rows stored by steps.py."""
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
        "## What each part contributes\n\nTwo folds, one member each; arousal / valence.\n\n"
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
    """Models of whole songs, with the figures stored by static.py (valence first there)."""
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
        "## Readings of a whole song\n\nThe static model (`static-tnn`) and others for comparison,"
        " with the same folds; arousal / valence.\n\n"
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

Valence says how pleasant the expressed emotion is, arousal how excited, both from -1 to 1. `python3 -m circumplex_train results` writes this page. The figures are from the 600 songs of the 4Q
collection, the same number in each quadrant; each song is read by a model that was not trained on it.

- **0 is where listeners are divided.** If a song's reading is above 0, most listeners call it pleasant (or excited). (Measured: a song with a reading of
  {part[0]:+.2f} on valence, or of {part[1]:+.2f} on arousal, is as likely to be called pleasant (excited) as not.)
- **The unit fits music.** The readings of these songs have a standard deviation of {sd[0]:.2f} (valence) and {sd[1]:.2f} (arousal). So +.5 is a little more than one standard deviation: {above[0]} of the songs have a reading above +.5 on
  valence, {above[1]} on arousal; {edge} have a valence above .9 or below -.9.
- **It is the most likely value, not a share of listeners.** The share of songs that listeners labelled positive, for each range of readings:

| reading | songs with this valence | called pleasant | songs with this arousal | called excited |
|---|---|---|---|---|
{chr(10).join(rows)}

The spreads (`valence_spread`, `arousal_spread`) are one standard deviation of the error: about two thirds of the listeners' mean ratings are within one spread of the reading.
A spread is at most 0.577 (1 / sqrt(3)): the standard deviation of a value of which nothing is known except that it lies between -1 and 1. Such a spread says that the net does not know how far listeners would be from
the reading. It is often reached, mostly for valence and in dark music: in 37 % of the time of the 4Q songs (arousal: 12 %) and in 75 % of 24 pieces of the free game music (arousal: 37 %). There the net's own spread is larger, up to 2, because
it follows what DEAM's listeners say, who find such music more pleasant. (Where it is above .577, the ratings of DEAM were in fact .51 to .52
away, those of VGMIDI .38 to .45, as root mean squares. The shipped file was trained on both.)

**Spread and confidence.** Confidence says how often the quadrant is right, so it is never higher than the chance that valence, and that arousal, has the right sign, if the error is normal with the spread shown: a valence of -.2 with a
spread of .5 allows a confidence of .66, one of -.9 with .577 allows .94. So a wide spread and a high confidence occur together only far from the axis: the side is sure, how far is not.

## Nearest words

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

How well readings agree with listeners, and how robust they are. `python3 -m circumplex_train results` (in `train/`) measures and writes this page; do not edit it by hand.
Collections, licences and how the material is made: `train/DATA.md`. What was tried, and what helped: `train/NOTES.md`. What a reading of +.5 means: [scale.md](scale.md).

## How to read the tables

Columns:

{chr(10).join(f"- **{COLUMNS[name][0]}**: {COLUMNS[name][1]}." for name in there)}
{f"{chr(10)}Not measured: {', '.join(missing)}.{chr(10)}" if missing else ""}
Rows:

{KEY}

{printed(sections(columns))}

{ENGINES}

{steps_section()}

{static_section()}

## Pictures

{shown}
"""
    (docs / "results.md").write_text(text.replace("\n\n\n\n", "\n\n").replace("\n\n\n", "\n\n"))
    if "default" in there:
        (docs / "scale.md").write_text(scale("default"))


def measured(run: str) -> list:
    """The yardstick's figures of a run; the stored ones if nothing that they depend on is newer.
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
    """Figures of the last uses of the test set, as stored by `yardstick --judge --json`."""
    if not path.exists():
        return []
    kept = json.loads(path.read_text()).get(run, [])
    return [yardstick.Figure(**row) for row in kept if row["section"].startswith("Grekow")]


if __name__ == "__main__":
    write()
