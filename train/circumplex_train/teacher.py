# SPDX-License-Identifier: GPL-3.0-or-later
"""MusiCNN as a teacher: the features of a pretrained tagger, for tutor.py.

MusiCNN (Pons and Serra, "musicnn: pre-trained convolutional neural networks for music audio
tagging", ISMIR late-breaking 2019; ISC licence) ships its TensorFlow checkpoints inside the PyPI
wheel `musicnn` 0.1.0.  The wheel is downloaded, its checkpoint is read here without TensorFlow,
and the forward pass is written out in PyTorch from the published description: 16 kHz, 96 mel
bands, patches of 187 frames (3 s), front end of vertical (timbre) and horizontal (rhythm)
filters, three residual layers, mean and max pooling, a dense layer of 200, 50 tags.

A patch gives 1506 pooled features (maximum and mean over time), the 200 of the penultimate layer,
and 50 tag probabilities.
"""

from __future__ import annotations

import struct
import subprocess
import sys
import zipfile

import numpy as np
import torch
import torch.nn.functional as F
from scipy.signal import get_window

from .workspace import work_folder

RATE, FFT, FFT_HOP, MEL, PATCH = 16000, 512, 256, 96, 187
MODELS = {"mtt": "MTT_musicnn", "msd": "MSD_musicnn"}  # MagnaTagATune, Million Song Dataset
BATCH_EPSILON = 1e-3  # tf.layers.batch_normalization's default


# The checkpoint: a LevelDB table (`.index`) of BundleEntryProto messages that point into `.data`.


def _varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at


def _block(data, offset, size):
    """The key-value pairs of one uncompressed table block (keys are prefix-compressed)."""
    if data[offset + size] != 0:
        raise ValueError("compressed checkpoint index")
    block = data[offset : offset + size]
    end = size - 4 - 4 * struct.unpack("<I", block[-4:])[0]
    at, key = 0, b""
    while at < end:
        shared, at = _varint(block, at)
        unshared, at = _varint(block, at)
        length, at = _varint(block, at)
        key = key[:shared] + block[at : at + unshared]
        at += unshared
        yield key, block[at : at + length]
        at += length


def _message(data):
    """The fields of a protocol buffer message: {number: last value}."""
    fields, at = {}, 0
    while at < len(data):
        tag, at = _varint(data, at)
        if tag & 7 == 0:
            fields[tag >> 3], at = _varint(data, at)
        elif tag & 7 == 2:
            size, at = _varint(data, at)
            fields.setdefault(tag >> 3, []).append(data[at : at + size])
            at += size
        else:  # 32-bit (crc32c)
            at += 4
    return fields


def read_checkpoint(index, data):
    """All float32 variables of a TensorFlow V2 checkpoint as {name: array}."""
    footer = index[-48:]
    _, at = _varint(footer, 0)
    _, at = _varint(footer, at)
    root, at = _varint(footer, at)
    root_size, at = _varint(footer, at)
    variables = {}
    for _, handle in _block(index, root, root_size):
        offset, at = _varint(handle, 0)
        size, _ = _varint(handle, at)
        for key, value in _block(index, offset, size):
            entry = _message(value)
            if not key or entry.get(1) != 1:  # the header, or not float32
                continue
            shape = []
            for part in entry.get(2, []):
                for dim in _message(part).get(2, []):
                    shape.append(_message(dim).get(1, 0))
            start = entry.get(4, 0)
            variables[key.decode()] = np.frombuffer(data[start : start + entry[5]], "<f4").reshape(
                shape
            )
    return variables


def load_weights(name):
    """The variables of one of MODELS, from the wheel (downloaded once)."""
    folder = work_folder("musicnn")
    wheels = sorted(folder.glob("musicnn-0.1.0-*.whl"))
    if not wheels:
        subprocess.run(
            [
                sys.executable,
                "-m",
                "pip",
                "download",
                "-q",
                "--no-deps",
                "-d",
                str(folder),
                "musicnn==0.1.0",
            ],
            check=True,
        )
        wheels = sorted(folder.glob("musicnn-0.1.0-*.whl"))
    with zipfile.ZipFile(wheels[0]) as wheel:
        prefix = f"musicnn/{MODELS[name]}/"
        return read_checkpoint(
            wheel.read(prefix + ".index"), wheel.read(prefix + ".data-00000-of-00001")
        )


# The log-mel spectrogram, by librosa's defaults (Slaney's mel scale and area normalisation).


def _slaney_mel(hz):
    hz = np.asarray(hz, float)
    return np.where(
        hz < 1000.0,
        hz * 3.0 / 200.0,
        15.0 + np.log(np.maximum(hz, 1e-9) / 1000.0) / (np.log(6.4) / 27.0),
    )


def _slaney_hz(mel):
    mel = np.asarray(mel, float)
    return np.where(
        mel < 15.0, mel * 200.0 / 3.0, 1000.0 * np.exp((mel - 15.0) * np.log(6.4) / 27.0)
    )


def mel_matrix():
    """[96, 257] triangles of unit area from 0 Hz to 8 kHz."""
    edges = _slaney_hz(np.linspace(_slaney_mel(0.0), _slaney_mel(RATE / 2.0), MEL + 2))
    bins = np.linspace(0.0, RATE / 2.0, FFT // 2 + 1)
    up = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    down = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    return (
        np.maximum(0.0, np.minimum(up, down)) * (2.0 / (edges[2:] - edges[:-2]))[:, None]
    ).astype(np.float32)


_MEL = mel_matrix()
_WINDOW = get_window("hann", FFT).astype(np.float32)


def spectrogram(samples):
    """[frames, 96] log10(1 + 10000 power) of 16 kHz samples; frame k is centred at 256 k."""
    padded = np.pad(samples.astype(np.float32), FFT // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, FFT)[::FFT_HOP]
    power = np.abs(np.fft.rfft(frames * _WINDOW, axis=1)).astype(np.float32) ** 2
    return np.log10(10000.0 * (power @ _MEL.T).astype(np.float16).astype(np.float32) + 1.0)


# The network.


class MusiCNN:
    """The forward pass of one MusiCNN, evaluation mode."""

    def __init__(self, variables):
        convs = sorted(
            {k.split("/")[0] for k in variables if k.startswith("conv2d")}, key=_layer_number
        )
        norms = sorted(
            {k.split("/")[0] for k in variables if k.startswith("batch_norm")}, key=_layer_number
        )
        dense = sorted(
            {k.split("/")[0] for k in variables if k.startswith("dense")}, key=_layer_number
        )
        tensor = lambda array: torch.from_numpy(np.array(array))
        self.convs = [
            (tensor(variables[c + "/kernel"].transpose(3, 2, 0, 1)), tensor(variables[c + "/bias"]))
            for c in convs
        ]
        self.norms = []
        for n in norms:
            gamma, beta, mean, var = (
                tensor(variables[f"{n}/{v}"])
                for v in ("gamma", "beta", "moving_mean", "moving_variance")
            )
            scale = gamma / torch.sqrt(var + BATCH_EPSILON)
            self.norms.append((scale, beta - mean * scale))
        self.dense = [
            (tensor(variables[d + "/kernel"]), tensor(variables[d + "/bias"])) for d in dense
        ]

    def _norm(self, index, x):
        scale, shift = self.norms[index]
        shape = (1, -1) + (1,) * (x.dim() - 2)
        return x * scale.view(shape) + shift.view(shape)

    @torch.no_grad()
    def __call__(self, patches):
        """[n, frames, 96] -> (pools [n, 1506], penultimate [n, 200], tags [n, 50])."""
        x = self._norm(0, patches.unsqueeze(1))
        features = []
        for k in range(5):
            weight, bias = self.convs[k]
            if k < 2:  # timbre: 7 frames x 38 or 67 bands
                y = F.conv2d(F.pad(x, (0, 0, 3, 3)), weight, bias)
            # rhythm: 128, 64, 32 frames x 1 band; TensorFlow's "same" pads the longer side last
            else:
                length = weight.shape[2]
                y = F.conv2d(F.pad(x, (0, 0, (length - 1) // 2, length // 2)), weight, bias)
            features.append(self._norm(1 + k, torch.relu(y)).amax(dim=3))
        stack = [torch.cat(features, 1)]  # [n, 561, frames]
        x = stack[0]
        for k in range(3):
            weight, bias = self.convs[5 + k]  # [64, 1, 7, channels]
            y = F.conv1d(F.pad(x, (3, 3)), weight[:, 0].permute(0, 2, 1).contiguous(), bias)
            y = self._norm(6 + k, torch.relu(y))
            x = y if k == 0 else x + y
            stack.append(x)
        x = torch.cat(stack, 1)  # [n, 753, frames]
        top, mean = x.amax(dim=2), x.mean(dim=2)
        (w1, b1), (w2, b2) = self.dense
        # The checkpoint's order is max and mean side by side for each channel.
        hidden = torch.relu(self._norm(9, torch.stack((top, mean), 2).flatten(1)) @ w1 + b1)
        hidden = self._norm(10, hidden)
        return torch.cat((top, mean), 1), hidden, torch.sigmoid(hidden @ w2 + b2)



def _layer_number(name):
    tail = name.rsplit("_", 1)[-1]
    return int(tail) if tail.isdigit() else 0
