# SPDX-License-Identifier: GPL-3.0-or-later
"""The stages of a run: features -> pretrain -> train -> evaluate -> export.

Every stage leaves its products in the run folder (``runs/<name>`` in the work folder) and is
skipped when they are there; remove a product to make it again.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch

from . import confidence, data, deletion, export, extra, loop, metrics, pipeline, pretrain, transfer, turns
from .features import Pack
from .sets import Material
from .workspace import work_folder, write_json

AXES = ("valence", "arousal")
LISTS = {"synth": "synth/train.list", "augmented": "augmented.list", "joined": "joined.list"}


class Run:
    """Configuration, material and products of one run; loads lazily what a stage needs."""

    def __init__(self, config: dict):
        self.config = config
        self.folder = work_folder("runs", config["name"])
        self._material: Material | None = None
        self._inputs: pipeline.Inputs | None = None
        self.codes: dict[str, np.ndarray] = {}
        self.errors: dict[str, np.ndarray] = {}

    # Stage 1
    def features(self) -> Material:
        """Packs of all material that the configuration uses and that has been made."""
        if self._material is None:
            m = Material(self.config)
            n_mel = self.config["frontend"]["n_mel"]
            for kind in self.config["train"].get("extra", []):
                paths = extra.read_list(LISTS[kind])
                if paths:
                    m.packs[kind] = extra.pack_of(paths, kind, n_mel)
                    m.extra += extra.described_sequences(paths, m.packs[kind], kind, kind != "synth")
            self._material = m
        return self._material

    def others(self) -> dict[str, Pack]:
        """Packs that are never trained on for emotion."""
        n_mel = self.config["frontend"]["n_mel"]
        out = {}
        self.grekow, out["grekow"], self.pieces, out["vgmidi"] = transfer.load_packs(self.config)
        for name, listed in (("probe", "synth/probe.list"), ("turns", "synth/turns.list"), ("negatives-train", "negatives/train.list"), ("negatives-test", "negatives/test.list")):
            paths = extra.read_list(listed)
            if paths:
                out[name] = extra.pack_of(paths, name, n_mel)
        return out

    # Stage 2
    def pretrain(self):
        """The encoder, shared by all configurations of one kind (it never hears the rated sets)."""
        spec = self.config.get("encoder", {"kind": "none"})
        if spec["kind"] not in ("vae", "ae"):
            return None
        path = work_folder("encoders") / f"{spec['kind']}-{spec['code']}.pt"
        if not path.exists():
            corpus = extra.pack_of(extra.read_list("corpus.list"), "corpus", self.config["frontend"]["n_mel"])
            torch.set_num_threads(self.config["train"]["threads"])
            torch.save(
                pretrain.pretrain(corpus, spec["kind"], self.config["frontend"]["n_mel"], spec["code"], spec["epochs"], self.config["train"]["seed"]),
                path,
            )
        return torch.load(path)

    def inputs(self) -> pipeline.Inputs:
        if self._inputs is None:
            m = self.features()
            m.packs.update(self.others())
            encoder = self.pretrain()
            if encoder is not None:
                for name, pack in m.packs.items():
                    self.codes[name], self.errors[name] = pretrain.encode(encoder, pack.arrays["mel"])
            self._inputs = pipeline.Inputs(m, self.config, self.codes)
        return self._inputs

    # Stage 3
    def train(self) -> None:
        """Five folds (predictions kept), then the model on all of them."""
        m, c = self.features(), self.config
        members, seed = c["model"]["members"], c["train"]["seed"]
        for number, fold in enumerate(pipeline.FOLDS):
            path = self.folder / f"{fold}.npz"
            if path.exists():
                continue
            inputs = self.inputs()
            test = [s for s in m.excerpts if s.fold == fold]
            trained, mean, std = pipeline.train_on(m, inputs, c, lambda f: f.startswith("fold") and f != fold, seed, members, fold=number)
            x = inputs.normalised(mean, std, {"deam"})
            p, t, song, campaign = pipeline.scored(test, loop.predict_many(trained, test, x))
            torch.save((trained, mean, std), self.folder / f"{fold}.pt")
            np.savez(path, p=p, t=t, song=song, campaign=campaign)
            print(fold, pipeline.headline(p, t, song, campaign), flush=True)
        path = self.folder / "final.pt"
        if not path.exists():
            inputs = self.inputs()
            trained, mean, std = pipeline.train_on(m, inputs, c, lambda f: f.startswith("fold"), seed, members)
            torch.save((trained, mean, std), path)

    def held_out(self) -> dict[str, np.ndarray]:
        """Raw predictions of all scored points of the five held-out folds."""
        parts = [np.load(self.folder / f"{f}.npz") for f in pipeline.FOLDS if (self.folder / f"{f}.npz").exists()]
        out = {k: np.concatenate([p[k] for p in parts]) for k in ("p", "t", "song", "campaign")}
        out["fold"] = np.concatenate([np.full(len(p["p"]), i) for i, p in enumerate(parts)])
        return out

    def calibrated(self) -> tuple[dict[str, np.ndarray], dict[str, list[float]]]:
        """Held-out predictions with the range opened by a gain fitted on the *other* folds, and the
        gain and offset for the final model."""
        h = self.held_out()
        target = self.config["train"].get("sd_ratio", 0.9)
        p = h["p"].copy()
        for fold in np.unique(h["fold"]):
            own = h["fold"] == fold
            for axis in (0, 1):
                gain, offset = range_map(h["p"][~own, axis], h["t"][~own, axis], target)
                p[own, axis] = gain * h["p"][own, axis] + offset
        final = {name: list(range_map(h["p"][:, i], h["t"][:, i], target)) for i, name in enumerate(AXES)}
        return {**h, "p": np.clip(p, -1, 1)}, final

    def members(self, which: str):
        return load_members(self.folder / f"{which}.pt", self.config["train"]["crop"])

    def trained(self, which: str = "final") -> export.Trained:
        members, mean, std = self.members(which)
        return export.Trained(self.config, members, mean, std, encoder=self.pretrain(), calibration=self.calibrated()[1])

    def readings(self, trained: export.Trained, name: str) -> dict[str, np.ndarray]:
        """Calibrated readings [T, 2] of every recording of a pack, each from a cold start."""
        pack = self.features().packs[name]
        x = self.inputs().normalised(trained.mean, trained.std, {name})[name]
        gain = np.array([trained.calibration[a] for a in AXES])
        return {
            n: np.clip(loop.predict(trained.members, x[pack.rows(n)])["mean"] * gain[:, 0] + gain[:, 1], -1, 1)
            for n in pack.names
        }

    # Stage 4
    def evaluate(self) -> dict:
        """All figures of this run -> figures.json."""
        inputs = self.inputs()
        h, calibration = self.calibrated()
        trained = self.trained()
        out: dict = {"calibration": calibration, "folds": {}, "campaign": {}}
        offsets = np.array([[h["p"][h["campaign"] == c][:, a].mean() - h["t"][h["campaign"] == c][:, a].mean() for a in (0, 1)] for c in (0, 1)] + [[0, 0]])
        keep = (h["song"] > 1000) & (h["song"] <= 2000)
        for a, name in enumerate(AXES):
            out["folds"][name] = metrics.dynamic_report(h["p"][:, a], h["t"][:, a], h["song"])
            out["folds"][name]["raw"] = metrics.pooled(self.held_out()["p"][:, a], h["t"][:, a])
            mp, mt = metrics.song_means(h["p"][keep, a], h["t"][keep, a], h["song"][keep])
            out["folds"][name]["means_2014"] = metrics.pooled(mp, mt)
            # The rating campaigns' zeros known and taken away: what an ideal zero would give.
            out["campaign"][name] = metrics.pooled(h["p"][:, a] - offsets[h["campaign"], a], h["t"][:, a])
        official = [s for s in inputs.material.excerpts if s.fold == "official"]
        x = inputs.normalised(trained.mean, trained.std, {"deam"})
        p, t, song, _ = pipeline.scored(official, loop.predict_many(trained.members, official, x))
        gain = np.array([calibration[a] for a in AXES])
        p = np.clip(p * gain[:, 0] + gain[:, 1], -1, 1)
        out["official"] = {n: metrics.dynamic_report(p[:, a], t[:, a], song, 0) for a, n in enumerate(AXES)}
        out["grekow"] = transfer.grekow_figures(self.grekow, self.readings(trained, "grekow"))
        out["vgmidi"] = transfer.vgmidi_figures(self.pieces, self.readings(trained, "vgmidi"))
        out["whole"] = self.whole_songs()
        out["probe"] = self.probes(trained)
        if "turns" in self.features().packs:
            out["turns"] = turns.figures(self.readings(trained, "turns"))
        if trained.members[0].attention is not None or trained.members[0].transformer is not None:
            out["deletion"] = self.deletion_test()
        fitted = self.confidence(trained)
        if fitted is not None:
            out["confidence"] = fitted[1]
        write_json(self.folder / "figures.json", out)
        return out

    def whole_songs(self) -> dict[str, float]:
        """The ten whole songs, each read by the model whose fold held it out (15-45 s)."""
        m, gain = self.features(), np.array([self.calibrated()[1][a] for a in AXES])
        p, t, song = [], [], []
        for s in m.whole:
            members, mean, std = self.members(s.split if s.split.startswith("fold") else "final")
            rows = m.packs["whole"].rows(str(s.song_id))
            x = loop.normalise(self.inputs().raw["whole"][rows], mean, std)
            reading = loop.predict(members, x)["mean"] * gain[:, 0] + gain[:, 1]
            truth = s.targets(len(reading))
            ok = np.isfinite(truth).all(1)
            p.append(reading[ok]), t.append(truth[ok]), song.append(np.full(ok.sum(), s.song_id))
        p, t, song = np.concatenate(p), np.concatenate(t), np.concatenate(song)
        return {n: {**metrics.pooled(p[:, a], t[:, a]), **metrics.per_song(p[:, a], t[:, a], song), "dev_r": metrics.deviation_r(p[:, a], t[:, a], song)} for a, n in enumerate(AXES)}

    def probes(self, trained) -> dict:
        """Synthetic pieces in which one thing changes near 30 s: does the reading go the right way, and when?

        Changes count from the hop in which they sound (the composer changes at the next bar).  Moves are against the
        mean of the 5 s before; ``within_3s`` is the mean of the readings 2.5 and 3 s after the change, ``late`` of 8 to 20 s.
        """
        if "probe" not in self.features().packs:
            return {}
        readings = self.readings(trained, "probe")
        rows, kinds = [], []
        for path in extra.read_list("synth/probe.list"):
            facts = json.loads(path.with_suffix(".json").read_text())
            truth = np.stack([facts["valence"], facts["arousal"]], 1)
            p = readings[path.stem]
            n, k = min(len(p), len(truth)), change_hop(facts)
            before = p[k - 10 : k].mean(0)
            expected = truth[k + 16 : n].mean(0) - truth[k - 10 : k].mean(0)
            rows.append((expected, p[k + 5 : k + 7].mean(0) - before, p[k + 16 : k + 40].mean(0) - before))
            kinds.append(facts["changes"][0]["factor"])
        e, early, late = (np.array([r[i] for r in rows]) for i in range(3))
        out = {}
        for a, name in enumerate(AXES):
            strong = np.abs(e[:, a]) > 0.1
            way = np.sign(e[:, a])
            out[name] = {
                "pieces": int(strong.sum()),
                "r": metrics.pearson(late[:, a], e[:, a]),
                "right_way": float((late[strong, a] * way[strong] > 0).mean()),
                "right_way_3s": float((early[strong, a] * way[strong] > 0).mean()),
                "expected": float(np.abs(e[strong, a]).mean()),
                "within_3s": float((early[strong, a] * way[strong]).mean()),
                "late": float((late[strong, a] * way[strong]).mean()),
                "kinds": {
                    kind: [float((x[here, a] * way[here]).mean()) for x in (early, late, e)]
                    for kind in sorted({k for k, s in zip(kinds, strong) if s})
                    for here in [strong & (np.array(kinds) == kind)]
                },
            }
        return out

    def deletion_test(self) -> dict[str, float]:
        """On set lists of the held-out fold 0 (30 s each), with fold 0's model."""
        members, mean, std = self.members("fold0")
        x = self.inputs().normalised(mean, std, {"setlists"})["setlists"]
        lists = [s for s in self.features().setlists if s.fold == "fold0"][:40]
        return deletion.deletion(members, [x[s.rows][:70] for s in lists])

    def confidence(self, trained):
        """Fit the confidence net; -> (layers, AUROC table on held-out music and negatives)."""
        inputs, m = self.inputs(), self.features()
        if "negatives-train" not in m.packs:
            return None
        x = inputs.normalised(trained.mean, trained.std)
        error = {k: self.errors.get(k) for k in x}
        sound = {k: ~np.asarray(p.arrays["silent"]) for k, p in m.packs.items()}
        values = {k: confidence.inputs(x[k], error[k]) for k in x if k in ("deam", "negatives-train", "negatives-test", "synth", "augmented")}
        held = [s for s in m.excerpts if s.fold in ("fold0", "official")]
        train_rows = np.concatenate([np.arange(s.rows.start + 2, s.rows.stop) for s in m.excerpts if s.fold not in ("fold0", "official")])
        music = [values["deam"][train_rows]]
        if "synth" in values:
            music.append(values["synth"][sound["synth"]])
        layers = confidence.fit(music, values["negatives-train"][sound["negatives-train"]], self.config["train"]["seed"])
        pack = m.packs["negatives-test"]
        files: dict[str, list[np.ndarray]] = {}
        for n in pack.names:
            rows = pack.rows(n)
            ok = sound["negatives-test"][rows]
            if ok.any():
                files.setdefault(n.rsplit("-", 1)[0], []).append(values["negatives-test"][rows][ok])
        table = confidence.by_kind(layers, [values["deam"][s.rows][2:] for s in held], files)
        if "vgmidi" in x:
            v = confidence.inputs(x["vgmidi"], error["vgmidi"])
            p = m.packs["vgmidi"]
            table["vgmidi_mean"] = float(np.mean([confidence.apply(layers, v[p.rows(n)]).mean() for n in p.names]))
        return layers, table

    # Stage 5
    def export(self, folder: Path, facts: dict | None = None) -> Path:
        trained = self.trained()
        fitted = self.confidence(trained)
        trained.confidence = fitted[0] if fitted else None
        trained.facts = facts or {}
        path = folder / f"{self.config['name']}.safetensors"
        count = export.write_model(path, trained)
        export.save_state(self.folder / "trained.pt", trained)
        if "probe" in self.features().packs:  # 15 s of a composed piece, half of them after its change
            pack = self.features().packs["probe"]
            rows = slice(pack.rows(pack.names[0]).start + 45, pack.rows(pack.names[0]).start + 75)
            golden = folder / "goldens" / path.name
            golden.parent.mkdir(exist_ok=True)
            mel, cues = (np.asarray(pack.arrays[k][rows], np.float32) for k in ("mel", "cues"))
            export.write_golden(golden, trained, mel, cues)
        print(f"{path}: {count} parameters, {path.stat().st_size} bytes", flush=True)
        return path


def load_members(path: Path, crop: int):
    """(members, mean, std) as the train stage left them.

    Training saw sequences of ``crop`` hops, so the age bias of older hops was never trained: they take the mean of the ten
    oldest ages that were, rather than where they began.
    """
    members, mean, std = torch.load(path)
    with torch.no_grad():
        for member in members:
            if member.attention is not None and len(member.attention.age) > crop:
                member.attention.age[crop:] = member.attention.age[crop - 10 : crop].mean(0)
            if member.transformer is not None:
                for block in member.transformer.modules():
                    age = getattr(block, "age", None)
                    if age is not None and age.shape[1] > crop:
                        age[:, crop:] = age[:, crop - 10 : crop].mean(1, keepdim=True)
    return members, mean, std


def change_hop(facts: dict) -> int:
    """The hop in which a probe piece's change is first heard; ramps and breaks begin where they were asked to."""
    change = facts["changes"][0]
    hop = round(change["time"] / 0.5)
    curve = np.array(facts["factors"].get({"scale": "mode"}.get(change["factor"], change["factor"]), []))
    moved = np.flatnonzero(np.abs(np.diff(curve)) > 0.05) if len(curve) else []
    return int(moved[0]) + 1 if len(moved) else hop


def range_map(p: np.ndarray, t: np.ndarray, ratio: float) -> tuple[float, float]:
    """Gain and offset that bring predictions to ``ratio`` times the labels' SD and to their mean."""
    gain = ratio * t.std() / max(p.std(), 1e-6)
    return float(gain), float(t.mean() - gain * p.mean())
