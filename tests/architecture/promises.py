#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that the promises in the documentation name existing tests.

    promises.py [SOURCE]

In the tables of docs/reliability.md and docs/security.md whose last column is "test", each row
names at least one, as `TEST` or `TEST: CASE`.  TEST is a program or script below tests/ or a name
that CTest knows, CASE a function in it.  Exit status 1 if a row names none, or one that does not
exist.
"""
import pathlib
import re
import sys

PAGES = ("docs/reliability.md", "docs/security.md")


def rows_of(text):
    """[(line number, last cell)] of the tables whose last column is called "test"."""
    found, inside = [], False
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("|"):
            inside = False
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if cells[-1] == "test":
            inside = True
        elif inside and not set(cells[-1]) <= set("-: "):
            found.append((number, cells[-1]))
    return found


def files_of_tests(root):
    """{name: [paths]} of the files below tests/, without their extension."""
    files = {}
    for path in (root / "tests").rglob("*"):
        if path.suffix in (".c", ".py", ".sh"):
            files.setdefault(path.stem, []).append(path)
    return files


def is_registered(root, name):
    """Whether a CMakeLists.txt below tests/ defines a test of this name, which may consist of parts
    (${...}).
    """
    for path in (root / "tests").rglob("CMakeLists.txt"):
        for made in re.findall(
            r"(?:circumplex_\w*test|circumplex_fuzz|NAME|set\(name)\s*\(?\s*([\w${}]+)",
            path.read_text(),
        ):
            pattern = re.sub(r"\\\$\\\{\w+\\\}", r"\\w+", re.escape(made))
            if re.fullmatch(pattern, name) or re.fullmatch(f"fuzz_{pattern}_replay", name):
                return True
    return False


def wrong_with(root, files, item):
    """The fault of an item, or None."""
    name, _, case = item.partition(": ")
    if name not in files and not is_registered(root, name):
        return f"there is no test {name}"
    if case and not any(
        re.search(rf"\b{re.escape(case)}\(", path.read_text()) for path in files.get(name, [])
    ):
        return f"{name} has no case {case}"
    return None


def check(root):
    """Print the faults.  Returns their number."""
    files = files_of_tests(root)
    wrong = rows = 0
    for page in PAGES:
        for number, cell in rows_of((root / page).read_text()):
            rows += 1
            items = re.findall(r"`([^`]+)`", cell)
            faults = (
                [wrong_with(root, files, item) for item in items] if items else ["no test is named"]
            )
            for fault in filter(None, faults):
                print(f"{page}:{number}: {fault}")
                wrong += 1
    print(f"{rows} promises, {wrong} whose test is not there")
    return wrong + (rows == 0)


if __name__ == "__main__":
    sys.exit(check(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")) > 0)
