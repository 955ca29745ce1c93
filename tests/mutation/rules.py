# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes random small faults at any place of a C file, by simple rules."""
import re

SWAPS = [
    (r" < ", " <= "),
    (r" <= ", " < "),
    (r" > ", " >= "),
    (r" >= ", " > "),
    (r" == ", " != "),
    (r" != ", " == "),
    (r" && ", " || "),
    (r" \|\| ", " && "),
    (r" \+ ", " - "),
    (r" - ", " + "),
    (r" \* (?=[\w(])", " / "),
    (r" / ", " * "),
    (r" \+= ", " -= "),
    (r" -= ", " += "),
    (r"(?<=[(\s])!(?=[\w(])", ""),
    (r"\btrue\b", "false"),
    (r"\bfalse\b", "true"),
    (r"\[0\]", "[1]"),
    (r"\[1\]", "[0]"),
    (r"\bleft\b", "right"),
    (r"\bvalence\b", "arousal"),
    (r"\barousal\b", "valence"),
    (r"return -1;", "return 0;"),
    (r"return 0;", "return -1;"),
    (r"\bbreak;", ";"),
    (r"\bcontinue;", ";"),
    (r"\bfminf?\(", "fmax("),
    (r"\bfmaxf?\(", "fmin("),
    (r"if \((?=[^;]*\) )", "if (!("),
]
NUMBER = re.compile(r"(?<![\w.\"])(\d+)(?=[;,)\]\s])(?![\w.\"])")
REAL = re.compile(r"(?<![\w.])(\d+\.\d+)(?=f?\b)")
STATEMENT = re.compile(r"^\s+[\w>.\[\]*&()-]+( [-+*/|&]?= .*|\(.*\));$")
DECLARED = re.compile(
    r"^\s+(const|static|unsigned|int|float|double|size_t|char|bool|u?int\d+_t|[A-Z]\w+\*?) "
)


def is_code(line):
    """Whether a line is code: no comment, no directive, no message."""
    text = line.strip()
    return (
        bool(text)
        and not text.startswith(("//", "#", "/*", "*", "}", "case ", "static_assert"))
        and '"' not in text
    )


def candidates(line):
    """All small faults of a line."""
    code = line.split(" //")[0].rstrip()
    found = []
    for pattern, new in SWAPS:
        for match in re.finditer(pattern, code):
            changed = code[:match.start()] + new + code[match.end():]
            if new == "if (!(":  # the whole condition, turned round
                depth, end = 1, match.end()
                while end < len(code) and depth:
                    depth += {"(": 1, ")": -1}.get(code[end], 0)
                    end += 1
                if depth:
                    continue
                changed = code[:match.start()] + new + code[match.end():end] + ")" + code[end:]
            found.append(changed)
    for match in NUMBER.finditer(code):
        found.append(f"{code[:match.start()]}{int(match[1]) + 1}{code[match.end():]}")
    for match in REAL.finditer(code):
        found.append(
            f"{code[:match.start()]}{float(match[1]) * 1.25 + 0.001:.6g}{code[match.end():]}"
        )
    if STATEMENT.match(code) and not DECLARED.match(code):
        found.append(re.match(r"\s*", code)[0] + ";")
    return found


def slips(text):
    """[(number of the line from 0, the changed line)] of a file's functions."""
    found, inside = [], False
    for number, line in enumerate(text.split("\n")):
        if re.match(r"^\w.*[^;]\) \{$|^\s+.*\) \{$", line) and not line.startswith(
            ("typedef", "struct", "enum")
        ):
            inside = inside or not line.startswith(" ")
        if line == "}":
            inside = False
        if (
            inside
            and line.startswith(" ")
            or line.startswith("#define ")
            and re.search(r" \d", line)
        ) and (line.startswith("#define ") or is_code(line)):
            found += [(number, new) for new in candidates(line)]
    return found
