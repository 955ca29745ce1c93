# SPDX-License-Identifier: GPL-3.0-or-later
"""PyTorch mirror of the engine's nets, part by part as docs/model-format.md describes them.

Tensor names equal those of the model file, so that export is a copy.  Sequences are [B, T, n].
"""

from __future__ import annotations

import math

import torch
from torch import nn
from torch.nn import functional as F

FRAMES = 25
CLAMP = 6.0


def activation(op: str) -> nn.Module:
    return {
        "relu": nn.ReLU,
        "elu": nn.ELU,
        "gelu": nn.GELU,
        "tanh": nn.Tanh,
        "sigmoid": nn.Sigmoid,
    }[op]()


class Layers(nn.Module):
    """A list of layers as in the model file; the input is [N, C, T, F] or flat [N, n]."""

    def __init__(self, specs: list[dict], shape: tuple[int, ...]):
        super().__init__()
        self.specs = specs
        self.parts = nn.ModuleDict()
        for spec in specs:
            op, name = spec["op"], spec.get("name", "")
            part, shape = self._build(spec, shape)
            if part is not None:
                self.parts[name.replace(".", "/")] = part
        self.out_shape = shape

    @staticmethod
    def _build(spec: dict, shape: tuple[int, ...]):
        op = spec["op"]
        if op == "dense":
            return nn.Linear(shape[0], spec["out"]), (spec["out"],)
        if op == "conv1d":
            k, s, p = spec["kernel"], spec.get("stride", 1), spec.get("padding", 0)
            part = nn.Conv1d(shape[0] * shape[2], spec["out"], k, s, p)
            return part, (spec["out"], (shape[1] + 2 * p - k) // s + 1, 1)
        if op == "conv2d":
            k, s, p = spec["kernel"], spec.get("stride", [1, 1]), spec.get("padding", [0, 0])
            part = nn.Conv2d(shape[0], spec["out"], k, s, p)
            sizes = [(shape[i + 1] + 2 * p[i] - k[i]) // s[i] + 1 for i in (0, 1)]
            return part, (spec["out"], *sizes)
        if op == "batchnorm":
            return (nn.BatchNorm1d if len(shape) == 1 else nn.BatchNorm2d)(shape[0]), shape
        if op == "layernorm":
            return nn.LayerNorm(shape[0]), shape
        if op == "flatten":
            return None, (math.prod(shape),)
        if op == "meanpool":
            return None, (shape[0], 1, shape[2])
        if op == "reshape":
            return None, tuple(spec["shape"])
        return None, shape

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for spec in self.specs:
            op = spec["op"]
            part = self.parts[spec["name"].replace(".", "/")] if "name" in spec else None
            if op == "conv1d":
                n, c, t, f = x.shape
                x = part(x.permute(0, 1, 3, 2).reshape(n, c * f, t))[..., None]
            elif part is not None:
                x = part(x)
            elif op == "flatten":
                x = x.flatten(1)
            elif op == "meanpool":
                x = x.mean(2, keepdim=True)
            elif op == "reshape":
                x = x.reshape(-1, *spec["shape"])
            else:
                x = activation(op)(x)
        return x

    def tensors(self) -> dict[str, torch.Tensor]:
        out = {}
        for key, part in self.parts.items():
            for name, value in part.state_dict().items():
                if name != "num_batches_tracked":
                    out[f"{key.replace('/', '.')}.{name}"] = value
        return out

    def file_specs(self) -> list[dict]:
        """The specs as the model file wants them (sizes come from the tensors there)."""
        return [
            {k: v for k, v in spec.items() if k not in ("out", "kernel")} for spec in self.specs
        ]


class Encoder(nn.Module):
    """Normalised log-mel [N, 25, n_mel] -> code; with a decoder also the reconstruction.

    ``kind``: ``vae`` (the code is mu; ``log_var`` is used in training only), ``ae`` or ``cnn``.
    """

    def __init__(self, kind: str, n_mel: int, n_code: int, layers: list[dict], decoder: list[dict]):
        super().__init__()
        self.kind, self.n_mel, self.n_code = kind, n_mel, n_code
        self.layers = Layers(layers, (1, FRAMES, n_mel))
        self.log_var = nn.Linear(self._width(), n_code) if kind == "vae" else None
        self.decoder = Layers(decoder, (n_code,)) if decoder else None
        self.register_buffer("mel_mean", torch.zeros(n_mel))
        self.register_buffer("mel_std", torch.ones(n_mel))

    def _width(self) -> int:
        return list(self.layers.parts.values())[-1].in_features

    def normalise(self, mel: torch.Tensor) -> torch.Tensor:
        return ((mel - self.mel_mean) / self.mel_std).clamp(-CLAMP, CLAMP)

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        return self.layers(z[:, None])

    def sample(self, z: torch.Tensor):
        """-> (mu, log variance, sample); the trunk runs once."""
        trunk = z[:, None]
        last = list(self.layers.parts.values())[-1]
        kept = {}
        hook = last.register_forward_pre_hook(lambda _m, args: kept.update(x=args[0]))
        mu = self.layers(trunk)
        hook.remove()
        log_var = self.log_var(kept["x"]).clamp(-8, 4)
        return mu, log_var, mu + torch.randn_like(mu) * torch.exp(0.5 * log_var)

    def error(self, z: torch.Tensor, code: torch.Tensor) -> torch.Tensor:
        """Mean squared reconstruction error of each hop [N]."""
        return ((self.decoder(code).view_as(z) - z) ** 2).mean((1, 2))


class Attention(nn.Module):
    """Attention of h_t over the last ``window`` hidden states; additive or dot score."""

    def __init__(
        self,
        hidden: int,
        window: int,
        score: str = "additive",
        width: int = 24,
        backward: bool = False,
    ):
        super().__init__()
        self.backward_in_time = backward  # attends to the future: a row for comparison, not live
        self.hidden, self.window, self.score = hidden, window, score
        if score == "additive":
            self.query = nn.Parameter(torch.randn(width, hidden) / math.sqrt(hidden))
            self.key = nn.Parameter(torch.randn(width, hidden) / math.sqrt(hidden))
            self.v = nn.Parameter(torch.randn(width) / math.sqrt(width))
            self.age = nn.Parameter(torch.zeros(window, width))
        else:
            self.key = nn.Parameter(torch.randn(hidden, hidden) / math.sqrt(hidden))
            self.age = nn.Parameter(torch.zeros(window))

    def weights(self, h: torch.Tensor, blocked: torch.Tensor | None = None) -> torch.Tensor:
        """[B, T, H] -> alpha [B, T, T] (query, key), causal and banded."""
        steps = h.shape[1]
        t = torch.arange(steps)
        age = t[:, None] - t[None, :]
        if self.backward_in_time:
            age = -age
        banned = (age < 0) | (age >= self.window)
        index = age.clamp(0, self.window - 1)
        if self.score == "additive":
            query, key = h @ self.query.T, h @ self.key.T
            score = (
                torch.tanh(query[:, :, None] + key[:, None] + F.embedding(index, self.age)) @ self.v
            )
        else:
            score = h @ (h @ self.key.T).transpose(1, 2) / math.sqrt(self.hidden) + self.age[index]
        score = score.masked_fill(banned, -1e9)
        if blocked is not None:
            score = score.masked_fill(blocked, -1e9)
        return score.softmax(-1)

    def forward(self, h: torch.Tensor):
        alpha = self.weights(h)
        return torch.cat([h, alpha @ h], -1), alpha


class CosineAttention(nn.Module):
    """alpha = softmax(tau cos(q, k)) over the last ``window`` hops; queries and keys come from the
    step's
    inputs, the values are the hidden states.  No term for age: attention goes to similar sounds."""

    def __init__(
        self, n_inputs: int, window: int, width: int = 24, project: int = 64, tau: float = 4.5
    ):
        super().__init__()
        self.window = window
        self.input = nn.Linear(n_inputs, project)
        self.query, self.key = (
            nn.Parameter(torch.randn(width, project) / math.sqrt(project)) for _ in range(2)
        )
        self.log_tau = nn.Parameter(torch.tensor([math.log(tau)]))

    def weights(self, x: torch.Tensor) -> torch.Tensor:
        """Normalised inputs [B, T, n] -> alpha [B, T, T] (query, key), causal and banded."""
        z = torch.tanh(self.input(x))
        q, k = F.normalize(z @ self.query.T, dim=-1), F.normalize(z @ self.key.T, dim=-1)
        t = torch.arange(x.shape[1])
        age = t[:, None] - t[None, :]
        score = self.log_tau.exp() * q @ k.transpose(1, 2)
        return score.masked_fill((age < 0) | (age >= self.window), -1e9).softmax(-1)

    def forward(self, x: torch.Tensor, h: torch.Tensor):
        alpha = self.weights(x)
        return torch.cat([h, alpha @ h], -1), alpha

    def tensors(self) -> dict[str, torch.Tensor]:
        state = self.state_dict()
        return {**{k: v for k, v in state.items() if k != "log_tau"}, "tau": state["log_tau"].exp()}


class Block(nn.Module):
    def __init__(self, hidden: int, heads: int, ff: int, window: int, dropout: float):
        super().__init__()
        self.heads, self.window = heads, window
        self.norm1, self.norm2 = nn.LayerNorm(hidden), nn.LayerNorm(hidden)
        self.qkv, self.out = nn.Linear(hidden, 3 * hidden), nn.Linear(hidden, hidden)
        self.age = nn.Parameter(torch.zeros(heads, window))
        self.ff = nn.ModuleList([nn.Linear(hidden, ff), nn.Linear(ff, hidden)])
        self.drop = nn.Dropout(dropout)

    def forward(self, y: torch.Tensor):
        b, t, d = y.shape
        q, k, v = (
            self.qkv(self.norm1(y))
            .view(b, t, 3, self.heads, d // self.heads)
            .permute(2, 0, 3, 1, 4)
        )
        steps = torch.arange(t)
        age = steps[:, None] - steps[None, :]
        score = q @ k.transpose(-1, -2) / math.sqrt(d // self.heads)
        score = score + self.age[:, age.clamp(0, self.window - 1)]
        alpha = score.masked_fill((age < 0) | (age >= self.window), -1e9).softmax(-1)
        y = y + self.drop(self.out((alpha @ v).transpose(1, 2).reshape(b, t, d)))
        y = y + self.drop(self.ff[1](F.gelu(self.ff[0](self.norm2(y)))))
        return y, alpha.mean(1)


class Transformer(nn.Module):

    def __init__(
        self, n: int, hidden: int, layers: int, heads: int, ff: int, window: int, dropout: float
    ):
        super().__init__()
        self.input = nn.Linear(n, hidden)
        self.blocks = nn.ModuleList(
            [Block(hidden, heads, ff, window, dropout) for _ in range(layers)]
        )
        self.norm = nn.LayerNorm(hidden)

    def forward(self, x: torch.Tensor):
        y, alpha = self.input(x), None
        for block in self.blocks:
            y, alpha = block(y)
        return self.norm(y), alpha


class Member(nn.Module):
    """Temporal part and head of one member.  ``spec`` is the file's ``temporal``
    plus ``head_hidden``, ``dropout`` and, for rows that cannot run live, ``bidirectional`` /
    ``backward``."""

    def __init__(self, n_inputs: int, spec: dict):
        super().__init__()
        self.spec = spec
        kind, hidden = spec["type"], spec.get("hidden", 1)
        layers, drop = spec.get("layers", 1), spec.get("dropout", 0.3)
        self.input_drop, self.drop = nn.Dropout(spec.get("input_dropout", 0.2)), nn.Dropout(drop)
        self.attention, self.recurrent, self.transformer = None, None, None
        two_way = bool(spec.get("bidirectional"))
        if kind == "none":
            width = n_inputs
        elif kind == "transformer":
            self.transformer = Transformer(
                n_inputs,
                hidden,
                layers,
                spec.get("heads", 4),
                spec.get("ff", 2 * hidden),
                spec["window"],
                drop,
            )
            width = hidden
        else:
            make = nn.RNN if kind == "rnn" else nn.LSTM
            self.recurrent = make(n_inputs, hidden, layers, batch_first=True, bidirectional=two_way)
            width = hidden * (2 if two_way else 1)
            if kind == "attentive-lstm":
                if spec.get("score") == "cosine":
                    self.attention = CosineAttention(
                        n_inputs,
                        spec["window"],
                        spec.get("attention_width", 24),
                        spec.get("attention_project", 64),
                        spec.get("attention_tau", 4.5),
                    )
                else:
                    self.attention = Attention(
                        hidden,
                        spec["window"],
                        spec.get("score", "additive"),
                        spec.get("attention_width", 24),
                        bool(spec.get("backward")),
                    )
                width = 2 * hidden
        head_hidden = spec.get("head_hidden", 32)
        if head_hidden:
            self.head_specs = [
                {"op": "dense", "name": "head.0", "out": head_hidden},
                {"op": "tanh"},
                {"op": "dense", "name": "head.1", "out": 4},
            ]
        else:
            self.head_specs = [{"op": "dense", "name": "head.0", "out": 4}]
        self.head = Layers(self.head_specs, (width,))
        self.width = width

    def temporal(self, x: torch.Tensor):
        """[B, T, n] -> what the head sees [B, T, width], attention or None."""
        if self.transformer is not None:
            return self.transformer(self.input_drop(x))
        if self.recurrent is None:
            return self.input_drop(x), None
        h, _ = self.recurrent(self.input_drop(x))
        if self.attention is None:
            return h, None
        return (
            self.attention(x, h)
            if isinstance(self.attention, CosineAttention)
            else self.attention(h)
        )

    def input_weights(self) -> list[torch.Tensor]:
        """The weights that meet the step's input [out, n_inputs]."""
        out = [self.recurrent.weight_ih_l0] if self.recurrent is not None else []
        if isinstance(self.attention, CosineAttention):
            out.append(self.attention.input.weight)
        if self.transformer is not None:
            out.append(self.transformer.input.weight)
        return out

    def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor | None]:
        seen, alpha = self.temporal(x)
        dropped = self.drop(seen)
        b, t, w = dropped.shape
        o = self.head(dropped.reshape(b * t, w)).view(b, t, 4)
        return {
            "mean": torch.tanh(o[..., :2]),
            "spread": (0.02 + F.softplus(o[..., 2:])).clamp(max=2.0),
            "attention": alpha,
            "seen": seen,
        }

    def tensors(self) -> dict[str, torch.Tensor]:
        out: dict[str, torch.Tensor] = {}
        if self.recurrent is not None:
            prefix = "rnn" if self.spec["type"] == "rnn" else "lstm"
            out.update({f"{prefix}.{k}": v for k, v in self.recurrent.state_dict().items()})
        if self.attention is not None:
            own = (
                self.attention.tensors()
                if isinstance(self.attention, CosineAttention)
                else self.attention.state_dict()
            )
            out.update({f"attention.{k}": v for k, v in own.items()})
        if self.transformer is not None:
            for key, value in self.transformer.state_dict().items():
                out["transformer." + key.replace("blocks.", "")] = value
        out.update(self.head.tensors())
        return out


def average(outputs: list[dict]) -> dict[str, torch.Tensor | None]:
    """Members' outputs averaged, as the engine does."""
    mean = {k: torch.stack([o[k] for o in outputs]).mean(0) for k in ("mean", "spread")}
    has = outputs[0]["attention"] is not None
    mean["attention"] = torch.stack([o["attention"] for o in outputs]).mean(0) if has else None
    return mean
