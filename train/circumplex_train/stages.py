# SPDX-License-Identifier: GPL-3.0-or-later
"""The stages of a run: features -> pretrain -> train -> read -> export.

Every stage leaves its products in the run folder (``runs/<name>`` in the work folder) and is
skipped if they exist; remove a product to make it again.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch

from . import calibrate, cards, change, confidence, export, loop, pipeline, pretrain, words
from .features import library_digest
from .pipeline import FOLDS, Fitted, Inputs, Material
from .workspace import work_folder, write_json

AXES = ("valence", "arousal")
ATTENDED = ("fourq", "repeats", "vgmidi", "cuts")  # packs whose attention is kept
FACTORS = (
    "mode",
    "tempo",
    "register",
    "dynamics",
    "articulation",
    "brightness",
    "density",
    "dissonance",
    "drums",
)


class Run:
    """Configuration, material and products of one run; loads what a stage needs."""

    def __init__(self, config: dict):
        self.config = config
        self.folder = work_folder("runs", config["name"])
        self._material: Material | None = None
        self._inputs: Inputs | None = None
        self._encoder = None
        self.errors: dict[str, np.ndarray] = {}
        self._confidence: dict = {}
        self._rows: dict = {}
        self.fitted: dict[str, Fitted] = {}

    # Stage 1
    def material(self) -> Material:
        """All collections that the configuration names and that are there, with their packs."""
        if self._material is None:
            self._material = Material.load(self.config)
            if not any(self._material.clips.get(name) for name in pipeline.RATED):
                raise SystemExit(
                    "None of the rated collections is there: set CIRCUMPLEX_DATA (train/README.md)."
                )
        return self._material

    # Stage 2
    def encoder(self):
        """The encoder; configurations with the same settings share it.  It is trained without
        ratings."""
        spec = self.config.get("encoder", {"kind": "none"})
        if spec["kind"] not in ("vae", "ae") or "code" not in self.config["model"]["inputs"]:
            return None
        if self._encoder is None:
            path = (
                work_folder("encoders")
                / f"{spec.get('name', spec['kind'])}-{spec['code']}-{library_digest()}.pt"
            )
            if not path.exists():
                torch.set_num_threads(self.config["train"]["threads"])
                m = self.material()
                names = [n for n in spec["collections"] if n in m.clips]
                clips = [c for n in names for c in m.clips[n]]
                keys = {v.pack for c in clips for v in c.versions}
                mels = {key: m.pack(key).arrays["mel"] for key in keys}
                torch.save(
                    pretrain.pretrain(
                        clips,
                        mels,
                        spec,
                        self.config["frontend"]["n_mel"],
                        self.config["train"]["seed"],
                        factor_tables(m),
                    ),
                    path,
                )
            self._encoder = torch.load(path)
            self._encoder_name = path.stem
        return self._encoder

    def codes(self, key: str) -> np.ndarray:
        """Codes of a pack's hops, kept in the work folder; reconstruction errors go to
        ``errors``.
        """
        encoder = self.encoder()
        path = work_folder("codes", self._encoder_name) / f"{key.replace('/', '-')}.npz"
        if not path.exists():
            code, error = pretrain.encode(encoder, pack_of(self.material(), key).arrays["mel"])
            np.savez(path, code=code, error=error)
        table = np.load(path)
        self.errors[key] = table["error"]
        return table["code"]

    def inputs(self) -> Inputs:
        if self._inputs is None:
            m = self.material()
            codes = {key: self.codes(key) for key in m.keys()} if self.encoder() is not None else {}
            self._inputs = Inputs(m, self.config, codes)
        return self._inputs

    def raw(self, key: str) -> np.ndarray:
        """Step vectors of a pack of any collection."""
        inputs, m = self.inputs(), self.material()
        if key not in inputs.raw:
            name = key.split("/")[0]
            if name not in m.collections:
                m.collections[name] = pipeline.packs.load(name, self.config)
            if self.encoder() is not None:
                inputs.codes[key] = self.codes(key)
            inputs.raw[key] = inputs.of(key)
        return inputs.raw[key]

    # Stage 3
    def train(self, folds=None, final: bool = True) -> None:
        """The folds' members, then the shipped ones."""
        c, seed = self.config, self.config["train"]["seed"]
        for fold in c["train"].get("folds", FOLDS) if folds is None else folds:
            self._train(
                fold,
                lambda f, out=fold: f.startswith("fold") and f != out,
                seed,
                c["model"].get("fold_members", c["model"]["members"]),
            )
        if final:
            self._train("final", lambda f: f.startswith("fold"), seed, c["model"]["members"])

    def _train(self, name: str, keep, seed: int, members: int) -> None:
        path = self.folder / f"{name}.pt"
        if not path.exists():
            fitted = pipeline.train_on(
                self.material(), self.inputs(), self.config, keep, seed, members
            )
            torch.save(fitted, path)
            print(
                f"{self.config['name']} {name}: {members} members, halo"
                f" {float(fitted.adapter.halo):.2f}",
                flush=True,
            )

    def members(self, name: str) -> Fitted:
        if name not in self.fitted:
            self.fitted[name] = torch.load(self.folder / f"{name}.pt")
        return self.fitted[name]

    def readers(self, fold: str) -> list[Fitted]:
        """The members that may read a clip of this fold: those trained without it; the members of
        all folds for clips that none was trained on.
        """
        if (self.folder / f"{fold}.pt").exists():
            return [self.members(fold)]
        made = [f for f in FOLDS if (self.folder / f"{f}.pt").exists()]
        if not made:
            return [self.members("final")]
        return [self.members(made[0])] if fold == "any" else [self.members(f) for f in made]

    def has_folds(self) -> bool:
        return any((self.folder / f"{f}.pt").exists() for f in FOLDS)

    # Stage 4
    def held_out(self, name: str, variant: str = "p0", limit: int = 0) -> dict[str, np.ndarray]:
        """Raw readings [T, 4] of every clip by members trained without it; cached."""
        path = self.folder / f"held-{name}-{variant}{limit or ''}.npz"
        if not path.exists():
            m, key = self.material(), f"{name}/{variant}"
            raw, pack = self.raw(key), m.collections[name].pack(variant)
            names = list(m.collections[name].items)[: limit or None]
            out: dict[str, np.ndarray] = {}
            for fold in sorted({m.collections[name].items[n].fold for n in names}):
                if (
                    fold.startswith("fold")
                    and not (self.folder / f"{fold}.pt").exists()
                    and self.has_folds()
                ):
                    continue  # no member that did not meet it
                own = [
                    n
                    for n in names
                    if m.collections[name].items[n].fold == fold and n in pack.index
                ]
                read = [
                    loop.predict_many(f.members, [f.normalised(raw[pack.rows(n)]) for n in own])
                    for f in self.readers(fold)
                ]
                out.update({n: np.mean([r[i] for r in read], 0) for i, n in enumerate(own)})
            np.savez(path, **out)
        return dict(np.load(path))

    def clip_means(self, name: str, without: str | None = None, only: str | None = None):
        """(means [n, 2], positive [n, 2], names) of a quadrant collection's held-out readings."""
        read, means, positive, names = self.held_out(name), [], [], []
        for clip in self.material().clips.get(name, []):
            if clip.name in read and clip.fold != without and (only is None or clip.fold == only):
                means.append(read[clip.name][4:, :2].mean(0))
                positive.append(clip.positive)
                names.append(clip.name)
        return np.array(means).reshape(-1, 2), np.array(positive).reshape(-1, 2), names

    def gains(self, without: str | None = None) -> np.ndarray:
        """Gain and offset of each axis [2, 2], fitted on held-out readings of all folds (but
        one).
        """
        m = self.material()
        clips = {n: self.clip_means(n, without)[:2] for n in calibrate.ZERO_SHARES if n in m.clips}
        hops = {}
        for name in [n for n in calibrate.BROAD if n in m.clips] or [
            n for n in ("corpus", "synth") if n in m.clips
        ][:1]:
            if name in m.clips:
                read = self.held_out(name)
                own = [
                    read[c.name][4:, :2]
                    for c in m.clips[name]
                    if c.name in read and c.fold != without
                ]
                if own:
                    hops[name] = np.concatenate(own)
        return calibrate.gains(clips, hops)

    def deam_errors(self, gain: np.ndarray):
        """Errors and spreads [N, 2] on the reading's scale, of rated hops (DEAM, VGMIDI) through
        the adapters, and folds [N].
        """
        m, errors, spreads, folds = self.material(), [], [], []
        rated = [n for n in ("deam", "vgmidi") if n in m.clips] or ["synth"]
        for name in rated:
            read = self.held_out(name)
            for clip in m.clips[name]:
                if clip.name not in read or clip.fold == "official":
                    continue
                p, t = read[clip.name], clip.targets
                adapter = self.readers(clip.fold)[0].adapter
                shifted = through(adapter, name, p[None, :, :2], clip.campaign)[0]
                n = min(len(p), len(t))
                scale = (
                    1.0
                    if name != "vgmidi"
                    else torch.nn.functional.softplus(adapter.scale).detach().numpy()
                )
                ok = np.isfinite(t[:n]).all(1) & (np.arange(n) >= 3)
                errors.append(((shifted[:n] - t[:n]) / scale)[ok][::2] * gain[:, 0])
                spreads.append(p[:n, 2:][ok][::2] * gain[:, 0] / scale)
                folds += [clip.fold] * len(errors[-1])
        return np.concatenate(errors), np.concatenate(spreads), np.array(folds)

    def calibration(self) -> dict[str, list[float]]:
        """Everything that the model file's ``calibration`` holds."""
        path = self.folder / "calibration.json"
        if not path.exists():
            gain = self.gains()
            factor = calibrate.spread_gain(*self.deam_errors(gain)[:2])
            write_json(path, {
                **{a: [float(v) for v in gain[i]] for i, a in enumerate(AXES)},
                **{f"{a}_spread": [float(gain[i, 0] * factor[i]), 0.0] for i, a in enumerate(AXES)},
            })  # fmt: skip
        return json.loads(path.read_text())

    def shown(self, read: np.ndarray, calibration: dict | None = None) -> np.ndarray:
        """Raw readings [T, 4] as the engine outputs them."""
        c = calibration or self.calibration()
        gain = np.array([c[a] for a in AXES])
        spread = np.array([c[f"{a}_spread"][0] for a in AXES])
        return np.concatenate(
            [calibrate.apply(read[:, :2], gain), np.minimum(read[:, 2:] * spread, 2.0)], 1
        ).astype(np.float32)

    def read_pack(
        self, name: str, variant: str, attention: bool = True
    ) -> dict[str, dict[str, np.ndarray]]:
        """The yardstick's readings of a pack: every clip from a cold start, by members trained
        without its fold.
        """
        key, items = f"{name}/{variant}", self.material().collections[name].items
        raw, pack, parts = self.raw(key), self.material().collections[name].pack(variant), {}
        for fold in sorted({items[n].fold for n in pack.names}):
            if (
                fold.startswith("fold")
                and self.has_folds()
                and not (self.folder / f"{fold}.pt").exists()
            ):
                continue  # no member that did not meet it
            names, readers = [
                n
                for n in pack.names
                if items[n].fold == fold and pack.rows(n).stop > pack.rows(n).start
            ], self.readers(fold)
            read = [
                loop.predict_many(f.members, [f.normalised(raw[pack.rows(n)]) for n in names])
                for f in readers
            ]
            for i, n in enumerate(names):
                parts[n] = self.given_out(key, pack.rows(n), np.mean([r[i] for r in read], 0), fold)
                if name == "deam":
                    own = np.full(len(parts[n]["p"]), items[n].campaign)
                    parts[n]["deam"] = np.mean(
                        [
                            through(f.adapter, "deam", r[i][None, :, :2], own)[0]
                            for f, r in zip(readers, read)
                        ],
                        0,
                    )
                if attention and readers[0].members[0].attention is not None:
                    alpha = np.mean(
                        [
                            loop.predict(f.members, f.normalised(raw[pack.rows(n)]))["attention"]
                            for f in readers
                        ],
                        0,
                    )
                    parts[n]["alpha"] = by_age(alpha, self.config["model"]["temporal"]["window"])
        if name == "deam":
            open_range(parts, items)
        return parts

    def given_out(
        self, key: str, rows: slice, read: np.ndarray, fold: str = "any"
    ) -> dict[str, np.ndarray]:
        """A clip's raw readings [T, 4] as the engine outputs them, with whole-piece estimate and
        confidence.
        """
        shown = self.shown(read)
        out = {"p": shown[:, :2], "song": export.running_song(shown[:, :2])}
        layers, sure = self.confidence(fold if fold in FOLDS else None), None
        if layers is not None:
            error = self.errors[key][rows] if key in self.errors else None
            sure = confidence.apply(
                layers,
                confidence.inputs(
                    self.members("final").normalised(self.raw(key)[rows]), error, shown
                ),
            )
        out["spread"], sure = calibrate.limited(shown, sure)
        return out if sure is None else out | {"confidence": sure}

    # Stage 5
    def confidence(self, without: str | None = None):
        """The confidence net, fitted on held-out readings (of all folds but one); kept in the run
        folder.
        """
        path = self.folder / (f"confidence-{without}.pt" if without else "confidence.pt")
        if without in self._confidence:
            return self._confidence[without]
        if path.exists():
            self._confidence[without] = torch.load(path)
            return self._confidence[without]
        m = self.material()
        if "negatives-train" not in m.collections:
            return None
        fitted, groups = self.members("final"), []
        for name, share in (
            ("fourq", 0.2),
            ("deam", 0.12),
            ("emopia", 0.08),
            ("ym2413", 0.05),
            ("vgmidi", 0.05),
            ("synth", 0.05),
            ("corpus", 0.08),
            ("negatives-train", 0.35),
        ):
            if name in m.clips:  # of the configuration: a free model's confidence is free too
                groups.append(self.confidence_group(fitted, name, "p0", without, share))
        for variant in ("phone", "r8000"):
            if "fourq" in m.clips and pipeline.there(m.collections["fourq"], variant):
                groups.append(self.confidence_group(fitted, "fourq", variant, without, 0.05))
        self._confidence[without] = layers = confidence.fit(
            [g for g in groups if len(g.inputs)], self.config["train"]["seed"]
        )
        torch.save(layers, path)
        return layers

    def confidence_group(self, fitted: Fitted, name: str, variant: str, without, share: float):
        """A collection's hops of all folds but one."""
        key = name, variant
        if key not in self._rows:
            self._rows[key] = self._confidence_rows(fitted, name, variant)
        own = [row for row in self._rows[key] if row[0] != without]
        if not own:
            return confidence.Group(*(np.zeros((0, 1), np.float32) for _ in range(3)), share)
        inputs, music, right = (np.concatenate([row[k] for row in own]) for k in (1, 2, 3))
        return confidence.Group(inputs, music, right, share)

    def _confidence_rows(self, fitted: Fitted, name: str, variant: str) -> list[tuple]:
        """(fold, inputs, target of the first part, of the second) of each clip."""
        m, key = self.material(), f"{name}/{variant}"
        raw, pack = self.raw(key), m.collections[name].pack(variant)
        read = self.held_out(name, variant)
        gain = np.array([self.calibration()[a] for a in AXES])
        positive = {c.name: c.positive for c in m.clips.get(name, [])}
        silent, rows = np.asarray(pack.arrays["silent"]), []
        narrow = variant in ("phone", "r8000")
        music = confidence.NARROW if narrow else confidence.MUSIC
        if name.startswith("negatives"):
            music = confidence.NO_MUSIC
        for n in pack.names:
            if n not in read:
                continue
            own = pack.rows(n)
            values = confidence.inputs(
                fitted.normalised(raw[own]),
                self.errors[key][own] if key in self.errors else None,
                self.shown(read[n]),
            )
            right = np.nan
            if positive.get(n) is not None and not narrow:
                mean = calibrate.apply(read[n][4:, :2].mean(0), gain)
                right = confidence.quality(mean, np.array(positive[n]))
            keep = ~silent[own] & (np.arange(len(values)) >= 2)
            values = values[keep][::2]
            targets = (np.full(len(values), t, np.float32) for t in (music, right))
            rows.append((m.collections[name].items[n].fold, values, *targets))
        return rows

    def word_table(self, without: str | None = None) -> dict[str, np.ndarray]:
        """Positions of the words, from held-out readings of the tagged clips (of all folds but
        one).
        """
        means, _, names = self.clip_means("fourq", without)
        gain = self.gains(without)
        shown = calibrate.apply(means, gain)
        tags = [self.material().collections["fourq"].items[n].tags for n in names]
        music = [shown]
        if "corpus" in self.material().clips:
            read = self.held_out("corpus")
            music.append(
                np.array([calibrate.apply(r[4:, :2], gain).mean(0) for r in read.values()])
            )
        return words.table(shown, tags, music)

    def write_words(self) -> None:
        """words.json, and words-<fold>.json fitted without that fold, for the yardstick."""
        made = [f for f in FOLDS if (self.folder / f"{f}.pt").exists()]
        for fold in [None, *(made if len(made) > 1 else [])]:
            table = self.word_table(fold)
            rows = [
                {
                    "word": w,
                    "valence": float(p[0]),
                    "arousal": float(p[1]),
                    "landmark": words.WORDS[w][0],
                }
                for w, p in table.items()
            ]
            write_json(self.folder / (f"words-{fold}.json" if fold else "words.json"), rows)

    def has(self, name: str) -> bool:
        """Whether a collection exists; opens it."""
        m = self.material()
        if name not in m.collections:
            collection = pipeline.packs.load(name, self.config)
            if collection is not None:
                m.collections[name] = collection
        return name in m.collections

    def report(self, quick: bool = False, only=None, judge: bool = False) -> None:
        """Read everything that the yardstick measures, and print its table."""
        from . import readings, yardstick

        if "fourq" in self.material().clips:
            self.write_words()
        write_json(
            self.folder / "coverage.json", calibrate.coverage(*self.deam_errors(self.gains()))
        )
        for name, variants in (
            (readings.JUDGE if judge else {}) | (readings.QUICK if quick else readings.FULL)
        ).items():
            if (only and name not in only) or not self.has(name):
                continue
            for variant in [
                v for v in variants if pipeline.there(self.material().collections[name], v)
            ]:
                parts = self.read_pack(name, variant, name in ATTENDED)
                readings.write(readings.folder_of(self.config["name"]), name, variant, parts)
        figures = yardstick.measure(self.config["name"], judge)
        write_json(
            self.folder / "yardstick.json",
            [[f.section, f.name, f.value, f.low, f.high, f.aim] for f in figures],
        )
        for f in figures:
            print(f"{f.section}: {f.name}: {f.value:.3f} ({f.low:.3f} to {f.high:.3f}) {f.aim}")

    def usual(self) -> np.ndarray | None:
        """[window] mean attention weight by age over music longer than the window; None if there is
        none.
        """
        fitted, window = self.members("final"), self.config["model"]["temporal"]["window"]
        total, count = np.zeros(window), 0
        for name in ("medleys", "vgmidi", "synth", "corpus"):
            if name in self.material().collections and count < 4000:
                key = f"{name}/p0"
                raw, pack = self.raw(key), self.material().collections[name].pack("p0")
                for n in pack.names[:60]:
                    x = fitted.normalised(raw[pack.rows(n)])[:240]
                    if len(x) > window + 10:
                        alpha = loop.predict(fitted.members, x)["attention"]
                        for t in range(window - 1, len(x), 4):
                            total += alpha[t, t - window + 1 : t + 1][::-1]
                            count += 1
        return (total / count).astype(np.float32) if count else None

    def trained(self) -> export.Trained:
        """Everything that the model file holds."""
        fitted = self.members("final")
        out = export.Trained(
            self.config,
            fitted.members,
            fitted.mean,
            fitted.std,
            encoder=self.encoder(),
            calibration=self.calibration(),
        )
        out.confidence = self.confidence()
        if "fourq" in self.material().clips:
            out.words = self.word_table()
        if fitted.members[0].attention is not None:
            out.usual = self.usual()
        if "fourq" in self.material().clips and self.has("corpus"):
            out.change = change.from_packs(self.config)
        return out

    def composed_pack(self):
        """Features of composed pieces, for goldens (they may be published); None and a message if
        there are none.
        """
        for name in ("probe", "synth"):
            collection = self.material().collections.get(name) or pipeline.packs.load(
                name, self.config
            )
            if collection is not None and collection.pack("p0").lengths[0] >= 90:
                return collection.pack("p0")
        print("goldens: skipped, no composed piece is there (train/DATA.md)")
        return None

    def export(self, folder: Path) -> Path:
        """Model file and golden into ``folder``."""
        trained = self.trained()
        path = folder / f"{self.config['name']}.safetensors"
        count = export.write_model(path, trained)
        pack = self.composed_pack()
        if pack is not None:
            golden = folder / "goldens" / path.name
            golden.parent.mkdir(parents=True, exist_ok=True)
            rows = slice(int(pack.starts[0]) + 45, int(pack.starts[0]) + 75)
            export.write_golden(
                golden,
                trained,
                *(np.asarray(pack.arrays[k][rows], np.float32) for k in ("mel", "cues")),
            )
        print(f"{path}: {count} parameters, {path.stat().st_size} bytes", flush=True)
        model = self.config["model"]
        facts = [
            ("inputs", ", ".join(model["inputs"])),
            (
                "temporal",
                (
                    f"{model['members']} x {model['temporal']['type']},"
                    f" {model['temporal']['hidden']} hidden"
                ),
            ),
        ]
        cards.write(
            folder / f"{path.stem}.md",
            self.config,
            path.stat().st_size,
            facts + cards.figures(self.folder, cards.used(self.config)),
            self.config.get("note", ""),
        )
        return path


def through(adapter, name: str, p: np.ndarray, campaign: np.ndarray | None) -> np.ndarray:
    """Readings [B, T, 2] on the scale of a collection's raters."""
    values = torch.from_numpy(np.ascontiguousarray(p, np.float32))
    with torch.no_grad():
        if name == "vgmidi":
            return adapter.vgmidi(values).numpy()
        if name == "synth":
            return adapter.synth(values, False).numpy()
        own = (
            np.resize(campaign, values.shape[1])
            if campaign is not None
            else np.zeros(values.shape[1], int)
        )
        return adapter.deam(values, torch.from_numpy(own)[None].expand(len(values), -1)).numpy()


def open_range(parts: dict, items: dict, ratio: float = 0.9) -> None:
    """Readings through DEAM's adapter brought to ``ratio`` times the ratings' SD and to their mean,
    fitted on the other folds.
    """
    rated = {n: items[n].targets(0.5 * np.arange(1, len(p["deam"]) + 1)) for n, p in parts.items()}
    moments = {}
    for n, p in parts.items():
        ok = np.isfinite(rated[n]).all(1) & (np.arange(len(rated[n])) >= 3)
        moments.setdefault(items[n].fold, []).append((p["deam"][ok], rated[n][ok]))
    for fold in moments:
        others = [m for f, own in moments.items() if f != fold or len(moments) == 1 for m in own]
        p, t = (np.concatenate([o[i] for o in others]) for i in (0, 1))
        gain = ratio * t.std(0) / p.std(0)
        for n, part in parts.items():
            if items[n].fold == fold:
                part["deam"] = ((part["deam"] - p.mean(0)) * gain + t.mean(0)).astype(np.float32)


def by_age(alpha: np.ndarray, window: int) -> np.ndarray:
    """Attention [T, T] (query, key) -> [T, window] by age, now first."""
    out = np.zeros((len(alpha), window), np.float32)
    for t in range(len(alpha)):
        first = max(0, t - window + 1)
        out[t, : t - first + 1] = alpha[t, first : t + 1][::-1]
    return out


def pack_of(material: Material, key: str):
    name, variant = key.split("/")
    if name not in material.collections:
        material.collections[name] = pipeline.packs.load(name, material.config)
    return material.collections[name].pack(variant)


def factor_tables(material: Material) -> dict[str, np.ndarray]:
    """Standardised factor curves [T, n] of the composed pieces."""
    if "synth" not in material.collections:
        return {}
    tables = {
        n: np.stack([i.facts["factors"][f] for f in FACTORS], 1).astype(np.float32)
        for n, i in material.collections["synth"].items.items()
        if "factors" in i.facts
    }
    if not tables:
        return {}
    rows = np.concatenate(list(tables.values()))
    return {n: (t - rows.mean(0)) / np.maximum(rows.std(0), 1e-3) for n, t in tables.items()}
