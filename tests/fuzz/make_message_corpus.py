#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Seeds for fuzz_plugin, fuzz_ui and fuzz_audio: one good message, state or file of each kind.

    python3 tests/fuzz/make_message_corpus.py

URIs are numbered as fuzz_plugin's and fuzz_ui's maps number them: in the order of plugin/uris.h.
"""
import math
import pathlib
import re
import struct

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent
names = re.findall(r"^\s*X\((\w+),", (ROOT / "plugin" / "uris.h").read_text(), re.M)
URID = {name: i + 1 for i, name in enumerate(names)}


def atom(kind, body):
    return struct.pack("<II", len(body), URID[kind]) + body


def pad(data):
    return data + bytes(-len(data) % 8)


def prop(key, value):
    return struct.pack("<II", URID[key], 0) + pad(value)


def text(kind, value):
    return atom(kind, value.encode() + b"\0")


def number(kind, form, value):
    return atom(kind, struct.pack(form, value))


def obj(otype, *properties):
    return atom("atom_object", struct.pack("<II", 0, URID[otype]) + b"".join(properties))


def event(body, frame=0):
    return struct.pack("<q", frame) + pad(body)


def sized(data):
    return struct.pack("<H", len(data)) + data


def save(folder, name, data):
    path = HERE / "corpus" / folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def patch_set(key, value):
    return obj(
        "patch_set",
        prop("patch_property", number("atom_urid", "<I", URID[key])),
        prop("patch_value", value),
    )


MESSAGES = {
    "open": obj("ui_open"),
    "close": obj("ui_close"),
    "reset": obj("ui_reset"),
    "explain": obj("ui_explain", prop("ui_on", number("atom_bool", "<i", 1))),
    "get": obj(
        "patch_get", prop("patch_property", number("atom_urid", "<I", URID["property_model"]))
    ),
    "get_all": obj("patch_get"),
    "model": patch_set("property_model", text("atom_path", "/nowhere/model.safetensors")),
    "osc": patch_set("property_osc", text("atom_string", "osc.udp://127.0.0.1:9000")),
    "name": patch_set("property_osc_name", text("atom_string", "stage")),
    "position": obj(
        "time_position",
        prop("time_frame", number("atom_long", "<q", 48000)),
        prop("time_speed", number("atom_float", "<f", 1.0)),
    ),
}
for name, message in MESSAGES.items():
    for mode in (0, 14):
        save("plugin", f"{name}-{mode}", bytes([mode, 0]) + sized(event(message)))
save(
    "plugin",
    "all",
    bytes([15, 0]) + sized(b"".join(event(m) for m in MESSAGES.values())) + bytes([4, 4, 0x3F]),
)
save("plugin", "lie", bytes([4, 1]) + sized(event(MESSAGES["model"]) + event(MESSAGES["position"])))
STATE = [("atom_path", b"/nowhere/a.safetensors\0"), ("atom_string", b"osc.udp://127.0.0.1:9000\0"),
         ("atom_string", b"1\0"), ("atom_string", b"0123456789abcdef\0")]
save(
    "plugin",
    "state",
    bytes([12])
    + b"".join(bytes([2, i, URID[t]]) + sized(v) for i, (t, v) in enumerate(STATE))
    + b"\3",
)
save("plugin", "state_open", bytes([12, 2, 0, URID["atom_string"]]) + sized(b"no end") + b"\3")

NOTIFY, ATOM, FLOAT = 1, 1, 0


def vector(values):
    return atom(
        "atom_vector",
        struct.pack("<II", 4, URID["atom_float"]) + struct.pack(f"<{len(values)}f", *values),
    )


def to_ui(message):
    return bytes([NOTIFY, ATOM]) + sized(message)


estimates = obj(
    "ui_estimates",
    prop("ui_first", number("atom_long", "<q", 0)),
    prop("ui_count", number("atom_int", "<i", 2)),
    prop("ui_values", vector([0.5] * 240)),
    prop("ui_attention", atom("atom_chunk", bytes([9] * 240))),
)
level = obj("ui_level", prop("ui_values", vector([-20.0, -30.0, 0.0, 0.0, 0.3, 0.4])))
status = obj(
    "ui_status",
    prop("ui_model", text("atom_path", "/m/default.safetensors")),
    prop("ui_model_name", text("atom_string", "default")),
    prop("ui_message", text("atom_string", "All is \xe9well")),
    prop("ui_osc", text("atom_string", "")),
)
control = bytes([5, FLOAT]) + sized(struct.pack("<f", 1.0))
for name, data in {
    "estimates": to_ui(estimates),
    "level": to_ui(level),
    "status": to_ui(status),
    "control": control,
    "all": to_ui(estimates) + to_ui(level) + to_ui(status) + control,
    "wraps": to_ui(struct.pack("<II", 0xFFFFFFFC, URID["atom_object"]) + bytes(8)),
    "nan": to_ui(obj("ui_level", prop("ui_values", vector([math.nan] * 6)))),
}.items():
    save("ui", name, data)

frames = b"".join(struct.pack("<h", int(8000 * math.sin(i * 0.3))) for i in range(400))
wav = lambda rate, channels, bits, data, kind=1: (  # noqa: E731
    b"RIFF"
    + struct.pack("<I", 36 + len(data))
    + b"WAVEfmt "
    + struct.pack(
        "<IHHIIHH",
        16,
        kind,
        channels,
        rate,
        rate * channels * bits // 8,
        channels * bits // 8,
        bits,
    )
    + b"data"
    + struct.pack("<I", len(data))
    + data
)
save("audio", "mono16.wav", wav(44100, 1, 16, frames))
save("audio", "stereo16.wav", wav(48000, 2, 16, frames))
save("audio", "rate0.wav", wav(0, 1, 16, frames))
save("audio", "rate4g.wav", wav(0x7FFFFFFF, 1, 16, frames))
save("audio", "channels200.wav", wav(48000, 200, 16, frames))
save("audio", "cut.wav", wav(48000, 1, 16, frames)[:70])
save(
    "audio",
    "nan.wav",
    wav(48000, 1, 32, struct.pack("<8f", math.nan, math.inf, -math.inf, 1e38, 0, 1, -1, 0), 3),
)
save("audio", "tone.au", b".snd" + struct.pack(">IIIII", 24, len(frames), 3, 22050, 1) + frames)
save("audio", "empty", b"")
save("audio", "text", b"this is no sound\n")
