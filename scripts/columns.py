#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the data dictionary, with every column of every format: docs/columns.md and a manual page.

    scripts/columns.py            write docs/columns.md and docs/man/circumplex-columns.5
    scripts/columns.py --check    exit with 1 if they are out of date

Readings come from the list in inference/readings.h, cues from the list in dsp/cues.h; all other
columns are described here.  tests/cli/test_columns.py compares the dictionary with what the
programs write.  Needs only Python's standard library.
"""
import pathlib
import re
import sys
from typing import NamedTuple

ROOT = pathlib.Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/columns.md"
MANUAL = ROOT / "docs/man/circumplex-columns.5"


class Column(NamedTuple):
    name: str
    unit: str    # "" for none
    range: str   # "" if the unit or the meaning says it
    meaning: str


class Part(NamedTuple):
    key: str     # name for the tests
    title: str
    text: str
    columns: list


def rows_of_list(path, macro):
    """The rows of an X-macro: for each, its arguments as strings, adjacent literals joined."""
    text = (ROOT / path).read_text(encoding="utf-8").replace("\\\n", "\n")
    body = re.search(r"#define " + macro + r"\(X\)(.*?)\n\s*\n", text, re.S).group(1)
    rows, token = [], re.compile(r'"(?:[^"\\]|\\.)*"|[(),]|[^\s"(),]+')
    for start in re.finditer(r"\bX\(", body):
        row, last = [""], ""
        for match in token.finditer(body, start.end()):
            word = match.group()
            if word == ")":
                break
            if word == ",":
                row.append("")
            else:
                row[-1] += word[1:-1] if word.startswith('"') else word
            last = word
        assert last, macro
        rows.append(row)
    return rows


def plain(number):
    return re.sub(r"[fF]$", "", number)


def readings():
    """Columns of the readings, in their order in a table."""
    found = []
    for row in rows_of_list("inference/readings.h", "READINGS_LIST"):
        _, _, _, _, _, kind, low, high, _, unit, column, place, _, points, comment = row
        if not column:
            continue
        span = " to ".join((plain(low), plain(high)))
        if kind == "CHOICE":  # written by name
            span = ", ".join(p.split(" ", 1)[1] for p in points.split("|"))
        comment = re.sub(r", after trim, range and response|, times the range", "", comment)
        found.append((int(place), Column(column, unit.lstrip("="), span, comment)))
    return [column for _, column in sorted(found)]


CUES = {
    "loudness_momentary": (
        "Loudness of this hop (K-weighted) relative to the slow loudness. At least -40."
    ),
    "loudness_short": "Loudness of the last 3 s relative to the slow loudness. At least -40.",
    "loudness_slope": "Slope of the loudness over the last 3 s, by least squares.",
    "loudness_spread": "Standard deviation of the loudness of 20 ms frames over the last 3 s.",
    "loudness_rise": (
        "Loudness of the last 3 s relative to the mean level of the last 60 s. Within -40"
        " to 40."
    ),
    "flux": (
        "Spectral flux: mean rise of the mel bands' levels over two frames (40 ms), mean over the"
        " last 1 s."
    ),
    "onset_rate": "Onsets per second, over the last 3 s.",
    "attack": "Mean height of the flux at these onsets over its moving mean. 0 without onsets.",
    "low_energy": (
        "Share of the frames of the last 3 s below a quarter of their mean energy: rests,"
        " short notes."
    ),
    "flux_bass": "Flux of the bands up to 200 Hz, mean over the last 1 s.",
    "flux_low": "The same for 200 to 800 Hz.",
    "flux_mid": "The same for 800 to 3000 Hz.",
    "flux_high": "The same above 3000 Hz.",
    "accent_bass": (
        "Standard deviation of the frames' flux up to 200 Hz over the last 3 s: how strongly single"
        " beats stand out."
    ),
    "accent_low": "The same for 200 to 800 Hz.",
    "accent_mid": "The same for 800 to 3000 Hz.",
    "accent_high": "The same above 3000 Hz.",
    "centroid": (
        "Brightness: mean of log2 of the frequency, weighted by specific loudness, 30 Hz to 10 kHz."
    ),
    "spectral_spread": "Standard deviation around the centroid.",
    "rolloff": "Frequency below which 85 % of the specific loudness lie.",
    "flatness": (
        "Geometric over arithmetic mean of the power spectrum, 250 Hz to 8 kHz: near 0 for noise,"
        " much lower for tones. At least -60."
    ),
    "bass_share": "Share of the power below 150 Hz.",
    "contrast": "Loudest over faintest fifth of the bins, mean of five octave bands from 200 Hz.",
    "register": "Centre of the tones' amplitude over 1 s. 60 without tones and in silence.",
    "key_clarity": "Best correlation of the pitch classes of about 3 s with a major or minor key.",
    "mode_fast": "Minor (-1) to major (1), over about 1 s.",
    "mode": "Minor (-1) to major (1), over about 3 s.",
    "mode_slow": "Minor (-1) to major (1), over about 12 s.",
    "tonal_change": "Distance of the hop's pitch classes from those of about 1.5 s: 1 - cosine.",
    "tonalness": "Share of the power of 1 s that lies in spectral peaks.",
    "roughness": (
        "Beating of tones of similar frequency, over 1 s (Sethares' curve); two pure tones a"
        " semitone apart"
        " have about 1/3."
    ),
    "pulse_clarity": "Highest peak of the flux's autocorrelation over 8 s. 0 in the first 2 s.",
    "tempo": (
        "Position of that peak, with a preference for 120. Keeps its value while there is no pulse;"
        " 120 in silence."
    ),
    "bandwidth": (
        "Octaves of 30 Hz to 10 kHz in which there is sound; 8.38 if nothing is missing, less for"
        " low sample rates, telephones and lossy coders."
    ),
}


def cues():
    rows = rows_of_list("dsp/cues.h", "CUE_LIST")
    if unsaid := [row[1] for row in rows if row[1] not in CUES]:
        sys.exit(f"scripts/columns.py: describe these cues in CUES: {', '.join(unsaid)}")
    return [Column(name, "" if unit == "1" else unit, f"{plain(low)} to {plain(high)}", CUES[name])
            for _, name, unit, low, high, _ in rows]


TIME = Column(
    "time_s",
    "s",
    "",
    "End of the hop of 0.5 s, from the start of the file (also with `--from`).",
)
FILE = Column(
    "file",
    "",
    "",
    "The file's path as it was given or found; in CSV only if a table has several files.",
)
COMPLETE = Column(
    "complete",
    "",
    "true, false",
    "Whether all of the file was read; false if it is cut off or damaged.",
)
DAMAGE = Column(
    "damage", "", "", "How the file is cut off or damaged; only if `complete` is false."
)
WORD = Column(
    "word",
    "",
    "",
    "The model's word nearest to the reading; `neutral` near the centre of the plane; null in"
    " silence.",
)
QUADRANT = Column(
    "quadrant",
    "",
    "Q1, Q2, Q3, Q4, neutral",
    "Quadrant of the plane: Q1 happy, Q2 tense, Q3 sad, Q4 calm; `neutral` within 0.12 of its"
    " centre; null in silence.",
)
WHO = [
    Column("model", "", "", "Who read: the model's name."),
    Column("model_hash", "", "", "16 hexadecimal digits over the model file's bytes."),
]
VERSION = Column("version", "", "", "The program's version.")
MODEL = Column(
    "model",
    "",
    "",
    "The model: an object of `name` and `hash` (16 hexadecimal digits, over the model file's"
    " bytes).",
)

SUMMARY = [
    Column("rate", "Hz", "8000 to 192000", "The file's sample rate."),
    Column("channels", "", "1 to 64", "The file's number of channels."),
    Column("duration_s", "s", "", "Length of the part that was read."),
    Column("hops", "", "", "Number of rows: complete half seconds."),
    Column("silent_hops", "", "", "Number of rows in state `silent`."),
    Column("live_hops", "", "", "Number of rows in state `live`."),
    Column(
        "mean_valence",
        "",
        "-1 to 1",
        "Mean over the live rows; if there are none, over all rows that are not silent.",
    ),
    Column("mean_arousal", "", "-1 to 1", "The same for arousal."),
    Column("mean_confidence", "", "0 to 1", "The same for confidence."),
    Column(
        "song_valence",
        "",
        "-1 to 1",
        "The last row's `song_valence`: the model's reading of the last piece.",
    ),
    Column("song_arousal", "", "-1 to 1", "The same for arousal."),
    QUADRANT._replace(meaning="Quadrant of the means."),
    WORD._replace(meaning="Word for the means; `silent` if all is silent."),
]

SONG = [
    Column("id", "", "", "The song's number in this library."),
    Column("path", "", "", "Absolute path of one of its files."),
    Column("title", "", "", "Tag; the file's name if there is none."),
    Column("artist", "", "", "Tag."),
    Column("album", "", "", "Tag."),
    Column("duration_s", "s", "", "Length of the part that was read."),
    Column(
        "valence",
        "",
        "-1 to 1",
        "Mean over the live half seconds (a static model: over its windows of 10 s).",
    ),
    Column("arousal", "", "-1 to 1", "The same for arousal."),
    Column(
        "valence_spread",
        "",
        "0 to 1",
        "Standard deviation of the curve around this mean: how much the song varies, not how"
        " certain"
        " the model is.",
    ),
    Column("arousal_spread", "", "0 to 1", "The same for arousal."),
    Column(
        "confidence",
        "",
        "0 to 1",
        "Mean confidence. A static model has none: absent in JSON, empty in CSV.",
    ),
    QUADRANT._replace(meaning=QUADRANT.meaning.replace("; null in silence", "")),
    WORD._replace(meaning="The built-in word nearest to the mean."),
]
PLACES = [
    Column(
        "valence_percentile",
        "%",
        "0 to 100",
        "Share of the library's songs with a lower valence (half of those with the same).",
    ),
    Column("arousal_percentile", "%", "0 to 100", "The same for arousal."),
]
HITS = [
    Column(
        "distance",
        "",
        "0 up",
        "`near`: distance of the mean from the point, divided by the song's spread:"
        " 0.1 away gives about 0.1 for a song that varies little. `match`: the mean distance of the"
        " curves. `path`: the distance of the song from its point.",
    ),
    Column("start_s", "s", "", "`match --passage`: start of the passage."),
    Column("end_s", "s", "", "`match --passage`: end of the passage."),
]


def parts():
    rows, all_cues = readings(), cues()
    return [
        Part(
            "csv",
            "analyze --format csv",
            "One row for each 0.5 s. UTF-8, with commas, a header, and newlines; the numbers give"
            " exactly the 32-bit floats that were computed. Each further model (`-m` given several"
            " times) adds `NAME.valence`, `NAME.arousal`, `NAME.valence_spread`,"
            " `NAME.arousal_spread` and, unless it is static, `NAME.confidence` before `complete`,"
            " empty in silence, and `NAME.model_hash` at the end. With static models only, there is"
            " one row per file, with `time_s` and these"
            " columns; before the first model's columns there is no `NAME` and no dot.",
            [FILE, TIME, *rows, *all_cues, COMPLETE, *WHO],
        ),
        Part(
            "json",
            "analyze --format json",
            "One object; with further models also `further_models`, a list of objects like"
            " `model`.",
            [
                VERSION,
                MODEL,
                Column("files", "", "", "A list of objects, one for each sound file (below)."),
            ],
        ),
        Part(
            "json-file",
            "A file's object (json, jsonl)",
            "`--format jsonl` writes only these objects, one per line, each with `model` (and"
            " `further_models`) after `file`.",
            [
                FILE,
                Column("rows", "", "", "A list of objects, one for each 0.5 s (below)."),
                *SUMMARY,
                COMPLETE,
                DAMAGE,
            ],
        ),
        Part(
            "json-row",
            "A row's object (json, jsonl)",
            "Numbers as in CSV.",
            [
                TIME,
                *rows,
                *all_cues,
                WORD,
                QUADRANT,
                Column(
                    "attention",
                    "",
                    "0 to 1",
                    "Attention weights of the half seconds up to this one, oldest first, the last"
                    " one the hop itself; sum 1, five digits; an empty list in silence and for"
                    " models without attention.",
                ),
            ],
        ),
        Part(
            "jams",
            "analyze --format jams",
            "JAMS 0.3 (https://jams.readthedocs.io), one document per file. Observations begin at"
            " the start of"
            " their hop; silent hops have none.",
            [
                Column(
                    "annotations[0].data",
                    "",
                    "",
                    "Namespace `mood_thayer`: `value` is [valence, arousal], `confidence` the"
                    " row's, `duration` 0.5 s.",
                ),
                Column(
                    "annotations[0].sandbox",
                    "",
                    "",
                    "`valence_spread`, `arousal_spread`, `loudness_lufs`, `song_valence`,"
                    " `song_arousal`, `attention_age_s`: lists with one value per hop, null in"
                    " silence.",
                ),
                Column(
                    "annotations[1].data",
                    "",
                    "",
                    "Namespace `tag_open`: intervals with the same word.",
                ),
                Column(
                    "annotations[].annotation_metadata",
                    "",
                    "",
                    "`annotator` holds the model's name and hash.",
                ),
                Column("file_metadata", "", "", "Title (the file's name) and duration."),
                Column(
                    "sandbox",
                    "",
                    "",
                    "`file`, `complete`, `damage` and the summary of a file's object in JSON.",
                ),
            ],
        ),
        Part(
            "svl",
            "analyze --format svl",
            "A Sonic Visualiser layer file with two layers of time values, valence and arousal. A"
            " comment has the model's hash.",
            [
                Column("frame", "samples", "", "End of the hop, at the file's sample rate."),
                Column("value", "", "-1 to 1", "Valence, or arousal; silent hops have no point."),
            ],
        ),
        Part(
            "features",
            "features",
            "A safetensors file of 32-bit floats, one row for each 0.5 s.",
            [
                Column(
                    "logmel",
                    "dB",
                    "-60 up",
                    "[hops, 25, n_mel] mel levels of 25 frames of 20 ms, relative to the slow"
                    " loudness.",
                ),
                Column("cues", "", "", "[hops, cues] the cues below, in their order."),
                Column(
                    "chroma",
                    "",
                    "0 to 1",
                    "[hops, 12] shares of the pitch classes, C first; sum 1, or all 0.",
                ),
                Column(
                    "semitones",
                    "dB",
                    "-60 up",
                    "[hops, 72] levels of semitone bands, MIDI notes 36 to 107, relative to the"
                    " slow"
                    " loudness.",
                ),
                Column(
                    "loudness",
                    "LUFS",
                    "-120 to 20",
                    "[hops, 3] momentary (the hop's last 0.4 s), of the last 3 s, and slow (gated,"
                    " 60 s).",
                ),
                Column(
                    "flags",
                    "",
                    "0, 1",
                    "[hops, 2] silent; first sounding hop after 2 s of silence or more.",
                ),
            ],
        ),
        Part(
            "features-metadata",
            "The metadata of features",
            "Strings.",
            [
                VERSION,
                FILE._replace(meaning="The file's path."),
                Column("rate", "Hz", "", "The file's sample rate."),
                Column("duration", "s", "", "What was read."),
                Column("hop", "s", "", "0.5"),
                Column("n_mel", "", "16 to 128", "Mel bands."),
                Column("fmin", "Hz", "", "Lower edge of the lowest band."),
                Column("fmax", "Hz", "", "Upper edge of the highest band."),
                Column("start", "s", "", "Position in the file where reading began."),
                Column("cues", "", "", "The cues' names, as a JSON list."),
            ],
        ),
        Part(
            "library-csv",
            "library export --csv",
            "One row for each song. Cells that a spreadsheet would read as a formula begin with an"
            " apostrophe (not with `--no-guard`).",
            [
                *SONG[:11],
                *PLACES,
                *SONG[11:],
                *WHO,
            ],
        ),
        Part(
            "library-json",
            "library list, near, match, path --json",
            "One object.",
            [
                VERSION,
                MODEL,
                Column("of", "", "", "Songs in the library with a reading by the model."),
                Column("songs", "", "", "A list of objects, one for each song (below)."),
            ],
        ),
        Part("library-song", "A song's object (library --json)", "", [*SONG, *PLACES, *HITS]),
        Part(
            "library-show",
            "library show --json",
            "`readings` is a list of objects, one for each model that has read the song (also"
            " static models).",
            [
                MODEL._replace(
                    meaning=(
                        "`name`, `hash`, and `static`: whether the model reads songs as a whole."
                    )
                ),
                *SONG,
                Column(
                    "curve_rate",
                    "1/s",
                    "2",
                    "Values per second of the curves. Static models have no curves.",
                ),
                Column("valence_curve", "", "-1 to 1", "The curve, four digits; null in silence."),
                Column("arousal_curve", "", "-1 to 1", "The same for arousal."),
            ],
        ),
        Part(
            "parquet",
            "circumplex.songs (Parquet)",
            "One row for each file, as the Python package writes it and `Library.import_parquet()`"
            " reads it.",
            [
                Column("path", "", "", "Absolute path; bytes that are not UTF-8 are replaced."),
                Column(
                    "path_bytes", "", "", "The path's bytes if they are not UTF-8, else null."
                ),
                Column("size", "bytes", "", "The file's size."),
                Column("mtime_ns", "ns", "", "Time of the last change, since 1970."),
                Column(
                    "sound",
                    "",
                    "",
                    "Hash of the samples and their rate, 16 hexadecimal digits: files with"
                    " identical"
                    " samples have the same hash.",
                ),
                Column("samples", "", "", "Samples per channel."),
                SUMMARY[0],
                *[c._replace(meaning="Tag; empty if there is none.") for c in SONG[2:5]],
                *WHO,
                SONG[5],
                SONG[6]._replace(
                    meaning=(
                        "Mean over the live half seconds; if there are none, over all that are not"
                        " silent."
                    )
                ),
                *SONG[7:10],
                SONG[10]._replace(meaning="Mean confidence."),
                SONG[11],
                WORD._replace(meaning="The model's word nearest to the mean."),
                DAMAGE._replace(
                    meaning=(
                        "How the file is cut off or damaged; null if it is"
                        " complete."
                    )
                ),
                Column(
                    "failure",
                    "",
                    "",
                    "Why there is no reading (then all columns of the reading are null); null if"
                    " there"
                    " is one.",
                ),
                Column(
                    "valence_curve",
                    "1/32767",
                    "-32767 to 32767",
                    "The curve, one value for each 0.5 s; -32768 in silence.",
                ),
                Column("arousal_curve", "1/32767", "-32767 to 32767", "The same for arousal."),
            ],
        ),
        Part(
            "cues",
            "The cues",
            "Musical properties of the last half second or few seconds, computed from the sound"
            " without learning (`dsp/`). The range is a display's range: values may exceed"
            " it if the unit is open-ended (dB, LU, octaves). The slow loudness that levels are"
            " relative to is the gated loudness of the last 60 s of sound, so cues do not depend on"
            " playback level. In silence all are 0 except `register`, `tempo` and `bandwidth`.",
            all_cues,
        ),
    ]


INTRO = (
    "Every column of every format that Circumplex writes, with its unit, range and meaning. A row"
    " describes one hop of 0.5 s of sound, which ends at `time_s`. `docs/scale.md` explains what a"
    " valence of +.5 means, `docs/method.md` how readings are made."
)


def markdown():
    lines = [
        "# Data dictionary",
        "",
        INTRO
        + " Written by `scripts/columns.py`; a test compares it with what the programs write.",
        "",
    ]
    for part in parts():
        lines += [f"## {part.title}", ""]
        if part.text:
            lines += [part.text, ""]
        lines += ["| column | unit | range | meaning |", "|---|---|---|---|"]
        lines += [f"| `{c.name}` | {c.unit} | {c.range} | {c.meaning} |" for c in part.columns]
        lines.append("")
    return "\n".join(lines)


def roff(text):
    text = text.replace("\\", r"\e").replace("-", r"\-")
    text = re.sub(r"`([^`]*)`", r"\\fB\1\\fP", text)
    return "\\&" + text if text[:1] in (".", "'") else text


def manual():
    lines = [
        '.\\" SPDX-License-Identifier: GPL-3.0-or-later',
        '.\\" Written by scripts/columns.py.',
        '.TH CIRCUMPLEX-COLUMNS 5 "" "Circumplex" "File formats"',
        ".SH NAME",
        r"circumplex-columns \- meaning of the columns that circumplex writes",
        ".SH DESCRIPTION",
        roff(INTRO),
    ]
    for part in parts():
        lines.append(
            '.SH "' + roff(part.title.upper() if "--" not in part.title else part.title) + '"'
        )
        if part.text:
            lines.append(roff(part.text))
        for c in part.columns:
            facts = "; ".join(x for x in (c.unit, c.range) if x)
            lines += [
                ".TP",
                f".B {roff(c.name)}" + (f" \\fR({roff(facts)})" if facts else ""),
                roff(c.meaning),
            ]
    lines += [".SH SEE ALSO", ".BR circumplex (1)", ""]
    return "\n".join(lines)


def main():
    wanted = {PAGE: markdown(), MANUAL: manual()}
    if sys.argv[1:] == ["--check"]:
        stale = [
            p
            for p, text in wanted.items()
            if not p.exists() or p.read_text(encoding="utf-8") != text
        ]
        for path in stale:
            print(f"{path.relative_to(ROOT)} is out of date: run scripts/columns.py")
        return 1 if stale else 0
    for path, text in wanted.items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
