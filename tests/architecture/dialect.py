#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The C dialect of CONTRIBUTING.md, checked: dialect.py [--fix] FOLDER...

Prints a line for each place that differs and exits with 1 if there is one.  --fix rewrites them
(clang-format goes after it).
"""
import pathlib
import re
import sys

COMPARED = re.compile(r" (==|!=) NULL\b")
DISCARDED = re.compile(r"(?<=[;{}:)\n])(\s*)\(void\)(?=[a-z_]\w*\()", re.I)
NAME = r"[a-z_][\w.\->\[\]]*"
STEP = re.compile(rf"(?<=; )({NAME})(\+\+|--)(?=\))|^\s+({NAME})(\+\+|--);", re.M)
TESTED = re.compile(r"\s*(&&|\|\||\?)")


def operand(text, end):
    """The start of the operand that ends at \\p end."""
    at = end
    while at > 0:
        if text[at - 1] in ")]":
            depth = 0
            while True:
                at -= 1
                depth += (text[at] in ")]") - (text[at] in "([")
                if depth == 0:
                    break
            if not re.match(r"[\w)\]]", text[at - 1]) or text[:at].endswith(
                ("if", "while", "return")
            ):
                break
        elif re.match(r"\w", text[at - 1]):
            while re.match(r"\w", text[at - 1]):
                at -= 1
            if text[:at].endswith("->"):
                at -= 2
            elif text[at - 1] == ".":
                at -= 1
            else:
                break
        else:
            break
    while text[at - 1] == "*" and text[at - 2] in "( !*":
        at -= 1
    return at


def is_condition(text, begin, end):
    """Whether the expression at begin..end is used only as a truth value."""
    before, after = text[:begin].rstrip(), text[end:]
    if before.endswith(("&&", "||")) or TESTED.match(after):
        return True
    opened = re.search(r"\b(if|while)\s*\($", before)
    return bool(opened and after.startswith(")")) or (
        before.endswith(";") and after.startswith(";")
    )


def comparisons(text):
    """Comparisons with NULL that the dialect writes in another way: begin, end, replacement."""
    for match in COMPARED.finditer(text):
        line = text[text.rfind("\n", 0, match.start()) + 1:match.start()]
        if "//" in line or line.lstrip().startswith(("*", "#")) or "assert" in line:
            continue
        begin = operand(text, match.start())
        name = text[begin:match.start()]
        if match.group(1) == "==":
            yield begin, match.end(), "!" + name
        elif is_condition(text, begin, match.end()):
            yield begin, match.end(), name


def steps(text):
    for match in STEP.finditer(text):
        name = match.group(1) or match.group(3)
        sign = match.group(2) or match.group(4)
        begin = match.start(1) if match.group(1) else match.start(3)
        yield begin, begin + len(name) + 2, sign + name


def discards(text):
    for match in DISCARDED.finditer(text):
        yield match.start() + len(match.group(1)), match.end(), ""


def places(text):
    return sorted([*comparisons(text), *steps(text), *discards(text)])


def fixed(text):
    for begin, end, new in reversed(places(text)):
        text = text[:begin] + new + text[end:]
    return text


def main():
    fix = "--fix" in sys.argv
    bad = 0
    folders = [pathlib.Path(name) for name in sys.argv[1:] if name != "--fix"]
    for path in sorted(path for folder in folders for path in folder.rglob("*.[ch]")):
        text = path.read_text(encoding="utf-8")
        if fix:
            path.write_text(fixed(text), encoding="utf-8")
            continue
        for begin, end, new in places(text):
            bad += 1
            number = text.count("\n", 0, begin) + 1
            print(f"{path}:{number}: '{text[begin:end]}': write '{new}'")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
