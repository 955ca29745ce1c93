#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts small faults into a copy of the tree, one at a time, and checks whether tests fail.

    tests/mutation/run.py [--only AREA]... [--sample N | --each N | --drawn N] [--seed S] [--results
    FILE] [--resume]

The faults are listed in faults/AREA.toml: each replaces a text that occurs exactly once in a file.
The area names the tests that reach it, the quickest first; before those come the tests that a fault
names itself (`tests`) or that the area has for its file (`first`), and before all of them what
caught other faults of the file.  They are built and run one by one, up to the first that fails.
The copy is in build/mutation, and is rebuilt as far as needed.  The result of each fault is stored
in a file (--results), so that a run can be stopped and continued: --resume leaves out faults that
were caught, or tried with as many tests.  Prints the share of faults caught by area, and those that
survived. --drawn tries N faults of each area that are in no list: rules.py makes them at random
places of its files; those that change nothing count as missed, because they are not examined.  A
fault of a list that no test can see is marked `equivalent` and does not count.  Exit status 1 if
fewer than 95 % are caught (of a sample 60 %), if one cannot be built, or (except in a sample) if
one cannot be applied.
"""
import argparse
import collections
import hashlib
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib

import rules

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WORK = ROOT / "build/mutation"
TREE = WORK / "tree"
BUILD = WORK / "build"
PYTHON = "circumplex_python"  # the target that tests of the Python package import
LIMIT = 120  # largest time of a test, s; a test that hangs has caught the fault
PATIENCE = 10  # a test hangs if it takes this many times its usual time
TARGET = 0.95  # share that must be caught
SAMPLE_TARGET = 0.6  # few faults, each by few tests


class Fault:
    """One fault of an area's list."""

    def __init__(self, area, entry, listed):
        self.area = area
        self.file = entry["file"]
        self.old = entry["old"].strip("\n")
        self.new = entry["new"].strip("\n")
        self.breaks = entry["breaks"]
        self.equivalent = entry.get("equivalent")
        self.own = entry.get("tests", [])
        self.tests = self.own + listed.get("first", {}).get(self.file, []) + listed["tests"]

    def name(self):
        return f"{self.file}: {self.breaks}"

    def key(self):
        """Its name in the results, which changes with its text."""
        text = hashlib.sha256("\0".join((self.old, self.new)).encode()).hexdigest()
        return f"{self.area} {self.name()} {text[:8]}"


class Slip:
    """A fault made by a rule at some place of an area's file."""

    equivalent = None
    own = []

    def __init__(self, area, file, number, old, new, listed):
        self.area, self.file, self.number, self.old, self.new = area, file, number, old, new
        self.tests = listed.get("first", {}).get(file, []) + listed["tests"]

    def name(self):
        return f"{self.file}:{self.number + 1}: {self.old.strip()}  =>  {self.new.strip()}"

    def key(self):
        return f"{self.area} {self.name()}"


def draw_slips(areas, seed, n):
    """N slips of each area, spread evenly over the places in its C files."""
    drawn = []
    for path in sorted((HERE / "faults").glob("*.toml")):
        if areas and path.stem not in areas:
            continue
        listed = tomllib.loads(path.read_text())
        all_slips = []
        for file in sorted(
            {entry["file"] for entry in listed["fault"]} | set(listed.get("first", {}))
        ):
            text = (ROOT / file).read_text()
            lines = text.split("\n")
            all_slips += [
                Slip(path.stem, file, at, lines[at], new, listed) for at, new in rules.slips(text)
            ]
        drawn += random.Random(f"{seed} {path.stem}").sample(all_slips, min(n, len(all_slips)))
    return drawn


def read_faults(folder=HERE / "faults"):
    """All faults of the lists, by area."""
    faults = []
    for path in sorted(folder.glob("*.toml")):
        listed = tomllib.loads(path.read_text())
        faults += [Fault(path.stem, entry, listed) for entry in listed["fault"]]
    return faults


def place(fault, root):
    """The file's text with the fault; an error if its place is not found exactly once."""
    path = root / fault.file
    if not path.is_file():
        raise ValueError("there is no such file")
    text = path.read_text()
    if isinstance(fault, Slip):
        lines = text.split("\n")
        if lines[fault.number] != fault.old:
            raise ValueError("the line has changed")
        lines[fault.number] = fault.new
        return "\n".join(lines)
    count = text.count(fault.old)
    if count != 1:
        raise ValueError(f"the old text stands {count} times in the file: {fault.old!r}")
    if fault.old == fault.new:
        raise ValueError("the new text is the old one")
    return text.replace(fault.old, fault.new)


def copy_tree():
    """Bring the copy up to date with the tracked files; unchanged files keep their time."""
    listed = (
        subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            check=True,
            capture_output=True,
        )
        .stdout.decode()
        .split("\0")
    )
    wanted = {name for name in listed if name and (ROOT / name).is_file()}
    for name in wanted:
        source, copy = ROOT / name, TREE / name
        if copy.is_file() and copy.read_bytes() == source.read_bytes():
            continue
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, copy)
    for copy in [p for p in TREE.rglob("*") if p.is_file()]:
        if copy.relative_to(TREE).as_posix() not in wanted:
            copy.unlink()


def run(command, log, limit=None):
    """Run a command quietly; after a time limit, end it with its children.  Returns its exit
    status."""
    with open(log, "ab") as out:
        child = subprocess.Popen(command, stdout=out, stderr=out, start_new_session=True)
        try:
            return child.wait(limit)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            return 124


def build_clean(wanted, jobs, log):
    """Configure the copy and build the files that these tests need."""
    status = run(
        [
            "cmake",
            "-S",
            str(TREE),
            "-B",
            str(BUILD),
            "-G",
            "Ninja",
            "-DCMAKE_BUILD_TYPE=Release",
            "-DCIRCUMPLEX_WERROR=OFF",
            "-DCIRCUMPLEX_BENCH=OFF",
        ],
        log,
    )
    if status:
        raise SystemExit(f"cmake fails: {log}")
    listed = subprocess.run(
        ["ninja", "-C", str(BUILD), "-t", "targets", "all"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    known = set(re.findall(r"^(\w[\w-]*): phony", listed, re.M))
    if any(name.startswith("test_python_") for name in wanted):
        wanted = wanted | {PYTHON}
    # Scripts run the command line and the bundle; CTest names a test's programs only once they are
    # there.
    targets = wanted & known | (set() if wanted <= known else {"circumplex", "circumplex_bundle"})
    if run(["ninja", "-C", str(BUILD), "-j", str(jobs), *sorted(targets)], log):
        raise SystemExit(f"the tree does not build: {log}")


def read_tests():
    """{test: the files of the build that its command names}."""
    shown = json.loads(
        subprocess.run(
            ["ctest", "--test-dir", str(BUILD), "--show-only=json-v1"],
            check=True,
            capture_output=True,
        ).stdout
    )
    tests = {}
    for test in shown["tests"]:
        words = test.get("command", [])
        files = [os.path.relpath(w, BUILD) for w in words if w.startswith(f"{BUILD}/")]
        tests[test["name"]] = files
    return tests


def build(name, tests, jobs, log):
    targets = [t for t in tests[name] if t != "lv2"] + (
        ["circumplex_bundle"] if "lv2" in tests[name] else []
    )
    if name.startswith("test_python_"):
        targets.append(PYTHON)
    if not targets:  # ninja would build all
        return True
    return run(["ninja", "-C", str(BUILD), "-j", str(jobs), *sorted(set(targets))], log) == 0


def passes(names, jobs, log, limit=LIMIT):
    """Whether each of these tests passes within the limit.  CTest's own limit does not hold for
    tests that set another one."""
    pattern = "^(" + "|".join(map(re.escape, names)) + ")$"
    command = [
        "ctest",
        "--test-dir",
        str(BUILD),
        "-R",
        pattern,
        "--stop-on-failure",
        "--timeout",
        str(limit),
        "-j",
        str(jobs),
        "--output-on-failure",
    ]
    return run(command, log, limit * len(names)) == 0


def read_limits():
    """{test: its time limit, seconds}, from CTest's stored times."""
    costs = BUILD / "Testing/Temporary/CTestCostData.txt"
    lines = [line.split() for line in costs.read_text().splitlines()] if costs.is_file() else []
    return {
        words[0]: min(LIMIT, 5 + int(PATIENCE * float(words[2])))
        for words in lines
        if len(words) == 3
    }


def in_order(fault, tests, catches, options):
    """The tests for a fault: its own, then those that caught others in the same file.
    """
    known = [n for n in dict.fromkeys(fault.tests) if n in tests]
    known.sort(key=lambda name: -1000 if name in fault.own else -catches[fault.file, name])
    return known[:options.tests]


def try_fault(fault, names, tests, limits, options, log):
    """'caught by ...', 'survived', or an error."""
    path = TREE / fault.file
    before = path.read_text()
    try:
        path.write_text(place(fault, TREE))
        for name in names:
            if not build(name, tests, options.jobs, log):
                return "does not build"
            if not passes([name], options.jobs, log, limits.get(name, LIMIT)):
                return f"caught by {name}"
        return "survived"
    finally:
        path.write_text(before)


def check_clean(faults, tests, options, log):
    """Without a fault, all tests must pass."""
    names = sorted(
        {n for fault in faults for n in in_order(fault, tests, collections.Counter(), options)}
    )
    if not passes(names, options.jobs, log):
        failed = re.findall(r"^\s+\d+ - (\S+) \(", log.read_text(errors="replace"), re.M)
        raise SystemExit(f"without a fault, a test fails: {failed} ({log})")


def can_be_applied(faults):
    """The faults whose place is found in the tree, and the number of the others, which are printed.
    """
    good = []
    for fault in faults:
        try:
            place(fault, ROOT)
            good.append(fault)
        except ValueError as error:
            print(f"{fault.name()}: {error}")
    return good, len(faults) - len(good)


def of_interest(faults, options):
    return [
        f
        for f in faults
        if (not options.only or f.area in options.only)
        and (not options.match or options.match in f.name())
    ]


def is_done(fault, results, options):
    """Whether an earlier run has the result of this fault."""
    result = results.get(fault.key())
    return result is not None and (result[0].startswith("caught") or result[1] >= options.tests)


def choose(faults, options):
    if options.each:
        draw = random.Random(options.seed)
        kept = []
        for area in sorted({f.area for f in faults}):
            own = [f for f in faults if f.area == area]
            kept += draw.sample(own, min(options.each, len(own)))
        faults = kept
    if options.sample and options.sample < len(faults):
        faults = random.Random(options.seed).sample(faults, options.sample)
    return faults


def is_real(fault, results):
    """Whether a test could catch it."""
    built = results.get(fault.key(), [""])[0] != "does not build"
    return not fault.equivalent and (built or not isinstance(fault, Slip))


def print_score(faults, results):
    """Returns how many were caught, and how many that can be caught were tried."""
    print(f"\n{'area':<20}{'faults':>8}{'tried':>8}{'caught':>8}")
    sums = [0, 0, 0]
    for area in sorted({f.area for f in faults}):
        real = [f for f in faults if f.area == area and is_real(f, results)]
        told = [results[f.key()][0] for f in real if f.key() in results]
        row = [len(real), len(told), sum(result.startswith("caught") for result in told)]
        sums = [a + b for a, b in zip(sums, row)]
        print(
            f"{area:<20}{row[0]:>8}{row[1]:>8}{row[2]:>8}  {100.0 * row[2] / max(1, row[1]):.1f} %"
        )
    print(
        f"{'all':<20}{sums[0]:>8}{sums[1]:>8}{sums[2]:>8} "
        f" {100.0 * sums[2] / max(1, sums[1]):.1f} %"
    )
    for fault in faults:
        result = results.get(fault.key(), ["not tried"])[0]
        if fault.equivalent:
            print(f"equivalent ({result}): {fault.name()}: {fault.equivalent}")
        elif not result.startswith("caught") and result != "not tried":
            print(f"{result}: {fault.name()}")
    return sums[2], sums[1]


def try_all(faults, results, options, log):
    """Fill `results` for the faults, and store them after each."""
    copy_tree()
    build_clean(
        {name for fault in faults for name in list(dict.fromkeys(fault.tests))[: options.tests]},
        options.jobs,
        log,
    )
    tests = read_tests()
    if not options.no_check:
        check_clean(faults, tests, options, log)
    limits = read_limits()
    catches = collections.Counter()
    for key, (result, _) in results.items():
        if result.startswith("caught by "):
            catches[key.split()[1].split(":")[0], result.removeprefix("caught by ")] += 1
    began = time.monotonic()
    for i, fault in enumerate(faults, 1):
        names = in_order(fault, tests, catches, options)
        result = try_fault(fault, names, tests, limits, options, log)
        if result.startswith("caught by "):
            catches[fault.file, result.removeprefix("caught by ")] += 1
        results[fault.key()] = [result, options.tests]
        print(
            f"[{i}/{len(faults)} {time.monotonic() - began:.0f} s] {result}: {fault.name()}",
            flush=True,
        )
        options.results.write_text(json.dumps(results, indent=1))


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", action="append", metavar="AREA", help="of these areas alone")
    parser.add_argument("--match", metavar="TEXT", help="whose file or description holds TEXT")
    parser.add_argument("--sample", type=int, metavar="N", help="N of them, drawn at random")
    parser.add_argument("--each", type=int, metavar="N", help="N of each area, drawn at random")
    parser.add_argument(
        "--drawn", type=int, metavar="N", help="N that the rules make in each area, drawn at random"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--results",
        type=pathlib.Path,
        default=WORK / "results.json",
        metavar="FILE",
        help="where what came of each fault is kept (default: build/mutation/results.json)",
    )
    parser.add_argument(
        "--resume", action="store_true", help="leave out what the results already say"
    )
    parser.add_argument(
        "--tests", type=int, default=1000, metavar="N", help="try N tests at most for each fault"
    )
    parser.add_argument(
        "--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="build with N processes"
    )
    parser.add_argument(
        "--score", action="store_true", help="try nothing, print what the results say"
    )
    parser.add_argument(
        "--no-check", action="store_true", help="do not run the tests without a fault first"
    )
    parser.add_argument("--list", action="store_true", help="only see whether each can be applied")
    options = parser.parse_args()
    listed = (
        draw_slips(options.only, options.seed, options.drawn) if options.drawn else read_faults()
    )
    faults, stale = can_be_applied(of_interest(listed, options))
    if options.list:
        print(f"{len(faults)} faults, {stale} more that cannot be applied")
        return stale > 0
    faults = choose(faults, options)
    WORK.mkdir(parents=True, exist_ok=True)
    log = WORK / "log"
    log.write_bytes(b"")
    results = json.loads(options.results.read_text()) if options.results.exists() else {}
    open_ones = [f for f in faults if not (options.resume and is_done(f, results, options))]
    if open_ones and not options.score:
        try_all(open_ones, results, options, log)
    caught, real = print_score(faults, results)
    built = all(
        results.get(f.key(), [""])[0] != "does not build" for f in faults if not isinstance(f, Slip)
    )
    # A small sample may contain just the faults that no test catches.
    return (
        (stale and not options.sample)
        or not built
        or caught < (SAMPLE_TARGET if options.sample else TARGET) * real
    )


if __name__ == "__main__":
    sys.exit(main())
