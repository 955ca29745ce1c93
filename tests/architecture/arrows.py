#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare the #includes between folders with the arrows that docs/architecture.md lists.

    arrows.py [SOURCE]

The page's list is its Mermaid graph: "a --> b & c" allows a to include headers of b and c;
"a -.-> b" is an arrow that exists but should be removed.  Exit status 1 if the code has an arrow
that the page does not have, or if the lasting arrows form a cycle.  An arrow that the page has and
the code has not is named, without failing.
"""
import pathlib
import re
import sys

PAGE = "docs/architecture.md"
FOLDERS = (
    "dsp",
    "inference",
    "affect",
    "text",
    "audio",
    "library",
    "plugin",
    "gui/kit",
    "gui/meter",
    "gui/library",
    "gui/plot",
    "cli",
    "tools/host",
    "bench",
    "presets",
    "python",
)


def folder_of(path):
    """The listed folder that a path below the source tree lies in, or None."""
    inside = [f for f in FOLDERS if path.startswith(f + "/")]
    return max(inside, key=len) if inside else None


def arrows_in_page(text):
    """({(from, to): to_go}, the graph's text) of the page's first Mermaid graph."""
    graph = re.search(r"```mermaid\n(.*?)```", text, re.S)
    if not graph:
        raise SystemExit(f"{PAGE}: no Mermaid graph")
    arrows = {}
    for line in graph.group(1).splitlines()[1:]:
        if not line.strip():
            continue
        match = re.fullmatch(r"\s*(\S+) (-->|-\.->) (\S+(?: & \S+)*)\s*", line)
        if not match:
            raise SystemExit(f"{PAGE}: cannot read the graph's line: {line}")
        for to in match.group(3).split(" & "):
            for end in (match.group(1), to):
                if end not in FOLDERS:
                    raise SystemExit(f"{PAGE}: the graph names a folder that is not one: {end}")
            arrows[match.group(1), to] = match.group(2) == "-.->"
    return arrows


def arrows_in_code(root):
    """{(from, to): "file includes header"} of every C file in the listed folders."""
    arrows = {}
    for folder in FOLDERS:
        for file in sorted((root / folder).rglob("*.[ch]")):
            name = file.relative_to(root).as_posix()
            here = folder_of(name)
            text = file.read_text(encoding="utf-8")
            for header in re.findall(r'^\s*#\s*include\s+"([^"]+)"', text, re.M):
                there = folder_of(header)
                if there and there != here:
                    arrows.setdefault((here, there), f"{name} includes {header}")
    return arrows


def find_cycle(arrows):
    """A list of folders, the first one again at the end, or None."""
    after = {}
    for start, end in arrows:
        after.setdefault(start, []).append(end)
    done = set()

    def visit(folder, path):
        if folder in path:
            return path[path.index(folder):] + [folder]
        if folder in done:
            return None
        for end in after.get(folder, []):
            cycle = visit(end, path + [folder])
            if cycle:
                return cycle
        done.add(folder)
        return None

    for folder in sorted(after):
        cycle = visit(folder, [])
        if cycle:
            return cycle
    return None


def check(root):
    """Print the faults.  Returns their number."""
    page = arrows_in_page((root / PAGE).read_text(encoding="utf-8"))
    code = arrows_in_code(root)
    faults = 0
    for arrow, reason in sorted(code.items()):
        if arrow not in page:
            print(f"{arrow[0]} -> {arrow[1]} is not in {PAGE}: {reason}")
            faults += 1
    cycle = find_cycle([arrow for arrow, to_go in page.items() if not to_go])
    if cycle:
        print("cycle: " + " -> ".join(cycle))
        faults += 1
    for arrow in sorted(set(page) - set(code)):
        print(f"note: {arrow[0]} -> {arrow[1]} is in {PAGE} but not in the code: take it out")
    print(
        f"{len(code)} arrows, {sum(page.get(a, False) for a in code)} of them to go, {faults}"
        " faults"
    )
    return faults


if __name__ == "__main__":
    sys.exit(1 if check(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")) else 0)
