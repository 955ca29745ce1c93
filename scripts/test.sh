#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Install what is missing, build, run the tests, say how many passed.
#   scripts/test.sh [--preset release|debug|asan|tsan] [ctest options]
set -eu
cd "$(dirname "$0")/.."

preset=release
if [ "${1:-}" = --preset ]; then
  preset=$2
  shift 2
fi
case ${1:-} in -h|--help) sed -n '3,4s/^# //p' "$0"; exit 0 ;; esac

scripts/install-deps.sh build test
cmake --preset "$preset" >/dev/null
cmake --build --preset "$preset"
report=$PWD/build/$preset/tests.xml
status=0
ctest --preset "$preset" --output-junit "$report" "$@" || status=$?

python3 scripts/test_report.py "$report" || status=$?
exit $status
