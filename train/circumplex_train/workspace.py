# SPDX-License-Identifier: GPL-3.0-or-later
"""The work folder, and the few helpers that every stage shares. Nothing in the work folder belongs
in version control: all of it can be made again.
"""

import json
import os
import sys
import time
from pathlib import Path


def work_folder(*parts):
    """The work folder ($CIRCUMPLEX_WORK, else ./.work) joined with `parts`, created if absent."""
    folder = Path(os.environ.get("CIRCUMPLEX_WORK", ".work")).resolve().joinpath(*parts)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def write_json(path, value):
    """Write `value` as JSON so that a reader never sees an incomplete file."""
    partial = Path(f"{path}.partial")
    partial.write_text(json.dumps(value, indent=None, separators=(",", ":")) + "\n")
    partial.rename(path)


def write_lines(path, lines):
    """Write a list file (one entry a line) so that a reader never sees an incomplete file."""
    partial = Path(f"{path}.partial")
    partial.write_text("".join(f"{line}\n" for line in lines))
    partial.rename(path)


def read_lines(path):
    """The non-empty lines of a list file."""
    return [line for line in Path(path).read_text().splitlines() if line.strip()]


class Progress:
    """`for item in Progress(items, "label")` with the time left; one line in 15 s off a
    terminal.
    """

    def __init__(self, items, label):
        self.items, self.label = items, label

    def __iter__(self):
        start = shown = time.monotonic()
        live, total = sys.stderr.isatty(), len(self.items)
        for done, item in enumerate(self.items, 1):
            yield item
            now = time.monotonic()
            if done == total or now - shown > (0.2 if live else 15.0):
                shown = now
                left = (now - start) / done * (total - done)
                line = f"{self.label}: {done}/{total}, {left:.0f} s left"
                print(
                    f"{line:<60}",
                    end="\r" if live and done < total else "\n",
                    file=sys.stderr,
                    flush=True,
                )
