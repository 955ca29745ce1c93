#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Seeds for fuzz_csv, fuzz_list, fuzz_target, fuzz_tags, fuzz_library and fuzz_host.

    python3 tests/fuzz/make_text_corpus.py
"""
import pathlib
import random
import struct

OUT = pathlib.Path(__file__).parent / "corpus"
draw = random.Random(11)


def wav(*chunks):
    body = (
        b"WAVEfmt "
        + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16)
        + b"data"
        + struct.pack("<I", 32)
        + bytes(32)
    )
    body += b"".join(
        name + struct.pack("<I", len(data)) + data + bytes(len(data) % 2) for name, data in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


def id3(*frames):
    body = b"".join(name + struct.pack(">IH", len(text), 0) + text for name, text in frames)
    size = bytes(len(body) >> shift & 127 for shift in (21, 14, 7, 0))
    return b"ID3\x03\x00\x00" + size + body


SEEDS = {
    "csv": {
        "plain": b"time_s,valence,arousal\n0,0.1,-0.2\n30,0.5,0.5\n",
        "quoted": (
            b'\xef\xbb\xbf"time_s";"arousal";"state"\r\n"0";"0.5";"live"\r\n'
            b'"1";"-";"silent"\r\n\r\n"2";"nan";"live"\r\n'
        ),
        "quotes": b'a,time_s,valence\n"x""y\nz",0,0\n,1,1\n',
        "lone_cr": b"time_s,valence\r0,0.5\r9,0.25\r",
        "typed": b"0:-0.5,-0.6 30:0.2,0.1;1:00:0.8,0.7",
        "outside": b"time_s,valence\n0,2\n1,3\n",
        "backwards": b"time_s,valence\n5,0\n1,0\n",
        "huge": b"time_s,valence\n0,0\n1e30,0\n",
        "empty": b"",
        "tabs": b"time_s\tvalence\n0\t.5\n1\t-.5\n",
    },
    "list": {
        "lines": b"one\ntwo\r\nthree",
        "m3u": b"#EXTM3U\n#EXTINF:1,Artist - Title\none\r\n\r\ntwo\n",
        "mark": b"\xef\xbb\xbf#EXTM3U\r\none\r\n",
        "nul": b"one\0t\nwo\0\0three",
        "same": b"one\none\none",
        "cr": b"one\rtwo\r\r\n",
        "empty": b"",
    },
    "target": {
        "osc": b"osc.udp://127.0.0.1:9000",
        "v6": b"osc.udp://[::1]:9",
        "zone": b"osc.udp://[fe80::1%lo]:9",
        "web": b"http://localhost:8080",
        "path": b"http://localhost:8080/x",
        "port": b"osc.udp://a:65536",
        "long": b"osc.udp://" + b"a" * 300 + b":1",
        "name": b"stage-left",
        "slash": b"stage/left",
        "open": b"osc.udp://[::1:9",
    },
    "tags": {
        "id3": wav(
            (
                b"id3 ",
                id3(
                    (b"TIT2", b"\0F\xfcr Elise"),
                    (b"TPE1", b"\x01\xff\xfeD\0v\0"),
                    (b"TALB", b"\3a\nb"),
                ),
            )
        ),
        "info": wav((b"LIST", b"INFOINAM\x06\0\0\0Title\0IART\x04\0\0\0\x1b[2J")),
        "mp3": id3((b"TIT2", b"\3\xe2\x80\xaex")) + b"\xff\xfb\x90\x64" + bytes(413),
        "flac": b"fLaC\x80\0\0\x22" + bytes(34),
        "ogg": b"OggS\0\2" + bytes(20) + b"\1\x1e\1vorbis" + bytes(23),
        "none": wav(),
        "text": b"this is no sound",
    },
    "library": {
        "good": b"",
        "head": struct.pack("<HBB", 18, 0, 9) + struct.pack("<HBB", 60, 0, 99),
        "pages": b"".join(
            struct.pack("<HBB", draw.randrange(65536), draw.randrange(2), draw.randrange(256))
            for _ in range(40)
        ),
        "foreign": (
            b"SQLite format 3\0"
            + struct.pack(">HBBBBBBI", 4096, 1, 1, 0, 64, 32, 32, 1)
            + bytes(4068)
        ),
        "cut": b"SQLite format 3\0" + bytes(40),
    },
    "host": {
        "run": bytes([4] + [10, 1] * 40),
        "session": bytes([4, 5, 1, 2, 0, 2, 1, 0, 1, 4, 10, 1, 3, 2, 10, 1, 9, 0, 4, 4, 10, 1, 3]),
        "window": bytes(
            [6, 6, 3, 0, 0, 0, 10, 1, 2, 6, 2, 0, 4, 2, 1, 2, 2, 5, 1, 2, 10, 1, 2, 10, 1]
        ),
        "shared": bytes([0, 0, 33, 1, 10, 1, 0, 34, 0, 10, 1, 1, 1, 10, 1]),
        **{f"random{i}": bytes(draw.randrange(256) for _ in range(200)) for i in range(12)},
    },
}

for target, seeds in SEEDS.items():
    (OUT / target).mkdir(parents=True, exist_ok=True)
    for name, data in seeds.items():
        (OUT / target / name).write_bytes(data)
