#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints a summary of CTest's JUnit file: test_report.py FILE [SLOWEST]

The slowest tests, and of each one that was skipped the last line that it printed, which says why.
Ends with "N passed, N failed, N skipped".  Exit status 1 if a test that was skipped did not say
why.
"""
import sys
import xml.etree.ElementTree as ElementTree


def reason(case):
    """The last line of a test's output that is not empty."""
    lines = [line.strip() for line in (case.findtext("system-out") or "").splitlines()]
    return next((line for line in reversed(lines) if line), "")


def report(root, slowest=12):
    """The report's lines, and whether each skipped test says why."""
    cases = list(root.iter("testcase"))
    skipped = [case for case in cases if case.find("skipped") is not None]
    failed = [
        case for case in cases if case.find("failure") is not None or case.get("status") == "fail"
    ]
    lines = [f"{float(case.get('time')):8.1f} s  {case.get('name')}"
             for case in sorted(cases, key=lambda case: -float(case.get("time")))[:slowest]]
    lines.append(f"{sum(float(case.get('time')) for case in cases):8.1f} s  all {len(cases)}")
    lines += [
        f"SKIPPED {case.get('name')}: {reason(case) or 'it does not say why'}" for case in skipped
    ]
    lines += [f"FAILED {case.get('name')}" for case in failed]
    passed = len(cases) - len(skipped) - len(failed)
    lines.append(f"{passed} passed, {len(failed)} failed, {len(skipped)} skipped")
    return lines, all(reason(case) for case in skipped)


def main():
    root = ElementTree.parse(sys.argv[1]).getroot()
    lines, is_good = report(root, int(sys.argv[2]) if len(sys.argv) > 2 else 12)
    print("\n".join(lines))
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
