#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that the host starts do not inherit our open files: descriptors.py FOLDER...

Every call of open() and socket() must have CLOEXEC.  Prints those that do not, and exits with 1 if
there is one.
"""
import pathlib
import re
import sys

CALL = re.compile(r"(?<![\w.>])(?:open|socket)\(([^;]*?(?:\bO_|\bSOCK_)[^;]*?)\)[^)]*;")
STANDARD = 'open("/dev/null", O_RDONLY)'  # 0, 1 and 2, which other programs do get


def main():
    bad, seen = 0, 0
    for path in sorted(p for name in sys.argv[1:] for p in pathlib.Path(name).rglob("*.c*")):
        if path.suffix not in (".c", ".cpp"):
            continue
        text = path.read_text(encoding="utf-8")
        for match in CALL.finditer(text):
            seen += 1
            if "CLOEXEC" in match.group(1) or match.group(0).startswith(STANDARD):
                continue
            bad += 1
            number = text.count("\n", 0, match.start()) + 1
            print(f"{path}:{number}: without CLOEXEC: {match.group(0)}")
    if seen < 10:
        print(f"only {seen} calls were found")
    return 1 if bad or seen < 10 else 0


if __name__ == "__main__":
    sys.exit(main())
