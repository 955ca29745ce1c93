# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/results.md, its pictures and the model card, written from what the run measured and from nothing else.

Every number comes out of a JSON or NPZ file that a stage left in the run folder; a part that was not run is named as missing.
"""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from . import baselines, extra, loop, matrix, pipeline, plots, static, steps, turns
from .sets import CUES, step_inputs
from .workspace import work_folder

AXES = ("arousal", "valence")
ROOT = Path(__file__).resolve().parents[2]
AIMS = {"ccc": {"arousal": 0.80, "valence": 0.60}, "means": {"arousal": 0.85, "valence": 0.70}}


def f(x, digits: int = 3) -> str:
    """0.1234 -> .123, as the field prints correlations."""
    if x is None or not np.isfinite(x):
        return "-"
    return f"{x:.{digits}f}".replace("0.", ".", 1) if abs(x) < 1 else f"{x:.{digits}f}"


def pair(figures: dict, key: str) -> str:
    return " / ".join(f(figures[a].get(key)) for a in AXES)


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(r) + " |" for r in rows])


def dynamic_row(name: str, figures: dict, means: str) -> list[str]:
    ci = ", ".join(f"{f(figures[a]['ccc_low'], 2)}-{f(figures[a]['ccc_high'], 2)}" for a in AXES)
    tau = " / ".join(f(figures[a]["song_tau"], 2) for a in AXES)
    return [name, pair(figures, "rmse"), pair(figures, "mae"), pair(figures, "r"), pair(figures, "r2"), pair(figures, "ccc"), ci, tau, pair(figures, "dev_r"), means]


def default_section(figures: dict) -> str:
    folds = figures["folds"]
    rows = []
    for a in AXES:
        x = folds[a]
        rows.append([a, f(x["rmse"]), f(x["mae"]), f"{f(x['r'])} ({f(x['r_low'])}-{f(x['r_high'])})", f(x["r2"]), f"**{f(x['ccc'])}** ({f(x['ccc_low'])}-{f(x['ccc_high'])})", f(x["slope"]), f(x["sd_ratio"]), f(x["dev_r"]), f(x["means_2014"]["r"]), f"{f(AIMS['ccc'][a], 2)}, {f(AIMS['means'][a], 2)}"])
    text = table(["", "RMSE", "MAE", "r (95 %)", "R2", "CCC (95 %)", "slope", "SD ratio", "r of deviations", "r of excerpt means, songs 1001-2000", "aim: CCC, means"], rows)
    per_song = table(["per song (mean, sd)", "RMSE", "r", "CCC", "Kendall tau"], [[a] + [f"{f(folds[a][f'song_{k}'])} ({f(folds[a][f'song_{k}_sd'])})" for k in ("rmse", "r", "ccc", "tau")] for a in AXES])
    raw = ", ".join(f"{a} {f(folds[a]['raw']['ccc'])} (SD ratio {f(folds[a]['raw']['sd_ratio'])})" for a in AXES)
    centred = ", ".join(f"{a} {f(figures['campaign'][a]['ccc'])}" for a in AXES)
    return f"""{text}

{per_song}

Before the calibration of range (a gain and an offset, fitted on the other four folds) the CCC is {raw}. The rating campaigns differ in
their zero; the model has one zero for all, and is scored against the labels as they are. With each campaign's mean error taken away the CCC is {centred}."""


def transfer_section(figures: dict) -> str:
    g, v, w, o = figures["grekow"], figures["vgmidi"], figures["whole"], figures["official"]
    rows = [
        ["Grekow, 324 excerpts: r", f(g["arousal_r"]), f(g["valence_r"]), ".82 / .35"],
        ["Grekow: R2 after an affine map", f(g["arousal_r2"]), f(g["valence_r2"]), ""],
        ["VGMIDI, 102 pieces: mean r within a piece", f(v["arousal_within"]), f(v["valence_within"]), ".35 / .20"],
        ["VGMIDI: r of piece means", f(v["arousal_means"]), f(v["valence_means"]), ".60 / .45"],
        ["ten whole songs, 15-45 s: CCC", f(w["arousal"]["ccc"]), f(w["valence"]["ccc"]), ""],
        ["ten whole songs: mean r within a song", f(w["arousal"]["song_r"]), f(w["valence"]["song_r"]), ""],
        ["official 58 songs of 2015: r (CCC)", f"{f(o['arousal']['r'])} ({f(o['arousal']['ccc'])})", f"{f(o['valence']['r'])} ({f(o['valence']['ccc'])})", ""],
    ]
    return table(["", "arousal", "valence", "aim (A / V)"], rows) + f"\n\nVGMIDI's readings are taken {v['lag']:g} s after each measure's start, the best of one lag for all."


def probe_section(figures: dict) -> str:
    if not figures.get("probe"):
        return "Not run: no probe pieces."
    probe = figures["probe"]
    rows = [[a, str(p["pieces"]), f(p["r"]), f"{100 * p['right_way']:.0f} %", f"{100 * p['right_way_3s']:.0f} %", f(p["expected"]), f(p["within_3s"]), f(p["late"])] for a, p in ((a, probe[a]) for a in AXES)]
    summary = table(["", "pieces", "r of change read and change meant", "right direction", "the same after 3 s", "mean change meant", "read 3 s after", "read 8-20 s after"], rows)
    kinds = [[a, kind] + [f(v) for v in values] for a in AXES for kind, values in probe[a]["kinds"].items()]
    return summary + "\n\nBy what changes (moves in the meant direction count as positive):\n\n" + table(["", "change of", "read 3 s after", "read 8-20 s after", "meant"], kinds)


def turns_section(figures: dict) -> str:
    if not figures.get("turns"):
        return "Not run: no such pieces."
    rows = [[kind, AXES[1 - turns.KINDS[kind][0]], f(t["soon"]), f(t["least"]), f(t["late"]), f"{t['right']} of {t['pieces']}"] for kind, t in figures["turns"].items()]
    return table(["what happens", "should move", "moved within 3 s", "least of the pieces", "after 8-20 s", "right way within 3 s"], rows)


def turn_curves(run) -> dict[str, tuple[np.ndarray, None]]:
    """Readings of two pieces of each kind."""
    readings = run.readings(run.trained(), "turns")
    stems = [f"{kind.replace(' ', '-')}-{setting}" for kind in turns.KINDS for setting in ("piano", "guitar")]
    return {stem.replace("-", " "): (readings[stem], None) for stem in stems}


def confidence_section(figures: dict) -> str:
    if not figures.get("confidence"):
        return "Not run: no negatives."
    c = figures["confidence"]
    rows = [[k.replace("_", " "), f(v), f(c.get(f"{k}_mean"), 2)] for k, v in c.items() if not k.endswith("_mean")]
    own = f"Mean confidence on held-out music {f(c['music_mean'], 2)}, on VGMIDI's piano pieces {f(c.get('vgmidi_mean'), 2)}."
    return table(["held-out music against", "AUROC (file means)", "mean confidence"], rows) + "\n\n" + own


def matrix_section() -> str:
    rows = matrix.load_rows()
    missing = [r[0] for r in matrix.ROWS if r[0] not in {x["name"] for x in rows}]
    parts = []
    for section, title in (("baselines", "Baselines"), ("encoders", "Encoders"), ("temporal", "Temporal models"), ("features", "Feature groups")):
        chosen = [r for r in rows if r["section"] == section]
        if chosen:
            body = [dynamic_row(r["name"] + ("" if r["causal"] else " (not causal)"), r, " / ".join(f(r[a]["means_2014_r"]) for a in AXES)) for r in chosen]
            parts.append(f"### {title}\n\n" + table(["A / V", "RMSE", "MAE", "r", "R2", "CCC", "95 % of CCC", "tau", "r of dev.", "r of means 1001-2000"], body))
    deletions = [[r["name"]] + [f(r["deletion"][k], 4) for k in ("most", "random", "least")] for r in rows if r.get("deletion")]
    if deletions:
        parts.append("### Deletion test\n\nMean change of the last reading when a fifth of the past hops is replaced by the mean.\n\n" + table(["", "most attended", "random", "least attended"], deletions))
    if missing:
        parts.append("Not run: " + ", ".join(missing) + ".")
    return "\n\n".join(parts) if parts else "Not run."


def steps_section() -> str:

    def moved(x):
        t = x.get("turns", {})
        return " / ".join(f(np.mean([t[k]["soon"] for k in kinds]), 2) for kinds in (("minor to major", "major to minor"), ("crescendo",), ("drop", "break"))) if t else "-"

    rows = [
        [x["name"], pair(x, "r"), pair(x, "ccc"), f"{f(x['grekow']['arousal_r'])} / {f(x['grekow']['valence_r'])}", f"{f(x['vgmidi']['arousal_within'])} / {f(x['vgmidi']['valence_within'])}", f"{f(x['vgmidi']['arousal_means'])} / {f(x['vgmidi']['valence_means'])}", moved(x)]
        for x in steps.load()
    ]
    if not rows:
        return "Not run."
    return table(["A / V", "r, folds 0 and 1", "CCC", "Grekow r", "VGMIDI r within", "VGMIDI r of means", "moved within 3 s: mode / crescendo / drop and break"], rows)


def failures_section(run) -> str:
    """The songs that are read worst, and the genres."""
    with open(Path(run.config["data"]["deam"]) / "songs.csv", newline="", encoding="utf-8", errors="replace") as file:
        genre = {int(r["song_id"]): r["genre"].strip() or "unknown" for r in csv.DictReader(file)}
    h, _ = run.calibrated()
    songs = np.unique(h["song"])
    error = np.array([(h["p"] - h["t"])[h["song"] == s].mean(0) for s in songs])
    truth = np.array([h["t"][h["song"] == s].mean(0) for s in songs])
    worst = []
    for column, axis in ((1, "arousal"), (0, "valence")):
        for i in np.argsort(-np.abs(error[:, column]))[:6]:
            worst.append([axis, str(songs[i]), genre.get(int(songs[i]), "unknown"), f"{truth[i, column]:+.2f}", f"{truth[i, column] + error[i, column]:+.2f}"])
    kinds: dict[str, list[int]] = {}
    for i, s in enumerate(songs):
        kinds.setdefault(genre.get(int(s), "unknown"), []).append(i)
    rows = [
        [k, str(len(v)), f"{error[v, 1].mean():+.2f}", f"{error[v, 0].mean():+.2f}", f(float(np.sqrt((error[v, 1] ** 2).mean()))), f(float(np.sqrt((error[v, 0] ** 2).mean())))]
        for k, v in sorted(kinds.items(), key=lambda item: -float((error[item[1], 0] ** 2).mean()))
        if len(v) >= 20
    ]
    return (
        table(["worst read", "song", "genre", "rated", "read"], worst)
        + "\n\n"
        + table(["genre (20 songs or more)", "songs", "mean error, arousal", "valence", "RMSE of means, arousal", "valence"], rows)
    )


def static_section() -> str:
    path = work_folder("runs", "matrix") / "static.json"
    if not path.exists():
        return "Not run."
    figures = json.loads(path.read_text())
    rows = [[name, *(f(x[a]["r"]) for a in AXES), *(f(x[a]["r2"]) for a in AXES), *(f(x[a]["rmse"]) for a in AXES)] for name, x in figures.items()]
    return table(["", "r arousal", "r valence", "R2 arousal", "R2 valence", "RMSE arousal", "RMSE valence"], rows)


def invariances(run, tool: Path, model: Path) -> str:
    """The table of invariances.py, measured anew where the tool has been built."""
    path = run.folder / "invariances.json"
    if not path.exists() and tool.exists():
        songs = Path(run.config["data"]["deam"]) / "audio_45s"
        subprocess.run([sys.executable, "-m", "circumplex_train.invariances", "--tool", str(tool), "--model", str(model), "--json", str(path), str(songs)], cwd=ROOT / "train", stdout=subprocess.DEVNULL)
    if not path.exists():
        return "Not run: build the command line first."
    from .invariances import markdown

    return markdown(json.loads(path.read_text()))


def engine_difference(run, tool: Path, model: Path) -> str:
    """C engine against PyTorch on the ten whole songs."""
    if not tool.exists():
        return "Not run: build the command line first."
    trained = run.trained()
    readings = run.readings(trained, "whole")
    worst = 0.0
    for song in run.features().whole:
        out = subprocess.run([str(tool), "analyze", "--model", str(model), str(song.path)], capture_output=True, text=True, check=True).stdout
        rows = [(r["state"], float(r["valence"]), float(r["arousal"])) for r in csv.DictReader(io.StringIO(out))]
        theirs = readings[str(song.song_id)]
        for k, (state, v, a) in enumerate(rows[: len(theirs)]):
            if state != "silent":
                worst = max(worst, abs(v - theirs[k][0]), abs(a - theirs[k][1]))
    return f"Largest difference of a reading, C engine against PyTorch, over the ten whole songs: {worst:.1e} (limit 1e-4)."


def ridge(run) -> tuple[np.ndarray, np.ndarray]:
    """Held-out predictions and truths of the ridge on cues, for the picture beside the default model's."""
    material = run.features()
    excerpts = [s for s in material.excerpts if s.fold.startswith("fold")]
    raw = step_inputs(material.packs["deam"], ["cues"], CUES)
    parts = []
    for fold in pipeline.FOLDS:
        train, test = [s for s in excerpts if s.fold != fold], [s for s in excerpts if s.fold == fold]
        x = {"deam": loop.normalise(raw, *loop.moments([raw[s.rows] for s in train]))}
        parts.append(pipeline.scored(test, baselines.dynamic_baseline("ridge", train, test, x))[:2])
    return tuple(np.concatenate(part) for part in zip(*parts))


def probe_curves(run) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Reading and meaning of the first probe piece of each kind of change."""
    readings, chosen = run.readings(run.trained(), "probe"), {}
    for path in extra.read_list("synth/probe.list"):
        facts = json.loads(path.with_suffix(".json").read_text())
        change = facts["changes"][0]
        title = change["factor"] if change["factor"] in ("break", "crescendo") else f"{change['factor']}: {change['before']} to {change['after']}"
        chosen.setdefault(title, (readings[path.stem], np.stack([facts["valence"], facts["arousal"]], 1)))
    return dict(list(chosen.items())[:10])


def pictures(run, folder: Path) -> list[str]:
    """Error histograms and scatter plots, attention maps, the embedding's t-SNE; -> names of the files."""
    h, _ = run.calibrated()
    plots.errors_and_scatter(folder / "results-errors.png", {"default": (h["p"], h["t"]), "ridge on cues": ridge(run)})
    done = ["results-errors.png"]
    members, mean, std = run.members("final")
    maps = {}
    for song in run.features().whole[:4]:
        x = loop.normalise(run.inputs().raw["whole"][run.features().packs["whole"].rows(str(song.song_id))], mean, std)
        out = loop.predict(members, x)
        if "attention" in out:
            maps[f"song {song.song_id}"] = np.asarray(out["attention"])
    if maps:
        plots.attention_maps(folder / "results-attention.png", maps)
        done.append("results-attention.png")
    if "probe" in run.features().packs:
        plots.curves(folder / "results-probes.png", probe_curves(run), change=30.0)
        done.append("results-probes.png")
    if "turns" in run.features().packs:
        plots.curves(folder / "results-turns.png", turn_curves(run), change=turns.CHANGE)
        done.append("results-turns.png")
    tsne = work_folder("runs", "matrix") / "tsne.npz"
    if tsne.exists():
        z = np.load(tsne)
        plots.tsne(folder / "results-tsne.png", z["before"], z["after"], z["targets"])
        done.append("results-tsne.png")
    return done


def write(run, models: Path) -> None:
    """docs/results.md and models/<name>.md."""
    figures = json.loads((run.folder / "figures.json").read_text())
    tool = Path(os.environ.get("CIRCUMPLEX_TOOL", ROOT / "build/release/cli/circumplex"))
    model = models / f"{run.config['name']}.safetensors"
    docs = ROOT / "docs"
    made = pictures(run, docs / "images")
    shown = "\n\n".join(f"![{name}](images/{name})" for name in made)
    notes = (ROOT / "train" / "NOTES.md").read_text() if (ROOT / "train" / "NOTES.md").exists() else ""
    (docs / "results.md").write_text(f"""# Results

Written by `python3 -m circumplex_train results` (in `train/`) from the figures of the run; every number here was printed by it.
Arousal stands before valence. DEAM: 1,563 excerpts of 10 s in five artist-disjoint folds, readings from a cold start, 2 Hz
points from 2 s to 10 s, labels in -1..1. Intervals: bootstrap over songs.

## The default model

{default_section(figures)}

## Other music, never trained on

{transfer_section(figures)}

### Turns

Plain loops of four instrumentations, not by the composer of the training pieces, in which one thing happens at 30 s (`turns.py`; a crescendo takes 10 s and
counts from its end). Moves in the meant direction, against the mean of the 5 s before:

{turns_section(figures)}

Pieces in which one factor changes near 30 s, composed as the training pieces are, with other seeds (`synth.py`):

{probe_section(figures)}

Deletion test of the default model (set lists of 30 s): replacing the most attended fifth of the past by the mean moves the last reading by
{f(figures["deletion"]["most"], 4)}, a random fifth by {f(figures["deletion"]["random"], 4)}, the least attended by {f(figures["deletion"]["least"], 4)}.

## Confidence

{confidence_section(figures)}

## What must not change a reading

{invariances(run, tool, model)}

{engine_difference(run, tool, model)}

## Which songs fail

{failures_section(run)}

## What each part of the recipe gains

One member, no calibration of range; each line adds to the one before.

{steps_section()}

## The comparison matrix

One recipe for all rows (`train/configs/matrix.toml`: excerpts only, one member, no extra material), so that rows differ in what their names say alone.

{matrix_section()}

## Static: one reading an excerpt

The model `static-tnn` (`static.py`): trained on the excerpts from cold starts and within set lists, range calibrated like the default model's;
intervals over songs.

{static.section()}

Methods of the literature on the excerpts alone (cues, chroma, semitones and mel statistics), not calibrated:

{static_section()}

{notes}

## Pictures

{shown}
""")


def card(run, models: Path) -> None:
    """models/<name>.md, from the run's own figures."""
    figures = json.loads((run.folder / "figures.json").read_text())
    folds, c = figures["folds"], run.config
    material = []
    if "code" in c["model"]["inputs"]:
        material.append("| unlabelled music (encoder) | 16 h of free music from Debian packages; licences per package in `train/DATA.md` |")
    if "synth" in c["train"].get("extra", []):
        material.append(f"| composed music (weight {c['train']['weights']['synth']:g}) | {run.features().packs['synth'].lengths.size} pieces by `train/circumplex_train/synth.py`, FluidR3 and TimGM6mb sound fonts |")
    if c["train"].get("soft", 0) > 0:
        material.append("| soft labels | a ridge on features of MusiCNN (Pons and Serra 2019, ISC licence), held-out by fold |")
    (models / f"{c['name']}.md").write_text(f"""# {c['name']}

{c['description']}. Written by `python3 -m circumplex_train results`.

| | |
|---|---|
| file | `{c['name']}.safetensors` |
| licence of the weights | CC-BY-NC-4.0, since DEAM's annotations are for non-commercial research |
| rated music | DEAM / MediaEval "Emotion in Music" (Aljanaki, Yang, Soleymani 2017): 1,563 excerpts, Creative Commons music |
{chr(10).join(material)}
| front end | {c['frontend']['n_mel']} mel bands, {c['frontend']['fmin']:g}-{c['frontend']['fmax']:g} Hz, relative to the gated loudness of the last 60 s |
| inputs | {', '.join(c['model']['inputs'])} |
| temporal | {c['model']['members']} x {c['model']['temporal']['type']}, {c['model']['temporal']['hidden']} hidden |
| pooled CCC, five artist-disjoint folds | arousal {f(folds['arousal']['ccc'])} ({f(folds['arousal']['ccc_low'])}-{f(folds['arousal']['ccc_high'])}), valence {f(folds['valence']['ccc'])} ({f(folds['valence']['ccc_low'])}-{f(folds['valence']['ccc_high'])}) |
| never trained on | Grekow r {f(figures['grekow']['arousal_r'])} / {f(figures['grekow']['valence_r'])}; VGMIDI piece means r {f(figures['vgmidi']['arousal_means'])} / {f(figures['vgmidi']['valence_means'])} (arousal / valence) |

Limits: it knows mixed music. Speech, noise, test tones and single stems are outside, which `confidence` says, not always. Very quiet music below the gate
(-60 LUFS) is silence to it. Listeners differ: the spread is a rough size, not a truth of the moment. Valence is much less sure than arousal, most of all
across kinds of music. All figures: `docs/results.md`.
""")
