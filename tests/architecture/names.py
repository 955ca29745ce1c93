#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check that no two types and no two modules of the product have the same name.

    names.py [SOURCE]

A module is a .c file, a .h file, or a pair of them; a type counts where it is defined, not where it
is declared.  Allowed are: the two windows' folders use the same file names; each program has a
main.c; FFTW's transform can replace ours.  Exit status 1 and a list of the names otherwise.
"""
import collections
import pathlib
import re
import sys

FOLDERS = "affect audio cli dsp gui inference library plugin python text tools".split()
WINDOWS = ("gui/library", "gui/meter")
INSTEAD = {"dsp/fft_fftw": "dsp/fft"}
TYPE = re.compile(r"^(?:\} ([A-Z]\w*);|(?:struct|enum|union) ([A-Z]\w*) \{)", re.M)


def same_names(sources):
    """The faults in sources, a dict from a file's path to its text."""
    types, modules = collections.defaultdict(set), collections.defaultdict(set)
    for name, text in sources.items():
        path = pathlib.PurePosixPath(name)
        module = str(path.with_suffix(""))
        modules[path.stem].add("a window" if str(path.parent) in WINDOWS else module)
        for match in TYPE.finditer(text):
            types[match[1] or match[2]].add(INSTEAD.get(module, module))
    del modules["main"]
    for kind, names in ("type", types), ("module", modules):
        for name, places in sorted(names.items()):
            if len(places) > 1:
                yield f"{kind} {name}: {', '.join(sorted(places))}"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    sources = {
        str(path.relative_to(root)): path.read_text()
        for folder in FOLDERS
        for path in sorted((root / folder).rglob("*.[ch]"))
    }
    if "affect/words.h" not in sources:
        raise SystemExit(f"{root}: not the source tree")
    control = {"a/x.c": "} Row;\n", "b/y.h": "struct Row {\n", "b/x.h": ""}
    if len(list(same_names({"main.c": "", **control}))) != 2:
        raise SystemExit("names.py misses names that are the same")
    faults = list(same_names(sources))
    print("\n".join(faults) if faults else f"{len(sources)} files, no name twice")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
