#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of Python have 100 columns: python_lines.py FOLDER...

Prints each longer line and exits with 1 if there is one.  Not counted: strings in three quotes
(pages and styles; docstrings count), and statements that end with "# fmt: skip" (tables).
"""
import ast
import pathlib
import sys

COLUMNS = 100


def docstrings(tree):
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            if ast.get_docstring(node, clean=False) is not None:
                yield node.body[0].value


def exempt(text):
    """The numbers of the lines that may be longer."""
    tree, lines = ast.parse(text), text.split("\n")
    spoken = set(map(id, docstrings(tree)))
    numbers = set()
    for node in ast.walk(tree):
        is_text = isinstance(node, (ast.Constant, ast.JoinedStr)) and id(node) not in spoken
        quoted = is_text and '"""' in lines[node.lineno - 1]
        table = isinstance(node, ast.stmt) and lines[node.end_lineno - 1].endswith("# fmt: skip")
        if quoted or table:
            numbers.update(range(node.lineno, node.end_lineno + 1))
    return numbers


def main():
    bad = 0
    for path in sorted(p for folder in sys.argv[1:] for p in pathlib.Path(folder).rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        allowed = exempt(text)
        for number, line in enumerate(text.split("\n"), 1):
            if len(line) > COLUMNS and number not in allowed:
                bad += 1
                print(f"{path}:{number}: {len(line)} columns")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
