#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the options that programs show by --help into their manual pages: fill_man.py [--check]
PAGE PROGRAM...

What stands between a line '.\\" [options: COMMAND]' and a line '.\\" [end]' is replaced by the
options of 'COMMAND --help', whose first word names a PROGRAM.  With --check nothing is written: the
exit status says whether the page is up to date.
"""
import os
import re
import subprocess
import sys

OPTION = re.compile(r"  (?:-(\w), |    )--([\w-]+)(?:=(\S+))?(?:  +(.*))?$")


def escape(text):
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + text if text[:1] in (".", "'") else text


def options(command, programs):
    """The options of a command as lines of a manual page."""
    words = command.split()
    shown = subprocess.run([programs[words[0]], *words[1:], "--help"], check=True, text=True,
                           stdout=subprocess.PIPE).stdout
    found = []
    for line in shown.split("\n\n", 1)[1].splitlines():
        match = OPTION.match(line)
        if match:
            letter, name, value, text = match.groups()
            found.append([letter, name, value, [text] if text else []])
        elif found and line.startswith("   "):
            found[-1][3].append(line.strip())
        else:
            break  # the notes
    lines = []
    for letter, name, value, text in found:
        head = (f"\\fB\\-{letter}\\fR, " if letter else "") + f"\\fB\\-\\-{escape(name)}\\fR"
        if value:
            head += f"=\\fI{escape(value)}\\fR"
        lines += [".TP", head, escape(" ".join(text))]
    return lines


def fill(page, programs):
    lines, inside = [], False
    for line in page.splitlines():
        inside = inside and line != '.\\" [end]'
        if not inside:
            lines.append(line)
        mark = re.fullmatch(r'\.\\" \[options: (.*)\]', line)
        if mark:
            inside = True
            lines += options(mark.group(1), programs)
    if inside:
        raise SystemExit("a mark has no end")
    return "\n".join(lines) + "\n"


def main():
    arguments = sys.argv[1:]
    check = arguments[0] == "--check"
    path, *programs = arguments[check:]
    with open(path, encoding="utf-8") as file:
        page = file.read()
    filled = fill(page, {os.path.basename(program): program for program in programs})
    if check and filled != page:
        raise SystemExit(
            f"{path}: the options are not those of --help; build the target fill_tables"
        )
    if not check and filled != page:
        with open(path, "w", encoding="utf-8") as file:
            file.write(filled)


main()
