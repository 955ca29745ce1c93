# SPDX-License-Identifier: GPL-3.0-or-later
"""The model of docs/model-format.md in PyTorch, read from and written to a model file.

Written to be correct, not fast: everything is computed over whole sequences, with masks where the C
code has rings.
"""
import json
import math
import struct

import numpy as np
import torch
import torch.nn.functional as F

ACTIVATIONS = {
    "relu": F.relu,
    "elu": F.elu,
    "gelu": F.gelu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
}


def write_safetensors(path, tensors, metadata):
    """tensors: dict of name -> float32 array; metadata: dict of strings."""
    header, at = {"__metadata__": metadata}, 0
    arrays = {k: np.ascontiguousarray(v, dtype="<f4") for k, v in tensors.items()}
    for name, a in arrays.items():
        header[name] = {
            "dtype": "F32",
            "shape": list(np.shape(tensors[name])),
            "data_offsets": [at, at + a.nbytes],
        }
        at += a.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text)
        for a in arrays.values():
            f.write(a.tobytes())


def read_safetensors(path):
    """-> (dict of name -> float32 array, metadata)"""
    with open(path, "rb") as f:
        blob = f.read()
    n = struct.unpack("<Q", blob[:8])[0]
    header = json.loads(blob[8:8 + n])
    metadata = header.pop("__metadata__", {})
    data = blob[8 + n:]
    return {
        k: (
            np.frombuffer(data[h["data_offsets"][0] : h["data_offsets"][1]], "<f4").reshape(
                h["shape"]
            )
        )
        for k, h in header.items()
    }, metadata


class Reference:
    """config: the "circumplex" object; tensors: dict of name -> array."""

    def __init__(self, config, tensors):
        self.config = config
        self.t = {k: torch.tensor(np.array(v), dtype=torch.float32) for k, v in tensors.items()}
        self.n_mel = config.get("frontend", {}).get("n_mel", 64)

    def layers(self, listed, x, prefix=""):
        """x: [N, ...]"""
        for layer in listed:
            op, name = layer["op"], prefix + layer.get("name", "")
            w, b = self.t.get(name + ".weight"), self.t.get(name + ".bias")
            eps = layer.get("eps", 1e-5)
            if op == "conv2d":
                x = F.conv2d(x, w, b, layer.get("stride", [1, 1]), layer.get("padding", [0, 0]))
            elif op == "conv1d":
                n, c, t, f = x.shape
                x = x.permute(0, 1, 3, 2).reshape(n, c * f, t)
                x = F.conv1d(x, w, b, layer.get("stride", 1), layer.get("padding", 0)).unsqueeze(3)
            elif op == "batchnorm":
                x = F.batch_norm(
                    x, self.t[name + ".running_mean"], self.t[name + ".running_var"], w, b, eps=eps
                )
            elif op == "layernorm":
                x = F.layer_norm(x, x.shape[1:], w, b, eps)
            elif op == "dense":
                x = F.linear(x, w, b)
            elif op == "meanpool":
                x = x.mean(2, keepdim=True)
            elif op == "flatten":
                x = x.flatten(1)
            elif op == "reshape":
                x = x.reshape(len(x), *layer["shape"])
            else:
                x = ACTIVATIONS[op](x)
        return x

    def inputs(self, logmel, cues, chroma, semitones):
        """-> x [T, n_inputs], log reconstruction error [T]; cues: [T, named cues] in the model's
        order
        """
        config, error, parts = self.config, torch.zeros(len(logmel)), []
        z = None
        if config.get("encoder", {}).get("type", "none") != "none":
            z = ((logmel - self.t["mel.mean"]) / self.t["mel.std"]).clamp(-6, 6)
        for kind in config["inputs"]:
            if kind == "code":
                code = self.layers(config["encoder"]["layers"], z.unsqueeze(1))
                if "decoder" in config["encoder"] and "confidence" in config:
                    out = self.layers(config["encoder"]["decoder"], code)
                    error = torch.log(((out - z.flatten(1)) ** 2).mean(1) + 1e-6)
                parts.append(code)
            elif kind == "cues":
                columns = [
                    torch.log2(cues[:, i].clamp(min=20) / 120) if n == "tempo" else cues[:, i]
                    for i, n in enumerate(config["cues"])
                ]
                parts.append(torch.stack(columns, 1))
            elif kind == "melstats":
                parts += [logmel.mean(1), logmel.std(1, unbiased=False)]
            else:
                parts.append({"chroma": chroma, "semitones": semitones}[kind])
        x = (torch.cat(parts, 1) - self.t["input.mean"]) / self.t["input.std"]
        return x.clamp(-6, 6), error

    def recurrent(self, kind, prefix, x):
        h, n = self.config["temporal"]["hidden"], self.config["temporal"].get("layers", 1)
        cls = torch.nn.RNN if kind == "rnn" else torch.nn.LSTM
        module = cls(x.shape[1], h, n)
        module.load_state_dict({k: self.t[f"{prefix}{kind}.{k}"] for k in module.state_dict()})
        return module(x.unsqueeze(1))[0].squeeze(1)

    @staticmethod
    def ages(n, window):
        """-> t - j clamped to be usable as an index, and whether attention is allowed [t, j]"""
        age = torch.arange(n).unsqueeze(1) - torch.arange(n).unsqueeze(0)
        return age.clamp(0, window - 1), (age >= 0) & (age < window)

    def attention(self, prefix, h, x):
        """h: states, x: the step's inputs -> [h, c] and the weights [t, j]"""
        spec, window = self.config["temporal"], self.config["temporal"]["window"]
        age, allowed = self.ages(len(h), window)
        score_of = spec.get("score", "additive")
        z = (
            torch.tanh(
                F.linear(
                    x,
                    self.t[prefix + "attention.input.weight"],
                    self.t[prefix + "attention.input.bias"],
                )
            )
            if score_of == "cosine"
            else h
        )
        key = z @ self.t[prefix + "attention.key"].T
        bias = self.t.get(prefix + "attention.age")
        if score_of == "cosine":
            query = z @ self.t[prefix + "attention.query"].T
            score = (
                self.t[prefix + "attention.tau"]
                * F.normalize(query, dim=1)
                @ F.normalize(key, dim=1).T
            )
        elif score_of == "additive":
            query = h @ self.t[prefix + "attention.query"].T
            inside = query.unsqueeze(1) + key.unsqueeze(0) + (bias[age] if bias is not None else 0)
            score = torch.tanh(inside) @ self.t[prefix + "attention.v"]
        else:
            score = h @ key.T / math.sqrt(h.shape[1]) + (bias[age] if bias is not None else 0)
        weights = score.masked_fill(~allowed, -math.inf).softmax(1)
        return torch.cat([h, weights @ h], 1), weights

    def transformer(self, prefix, x):
        spec, t = self.config["temporal"], self.t
        d, heads, window = spec["hidden"], spec.get("heads", 4), spec["window"]
        age, allowed = self.ages(len(x), window)
        p = prefix + "transformer."
        linear = lambda name, v: F.linear(v, t[name + ".weight"], t[name + ".bias"])
        norm = lambda name, v: F.layer_norm(v, [d], t[name + ".weight"], t[name + ".bias"])
        y = linear(p + "input", x)
        for b in range(spec.get("layers", 1)):
            q = p + f"{b}."
            parts = linear(q + "qkv", norm(q + "norm1", y)).split(d, 1)
            query, key, value = (
                v.reshape(len(x), heads, d // heads).transpose(0, 1) for v in parts
            )
            score = query @ key.transpose(1, 2) / math.sqrt(d // heads) + t[q + "age"][:, age]
            weights = score.masked_fill(~allowed, -math.inf).softmax(2)
            y = y + linear(q + "out", (weights @ value).transpose(0, 1).reshape(len(x), d))
            y = y + linear(q + "ff.1", F.gelu(linear(q + "ff.0", norm(q + "norm2", y))))
        return norm(p + "norm", y), weights.mean(0)

    @torch.no_grad()
    def __call__(self, logmel, cues, chroma, semitones):
        """A sequence of T hops from reset -> dict of arrays [T, ...]"""
        config = self.config
        x, error = self.inputs(*(torch.as_tensor(v) for v in (logmel, cues, chroma, semitones)))
        kind, n = config["temporal"]["type"], config.get("members", 1)
        out, song, shown = 0, 0, 0
        count = torch.arange(1, len(x) + 1).unsqueeze(1)
        for i in range(n):
            prefix, weights = f"member{i}.", torch.zeros(len(x), len(x))
            if kind == "none":
                seen = x
            elif kind == "transformer":
                seen, weights = self.transformer(prefix, x)
            else:
                seen = self.recurrent("rnn" if kind == "rnn" else "lstm", prefix, x)
                if kind == "attentive-lstm":
                    seen, weights = self.attention(prefix, seen, x)
            o = self.layers(config["head"], seen, prefix)
            spread = (0.02 + F.softplus(o[:, 2:])).clamp(max=2)
            out = out + torch.cat([torch.tanh(o[:, :2]), spread], 1) / n
            shown = shown + weights / n
            if "song" in config:
                song = (
                    song
                    + torch.tanh(self.layers(config["song"], seen.cumsum(0) / count, prefix)) / n
                )
        line = lambda name: config.get("calibration", {}).get(name, [1.0, 0.0])
        calibrate = lambda name, v: (line(name)[0] * v + line(name)[1]).clamp(-1, 1)
        valence, arousal = calibrate("valence", out[:, 0]), calibrate("arousal", out[:, 1])
        if "song" in config:
            song = torch.stack(
                [calibrate("song_valence", song[:, 0]), calibrate("song_arousal", song[:, 1])], 1
            )
        else:
            song = self.whole_piece(torch.stack([valence, arousal], 1))
        spread = torch.stack([(line(k)[0] * out[:, 2 + i] + line(k)[1]).clamp(1e-3, 2)
                              for i, k in enumerate(("valence_spread", "arousal_spread"))], 1)
        confidence = torch.ones(len(x))
        if "confidence" in config:
            confidence = self.confidence(
                x, error, torch.cat([valence[:, None], arousal[:, None], spread], 1)
            )
        spread = spread.clamp(max=1 / math.sqrt(3))  # "What is given out"
        sure = torch.special.ndtr(torch.stack([valence, arousal], 1).abs() / spread).min(1)[0]
        confidence = torch.minimum(confidence, sure)
        beyond, recall = self.beyond(shown)
        return {
            "valence": valence,
            "arousal": arousal,
            "spread": spread,
            "song": song,
            "confidence": confidence,
            "attention": shown,
            "beyond": beyond,
            "recall": recall,
        }

    def whole_piece(self, reading):
        """Means of the readings [T, 2] so far, from hop song_from on; before it from hop 4 on, or
        the hop itself.
        """
        start = self.config.get("song_from", 0)
        return torch.stack(
            [
                reading[start if t >= start else min(4, t) : t + 1].mean(0)
                for t in range(len(reading))
            ]
        )

    def confidence(self, x, error, reading):
        inverse = self.t.get("maha.inv")
        other = x if inverse is None else x @ inverse.T
        distance = ((x * other).sum(1) / x.shape[1]).clamp(min=0)
        memory, slow, s = self.config.get("confidence_memory", 10), [], torch.zeros(x.shape[1])
        for t, step in enumerate(x):
            s = s + (step - s) / min(t + 1, memory)
            slow.append(s)
        measures = {
            "error": error[:, None],
            "distance": torch.log(distance + 1e-6)[:, None],
            "x": x,
            "slow": torch.stack(slow),
            "reading": reading,
        }
        listed = self.config.get("confidence_inputs", ["error", "distance", "x"])
        return torch.sigmoid(
            self.layers(self.config["confidence"], torch.cat([measures[k] for k in listed], 1))
        )[:, 0]

    def beyond(self, shown):
        """Weights [t, j] -> how much each is beyond the usual for its age, and the sum of that over
        what is 10 s old.
        """
        n, window = len(shown), self.config["temporal"].get("window", 0)
        if not window:
            return torch.zeros(n, n), torch.zeros(n)
        usual = self.t.get("attention.usual", torch.ones(window))
        age, allowed = self.ages(n, window)
        expected = usual[age] * allowed
        beyond = (shown - expected / expected.sum(1, keepdim=True)).clamp(min=0)
        real = torch.arange(n)[:, None] - torch.arange(n)[None]
        return beyond, (beyond * (real >= 20)).sum(1)
