#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Put small faults into a copy of the tree, one at a time, and see whether the tests notice.

    tests/mutation/run.py [--only AREA]... [--sample N | --each N] [--seed S] [--survivors]

The faults are listed in faults/AREA.toml: each replaces a text that stands exactly once in a file.
The area names the tests that reach it, the quickest first; before those come the tests that a fault names
itself (`tests`) or that the area has for its file (`first`).  The copy lies in build/mutation, where it is built anew as far as needed.  Prints
the share of faults caught by area, and those that survived; --survivors tries those of the last run again.
A fault that changes nothing that anyone could see says so (`equivalent`) and does not count.  Exit status 1
if fewer than 95 % are caught (of a sample 60 %), or if one cannot be built or, but for a sample, applied.
"""
import argparse
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import time
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WORK = ROOT / "build/mutation"
TREE = WORK / "tree"
BUILD = WORK / "build"
LIMIT = 120  # seconds for a test; one that hangs has noticed
TARGET = 0.95  # share that is to be caught
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
        self.tests = entry.get("tests", []) + listed.get("first", {}).get(self.file, []) + listed["tests"]

    def name(self):
        return f"{self.file}: {self.breaks}"


def read_faults(folder=HERE / "faults"):
    """All faults of the lists, by area."""
    faults = []
    for path in sorted(folder.glob("*.toml")):
        listed = tomllib.loads(path.read_text())
        faults += [Fault(path.stem, entry, listed) for entry in listed["fault"]]
    return faults


def place(fault, root):
    """The file's text with the fault in it; an error if its place is not found exactly once."""
    path = root / fault.file
    if not path.is_file():
        raise ValueError("there is no such file")
    text = path.read_text()
    count = text.count(fault.old)
    if count != 1:
        raise ValueError(f"the old text stands {count} times in the file: {fault.old!r}")
    if fault.old == fault.new:
        raise ValueError("the new text is the old one")
    return text.replace(fault.old, fault.new)


def copy_tree():
    """Bring the copy up to date with the tracked files; what has not changed keeps its time."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
                            check=True, capture_output=True).stdout.decode().split("\0")
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
    """Run a command quietly.  Returns its exit status."""
    with open(log, "ab") as out:
        try:
            return subprocess.run(command, stdout=out, stderr=out, timeout=limit).returncode
        except subprocess.TimeoutExpired:
            return 124


def build_clean(wanted, log):
    """Configure the copy and build what the tests of these names need."""
    status = run(["cmake", "-S", str(TREE), "-B", str(BUILD), "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
                  "-DCIRCUMPLEX_WERROR=OFF", "-DCIRCUMPLEX_BENCH=OFF"], log)
    if status:
        raise SystemExit(f"cmake fails: {log}")
    listed = subprocess.run(["ninja", "-C", str(BUILD), "-t", "targets", "all"], check=True, capture_output=True,
                            text=True).stdout
    known = set(re.findall(r"^(\w[\w-]*): phony", listed, re.M))
    # Scripts run the command line and the bundle; CTest names a test's programs only once they are there.
    targets = wanted & known | (set() if wanted <= known else {"circumplex", "circumplex_bundle"})
    if run(["ninja", "-C", str(BUILD), *sorted(targets)], log):
        raise SystemExit(f"the tree does not build: {log}")


def read_tests():
    """{test: the files of the build that its command names}."""
    shown = json.loads(subprocess.run(["ctest", "--test-dir", str(BUILD), "--show-only=json-v1"], check=True,
                                      capture_output=True).stdout)
    tests = {}
    for test in shown["tests"]:
        words = test.get("command", [])
        files = [os.path.relpath(w, BUILD) for w in words if w.startswith(f"{BUILD}/")]
        tests[test["name"]] = files
    return tests


def build(names, tests, log):
    targets = sorted({target for name in names for target in tests[name]})
    targets = [t for t in targets if t != "lv2"] + (["circumplex_bundle"] if "lv2" in targets else [])
    return run(["ninja", "-C", str(BUILD), *targets], log) == 0


def passes(names, log):
    """Whether all these tests pass."""
    pattern = "^(" + "|".join(map(re.escape, names)) + ")$"
    command = ["ctest", "--test-dir", str(BUILD), "-R", pattern, "--stop-on-failure", "--timeout", str(LIMIT),
               "-j", str(os.cpu_count() or 1), "--output-on-failure"]
    return run(command, log) == 0


def failed_tests(log, start):
    text = pathlib.Path(log).read_bytes()[start:].decode(errors="replace")
    return re.findall(r"^\s+\d+ - (\S+) \(", text, re.M)


def steps(names, tests, options):
    """The tests in turns: a few quick ones, then the rest."""
    known = [n for n in dict.fromkeys(names) if n in tests]
    turns = [known[:1], known[1:4], known[4:]]
    return [turn for turn in turns[:options.turns] if turn]


def try_fault(fault, tests, options, log):
    """'caught by ...', 'survived', or an error."""
    path = TREE / fault.file
    before = path.read_text()
    try:
        path.write_text(place(fault, TREE))
        for turn in steps(fault.tests, tests, options):
            start = os.path.getsize(log) if os.path.exists(log) else 0
            if not build(turn, tests, log):
                return "does not build"
            if not passes(turn, log):
                return "caught by " + (" ".join(failed_tests(log, start)) or "?")
        return "survived"
    finally:
        path.write_text(before)


def check_clean(faults, tests, options, log):
    """Without a fault, every test that is to notice one must pass."""
    names = sorted({name for fault in faults for turn in steps(fault.tests, tests, options) for name in turn})
    if not passes(names, log):
        raise SystemExit(f"without a fault, a test fails: {failed_tests(log, 0)} ({log})")


def can_be_applied(faults):
    """Those whose place is found in the tree, and how many are not, which are printed."""
    good = []
    for fault in faults:
        try:
            place(fault, ROOT)
            good.append(fault)
        except ValueError as error:
            print(f"{fault.name()}: {error}")
    return good, len(faults) - len(good)


def of_interest(faults, options):
    return [f for f in faults
            if (not options.only or f.area in options.only) and (not options.match or options.match in f.name())]


def choose(faults, options):
    if options.survivors:
        last = json.loads((WORK / "result.json").read_text())
        faults = [f for f in faults if last.get(f.name()) == "survived"]
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


def print_score(faults, results):
    """Returns how many were caught, and of how many that can be."""
    print(f"\n{'area':<20}{'faults':>8}{'caught':>8}")
    all_caught = all_real = 0
    for area in sorted({f.area for f in faults}):
        real = [f for f in faults if f.area == area and not f.equivalent]
        caught = sum(results[f.name()].startswith("caught") for f in real)
        all_caught, all_real = all_caught + caught, all_real + len(real)
        print(f"{area:<20}{len(real):>8}{caught:>8}")
    print(f"{'all':<20}{all_real:>8}{all_caught:>8}  {100.0 * all_caught / max(1, all_real):.1f} %")
    for fault in faults:
        result = results[fault.name()]
        if fault.equivalent:
            print(f"equivalent ({result}): {fault.name()}: {fault.equivalent}")
        elif not result.startswith("caught"):
            print(f"{result}: {fault.name()}")
    return all_caught, all_real


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", metavar="AREA", help="of these areas alone")
    parser.add_argument("--match", metavar="TEXT", help="whose file or description holds TEXT")
    parser.add_argument("--sample", type=int, metavar="N", help="N of them, drawn at random")
    parser.add_argument("--each", type=int, metavar="N", help="N of each area, drawn at random")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--survivors", action="store_true", help="those that survived the last run")
    parser.add_argument("--turns", type=int, default=3, metavar="N",
                        help="1: the quickest test alone; 2: four tests; 3: all that reach the fault (default)")
    parser.add_argument("--no-check", action="store_true", help="do not run the tests without a fault first")
    parser.add_argument("--list", action="store_true", help="only see whether each can be applied")
    options = parser.parse_args()
    faults, stale = can_be_applied(of_interest(read_faults(), options))
    if options.list or (stale and not options.sample):
        print(f"{len(faults)} faults, {stale} more that cannot be applied")
        return stale > 0
    faults = choose(faults, options)
    WORK.mkdir(parents=True, exist_ok=True)
    log = WORK / "log"
    log.write_bytes(b"")
    copy_tree()
    most = {1: 1, 2: 4}.get(options.turns)
    build_clean({name for fault in faults for name in list(dict.fromkeys(fault.tests))[:most]}, log)
    tests = read_tests()
    if not options.no_check:
        check_clean(faults, tests, options, log)
    kept = WORK / "result.json"
    results = json.loads(kept.read_text()) if kept.exists() else {}
    began = time.monotonic()
    for i, fault in enumerate(faults, 1):
        results[fault.name()] = try_fault(fault, tests, options, log)
        print(f"[{i}/{len(faults)} {time.monotonic() - began:.0f} s] {results[fault.name()]}: {fault.name()}", flush=True)
        kept.write_text(json.dumps(results, indent=1))
    caught, real = print_score(faults, results)
    built = all(results[f.name()] != "does not build" for f in faults)
    # A few of a small sample may be the few of all.
    return not built or caught < (SAMPLE_TARGET if options.sample else TARGET) * real


if __name__ == "__main__":
    sys.exit(main())
